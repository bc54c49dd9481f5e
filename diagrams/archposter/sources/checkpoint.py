"""What a checkpoint states without its data: the name, shape and type of every tensor."""

from collections.abc import Mapping
from math import prod
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol


class Stored(NamedTuple):
    """A tensor of a file; `dtype` is the file format's word for the numbers' type."""

    name: str
    shape: tuple[int, ...]
    dtype: str

    @property
    def size(self) -> int:
        """How many entries it has."""
        return prod(self.shape)


class Checkpoint(NamedTuple):
    """The tensors of all files of a checkpoint; `where` is the name that messages give.

    `config` is the model's, where one lies beside the weights: it says how they are packed.
    """

    where: str
    tensors: tuple[Stored, ...]
    config: Mapping[str, Any] = MappingProxyType({})


class Weights(Protocol):
    """A place where weights may be, not yet looked at."""

    def checkpoint(self) -> Checkpoint | None:
        """Return what is there, None if it has no weights in a known format.

        Raises SpecError for faults of the files, UsageError where they cannot be reached.
        """


class NoWeights:
    """A config alone."""

    def checkpoint(self) -> None:
        """Return None."""
        return


class Source(NamedTuple):
    """A model's config, the names for its messages and pictures, and its weights.

    `name` is the model's where the source knows it, `page` the config's address at its revision.  A `derived`
    config is made of other metadata, which the weights must confirm.
    """

    config: dict[str, Any]
    file: str
    slug: str
    weights: Weights
    name: str = ""
    derived: bool = False
    page: str = ""
