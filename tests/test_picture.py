"""Pictures: maps as files, whatever the posts and the names of their groups hold."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from explorer import Explorer
from explorer.clustering import Options
from explorer.map_page import page_of
from explorer.painting import PAINTERS
from explorer.palette import colors_for
from explorer.picture import Picture
from explorer.point_map.arrays import Coloring, Scale
from explorer.recoloring import of_largest
from ingest.errors import UserError
from ingest.posts import Post

HOSTILE = "</script><!-- <script>alert(1)</script> $x^2$ & \u2028 \x1b[31m"
CORNERS = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], np.float32)


def make_picture(paint: Coloring | Scale | None = None, *, is_dark: bool = False) -> Picture:
    posts = [Post(f"train/{row}", HOSTILE, "train", HOSTILE, f"{HOSTILE} {row}") for row in range(4)]
    groups = Coloring("side", np.array([0, 0, 1, -1], np.int32), ["left", HOSTILE], ["#c02400", "#5490d8"])
    return Picture(HOSTILE, "four posts", posts, CORNERS, paint or groups, is_dark=is_dark)


def pixels_of(path: Path) -> set[tuple[int, ...]]:
    return set(map(tuple, np.asarray(Image.open(path).convert("RGB")).reshape(-1, 3).tolist()))


@pytest.mark.parametrize(("is_dark", "ground"), [(False, (255, 255, 255)), (True, (11, 15, 25))])
def test_a_png_is_twice_as_fine_as_a_screen_on_a_ground_of_its_theme(
    tmp_path: Path, is_dark: bool, ground: tuple[int, ...]
) -> None:
    make_picture(is_dark=is_dark).save(tmp_path / "map.png")

    image = Image.open(tmp_path / "map.png").convert("RGB")
    assert image.size == (2880, 1800)
    assert image.getpixel((0, 0)) == ground


def test_a_group_has_its_color(tmp_path: Path) -> None:
    make_picture().save(tmp_path / "map.png")

    assert {(192, 36, 0), (84, 144, 216)} <= pixels_of(tmp_path / "map.png")  # in the legend, where they are opaque


def test_an_svg_is_drawn_whatever_the_names_hold_and_is_the_same_the_next_time(tmp_path: Path) -> None:
    for name in ("one.svg", "two.svg"):
        make_picture().save(tmp_path / name)

    assert ElementTree.parse(tmp_path / "one.svg").getroot().tag.endswith("svg")
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_a_scale_without_a_value_is_drawn(tmp_path: Path) -> None:
    make_picture(Scale("similarity", np.full(4, np.nan, np.float32))).save(tmp_path / "map.png")

    assert (tmp_path / "map.png").stat().st_size > 10_000


def test_a_page_holds_the_posts_as_data_that_nothing_ends_early() -> None:
    page = page_of(make_picture())

    (data,) = re.findall(r'<script type="application/json" id="posts">(.*?)</script>', page, re.DOTALL)
    assert json.loads(data)["subjects"] == [HOSTILE] * 4
    assert page.count("<script") == page.count("</script") == 2
    assert "<!--" not in page


def test_a_notebook_gets_the_page_in_a_frame_that_reaches_nothing_outside() -> None:
    picture = make_picture()

    found = re.fullmatch(
        '<iframe sandbox="allow-scripts" style="[^"]*" srcdoc="([^"]*)"></iframe>', picture._repr_html_()
    )

    assert found and unescape(found[1]) == page_of(picture)


def test_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"a file with '\.gif': choose from \.html, \.png, \.svg\.$"):
        make_picture().save(tmp_path / "map.gif")


@pytest.mark.parametrize("color", PAINTERS)
def test_every_coloring_is_of_every_post(explorer: Explorer, color: str) -> None:
    paint = explorer.show("pca", color, clustering=3, question="orbit").paint

    assert len(paint.codes if isinstance(paint, Coloring) else paint.values) == 9


def test_a_picture_is_colored_by_a_clustering_under_its_names(explorer: Explorer) -> None:
    paint = explorer.show("pca", "cluster", clustering=3).paint

    assert isinstance(paint, Coloring)
    assert [sorted(paint.codes.tolist()).count(code) for code in range(3)] == [3, 3, 3]
    assert any("orbit" in name for name in paint.names)


def test_a_picture_of_density_names_its_method_and_its_noise(explorer: Explorer) -> None:
    clustering = explorer.cluster(Options(min_samples=2, eps=0.5), method="dbscan")

    paint = explorer.show("pca", "cluster", clustering=clustering).paint

    assert isinstance(paint, Coloring)
    assert (paint.title, paint.rest) == ("2 clusters, DBSCAN", "noise")


def test_of_very_many_groups_the_largest_have_colors_and_names_and_the_others_are_one() -> None:
    # Group 0 has one post, group 1 two, and so on; one post is in no group.
    codes = np.append(np.repeat(np.arange(5), np.arange(1, 6)), -1).astype(np.int32)
    many = Coloring("group", codes, [*"abcde"], ["#000001", "#000002", "#000003", "#000004", "#000005"])

    few = of_largest(many, 2, others="#888888")

    assert (few.names, few.colors) == (["d", "e", "3 others"], ["#000004", "#000005", "#888888"])
    assert few.codes.tolist() == [2] * 6 + [0] * 4 + [1] * 5 + [-1]


def test_one_group_more_than_there_may_be_stays_itself() -> None:
    three = Coloring("group", np.array([0, 1, 2], np.int32), [*"abc"], ["#000001", "#000002", "#000003"])

    assert of_largest(three, 2, others="#888888") is three


def test_of_thousands_of_groups_the_largest_alone_are_drawn(tmp_path: Path) -> None:
    n_groups = 5_000
    posts = [Post(str(row), f"group {row % n_groups}", "train", "", "") for row in range(2 * n_groups)]
    coordinates = np.random.default_rng(0).normal(size=(len(posts), 2)).astype(np.float32)
    names = [f"group {group}" for group in range(n_groups)]
    paint = Coloring("group", np.arange(len(posts), dtype=np.int32) % n_groups, names, colors_for(names))

    Picture("many", "", posts, coordinates, paint).save(tmp_path / "many.svg")

    written = (tmp_path / "many.svg").read_text("utf-8")
    assert "4,970 others" in written
    assert "group 30" not in written


def test_the_similarity_to_no_question_is_refused_before_the_map_is_drawn(explorer: Explorer) -> None:
    with pytest.raises(UserError, match="give one with"):
        explorer.show("pca", "similarity")


def test_a_part_of_a_picture_keeps_places_and_colors_and_has_its_own_groups_alone() -> None:
    part = make_picture().of(np.array([2, 3]))

    assert isinstance(part.paint, Coloring)
    assert part.coordinates.tolist() == [[0, 1], [1, 1]]
    assert (part.paint.codes.tolist(), part.paint.names, part.paint.colors) == ([0, -1], [HOSTILE], ["#5490d8"])
    assert part.facts == "2 of four posts"
