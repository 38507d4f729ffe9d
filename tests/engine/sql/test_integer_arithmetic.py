"""Whole numbers in SQL are the exact numbers of the rules: value, bounds and width hold for every operation."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random

import pytest
from sqlglot import exp

from calc.engine.sql import build
from calc.engine.sql.dialects import MOST, dialect_named
from calc.engine.sql.duckdb_session import Connection
from calc.engine.sql.integer_arithmetic import IntegerArithmetic
from calc.engine.sql.sql_value import Cell, Lowered, SqlQuotient, constant, width_of
from calc.engine.sql.unsupported import UnsupportedPlan
from tests.support.seeds import seeds

COLUMNS = {"a": (-30, 30, Fraction(1, 100)), "b": (1, 2**31 - 1, Fraction(1)), "c": (-(2**40), 2**40, Fraction(5, 2)),
           "d": (0, 0, Fraction(1))}  # fmt: skip
"""Name, bounds of the whole number, and what one of it is worth."""
Value = Callable[[dict[str, Fraction]], Fraction]


def column(name: str) -> Cell:
    low, high, unit = COLUMNS[name]
    whole = unit.numerator if unit.denominator == 1 else unit
    return Cell(build.column(name), unit=whole, low=low, high=high, width=width_of(low, high, ""))


def generated(random: Random, arithmetic: IntegerArithmetic, depth: int) -> tuple[Lowered, Value]:
    """A term of columns and constants, and what it is worth."""
    if depth == 0 or random.random() < 0.2:
        if random.random() < 0.3:
            number = random.choice((0, 1, -1, 7, Fraction(1, 4), Fraction(-5, 2)))
            return constant(number), lambda row: Fraction(number)
        name = random.choice([*COLUMNS])
        return column(name), lambda row: row[name]
    left, one = generated(random, arithmetic, depth - 1)
    right, other = generated(random, arithmetic, depth - 1)
    operator = random.choice("+-*n")
    if operator == "n" and isinstance(left, Cell):
        return arithmetic.negative(left), lambda row: -one(row)
    if operator == "*":
        return arithmetic.multiplied(left, right), lambda row: one(row) * other(row)
    if operator == "+":
        return arithmetic.added("+", left, right), lambda row: one(row) + other(row)
    return arithmetic.added("-", left, right), lambda row: one(row) - other(row)


def rows(random: Random) -> list[dict[str, int]]:
    """Both ends of every column, zero where there is one, and something between."""
    return [{name: random.choice((low, high, min(max(0, low), high), random.randint(low, high)))
             for name, (low, high, _) in COLUMNS.items()} for _ in range(12)]  # fmt: skip


@pytest.mark.parametrize("seed", seeds(range(200), 60))
def test_a_term_is_worth_what_its_operations_give(seed: int, connection: Connection) -> None:
    random, arithmetic = Random(seed), IntegerArithmetic(dialect_named("duckdb"))
    try:
        found, value = generated(random, arithmetic, 3)
    except UnsupportedPlan as refused:
        assert refused.reason == "too-wide"
        return
    assert not isinstance(found, SqlQuotient)
    given = rows(random)
    types = {name: "INTEGER" if width_of(low, high, "") == 32 else "BIGINT" for name, (low, high, _) in COLUMNS.items()}
    values = ", ".join(f"({', '.join(f'{row[name]}::{types[name]}' for name in COLUMNS)})" for row in given)
    tree = exp.select(found.value).from_("numbers").sql(dialect="duckdb")
    query = f"WITH numbers ({', '.join(COLUMNS)}) AS (VALUES {values}) {tree}"
    answers = [int(one) for (one,) in connection.execute(query).fetchall()]
    for row, answer in zip(given, answers, strict=True):
        assert found.low <= answer <= found.high and abs(answer) <= MOST[found.width]
        exact = value({name: number * COLUMNS[name][2] for name, number in row.items()})
        assert answer * Fraction(found.unit) == exact, (row, tree)


@pytest.mark.parametrize(("cell", "unit"), [("a", Fraction(1, 1000)), ("b", Fraction(1, 4)), ("c", Fraction(1, 2))])
def test_a_finer_unit_counts_the_same_number(cell: str, unit: Fraction) -> None:
    arithmetic = IntegerArithmetic(dialect_named("duckdb"))
    before, after = column(cell), arithmetic.in_unit(column(cell), unit)
    assert Fraction(after.unit) == unit
    assert (after.low * unit, after.high * unit) == (before.low * Fraction(before.unit), before.high * before.unit)


def test_what_may_be_wider_than_38_digits_is_refused() -> None:
    arithmetic = IntegerArithmetic(dialect_named("duckdb"))
    wide: Lowered = column("c")
    with pytest.raises(UnsupportedPlan) as refused:
        for _ in range(4):
            wide = arithmetic.multiplied(wide, column("c"))
    assert refused.value.reason == "too-wide"


def test_quotients_are_brought_over_one_denominator() -> None:
    arithmetic = IntegerArithmetic(dialect_named("duckdb"))
    pairs = [SqlQuotient(constant(top), constant(below)) for top, below in ((1, 2), (2, 3), (-5, 7))]  # type: ignore[arg-type]
    numerators, denominator = arithmetic.over_one_denominator(pairs)
    found = [Fraction(one.constant) / denominator.constant for one in numerators]
    assert found == [Fraction(1, 2), Fraction(2, 3), Fraction(-5, 7)]
