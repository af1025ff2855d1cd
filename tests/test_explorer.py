"""The explorer on real stores: nine posts embedded by counting words, the bundled sample, a stand-in for Gemini."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest

import explorer as package
from explorer import Explorer, Filters
from explorer.app.screen import Screen
from explorer.choosing import choose
from explorer.projection import METHODS
from ingest import changes
from ingest.embedders import TaskType
from ingest.embedders.gemini import GeminiEmbedder
from ingest.errors import NothingStoredError, UserError
from ingest.job import StoppedIngestError
from ingest.posts import Corpus, Post
from ingest.store import Store, StoredCollection
from tests.conftest import make_corpus
from tests.explorers import ORBIT, fill, ids_of
from tests.failing_embedders import FailingEmbedder
from tests.gemini_server import API_KEY, GeminiServer
from tests.word_embedder import BATCH, WordEmbedder

QUERIES = json.loads(Path(__file__).with_name("queries.json").read_text(encoding="utf-8"))


class SlowStore(Store):
    """Takes its time to open a collection and to read from it."""

    def collection(self, name: str) -> StoredCollection:
        collection = super().collection(name)
        time.sleep(0.1)
        return SlowCollection(collection.manifest, collection._place, collection._reach, collection._again)


class SlowCollection(StoredCollection):
    def posts(self) -> list[Post]:
        time.sleep(0.1)
        return super().posts()


def only_file(folder: Path, pattern: str) -> Path:
    (path,) = (folder / "derived").glob(pattern)
    return path


@pytest.fixture
def of_three_subjects(tmp_path: Path) -> Iterator[Explorer]:
    """An explorer of posts that are nearly equal within each of three newsgroups: four, three and two."""
    words = {"sci.space": "orbit", "sci.crypt": "cipher", "rec.sport.hockey": "puck"}
    sizes = zip(words.items(), (4, 3, 2), strict=True)
    posts = [
        Post(f"train/{newsgroup}/{number}", newsgroup, "train", "", f"{word} " * number)
        for (newsgroup, word), size in sizes
        for number in range(1, size + 1)
    ]
    with Explorer.open(fill(tmp_path / "subjects", Corpus("subjects", "memory", posts), WordEmbedder())) as explorer:
        yield explorer


@pytest.fixture(scope="module")
def gemini_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with nine posts as the stand-in for Gemini embeds them, which is gone when it is opened."""
    with GeminiServer() as server:
        embedder = GeminiEmbedder(dimensions=128, api_key=API_KEY, base_url=server.url)
        return fill(tmp_path_factory.mktemp("gemini") / "store", make_corpus(), embedder)


class TestPosts:
    def test_they_come_in_the_order_of_the_corpus(self, explorer: Explorer) -> None:
        assert explorer.posts == make_corpus().posts

    def test_their_ids_come_in_the_same_order(self, explorer: Explorer) -> None:
        assert explorer.post_ids == [post.id for post in explorer.posts]

    def test_newsgroups_come_by_name(self, explorer: Explorer) -> None:
        assert explorer.newsgroups == ["rec.sport.hockey", "sci.crypt", "sci.space"]

    def test_one_is_found_by_its_id(self, explorer: Explorer) -> None:
        assert explorer.post("train/sci.crypt/1").text == "key key cipher"

    @pytest.mark.parametrize("post_id", ["nope", "", "\0", "\ud800"], ids=repr)
    def test_an_unknown_id_is_refused(self, explorer: Explorer, post_id: str) -> None:
        with pytest.raises(UserError, match=f"^small has no post {re.escape(repr(post_id))}: ids look like "):
            explorer.post(post_id)

    def test_threads_that_ask_at_once_share_them(self, folder: Path) -> None:
        with SlowStore(folder) as store, ThreadPoolExecutor(4) as threads:
            explorer = Explorer(store, choose(store.manifests(), None, None))
            mapped = [threads.submit(lambda: explorer.posts) for _ in range(3)]
            (hit,) = threads.submit(explorer.search, "goal puck", 1, mode="keywords").result()

        assert all(posts.result() is explorer.posts for posts in mapped)
        assert any(hit.post is post for post in explorer.posts)

    def test_their_vectors_follow_them(self, explorer: Explorer) -> None:
        expected = WordEmbedder().embed([post.text for post in explorer.posts], TaskType.CLUSTERING)

        np.testing.assert_allclose(explorer.vectors(), expected, atol=1e-6)

    def test_their_vectors_have_the_shape_and_type_that_is_documented(self, explorer: Explorer) -> None:
        vectors = explorer.vectors()

        assert vectors.shape == (9, explorer.manifest.dimensions)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(9), abs=1e-6)


class TestCluster:
    def test_posts_of_a_subject_are_clustered_together(self, of_three_subjects: Explorer) -> None:
        labels = of_three_subjects.cluster(3).labels.tolist()

        assert [labels[:4], labels[4:7], labels[7:]] == [[labels[0]] * 4, [labels[4]] * 3, [labels[7]] * 2]
        assert set(labels) == {0, 1, 2}

    def test_of_some_posts_alone_each_has_a_label(self, explorer: Explorer) -> None:
        clustering = explorer.cluster(2, filters=Filters(subset="test"))

        assert clustering.post_ids == [post.id for post in explorer.posts if post.subset == "test"]
        assert set(clustering.labels.tolist()) == {0, 1}

    def test_where_the_filters_let_nobody_through_it_says_so(self, explorer: Explorer) -> None:
        with pytest.raises(UserError, match="No post passes the filters: take one off"):
            explorer.cluster(2, filters=Filters(contains="nowhere"))

    def test_vectors_of_another_task_type_are_clustered(self, explorer: Explorer) -> None:
        clustering = explorer.cluster(3, task_type=TaskType.RETRIEVAL_DOCUMENT)

        assert clustering.task_type == TaskType.RETRIEVAL_DOCUMENT
        assert explorer.evaluate(clustering).measures.adjusted_rand == pytest.approx(1)

    def test_posts_that_are_in_no_cluster_are_described_with_none(self, explorer: Explorer) -> None:
        clustering = explorer.cluster(method="hdbscan")

        assert clustering.inertia is None
        assert sum(summary.size for summary in explorer.describe(clustering)) == 9 - clustering.n_noise

    def test_labels_follow_the_posts(self, explorer: Explorer) -> None:
        clustering = explorer.cluster(3)

        assert clustering.post_ids == explorer.post_ids
        assert clustering.labels.shape == (9,)
        assert clustering.labels.dtype == np.int32

    def test_it_says_what_was_asked_for(self, explorer: Explorer) -> None:
        clustering = explorer.cluster(2, seed=7)

        assert (clustering.n_clusters, clustering.seed) == (2, 7)

    def test_nothing_is_embedded(self, explorer: Explorer, embedder: WordEmbedder) -> None:
        explorer.describe(explorer.cluster(3))

        assert embedder.texts == []

    @pytest.mark.parametrize("n_clusters", [0, 10])
    def test_a_number_of_clusters_that_the_posts_do_not_allow_is_refused(
        self, explorer: Explorer, n_clusters: int
    ) -> None:
        with pytest.raises(UserError, match=f"k must be from 1 to 9, the number of posts, not {n_clusters}"):
            explorer.cluster(n_clusters)

    def test_a_description_has_each_clusters_size_majority_and_terms(self, of_three_subjects: Explorer) -> None:
        described = of_three_subjects.describe(of_three_subjects.cluster(3))

        assert [summary.cluster for summary in described] == [0, 1, 2]
        assert sorted(astuple(summary)[1:5] for summary in described) == [
            (2, "rec.sport.hockey", 1.0, ("puck",)),
            (3, "sci.crypt", 1.0, ("cipher",)),
            (4, "sci.space", 1.0, ("orbit",)),
        ]

    def test_a_hierarchy_is_kept_for_every_seed_and_serves_every_k(self, folder: Path) -> None:
        with Explorer.open(folder) as explorer:
            for n_clusters, seed in [(2, 0), (3, 0), (2, 1), (3, 1)]:
                explorer.cluster(n_clusters, seed=seed)

        assert len(list((folder / "derived").glob("hierarchy-*"))) == 2

    def test_inertia_is_the_sum_of_squared_distances_to_the_means(self, of_three_subjects: Explorer) -> None:
        clustering = of_three_subjects.cluster(3)
        vectors = of_three_subjects.vectors()

        clusters = [vectors[clustering.labels == cluster] for cluster in range(3)]
        by_hand = sum(((cluster - cluster.mean(axis=0)) ** 2).sum() for cluster in clusters)
        assert clustering.inertia == pytest.approx(by_hand, rel=1e-4)

    def test_a_clustering_is_kept_for_the_next_session(self, folder: Path) -> None:
        with Explorer.open(folder) as explorer:
            explorer.cluster(3)
        np.save(only_file(folder, "clustering-*"), np.zeros(9, np.int32))

        with Explorer.open(folder) as explorer:
            assert explorer.cluster(3).labels.tolist() == [0] * 9

    def test_another_number_or_seed_is_another_clustering(self, folder: Path) -> None:
        with Explorer.open(folder) as explorer:
            for n_clusters, seed in [(3, 0), (2, 0), (3, 1), (3, 0)]:
                explorer.cluster(n_clusters, seed=seed)

        assert len(list((folder / "derived").glob("clustering-*"))) == 3


class TestProject:
    @pytest.mark.parametrize("method", METHODS)
    def test_every_post_has_a_place(self, explorer: Explorer, method: str) -> None:
        projection = explorer.project(method, seed=7)

        assert (projection.method, projection.seed, projection.post_ids) == (method, 7, explorer.post_ids)
        assert projection.coordinates.shape == (9, 2)
        assert projection.coordinates.dtype == np.float32

    def test_nothing_is_embedded(self, explorer: Explorer, embedder: WordEmbedder) -> None:
        explorer.project("pca")

        assert embedder.texts == []

    def test_a_projection_is_kept_for_the_next_session(self, folder: Path) -> None:
        with Explorer.open(folder) as explorer:
            explorer.project("pca")
        np.save(only_file(folder, "projection-pca-*"), np.full((9, 2), 7, np.float32))

        with Explorer.open(folder) as explorer:
            assert explorer.project("pca").coordinates.tolist() == [[7, 7]] * 9

    def test_it_can_be_told_whether_a_projection_is_there(self, explorer: Explorer) -> None:
        before = explorer.has_projection("pca")
        explorer.project("pca")

        assert not before
        assert explorer.has_projection("pca")
        assert not explorer.has_projection("pca", seed=1)

    def test_vectors_are_kept_for_the_next_session(self, folder: Path) -> None:
        with Explorer.open(folder) as explorer:
            explorer.vectors()
        np.save(only_file(folder, "vectors-*"), np.eye(9, 7, dtype=np.float32))

        with Explorer.open(folder) as explorer:
            assert np.array_equal(explorer.vectors(), np.eye(9, 7))

    def test_new_posts_make_a_new_map(self, folder: Path) -> None:
        with Explorer.open(folder) as explorer:
            explorer.project("pca")
        posts = [*make_corpus().posts, Post("train/sci.med/0", "sci.med", "train", "about sci.med", "a key rocket")]
        fill(folder, Corpus("small", "memory", posts), WordEmbedder())

        with Explorer.open(folder) as explorer:
            assert not explorer.has_projection("pca")
            assert explorer.project("pca").post_ids[-1] == "train/sci.med/0"

    def test_an_unknown_method_is_refused_with_the_known_ones(self, explorer: Explorer) -> None:
        with pytest.raises(UserError, match=r"^There is no projection 'isomap': choose from umap, tsne, pca\.$"):
            explorer.project("isomap")

    def test_too_few_posts_are_refused(self, tmp_path: Path) -> None:
        fill(tmp_path, Corpus("small", "memory", make_corpus().posts[:3]), WordEmbedder())

        with Explorer.open(tmp_path) as explorer, pytest.raises(UserError, match="at least 4 posts, and there are 3"):
            explorer.project("pca")


class TestWithOneTaskType:
    @pytest.fixture
    def searcher(self, tmp_path: Path, embedder: WordEmbedder) -> Iterator[Explorer]:
        """An explorer of vectors for search alone."""
        with Explorer.open(fill(tmp_path, make_corpus(), embedder, TaskType.RETRIEVAL_DOCUMENT)) as explorer:
            yield explorer

    def test_search_and_its_filters_work(self, searcher: Explorer) -> None:
        assert ids_of(searcher.search("orbit", filters=Filters(newsgroups=("sci.space",)))) == list(ORBIT)

    def test_an_unknown_id_is_refused_as_ever(self, searcher: Explorer) -> None:
        with pytest.raises(UserError, match="small has no post 'nope': ids look like"):
            searcher.post("nope")

    def test_clusters_and_maps_say_what_is_missing_and_how_to_add_it(self, searcher: Explorer) -> None:
        missing = r"small has no CLUSTERING vectors: add them with `python -m ingest memory --task-types CLUSTERING`"
        with pytest.raises(UserError, match=missing):
            searcher.cluster(3)
        with pytest.raises(UserError, match=missing):
            searcher.project("pca")
        assert not searcher.has_projection("pca")

    def test_a_model_without_task_types_answers_questions_with_whatever_it_made(
        self, tmp_path: Path, embedder: WordEmbedder
    ) -> None:
        fill(tmp_path, make_corpus(), WordEmbedder(), TaskType.CLUSTERING)

        with Explorer.open(tmp_path) as explorer:
            assert set(ids_of(explorer.search("orbit", 3))) == set(ORBIT)

    def test_search_says_what_is_missing_and_how_to_add_it(self, tmp_path: Path) -> None:
        fill(tmp_path, make_corpus(), WordEmbedder(has_task_types=True), TaskType.CLUSTERING)

        with (
            Explorer.open(tmp_path) as explorer,
            pytest.raises(UserError, match=r"no RETRIEVAL_DOCUMENT vectors: add .* --task-types RETRIEVAL_DOCUMENT"),
        ):
            explorer.search("orbit")


class TestUnfinished:
    """An ingest of nine posts stopped when eight were stored for search, and four for clusters."""

    @pytest.fixture(scope="module")
    @staticmethod
    def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
        path = tmp_path_factory.mktemp("unfinished") / "store"
        with pytest.MonkeyPatch.context() as patch, pytest.raises(StoppedIngestError):
            patch.setattr(changes, "PAGE", BATCH)
            fill(path, make_corpus(), FailingEmbedder(3, has_task_types=True))
        return path

    @pytest.fixture
    def unfinished(self, stopped: Path, tmp_path: Path, embedder: WordEmbedder) -> Iterator[Explorer]:
        with Explorer.open(shutil.copytree(stopped, tmp_path / "unfinished")) as explorer:
            yield explorer

    def test_it_is_told_from_one_that_is_complete(self, unfinished: Explorer, explorer: Explorer) -> None:
        assert (unfinished.is_complete, explorer.is_complete) == (False, True)

    def test_the_page_says_so_first(self, unfinished: Explorer, explorer: Explorer) -> None:
        assert Screen(unfinished).title.startswith("small (unfinished) · ")
        assert Screen(explorer).title.startswith("small · ")

    def test_a_search_finds_what_is_stored_for_it(self, unfinished: Explorer) -> None:
        assert sorted(ids_of(unfinished.search("orbit"))) == sorted(post.id for post in make_corpus().posts[:8])

    def test_clusters_and_maps_are_of_what_is_stored_for_them(self, unfinished: Explorer) -> None:
        first_four = [post.id for post in make_corpus().posts[:4]]

        assert unfinished.cluster(2).post_ids == unfinished.project("pca").post_ids == first_four

    def test_a_post_that_is_found_can_be_read_though_it_is_not_on_the_map(self, unfinished: Explorer) -> None:
        *_, eighth, _ = make_corpus().posts

        assert unfinished.post(eighth.id) == eighth
        assert len(unfinished.similar(eighth.id)) == 7

    def test_when_it_is_finished_nothing_is_answered_from_before(self, stopped: Path, path: Path) -> None:
        shutil.copytree(stopped, path)
        with Explorer.open(path) as before:
            before.cluster(2)
        fill(path, make_corpus(), WordEmbedder(has_task_types=True))

        with Explorer.open(path) as after:
            assert after.is_complete
            assert len(after.cluster(2).labels) == 9


class TestOpen:
    def test_a_corpus_is_chosen_by_name(self, folder: Path) -> None:
        fill(folder, make_corpus("other"), WordEmbedder())

        with Explorer.open(folder, corpus="other") as explorer:
            assert explorer.manifest.corpus == "other"

    def test_two_corpora_without_a_name_are_a_question(self, folder: Path) -> None:
        fill(folder, make_corpus("other"), WordEmbedder())

        with pytest.raises(UserError, match=r"Which corpus\? The store has other, small: say --corpus NAME\."):
            Explorer.open(folder)

    def test_a_path_may_be_a_string(self, folder: Path) -> None:
        with Explorer.open(str(folder)) as explorer:
            assert len(explorer.posts) == 9

    def test_a_missing_store_says_how_to_make_one(self, tmp_path: Path) -> None:
        with pytest.raises(NothingStoredError, match=r"no store in .*: make one with `python -m ingest`"):
            Explorer.open(tmp_path / "nowhere")

    def test_a_refused_choice_lets_go_of_the_store(self, folder: Path) -> None:
        with pytest.raises(UserError) as refused:
            Explorer.open(folder, corpus="films")

        Explorer.open(folder).close()
        assert str(refused.value) == "The store has no corpus 'films': it has small."

    def test_a_store_in_use_is_refused_while_it_is(self, folder: Path) -> None:
        with Explorer.open(folder), pytest.raises(UserError, match=r"is in use by process \d+"):
            Explorer.open(folder)

        Explorer.open(folder).close()

    def test_an_embedder_that_is_not_known_is_told_when_a_question_is_asked(self, folder: Path) -> None:
        with (
            Explorer.open(folder) as explorer,
            pytest.raises(UserError, match=r"small was embedded with word-counts.*no embedder 'words'"),
        ):
            explorer.search("orbit")

    def test_the_package_has_the_public_names_and_no_others(self) -> None:
        assert (package.Explorer, package.Filters) == (Explorer, Filters)
        with pytest.raises(AttributeError, match="module 'explorer' has no attribute 'Searcher'"):
            package.Searcher  # noqa: B018


class TestWithGeminiVectors:
    def test_a_question_without_a_key_names_corpus_model_and_variables(self, gemini_folder: Path) -> None:
        with Explorer.open(gemini_folder) as explorer, pytest.raises(UserError) as caught:
            explorer.search("orbit")

        line = str(caught.value)
        assert line.startswith("small was embedded with gemini-embedding-001, ")
        assert "neither GOOGLE_API_KEY nor GEMINI_API_KEY is set" in line
        assert "\n" not in line

    def test_neighbors_clusters_and_maps_need_no_key(self, gemini_folder: Path) -> None:
        with Explorer.open(gemini_folder) as explorer:
            assert explorer.similar("train/rec.sport.hockey/0", 1)[0].post.newsgroup == "rec.sport.hockey"
            assert len(explorer.cluster(3).labels) == 9
            assert len(explorer.project("pca").coordinates) == 9

    def test_a_question_is_embedded_as_a_query(self, gemini_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        with GeminiServer() as server, Explorer.open(gemini_folder) as explorer:
            for variable, value in server.environment.items():
                monkeypatch.setenv(variable, value)
            (neighbor,) = explorer.search("key cipher", 1)

        assert (server.texts, server.task_types) == (["key cipher"], ["RETRIEVAL_QUERY"])
        assert neighbor.post.newsgroup == "sci.crypt"
