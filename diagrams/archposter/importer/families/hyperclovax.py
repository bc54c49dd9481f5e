"""Naver's HyperCLOVA X."""

from __future__ import annotations

from archposter.importer.body import Body
from archposter.importer.config import Config
from archposter.importer.families.granite import granite
from archposter.spec.model import NormSpec


def hyperclovax(config: Config) -> Body:
    """`HyperCLOVAXForCausalLM`: Granite's multipliers, norms also after attention and FFN."""
    body = granite(config)
    sandwich = config.flag("use_post_norm", default=True)
    return body._replace(norm=NormSpec(placement="sandwich" if sandwich else "pre"))
