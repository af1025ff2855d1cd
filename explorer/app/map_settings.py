"""The map's settings: what can be turned at the projections, and the maps that are kept, behind one button."""

from __future__ import annotations

from typing import Any

import gradio as gr

from explorer.app.components import saved_maps
from explorer.app.page_scripts import TOGGLE_SETTINGS
from explorer.plan import MOST_SEED
from explorer.surroundings import DEFAULTS, RANGES

# The step and the label of each parameter's slider.
SLIDERS = {
    "n_neighbors": (1, "Neighbors (n_neighbors)"),
    "min_dist": (0.01, "Least distance (min_dist)"),
    "perplexity": (1, "Perplexity"),
}


def settings_button() -> gr.Button:
    """Lay out the button that shows and hides the settings."""
    button = gr.Button("Map settings", size="sm", elem_id="map-settings-toggle", min_width=110)
    button.click(None, js=TOGGLE_SETTINGS, api_visibility="private")
    return button


def lay_out_settings() -> dict[str, Any]:
    """Lay out the settings by the names of the page's parts; of these only those of the chosen projection are shown."""
    with gr.Row(elem_id="map-settings"):
        made: dict[str, Any] = {name: _slider(name) for name in SLIDERS}
        made["seed"] = gr.Number(0, label="Seed", precision=0, minimum=0, maximum=MOST_SEED, elem_id="seed")
        made["draw"] = gr.Button("Draw map", size="sm", elem_id="draw-map", min_width=110)
        made["saved"] = saved_maps(elem_id="saved")
    return made


def _slider(name: str) -> gr.Slider:
    step, label = SLIDERS[name]
    least, most = RANGES[name]
    return gr.Slider(least, most, getattr(DEFAULTS, name), step=step, label=label, elem_id=name.replace("_", "-"))
