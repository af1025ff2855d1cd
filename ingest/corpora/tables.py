"""Tables of posts, one row for each: CSV, JSON lines and Parquet."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ingest.corpora.columns import Columns, find_columns
from ingest.corpora.decoding import UTF_16_MARKS, decode, printable
from ingest.corpora.gathering import Found, Unreadable
from ingest.errors import UserError

if TYPE_CHECKING:
    from pyarrow import RecordBatch

N_ROWS_AT_ONCE = 16  # where rows are measured, each of which may be huge
HEAD_BYTES, N_HEAD_ROWS = 1_000_000, 200  # from which columns are guessed
DELIMITERS = ",;\t|"
LARGEST_FIELD = 2**31 - 1  # in characters, instead of 131,072: what a C long holds everywhere


@dataclass(frozen=True, slots=True)
class Row:
    """A row's values by column; ``name`` is what the user would know it by."""

    number: int
    name: str
    values: Mapping[Any, Any]


def read_csv(path: Path, columns: Columns) -> Iterator[Found | Unreadable]:
    """Read comma-separated values, or what else the header is separated by."""
    return _posts(path, columns, list(_csv_rows(path.read_bytes())))


def read_jsonl(path: Path, columns: Columns) -> Iterator[Found | Unreadable]:
    """Read JSON lines: one object a line."""
    return _posts(path, columns, list(_json_rows(path)))


def read_parquet(path: Path, columns: Columns) -> Iterator[Found | Unreadable]:
    """Read a Parquet file."""
    with _parquet(path) as file:
        yield from posts_of_rows(*_parquet_rows(path, columns, file))


def bytes_of_parquet(path: Path) -> Iterator[int]:
    """Yield how many bytes the posts of a Parquet file take, part by part: packed, they may be but a few."""
    with _parquet(path) as file:
        _, batches = _parquet_batches(path, Columns(), file, N_ROWS_AT_ONCE)
        yield from (batch.nbytes for batch in batches)


def head_of_csv(path: Path) -> list[Mapping[str, Any]]:
    """Return rows from the beginning of a file, of which the last may be cut short."""
    with path.open("rb") as file:
        raw = b"".join(file.readlines(HEAD_BYTES))
    raw = path.read_bytes() if raw.startswith(UTF_16_MARKS) else raw  # its lines do not end in a byte
    return _head(_csv_rows(raw))


def head_of_jsonl(path: Path) -> list[Mapping[str, Any]]:
    """Return rows from the beginning of a file."""
    return _head(_json_rows(path))


def columns_of_parquet(path: Path) -> dict[str, bool]:
    """Return the columns of a file, and whether they hold texts; of these nothing is read, which may be huge."""
    from pyarrow import types
    from pyarrow.parquet import read_schema

    with _parquet(path) as file:
        return {
            field.name: types.is_string(field.type) or types.is_large_string(field.type) for field in read_schema(file)
        }


def _head(rows: Iterable[Row | Unreadable]) -> list[Mapping[str, Any]]:
    return [row.values for row in islice(rows, N_HEAD_ROWS) if isinstance(row, Row)]


@contextmanager
def _parquet(path: Path) -> Iterator[BinaryIO]:
    """Open a Parquet file, and tell the user where it is damaged."""
    from pyarrow import ArrowException

    # Here an OSError is the operating system's, below it is what pyarrow says of a damaged file.
    with path.open("rb") as file:
        try:
            yield file
        except (ArrowException, LookupError, OSError, OverflowError, ValueError) as error:
            reason = printable(f"{type(error).__name__}: {error}").rstrip(".")
            raise UserError(f"{path} cannot be read as Parquet ({reason}): write it anew.") from error


def _csv_rows(raw: bytes) -> Iterator[Row | Unreadable]:
    csv.field_size_limit(LARGEST_FIELD)
    text = decode(raw)
    head = text.partition("\n")[0]
    records = csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=head.count))
    header = [name.strip() for name in next(records, [])]
    for number, record in enumerate(filter(None, records), 1):
        name = f"row {number}"
        if len(record) > len(header):
            yield Unreadable(name, f"{len(record)} fields where the header has {len(header)}")
        else:
            yield Row(number, name, dict(zip(header, record, strict=False)))


def _json_rows(path: Path) -> Iterator[Row | Unreadable]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield _json_row(decode(line), number)


def _json_row(line: str, number: int) -> Row | Unreadable:
    name = f"line {number}"
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return Unreadable(name, "not JSON")
    return Row(number, name, values) if isinstance(values, dict) else Unreadable(name, "not a JSON object")


def _parquet_rows(path: Path, columns: Columns, file: BinaryIO) -> tuple[Columns, Iterator[Mapping[Any, Any]]]:
    chosen, batches = _parquet_batches(path, columns, file)
    return chosen, (values for batch in batches for values in batch.to_pylist())


def _parquet_batches(
    path: Path, columns: Columns, file: BinaryIO, n_rows: int = 65_536
) -> tuple[Columns, Iterator[RecordBatch]]:
    """Return what is chosen of a file; columns of no post may be huge, or hold what Python cannot, and are not read."""
    from pyarrow.parquet import ParquetFile

    table = ParquetFile(file)
    chosen = find_columns(path, table.schema_arrow.names, columns)
    return chosen, table.iter_batches(n_rows, columns=list({name for name in astuple(chosen) if name is not None}))


def posts_of_rows(columns: Columns, rows: Iterable[Mapping[Any, Any]]) -> Iterator[Found | Unreadable]:
    """Make posts of rows whose columns are known."""
    for number, values in enumerate(rows, 1):
        yield _post(Row(number, f"row {number}", values), columns)


def _posts(path: Path, columns: Columns, rows: Sequence[Row | Unreadable]) -> Iterator[Found | Unreadable]:
    """Make posts of rows, each of which may bring new columns."""
    names = list(dict.fromkeys(name for row in rows if isinstance(row, Row) for name in row.values))
    chosen = find_columns(path, names, columns)
    for row in rows:
        yield _post(row, chosen) if isinstance(row, Row) else row


def _post(row: Row, columns: Columns) -> Found | Unreadable:
    raw = row.values.get(columns.text or "")
    if isinstance(raw, dict | list):
        return Unreadable(row.name, f"its text is a {type(raw).__name__}")
    text = _cell(row, columns.text)
    if not text.strip():
        return Unreadable(row.name)
    return Found(
        label=_cell(row, columns.label),
        name=_cell(row, columns.id) or str(row.number),
        text=text,
        subject=_cell(row, columns.subject),
        subset=_cell(row, columns.subset),
    )


def _cell(row: Row, column: str | None) -> str:
    return "" if column is None else _as_text(row.values.get(column))


def _as_text(value: object) -> str:
    """Return a cell as text, empty where there is nothing in it that reads as one."""
    match value:
        case str():
            return value
        case None | dict() | list():
            return ""
        case bytes():
            return decode(value)
        case float() if math.isnan(value):
            return ""
        case float() if value.is_integer():
            return str(int(value))  # class ids turn into floats where one is missing
        case _:
            return str(value)
