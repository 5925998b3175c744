"""Formatted text as WhatsApp writes it: `*bold* _italic_ ~strike~`, code in backticks, quotes after `>`."""

import re

from frontdesk.core.content import Content
from frontdesk.core.formatting import Run, plain, runs

MARKS = (("b", "*"), ("i", "_"), ("s", "~"))
EDGES = re.compile(r"^(\s*)(.*?)(\s*)$", re.DOTALL)
TITLE_MARKS = re.compile(r"(?<!\w)([*_~`]+)(?=\S)(.+?)(?<=\S)\1(?!\w)")
END = Run("")


def spoken(content: Content, most: int) -> str:
    """Return a content's words in WhatsApp's markup, or without any where the marks would not fit any more."""
    text = content.text or ""
    if content.format != "html":
        return text
    marked = marked_up(text)
    return marked if len(marked) <= most else plain(text)


def marked_up(text: str) -> str:
    """Return HTML of the small set in WhatsApp's markup.

    WhatsApp reads a mark only at the edge of a word and within one line, and knows no underline and no links: a link's
    address follows its words. There is no way to escape a mark that was meant as such.
    """
    found = [END, *runs(text), END]
    written = ""
    for before, run, after in zip(found, found[1:], found[2:], strict=False):
        quoted, was_quoted = "blockquote" in run.styles, "blockquote" in before.styles
        if quoted != was_quoted and written and not written.endswith("\n"):
            written += "\n"
        words = _worded(run, before.text[-1:], after.text[:1])
        written += _quoted(words, fresh=not written or written.endswith("\n")) if quoted else words
    return written


def _worded(run: Run, before: str, after: str) -> str:
    text = f"{run.text} ({run.href})" if run.href and run.href != run.text else run.text
    if run.styles & {"pre", "code"}:
        mark = "```" if "pre" in run.styles or "\n" in text else "`"
        return f"{mark}{text}{mark}"
    inside_word = (before.isalnum() and text[:1].isalnum()) or (after.isalnum() and text[-1:].isalnum())
    marks = "" if inside_word else "".join(mark for style, mark in MARKS if style in run.styles)
    return "\n".join(_marked(line, marks) for line in text.split("\n"))


def _quoted(text: str, *, fresh: bool) -> str:
    return ("> " if fresh else "") + text.replace("\n", "\n> ")


def _marked(line: str, marks: str) -> str:
    """Put marks around a line's words; white space stays outside of them."""
    match = EDGES.match(line)
    if not marks or match is None or not match[2]:
        return line
    return f"{match[1]}{marks}{match[2]}{marks[::-1]}{match[3]}"


def title(text: str, most: int) -> str:
    """Return a button's or row's title: one line, no markup, cut where it is too long."""
    line = " ".join(TITLE_MARKS.sub(r"\2", text).split()) or "…"
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
