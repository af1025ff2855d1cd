"""Asking: an endpoint by its name, with what a caller sent; and the endpoints as Gradio's public functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from inspect import Parameter, Signature
from typing import Any

import gradio as gr
from gradio.events import api
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from explorer.app.corpora import notice_others
from explorer.app.endpoint import Endpoint
from explorer.app.endpoints import ENDPOINTS
from explorer.app.screen import Screen
from ingest.embedders import REMOTE
from ingest.errors import UnknownNameError, UserError

MOST_REPEATED = 40  # characters of what was wrong


class Asking:
    """Asks endpoints of whatever is on the page; knows no door."""

    def __init__(self, screens: Mapping[str, Screen], broken: UserError | None = None) -> None:
        self._screens = screens
        self._broken = broken

    def __call__(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """Return an endpoint's answer as plain objects.

        Raises
        ------
        UserError
            Where there is no such endpoint, or an argument is not within its limits, or the store is broken.
        """
        if name not in ENDPOINTS:
            raise UnknownNameError("endpoint", name, list(ENDPOINTS))
        try:
            endpoint = ENDPOINTS[name].model_validate(dict(arguments))
        except ValidationError as error:
            raise UserError(_line(error)) from None
        if self._broken:
            raise self._broken
        notice_others(self._screens)
        return endpoint.ask(self._screens)

    @property
    def sends_texts(self) -> bool:
        """Whether a text that somebody asks about may leave this machine, to be embedded for money."""
        return any(screen.explorer.manifest.embedder in REMOTE for screen in self._screens.values())


def publish(asking: Asking) -> None:
    """Make Gradio's public functions of all endpoints, within a ``gr.Blocks``."""
    for name, endpoint in ENDPOINTS.items():
        api(_function(name, endpoint, asking), api_name=name, api_description=described(endpoint))


def described(endpoint: type[Endpoint]) -> str:
    """Return what an endpoint does and what each parameter means."""
    parameters = (f"- {name}: {field.description}" for name, field in _fields(endpoint).items())
    return "\n".join([f"{endpoint.__doc__}\n", *parameters])


def _function(name: str, endpoint: type[Endpoint], asking: Asking) -> Callable[..., Any]:
    """Return a function with the endpoint's parameters, from whose signature Gradio documents it."""
    fields = _fields(endpoint)

    def ask(*given: Any) -> Any:
        try:
            return asking(name, dict(zip(fields, given, strict=True)))
        except UserError as error:
            raise gr.Error(str(error), print_exception=False) from None

    parameters = [_parameter(each, field) for each, field in fields.items()]
    ask.__name__ = name
    ask.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    ask.__signature__ = Signature(parameters, return_annotation=dict)  # type: ignore[attr-defined]
    return ask


def _parameter(name: str, field: FieldInfo) -> Parameter:
    is_enum = isinstance(field.annotation, type) and issubclass(field.annotation, Enum)
    return Parameter(
        name,
        Parameter.POSITIONAL_OR_KEYWORD,
        default=Parameter.empty if field.is_required() else field.get_default(call_default_factory=True),
        annotation=str if is_enum else field.annotation,
    )


def _fields(endpoint: type[Endpoint]) -> dict[str, FieldInfo]:
    """Return an endpoint's parameters, those that have to be given first, and those of all endpoints last."""
    fields = endpoint.model_fields
    ordered = sorted(fields, key=lambda name: (name in Endpoint.model_fields, not fields[name].is_required()))
    return {name: fields[name] for name in ordered}


def _line(error: ValidationError) -> str:
    """Say in one line what is wrong with the first argument that is."""
    wrong = error.errors(include_url=False)[0]
    where, given = ".".join(map(str, wrong["loc"])), repr(wrong["input"])
    told = f", not {given}" if len(given) <= MOST_REPEATED else ""
    return f"{where}: {wrong['msg']}{told}."
