"""Files of conversation tests are read strictly: every fault is told with its line and a remedy; hostile files are refused."""

import time
from pathlib import Path

import pytest

from frontdesk.rehearsal.conversations import running

GOOD = "conversations:\n  Tea:\n    - user: tea\n      bot: Tea it is.\n"


def faults(tmp_path: Path, content: str | bytes) -> list[str]:
    path = tmp_path / "talk.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    found, wrong = running.gathered([path])
    assert not (found and wrong)
    return [str(fault).removeprefix(f"{path}:") for fault in wrong]


def step(text: str) -> str:
    return f"conversations:\n  Tea:\n    - user: tea\n    - {text}\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (step("bott: x"), "4: `bott` is not known here; did you mean `bot`?"),
        (step("bot: {contain: x}"), "4: `contain` is not known here; did you mean `contains`?"),
        (step("send: {type: image, path: x}"), "4: `path` is not known here; there are type, file, caption"),
        (step("{user: a, press: b}"), "4: a step does one thing, this one does user and press: make a step of each"),
        (step("wait: soon"), "4: 'soon' is no duration: write it like 90s, 30m, 2h or 1d 12h"),
        (step("wait: 99999d"), "4: '99999d' is longer than 3660 days"),
        (step("at: tomorrow"), "4: `at` is a date and a time such as 2026-03-29T08:00, not 'tomorrow'"),
        (step("{}"), "4: a step says what is done or what is expected"),
        (step("from: ada"), "4: `from` and `in` say who does something and where: only in a step that says what"),
        (step("{user: x, on: y}"), "4: `on` says under which message somebody presses or reacts: only with `press`"),
        (step("{user: x, of: 1}"), "4: `of` says which message is changed: only with `edit`"),
        (step("{silence: true, bot: x}"), "4: a step expects either silence or words"),
        (step("bot: {matches: '('}"), "4: '(' is no regular expression: missing ), unterminated subpattern"),
        (step("owner: nobody"), "4: `owner`: input should be 'bot' or 'human', not 'nobody'"),
        (step("confidence: 2"), "4: `confidence`: input should be less than or equal to 1, not 2"),
        ("chanel: web\n" + GOOD, "1: `chanel` is not known here; did you mean `channel`?"),
        ("channel: fax\n" + GOOD, "1: `channel`: input should be 'telegram', 'whatsapp'"),
        (
            "settings:\n  languages: [en]\n  persone: x\n" + GOOD,
            "3: `persone` is not known here; did you mean `persona`?",
        ),
        ("settings: {time_zone: Mars}\n" + GOOD, "1: 'Mars' is no IANA time zone; write it like Europe/Madrid"),
        ("fixtures: {a: {contact: {}}}\n" + GOOD, "1: `contact` is not known here; did you mean `contacts`?"),
        ("intents: {training: a, file: b}\n" + GOOD, "1: training data stand here (`training`) or in a file (`file`)"),
        ("conversations:\n  Tea:\n    given: {use: ada}\n    steps: [{user: a}]\n", "3: there is no fixture 'ada'"),
        (
            "fixtures: {a: {use: b}, b: {use: a}}\nconversations:\n  Tea:\n    given: {use: a}\n    steps: [{user: a}]\n",
            "1: fixture 'a' uses itself",
        ),
        ("conversations:\n  Tea:\n    settings: {languages: []}\n    steps: [{user: a}]\n", "3: `languages` is empty"),
        ("conversations:\n  Tea:\n    for each: soon\n    steps: [{user: a}]\n", "1: `for each` is a list of rows"),
        (step("{answer: a, from: ada}"), "4: `from` and `in` say who does something and where"),
        (step("{user: a, agent: Marta}"), "4: `agent`, `with` and `refused` are about people at the desk"),
        (step("desk: leave"), "4: `desk`: input should be 'take', 'release', 'resolve' or 'summon', not 'leave'"),
        ("given: {agents: {Marta: {skill: [a]}}}\n" + GOOD, "1: `skill` is not known here; did you mean `skills`?"),
        ("given:\n  rules:\n    - {then: [{do: tag, tags: [a]}]}\n" + GOOD, "3: `name` is missing"),
        ("given:\n  model:\n    - {task: answer}\n" + GOOD, "3: the model either says something (`says`) or fails"),
        ("given: {contacts: {ada: {time_zone: Mars}}}\n" + GOOD, "1: time zone 'Mars' is unknown"),
        ("conversations: {}\n", "1: `conversations` is empty"),
        ("conversations:\n  Tea: []\n", "2: `steps` is empty"),
        ("conversations:\n  Tea: 5\n", "2: "),
        ("settings: {}\n", "1: `conversations` is missing"),
        ("- a\n- b\n", "1: a file is a mapping with `conversations`"),
        ("", "1: a file is a mapping with `conversations`"),
        (
            step("buttons: [Why?]"),
            "4: this is no YAML we take: expected ',' or ']', but got '?': texts with signs such as",
        ),
    ],
)
def test_a_fault_is_told_with_its_line_and_what_to_do(tmp_path: Path, content: str, told: str) -> None:
    (fault,) = faults(tmp_path, content)
    assert fault.startswith(told), fault


def test_all_faults_are_told_at_once_in_order(tmp_path: Path) -> None:
    content = "chanel: web\nconversations:\n  Tea:\n    - usr: tea\n    - wait: soon\n"
    assert [fault.partition(":")[0] for fault in faults(tmp_path, content)] == ["1", "4", "5"]


HOSTILE = {
    "a tag that makes objects": ("!!python/object/apply:os.system ['true']\n", "could not determine a constructor"),
    "a tag in a step": (step("user: !!python/name:os.system"), "could not determine a constructor"),
    "a bomb of aliases": (
        "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
        + "".join(
            f"{new}: &{new} [{','.join([f'*{old}'] * 10)}]\n" for old, new in zip("abcdef", "bcdefg", strict=True)
        ),
        "over 100,000 entries",
    ),
    "an alias of itself": ("a: &a [*a]\n", "stands for itself"),
    "a key twice": ("channel: web\nchannel: slack\n" + GOOD, "`channel` stands twice in one mapping"),
    "a depth": ("a: " + "[" * 5000, "levels deep"),
    "bytes": (b"\xff\xfe\x00\x01\x02", "this is no YAML"),
    "control characters": ("conversations:\n  Tea:\n    - user: \x07\n", "this is no YAML"),
    "half a character": ('conversations:\n  Tea:\n    - user: "\\ud800"\n', "half a character"),
    "an end in the middle": ("conversations:\n  Tea:\n    - {user: 'tea\n", "this is no YAML"),
    "keys that are no text": ("1: 2\n", "a file is a mapping with `conversations`"),
}


@pytest.mark.parametrize(("content", "told"), HOSTILE.values(), ids=HOSTILE)
def test_what_is_hostile_is_refused_at_once(tmp_path: Path, content: str | bytes, told: str) -> None:
    started = time.monotonic()
    assert any(told in fault for fault in faults(tmp_path, content)), faults(tmp_path, content)
    assert time.monotonic() - started < 5


def test_a_file_that_is_too_large_or_missing_is_named(tmp_path: Path) -> None:
    assert faults(tmp_path, GOOD + "#" * 2_000_001) == ["1: is over 2 MB: split it into several files"]
    _, (wrong,) = running.gathered([tmp_path / "nowhere.yaml"])
    assert wrong.words.startswith("can't be read (No such file or directory)")
    (tmp_path / "empty").mkdir()
    _, (wrong,) = running.gathered([tmp_path / "empty"])
    assert wrong.words.startswith("holds no conversation tests")


def test_rows_channels_and_fixtures_make_cases(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "fixtures:\n  known: {variables: {a: 1, b: 1}}\n"
        "channels: [telegram, web]\nconversations:\n"
        "  Drinks:\n    for each: [{wish: tea, n: 2}, {wish: '{x}', n: 3}]\n    given: {use: known, variables: {b: 2}}\n"
        "    steps:\n      - {user: 'a {wish} for {nobody}', edit: null}\n      - {edit: x, of: '{n}'}\n"
        "  Short:\n    - user: tea\n"
    )
    found, wrong = running.gathered([tmp_path])
    assert wrong == []
    assert [case.title for case in found] == [
        "Drinks [wish=tea, n=2] (telegram)",
        "Drinks [wish=tea, n=2] (web)",
        "Drinks [wish={x}, n=3] (telegram)",
        "Drinks [wish={x}, n=3] (web)",
        "Short (telegram)",
        "Short (web)",
    ]
    assert [placed.step.user or placed.step.of for placed in found[0].steps] == ["a tea for {nobody}", 2]
    assert [placed.line for placed in found[0].steps] == [9, 10]
    assert found[0].given.variables == {"a": 1, "b": 2}
    assert [case.title for case in running.gathered([tmp_path], "web x n=3")[0]] == ["Drinks [wish={x}, n=3] (web)"]
