"""HTML as plain text: what is seen of it, and what of it is hidden by something that nothing ends."""

from __future__ import annotations

import pytest

from ingest.corpora.markup import text_of_html

E_ACUTE = "\N{LATIN SMALL LETTER E WITH ACUTE}"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>one</p><p>two <b>three</b></p>", "one\n\ntwo three"),
        ("one<br>two<br/>three<div>four</div>five", "one\ntwo\nthree\nfour\nfive"),
        ("a\n  folded\tline", "a folded line"),
        ("<PRE>first\n<i>second</i>\nthird</PRE>not\nfourth", "first\nsecond\nthird\nnot fourth"),
        ("<style>p {}</style><script>if (a < b) run()</script>seen<!-- not -->", "seen"),
        ("<html><head><title>not</title><body>seen", "seen"),
        ("caf&eacute; &amp; &#x41; &lt;b&gt;", f"caf{E_ACUTE} & A <b>"),
        ("<ul><li>one<li>two</ul>", "one\ntwo"),
        ("2 < 3 & 4 <> 5", "2 < 3 & 4 <> 5"),
        ("<a title='1 > 0' href = \"x>y\" name=it's>seen</a>", "seen"),
        ("<STYLE>p {}</style >seen<script>'<b'</script>", "seen"),
        ("<!-- </style> <style> -->seen<style><!--</style> too", "seen too"),
        ("<!-->seen<!---> too", "seen too"),
        ("<!--[if !mso]><!-->seen<!--<![endif]--><![if !mso]> too<![endif]>", "seen too"),
        ("<!DOCTYPE html><?xml version='1.0'?>seen</ >", "seen"),
    ],
)
def test_html_is_read_as_it_is_seen(html: str, text: str) -> None:
    assert text_of_html(html) == text


@pytest.mark.parametrize(
    "opening", ["<!-- not", "<!-- not>", "<script>not", "<a not", '<a href="not>', "<a href='not\">", "<![not", "</not"]
)
def test_what_nothing_ends_hides_all_that_follows_as_in_a_browser(opening: str) -> None:
    assert text_of_html(f"seen{opening}") == "seen"


@pytest.mark.parametrize(
    "opening", ["<a ", "</", "<!--x>", "<![", "<!", "<?", "<a x=", '<a x="', "<script ", "<style>"]
)
def test_a_million_characters_that_nothing_ends_are_read_in_no_time(opening: str) -> None:
    assert text_of_html("seen" + opening * (1_000_000 // len(opening))) == "seen"
