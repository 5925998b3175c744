"""Results as JUnit XML, which every build server reads, and as JSON."""

import json
import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from frontdesk.rehearsal.conversations.reading import Fault
from frontdesk.rehearsal.conversations.results import Failure, Result, Run

UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to say."""


def xml(run: Run) -> bytes:
    """Return the document: a suite a file, a test case a conversation."""
    root = Element("testsuites", {"name": "frontdesk test", **_totals(run.results, run.faults, run.seconds)})
    for file, group in groupby(run.results, lambda result: str(result.case.file)):
        results = list(group)
        suite = SubElement(
            root, "testsuite", {"name": fit(file), **_totals(results, (), sum(r.seconds for r in results))}
        )
        for result in results:
            _case(suite, result)
    for fault in run.faults:
        suite = SubElement(root, "testsuite", name=fit(fault.file), tests="1", failures="0", errors="1", time="0.000")
        case = SubElement(suite, "testcase", name="the file can be read", classname=fit(fault.file), time="0.000")
        error = SubElement(case, "error", message=fit(fault.words), type="fault")
        error.text = fit(str(fault))
    ElementTree.indent(root)
    body: str = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def _totals(results: Sequence[Result], faults: Sequence[Fault], seconds: float) -> dict[str, str]:
    outcomes = [result.outcome for result in results]
    return {
        "tests": str(len(outcomes) + len(faults)),
        "failures": str(outcomes.count("failed")),
        "errors": str(outcomes.count("broke") + len(faults)),
        "time": f"{seconds:.3f}",
    }


def _case(suite: Element, result: Result) -> None:
    case = result.case
    where = {"name": fit(case.title), "classname": fit(str(case.file)), "time": f"{result.seconds:.3f}"}
    element = SubElement(suite, "testcase", where)
    if result.failure:
        kind = "error" if result.broke else "failure"
        told = SubElement(element, kind, message=fit("; ".join(result.failure.faults)), type=result.outcome)
        told.text = fit("\n".join(lines(result.failure, str(case.file))))


def lines(failure: Failure, file: str) -> list[str]:
    """Return a failure in plain lines: where, what, what was said before, and why."""
    found = [f"{file}:{failure.line}: step {failure.number}", *failure.faults]
    if failure.transcript:
        found += ["", "what was said:", *(f"  {line}" for line in failure.transcript)]
    why = {name: value for name, value in failure.why.items() if name != "impossible"}
    return [*found, "", "why:", *(f"  {name}: {_short(value)}" for name, value in why.items())] if why else found


def _short(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def fit(text: str) -> str:
    """Return a text XML can hold."""
    return UNFIT.sub("\ufffd", text)


def document(run: Run) -> dict[str, Any]:
    """Return the results as plain JSON."""
    return {
        "seconds": round(run.seconds, 3),
        "passed": run.count("passed"),
        "failed": run.count("failed"),
        "broke": run.count("broke"),
        "faults": [{"file": fault.file, "line": fault.line, "message": fault.words} for fault in run.faults],
        "conversations": [_told(result) for result in run.results],
    }


def _told(result: Result) -> Mapping[str, Any]:
    case, failure = result.case, result.failure
    told = {
        "file": str(case.file),
        "name": case.name,
        "variant": case.variant,
        "channel": case.channel,
        "line": failure.line if failure else case.line,
        "outcome": result.outcome,
        "seconds": round(result.seconds, 3),
    }
    if failure:
        told |= {"step": failure.number, "faults": list(failure.faults), "transcript": list(failure.transcript)}
        told["why"] = {name: value for name, value in failure.why.items() if name != "impossible"}
    return told
