"""What the stand-in for the Gemini API generates: titles that a reader can work out, from the groups it is told of.

A group's title is "About" and its first two terms; one without terms gets an empty title.
"""

from __future__ import annotations

import json
from typing import Any

from tests.gemini_faults import Answer, Fault, refuse_argument


def prompt_of(body: dict[str, Any]) -> str:
    return " ".join(part["text"] for content in body["contents"] for part in content["parts"])


def generate(body: dict[str, Any], fault: Fault | None) -> Answer:
    """Answer a request for titles as the API does, with what a fault does to that."""
    if body["generationConfig"].get("responseMimeType") != "application/json":
        return refuse_argument("responseSchema needs responseMimeType application/json.")
    titles = [{"number": group["number"], "title": title_of(group["terms"])} for group in json.loads(prompt_of(body))]
    if fault is Fault.FEWER:
        titles = titles[:-1]
    text = json.dumps(titles)
    if fault is Fault.NAN:
        text = text[: len(text) // 2]
    content = json.dumps({"candidates": [{"content": {"role": "model", "parts": [{"text": text}]}}]})
    return Answer(200, content[: len(content) // 2] if fault is Fault.CUT_OFF else content, fault)


def title_of(terms: list[str]) -> str:
    return f"About {' and '.join(terms[:2])}" if terms else ""
