"""Endpoints over HTTP: their names, what each answers, and what it says of what it cannot."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from explorer.app import Address
from tests.served import NAMES, POST, copied, serving

NARROWED = ["sci.crypt", "sci.space"]


@pytest.fixture(scope="module")
def url(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(copied(filled, tmp_path_factory.mktemp("endpoints")), Address()) as url:
        yield url


@pytest.fixture(scope="module")
def client(url: str, tmp_path_factory: pytest.TempPathFactory) -> Client:
    return Client(url, verbose=False, download_files=tmp_path_factory.mktemp("downloads"))


def ask(client: Client, name: str, **arguments: Any) -> Any:
    return client.predict(**arguments, api_name=f"/{name}")


def test_exactly_these_are_public(url: str) -> None:
    described = httpx.get(f"{url}gradio_api/info").json()

    assert [name.removeprefix("/") for name in described["named_endpoints"]] == NAMES
    assert described["unnamed_endpoints"] == {}


def test_each_says_what_it_does_and_what_its_parameters_mean(url: str) -> None:
    for endpoint in httpx.get(f"{url}gradio_api/info").json()["named_endpoints"].values():
        for parameter in endpoint["parameters"]:
            assert f"- {parameter['parameter_name']}: " in endpoint["description"]
            assert parameter["type"]


def test_a_search_answers_with_posts_best_first(client: Client) -> None:
    found = ask(client, "search", text="orbit", n_results=2)

    assert [post["id"] for post in found] == [POST, "train/sci.space/0"]
    assert found[0]["similarity"] == pytest.approx(1)


def test_it_is_narrowed_as_on_the_command_line(client: Client) -> None:
    found = ask(client, "search", text="orbit", newsgroups=["sci.space"], subset="train", contains="rocket to")

    assert [post["text"] for post in found] == ["rocket to orbit"]


def test_posts_like_one_are_found(client: Client) -> None:
    assert [post["id"] for post in ask(client, "similar", ids=[POST], n_results=1)] == ["train/sci.space/0"]


def test_posts_like_one_and_unlike_another_are_found(client: Client) -> None:
    found = ask(client, "similar", ids=["train/sci.space/1"], unlike=[POST])

    assert POST not in {post["id"] for post in found}


def test_a_post_is_shown_whole(client: Client) -> None:
    assert ask(client, "show", id=POST) == {
        "id": POST,
        "newsgroup": "sci.space",
        "subset": "test",
        "subject": "about sci.space",
        "text": "orbit",
    }


def test_clusters_are_described_and_their_labels_told_on_request(client: Client) -> None:
    brief, long = (ask(client, "cluster", k=3, with_labels=labeled) for labeled in (False, True))

    assert sorted(cluster["size"] for cluster in brief["clusters"]) == [3, 3, 3]
    assert brief == {name: value for name, value in long.items() if name != "labels"}
    assert long["labels"][POST] == long["labels"]["train/sci.space/0"]


def test_of_the_posts_that_pass_clusters_are_made(client: Client) -> None:
    found = ask(client, "cluster", k=2, newsgroups=NARROWED, subset="train", with_labels=True)

    assert set(found["labels"]) == {f"train/{newsgroup}/{number}" for newsgroup in NARROWED for number in range(2)}
    assert {each["majority_newsgroup"]: each["size"] for each in found["clusters"]} == {"sci.space": 2, "sci.crypt": 2}


def test_what_makes_a_cluster_by_density_can_be_chosen(client: Client) -> None:
    crowded = {"method": "hdbscan", "min_samples": 1}
    three, none = (ask(client, "cluster", min_cluster_size=size, **crowded)["clusters"] for size in (3, 4))
    beside = ask(client, "evaluate", k=1, against_method="dbscan", min_samples=3, eps=1)["side_by_side"]

    assert ([each["size"] for each in three], none) == ([3, 3, 3], [])
    assert beside["overlap"]["counts"] == [[3, 3, 3]]


def test_few_posts_are_no_more_clusters_than_posts(client: Client) -> None:
    assert ask(client, "cluster") == ask(client, "cluster", k=9)
    assert ask(client, "evaluate") == ask(client, "evaluate", k=9)


def test_a_selection_is_explained(client: Client) -> None:
    found = ask(client, "explain", newsgroups=["sci.space"])

    assert (found["n_posts"], found["mix"][0]["share"]) == (3, 1.0)
    assert {post["id"] for post in found["typical"]} < {POST, "train/sci.space/0", "train/sci.space/1"}


def test_a_map_has_a_place_for_each_post(client: Client) -> None:
    found = ask(client, "project", method="pca", with_points=True)

    assert (found["method"], len(found["points"])) == ("pca", 9)
    assert "trustworthiness" in found["trust"]


def test_clusters_are_evaluated(client: Client) -> None:
    assert ask(client, "evaluate", k=3)["newsgroups"]["measures"]["v_measure"] == pytest.approx(1)


def test_two_clusterings_are_set_side_by_side(client: Client) -> None:
    found = ask(client, "evaluate", k=3, against_k=1)["side_by_side"]

    assert (found["overlap"]["counts"], found["overlap"]["adjusted_rand"]) == ([[3], [3], [3]], 0)


def test_a_text_is_labeled(client: Client) -> None:
    assert ask(client, "classify", text="the puck", classifier="logistic")[0]["newsgroup"] == "rec.sport.hockey"


def test_without_a_text_it_tells_how_well_the_newsgroups_are_recognized(client: Client) -> None:
    found = ask(client, "classify", classifier="logistic")

    assert (found["classifier"], found["accuracy"], found["mistakes"]) == ("logistic", 1, [])
    assert [(score["newsgroup"], score["support"]) for score in found["scores"]] == [
        ("rec.sport.hockey", 1),
        ("sci.crypt", 1),
        ("sci.space", 1),
    ]
    assert found["confusion"] == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_an_export_is_a_file_to_download(client: Client) -> None:
    path = Path(ask(client, "export", format="jsonl", subset="test"))

    assert path.name == "small.jsonl"
    assert [json.loads(line)["text"] for line in path.open()] == ["orbit", "the puck", "a cipher"]


def test_an_export_tells_clusters_and_similarities_as_the_command_lines_does(client: Client) -> None:
    path = Path(ask(client, "export", format="jsonl", subset="test", question="orbit", k=3))

    posts = [json.loads(line) for line in path.open()]
    assert len({(post["cluster"], post["cluster_name"]) for post in posts}) == 3
    assert [post["similarity"] > 0.99 for post in posts] == [True, False, False]


def test_an_export_has_no_clusters_where_none_are_wanted(client: Client) -> None:
    path = Path(ask(client, "export", format="jsonl", k=0))

    assert not {"cluster", "cluster_name", "similarity"} & json.loads(path.open().readline()).keys()


def test_what_is_stored_is_listed(client: Client) -> None:
    assert [stored["task_type"] for stored in ask(client, "collections")] == ["CLUSTERING", "RETRIEVAL_DOCUMENT"]


@pytest.mark.parametrize(
    ("name", "arguments", "line"),
    [
        ("search", {"text": "orbit", "n_results": 0}, "n_results: Input should be greater than or equal to 1, not 0."),
        ("search", {"text": "orbit", "n_results": 1001}, "n_results: Input should be less than or equal to 1000"),
        ("search", {"text": " "}, "The question is empty: type what you are looking for."),
        ("search", {"text": "orbit", "corpus": "films"}, "The store has no corpus 'films': it has small."),
        ("search", {"text": "x" * 5_001}, "text: String should have at most 5000 characters."),
        ("similar", {"ids": ["nope"]}, "small has no post 'nope'"),
        ("cluster", {"k": 10}, "k must be from 1 to 9, the number of posts, not 10"),
        ("cluster", {"newsgroups": ["sci.med"]}, "No newsgroup is called 'sci.med'"),
        ("cluster", {"contains": "nowhere to be found"}, "No post passes the filters: take one off."),
        ("cluster", {"eps": 0.5}, "eps is for dbscan, not for kmeans: choose such a method, or leave it out."),
        ("cluster", {"method": "dbscan", "eps": 9.5}, "eps: Input should be less than or equal to 1, not 9.5."),
        ("evaluate", {"against_method": "hdbscan", "eps": 0.5}, "eps is for dbscan, not for kmeans or hdbscan"),
        ("evaluate", {"against_model": "moon"}, "The store has no model 'moon': it has word-counts."),
        ("explain", {"ids": ["nope"]}, "small has no post 'nope'"),
        ("classify", {"text": " "}, "There is nothing to label: type a text."),
        ("project", {"method": "isomap"}, "method: Input should be 'umap', 'tsne' or 'pca', not 'isomap'."),
        ("export", {"format": "../csv"}, "format: Input should be 'csv', 'jsonl' or 'parquet', not '../csv'."),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_line(
    client: Client, name: str, arguments: dict[str, Any], line: str
) -> None:
    with pytest.raises(AppError) as refusal:
        ask(client, name, **arguments)

    assert line in str(refusal.value)
    assert "\n" not in str(refusal.value)
