"""Tables of posts: CSV, JSON lines and Parquet, and which of their columns is what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow.parquet import write_table

from ingest.corpora import read_corpus
from ingest.corpora.columns import Columns, find_columns
from ingest.errors import UserError
from ingest.posts import Corpus, Post

E_ACUTE = "\N{LATIN SMALL LETTER E WITH ACUTE}"
EURO = "\N{EURO SIGN}"

# Arrow's values that are none of Python's.
UNREADABLE = {
    "date": pyarrow.array([10**9, 0], pyarrow.date32()),
    "time": pyarrow.array([10**15, 0], pyarrow.timestamp("ms")),
    "time zone": pyarrow.array([0, 0], pyarrow.timestamp("ms", tz="No/Where")),
    "duration": pyarrow.array([2**62, 0], pyarrow.duration("ms")),
}


def read_csv(folder: Path, text: str | bytes, name: str = "posts.csv", columns: Columns = Columns()) -> Corpus:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_corpus(str(path), columns)


def read_jsonl(folder: Path, *rows: Any) -> Corpus:
    path = folder / "posts.jsonl"
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows))
    return read_corpus(str(path))


def read_parquet(folder: Path, **columns: Any) -> Corpus:
    return read_corpus(str(write_parquet(folder, **columns)))


def write_parquet(folder: Path, **columns: Any) -> Path:
    path = folder / "posts.parquet"
    write_table(pyarrow.table(columns), path)
    return path


def texts(corpus: Corpus) -> list[str]:
    return [post.text for post in corpus.posts]


def ids(corpus: Corpus) -> list[str]:
    return [post.id for post in corpus.posts]


class TestColumns:
    def test_are_found_by_name_in_any_case(self) -> None:
        names = ["Message_ID", "Title", "BODY", "Category", "Split", "price"]
        assert find_columns(Path("x.csv"), names, Columns()) == Columns(
            text="BODY", label="Category", id="Message_ID", subject="Title", subset="Split"
        )

    def test_the_likeliest_name_wins_wherever_it_stands(self) -> None:
        assert find_columns(Path("x.csv"), ["message", "content", "text"], Columns()).text == "text"

    def test_one_that_is_given_wins_and_is_nothing_else_besides(self) -> None:
        found = find_columns(Path("x.csv"), ["text", "title"], Columns(text="title"))
        assert found == Columns(text="title")

    def test_one_that_is_given_and_not_there_is_told_with_those_that_are(self) -> None:
        with pytest.raises(UserError) as caught:
            find_columns(Path("x.csv"), ["text", "kind"], Columns(label="sort"))
        assert str(caught.value) == "x.csv has no column 'sort': choose one with --label-column from text, kind."

    def test_a_table_without_one_for_the_text_is_told_with_those_there_are(self) -> None:
        with pytest.raises(UserError) as caught:
            find_columns(Path("x.csv"), ["label", "words\x1b"], Columns())
        assert str(caught.value) == (
            "x.csv has no column named like a text: choose one with --text-column from label, "
            "words\N{REPLACEMENT CHARACTER}."
        )

    def test_of_very_many_the_first_are_told(self) -> None:
        with pytest.raises(UserError, match=r"from 0, 1, .*, 28, 29, \.\.\.\.$"):
            find_columns(Path("x.csv"), [str(number) for number in range(1_000)], Columns())

    def test_may_be_given_when_a_corpus_is_read(self, tmp_path: Path) -> None:
        columns = Columns(text="words", label="sort", id="key", subject="text")
        corpus = read_csv(tmp_path, "key,words,sort,text\n7,hi,a,about\n", columns=columns)
        assert corpus.posts == [Post("a/7", "a", "", "about", "hi")]


class TestCSV:
    def test_a_row_is_a_post(self, tmp_path: Path) -> None:
        corpus = read_csv(tmp_path, 'id,title,text,label,split\n7,Re: goal,"hi, there",rink,Train\n')
        assert corpus == Corpus(
            "posts",
            str(tmp_path / "posts.csv"),
            [Post("train/rink/7", "rink", "train", "Re: goal", "hi, there")],
        )

    def test_without_label_and_id_a_post_is_named_by_file_and_row(self, tmp_path: Path) -> None:
        assert read_csv(tmp_path, "text\nhi\nho\n").posts == [
            Post("posts/1", "posts", "", "", "hi"),
            Post("posts/2", "posts", "", "", "ho"),
        ]

    @pytest.mark.parametrize("split", ["validation", "", "0"])
    def test_a_split_other_than_train_and_test_is_none(self, tmp_path: Path, split: str) -> None:
        assert read_csv(tmp_path, f"text,split\nhi,{split}\n").posts == [Post("posts/1", "posts", "", "", "hi")]

    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_the_delimiter_is_the_headers(self, tmp_path: Path, delimiter: str) -> None:
        rows = (("label", "text"), ("rink", "hi - ho"))
        corpus = read_csv(tmp_path, "\n".join(delimiter.join(row) for row in rows), "posts.tsv")
        assert [(post.newsgroup, post.text) for post in corpus.posts] == [("rink", "hi - ho")]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16"])
    def test_the_encoding_is_found(self, tmp_path: Path, encoding: str) -> None:
        assert texts(read_csv(tmp_path, f"text\ncaf{E_ACUTE} 1 {EURO}\n".encode(encoding))) == [
            f"caf{E_ACUTE} 1 {EURO}"
        ]

    def test_what_windows_cannot_have_written_is_latin_1(self, tmp_path: Path) -> None:
        assert texts(read_csv(tmp_path, b"text\ncaf\xe9 \x81\n")) == [f"caf{E_ACUTE} \x81"]

    @pytest.mark.parametrize("word", ["NA", "null", "nan", "None", "007", "1e3"])
    def test_a_word_is_left_as_it_is(self, tmp_path: Path, word: str) -> None:
        assert texts(read_csv(tmp_path, f"text\n{word}\n")) == [word]

    def test_a_field_may_have_lines_and_quotes_and_be_huge(self, tmp_path: Path) -> None:
        huge = "word " * 100_000
        corpus = read_csv(tmp_path, f'text\r\n"one\r\n""two"""\r\n{huge}\r\n')
        assert texts(corpus) == ['one\n"two"', huge]

    def test_a_row_with_too_many_fields_is_named_and_the_next_is_read(self, tmp_path: Path) -> None:
        corpus = read_csv(tmp_path, "label,text\na,hi\nb,ho,he\nc,hu\n")
        assert ids(corpus) == ["a/1", "c/3"]
        assert corpus.unreadable == ["row 2: 3 fields where the header has 2"]

    def test_a_row_without_a_text_is_named(self, tmp_path: Path) -> None:
        corpus = read_csv(tmp_path, "label,text\na,hi\nb, \nc\n")
        assert (texts(corpus), corpus.unreadable) == (["hi"], ["row 2: no text in it", "row 3: no text in it"])

    def test_a_header_alone_holds_no_posts(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match="holds no posts: name a source that does"):
            read_csv(tmp_path, "label,text\n")

    def test_a_column_without_a_name_is_no_column_of_labels(self, tmp_path: Path) -> None:
        assert ids(read_csv(tmp_path, ",text\n5,hi\n")) == ["posts/1"]

    def test_equal_rows_are_one_post_and_others_of_the_same_id_are_numbered(self, tmp_path: Path) -> None:
        corpus = read_csv(tmp_path, "id,text\n7,hi\n7,ho\n7#2,he\n7,hi\n7,hu\n")
        assert ids(corpus) == ["posts/7", "posts/7#2", "posts/7#2#2", "posts/7#3"]
        assert corpus.n_duplicates == 1

    def test_a_label_and_an_id_are_one_printable_line(self, tmp_path: Path) -> None:
        (post,) = read_csv(tmp_path, 'id,label,text\n"\x1b[1m","ice\nrink",hi\n').posts
        assert post.id == "ice rink/\N{REPLACEMENT CHARACTER}[1m"
        assert post.newsgroup == "ice rink"


class TestJSONLines:
    def test_a_line_is_a_post_and_numbers_are_names(self, tmp_path: Path) -> None:
        corpus = read_jsonl(tmp_path, {"text": "hi", "label": 3, "id": 17}, {"text": "ho", "label": 3.0, "id": 18})
        assert corpus.posts == [Post("3/17", "3", "", "", "hi"), Post("3/18", "3", "", "", "ho")]

    def test_a_text_that_is_a_number_is_text(self, tmp_path: Path) -> None:
        assert texts(read_jsonl(tmp_path, {"text": 42}, {"text": 2.5})) == ["42", "2.5"]

    def test_a_line_that_cannot_be_read_is_named_and_the_next_is_read(self, tmp_path: Path) -> None:
        nested = "[" * 100_000
        corpus = read_jsonl(tmp_path, '{"text"', "[1]", nested, "", {"label": 1}, {"text": None}, {"text": "hi"})
        assert ids(corpus) == ["posts/7"]
        assert corpus.unreadable == [
            "line 1: not JSON",
            "line 2: not a JSON object",
            "line 3: not JSON",
            "line 5: no text in it",
            "line 6: no text in it",
        ]

    @pytest.mark.parametrize(("text", "kind"), [(["hi"], "list"), ({"hi": 1}, "dict")])
    def test_a_text_that_is_nested_is_unreadable(self, tmp_path: Path, text: object, kind: str) -> None:
        corpus = read_jsonl(tmp_path, {"text": text}, {"text": "hi"})
        assert corpus.unreadable == [f"line 1: its text is a {kind}"]

    def test_a_nested_label_is_none(self, tmp_path: Path) -> None:
        assert ids(read_jsonl(tmp_path, {"text": "hi", "label": ["a", "b"]})) == ["posts/1"]

    def test_a_column_may_begin_in_a_later_line(self, tmp_path: Path) -> None:
        assert ids(read_jsonl(tmp_path, {"text": "hi"}, {"text": "ho", "label": "a"})) == ["posts/1", "a/2"]

    def test_half_a_surrogate_pair_which_no_store_takes_is_replaced(self, tmp_path: Path) -> None:
        corpus = read_jsonl(tmp_path, r'{"text": "a \ud800 b \ud83d\ude00", "title": "\udfff", "id": "\ud800"}')
        assert corpus.posts == [
            Post("posts/\ufffd", "posts", "", "\ufffd", "a \ufffd b \N{GRINNING FACE}"),
        ]


class TestParquet:
    def test_a_row_is_a_post(self, tmp_path: Path) -> None:
        corpus = read_parquet(tmp_path, text=["hi", "ho"], label=[3, None], split=["test", "train"])
        assert corpus.posts == [
            Post("test/3/1", "3", "test", "", "hi"),
            Post("train/posts/2", "posts", "train", "", "ho"),
        ]

    def test_class_ids_that_became_floats_are_whole_again(self, tmp_path: Path) -> None:
        assert ids(read_parquet(tmp_path, text=["hi", "ho"], label=[3.0, float("nan")])) == ["3/1", "posts/2"]

    def test_a_row_without_a_text_is_named(self, tmp_path: Path) -> None:
        corpus = read_parquet(tmp_path, text=["hi", None, ""])
        assert corpus.unreadable == ["row 2: no text in it", "row 3: no text in it"]

    def test_bytes_are_decoded(self, tmp_path: Path) -> None:
        assert texts(read_parquet(tmp_path, text=[f"caf{E_ACUTE}".encode(), b"caf\xe9"])) == [f"caf{E_ACUTE}"] * 2

    @pytest.mark.parametrize("kind", UNREADABLE)
    def test_a_column_of_no_post_may_hold_anything(self, tmp_path: Path, kind: str) -> None:
        assert texts(read_parquet(tmp_path, text=["hi", "ho"], when=UNREADABLE[kind])) == ["hi", "ho"]

    @pytest.mark.parametrize("kind", UNREADABLE)
    def test_a_column_of_posts_that_cannot_be_read_is_told_on_one_line(self, tmp_path: Path, kind: str) -> None:
        with pytest.raises(UserError, match=r"^\S+ cannot be read as Parquet \(\w+: .+\): write it anew\.$"):
            read_parquet(tmp_path, text=["hi", "ho"], label=UNREADABLE[kind])

    def test_a_damaged_page_is_told_on_one_line(self, tmp_path: Path) -> None:
        path = write_parquet(tmp_path, text=[f"{number}" * 100 for number in range(1_000)])
        whole = path.read_bytes()
        path.write_bytes(whole[:4] + bytes(255 - byte for byte in whole[4:1_000]) + whole[1_000:])
        with pytest.raises(UserError, match=r"^\S+ cannot be read as Parquet \(OSError: .+\): write it anew\.$"):
            read_corpus(str(path))

    def test_columns_may_be_given_and_one_for_two_uses(self, tmp_path: Path) -> None:
        path = write_parquet(tmp_path, words=["hi"], text=["ho"], **{"sort.of": ["a"]})
        (post,) = read_corpus(str(path), Columns(text="words", label="sort.of", subject="words")).posts
        assert post == Post("a/1", "a", "", "hi", "hi")

    def test_a_text_that_is_nested_is_unreadable(self, tmp_path: Path) -> None:
        with pytest.raises(UserError, match=r"row 1: its text is a dict\.$"):
            read_parquet(tmp_path, text=[{"part": "hi"}])

    @pytest.mark.parametrize("columns", [{}, {"text": []}])
    def test_a_table_without_a_row_holds_no_posts(self, tmp_path: Path, columns: dict[str, list[str]]) -> None:
        with pytest.raises(UserError, match="holds no posts: name a source that does"):
            read_parquet(tmp_path, **columns)
