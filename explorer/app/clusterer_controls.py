"""The controls that choose a clustering: the method, k, the vectors, and of which posts."""

from __future__ import annotations

from typing import Any

import gradio as gr

from explorer.app.clusterer import KMEANS
from explorer.app.parts import Controls
from explorer.app.screen import MOST_CLUSTERS, Screen
from explorer.app.view import View
from explorer.clustering import METHODS
from explorer.default_k import DEFAULT_K


def lay_out_clusterer() -> dict[str, Any]:
    """Lay out the controls and their buttons; which vectors is asked only where there are several kinds."""
    methods = [(method.title, name) for name, method in METHODS.items()]
    with gr.Row(elem_id="clusterer"):
        by = gr.Dropdown(methods, value=KMEANS, label="Method", filterable=False, elem_id="by", min_width=110)
        k = k_slider("Clusters (k)", elem_id="k")
        vectors = gr.Dropdown([], label="Vectors", elem_id="vectors", min_width=160, visible=False)
        cluster = gr.Button("Cluster", size="sm", elem_id="cluster", min_width=80)
        cluster_shown = gr.Button("Cluster shown", size="sm", elem_id="cluster-shown", min_width=110)
        sweep = gr.Button("Which k?", size="sm", elem_id="which-k", min_width=90)
    by.input(lambda by: gr.update(interactive=by == KMEANS), by, k, show_progress="hidden", api_visibility="private")
    return {"by": by, "k": k, "vectors": vectors, "cluster": cluster, "cluster_shown": cluster_shown, "sweep": sweep}


def k_slider(label: str, **options: Any) -> gr.Slider:
    return gr.Slider(1, MOST_CLUSTERS, DEFAULT_K, step=1, label=label, min_width=160, **options)


def most_of(screen: Screen) -> int:
    """Return where a slider of k ends: beyond the one cluster of a corpus of one post, since Gradio's has a length."""
    return max(screen.most_clusters, 2)


def clusterer_updates(controls: Controls, screen: Screen, view: View) -> list[tuple[str, Any, Any]]:
    """Return the fields of a view with the controls that show them, and as what."""
    most, task_types = most_of(screen), screen.explorer.task_types
    k = gr.update(maximum=most, value=view.k, interactive=view.by == KMEANS)
    vectors = gr.update(choices=list(task_types), value=view.vectors, visible=len(task_types) > 1)
    return [
        ("k", controls.k, k),
        ("k", controls.evaluated_k, gr.update(maximum=most, value=view.k)),
        ("by", controls.k, k),
        ("by", controls.by, view.by),
        ("vectors", controls.vectors, vectors),
    ]
