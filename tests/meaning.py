"""Two specs mean the same when only the places in their files differ."""

from dataclasses import replace

from archposter.spec.arch import Arch
from archposter.spec.model import ArchSpec
from archposter.spec.normalize import normalize


def meaning(spec: ArchSpec) -> Arch:
    """The architecture, without where it stands in the file."""
    arch = normalize(spec)
    mtp = arch.mtp and replace(arch.mtp, layer=replace(arch.mtp.layer, source=""))
    return replace(arch, layers=tuple(replace(layer, source="") for layer in arch.layers), mtp=mtp)
