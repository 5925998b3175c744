"""The detector's models: those of languages a script doesn't tell apart, and no others."""

import subprocess
import sys

import pytest

from frontdesk.understanding.language.model import detector, needed, silent


@pytest.mark.parametrize(
    ("languages", "models"),
    [
        (("en", "hi", "ar"), set()),
        (("en",), set()),
        (("en", "pt-BR", "ar"), {"en", "pt"}),
        (("hi", "mr", "en"), {"hi", "mr"}),
        (("en", "es", "xx"), {"en", "es"}),
        (("en", "xx"), set()),
    ],
)
def test_only_languages_of_one_script_need_models(languages: tuple[str, ...], models: set[str]) -> None:
    assert needed(languages) == models


async def test_scripts_alone_need_no_model() -> None:
    assert await detector(("en", "hi")) is silent


async def test_confidences_are_of_the_languages_asked_for() -> None:
    found = (await detector(("en", "de")))("wo ist meine Bestellung")
    assert found.keys() == {"en", "de"}
    assert found["de"] > 0.9
    assert sum(found.values()) == pytest.approx(1)


def test_importing_loads_nothing_heavy() -> None:
    code = "import sys, frontdesk.understanding.language; sys.exit('lingua' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
