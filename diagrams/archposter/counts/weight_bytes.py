"""Bytes that the weights take in memory."""

from typing import NamedTuple


class WeightBytes(NamedTuple):
    """All parameters of the total at one width: 2, 1 and half a byte each.

    Files of quantised models are larger: they keep scales, and some weights at full width.
    """

    bf16: int
    fp8: int
    int4: int


def weight_bytes(parameters: int) -> WeightBytes:
    """Return the bytes of so many parameters; half a byte is rounded up."""
    return WeightBytes(bf16=2 * parameters, fp8=parameters, int4=(parameters + 1) // 2)
