"""A table is complete if and only if every key that can occur finds a row, however large it is."""

from __future__ import annotations

import time
from itertools import product
from random import Random

import pytest

from calc.language.check_lookups import missing_keys
from calc.language.types import Type
from calc.rules.parameter_values import table
from tests.support.seeds import seeds
from tests.support.small import HEAD, plan_of

WORDS = ("a", "b", "c", "d")
KINDS = {
    "choice": (Type("choice", options=WORDS), WORDS, [["a", "b", "c", "d"], ["a", "*"], ["*"], ["a", "b", "*"], ["a"]]),
    "yes/no": (Type("yes/no"), (True, False), [[True, False], [True], [False, "*"]]),
    "count": (
        Type("count", unit=1, low=0, high=9), tuple(range(10)),
        [["0..4", "5.."], [*range(10)], [0, "1..7", "*"], ["0..7", 9], [3, "*"]],
    ),
}  # fmt: skip


def made(random: Random, axes: int) -> tuple[list[Type], list[tuple[object, ...]], list[list[object]]]:
    """The kinds of the keys of a table, the keys that can occur, and its rows, some of which may be missing."""
    chosen = [KINDS[random.choice(sorted(KINDS))] for _ in range(axes)]
    columns = [random.choice(keys) for _, _, keys in chosen]
    lead = [*product(*columns[:-1])]
    random.shuffle(lead)
    kept = lead[: random.choice((len(lead), len(lead), len(lead) - 1, random.randint(1, len(lead))))] or lead
    rows = [[*([""] * (axes - 1)), *columns[-1]], *([*row, *([1] * len(columns[-1]))] for row in kept)]
    return [type_ for type_, _, _ in chosen], [keys for _, keys, _ in chosen], rows


def test_a_gap_is_found_if_and_only_if_there_is_one() -> None:
    complete = gaps = 0
    for seed in seeds(range(3000), 600):
        random = Random(seed)
        types, keys, rows = made(random, random.choice((2, 2, 3)))
        built = table("count", (), len(types), rows)
        without = {", ".join(map(str, one)) for one in product(*keys) if not built.has(one)}
        found = missing_keys(built, types)
        assert (", ".join(found or ()) in without) if without else found is None, (
            f"{rows}: {found}, not one of {sorted(without)}"
        )
        complete, gaps = complete + (not without), gaps + bool(without)
    assert complete > 100 and gaps > 100


SQUARE = 150


@pytest.mark.parametrize("left_out", [None, (149, 0), (0, 149)])
def test_a_table_of_thousands_of_keys_is_proven_at_once(left_out: tuple[int, int] | None) -> None:
    """150 × 150, and 70 × 70 × 2: more combinations than can be tried one by one in each month."""
    number = Type("count", unit=1, low=0, high=SQUARE - 1)
    rows: list[list[object]] = [["", *range(SQUARE)]]
    rows += [[at, *range(SQUARE)] for at in range(SQUARE) if left_out is None or at != left_out[0]]
    built = table("count", (), 2, rows)
    started = time.perf_counter()
    found = missing_keys(built, [number, number])
    assert time.perf_counter() - started < 1
    assert (found is None) == (left_out is None)
    small = Type("count", unit=1, low=0, high=69)
    rows = [["", "", True, False]]
    rows += [[a, b, 1, 2] for a in range(70) for b in range(70) if (a, b) != (69, 0) or left_out is None]
    found = missing_keys(table("count", (), 3, rows), [small, small, Type("yes/no")])
    assert found == (None if left_out is None else ["69", "0", "True"])


def test_a_rest_on_each_axis_covers_what_others_leave_out() -> None:
    number = Type("count", unit=1, low=0, high=2000)
    rows: list[list[object]] = [["", "", "*"], ["*", "*", 1]]
    rows += [[at, at % 7, 2] for at in range(2000)]
    whole = table("count", (), 3, rows)
    del rows[1]
    without = table("count", (), 3, rows)
    started = time.perf_counter()
    assert missing_keys(whole, [number, number, number]) is None
    assert missing_keys(without, [number, number, number]) is not None
    assert time.perf_counter() - started < 2


def test_a_word_table_of_hundreds_of_words_is_complete_in_a_rules_file() -> None:
    words = [f"w{at}" for at in range(300)]
    options = ", ".join(f'"{word}"' for word in words)
    rows = ", ".join(f'["{word}", {at}, {at + 1}]' for at, word in enumerate(words))
    text = (
        f'[facts.household]\nplace = {{ kind = "choice", options = [{options}] }}\nbig = {{ kind = "yes/no" }}\n'
        f'[parameters]\nt = {{ kind = "count", axes = ["place", "big"], cite = "d 1", '
        f'from.2024-01 = [["", true, false], {rows}] }}\n[definitions]\nd = {{ formula = "t[place, big]" }}\n'
    )
    assert plan_of(text, head=HEAD).definitions["d"].type.high == 300
