"""The classifier: it learns, knows what it does not know, and survives being stored."""

import io
import pickle
import zipfile

import numpy as np
import pytest

from frontdesk.errors import ConfigurationError, InvalidInput, MalformedPayload
from frontdesk.understanding.intents import classifier, embeddings, evaluation, features, model, threshold, training
from frontdesk.understanding.intents.calibration import calibration_error, confidences, reliability, sharpness
from frontdesk.understanding.intents.data import OUT_OF_SCOPE, Utterance
from frontdesk.understanding.intents.model import Model
from tests.understanding.intents.sentences import OUTSIDE, some

ASKED = [
    ("wher is my ordr 77", "order_status"),
    ("ARE YOU OPEN on Friday?", "opening_hours"),
    ("me duele mucho la cabeza", "dolor"),
    ("मुझे कल डॉक्टर से मिलना है", "नियुक्ति"),
    ("请马上退款", "退款"),
]


@pytest.fixture(scope="module")
def trained() -> Model:
    return training.train([*some(), *(Utterance(text, OUT_OF_SCOPE) for text in OUTSIDE)])


@pytest.mark.parametrize(("text", "intent"), ASKED)
def test_it_understands_every_script_and_typos(trained: Model, text: str, intent: str) -> None:
    found = trained.predict(text)
    assert found.best.intent == intent
    assert found.accepted
    assert sum(candidate.confidence for candidate in found.ranking) == pytest.approx(1)


@pytest.mark.parametrize("text", ["who wrote this poem", "ωψξ", "", "🙂🙂", "ж" * 100_000])
def test_what_is_out_of_scope_is_refused(trained: Model, text: str) -> None:
    assert not trained.predict(text).accepted


def test_out_of_scope_is_never_ranked(trained: Model) -> None:
    assert OUT_OF_SCOPE not in {candidate.intent for candidate in trained.predict(OUTSIDE[0], most=99).ranking}
    assert trained.about["intents"][OUT_OF_SCOPE] == len(OUTSIDE)


def test_three_examples_an_intent_are_enough_to_begin() -> None:
    small = training.train(some(per_intent=3))
    assert [small.predict(text).best.intent for text, _ in ASKED] == [intent for _, intent in ASKED]
    assert all(small.predict(utterance.text).accepted for utterance in some(per_intent=3))


def test_one_example_an_intent_trains() -> None:
    assert len(training.train([Utterance(f"text {n}", f"{n}") for n in range(30)]).intents) == 30
    tiny = training.train([Utterance("hello there", "greet"), Utterance("see you", "leave")])
    assert tiny.predict("hello").best.intent == "greet"
    assert tiny.about["held_out_accuracy"] is None


def test_an_intents_own_name_is_learned() -> None:
    named = training.train([Utterance("hello there", "greet"), Utterance("it was eaten", "lostCard/my_card")])
    assert named.predict("card").best.intent == named.predict("lost").best.intent == "lostCard/my_card"
    assert named.about["intents"] == {"greet": 1, "lostCard/my_card": 1}


def test_repeats_change_nothing() -> None:
    once, often = training.train(some(8)), training.train(some(8) * 3)
    assert once.predict("are you open").ranking == often.predict("are you open").ranking


def test_the_same_data_give_the_same_model() -> None:
    assert model.dump(training.train(some(8))).count(b"PK") > 0
    first, second = training.train(some(8)), training.train(some(8))
    assert np.array_equal(first.linear.weights, second.linear.weights)
    assert first.threshold == second.threshold


@pytest.mark.parametrize(
    ("utterances", "fault"),
    [
        ([], "nothing to train on"),
        ([Utterance("  ", "a")], "nothing to train on"),
        ([Utterance("x", "a"), Utterance("y", "a")], "only the intent 'a'"),
        ([Utterance("x", OUT_OF_SCOPE)], "only out-of-scope"),
        ([Utterance("x" * 6000, "a"), Utterance("y", "b")], "over 5000 characters"),
    ],
)
def test_what_the_data_lack_is_said(utterances: list[Utterance], fault: str) -> None:
    with pytest.raises(InvalidInput, match=fault):
        training.train(utterances)


def test_one_intent_and_out_of_scope_are_enough() -> None:
    rows = [*some()[:32], *(Utterance(text, OUT_OF_SCOPE) for text in OUTSIDE)]
    alone = training.train(rows)
    assert alone.predict("where is my order").best == model.Candidate("order_status", 1.0)


def test_a_stored_model_predicts_the_same(trained: Model) -> None:
    again = model.load(model.dump(trained))
    assert again.about == trained.about
    assert all(again.predict(text) == trained.predict(text) for text, _ in ASKED)


def test_nothing_stored_is_ever_run(trained: Model) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return exec, ("raise SystemExit",)

    parts = dict(np.load(io.BytesIO(model.dump(trained))))
    out = io.BytesIO()
    np.savez(out, **{**parts, "biases": np.array([Trap()], dtype=object)})
    for content in (out.getvalue(), pickle.dumps(Trap())):
        with pytest.raises(MalformedPayload):
            model.load(content)


def changed(content: bytes, **changes: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.savez(out, **{**dict(np.load(io.BytesIO(content))), **changes})
    return out.getvalue()


def test_a_damaged_model_is_refused(trained: Model) -> None:
    whole = model.dump(trained)
    empty = io.BytesIO()
    zipfile.ZipFile(empty, "w").close()
    damaged = [
        b"",
        whole[: len(whole) // 2],
        empty.getvalue(),
        changed(whole, weights=np.zeros((3, 3))),
        changed(whole, words=np.frombuffer(b"[]", np.uint8)),
        changed(whole, about=np.frombuffer(b'{"format": 99}', np.uint8)),
        changed(whole, about=np.frombuffer(b'"x"', np.uint8)),
    ]
    for content in damaged:
        with pytest.raises(MalformedPayload, match="train"):
            model.load(content)


def test_the_threshold_keeps_the_promise_on_rows_not_seen() -> None:
    random = np.random.default_rng(1)
    for share in (0.01, 0.03, 0.1):
        line = threshold.choose(random.normal(size=20_000), np.ones(20_000), share)
        assert 0.7 * share < (random.normal(size=50_000) < line).mean() <= share


def test_of_few_scores_the_share_of_the_right_ones_is_refused_and_never_more_than_the_classifier_would() -> None:
    assert threshold.choose([-2.0, -1.0, -0.5], [False, True, True], 0.0) == -1.0
    assert threshold.choose([1.0, 2.0], [True, True], 0.03) == 0.0
    assert threshold.choose([-1.0, -2.0], [False, False], 0.03) < -2.0
    rising, all_right = np.linspace(5, 6, 2000), np.ones(2000)
    assert threshold.choose(rising[:900], all_right[:900], 0.03) <= 0 < threshold.choose(rising, all_right, 0.03)
    assert threshold.choose([], [], 0.03) == float("-inf")
    with pytest.raises(InvalidInput, match="between 0 and 1"):
        threshold.choose([1.0], [True], 1.5)


def test_confidence_comes_to_mean_what_it_says() -> None:
    random = np.random.default_rng(2)
    scores = random.normal(size=(4000, 5))
    right = [random.choice(5, p=row) for row in confidences(scores, 1.7)]
    found = sharpness(scores, right)
    assert found == pytest.approx(1.7, rel=0.1)
    sure = confidences(scores, found)
    hits = sure.argmax(axis=1) == right
    assert (
        calibration_error(reliability(sure.max(axis=1), hits))
        < 0.03
        < calibration_error(reliability(confidences(scores, 9).max(axis=1), hits))
    )


def test_evaluation_counts_what_was_said(trained: Model) -> None:
    rows = [Utterance(text, intent) for text, intent in ASKED] + [Utterance("ωψξ", OUT_OF_SCOPE)]
    wrong = [Utterance("are you open tonight", "dolor")]
    report = evaluation.evaluate(trained, rows + wrong)
    assert report.accuracy == pytest.approx(5 / 6)
    assert (report.oos_recall, report.oos_precision, report.asked_again) == (1.0, 1.0, 0.0)
    assert report.confusion == {"dolor": {"opening_hours": 1}}
    assert report.macro_f1 == pytest.approx((1 + 1 + 1 + 2 / 3 + 2 / 3) / 5)
    assert report.document()["ms_per_text"] < 50


def test_words_keep_their_vowel_signs() -> None:
    assert features.words("नमस्ते, दुनिया! ＡＢＣ") == ["नमस्ते", ",", "दुनिया", "!", "abc"]


def test_embeddings_join_the_features_and_are_asked_for() -> None:
    def topic(texts: list[str] | tuple[str, ...]) -> np.ndarray:
        return np.array([[1, 0] if "automobile" in text or "car" in text else [0, 1] for text in texts], np.float32)

    rows = [Utterance(f"my car {word}", "car") for word in ("stopped", "broke", "is loud")]
    rows += [Utterance(f"my tooth {word}", "tooth") for word in ("stopped", "broke", "is loud")]
    joined = training.train(rows, embed=topic, embedding="topics")
    assert joined.predict("automobile").best.intent == "car"
    whole = training._matrix(joined.features, ["car broke"], topic)
    assert joined.predict("car broke").scope == pytest.approx(classifier.score(joined.linear, whole).max(), rel=1e-4)
    stored = model.dump(joined)
    assert model.load(stored, topic).predict("automobile") == joined.predict("automobile")
    with pytest.raises(ConfigurationError, match="topics"):
        model.load(stored).predict("automobile")


def test_missing_embeddings_are_said(tmp_path) -> None:
    with pytest.raises(ConfigurationError, match="FRONTDESK_EMBEDDINGS_FOLDER"):
        embeddings.local(None)
    with pytest.raises(ConfigurationError, match=r"modules\.json"):
        embeddings.local(tmp_path)
