"""Tables in a terminal: lines as wide as it is, long texts cut, and columns that do not fit in a table below."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

GAP = 2  # between two columns
LEAST_CUT = 8  # as wide as a column stays that is cut
WIDE = 10_000  # where no terminal sets a width, no line is cut


@dataclass(frozen=True, slots=True)
class Table:
    """What a table shows; the columns of the names in ``cut`` are cut where a terminal is too narrow."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    cut: Collection[str] = field(default=())

    def of(self, places: Sequence[int]) -> Table:
        """Return the table of some of the columns."""
        return Table(
            [self.columns[each] for each in places], [[row[each] for each in places] for row in self.rows], self.cut
        )

    def parts(self, width: int) -> Iterator[Table]:
        """Yield tables that fit, each of which begins with the first column, as the one that says what a row is."""
        needed = [self._needs(place) for place in range(len(self.columns))]
        taken = [0]
        for place in range(1, len(self.columns)):
            if len(taken) > 1 and sum(needed[each] + GAP for each in (*taken, place)) - GAP > width:
                yield self.of(taken)
                taken = [0]
            taken.append(place)
        yield self.of(taken)

    def _needs(self, place: int) -> int:
        from rich.cells import cell_len

        widest = max(map(cell_len, (self.columns[place], *(row[place] for row in self.rows))))
        return min(widest, LEAST_CUT) if self.columns[place] in self.cut else widest


def lines_of(table: Table, *, in_terminal: bool) -> str:
    """Return a table as text; where it is not for a terminal, everything is there in full."""
    from rich.console import Console

    # A terminal has styles, unless whoever sits there wants none (https://no-color.org).
    has_styles = in_terminal and not os.environ.get("NO_COLOR")
    console = Console(
        width=None if in_terminal else WIDE,
        force_terminal=has_styles,
        color_system="auto" if has_styles else None,
    )
    with console.capture() as captured:
        for number, part in enumerate(table.parts(console.width)):
            if number:
                console.print()
            console.print(_drawn(part))
    return captured.get()


def _drawn(table: Table) -> object:
    from rich.table import Table as Drawn
    from rich.text import Text

    drawn = Drawn(box=None, pad_edge=False, header_style="bold")
    for column in table.columns:
        drawn.add_column(column, overflow="ellipsis", no_wrap=column not in table.cut)
    for row in table.rows:
        drawn.add_row(*(Text(cell, no_wrap=True, overflow="ellipsis") for cell in row))
    return drawn
