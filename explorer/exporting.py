"""Exporting: posts and what is known of them as a table, and tables and vectors as files."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from explorer.writing import writing
from ingest.embedders.normalizing import encodable
from ingest.errors import UserError
from ingest.posts import Post

if TYPE_CHECKING:
    from pandas import DataFrame

FloatMatrix: TypeAlias = NDArray[np.float32]
Writer = TypeVar("Writer")

TEXTS = ("id", "newsgroup", "subset", "subject", "text")


def posts_table(posts: Sequence[Post], rows: NDArray[Any], **columns: NDArray[Any]) -> DataFrame:
    """Make a table of the posts at ``rows``, in their order.

    Parameters
    ----------
    posts : sequence of Post
    rows : ndarray of shape (n_rows,), int
    **columns : ndarray of shape (n_posts,)
        Figures for every post, such as x, y, cluster and similarity; NaN is unknown.

    Returns
    -------
    DataFrame of n_rows rows
        With id, newsgroup, subset, subject and text, then the columns given.
    """
    from pandas import DataFrame

    chosen = [posts[row] for row in rows]
    texts = {name: [encodable(getattr(post, name)) for post in chosen] for name in TEXTS}
    figures = {name: column[rows] for name, column in columns.items()}
    return DataFrame({**texts, **figures}, index=range(len(chosen)))


def write(table: DataFrame, path: Path) -> None:
    """Write a table as what the path's ending names.

    Raises
    ------
    UserError
        Where no such file can be written, or the path cannot be written to.
    """
    write_table = require_writer(path)
    with writing(path) as file:
        write_table(table, file)


def write_vectors(post_ids: Sequence[str], vectors: FloatMatrix, path: Path) -> None:
    """Write vectors with the ids of their posts, to a file that ``numpy.load`` or any reader of Parquet reads.

    Parameters
    ----------
    vectors : ndarray of shape (n_posts, dimensions), float32
    """
    write_them = require_vector_writer(path)
    with writing(path) as file:
        write_them(post_ids, vectors, file)


def require_writer(path: Path) -> Callable[[DataFrame, BinaryIO], None]:
    """Return what writes tables to such a path, so that another can be refused before any work."""
    return require_choice(path, WRITERS, "A table")


def require_vector_writer(path: Path) -> Callable[[Sequence[str], FloatMatrix, BinaryIO], None]:
    """Return what writes vectors to such a path."""
    return require_choice(path, VECTOR_WRITERS, "Vectors")


def require_choice(path: Path, writers: Mapping[str, Writer], what: str) -> Writer:
    """Return the writer that the path's ending names."""
    ending = path.suffix.lower()
    if ending not in writers:
        kind = f"{ending!r}" if ending else "no ending"
        raise UserError(f"{what} cannot be written to a file with {kind}: choose from {', '.join(writers)}.")
    return writers[ending]


def _write_csv(table: DataFrame, file: BinaryIO) -> None:
    """Write comma-separated values with every text in quotes, since a bare carriage return would end its row."""
    table.to_csv(file, index=False, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n", encoding="utf-8")


def _write_jsonl(table: DataFrame, file: BinaryIO) -> None:
    table.to_json(file, orient="records", lines=True, double_precision=15)


def _write_parquet(table: DataFrame, file: BinaryIO) -> None:
    table.to_parquet(file, index=False)


def _write_npz(post_ids: Sequence[str], vectors: FloatMatrix, file: BinaryIO) -> None:
    """Write arrays ``ids`` and ``vectors``; nothing in them is pickled."""
    np.savez(file, ids=np.array(list(map(encodable, post_ids)), np.str_), vectors=vectors)


def _write_vector_column(post_ids: Sequence[str], vectors: FloatMatrix, file: BinaryIO) -> None:
    from pandas import DataFrame

    columns = {"id": list(map(encodable, post_ids)), "vector": list(vectors)}
    DataFrame(columns).to_parquet(file, index=False)


WRITERS: dict[str, Callable[[DataFrame, BinaryIO], None]] = {
    ".csv": _write_csv,
    ".jsonl": _write_jsonl,
    ".parquet": _write_parquet,
}

VECTOR_WRITERS: dict[str, Callable[[Sequence[str], FloatMatrix, BinaryIO], None]] = {
    ".npz": _write_npz,
    ".parquet": _write_vector_column,
}
