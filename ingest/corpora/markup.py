"""HTML as plain text: what a reader would see, each block on a line of its own."""

from __future__ import annotations

import re
from html import unescape

# No dependency reads HTML, and the standard library's parser begins anew behind every "<" that no ">" follows: 1 MB of
# "<a <a <a" takes it hours. Here, as in a browser, what has no end goes on to the end of the text: each expression
# succeeds wherever it can begin, so that no part of the text is read again.
UNSEEN = re.compile(r"<!(?=--).*?(?:-->|\Z)|<(script|style|template|title)(?=[\s/>]).*?(?:</\1[^>]*>?|\Z)", re.S | re.I)
TAG = re.compile(r"""<(/?[a-z][^\s/>]*)(?:[^>=]+|=\s*(?:"[^"]*"?|'[^']*'?)?)*+>?|<[!?/][^>]*>?""", re.I)

# Elements that begin and end a line.
BLOCK = re.compile(
    r"/?(address|article|aside|blockquote|body|br|center|dd|div|dl|dt|fieldset|figure|footer|form|h[1-6r]|header|li|main|"
    r"nav|[ou]l|p|pre|section|table|t[dhr])"
)


def text_of_html(html: str) -> str:
    """Return the visible text; only a block begins a new line, except in preformatted text."""
    pieces: list[str] = []
    preformatted = False
    parts = [*TAG.split(UNSEEN.sub("", html)), ""]
    for text, tag in zip(parts[::2], parts[1::2], strict=True):
        seen = unescape(text)
        pieces.append(seen if preformatted else re.sub(r"\s+", " ", seen))
        name = (tag or "").lower()  # a declaration has none
        if BLOCK.fullmatch(name):
            pieces.append("\n")
        if name in ("pre", "/pre"):
            preformatted = name == "pre"
    lines = "".join(pieces).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(" ".join(line.split()) for line in lines)).strip()
