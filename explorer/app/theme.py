"""How the page looks: fonts of the system, one accent, and color left to the posts."""

from __future__ import annotations

import gradio as gr

SANS = ["ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Helvetica Neue", "Arial", "sans-serif"]
MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]

COLORS = {
    "body_background_fill": "*neutral_50",
    "body_background_fill_dark": "*neutral_950",
    "body_text_color_subdued": "*neutral_600",
    "body_text_color_subdued_dark": "*neutral_400",
    "link_text_color": "*primary_700",
    "link_text_color_dark": "*primary_300",
    "block_background_fill": "transparent",
    "block_background_fill_dark": "transparent",
    "block_label_text_color": "*neutral_600",
    "block_title_text_color": "*neutral_600",
    "block_title_text_color_dark": "*neutral_400",
    "input_background_fill": "white",
    "input_background_fill_dark": "*neutral_900",
    "input_border_color": "*neutral_300",
    "input_border_color_dark": "*neutral_700",
    "button_primary_background_fill": "*primary_600",
    "button_primary_background_fill_hover": "*primary_700",
    "button_secondary_background_fill": "white",
    "button_secondary_background_fill_hover": "*neutral_100",
    "button_secondary_background_fill_dark": "*neutral_900",
    "button_secondary_background_fill_hover_dark": "*neutral_800",
    "button_secondary_border_color": "*neutral_300",
    "button_secondary_border_color_hover": "*neutral_400",
    "button_secondary_border_color_dark": "*neutral_700",
    "button_secondary_border_color_hover_dark": "*neutral_600",
}

# Buttons of one look, whatever their size, and labels that stand back behind what they are of.
SIZES = {
    "block_border_width": "0px",
    "block_title_text_size": "12px",
    "input_border_width": "1px",
    "input_radius": "6px",
    "input_padding": "6px 10px",
    "button_border_width": "1px",
    **{f"button_{size}_radius": "6px" for size in ("small", "medium", "large")},
    **{f"button_{size}_padding": "0 12px" for size in ("small", "medium", "large")},
    **{f"button_{size}_text_size": "13px" for size in ("small", "medium", "large")},
    **{f"button_{size}_text_weight": "500" for size in ("small", "medium", "large")},
}


def make_theme() -> gr.themes.Base:
    """Make the theme; no font is fetched from anywhere."""
    theme = gr.themes.Base(
        primary_hue="indigo",
        neutral_hue="slate",
        text_size="md",
        spacing_size="sm",
        radius_size="sm",
        font=SANS,
        font_mono=MONO,
    )
    return theme.set(**COLORS, **SIZES)
