"""Plans: what is meant by a map, and the text that says it."""

from __future__ import annotations

import pytest

from explorer.plan import MOST_SEED, Plan, as_plan
from explorer.surroundings import DEFAULTS, Parameters
from ingest.errors import UserError

TURNED = Plan("umap", MOST_SEED, Parameters(n_neighbors=30, min_dist=0.25))


def test_a_plan_by_default_is_said_by_its_method() -> None:
    assert str(Plan("tsne")) == "tsne"


def test_a_plan_is_said_by_what_was_turned() -> None:
    assert str(TURNED) == "umap,n_neighbors=30,min_dist=0.25,seed=4294967295"


@pytest.mark.parametrize("plan", [Plan(), TURNED, Plan("tsne", 1, Parameters(perplexity=7.5))], ids=str)
def test_a_plan_is_read_as_it_was_said(plan: Plan) -> None:
    assert Plan.read(str(plan)) == plan


def test_a_parameter_is_read_as_a_number_of_its_kind() -> None:
    read = Plan.read("tsne,perplexity=50")

    assert read is not None
    assert repr(read.parameters.perplexity) == "50.0"


@pytest.mark.parametrize(
    "text",
    ["umap,", "umap,seed", "umap,seed=-1", "umap,seed=x", "umap,n_neighbors=1", "umap,min_dist=nan", "umap,a=b=c"],
)
def test_what_is_no_plan_is_not_read(text: str) -> None:
    assert Plan.read(text) is None


def test_its_title_tells_people_what_was_turned() -> None:
    assert Plan("tsne").title == "t-SNE"
    assert TURNED.title == "UMAP (n_neighbors 30, min_dist 0.25, seed 4294967295)"


def test_its_plain_plan_says_nothing_of_what_the_projection_does_not_take() -> None:
    turned = Parameters(n_neighbors=30, perplexity=50)

    assert Plan("umap", 3, turned).plain == Plan("umap", 3, Parameters(n_neighbors=30))
    assert Plan("tsne", 3, turned).plain == Plan("tsne", 3, Parameters(perplexity=50))
    assert Plan("pca", 3, turned).plain == Plan("pca")


def test_a_seed_that_there_is_not_is_refused() -> None:
    with pytest.raises(UserError, match=r"^The seed must be a whole number from 0 to 4294967295, not -1\.$"):
        Plan("umap", -1)


def test_a_method_with_seed_and_parameters_is_a_plan_and_a_plan_is_itself() -> None:
    assert as_plan("umap", 3, DEFAULTS) == Plan("umap", 3)
    assert as_plan(TURNED, 0, DEFAULTS) is TURNED
