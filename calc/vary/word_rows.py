"""The answers of a household for each word of a fact that is no number: yes and no, or the options of a choice."""

from __future__ import annotations

from typing import Any

from calc.engine.outcomes import GRANTED, UNDETERMINED, Outcome
from calc.engine.traced.interpreter import Trace
from calc.exact import Number
from calc.language.types import CHOICE, YES_NO
from calc.record import Record
from calc.rules.plan import FactPlan
from calc.vary.pieces import Sweep, with_value


class WordRow(Record):
    """A word of a fact with the outcomes that it gives, and the sum of what is granted by the month.

    A household with that word is rejected where `failed_checks` has any.
    """

    value: Any
    outcomes: tuple[Outcome, ...]
    total: Number
    is_open: bool
    failed_checks: tuple[str, ...]


def words_of(fact: FactPlan) -> tuple[Any, ...]:
    """The words of a fact; none for one that is no choice."""
    return (True, False) if fact.type.kind == YES_NO else fact.type.options if fact.type.kind == CHOICE else ()


def word_rows(sweep: Sweep) -> list[WordRow]:
    """Computes the answer for each word of a fact."""
    monthly = {name for name, one in sweep.plan.benefits.items() if one.per == "month"}
    found = []
    for value in words_of(sweep.fact):
        trace = Trace(sweep.plan, with_value(sweep.household, sweep.fact, sweep.member, value))
        outcomes = sweep.outcomes(trace)
        total = sum(one.amount or 0 for one in outcomes if one.status == GRANTED and one.benefit in monthly)
        is_open = any(one.status == UNDETERMINED for one in outcomes)
        found.append(WordRow(value, outcomes, total, is_open, trace.result.failed_checks))
    return found
