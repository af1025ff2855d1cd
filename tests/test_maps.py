"""Maps that are kept: how far they can be trusted, and which of them there are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from explorer import Explorer
from explorer.plan import Plan
from explorer.surroundings import Parameters
from explorer.trust import Trust
from ingest.posts import Corpus
from tests.conftest import make_corpus
from tests.explorers import fill
from tests.word_embedder import WordEmbedder

TURNED = Plan("umap", 3, Parameters(n_neighbors=4))


def kept(folder: Path, pattern: str) -> Path:
    (path,) = (folder / "derived").glob(pattern)
    return path


def plans(explorer: Explorer) -> list[Plan]:
    return [saved.plan for saved in explorer.projections()]


class TestTrust:
    def test_it_is_measured_once_and_kept_for_the_next_session(self, folder: Path) -> None:
        with Explorer.open(folder) as explorer:
            explorer.trust(explorer.project("pca"))
        other = Trust(0.5, 0.25, 3, 8)
        other.write(kept(folder, "trust-*"))

        with Explorer.open(folder) as explorer:
            assert explorer.trust(explorer.project("pca")) == other

    @pytest.mark.parametrize("broken", ["", "[]", '{"trustworthiness": "high"}', "\0"])
    def test_it_is_measured_anew_where_what_is_kept_is_broken(self, folder: Path, broken: str) -> None:
        with Explorer.open(folder) as explorer:
            before = explorer.trust(explorer.project("pca"))
            kept(folder, "trust-*").write_text(broken)

            assert explorer.trust(explorer.project("pca")) == before

    def test_each_plan_has_its_own(self, explorer: Explorer) -> None:
        explorer.trust(explorer.project("pca"))
        turned = explorer.project(TURNED)

        assert explorer.projections()[0].trust is None
        explorer.trust(turned)
        assert explorer.projections()[0].trust == explorer.trust(turned)

    def test_a_sentence_says_it(self) -> None:
        said = Trust(0.9712, 0.4149, 15, 1_000).sentence("UMAP")

        assert said == (
            "UMAP keeps 41% of each post's 15 nearest neighbors near; trustworthiness 0.97 (1,000 posts sampled)"
        )


class TestProjections:
    def test_one_by_default_is_known_though_its_recipe_is_gone(self, folder: Path, explorer: Explorer) -> None:
        explorer.project("pca")
        kept(folder, "map-*").unlink()

        assert plans(explorer) == [Plan("pca")]

    def test_of_a_new_store_there_are_none(self, explorer: Explorer) -> None:
        assert plans(explorer) == []

    def test_those_that_were_computed_are_there_side_by_side_in_the_next_session(self, folder: Path) -> None:
        with Explorer.open(folder) as explorer:
            for plan in (Plan("pca"), TURNED, Plan("umap")):
                explorer.project(plan)

        with Explorer.open(folder) as explorer:
            assert plans(explorer) == [TURNED, Plan("umap"), Plan("pca")]
            assert all(explorer.has_projection(plan) for plan in plans(explorer))

    def test_those_of_other_posts_are_not_among_them(self, folder: Path, explorer: Explorer) -> None:
        explorer.project("pca")
        explorer.close()
        fill(folder, Corpus("other", "memory", make_corpus().posts[:4]), WordEmbedder())

        with Explorer.open(folder, corpus="other") as other:
            assert plans(other) == []

    def test_one_whose_file_is_gone_or_broken_is_not_among_them(self, folder: Path, explorer: Explorer) -> None:
        for plan in (Plan("pca"), TURNED):
            explorer.project(plan)
        kept(folder, "projection-umap-*").unlink()
        kept(folder, "projection-pca-*").write_bytes(b"\x93NUMPY")

        assert plans(explorer) == []

    @pytest.mark.parametrize("broken", ["", "[]", "7", '{"method": "umap"}', '{"method": ["pca"], "seed": {}}', "\0"])
    def test_a_recipe_that_cannot_be_read_is_ignored(self, folder: Path, explorer: Explorer, broken: str) -> None:
        explorer.project(Plan("tsne", 1))
        kept(folder, "map-*").write_text(broken)

        assert plans(explorer) == []

    def test_a_recipe_of_another_version_is_ignored(self, folder: Path, explorer: Explorer) -> None:
        explorer.project(Plan("tsne", 1))
        path = kept(folder, "map-*")
        path.write_text(json.dumps({**json.loads(path.read_text()), "library": "scikit-learn 0.1"}))

        assert plans(explorer) == []


def test_place_names_and_questions_are_of_the_map_that_is_meant(explorer: Explorer) -> None:
    turned = explorer.project(TURNED)

    place = explorer.locate("orbit", TURNED)

    assert not np.array_equal(turned.coordinates, explorer.project("umap").coordinates)
    assert np.array(place, np.float32).tolist() in turned.coordinates.tolist()
    assert explorer.place_names(TURNED) is not explorer.place_names("umap")
