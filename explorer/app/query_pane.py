"""The pane of questions that are embedded as queries and as documents: what that would take, and what it has shown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from explorer.app.comparison_pane import DIGITS, best_of
from explorer.app.screen import Screen
from explorer.query_trial import QueryBill, QueryComparison
from ingest.errors import UserError

Props = dict[str, Any]

NO_DIFFERENCE = "This model has no task types: whichever is asked for makes no difference, so they were asked once."


def queries_of(screen: Screen) -> Props:
    """Return what asking would take, or what it has shown, where nothing has to be embedded for that."""
    try:
        bill = screen.beside.bill
        if screen.beside.is_asked or not bill.n_texts:
            return _shown(found=_found(screen.beside.ask_queries()))
        _require_right(screen, bill)
    except UserError as error:
        return _shown(problem=str(error))
    return _shown(offer=_offer(screen, bill))


def ask_queries(screen: Screen) -> Iterator[Props]:
    """Ask, and tell meanwhile how many texts are embedded."""
    try:
        bill = screen.beside.bill
        _require_right(screen, bill)
        n_texts = bill.n_texts
        yield _shown(progress=_embedded(0, n_texts))
        for n_done in screen.beside.asking.follow(None):
            yield {} if n_done is None else _shown(progress=_embedded(n_done, n_texts))
    except UserError as error:
        yield {**queries_of(screen), "problem": str(error)}
    else:
        yield queries_of(screen)


def _require_right(screen: Screen, bill: QueryBill) -> None:
    """Refuse what is paid for, or may be, where visitors may not have that done."""
    if bill.usd != 0:
        screen.rights.require_change()


def _shown(**given: Any) -> Props:
    return {"found": None, "offer": None, "progress": None, "problem": "", **given}


def _offer(screen: Screen, bill: QueryBill) -> Props:
    ways = "as queries and as documents" if screen.explorer.manifest.embedded_as else "once"
    price = f", for about {bill.usd:.4f} USD" if bill.usd else ""
    return {
        "told": f"{bill.n_questions:,} questions, embedded {ways}. {bill.n_texts:,} texts are not stored yet{price}.",
        "label": f"Embed {bill.n_texts:,} texts and measure",
    }


def _embedded(n_done: int, n_texts: int) -> Props:
    return {"told": f"Embedded {n_done:,} of {n_texts:,} texts …", "share": n_done / max(n_texts, 1)}


def _found(found: QueryComparison) -> Props:
    ways = {"RETRIEVAL_QUERY": found.as_query}
    if found.has_task_types:
        ways["RETRIEVAL_DOCUMENT"] = found.as_document
    figures = list(ways.values())
    row = {"title": f"Precision@{found.n_nearest}", "explanation": "", "figures": figures, "best": best_of(figures)}
    return {"columns": list(ways), "rows": [row], "hint": _verdict(found)}


def _verdict(found: QueryComparison) -> str:
    asked = f"{found.n_questions:,} questions."
    if not found.has_task_types:
        return f"{asked} {NO_DIFFERENCE}"
    gain = round(found.gain, DIGITS)
    if not gain:
        return f"{asked} The query's task type makes no difference here."
    return f"{asked} The query's task type {'gains' if gain > 0 else 'loses'} {abs(gain):.{DIGITS}f}."
