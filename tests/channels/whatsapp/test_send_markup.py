"""Formatted text in WhatsApp's markup."""

import pytest

from frontdesk.channels.whatsapp.markup import marked_up, spoken, title
from frontdesk.core.content import Content

MARKED = [
    ("<b>Hi</b> there", "*Hi* there"),
    ("<b>Hi </b>there", "*Hi* there"),
    ("<i>a</i> <s>b</s> <u>c</u>", "_a_ ~b~ c"),
    ("<b>two\nlines</b>", "*two*\n*lines*"),
    ("<b>bold <i>both</i></b>", "*bold* *_both_*"),
    ("un<b>believ</b>able", "unbelievable"),
    ("<b> </b>", " "),
    ("<code>a*b</code>", "`a*b`"),
    ("<pre>x = 1\ny</pre>", "```x = 1\ny```"),
    ('see <a href="https://example.org">here</a>!', "see here (https://example.org)!"),
    ('<a href="https://example.org">https://example.org</a>', "https://example.org"),
    ("<blockquote>one\ntwo</blockquote>after", "> one\n> two\nafter"),
    ("before<blockquote>one</blockquote>", "before\n> one"),
    ("<blockquote>a <b>b</b> c</blockquote>", "> a *b* c"),
    ("1 &lt; 2 &amp; <p>3</p>", "1 < 2 & <p>3</p>"),
]


@pytest.mark.parametrize(("html", "marked"), MARKED)
def test_html_of_the_small_set_becomes_whatsapp_s_marks(html: str, marked: str) -> None:
    assert marked_up(html) == marked


def test_marks_that_would_not_fit_are_left_out() -> None:
    content = Content(text="<b>" + "a" * 10 + "</b>", format="html")
    assert [spoken(content, most) for most in (12, 11)] == [f"*{'a' * 10}*", "a" * 10]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("*a* b", "a b"), ("2 * 3 * 4", "2 * 3 * 4"), ("`a`\t~b~", "a b"), ("", "…"), ("abcdef", "abcd…"), ("a_b", "a_b")],
)
def test_a_title_is_plain(text: str, shown: str) -> None:
    assert title(text, 5 if text == "abcdef" else 20) == shown
