"""Noise: the posts that a clustering by density leaves without a cluster."""

from __future__ import annotations

NOISE = -1  # their label
NOISE_NAME = "noise"  # what people read in its place
