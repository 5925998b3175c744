"""Conversations that go another way are reported rightly: where, what differs, what was said, why; and in every form."""

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest

from frontdesk.cli import serve
from frontdesk.embedded import Servers
from frontdesk.rehearsal.conversations import junit, running
from frontdesk.rehearsal.conversations.results import Failure, Run
from frontdesk.settings import Settings

HEAD = """
settings:
  keyword_rules:
    - {keywords: [tea], reply: Tea it is., buttons: [Milk, Lemon]}
given:
  agents: {Marta: {}, Bruno: {}}
conversations:
"""
WRONG = {
    "other words": ("{user: tea, bot: Coffee it is.}", ["the bot said 'Tea it is.', and not 'Coffee it is.'"]),
    "no such words": (
        "{user: tea, bot: {contains: [tea, milk]}}",
        ["'Tea it is.', and not something with 'tea', 'milk'"],
    ),
    "no match": ("{user: tea, bot: {matches: ^it}}", ["and not something like /^it/"]),
    "none of them": ("{user: tea, bot: {any_of: [a, b]}}", ["and not one of 'a', 'b'"]),
    "too little": ("{user: tea, bot: [Tea it is., And milk.]}", ["no more came, and not 'And milk.'"]),
    "other choices": ("{user: tea, buttons: [Milk]}", ["its choices are 'Milk', 'Lemon', and not 'Milk'"]),
    "no silence": ("{user: tea, silence: true}", ["the bot said 'Tea it is.' [Milk | Lemon], and not nothing"]),
    "another handler": ("{user: tea, handler: fallback}", ["handler is keywords, and not fallback"]),
    "no intent": (
        "{user: tea, intent: drinks, confidence: 0.5}",
        ["intent is missing, and not drinks", "not 0.5 or more"],
    ),
    "another mode": ("{user: feedback, mode: []}", ["mode is 'feedback', and not none"]),
    "another owner": ("{user: human, owner: bot}", ["owner is human, and not bot"]),
    "another language": ("{user: tea, language: es}", ["language is none, and not es"]),
    "other effects": ("{user: stop, effects: [OptIn]}", ["effects are 'OptOut', and not 'OptIn'"]),
    "no variable": ("{user: tea, variables: {cup: 1}}", ["variable cup is missing, and not 1"]),
    "another record": (
        "{user: tea, record: {route.reason: {contains: milk}, replies: {at_most: 0}}}",
        ["record route.reason is keyword 'tea', and not contains 'milk'", "record replies is 1, and not at_most 0"],
    ),
    "nothing came": ("{user: stop, bot: [{contains: no more}, again]}", ["no more came, and not 'again'"]),
}
IMPOSSIBLE = {
    "no button": ("{press: Sugar}", "there is no 'Sugar' to press under 'Tea it is.' [Milk | Lemon]"),
    "no such message": ("{reaction: 👍, on: coffee}", "the bot has sent no message with 'coffee' yet"),
    "no such words of theirs": ("{edit: x, of: 3}", "there is no message 3 to change: so far there are 1"),
    "no such file": ("{voice: nowhere.ogg}", "nowhere.ogg can't be read: No such file or directory"),
    "time that goes back": ("{at: 2001-01-01T08:00}", "time does not go back in a conversation"),
    "a group with a button": ("{press: Milk, in: lobby}", "in a group people only write in a test"),
    "no such agent": ("{answer: hello, agent: Nobody}", "there is no agent 'Nobody'; there is Bruno, Marta"),
    "nobody takes it": ("{desk: take}", "who takes it? Name somebody with `agent`"),
    "no refusal": ("{answer: hello, agent: Marta, refused: conversation_taken}", "the desk let it be done"),
    "nobody wrote": ("{answer: hello, with: ada}", "there is no conversation yet: somebody has to write first"),
}


@pytest.fixture(scope="module")
async def hold(
    installation_settings: Settings, servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], object]:
    async def held(content: str) -> Run:
        path = tmp_path_factory.mktemp("talks") / "talk.yaml"
        path.write_text(content)
        found, wrong = running.gathered([path])
        assert wrong == []
        return await running.run(found, wrong, installation_settings, servers, serve.run_until, lambda result: None)

    return held


@pytest.fixture(scope="module")
async def wrong(hold: Callable[[str], object]) -> Run:
    """Everything that goes wrong, in one run."""
    talks = "".join(f"  {name}:\n    - {step}\n" for name, (step, _) in WRONG.items())
    talks += "".join(f"  {name}:\n    - user: tea\n    - {step}\n" for name, (step, _) in IMPOSSIBLE.items())
    talks += "  left over:\n    - {user: tea, bot: []}\n    - {user: tea, bot: Tea it is.}\n    - bot: More?\n"
    talks += "  no web:\n    channel: web\n    steps: [{user: tea}, {edit: milk}]\n"
    talks += "  no place:\n    channel: slack\n    steps: [{location: {latitude: 1, longitude: 2}}]\n"
    talks += "  a refusal:\n    - user: tea\n    - {answer: a, agent: Marta}\n    - {answer: b, agent: Bruno}\n"
    talks += "  bad rules:\n    given: {rules: [{name: r, then: [{do: handler, handler: nobody}]}]}\n    steps: [{user: tea}]\n"
    talks += "  fine:\n    - {user: tea, bot: Tea it is.}\n"
    return await hold(HEAD + talks)  # type: ignore[misc, no-any-return]


def failure(run: Run, name: str) -> Failure:
    (found,) = [result.failure for result in run.results if result.case.name == name]
    assert found
    return found


@pytest.mark.parametrize("name", WRONG)
async def test_a_failure_says_what_happened_instead(wrong: Run, name: str) -> None:
    found = failure(wrong, name)
    assert found.number == 1
    assert all(any(words in fault for fault in found.faults) for words in WRONG[name][1]), found.faults


@pytest.mark.parametrize("name", IMPOSSIBLE)
async def test_a_step_that_cannot_be_done_says_why_and_is_no_fault_of_the_bot(wrong: Run, name: str) -> None:
    (result,) = [result for result in wrong.results if result.case.name == name]
    assert result.outcome == "broke"
    assert result.failure
    assert result.failure.number == 2
    assert IMPOSSIBLE[name][1] in result.failure.faults[0]


async def test_a_failure_tells_the_line_what_was_said_and_why(wrong: Run) -> None:
    found = failure(wrong, "another handler")
    assert found.line == HEAD.count("\n") + 1 + 2 * list(WRONG).index("another handler") + 1
    assert found.transcript == ("somebody: 'tea'", "bot: 'Tea it is.' [Milk | Lemon]")
    assert (found.why["handler"], found.why["because"], found.why["owner"]) == ("keywords", "keyword 'tea'", "bot")


async def test_words_nobody_said_are_missed_where_they_are_expected(wrong: Run) -> None:
    found = failure(wrong, "left over")
    assert (found.number, found.faults) == (3, ("the bot said nothing, and not 'More?'",))


async def test_what_a_channel_cannot_do_is_said(wrong: Run) -> None:
    assert failure(wrong, "no web").faults == ("visitors of the web chat can't edit what they said",)
    assert failure(wrong, "no place").faults[0].startswith("people on slack can't send a place in a test")


async def test_what_the_desk_refuses_is_said_with_its_code(wrong: Run) -> None:
    assert failure(wrong, "a refusal").faults[0].startswith("the desk refused it (conversation_taken): ")


async def test_rules_that_cannot_be_published_break_the_test(wrong: Run) -> None:
    assert failure(wrong, "bad rules").faults[0].startswith("the rules can't be published: rule 'r'")


async def test_a_message_more_than_expected_is_a_failure(hold: Callable[[str], object]) -> None:
    long = "word " * 700
    rule = f"settings: {{keyword_rules: [{{keywords: [x], reply: '{long}', buttons: [a]}}]}}\n"
    talk = "channel: whatsapp\nconversations:\n  Long:\n    - {user: x, bot: {contains: word}}\n    - user: bye\n"
    run: Run = await hold(rule + talk)  # type: ignore[misc]
    found = failure(run, "Long")
    assert found.number == 2
    assert found.faults[0].startswith("the bot also said 'word word")


async def test_intents_nobody_can_train_break_the_test_and_no_more(hold: Callable[[str], object]) -> None:
    content = "intents:\n  define:\n    - {name: a, handler: nobody}\nconversations:\n  One:\n    - user: x\n"
    run: Run = await hold(content)  # type: ignore[misc]
    assert (run.exit_code, run.count("broke")) == (2, 1)
    assert "these intents can't be used" in failure(run, "One").faults[0]


async def test_the_exit_code_says_how_it_went(wrong: Run) -> None:
    assert wrong.exit_code == 2
    failed = [result for result in wrong.results if result.outcome == "failed"]
    assert Run(results=failed).exit_code == 1
    assert Run(results=[result for result in wrong.results if result.outcome == "passed"]).exit_code == 0
    assert Run(results=[]).exit_code == 2


SUITE = {"name", "tests", "failures", "errors", "time"}
CASE = {"name", "classname", "time"}


async def test_the_junit_file_is_as_build_servers_read_it(wrong: Run) -> None:
    """The shape of the schema of Jenkins' xUnit plug-in: names, counts that add up, one outcome a case, times in seconds."""
    root = ElementTree.fromstring(junit.xml(wrong))
    assert (root.tag, set(root.attrib)) == ("testsuites", SUITE)
    cases = root.findall("testsuite/testcase")
    assert len(cases) == len(wrong.results) == int(root.attrib["tests"])
    for element in root:
        assert (element.tag, set(element.attrib)) == ("testsuite", SUITE)
        assert float(element.attrib["time"]) >= 0
        for name, tag in (("tests", "testcase"), ("failures", "testcase/failure"), ("errors", "testcase/error")):
            assert int(element.attrib[name]) == len(element.findall(tag))
    for case in cases:
        assert set(case.attrib) == CASE
        assert [child.tag for child in case] in ([], ["failure"], ["error"])
        assert all({"message", "type"} == set(child.attrib) and child.text for child in case)


async def test_no_character_breaks_the_xml(wrong: Run) -> None:
    assert junit.fit("a\x00b\x1b[1mc\ud800d\uffff<&>") == "a\ufffdb\ufffd[1mc\ufffdd\ufffd<&>"


async def test_the_json_has_it_all(wrong: Run) -> None:
    told = json.loads(json.dumps(junit.document(wrong)))
    assert told["passed"] + told["failed"] + told["broke"] == len(told["conversations"])
    (one,) = [each for each in told["conversations"] if each["name"] == "another handler"]
    assert (one["outcome"], one["step"], one["channel"]) == ("failed", 1, "telegram")


def test_files_with_faults_are_in_the_junit_file(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("conversations: {}\n")
    _, faults = running.gathered([tmp_path])
    root = ElementTree.fromstring(junit.xml(Run(results=(), faults=faults)))
    assert [root.get("tests"), root.get("errors")] == ["1", "1"]
    assert root.find("testsuite/testcase/error") is not None
