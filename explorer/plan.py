"""Plans: which map of a corpus is meant, by its projection, its seed and its parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from explorer.projection import METHODS
from explorer.surroundings import DEFAULTS, Parameters
from ingest.errors import UserError

MOST_SEED = 2**32 - 1
DIGITS = 10  # as many as that has


@dataclass(frozen=True, slots=True)
class Plan:
    """What a map is made by; whoever means a map by more than its method means it by this."""

    method: str = "umap"
    seed: int = 0
    parameters: Parameters = DEFAULTS

    def __post_init__(self) -> None:
        if not 0 <= self.seed <= MOST_SEED:
            raise UserError(f"The seed must be a whole number from 0 to {MOST_SEED}, not {self.seed}.")

    def __str__(self) -> str:
        return ",".join((self.method, *(f"{name}={value:.{DIGITS}g}" for name, value in self._turned())))

    @property
    def title(self) -> str:
        """The projection's name for people, and what was turned at it."""
        turned = ", ".join(f"{name} {value:.{DIGITS}g}" for name, value in self._turned())
        return f"{METHODS[self.method].title} ({turned})" if turned else METHODS[self.method].title

    @property
    def taken(self) -> dict[str, float]:
        """The parameters that the projection takes."""
        return {name: getattr(self.parameters, name) for name in METHODS[self.method].takes}

    @property
    def plain(self) -> Plan:
        """The plan of the same map that says nothing of what its projection does not take, nor draws by lot."""
        if self.method not in METHODS or not METHODS[self.method].takes:
            return Plan(self.method)
        return replace(self, parameters=Parameters(**self.taken))  # type: ignore[arg-type]

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Make a plan of the method, the seed and the parameters in a mapping, whatever else is in it."""
        default = asdict(DEFAULTS)
        parameters = {name: type(value)(said.get(name, value)) for name, value in default.items()}
        return cls(str(said["method"]), int(said.get("seed", 0)), Parameters(**parameters))

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read what ``str`` wrote; whatever else is no plan."""
        method, *turned = text.split(",")
        try:
            return cls.of({**dict(each.split("=") for each in turned), "method": method}) if method in METHODS else None
        except (ValueError, OverflowError, UserError):
            return None

    def _turned(self) -> Iterator[tuple[str, float]]:
        default = asdict(DEFAULTS)
        yield from ((name, value) for name, value in asdict(self.parameters).items() if value != default[name])
        if self.seed:
            yield "seed", self.seed


def as_plan(method: str | Plan, seed: int, parameters: Parameters) -> Plan:
    """Return the plan, or that of a method with a seed and parameters."""
    return method if isinstance(method, Plan) else Plan(method, seed, parameters)
