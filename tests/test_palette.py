"""The palette keeps what its docstring promises."""

from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.palette import DARK_GROUND, LIGHT_GROUND, PALETTE, color_of, colors_for

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
VISIONS = {
    "full": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
# Ottosson (2020), https://bottosson.github.io/posts/oklab/
RGB_TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
CONES_TO_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear_rgb(color: str) -> NDArray[np.float64]:
    encoded = np.array(list(bytes.fromhex(color[1:]))) / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def oklab(color: str, vision: str) -> NDArray[np.float64]:
    seen = np.clip(VISIONS[vision] @ linear_rgb(color), 0, 1)
    lab: NDArray[np.float64] = CONES_TO_OKLAB @ np.cbrt(RGB_TO_CONES @ seen)
    return lab


def smallest_distance(colors: tuple[str, ...], vision: str) -> float:
    return min(
        float(np.linalg.norm(oklab(one, vision) - oklab(other, vision))) for one, other in combinations(colors, 2)
    )


def contrast(one: str, other: str) -> float:
    luminances = sorted(float(np.array([0.2126, 0.7152, 0.0722]) @ linear_rgb(color)) for color in (one, other))
    return (luminances[1] + 0.05) / (luminances[0] + 0.05)


def test_black_on_white_has_the_contrast_that_wcag_defines() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize(("vision", "least"), [("full", 0.075), ("protanopia", 0.045), ("deuteranopia", 0.045)])
def test_no_two_colors_come_close(vision: str, least: float) -> None:
    assert smallest_distance(PALETTE, vision) >= least


@pytest.mark.parametrize("vision", VISIONS)
def test_the_first_colors_differ_most(vision: str) -> None:
    assert smallest_distance(PALETTE[:8], vision) > 1.4 * smallest_distance(PALETTE, vision)


@pytest.mark.parametrize("ground", [LIGHT_GROUND, DARK_GROUND])
@pytest.mark.parametrize("color", PALETTE)
def test_every_color_stands_out_from_the_ground(color: str, ground: str) -> None:
    assert contrast(color, ground) >= 3


def test_a_name_keeps_its_color_when_names_follow_it() -> None:
    assert colors_for(["sci.med", "sci.space"]) == colors_for(["sci.med", "sci.space", "sci.crypt"])[:2]


def test_a_number_has_the_color_of_the_name_in_its_place() -> None:
    assert tuple(map(color_of, range(3))) == colors_for(["sci.med", "sci.space", "sci.crypt"])


def test_colors_begin_again_after_the_last() -> None:
    assert colors_for([f"group {number}" for number in range(25)])[24] == PALETTE[0]
