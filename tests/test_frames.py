"""Frames: answers as tables, and what a notebook or a terminal shows of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from explorer import Explorer, Extract, Filters, Rows
from explorer.comparing import Comparison
from explorer.query_trial import QueryComparison
from explorer.search import Hit
from explorer.surroundings import DEFAULTS
from explorer.trust import Trust
from ingest.posts import Post

TEXTS = ["id", "newsgroup", "subset", "subject", "text"]
HOSTILE = Post("train/1", "sci.space", "train", "<script>alert(1)</script>", "$x$ costs $5")


def test_a_search_is_a_list_and_a_table_of_its_hits(explorer: Explorer) -> None:
    found = explorer.search("orbit", 3)

    table = found.to_frame()
    assert list(table.columns) == [*TEXTS, "similarity", "words", "meaning_rank", "keywords_rank"]
    assert table["id"].tolist() == [hit.post.id for hit in found]
    assert table["similarity"].tolist() == [hit.similarity for hit in found]


def test_what_finds_nothing_is_a_table_with_the_same_columns(explorer: Explorer) -> None:
    nothing = explorer.search("orbit", 3, Filters(contains="nowhere"))

    assert (list(nothing), repr(nothing)) == ([], "no rows")
    assert list(nothing.to_frame().columns)[:6] == [*TEXTS, "similarity"]


def test_rows_of_any_dataclass_are_a_table() -> None:
    rows = Rows([Comparison("kmeans", 3, 0.5, 0.25, 0.75)])

    assert rows.to_frame().iloc[0].to_dict() == {
        "name": "kmeans",
        "n_clusters": 3,
        "v_measure": 0.5,
        "adjusted_rand": 0.25,
        "mean_share": 0.75,
        "precision": None,
    }


def test_a_notebook_shows_what_posts_hold_as_text() -> None:
    shown = Rows([Hit(HOSTILE, 0.5)])._repr_html_()

    assert "&lt;script&gt;alert(1)" in shown and "<script>" not in shown
    assert "tex2jax_ignore" in shown  # no formula between the dollars


def test_what_is_of_every_post_is_a_table_of_their_ids(explorer: Explorer) -> None:
    clustering, projection = explorer.cluster(3), explorer.project("pca")

    assert clustering.to_frame().to_dict("list") == {"id": explorer.post_ids, "cluster": clustering.labels.tolist()}
    assert projection.to_frame()[["x", "y"]].to_numpy() == pytest.approx(projection.coordinates)


def test_other_answers_are_tables_too(explorer: Explorer) -> None:
    clustering = explorer.cluster(3)
    side_by_side = explorer.compare(clustering, clustering)

    assert explorer.evaluate(clustering).to_frame().to_numpy().sum() == 9
    assert side_by_side.to_frame()["change"].tolist() == [0.0] * len(side_by_side.differences)
    assert side_by_side.overlap.to_frame().to_numpy().tolist() == (3 * np.eye(3)).tolist()
    assert explorer.describe(clustering).to_frame()["size"].tolist() == [3, 3, 3]
    assert set(explorer.compare_task_types(3).to_frame()["name"]) == {"RETRIEVAL_DOCUMENT", "CLUSTERING"}
    assert explorer.explain(np.arange(3)).to_frame()["n_posts"].tolist() == [3]


def test_the_newsgroups_that_a_text_may_be_of_are_a_table(explorer: Explorer) -> None:
    guesses = explorer.label("orbit", "logistic")

    assert [guess.newsgroup for guess in guesses] == guesses.to_frame()["newsgroup"].tolist()
    assert guesses.to_frame()["probability"].sum() == pytest.approx(1)


def test_a_sweep_becomes_a_table_once_it_is_done(explorer: Explorer) -> None:
    table = Rows(explorer.sweep([2, 3])).to_frame()

    assert table["n_clusters"].tolist() == [2, 3]
    assert table.at[1, "agreement"] == 1


def test_saved_projections_are_a_table_of_what_made_them(explorer: Explorer) -> None:
    assert explorer.projections().to_frame().empty
    explorer.project("tsne", seed=3)
    trust = explorer.trust(explorer.project("pca"))

    table = explorer.projections().to_frame().set_index("method")

    assert table.at["pca", "trustworthiness"] == trust.trustworthiness
    assert (table.at["tsne", "seed"], table.at["tsne", "perplexity"]) == (3, DEFAULTS.perplexity)
    unknown = table.isna()
    assert unknown.at["tsne", "n_neighbors"] and unknown.at["tsne", "trustworthiness"]


def test_figures_are_a_table_of_one_row() -> None:
    trust, queries = Trust(0.5, 0.25, 3, 8), QueryComparison(4, 2, 0.75, 0.5, True)

    assert trust.to_frame().to_dict("records") == [
        {"trustworthiness": 0.5, "neighbors_kept": 0.25, "n_neighbors": 3, "n_sampled": 8}
    ]
    assert queries.to_frame()[["as_query", "as_document", "gain"]].to_numpy().tolist() == [[0.75, 0.5, 0.25]]
    assert "0.75" in queries._repr_html_()


def test_no_answer_prints_all_its_posts(explorer: Explorer) -> None:
    clustering = replace(explorer.cluster(3), post_ids=[f"post {row}" for row in range(9)])

    assert repr(clustering) == "<3 clusters of 9 posts: kmeans, seed 0>"
    assert repr(explorer.project("pca")) == "<map of 9 posts: pca, seed 0>"
    assert repr(explorer.evaluate(explorer.cluster(3))).startswith("<3 newsgroups, 3 clusters: V-measure 1.000")


def test_an_explorer_is_a_table_of_its_posts(explorer: Explorer) -> None:
    table = explorer.to_frame()

    assert list(table.columns) == TEXTS
    assert table["id"].tolist() == explorer.post_ids


def test_an_extract_adds_places_clusters_with_their_names_and_similarities(explorer: Explorer) -> None:
    hockey = Filters(("rec.sport.hockey",))
    extract = Extract(explorer.project("pca"), explorer.cluster(2, filters=hockey), "orbit", Filters(subset="test"))

    table = explorer.to_frame(extract)

    assert list(table.columns) == [*TEXTS, "x", "y", "cluster", "cluster_name", "similarity"]
    assert table["subset"].tolist() == ["test"] * 3
    by_newsgroup = table.set_index("newsgroup")
    assert (by_newsgroup.at["sci.space", "cluster"], by_newsgroup.at["sci.space", "cluster_name"]) == (-1, "")
    assert by_newsgroup.at["rec.sport.hockey", "cluster"] in (0, 1)
    assert by_newsgroup.at["sci.space", "similarity"] == pytest.approx(1)
