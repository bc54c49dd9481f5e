"""The colours of a graph's boxes."""

from __future__ import annotations

from archposter.theme import Look, Theme

PLAIN = frozenset({"plain", "empty", "model", "inset"})
"""Looks of boxes that only frame what they say."""


def look(role: str, family: str, theme: Theme) -> Look:
    """Return a role's colours; "group" is the family's own."""
    if role != "group":
        return theme.looks[role]
    accent = theme.accent(family)
    return Look(accent.tint, accent.ink, theme.ink)
