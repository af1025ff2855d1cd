"""``python -m benchmarks [--store DIR]``: ingest all real posts offline where that is not done, then measure."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks import quality, search
from explorer import Explorer
from ingest.console import ConsoleProgress, run
from ingest.corpora import read_corpus
from ingest.embedders import make_embedder
from ingest.job import Order, ingest
from ingest.store import Store

STORE = Path(__file__).with_name("store")


def main() -> int:
    """Parse, run, and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--store", type=Path, default=STORE, metavar="DIR", help="(default: benchmarks/store)")
    path = parser.parse_args().store
    return run(lambda: measure(path), interrupted="Interrupted: what was embedded is kept.")


def measure(path: Path) -> None:
    """Print every table."""
    fill(path)
    with Explorer.open(path, corpus="20newsgroups") as explorer:
        search.report(explorer, path)
        quality.report(explorer)


def fill(path: Path) -> None:
    """Ingest what the store lacks; a second time that takes seconds."""
    with Store(path, create=True) as store:
        ingest(read_corpus("20newsgroups"), Order(), make_embedder("minilm"), store, ConsoleProgress())


if __name__ == "__main__":
    sys.exit(main())
