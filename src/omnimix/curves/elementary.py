"""Exponential and logarithm in plain arithmetic, so that a loop over weeks runs several weeks at once. Compiled.

The C library works on one number a call, and its calls keep a loop from being vectorised: two of them an element were
a third of the density's time. Both functions below are right to two units in the last place (``tests/curves``). They
must not be compiled with reassociation: it would fold away the addition and subtraction of ``MAGIC``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

from omnimix.machine_code import CONTRACT, FORMULA

MAGIC = 6755399441055744.0  # 1.5 * 2**52: what is added to it is rounded to a whole number, which its last bits hold
MAGIC_BITS = int(np.float64(MAGIC).view(np.int64))
LOG2_E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10  # their sum is ln 2 to 33 more bits
ROOT_HALF_BITS = 0x3FE6A09E667F3BCD  # of sqrt(1/2): mantissas are taken between it and sqrt(2)
EXPONENT_BITS = (0xFFF << 52) - (1 << 64)  # sign and exponent, as a signed integer
LARGEST = 708.0  # exp of more is near the largest number there is


@intrinsic
def _bits(_: Any, x: Any) -> Any:
    """Return the bits of a number as an integer."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.int64))

    return types.int64(types.float64), generate


@intrinsic
def _number(_: Any, bits: Any) -> Any:
    """Return the number that has these bits."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], context.get_value_type(types.float64))

    return types.float64(types.int64), generate


@njit(fastmath=CONTRACT, **FORMULA)
def exp(x: float) -> float:
    """Return e^x: 0 below -708, the value at 708 above. 2^n times a Taylor polynomial on |r| <= ln(2) / 2."""
    within = min(max(x, -LARGEST), LARGEST)
    moved = within * LOG2_E + MAGIC
    n = moved - MAGIC
    r = (within - n * LN2_HIGH) - n * LN2_LOW
    p = 1 / 6227020800
    p = p * r + 1 / 479001600
    p = p * r + 1 / 39916800
    p = p * r + 1 / 3628800
    p = p * r + 1 / 362880
    p = p * r + 1 / 40320
    p = p * r + 1 / 5040
    p = p * r + 1 / 720
    p = p * r + 1 / 120
    p = p * r + 1 / 24
    p = p * r + 1 / 6
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r + 1.0
    value = p * _number((_bits(moved) + 1023) << 52) if x > -LARGEST else 0.0
    return x if np.isnan(x) else value


@njit(fastmath=CONTRACT, **FORMULA)
def log(x: float) -> float:
    """Return ln x, some -709 at 0, nan below and of nan. ln 2 times the exponent plus 2 artanh((m - 1) / (m + 1))."""
    bits = _bits(x)
    above = bits - ROOT_HALF_BITS
    m = _number(bits - (above & EXPONENT_BITS))
    n = _number((above >> 52) + MAGIC_BITS) - MAGIC
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    p = 2 / 21
    p = p * z + 2 / 19
    p = p * z + 2 / 17
    p = p * z + 2 / 15
    p = p * z + 2 / 13
    p = p * z + 2 / 11
    p = p * z + 2 / 9
    p = p * z + 2 / 7
    p = p * z + 2 / 5
    p = p * z + 2 / 3
    return n * LN2_HIGH + (2.0 * s + (s * z * p + n * LN2_LOW)) if x >= 0.0 else np.nan
