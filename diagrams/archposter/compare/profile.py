"""What comparisons read of one model, whatever it is compared with."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from archposter.compare.lines import Class, classes
from archposter.compare.whole import Whole, counted, of_stack, whole
from archposter.counts.parameters import Parameters, parameters
from archposter.spec.arch import Arch, Layer
from archposter.spec.parts import Norm


class Stack(NamedTuple):
    """Layers: their parts by kind, and what they have besides."""

    layers: tuple[Layer, ...]
    classes: tuple[Class, ...]
    whole: Whole


class Profile:
    """A model as comparisons see it; each is read once."""

    def __init__(self, arch: Arch) -> None:
        self.arch = arch
        self._counted: dict[int, Whole] = {}

    @cached_property
    def whole(self) -> Whole:
        """What the model has once."""
        return whole(self.arch)

    @cached_property
    def decoder(self) -> Stack:
        """Its layers."""
        return _stack(self.arch.layers, self.arch.norm)

    @cached_property
    def ahead(self) -> Stack | None:
        """The layer of its multi-token prediction, where it has any."""
        return _stack((self.arch.mtp.layer,), self.arch.norm) if self.arch.mtp else None

    @cached_property
    def repeats_last(self) -> bool:
        """Whether what it has for multi-token prediction is as its last layer, or nothing."""
        mtp, last = self.arch.mtp, self.arch.layers[-1]
        return not mtp or (mtp.layer.sublayers, mtp.layer.layer_scalar) == (last.sublayers, last.layer_scalar)

    def counted(self, tokens: int) -> Whole:
        """Return its counts at a context of `tokens`."""
        if tokens not in self._counted:
            self._counted[tokens] = counted(self.arch, self._sums, tokens)
        return self._counted[tokens]

    @cached_property
    def _sums(self) -> Parameters:
        return parameters(self.arch)


def _stack(layers: tuple[Layer, ...], norm: Norm) -> Stack:
    return Stack(layers, classes(layers), of_stack(layers, norm))
