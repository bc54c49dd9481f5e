"""The bundled models, read once for all tests of a process."""

from archposter.pipeline import Model, models

MODELS: dict[str, Model] = {model.slug: model for model in models()}
"""By the names of their specs, oldest first."""
ARCHS = {name: model.arch for name, model in MODELS.items()}
