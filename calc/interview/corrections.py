"""Finds the earlier answers that could be corrected in the place of one that does not fit them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice

from calc.diagnostics.diagnostic import Diagnostic
from calc.engine.facts import Household
from calc.engine.outcomes import Need
from calc.households.household_reader import HouseholdDraft
from calc.interview.next_question import Chooser
from calc.interview.state import State
from calc.record import Record
from calc.rules.plan import Plan
from calc.vary.pieces import with_value
from calc.vary.possible_trace import PossibleTrace
from calc.vary.possible_value import needs_among
from calc.vary.trace_again import Before, TraceAgain

MOST_EARLIER = 5
"""Earlier facts that are offered to be corrected in the place of an answer that does not fit them."""


class Look(Record):
    """A household as the answers of a state give it.

    No further answer can put right what cannot be read of it (`unread`), nor the checks of the data that `failed`.
    While people are being named both are empty, and the traces are those of the people so far.
    """

    state: State
    trace: TraceAgain | None = None
    possible: PossibleTrace | None = None
    unread: tuple[Diagnostic, ...] = ()
    failed: tuple[str, ...] = ()

    @property
    def is_wrong(self) -> bool:
        """Says whether an answer has to be corrected."""
        return bool(self.unread or self.failed)


Fits = Callable[[Sequence[Need]], bool]
"""Says whether a household is as it should be without some facts."""


class Corrections:
    """The household as an answer makes it, which is wrong (`look`), and as it was `before`; `read` reads one."""

    def __init__(
        self, plan: Plan, chooser: Chooser, read: Callable[[State], HouseholdDraft], before: Look, look: Look
    ) -> None:
        self.plan, self.chooser = plan, chooser
        self.before, self.look = before, look
        self._read = read

    def latest(self, asked: Collection[int | None]) -> tuple[Need, ...]:
        """Finds facts stated before, without one of which the household would be in order; the latest first."""
        earlier = [
            need for need in reversed(stated_needs(self.look.state))
            if self.look.state.stated(need) == self.before.state.stated(need)
        ]  # fmt: skip
        if self.look.unread:
            own = [need for need in earlier if need[1] in asked]
            return self._latest(own, self._is_read) or self._latest(earlier, self._is_read)
        failed = self.look.failed
        for names in (failed, *((one,) for one in failed if len(failed) > 1)):

            def fits(needs: Sequence[Need], names: Collection[str] = names) -> bool:
                return self._can_hold(names, needs)

            found = self._latest(self._touching(names, earlier), fits)
            if found:
                return found
        leading = self.chooser.leads_to_checks(failed)  # no answer to one of them would do, but to leave it open
        return self._latest([need for need in earlier if need[0] in leading], self._is_in_order)

    def _latest(self, earlier: Sequence[Need], fits: Fits) -> tuple[Need, ...]:
        """Takes the first of some facts without which the household fits; half of them are left out at a time."""

        def fitting(needs: Sequence[Need]) -> Iterator[Need]:
            if not needs or not fits(needs):
                return
            half = len(needs) // 2
            yield from fitting(needs[:half]) if half else needs
            yield from fitting(needs[half:]) if half else ()

        return tuple(islice(fitting(earlier), MOST_EARLIER))

    def _touching(self, checks: Collection[str], earlier: Sequence[Need]) -> Sequence[Need]:
        """Keeps the facts on which some failed checks depend when all of them are open."""
        leading = self.chooser.leads_to_checks(checks)
        earlier = [need for need in earlier if need[0] in leading]
        possible = self._possible(earlier, checks)
        if possible is None:
            return earlier
        values = [possible.check(name) for name in checks]
        if any(one is False for one in values):
            return ()
        touching = {*possible.cells(needs_among(*values))}
        touching |= self.chooser.opening(touching)
        return [need for need in earlier if need in touching]

    def _can_hold(self, checks: Collection[str], earlier: Sequence[Need]) -> bool:
        """Says whether some checks can hold if facts are not stated; of a single fact, without making others fail."""
        possible = self._possible(earlier, checks)
        if possible is None or any(possible.check(name) is False for name in checks):
            return False
        others = [one for one in self.chooser.checks_of(earlier[0][0]) if one not in self.look.failed]
        possible = self._possible(earlier, others) if len(earlier) == 1 else None
        known = self.look.possible
        return possible is None or known is None or not any(
            possible.check(name) is False and known.check(name) is not False for name in others
        )  # fmt: skip

    def _is_in_order(self, earlier: Sequence[Need]) -> bool:
        """Says whether no check fails that failed before if facts are not stated."""
        household = self._household(earlier)
        before = None if self.look.trace is None else Before(self.look.trace)
        return household is not None and {*self.look.failed}.isdisjoint(
            TraceAgain(self.plan, household, before).result.failed_checks
        )

    def _is_read(self, earlier: Sequence[Need]) -> bool:
        household = self._household(earlier)
        if household is None or len(earlier) > 1:
            return household is not None
        trace = TraceAgain(self.plan, household, None if self.before.trace is None else Before(self.before.trace))
        state = _without(self.look.state, earlier)
        possible = self.chooser.possible(state, household, self.before.possible, self.before.state)
        return not any(possible.check(name) is False for name in trace.result.failed_checks)

    def _household(self, earlier: Sequence[Need]) -> Household | None:
        """Reads the household without some facts; None where it cannot be read."""
        facts = [self.plan.facts[name] for name, _ in earlier]
        if self.look.trace is None or any(one.derives or one.settled() for one in facts):
            read = self._read(_without(self.look.state, earlier))
            return None if read.wrong else read.household
        household = self.look.trace.household  # nothing else was read of these facts
        for fact, (_, place) in zip(facts, earlier, strict=True):
            household = with_value(household, fact, place, None)
        return household

    def _possible(self, earlier: Sequence[Need], checks: Collection[str]) -> PossibleTrace | None:
        """Traces what some checks of the data can still be without some facts; None if the others cannot be read."""
        household = self._household(earlier)
        if household is None:
            return None
        base = self.before if self.look.possible is None else self.look
        state = _without(self.look.state, earlier)
        return self.chooser.possible(state, household, base.possible, base.state, checks)


def _without(state: State, needs: Iterable[Need]) -> State:
    for need in needs:
        state = state.with_fact(need, None)
    return state


def stated_needs(state: State) -> Sequence[Need]:
    """Lists the facts that are stated, with their places."""
    own: list[Need] = [(name, None) for name in state.facts]
    return own + [(name, at) for at, one in enumerate(state.people) for name in one.facts]
