"""The bundled models, read once for a process: a quick run has some, and those that tests name."""

import quick
from archposter import bundled
from archposter.pipeline import Model, by_date, load

NAMED = (
    *("deepseek-r1", "deepseek-v3", "deepseek-v3-1", "deepseek-v3-2", "gemma-3-27b", "gpt-1", "gpt-2-xl"),
    *("gpt-oss-20b", "jamba-v0-1", "kimi-k2", "kimi-k2-5", "kimi-k3", "kimi-linear-48b-a3b", "llama-2-7b"),
    *("llama-3-8b", "mixtral-8x22b", "olmo-2-7b", "qwen3-30b-a3b", "qwen3-8b", "qwen3-next-80b-a3b"),
)

MODELS: dict[str, Model] = {
    model.slug: model for model in by_date(map(load, quick.sampled(bundled.spec_names(), quick.MANY, NAMED)))
}
"""By the names of their specs, oldest first."""
ARCHS = {name: model.arch for name, model in MODELS.items()}
