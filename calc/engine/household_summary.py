"""Summarises a raw outcome: the benefits that are granted and those that are open, and the sums.

Rows of results by household and totals are made from summaries, which are whole numbers and quick to make.
"""

from __future__ import annotations

from typing import Any

from calc.engine.python.row_engine import RawOutcome
from calc.engine.unknown import Unknown
from calc.language.types import MEMBER
from calc.rules.plan import Plan

Granted = tuple[int, int, "int | None"]
"""Place of the benefit in the plan, amount in steps of the currency, people it counts for (None: unknown)."""
Open = tuple[int, int]
"""Place of the benefit, and the number of members it is undetermined for; 1 for a benefit of the household."""
HouseholdSummary = tuple[list[Granted], list[Open], int, "int | None", "int | None", int]
"""Granted, open, least amount for the month, amount if it is settled, yearly amount if settled, needs as bits."""


class Summarizer:
    """Makes summaries of one plan's outcomes."""

    def __init__(self, plan: Plan) -> None:
        benefits = list(plan.benefits.values())
        self.of_household = [
            (at, one.per == "year") for at, one in enumerate(benefits) if one.type.level != MEMBER and one.in_force
        ]
        self.of_members = [
            (at, one.per == "year") for at, one in enumerate(benefits) if one.type.level == MEMBER and one.in_force
        ]

    def digest(self, raw: RawOutcome, members: int) -> HouseholdSummary:
        """Summarises the outcome of a household; `members` is the number of its members."""
        _, found, persons = raw
        granted: list[Granted] = []
        opened: list[Open] = []
        monthly = yearly = needs = 0
        monthly_open = yearly_open = False
        for at, is_yearly in self.of_household:
            status, amount, _, lacking = found[at]
            if status == 1:
                counted: Any = persons[at]
                if counted is None:
                    counted = members
                granted.append((at, amount, None if counted.__class__ is Unknown else counted))
                if is_yearly:
                    yearly += amount
                else:
                    monthly += amount
            elif status == 3:
                opened.append((at, 1))
                needs |= lacking
                if is_yearly:
                    yearly_open = True
                else:
                    monthly_open = True
        for at, is_yearly in self.of_members:
            total = people = lacks = 0
            for status, amount, _, lacking in found[at]:
                if status == 1:
                    total += amount
                    people += 1
                elif status == 3:
                    lacks += 1
                    needs |= lacking
            if people:
                granted.append((at, total, people))
                if is_yearly:
                    yearly += total
                else:
                    monthly += total
            if lacks:
                opened.append((at, lacks))
                if is_yearly:
                    yearly_open = True
                else:
                    monthly_open = True
        unsure = monthly_open or yearly_open
        return granted, opened, monthly, None if unsure else monthly, None if yearly_open else yearly, needs
