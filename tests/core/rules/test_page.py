"""The page about rules says what is so, and its examples can be used as they stand."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from frontdesk.core.hours import BusinessHours
from frontdesk.core.rules import actions, limits, matching, reading
from frontdesk.core.rules.house import House, faults
from frontdesk.core.rules.rule import RuleSet
from frontdesk.core.rules.subjects import MESSAGES, SUBJECTS

PAGE = (Path(__file__).parents[3] / "docs" / "routing-rules.md").read_text()
EXAMPLES = [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)]


def rows(heading: str) -> list[list[str]]:
    table = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize("example", [example for example in EXAMPLES if "rules" in example])
def test_an_example_is_taken_and_has_no_faults(example: dict[str, Any]) -> None:
    assert faults(RuleSet.model_validate(example).rules, House()) == []


def test_the_example_of_hours_is_taken() -> None:
    (hours,) = (example for example in EXAMPLES if "weekly" in example)
    assert BusinessHours.model_validate(hours).weekly


def test_every_fact_stands_there_with_what_it_takes() -> None:
    written = {cells[0]: (cells[1].replace("`", ""), cells[2]) for cells in rows("Conditions")}
    assert written == {
        f"`{name}`": (subject.about.replace("`", ""), ", ".join(f"`{operator}`" for operator in subject.operators))
        for name, subject in SUBJECTS.items()
    }


def test_every_action_stands_there_with_what_it_is_told() -> None:
    written = {name: cells[2] for cells in rows("Actions") for name in re.findall(r"`(\w+)`", cells[0])}
    kinds = {kind.model_fields["do"].default: kind for kind in get_args(get_args(actions.Action)[0])}
    assert written.keys() == kinds.keys()
    for name, kind in kinds.items():
        assert [field for field in kind.model_fields if field != "do" and f"`{field}`" not in written[name]] == []


def test_bounds_and_kinds_are_those_of_the_code() -> None:
    assert f"up to {limits.MOST_DEPTH} deep and {limits.MOST_COMPARISONS} comparisons" in PAGE
    assert f"repeats nothing more than {matching.LARGEST_REPEAT} times" in PAGE
    assert (
        f"reads {matching.MOST_READ:,} characters; a search that takes over {matching.SECONDS * 1000:g} milli" in PAGE
    )
    assert matching.MOST_TIMEOUTS == 4
    assert f"or {matching.MOST_LOOKS} in all" in PAGE
    assert f"together may use {matching.MOST_SEARCHES} expressions" in PAGE
    assert f"the first {reading.MOST_VALUES} count" in PAGE
    listed = PAGE.partition("`message` is one of ")[2].partition(".")[0]
    assert tuple(re.findall(r"`(\w+)`", listed)) == MESSAGES


def test_every_field_of_a_rule_is_described() -> None:
    document = RuleSet.model_json_schema()
    parts = {**document["$defs"], "RuleSet": document}
    bare = [
        f"{name}.{field}"
        for name, part in parts.items()
        for field, schema in part.get("properties", {}).items()
        if field != "do" and "description" not in schema
    ]
    assert parts
    assert not bare
