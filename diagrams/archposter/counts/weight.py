"""Weights of a part, before they have a place in the model."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import Any, Literal, NamedTuple

BF16 = 2
F32 = 4
"""Bytes of a number."""

Use = Literal["product", "scores", "table", "elementwise"]
"""What a token does with a weight: it is multiplied by all of it, multiplied with it as often as there are
tokens or blocks to score, takes rows of it, or adds or scales by it number by number."""


class Weight(NamedTuple):
    """A tensor's name within its part and its shape, (outputs, inputs) for a matrix.

    `copies` tensors of this shape exist; one token's forward pass uses `active` of them.
    """

    name: str
    shape: tuple[int, ...]
    use: Use
    copies: int = 1
    active: int = 1


Weigh = Callable[[Any, int], Iterator[Weight]]
"""Yields the weights of a part in a model of a hidden size."""


@dataclass(eq=False)
class Weights:
    """Weights that stand together.  Copies of a layer share one object, so that it is summed once."""

    items: tuple[Weight, ...]

    @cached_property
    def total(self) -> int:
        """The numbers in all copies."""
        return sum(prod(weight.shape) * weight.copies for weight in self.items)

    @cached_property
    def active(self) -> int:
        """The numbers in the copies that one token uses."""
        return sum(prod(weight.shape) * weight.active for weight in self.items)

    @cached_property
    def rows(self) -> int:
        """The numbers that one token reads of tables: a row of each."""
        return sum(prod(weight.shape[1:]) * weight.active for weight in self.items)


def product(name: str, *shape: int) -> Weight:
    """Return a weight that multiplies all that a token brings: a matrix, or a convolution's kernel."""
    return Weight(name, shape, "product")


def scores(name: str, *shape: int) -> Weight:
    """Return a weight whose products are counted with the scores that it takes part in."""
    return Weight(name, shape, "scores")


def table(name: str, *shape: int, copies: int = 1, active: int = 1) -> Weight:
    """Return a weight of which a token takes rows."""
    return Weight(name, shape, "table", copies, active)


def elementwise(name: str, *shape: int, copies: int = 1, active: int = 1) -> Weight:
    """Return a weight that is added or scales, number by number: a bias, a norm, a decay."""
    return Weight(name, shape, "elementwise", copies, active)


def linear(name: str, inputs: int, outputs: int, bias: bool = False) -> Iterator[Weight]:
    """Yield a linear layer's matrix, and its bias if it has one."""
    yield product(f"{name}.weight", outputs, inputs)
    if bias:
        yield elementwise(f"{name}.bias", outputs)
