"""Two specs mean the same when only the places in their files differ."""

from dataclasses import replace

from archposter.spec.arch import Arch
from archposter.spec.model import ArchSpec
from archposter.spec.normalize import normalize


def meaning(spec: ArchSpec) -> Arch:
    """The architecture, without where it stands in the file."""
    arch = normalize(spec)
    mtp = arch.mtp and arch.mtp._replace(layer=replace(arch.mtp.layer, source=""))
    return replace(arch, layers=tuple(replace(layer, source="") for layer in arch.layers), mtp=mtp)


def architecture(arch: Arch) -> Arch:
    """The architecture alone: no names, days, sources or places in a file."""
    layers = tuple(replace(layer, source="") for layer in arch.layers)
    mtp = arch.mtp and arch.mtp._replace(layer=replace(arch.mtp.layer, source=""))
    unsaid = dict.fromkeys(
        ("developer", "released", "license", "context_length", "extended_context", "context_method")
    )
    empty: dict[str, tuple[()]] = dict.fromkeys(("links", "highlights", "lineage", "sources", "warnings"), ())
    arch = replace(arch, name="", size="", family="", released_by=False, layers=layers, mtp=mtp)
    return replace(arch, **unsaid, **empty)
