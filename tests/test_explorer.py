"""The explorer on real stores: nine posts embedded by counting words, the bundled sample, a stand-in for Gemini."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import explorer as package
from explorer import Explorer, Filters
from explorer.app.screen import Screen
from explorer.labeling import ClusterSummary
from explorer.projection import METHODS
from ingest import changes
from ingest.embedders import EMBEDDERS, Embedder, TaskType
from ingest.embedders.gemini import GeminiEmbedder
from ingest.errors import NothingStoredError, UserError
from ingest.job import StoppedIngestError, ingest
from ingest.order import Order
from ingest.posts import Corpus, Post
from ingest.progress import Silent
from ingest.store import Neighbor, Store
from tests.conftest import make_corpus
from tests.failing_embedders import FailingEmbedder
from tests.gemini_server import API_KEY, GeminiServer
from tests.word_embedder import BATCH, WordEmbedder

QUERIES = json.loads(Path(__file__).with_name("queries.json").read_text(encoding="utf-8"))

# The vectors' axes are orbit, rocket and, with 0.1, everything else.
ORBIT = {
    "test/sci.space/2": 1.0,  # "orbit"
    "train/sci.space/0": 2.01 / math.sqrt(1.01 * 5.01),  # "orbit orbit rocket"
    "train/sci.space/1": 1.01 / math.sqrt(1.01 * 2.01),  # "rocket to orbit"
}


def fill(folder: Path, corpus: Corpus, embedder: Embedder, *task_types: TaskType) -> Path:
    with Store(folder, create=True) as store:
        ingest(corpus, Order(task_types=task_types) if task_types else Order(), embedder, store, Silent())
    return folder


def ids_of(neighbors: list[Neighbor]) -> list[str]:
    return [neighbor.post.id for neighbor in neighbors]


def only_file(folder: Path, pattern: str) -> Path:
    (path,) = (folder / "derived").glob(pattern)
    return path


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with nine posts, which every test copies."""
    return fill(tmp_path_factory.mktemp("explorer") / "store", make_corpus(), WordEmbedder())


@pytest.fixture
def folder(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "store"))


@pytest.fixture
def embedder(monkeypatch: pytest.MonkeyPatch) -> WordEmbedder:
    """The embedder that explorers find by the name in the manifest."""
    embedder = WordEmbedder()
    monkeypatch.setitem(EMBEDDERS, embedder.name, lambda *_: embedder)
    return embedder


@pytest.fixture
def explorer(folder: Path, embedder: WordEmbedder) -> Iterator[Explorer]:
    with Explorer.open(folder) as explorer:
        yield explorer


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


class TestSearch:
    def test_it_finds_the_posts_nearest_in_meaning_best_first(self, explorer: Explorer) -> None:
        assert ids_of(explorer.search("orbit", 3)) == list(ORBIT)

    def test_similarity_is_the_cosine_worked_out_by_hand(self, explorer: Explorer) -> None:
        found = [neighbor.similarity for neighbor in explorer.search("orbit", 3)]

        assert found == pytest.approx(list(ORBIT.values()), abs=1e-6)

    def test_a_neighbor_brings_its_post(self, explorer: Explorer) -> None:
        (neighbor,) = explorer.search("goal puck", 1)

        assert neighbor.post == Post(
            "train/rec.sport.hockey/0", "rec.sport.hockey", "train", "about rec.sport.hockey", "goal puck"
        )

    def test_ten_results_are_the_default_where_there_are_so_many(self, sample_store: Path) -> None:
        with Explorer.open(sample_store) as explorer:
            assert len(explorer.search("orbit")) == 10

    @pytest.mark.parametrize("n_results", [10, 10**30])
    def test_more_results_than_posts_are_all_posts(self, explorer: Explorer, n_results: int) -> None:
        assert len(explorer.search("orbit", n_results)) == 9

    def test_only_the_question_is_embedded(self, explorer: Explorer, embedder: WordEmbedder) -> None:
        explorer.search("rocket")
        explorer.search("puck")

        assert embedder.texts == ["rocket", "puck"]

    @pytest.mark.parametrize("text", ["", " \n\t"])
    def test_an_empty_question_is_refused(self, explorer: Explorer, text: str) -> None:
        with pytest.raises(UserError, match=r"^The question is empty: type what you are looking for\.$"):
            explorer.search(text)

    @pytest.mark.parametrize("n_results", [0, -1])
    def test_fewer_than_one_result_is_refused(self, explorer: Explorer, n_results: int) -> None:
        with pytest.raises(UserError, match=f"^The number of results must be 1 or more, not {n_results}\\.$"):
            explorer.search("orbit", n_results)

    def test_an_unknown_newsgroup_is_refused_with_the_known_ones(self, explorer: Explorer) -> None:
        with pytest.raises(UserError, match=r"^No newsgroup is called 'sci\.med': there are rec.sport.hockey, sci"):
            explorer.search("orbit", filters=Filters(newsgroups=("sci.space", "sci.med")))

    def test_a_refused_question_is_not_embedded(self, explorer: Explorer, embedder: WordEmbedder) -> None:
        with pytest.raises(UserError):
            explorer.search("orbit", 0)
        with pytest.raises(UserError):
            explorer.search("orbit", filters=Filters(newsgroups=("sci.med",)))

        assert embedder.texts == []

    def test_natural_questions_find_their_posts_by_meaning(self, sample_store: Path) -> None:
        with Explorer.open(sample_store) as explorer:
            found = [query["post"] in ids_of(explorer.search(query["query"], 5)) for query in QUERIES]

        assert len(found) == 80
        assert sum(found) >= 60


class TestFilters:
    def test_newsgroups_limit_what_is_found(self, explorer: Explorer) -> None:
        found = explorer.search("orbit", filters=Filters(newsgroups=("sci.crypt", "rec.sport.hockey")))

        assert {neighbor.post.newsgroup for neighbor in found} == {"sci.crypt", "rec.sport.hockey"}
        assert len(found) == 6

    def test_a_subset_limits_what_is_found(self, explorer: Explorer) -> None:
        found = explorer.search("orbit", filters=Filters(subset="test"))

        assert sorted(ids_of(found)) == ["test/rec.sport.hockey/2", "test/sci.crypt/2", "test/sci.space/2"]

    def test_words_as_written_limit_what_is_found(self, explorer: Explorer) -> None:
        assert ids_of(explorer.search("puck", filters=Filters(contains="rocket to"))) == ["train/sci.space/1"]

    def test_a_least_similarity_limits_what_is_found(self, explorer: Explorer) -> None:
        assert ids_of(explorer.search("orbit", filters=Filters(min_similarity=0.8))) == list(ORBIT)[:2]

    def test_filters_limit_together(self, explorer: Explorer) -> None:
        filters = Filters(newsgroups=("sci.space",), subset="train", contains="rocket", min_similarity=0.8)

        assert ids_of(explorer.search("orbit", filters=filters)) == ["train/sci.space/0"]

    def test_filters_that_no_post_passes_find_nothing(self, explorer: Explorer) -> None:
        assert explorer.search("orbit", filters=Filters(contains="shuttle")) == []

    def test_they_limit_similar_posts_too(self, explorer: Explorer) -> None:
        found = explorer.similar("test/sci.space/2", filters=Filters(subset="test"))

        assert sorted(ids_of(found)) == ["test/rec.sport.hockey/2", "test/sci.crypt/2"]


class TestSimilar:
    def test_it_finds_the_nearest_posts_and_not_the_post_itself(self, explorer: Explorer) -> None:
        assert ids_of(explorer.similar("test/sci.space/2", 2)) == list(ORBIT)[1:]

    def test_similarity_is_the_cosine_worked_out_by_hand(self, explorer: Explorer) -> None:
        found = [neighbor.similarity for neighbor in explorer.similar("test/sci.space/2", 2)]

        assert found == pytest.approx(list(ORBIT.values())[1:], abs=1e-6)

    def test_nothing_is_embedded(self, explorer: Explorer, embedder: WordEmbedder) -> None:
        explorer.similar("test/sci.space/2")

        assert embedder.texts == []

    @pytest.mark.parametrize("n_results", [9, 10**30])
    def test_more_results_than_posts_are_all_others(self, explorer: Explorer, n_results: int) -> None:
        assert len(explorer.similar("test/sci.space/2", n_results)) == 8

    def test_as_many_are_found_where_filters_leave_the_post_itself_out(self, explorer: Explorer) -> None:
        assert len(explorer.similar("test/sci.space/2", 2, Filters(newsgroups=("sci.crypt",)))) == 2

    def test_an_unknown_id_is_refused_with_a_known_one(self, explorer: Explorer) -> None:
        with pytest.raises(UserError, match=r"^small has no post 'nope': ids look like 'train/sci\.space/0'\.$"):
            explorer.similar("nope")

    def test_fewer_than_one_result_is_refused(self, explorer: Explorer) -> None:
        with pytest.raises(UserError, match="must be 1 or more, not 0"):
            explorer.similar("test/sci.space/2", 0)

    def test_a_post_without_a_vector_to_search_by_is_refused(self, tmp_path: Path, embedder: WordEmbedder) -> None:
        corpus = make_corpus()
        fill(tmp_path, Corpus(corpus.name, corpus.source, corpus.posts[:3]), embedder)
        fill(tmp_path, corpus, embedder, TaskType.CLUSTERING)

        with (
            Explorer.open(tmp_path) as explorer,
            pytest.raises(UserError, match=r"small has no post 'train/sci\.crypt/0'"),
        ):
            explorer.similar("train/sci.crypt/0")


class TestPosts:
    def test_they_come_in_the_order_of_the_corpus(self, explorer: Explorer) -> None:
        assert explorer.posts == make_corpus().posts

    def test_their_ids_come_in_the_same_order(self, explorer: Explorer) -> None:
        assert explorer.post_ids == [post.id for post in explorer.posts]

    def test_newsgroups_come_by_name(self, explorer: Explorer) -> None:
        assert explorer.newsgroups == ["rec.sport.hockey", "sci.crypt", "sci.space"]

    def test_one_is_found_by_its_id(self, explorer: Explorer) -> None:
        assert explorer.post("train/sci.crypt/1").text == "key key cipher"

    def test_an_unknown_id_is_refused(self, explorer: Explorer) -> None:
        with pytest.raises(UserError, match="small has no post 'nope'"):
            explorer.post("nope")

    def test_their_vectors_follow_them(self, explorer: Explorer) -> None:
        expected = WordEmbedder().embed([post.text for post in explorer.posts], TaskType.CLUSTERING)

        np.testing.assert_allclose(explorer.vectors(), expected, atol=1e-6)

    def test_their_vectors_have_the_shape_and_type_that_is_documented(self, explorer: Explorer) -> None:
        vectors = explorer.vectors()

        assert vectors.shape == (9, explorer.manifest.dimensions)
        assert vectors.dtype == np.float32
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(9), abs=1e-6)


class TestCluster:
    def test_posts_of_a_subject_are_clustered_together_largest_first(self, of_three_subjects: Explorer) -> None:
        assert of_three_subjects.cluster(3).labels.tolist() == [0] * 4 + [1] * 3 + [2] * 2

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
        assert of_three_subjects.describe(of_three_subjects.cluster(3)) == [
            ClusterSummary(0, 4, "sci.space", 1.0, ("orbit",)),
            ClusterSummary(1, 3, "sci.crypt", 1.0, ("cipher",)),
            ClusterSummary(2, 2, "rec.sport.hockey", 1.0, ("puck",)),
        ]

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
        with pytest.raises(UserError, match=missing):
            searcher.has_projection("pca")

    def test_search_says_what_is_missing_and_how_to_add_it(self, tmp_path: Path) -> None:
        fill(tmp_path, make_corpus(), WordEmbedder(), TaskType.CLUSTERING)

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
