"""Finds pairs of facts that give a benefit which is denied, where no single fact does.

One fact is stated otherwise, and then the nearest change of another one is searched as `Nearest` does. Of two numbers
the first begins at an end of its range, and comes back as far as the benefit is still given: so neither can be a step
nearer. Only facts on which the benefit can depend at all are tried.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from calc.engine.facts import Household
from calc.engine.outcomes import Need, Outcome
from calc.engine.unknown import Unknown
from calc.language.typed_tree import names_used
from calc.record import Record
from calc.rules.dependency_order import reachable
from calc.vary.moving_fact import Wish
from calc.vary.nearest import NearChange, Nearest
from calc.vary.pieces import places_of, with_value
from calc.vary.possible_trace import PossibleTrace
from calc.vary.scales import scale_of

MOST_PAIR_RUNS = 8_000
"""Evaluations for a household, after which no more pairs are searched: about three seconds."""
_FEW_VALUES = 12
"""Values of a number, up to which each is tried first."""
_MOST_ROUNDS = 4
_RUNS_OF_A_TRACE = 10


class NearPair(Record):
    """Two changes that give a benefit together; `second` has what it then brings."""

    first: NearChange
    second: NearChange


class NearestPairs:
    """The pairs of some facts of a household. `is_cut` says that not all were searched."""

    def __init__(self, nearest: Nearest, facts: Collection[str], most_runs: int = MOST_PAIR_RUNS) -> None:
        self.nearest, self.plan, self.household = nearest, nearest.plan, nearest.household
        self.is_cut = False
        self._left = most_runs
        self._cells: list[Need] = [
            (name, place)
            for name, fact in self.plan.facts.items()
            if name in facts
            for place in places_of(fact, self.household)
        ]
        self._possible = self._with_all_open()

    def _with_all_open(self) -> PossibleTrace:
        """Traces what the benefits can be whatever is stated of the facts."""
        household, opened = self.household, {*self._cells}
        for name, place in self._cells:
            household = with_value(household, self.plan.facts[name], place, None)
        steps, benefits = self.plan.steps, [*self.plan.benefits]
        return PossibleTrace(self.plan, household, steps, benefits, lambda _, name, place: (name, place) not in opened)

    def pairs(self, outcome: Outcome) -> list[NearPair]:
        """Lists the pairs that give a benefit which is denied, where no single one of the facts does."""
        prospect = next(one for one in self._possible.prospects
                        if (one.benefit, one.member) == (outcome.benefit, outcome.member))  # fmt: skip
        useful = {*self._possible.cells(prospect.needs)}
        cells = [one for one in self._cells if one in useful]
        failed = [one.term for one in self.plan.benefits[outcome.benefit].conditions if one.name in outcome.failed]
        used = reachable([name for one in failed for name in names_used(one)], self.plan.needs)
        own = [one for one in cells if one[0] in used and outcome.member in (None, one[1])]
        found: dict[object, NearPair] = {}
        for some in (own, cells) if len(own) < len(cells) else (cells,):
            for pair in self._in_turn(some, outcome):
                found.setdefault(_key(pair), pair)
        return [*found.values()]

    def _in_turn(self, cells: list[Need], outcome: Outcome) -> Iterator[NearPair]:
        """Yields pairs of words, which are searched quickly, then of a word and a number, then of numbers."""
        words = [one for one in cells if scale_of(self.plan.facts[one[0]]) is None]
        numbers = [one for one in cells if one not in words]
        for others in (words, numbers):
            for at, cell in enumerate(words):
                left = words[at + 1 :] if others is words else numbers
                for value in self.nearest.words(self.plan.facts[cell[0]], cell[1]):
                    yield from self._of_word(cell, value, left, outcome)
        for at, cell in enumerate(numbers):
            for place in self._starts(cell):
                yield from self._of_number(cell, place, numbers[at + 1 :], outcome)

    def _of_word(self, cell: Need, value: Any, others: list[Need], outcome: Outcome) -> Iterator[NearPair]:
        present = self.nearest.base.value(*cell)
        known = None if present.__class__ is Unknown else present
        if value != known:
            for second in self._changes(self._stated(cell, value), others, outcome):
                yield NearPair(NearChange(*cell, known, value, None, second.amount), second)

    def _starts(self, cell: Need) -> list[int]:
        """Lists the values of a number or a date with which a search begins."""
        scale = scale_of(self.plan.facts[cell[0]])
        assert scale is not None, "a fact of words"
        is_small = scale.high - scale.low < _FEW_VALUES
        return [*range(scale.low, scale.high + 1)] if is_small else [scale.low, scale.high]

    def _of_number(self, cell: Need, place: int, others: list[Need], outcome: Outcome) -> Iterator[NearPair]:
        scale = scale_of(self.plan.facts[cell[0]])
        assert scale is not None, "a fact of words"
        for second in self._changes(self._stated(cell, scale.stated(place)), others, outcome):
            other = second.fact, second.member
            for _ in range(_MOST_ROUNDS):  # neither can come nearer while the other stays
                first = next(iter(self._changes(self._stated(other, second.value), [cell], outcome)), None)
                if first is None:
                    break
                again = next(iter(self._changes(self._stated(cell, first.value), [other], outcome)), None)
                if again is None or again.value == second.value:
                    yield NearPair(first, second)
                    break
                second = again

    def _changes(self, household: Household, cells: Sequence[Need], outcome: Outcome) -> list[NearChange]:
        """Lists the nearest changes of some facts that give a benefit to a household with another one changed."""
        if not cells:
            return []
        if self._left <= 0:
            self.is_cut = True
            return []
        nearest = Nearest(self.plan, household, self.nearest)
        wish = Wish(self.plan, outcome, {name for name, _ in cells})
        (found,) = nearest.fulfilling([wish], {*cells})
        self._left -= nearest.runs + _RUNS_OF_A_TRACE
        self.is_cut = self.is_cut or bool(nearest.given_up)
        return found

    def _stated(self, cell: Need, value: Any) -> Household:
        return with_value(self.household, self.plan.facts[cell[0]], cell[1], value)


def _key(pair: NearPair) -> object:
    return tuple((one.fact, one.member, one.value) for one in (pair.first, pair.second))
