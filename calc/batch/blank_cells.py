"""Counts the cells that are blank and so mean the default of their fact, such as no wage, by fact.

Only a default that is one value counts, of a fact that some formula uses and that has a column in the file of the
household: a formula is filled in from other facts, and nobody left a cell blank that there is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from calc.engine.facts import not_known
from calc.engine.used_facts import facts_used
from calc.language.typed_tree import Constant
from calc.language.types import MEMBER
from calc.ledger.ledger import Ledger
from calc.record import Record
from calc.rules.plan import FactPlan, Plan


class CountedFacts(Record):
    """The facts to count of a file: those of the household, and those of members."""

    household: tuple[str, ...]
    members: tuple[str, ...]


def counted_facts(ledger: Ledger, plans: Sequence[Plan]) -> list[CountedFacts]:
    """Finds the facts to count of each file of a ledger."""
    used = {name for plan in plans for name in facts_used(plan)}
    defaults = {
        name
        for plan in plans
        for name, fact in plan.facts.items()
        if name in used and isinstance(fact.default, Constant)
    }
    own = {one.name for _, _, cells in (ledger.owns or {}).values() for _, one, _ in cells if isinstance(one, FactPlan)}
    found = []
    for part in ledger.parts:
        given = own | {one.meaning.name for one in part.columns.facts if isinstance(one.meaning, FactPlan)}
        names = [name for name in ledger.plan.facts if name in given & defaults]
        levels = {name: ledger.plan.facts[name].type.level for name in names}
        of_members = tuple(name for name in names if levels[name] == MEMBER)
        found.append(CountedFacts(tuple(name for name in names if levels[name] != MEMBER), of_members))
    return found


def count_blanks(
    facts: CountedFacts, households: Sequence[Mapping[str, Any]], members: Sequence[Mapping[str, Any]]
) -> Counter[str]:
    """Counts the facts that are not stated, in the facts of households of a file and of their members."""
    blank: Counter[str] = Counter()
    for names, tables in ((facts.household, households), (facts.members, members)):
        if names and tables:
            stated = Counter(chain.from_iterable(tables))
            for name in names:
                known = stated[name] + stated[not_known(name)]
                if known < len(tables):
                    blank[name] = len(tables) - known
    return blank
