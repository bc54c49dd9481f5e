"""All that a spec is compared with, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from archposter.sources.fields import NOTED, Disagreement
from archposter.sources.weights import Agreement


@dataclass(frozen=True)
class Verdict:
    """A spec beside a config (None: not asked) and a checkpoint (None: not asked).

    `warnings` say what the config's reader did not understand.
    """

    name: str
    config: tuple[Disagreement, ...] | None
    weights: Agreement | None
    warnings: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether nothing differs that was compared, and all of it could be compared."""
        return not self._counting and (self.weights is None or self.weights.equal)

    @property
    def _counting(self) -> tuple[Disagreement, ...]:
        return tuple(each for each in self.config or () if each.field != NOTED)

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {
            "name": self.name,
            "agrees": self.agrees,
            "config": None if self.config is None else [each._asdict() for each in self.config],
            "weights": self.weights.as_dict() if self.weights else None,
            "warnings": list(self.warnings),
        }

    def __str__(self) -> str:
        lines = [f"{self.name}: {'agrees' if self.agrees else 'disagrees'}"]
        if self.config is not None:
            count = len(self._counting)
            differ = "a field differs" if count == 1 else f"{count} fields differ"
            lines.append(f"  config: {differ if count else 'equal'}")
            lines += [f"    {_line(each)}" for each in self.config]
        if self.weights:
            lines.append(f"  weights: {self.weights}")
            lines += [f"    {line}" for line in self.weights.differences]
        return "\n".join(lines)


def _line(each: Disagreement) -> str:
    place = f"{each.where}: " if each.where else ""
    noted = "; a spec states the documented length" if each.field == NOTED else ""
    return f"{place}{each.field}: {each.ours} in the spec, {each.theirs} in the config{noted}"
