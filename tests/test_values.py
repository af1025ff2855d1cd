"""The values of options: both command lines read them in the same spellings, and refuse them in the same words."""

from __future__ import annotations

import pytest

from explorer.verbs.parsing import parse as parse_verb
from ingest.embedders import TaskType
from ingest.options import parse as parse_ingest


@pytest.mark.parametrize("spelled", ["RETRIEVAL_DOCUMENT", "retrieval_document", "retrieval-document"])
def test_a_task_type_is_spelled_as_by_the_api_or_as_in_the_name_of_a_collection(spelled: str) -> None:
    assert parse_ingest(["--task-types", spelled]).task_types == (TaskType.RETRIEVAL_DOCUMENT,)
    assert parse_verb(["cluster", "--task-type", spelled]).task_type is TaskType.RETRIEVAL_DOCUMENT


@pytest.mark.parametrize(
    ("of_ingest", "of_verb", "why"),
    [
        (["--task-types", "X"], ["cluster", "--task-type", "X"], "no task type 'X': choose from RETRIEVAL_DOCUMENT, "),
        (["--per-newsgroup", "0"], ["search", "orbit", "-n", "0"], "'0' is not a whole number of 1 or more"),
    ],
)
def test_what_cannot_be_read_is_refused_in_the_same_words(
    capsys: pytest.CaptureFixture[str], of_ingest: list[str], of_verb: list[str], why: str
) -> None:
    with pytest.raises(SystemExit):
        parse_ingest(of_ingest)
    assert why in capsys.readouterr().err
    with pytest.raises(SystemExit):
        parse_verb(of_verb)
    assert why in capsys.readouterr().err
