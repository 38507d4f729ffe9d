"""Finds out whose fact keeps benefits open, where several members lack a fact whose default is not known.

Compiled code has one bit for a fact, whoever lacks it. So each member is given an unknown with a bit of his own in the
place of his default, and the benefits that his answer may change have that bit among their needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from calc.engine.facts import Declared
from calc.engine.python.row_engine import RowEngine
from calc.engine.unknown import unknown
from calc.language.types import MEMBER
from calc.rules.plan import Plan

FactsOfHousehold = tuple[dict[str, Declared], list[dict[str, Declared]], list[str]]
"""The facts of a household, those of its members, and their ids."""


class _GeneralEngine(RowEngine):
    """Runs the code that holds for whatever is stated: only there may what is stated be an unknown."""

    def _may_make(self) -> bool:
        return False


class WhoseFact:
    """Runs a plan on households whose members have marks."""

    def __init__(self, plan: Plan) -> None:
        self._engine = _GeneralEngine(plan)
        self._first = len(plan.facts) + len(plan.parameters)
        self._is_members = [one.type.level == MEMBER for one in plan.benefits.values()]

    def needed(
        self, name: str, places: Sequence[int], household: FactsOfHousehold, asked: Iterable[int]
    ) -> list[int]:  # fmt: skip
        """Lists those of some members whose answer to a fact may change one of the benefits at the places `asked`."""
        own, members, ids = household
        marked: list[dict[str, object]] = [*members]  # type: ignore[list-item]
        for place in places:
            marked[place] = {**members[place], name: unknown(1 << (self._first + place))}
        found = self._engine.run(own, marked, ids)[1]
        needs = 0
        for at in asked:
            for one in found[at] if self._is_members[at] else (found[at],):
                needs |= one[3]
        return [place for place in places if needs >> (self._first + place) & 1]
