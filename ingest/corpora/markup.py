"""HTML as plain text: what a reader would see, each block on a line of its own."""

from __future__ import annotations

import re
from html.parser import HTMLParser

# Elements whose text nobody sees, and those that begin and end a line.
SILENT = frozenset({"script", "style", "template", "title"})
BLOCK = re.compile(
    r"address|article|aside|blockquote|body|br|center|dd|div|dl|dt|fieldset|figure|footer|form|h[1-6r]|header|li|main|"
    r"nav|[ou]l|p|pre|section|table|t[dhr]"
)


def text_of_html(html: str) -> str:
    """Return the visible text; markup that no parser takes is left as it is."""
    reader = _Reader()
    try:
        reader.feed(html)
        reader.close()
    except AssertionError:  # html.parser's answer to a malformed declaration
        return html
    lines = "".join(reader.pieces).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(" ".join(line.split()) for line in lines)).strip()


class _Reader(HTMLParser):
    """Collects visible text; only a block begins a new line, except in preformatted text."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self.silent_in = ""
        self.preformatted = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT and not self.silent_in:
            self.silent_in = tag
        self._break(tag, opens=True)

    def handle_endtag(self, tag: str) -> None:
        if tag == self.silent_in:
            self.silent_in = ""
        self._break(tag, opens=False)

    def handle_data(self, data: str) -> None:
        if not self.silent_in:
            self.pieces.append(data if self.preformatted else re.sub(r"\s+", " ", data))

    def _break(self, tag: str, *, opens: bool) -> None:
        if tag == "pre":
            self.preformatted = opens
        if BLOCK.fullmatch(tag):
            self.pieces.append("\n")
