"""Search on real stores: nine posts embedded by counting words, the bundled sample, a stand-in for Gemini."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer import Explorer, Filters, Question
from explorer.question import MODES
from ingest.embedders import EMBEDDERS, TaskType
from ingest.embedders.gemini import GeminiEmbedder
from ingest.errors import UserError
from ingest.posts import Corpus, Post
from ingest.store import Store
from tests.conftest import make_corpus
from tests.explorers import ORBIT, fill, ids_of
from tests.gemini_server import GeminiServer
from tests.stores import faults_of
from tests.word_embedder import WordEmbedder

QUERIES = json.loads(Path(__file__).with_name("queries.json").read_text(encoding="utf-8"))
SPACE, HOCKEY, CRYPT = (
    [post.id for post in make_corpus().posts if post.newsgroup == newsgroup]
    for newsgroup in ("sci.space", "rec.sport.hockey", "sci.crypt")
)

in_every_mode = pytest.mark.parametrize("mode", MODES)


class TestMeaning:
    def test_it_finds_the_posts_nearest_in_meaning_best_first(self, explorer: Explorer) -> None:
        assert ids_of(explorer.search("orbit", 3)) == list(ORBIT)

    def test_similarity_is_the_cosine_worked_out_by_hand(self, explorer: Explorer) -> None:
        found = [hit.similarity for hit in explorer.search("orbit", 3)]

        assert found == pytest.approx(list(ORBIT.values()), abs=1e-6)

    def test_a_hit_brings_its_post(self, explorer: Explorer) -> None:
        (hit,) = explorer.search("goal puck", 1)

        assert hit.post == Post(
            "train/rec.sport.hockey/0", "rec.sport.hockey", "train", "about rec.sport.hockey", "goal puck"
        )

    def test_a_hit_has_its_rank_by_meaning_alone(self, explorer: Explorer) -> None:
        found = explorer.search("orbit", 3)

        assert [(hit.meaning_rank, hit.keywords_rank) for hit in found] == [(1, None), (2, None), (3, None)]

    def test_ten_results_are_the_default_where_there_are_so_many(self, sample_store: Path) -> None:
        with Explorer.open(sample_store) as explorer:
            assert len(explorer.search("orbit")) == 10

    @pytest.mark.parametrize("n_results", [10, 1_001, 10**30])
    def test_more_results_than_posts_are_all_posts(self, explorer: Explorer, n_results: int) -> None:
        assert len(explorer.search("orbit", n_results)) == 9

    def test_more_than_the_index_is_asked_for_come_in_the_same_order(self, sample_store: Path) -> None:
        with Explorer.open(sample_store) as explorer:
            few, all_posts = explorer.search("a goalkeeper's save", 5), explorer.search("a goalkeeper's save", 2_000)

        assert ids_of(all_posts[:5]) == ids_of(few)
        assert len(all_posts) == len({hit.post.id for hit in all_posts}) == explorer.manifest.n_posts

    def test_natural_questions_find_their_posts(self, sample_store: Path) -> None:
        with Explorer.open(sample_store) as explorer:
            found = [query["post"] in ids_of(explorer.search(query["query"], 5)) for query in QUERIES]

        assert len(found) == 80
        assert sum(found) >= 60


class TestKeywords:
    def test_posts_that_share_a_word_are_found_and_no_others(self, explorer: Explorer) -> None:
        assert sorted(ids_of(explorer.search("orbit", mode="keywords"))) == sorted(SPACE)

    def test_a_word_counts_more_the_more_often_and_the_shorter_the_post(self, explorer: Explorer) -> None:
        assert ids_of(explorer.search("orbit", mode="keywords")) == [SPACE[0], SPACE[2], SPACE[1]]

    def test_other_forms_of_a_word_are_found(self, explorer: Explorer) -> None:
        assert sorted(ids_of(explorer.search("Orbiting ROCKETS", mode="keywords"))) == sorted(SPACE)

    def test_subjects_are_searched_too(self, explorer: Explorer) -> None:
        assert sorted(ids_of(explorer.search("hockey", mode="keywords"))) == sorted(HOCKEY)

    @pytest.mark.parametrize("text", ["shuttle", "the a to", "?!"])
    def test_where_no_word_is_shared_nothing_is_found(self, explorer: Explorer, text: str) -> None:
        assert explorer.search(text, mode="keywords") == []

    def test_a_hit_has_its_rank_by_keywords_alone(self, explorer: Explorer) -> None:
        found = explorer.search("orbit", mode="keywords")

        assert [(hit.meaning_rank, hit.keywords_rank) for hit in found] == [(None, 1), (None, 2), (None, 3)]

    def test_nothing_is_embedded_and_similarity_is_not_known(self, explorer: Explorer, embedder: WordEmbedder) -> None:
        found = explorer.search("rocket", mode="keywords")

        assert embedder.texts == []
        assert all(math.isnan(hit.similarity) for hit in found)

    def test_similarity_is_told_where_the_question_was_embedded_before(self, explorer: Explorer) -> None:
        by_meaning = explorer.search("orbit", 3)

        by_keywords = explorer.search("orbit", mode="keywords")

        assert {hit.post.id: hit.similarity for hit in by_keywords} == pytest.approx(
            {hit.post.id: hit.similarity for hit in by_meaning}
        )

    def test_it_is_that_of_the_whole_question(self, explorer: Explorer) -> None:
        question = Question("orbit", like=(CRYPT[2],))
        similarities = dict(zip(explorer.post_ids, explorer.similarities(question).tolist(), strict=True))

        found = explorer.search(question, mode="keywords")

        assert {hit.post.id: hit.similarity for hit in found} == pytest.approx(
            {post_id: similarities[post_id] for post_id in SPACE}
        )

    def test_a_least_similarity_has_the_question_embedded(self, explorer: Explorer, embedder: WordEmbedder) -> None:
        found = explorer.search("rocket", filters=Filters(min_similarity=0.6), mode="keywords")

        # rocket · (rocket to orbit) = 0.71, rocket · (orbit orbit rocket) = 0.45
        assert ids_of(found) == [SPACE[1]]
        assert embedder.texts == ["rocket"]

    def test_no_embedder_is_needed(self, folder: Path) -> None:
        with Explorer.open(folder) as explorer:
            assert len(explorer.search("orbit", mode="keywords")) == 3

    def test_they_need_no_vectors_for_search(self, tmp_path: Path) -> None:
        fill(tmp_path, make_corpus(), WordEmbedder(), TaskType.CLUSTERING)

        with Explorer.open(tmp_path) as explorer:
            assert len(explorer.search("orbit", mode="keywords")) == 3


class TestHybrid:
    def test_what_is_near_and_shares_words_comes_first(self, explorer: Explorer) -> None:
        # 0.7 / 61 + 0.3 / 62 for the first, and 0.7 / 62 + 0.3 / 61 for the second
        assert ids_of(explorer.search("orbit", 3, mode="hybrid")) == list(ORBIT)

    def test_a_name_that_the_model_does_not_know_is_found_by_its_letters(self, explorer: Explorer) -> None:
        assert not set(ids_of(explorer.search("hockey", 3))) <= set(HOCKEY)

        assert set(ids_of(explorer.search("hockey", 3, mode="hybrid"))) == set(HOCKEY)

    def test_what_shares_no_word_is_still_found_by_meaning(self, explorer: Explorer) -> None:
        assert len(explorer.search("hockey", mode="hybrid")) == 9

    def test_a_hit_has_both_ranks_and_none_by_keywords_where_no_word_is_shared(self, explorer: Explorer) -> None:
        first, second, third, fourth = explorer.search("orbit", 4, mode="hybrid")

        assert [(hit.meaning_rank, hit.keywords_rank) for hit in (first, second, third)] == [(1, 2), (2, 1), (3, 3)]
        assert (fourth.meaning_rank, fourth.keywords_rank) == (4, None)

    def test_ranks_are_among_the_posts_that_pass(self, explorer: Explorer) -> None:
        (first, _) = explorer.search("orbit", filters=Filters(subset="train", contains="orbit"), mode="hybrid")

        assert (first.post.id, first.meaning_rank, first.keywords_rank) == (SPACE[0], 1, 1)

    def test_similarity_is_the_cosine(self, explorer: Explorer) -> None:
        found = explorer.search("orbit", 3, mode="hybrid")

        assert [hit.similarity for hit in found] == pytest.approx(list(ORBIT.values()), abs=1e-6)

    def test_posts_without_a_text_are_searched_by_meaning(self, explorer: Explorer) -> None:
        question = Question(like=(SPACE[2],))

        assert explorer.search(question, mode="hybrid") == explorer.search(question)


class TestWords:
    """Why a post was found: its own words that are the question's."""

    def test_they_are_as_written_in_whatever_form_and_mode(self, tmp_path: Path, embedder: WordEmbedder) -> None:
        post = Post("1", "sci.space", "train", "Orbits", "ORBITING and ORBITAL rockets; orbits.")
        with Explorer.open(fill(tmp_path, Corpus("small", "memory", [post]), embedder)) as explorer:
            found = [hit.words for mode in MODES for hit in explorer.search("the orbit of a rocket", mode=mode)]

        assert found == [("Orbits", "ORBITING", "ORBITAL", "rockets")] * len(MODES)

    def test_a_post_that_shares_no_word_has_none(self, explorer: Explorer) -> None:
        assert explorer.search("launchers", 1)[0].words == ()

    def test_posts_like_others_have_none(self, explorer: Explorer) -> None:
        assert explorer.similar(SPACE[2], 1)[0].words == ()


class TestRefusals:
    @pytest.mark.parametrize("question", ["", " \n\t", Question(), Question(unlike=(SPACE[0],))], ids=repr)
    @in_every_mode
    def test_an_empty_question_is_refused(self, explorer: Explorer, question: str | Question, mode: str) -> None:
        with pytest.raises(UserError, match=r"^The question is empty: type what you are looking for\.$"):
            explorer.search(question, mode=mode)

    @pytest.mark.parametrize("n_results", [0, -1])
    def test_fewer_than_one_result_is_refused(self, explorer: Explorer, n_results: int) -> None:
        with pytest.raises(UserError, match=f"^The number of results must be 1 or more, not {n_results}\\.$"):
            explorer.search("orbit", n_results)

    def test_an_unknown_newsgroup_is_refused_with_the_known_ones(self, explorer: Explorer) -> None:
        with pytest.raises(UserError, match=r"^No newsgroup is called 'sci\.med': there are rec.sport.hockey, sci"):
            explorer.search("orbit", filters=Filters(newsgroups=("sci.space", "sci.med")))

    def test_an_unknown_mode_is_refused_with_the_known_ones(self, explorer: Explorer) -> None:
        with pytest.raises(UserError, match=r"^There is no search mode 'sound': choose from meaning, keywords, hybrid"):
            explorer.search("orbit", mode="sound")

    def test_keywords_of_posts_alone_are_refused(self, explorer: Explorer) -> None:
        with pytest.raises(UserError, match=r"^Posts alone say nothing to a search by keywords: type some, or search"):
            explorer.search(Question(like=(SPACE[0],)), mode="keywords")

    def test_a_refused_question_is_not_embedded(self, explorer: Explorer, embedder: WordEmbedder) -> None:
        for refused in ({"n_results": 0}, {"filters": Filters(newsgroups=("sci.med",))}, {"mode": "sound"}):
            with pytest.raises(UserError):
                explorer.search("rocket", **refused)

        assert embedder.texts == []


class TestFilters:
    """What they let through is tested with the rows that they sift; here, that every search heeds them."""

    @in_every_mode
    def test_filters_limit_what_is_found(self, explorer: Explorer, mode: str) -> None:
        filters = Filters(newsgroups=("sci.space",), subset="train", contains="Rocket", min_similarity=0.8)

        assert ids_of(explorer.search("orbit", filters=filters, mode=mode)) == [SPACE[0]]

    @in_every_mode
    def test_filters_that_no_post_passes_find_nothing(self, explorer: Explorer, mode: str) -> None:
        for filters in (Filters(contains="shuttle"), Filters(among=frozenset()), Filters(min_similarity=1.0)):
            assert explorer.search("orbit goal", filters=filters, mode=mode) == []

    def test_a_filtered_search_is_exact(self, sample_store: Path) -> None:
        with Explorer.open(sample_store) as explorer:
            found = explorer.search("encryption keys", 25, Filters(subset="train"))
            similarities = explorer.similarities("encryption keys")
            train = [row for row, post in enumerate(explorer.posts) if post.subset == "train"]

        nearest = sorted(train, key=lambda row: -similarities[row])[:25]
        assert ids_of(found) == [explorer.post_ids[row] for row in nearest]

    def test_they_limit_similar_posts_too(self, explorer: Explorer) -> None:
        found = explorer.similar(SPACE[2], filters=Filters(subset="test"))

        assert sorted(ids_of(found)) == sorted([HOCKEY[2], CRYPT[2]])

    def test_matching_posts_are_told_in_their_order(self, explorer: Explorer) -> None:
        mask = explorer.matching(Filters(contains="GOAL", min_similarity=0.99))

        assert mask.tolist() == [post.id in HOCKEY[:2] for post in explorer.posts]

    def test_an_unknown_newsgroup_matches_nothing_and_is_refused(self, explorer: Explorer) -> None:
        with pytest.raises(UserError, match="No newsgroup is called"):
            explorer.matching(Filters(newsgroups=("sci.med",)))


class TestCount:
    @in_every_mode
    def test_it_is_the_number_of_posts_that_are_found_without_a_limit(self, explorer: Explorer, mode: str) -> None:
        filters = Filters(subset="train", min_similarity=0.05)
        n_found = len(explorer.search("orbit", 100, filters, mode=mode))

        assert explorer.count("orbit", filters, mode=mode) == n_found > 0

    def test_posts_that_the_question_names_are_not_counted(self, explorer: Explorer) -> None:
        assert explorer.count(Question(like=(SPACE[0], SPACE[1]), unlike=(CRYPT[0],))) == 6


class TestLikeAndUnlike:
    def test_similar_posts_are_the_nearest_without_the_post_itself(self, explorer: Explorer) -> None:
        assert ids_of(explorer.similar(SPACE[2], 2)) == list(ORBIT)[1:]

    def test_their_similarity_is_the_cosine_worked_out_by_hand(self, explorer: Explorer) -> None:
        found = [hit.similarity for hit in explorer.similar(SPACE[2], 2)]

        assert found == pytest.approx(list(ORBIT.values())[1:], abs=1e-6)

    def test_nothing_is_embedded(self, explorer: Explorer, embedder: WordEmbedder) -> None:
        explorer.search(Question(like=(SPACE[0],), unlike=(CRYPT[0],)))

        assert embedder.texts == []

    @pytest.mark.parametrize("n_results", [9, 10**30])
    def test_more_results_than_posts_are_all_others(self, explorer: Explorer, n_results: int) -> None:
        assert len(explorer.similar(SPACE[2], n_results)) == 8

    def test_as_many_are_found_where_filters_leave_the_post_itself_out(self, explorer: Explorer) -> None:
        assert len(explorer.similar(SPACE[2], 2, Filters(newsgroups=("sci.crypt",)))) == 2

    def test_posts_like_several_are_near_their_mean(self, explorer: Explorer) -> None:
        first, second, third, *_ = explorer.search(Question(like=(SPACE[2], HOCKEY[2])))

        # The mean of "orbit" and "the puck" has 1 for each of the two, and 0.2 for everything else.
        assert first.post.id == SPACE[0]
        assert first.similarity == pytest.approx(2.02 / math.sqrt(2.04 * 5.01), abs=1e-6)
        assert {second.post.id, third.post.id} == {SPACE[1], HOCKEY[0]}
        assert second.similarity == pytest.approx(1.02 / math.sqrt(2.04 * 2.01), abs=1e-6)

    def test_none_of_the_posts_named_is_found(self, explorer: Explorer) -> None:
        found = explorer.search(Question("orbit", like=(SPACE[0], HOCKEY[0]), unlike=(SPACE[2],)), 9)

        assert set(ids_of(found)) == {*SPACE, *HOCKEY, *CRYPT} - {SPACE[0], HOCKEY[0], SPACE[2]}

    def test_a_post_that_is_liked_draws_its_kind_up(self, explorer: Explorer) -> None:
        assert explorer.search(Question("orbit", like=(CRYPT[2],)), 4)[3].post.newsgroup == "sci.crypt"

    def test_a_post_that_is_not_liked_pushes_its_kind_down(self, explorer: Explorer) -> None:
        puck, cipher = (explorer.post_ids.index(post_id) for post_id in (HOCKEY[0], CRYPT[0]))
        before = explorer.similarities("puck cipher")
        after = explorer.similarities(Question("puck cipher", unlike=(CRYPT[2],)))

        assert before[puck] == pytest.approx(before[cipher])
        assert after[puck] > after[cipher]

    def test_the_vector_is_the_question_and_the_liked_less_half_of_the_unliked(self, explorer: Explorer) -> None:
        question, vectors = Question("rocket", like=(SPACE[0], SPACE[1]), unlike=(HOCKEY[1],)), explorer.vectors()
        rocket = np.array([0, 1, 0, 0, 0, 0, 0.1]) / math.sqrt(1.01)

        expected = rocket + (vectors[0] + vectors[1]) / 2 - vectors[4] / 2

        np.testing.assert_allclose(
            explorer.similarities(question), vectors @ expected / np.linalg.norm(expected), atol=1e-6
        )

    @pytest.mark.parametrize("question", [Question(like=("nope",)), Question("orbit", unlike=("nope",))], ids=repr)
    def test_an_unknown_id_is_refused_with_a_known_one(self, explorer: Explorer, question: Question) -> None:
        with pytest.raises(UserError, match=r"^small has no post 'nope': ids look like 'train/sci\.space/0'\.$"):
            explorer.search(question)

    def test_fewer_than_one_result_is_refused(self, explorer: Explorer) -> None:
        with pytest.raises(UserError, match="must be 1 or more, not 0"):
            explorer.similar(SPACE[2], 0)

    def test_thousands_of_posts_can_be_liked(self, sample_store: Path) -> None:
        with Explorer.open(sample_store) as explorer:
            liked, (rest, *_) = tuple(explorer.post_ids[1:]), explorer.post_ids

            assert ids_of(explorer.search(Question(like=liked))) == [rest]


class TestOrders:
    """Posts stored for search in another order than for maps; one is stored for search alone, and one for maps."""

    @pytest.fixture(scope="class")
    @staticmethod
    def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
        path, posts = tmp_path_factory.mktemp("orders") / "store", make_corpus().posts
        fill(path, Corpus("small", "memory", posts[:0:-1]), WordEmbedder(), TaskType.RETRIEVAL_DOCUMENT)
        return fill(path, Corpus("small", "memory", posts[:-1]), WordEmbedder(), TaskType.CLUSTERING)

    @pytest.fixture
    def explorer(self, path: Path, embedder: WordEmbedder) -> Iterator[Explorer]:
        with Explorer.open(path) as explorer:
            yield explorer

    @in_every_mode
    def test_what_is_stored_for_search_is_found(self, explorer: Explorer, mode: str) -> None:
        found = explorer.search("orbit key", filters=Filters(newsgroups=("sci.space", "sci.crypt")), mode=mode)

        assert {SPACE[1], SPACE[2], CRYPT[0], CRYPT[1]} <= set(ids_of(found))
        assert SPACE[0] not in ids_of(found)

    def test_similarities_follow_the_posts_and_are_missing_where_there_is_no_vector(self, explorer: Explorer) -> None:
        similarities = explorer.similarities("orbit")

        assert similarities.shape == (8,)
        assert similarities.dtype == np.float32
        assert math.isnan(similarities[0])
        assert similarities[1:3].tolist() == pytest.approx([ORBIT[SPACE[1]], ORBIT[SPACE[2]]], abs=1e-6)
        assert similarities[3] == pytest.approx(0.01 / math.sqrt(1.01 * 2.01), abs=1e-6)

    def test_matching_follows_the_posts(self, explorer: Explorer) -> None:
        assert np.flatnonzero(explorer.matching(Filters(contains="orbit"))).tolist() == [0, 1, 2]

    def test_among_names_posts_whatever_their_order(self, explorer: Explorer) -> None:
        among = frozenset({SPACE[0], SPACE[2], CRYPT[2]})

        assert set(ids_of(explorer.search("orbit", filters=Filters(among=among)))) == {SPACE[2], CRYPT[2]}
        assert np.flatnonzero(explorer.matching(Filters(among=among))).tolist() == [0, 2]

    def test_a_post_without_a_vector_to_search_by_is_refused(self, explorer: Explorer) -> None:
        lacking = (
            r"^small has no RETRIEVAL_DOCUMENT vector of 'train/sci\.space/0': add it with `python -m ingest memory"
        )
        with pytest.raises(UserError, match=lacking):
            explorer.similar(SPACE[0])


class TestOtherPosts:
    """Posts of one newsgroup stored for search, and those of another for maps."""

    @pytest.fixture
    def explorer(self, tmp_path: Path, embedder: WordEmbedder) -> Iterator[Explorer]:
        posts, path = make_corpus().posts, tmp_path / "store"
        fill(path, Corpus("small", "memory", posts[:3]), embedder, TaskType.RETRIEVAL_DOCUMENT)
        fill(path, Corpus("small", "memory", posts[3:]), embedder, TaskType.CLUSTERING)
        with Explorer.open(path) as explorer:
            yield explorer

    def test_the_newsgroups_are_those_of_both(self, explorer: Explorer) -> None:
        assert explorer.newsgroups == ["rec.sport.hockey", "sci.crypt", "sci.space"]

    @in_every_mode
    def test_a_search_can_be_limited_to_a_newsgroup_that_is_not_on_the_map(self, explorer: Explorer, mode: str) -> None:
        in_space = Filters(newsgroups=("sci.space",))

        assert len(explorer.search("orbit", filters=in_space, mode=mode)) == 3
        assert not explorer.matching(in_space).any()

    def test_a_question_without_a_neighbor_on_the_map_has_no_place_there(self, explorer: Explorer) -> None:
        with pytest.raises(UserError, match=r"^No post on the map is stored for search: .* `python -m ingest memory"):
            explorer.locate("orbit", "tsne")


class SlowEmbedder(WordEmbedder):
    """Takes its time, or as long as it takes until others embed as well."""

    others = Barrier(1)

    def embed(self, texts: Sequence[str], task_type: TaskType) -> NDArray[np.float32]:
        time.sleep(0.1)
        self.others.wait(timeout=10)
        return super().embed(texts, task_type)


def refuse(*_: object) -> NDArray[np.float32]:
    raise UserError("The quota is used up: try again tomorrow.")


class TestQuestions:
    """A question is embedded once: the next search, and the next session, know its vector."""

    @pytest.fixture
    def slow(self, monkeypatch: pytest.MonkeyPatch) -> SlowEmbedder:
        slow = SlowEmbedder()
        monkeypatch.setitem(EMBEDDERS, slow.name, lambda *_: slow)
        return slow

    def test_only_the_question_is_embedded(self, explorer: Explorer, embedder: WordEmbedder) -> None:
        explorer.search("rocket")
        explorer.search("puck")

        assert embedder.texts == ["rocket", "puck"]

    @in_every_mode
    def test_a_question_is_embedded_once(self, explorer: Explorer, embedder: WordEmbedder, mode: str) -> None:
        explorer.search("rocket")
        explorer.search("rocket", 3, Filters(subset="train"), mode=mode)
        explorer.similarities("rocket")

        assert embedder.texts == ["rocket"]

    def test_threads_that_ask_the_same_at_once_have_it_embedded_once(
        self, explorer: Explorer, slow: SlowEmbedder
    ) -> None:
        with ThreadPoolExecutor(4) as threads:
            answers = [threads.submit(explorer.search, "rocket", 1) for _ in range(4)]

        assert {tuple(ids_of(answer.result())) for answer in answers} == {(SPACE[1],)}
        assert slow.texts == ["rocket"]

    def test_threads_that_ask_otherwise_do_not_wait_for_each_other(
        self, explorer: Explorer, slow: SlowEmbedder
    ) -> None:
        slow.others = Barrier(2)

        with ThreadPoolExecutor(2) as threads:
            answers = [threads.submit(explorer.search, text, 1) for text in ("rocket", "puck")]

        assert all(len(answer.result()) == 1 for answer in answers)

    def test_a_question_that_could_not_be_embedded_can_be_asked_again(
        self, explorer: Explorer, embedder: WordEmbedder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch, pytest.raises(UserError, match="quota"):
            patch.setattr(embedder, "embed", refuse)
            explorer.search("rocket")

        assert explorer.search("rocket", 1)[0].post.id == SPACE[1]

    def test_it_is_kept_for_the_next_session(self, folder: Path, embedder: WordEmbedder) -> None:
        with Explorer.open(folder) as explorer:
            before = explorer.search("rocket")
        with Explorer.open(folder) as explorer:
            after = explorer.search("rocket")

        assert before == after
        assert embedder.texts == ["rocket"]

    def test_a_store_with_questions_in_its_cache_is_sound(self, folder: Path, embedder: WordEmbedder) -> None:
        with Explorer.open(folder) as explorer:
            explorer.search("rocket")

        with Store(folder) as store:
            assert faults_of(store) == [[], []]

    def test_a_cache_that_is_damaged_fails_no_question(self, folder: Path, embedder: WordEmbedder) -> None:
        (folder / "embeddings.sqlite3").write_bytes(b"no database" * 1_000)

        with Explorer.open(folder) as explorer:
            assert len(explorer.search("rocket")) == 9

    def test_a_cache_that_is_gone_fails_no_question_and_stays_gone(self, folder: Path, embedder: WordEmbedder) -> None:
        (folder / "embeddings.sqlite3").unlink()

        with Explorer.open(folder) as explorer:
            assert len(explorer.search("rocket")) == 9

        assert not (folder / "embeddings.sqlite3").exists()

    def test_a_paid_question_costs_nothing_and_needs_no_key_in_the_next_session(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with GeminiServer() as server, monkeypatch.context() as patch:
            for variable, value in server.environment.items():
                patch.setenv(variable, value)
            fill(tmp_path / "store", make_corpus(), GeminiEmbedder(dimensions=128))
            server.texts.clear()
            with Explorer.open(tmp_path / "store") as explorer:
                before = explorer.search("key cipher")
            assert server.texts == ["key cipher"]

        with Explorer.open(tmp_path / "store") as explorer:
            assert explorer.search("key cipher") == before
