"""`channel parse` and `channel conform`, held against the corpus by its own judge."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from frontdesk.cli import conformance
from frontdesk.errors import ConfigurationError
from tests.builders import a_telegram_text
from tests.cli.command import Command

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
TELEGRAM = CORPUS / "telegram"


async def test_a_raw_body_is_printed_as_what_it_becomes(alone: Command) -> None:
    file = alone.data_dir / "update.json"
    update = a_telegram_text("/help@desk_bot now")
    update["message"]["entities"] = [{"type": "bot_command", "offset": 0, "length": len("/help@desk_bot")}]
    file.write_text(json.dumps(update))
    done = await alone("channel", "parse", "telegram", str(file), "--context", "bot_username=desk_bot")
    item = json.loads(done.out)
    assert (item["kind"], item["type"], item["command"], item["args"]) == ("message", "command", "help", "now")
    assert sorted(path.name for path in alone.data_dir.iterdir()) == ["update.json"]  # no servers were started


async def test_a_body_on_standard_input_is_read_too(alone: Command) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "frontdesk", "channel", "parse", "telegram"),
        env=alone.environment(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate(b"not json")
    assert process.returncode == 0
    assert json.loads(out)["reason"] == "malformed"


def test_a_file_that_is_no_case_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    with pytest.raises(ConfigurationError, match=r"broken\.json"):
        list(conformance.cases([tmp_path]))
    broken.write_text('{"nothing": "to judge"}')
    assert list(conformance.cases([tmp_path])) == []


if TELEGRAM.is_dir():

    async def test_every_case_of_the_corpus_is_fulfilled(alone: Command) -> None:
        done = await alone("channel", "conform", str(TELEGRAM))
        judge = await asyncio.create_subprocess_exec(
            *(sys.executable, str(CORPUS / "compare.py"), str(TELEGRAM)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await judge.communicate(done.out.encode())
        count = len(list(TELEGRAM.glob("*.json")))
        assert said.decode().strip() == f"{count} of {count} cases fulfilled"
        assert judge.returncode == 0

    def test_parsing_says_what_conforming_keeps() -> None:
        for case in conformance.cases([TELEGRAM]):
            kept = conformance.judged(case)
            if kept["status"] == 200:
                context = dict(case.get("context") or {})
                assert conformance.parsed("telegram", conformance.body_of(case), {}, context) == kept["items"]
