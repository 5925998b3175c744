"""The house rules: what CONTRIBUTING.md asks of every file, checked. Each test lists all faults at once."""

import ast
import json
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import BaseModel

from frontdesk.core.tenant import TenantSettings
from frontdesk.errors import FrontdeskError
from frontdesk.settings import Settings
from frontdesk.web import api, problems

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "frontdesk"
BIN = Path(sys.executable).parent

MOST_FILE_LINES = 300
MOST_FUNCTION_LINES = 40
MOST_JOURNEY_LINES = 200
NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "base"}

STATEMENT = re.compile(
    r"^\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s+[\w.]+\s|DELETE\s+FROM\s|WITH\s+(RECURSIVE\s+)?\w+\s+AS\s"
    r"|(CREATE|ALTER|DROP|GRANT|REVOKE|TRUNCATE|SET\s+LOCAL)\s)",
    re.MULTILINE,
)
HOLDS_SQL = ("store", "queue.py", "rehearsal")
"""The judge of a rehearsal asks PostgreSQL itself: what is on trial can't be its own witness."""
MAKES_THE_DATABASE = "servers/postgres.py"
"""May say CREATE DATABASE: it runs before there is a database the store could speak to."""

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")
HEADING = re.compile(r"^#{1,6}\s+(.*)$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
FIGURE = re.compile(r"\d[\d,.]*\d|\d")
OPEN_WORK = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b(?!.*#\d)")


def python_files(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def our_files() -> list[Path]:
    return [*python_files("src", "tests", "bench", "docs"), *sorted((ROOT / "widget").glob("*.js"))]


def markdown_files() -> list[Path]:
    folders = (ROOT / "docs", ROOT / "src", ROOT / "widget", ROOT / "bench", ROOT / "deploy")
    return [*sorted(ROOT.glob("*.md")), *(path for folder in folders for path in sorted(folder.rglob("*.md")))]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_no_file_is_over_the_limit() -> None:
    lengths = {named(path): len(path.read_text().splitlines()) for path in our_files()}
    assert not {name: length for name, length in lengths.items() if length > MOST_FILE_LINES}


def test_no_function_is_over_the_limit() -> None:
    long = [
        f"{named(path)}:{node.lineno} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in python_files("src", "tests", "bench", "docs")
        for node in functions(ast.parse(path.read_text()))
        if node.end_lineno and node.end_lineno - node.lineno + 1 > MOST_FUNCTION_LINES
    ]
    assert not long


def test_the_journey_fits_on_one_read() -> None:
    lines = len((SRC / "journey.py").read_text().splitlines())
    assert lines <= MOST_JOURNEY_LINES


def test_module_names_say_something() -> None:
    assert not [named(path) for path in our_files() if path.stem.lower() in NAMES_THAT_SAY_NOTHING]


def test_every_module_says_in_a_sentence_what_it_is() -> None:
    faults = []
    for path in python_files("src"):
        words = (ast.get_docstring(ast.parse(path.read_text())) or "").split("\n\n", 1)[0]
        if not words.endswith("."):
            faults.append(f"{named(path)}: {words[:60] or 'says nothing'!r}")
    assert not faults


def test_sql_lives_in_the_store_and_the_queue() -> None:
    faults = []
    for path in python_files("src"):
        place = path.relative_to(SRC)
        if place.parts[0] in HOLDS_SQL or str(place) == MAKES_THE_DATABASE:
            continue
        tree = ast.parse(path.read_text())
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        faults += [
            f"{named(path)}:{node.lineno} {node.value.strip()[:60]!r}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
            if STATEMENT.search(node.value)
        ]
    assert not faults


def all_errors(kind: type[FrontdeskError] = FrontdeskError) -> list[type[FrontdeskError]]:
    ours = [child for child in kind.__subclasses__() if child.__module__.startswith("frontdesk.")]
    return [kind, *(found for child in ours for found in all_errors(child))]


def test_every_error_code_is_documented_with_its_status() -> None:
    page = (ROOT / "docs" / "api.md").read_text()
    rows = {kind.code: problems.status_of(kind.__new__(kind)) for kind in all_errors()}
    assert not [code for code, status in rows.items() if f"| `{code}` | {status} |" not in page]


def test_every_endpoint_is_documented() -> None:
    page = (ROOT / "docs" / "api.md").read_text()
    paths = FastAPI()
    paths.include_router(api.router)
    requests = [
        f"`{method.upper()} {path}`" for path, methods in paths.openapi()["paths"].items() for method in methods
    ]
    assert requests
    assert not [request for request in requests if request not in page]


def fields(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    """Yield every field of a model and of the models it holds, as `Model.name`."""
    for name, field in model.model_fields.items():
        yield f"{model.__name__}.{name}", field
    for held in held_models(model):
        yield from fields(held)


def held_models(model: type[BaseModel]) -> list[type[BaseModel]]:
    found = [kind for field in model.model_fields.values() for kind in kinds(field.annotation)]
    return list(dict.fromkeys(found))


def kinds(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [kind for part in getattr(annotation, "__args__", ()) for kind in kinds(part)]


@pytest.mark.parametrize("model", [Settings, TenantSettings])
def test_every_setting_is_described(model: type[BaseModel]) -> None:
    faults = [name for name, field in fields(model) if not field.description and not kinds(field.annotation)]
    assert not faults


def test_the_page_of_settings_is_current() -> None:
    script = runpy.run_path(str(ROOT / "docs" / "generate_settings.py"))
    assert (ROOT / "docs" / "settings.md").read_text() == script["page"](), (
        "run .venv/bin/python docs/generate_settings.py"
    )


def test_lock_files_hold_no_address() -> None:
    lines = [
        f"{path.name}:{number} {line[:80]}"
        for path in sorted((ROOT / "requirements").glob("*.txt"))
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if "://" in line or "index-url" in line or "find-links" in line
    ]
    assert not lines


def test_open_work_names_its_issue() -> None:
    faults = [
        f"{named(path)}:{number} {line.strip()[:80]}"
        for path in [*our_files(), *markdown_files()]
        if path != Path(__file__)
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if OPEN_WORK.search(line)
    ]
    assert not faults


def test_links_between_documents_lead_somewhere() -> None:
    faults = []
    for path in markdown_files():
        for match in LINK.finditer(FENCED.sub("", path.read_text())):
            target = next(filter(None, match.groups()))
            if not leads_somewhere(path, target):
                faults.append(f"{named(path)}: {target}")
    assert not faults


def leads_somewhere(page: Path, target: str) -> bool:
    if re.match(r"[a-z]+:", target):
        return True
    name, _, anchor = target.partition("#")
    aim = (page.parent / name).resolve() if name else page
    if not aim.exists():
        return False
    return not anchor or aim.suffix != ".md" or anchor in {slug(title) for title in HEADING.findall(aim.read_text())}


def slug(title: str) -> str:
    """Return a heading's anchor as GitHub and Docsify make it."""
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).lower()
    return re.sub(r"[^\w\- ]", "", words).strip().replace(" ", "-")


def test_figures_in_the_readme_are_those_measured() -> None:
    results, region = ROOT / "bench" / "results.json", bench_region()
    assert results.exists(), "nothing was measured yet: make bench, then python -m bench --readme"
    assert region, "the README shows no figures: python -m bench --readme"
    document = json.loads(results.read_text())
    measured = {figure for value in leaves(document) for figure in spellings(value)}
    measured |= set(FIGURE.findall(results.read_text()))  # goals stand there as words
    cells = [cell.strip() for line in region.splitlines()[2:] for cell in line.strip("|").split("|")[1:]]
    figures = [figure for cell in cells for figure in FIGURE.findall(cell)]
    assert not [figure for figure in figures if figure.replace(",", "") not in measured]


def bench_region() -> str:
    found = re.search(r"<!-- bench:start -->\n(.*?)<!-- bench:end -->", (ROOT / "README.md").read_text(), re.DOTALL)
    assert found, "README.md has lost its marks <!-- bench:start --> and <!-- bench:end -->"
    return found[1].strip() if "|" in found[1] else ""


def leaves(value: object) -> Iterator[float]:
    match value:
        case bool():
            return
        case int() | float():
            yield value
        case Mapping():
            for item in value.values():
                yield from leaves(item)
        case list():
            for item in value:
                yield from leaves(item)


def spellings(value: float) -> set[str]:
    return {f"{value:.{digits}f}" for digits in range(5)}


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "format", "--check", "src", "tests", "bench", "docs"),
        ("ruff", "check", "src", "tests", "bench", "docs"),
        ("mypy",),
        ("lint-imports", "--no-logo"),
    ],
    ids=["format", "lint", "types", "imports"],
)
def test_the_checks_pass(command: tuple[str, ...]) -> None:
    done = subprocess.run([BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_the_floors_are_drawn_as_the_law_has_them() -> None:
    law = (ROOT / ".importlinter").read_text().partition("layers =\n")[2].partition("\n\n")[0]
    floors = [line.strip() for line in law.splitlines()]
    page = (ROOT / "docs" / "architecture.md").read_text().partition("## Who may import whom")[2]
    assert page.split("```")[1].strip().splitlines() == floors


def test_every_room_stands_in_the_picture() -> None:
    drawn = (ROOT / "docs" / "architecture.md").read_text().partition("## Rooms")[2].partition("##")[0]
    rooms = [path.name for path in SRC.iterdir() if path.is_dir() and any(path.glob("*.py"))]
    rooms += [path.name for path in SRC.glob("*.py") if not path.name.startswith("__")]
    assert [room for room in rooms if not re.search(rf"\b{re.escape(room)}\b", drawn)] == []
