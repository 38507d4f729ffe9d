"""Seeds of generated tests: a few by default, all with `DOUDI_TESTS=full`, a tenth of them drawn at random then.

`half` takes every second of them, and `DOUDI_TESTS=20` twenty times as many as `full`. What is drawn depends on one
number that each run prints;
`DOUDI_SEED` set to it draws the same again.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from random import Random, SystemRandom
from typing import TypeVar

T = TypeVar("T")
LEVEL = os.environ.get("DOUDI_TESTS", "few")
FULL = LEVEL != "few"
IS_HALF = LEVEL == "half"
TIMES = 1 if LEVEL in ("few", "half", "full") else int(LEVEL)
"""How many times as many seeds as in the full run are taken; those beyond it are all drawn."""

if FULL:  # set for the processes of pytest-xdist too: all of them must draw the same
    os.environ.setdefault("DOUDI_SEED", str(SystemRandom().randrange(10**9)))
SEED = int(os.environ.get("DOUDI_SEED", "0"))

_DRAWN = 10**9
"""Drawn seeds are larger than all that are written down."""


def seeds(base: Sequence[int], few: int) -> list[int]:
    """The seeds of a test: the first `few` of `base`, or all of it with one in ten drawn at random."""
    if not FULL:
        return [*base[:few]]
    if IS_HALF:
        base = [*base[:few], *base[few::2]]
    random = Random(f"{SEED} {base}")
    found = [one if random.random() < 0.9 else _DRAWN + random.randrange(_DRAWN) for one in base]
    return found + [_DRAWN + random.randrange(_DRAWN) for _ in range((TIMES - 1) * len(base))]


def few_or_all(few: int, full: int) -> int:
    """A count of things to generate: `few` by default."""
    return (few + full) // 2 if IS_HALF else full * TIMES if FULL else few


def spread(found: Sequence[T], few: int) -> list[T]:
    """Months and the like: about `few` of them by default, with the first and the last; all of them with `full`."""
    if FULL or len(found) <= few:
        return [*found]
    return [found[at * (len(found) - 1) // (few - 1)] for at in range(few)]


def reproduce() -> str:
    """The setting that draws the same seeds again, or nothing where none are drawn."""
    return f"DOUDI_TESTS={LEVEL} DOUDI_SEED={SEED}" if FULL else ""
