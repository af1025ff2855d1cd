"""The map of points: a scatter plot on a canvas, for any Gradio app; docs/point-map.md shows how to use it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict

from explorer.point_map.arrays import NO_GROUP, Coloring, Near, Points, Scale, Shown
from explorer.point_map.parts import ABSENT, Marks, Message, Names, Part, Pin, Region, props_of

if TYPE_CHECKING:
    import gradio as gr

__all__ = [
    "NO_GROUP",
    "Coloring",
    "Description",
    "Marks",
    "Message",
    "Names",
    "Near",
    "Part",
    "Pin",
    "Points",
    "Region",
    "Scale",
    "Shown",
    "map_update",
    "point_map",
]

FOLDER = Path(__file__).parent
SCRIPTS = (
    "told",
    "decoding",
    "geometry",
    "grid",
    "colors",
    "ground",
    "move",
    "names",
    "marks",
    "legend",
    "message",
    "near",
    "props",
    "hover",
    "cursor",
    "lasso",
    "input",
    "table",
)
STYLES = ("tools", "legend", "table")
MOST_DESCRIBED = 200
LONGEST_TEXT = 300


class Description(TypedDict):
    """What hovering a point shows: a title, a label (its group, say) and a line of text."""

    title: str
    label: str
    text: str


Describe: TypeAlias = Callable[[str, list[int]], Sequence[Description]]


def point_map(*parts: Part, describe: Describe, **options: Any) -> gr.HTML:
    """Lay out a map of the parts; ``options`` are those of ``gr.HTML``, such as ``elem_id``.

    ``describe(key, indices)`` says what the tooltip shows; texts are asked for as they are needed.
    The events are ``select`` {index}, ``apply`` {polygon}, ``clear`` {}, ``input`` {codes, title},
    ``release`` {least} and ``stop`` {}, where what is waited for is canceled. It is no subclass of ``gr.HTML``
    because Gradio writes a ``.pyi`` file beside every subclass when it is imported.
    """
    import gradio as gr

    return gr.HTML(
        html_template=markup(),
        css_template=style(),
        js_on_load=script(),
        apply_default_css=False,
        server_functions=[answering(describe)],
        **{**ABSENT, **props_of(parts), **options},
    )


def map_update(*parts: Part) -> dict[str, Any]:
    """Return the update that exchanges these parts of a map, and leaves the others as they are."""
    import gradio as gr

    return gr.update(**props_of(parts))


def markup() -> str:
    """Return the component's HTML; nothing of any post is in it."""
    return (FOLDER / "point_map.html").read_text(encoding="utf-8")


def style() -> str:
    """Return the component's CSS, to be nested in a rule of the element that holds it."""
    return joined("css", ("point_map", *STYLES))


def script() -> str:
    """Return the body of a function of ``element``, ``trigger``, ``props``, ``server`` and ``watch``."""
    return joined("js", (*SCRIPTS, "point_map"))


def joined(suffix: str, names: Sequence[str]) -> str:
    """Join the component's files of one kind: they share a scope."""
    return "\n".join((FOLDER / f"{name}.{suffix}").read_text(encoding="utf-8") for name in names)


def answering(describe: Describe) -> Callable[[Any], list[Description]]:
    """Return the function that the browser calls: it asks for few points at once, and cuts what is long.

    Whoever is no browser may send anything; what is no key with indices has no answer.
    """

    def describe_points(request: Any) -> list[Description]:
        match request:
            case [str(key), [*indices]] if all(isinstance(index, int) and index >= 0 for index in indices):
                return [cut(described) for described in describe(key, indices[:MOST_DESCRIBED])]
        return []

    return describe_points


def cut(described: Description) -> Description:
    return Description(
        title=described["title"][:LONGEST_TEXT],
        label=described["label"][:LONGEST_TEXT],
        text=described["text"][:LONGEST_TEXT],
    )
