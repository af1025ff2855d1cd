"""``python -m benchmarks [NAME]...``: measure, and print a table for each name."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from benchmarks.measurements import MEASURES, N_KILLS, STORED, measure_stored
from ingest.console import run
from ingest.errors import UnknownNameError

STORE = Path(__file__).with_name("store")
LONG = ["torture", "scale"]  # run only where they are asked for
NAMES = [*STORED, *MEASURES]


def main() -> int:
    """Parse, run, and return the exit status."""
    options = make_parser().parse_args()
    return run(lambda: measure(options), interrupted="Interrupted: what was embedded is kept.")


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)} (default: all but {' and '.join(LONG)})"
    )
    parser.add_argument("--store", type=Path, default=STORE, metavar="DIR", help="(default: benchmarks/store)")
    parser.add_argument("--seconds", type=int, default=60, metavar="S", help="of load (default: 60)")
    parser.add_argument("--repeats", type=as_repeats, default=3, metavar="N", help="of each projection (default: 3)")
    torture = parser.add_argument_group("torture")
    torture.add_argument("--kills", type=int, metavar="N", help=f"(default: {N_KILLS})")
    torture.add_argument("--seed", type=int, metavar="S", help="(default: 0)")
    scale = parser.add_argument_group("scale")
    scale.add_argument("--sizes", type=as_sizes, metavar="N,N,...", help="numbers of posts")
    return parser


def as_repeats(given: str) -> int:
    if not given.isdecimal() or not int(given):
        raise argparse.ArgumentTypeError(f"{given} is not 1 or more")
    return int(given)


def as_sizes(given: str) -> list[int]:
    return [int(size) for size in given.split(",")]


def measure(options: argparse.Namespace) -> None:
    """Print every table that is asked for."""
    for name in options.names:
        if name not in NAMES:
            raise UnknownNameError("benchmark", name, NAMES)
    has_torture_options = (options.kills, options.seed) != (None, None)
    names = options.names or (["torture"] if has_torture_options else [name for name in NAMES if name not in LONG])
    if wanted := [name for name in STORED if name in names]:
        measure_stored(options, wanted)
    for name, measure_one in MEASURES.items():
        if name in names:
            measure_one(options)


if __name__ == "__main__":
    sys.exit(main())
