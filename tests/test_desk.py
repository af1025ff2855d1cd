"""The desk: what visitors have done with the store, and what they may send."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from explorer.app.corpora import Corpora
from explorer.app.desk import FAILED, Desk
from explorer.app.jobs import DELETE, ESTIMATE, INGEST, REBUILD, UPLOAD, VERIFY, Job, Outcome, Request
from explorer.app.live_progress import CANCELED, CANCELED_INGEST
from explorer.app.uploads import require_upload, unpacked
from ingest.corpora import auto
from ingest.corpora.columns import Columns
from ingest.embedders import EMBEDDERS
from ingest.errors import UserError
from ingest.store import Store
from tests.conftest import make_corpus
from tests.word_embedder import WordEmbedder

NINE = "text,label,id\n" + "\n".join(
    f"{post.text},{post.newsgroup},{number}" for number, post in enumerate(make_corpus().posts)
)
SENT = Request(UPLOAD, corpus="sent", embedder="minilm")


@pytest.fixture
def uploads(tmp_path: Path) -> Path:
    folder = tmp_path / "uploads"
    folder.mkdir()
    (folder / "nine.csv").write_text(NINE, encoding="utf-8")
    return folder


@pytest.fixture
def desk(tmp_path: Path, uploads: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    for name in ("minilm", WordEmbedder.name):
        monkeypatch.setitem(EMBEDDERS, name, lambda *_: WordEmbedder())
    with Store(tmp_path / "store", create=True) as store:
        yield Desk(Corpora(store), uploads)


@pytest.fixture
def sent(uploads: Path) -> Request:
    return replace(SENT, upload=str(uploads / "nine.csv"))


def zipped(path: Path, texts: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
    return path


def test_an_estimate_tells_what_an_ingest_takes_and_stores_nothing(desk: Desk, sent: Request) -> None:
    found = desk.wait_for(Job(ESTIMATE, sent))

    assert [(each.n_posts, each.n_to_embed) for each in found.estimates] == [(9, 9), (9, 0)]
    assert desk.store.manifests() == []


def test_what_is_ingested_is_there_to_explore_and_named_as_it_was_sent(desk: Desk, sent: Request) -> None:
    found = desk.wait_for(Job(INGEST, sent))

    assert found.line == "sent: 9 posts of 9 read; 9 texts embedded, 9 posts written."
    (screen,) = desk.corpora.values()
    assert (screen.n_posts, screen.explorer.manifest.source) == (9, "nine.csv")


def test_an_estimate_says_whose_place_posts_of_a_known_name_take(desk: Desk, sent: Request) -> None:
    desk.wait_for(Job(INGEST, sent))

    assert "The store has sent already, 9 posts of nine.csv: these are added" in desk.wait_for(Job(ESTIMATE, sent)).line


def sent_by_another(uploads: Path, text: str = "text,label\norbit,mine\n") -> Request:
    """Send a file that is called as that of the first visitor."""
    path = uploads / "another" / "nine.csv"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return Request(UPLOAD, upload=str(path), embedder="minilm")


def test_uploads_of_one_name_are_kept_apart_unless_their_visitor_names_the_corpus(
    desk: Desk, sent: Request, uploads: Path
) -> None:
    another = sent_by_another(uploads)
    desk.wait_for(Job(INGEST, replace(sent, corpus="")))
    twice = [desk.wait_for(Job(ESTIMATE, another)).line for _ in range(2)]
    named = desk.wait_for(Job(ESTIMATE, replace(another, corpus="nine"))).line

    told = "There is a corpus nine already: these are kept apart, as nine-2; to add them to it, give its name. "
    assert [line.partition(" posts,")[0] for line in twice] == [f"{told}nine-2: 1"] * 2
    assert named.startswith("nine: 1 posts")


def test_the_columns_that_are_chosen_are_read(desk: Desk, uploads: Path) -> None:
    request = sent_by_another(uploads, "text,remark,team\na note,orbit,space\nanother,puck,ice\n")
    offer = desk.sources.offer(request.upload)
    desk.wait_for(Job(INGEST, replace(request, columns=Columns(text="remark", label="team"))))

    assert offer and offer.names == ["text", "remark", "team"]
    (screen,) = desk.corpora.values()
    assert [(post.text, post.newsgroup) for post in screen.explorer.posts] == [("orbit", "space"), ("puck", "ice")]


@pytest.mark.parametrize("model", ["/models/mine", "../mine", "~/mine", "tests", "a/b/c", "C:mine"])
def test_a_model_in_a_folder_is_not_to_be_named_in_a_browser(desk: Desk, sent: Request, model: str) -> None:
    wrong = replace(sent, embedder="sentence-transformers", model=model)

    assert "is no name of a model on the Hugging Face Hub" in desk.wait_for(Job(ESTIMATE, wrong)).problem


def test_the_reason_for_a_source_that_was_chosen_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.corpora.auto.choose_source", lambda _: auto.Choice("sample", "Out of reach."))
    found = desk.wait_for(Job(ESTIMATE, Request("auto", embedder="minilm")))

    assert found.line.startswith("Out of reach. sample: 340 posts")


def test_the_stages_are_told_in_their_order(desk: Desk, sent: Request) -> None:
    stages = [each for each in desk.follow(Job(INGEST, sent)) if each][-1]

    assert [stage.name for stage in stages][:3] == ["read nine.csv", "embed", "write"]
    assert {stage.name: (stage.n_done, stage.total) for stage in stages}["write"] == (18, 18)


def test_canceled_before_it_sends_anything_it_stores_nothing(desk: Desk, sent: Request) -> None:
    job = Job(INGEST, sent)
    desk.is_ending = lambda key: key == job  # type: ignore[method-assign]
    found = desk.wait_for(job)

    assert (found.problem, len(desk.corpora)) == (CANCELED_INGEST, 0)


def test_a_canceled_verification_calls_nothing_unsound(desk: Desk, sent: Request) -> None:
    desk.wait_for(Job(INGEST, sent))
    n_asked = iter(range(100))
    desk.is_ending = lambda key: next(n_asked) > 1  # type: ignore[method-assign]  # not before vectors are checked
    found = desk.wait_for(Job(VERIFY))

    assert (found.problem, found.verdicts) == (CANCELED, [])


def test_a_job_that_is_asked_for_while_its_end_is_noticed_leaves_the_desk_free(
    desk: Desk, sent: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, notice = Job(ESTIMATE, sent), desk.corpora.notice

    def ask_again() -> None:
        desk.start(job)
        notice()

    monkeypatch.setattr(desk.corpora, "notice", ask_again)
    desk.start(job)
    list(desk.join(job))

    assert desk.current is None


def test_what_fails_unforeseen_is_told_as_that_job_s_end(
    desk: Desk, sent: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.wait_for(Job(ESTIMATE, sent))
    monkeypatch.setattr("explorer.app.desk.verify", lambda *_: 1 / 0)
    desk.wait_for(Job(VERIFY))

    assert desk.last == Outcome(Job(VERIFY), problem=FAILED)


def test_a_corpus_is_verified_made_anew_and_deleted(desk: Desk, sent: Request) -> None:
    desk.wait_for(Job(INGEST, sent))

    assert desk.wait_for(Job(VERIFY)).line == "All is sound."
    assert desk.wait_for(Job(REBUILD)).line.startswith("Made anew from the embedding cache: 2 collections.")
    assert desk.wait_for(Job(DELETE, corpus="sent")).line.startswith("sent is deleted: 2 collections.")
    assert len(desk.corpora) == 0


def test_what_goes_wrong_is_one_line(desk: Desk, sent: Request) -> None:
    wrong = replace(sent, source="somewhere")
    assert desk.wait_for(Job(INGEST, wrong)).problem.startswith("There is no source 'somewhere'")


@pytest.mark.parametrize("path", ["", "../store", "/etc/passwd", "nine.exe"])
def test_no_other_file_of_this_machine_is_opened(uploads: Path, path: str) -> None:
    (uploads / "nine.exe").write_bytes(b"")

    with pytest.raises(UserError, match=r"There is no such upload any more|is of no known kind"):
        require_upload(str(uploads / path), uploads)


def test_a_zipped_folder_is_read_as_the_folder_and_leaves_nothing(uploads: Path) -> None:
    archive = zipped(
        uploads / "posts.zip", {"posts/space/1": "orbit", "posts/space/2": "rocket", "__MACOSX/posts/x": "no"}
    )

    with unpacked(archive) as folder:
        assert sorted(path.read_text() for path in folder.rglob("*") if path.is_file()) == ["orbit", "rocket"]
    assert not folder.exists()


def test_a_zip_that_reaches_out_of_its_folder_is_refused(uploads: Path) -> None:
    archive = zipped(uploads / "posts.zip", {"../../evil": "no"})

    with pytest.raises(UserError, match="out of its folder"), unpacked(archive):
        pass


def test_a_zip_that_unpacks_to_too_much_is_refused(uploads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.app.uploads.MOST_UNPACKED_BYTES", 10)
    archive = zipped(uploads / "posts.zip", {"space/1": "0123456789", "space/2": "x"})

    with pytest.raises(UserError, match="unpacks to more than"), unpacked(archive):
        pass


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_broken_zip_is_refused_in_a_line_without_paths(uploads: Path, method: int) -> None:
    archive = uploads / "..zip"
    with zipfile.ZipFile(archive, "w", method) as whole:
        whole.writestr("a", "orbit " * 100)
    packed = bytearray(archive.read_bytes())
    packed[36:60] = bytes(24)
    archive.write_bytes(packed)

    with (
        pytest.raises(UserError, match=r"^\.\.zip cannot be unpacked \([^/]+\): zip the folder again\.$"),
        unpacked(archive),
    ):
        pass


def test_a_zip_may_be_called_anything(uploads: Path) -> None:
    archive = zipped(uploads / "..zip", {"space/1": "orbit"})

    with unpacked(archive) as folder:
        assert [path.read_text() for path in folder.rglob("1")] == ["orbit"]


def test_a_parquet_file_that_unpacks_to_too_much_is_refused(uploads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.app.uploads.MOST_UNPACKED_BYTES", 1_000_000)
    bomb = uploads / "bomb.parquet"
    pq.write_table(pa.table({"text": ["orbit" * 20_000] * 20}), bomb)

    assert bomb.stat().st_size < 200_000
    with pytest.raises(UserError, match=r"bomb\.parquet has more than 1 MB of posts"), unpacked(bomb):
        pass
