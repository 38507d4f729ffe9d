"""Splits the difference between two answers into causes whose parts add up exactly.

The rules come first (old facts, old month, new rules, entry by entry). Time, people and facts have no order: each is
tried alone and left out last, and those for which the two differ, since they act on one another, are one cause. An
order among facts would tell things that did not happen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any, Optional

from calc.record import Record
from calc.rules.dependency_order import depending
from calc.rules.plan import Plan
from calc.vary.answers import NOTHING, Answer, Grant, HouseholdPicture, Line, PictureEngine
from calc.vary.rule_steps import RuleChange, RuleStep
from calc.vary.time_moves import TimeMoves

RULES, TIME, PEOPLE, FACTS = KINDS = ("rules", "time", "people", "facts")
NEEDS, REFUSED, REASONS = "needs", "rejected", "reasons"
"""Kinds of cause where nothing is varied: a line is undetermined, a household is rejected, only amounts are known."""
MOST_PAIRED = 8
"""Changes that act on one another, up to which it is tried which of them belong together."""


class Change(Record):
    """One thing that differs between two pictures of a household.

    `kind` is one of KINDS; `name` an entry of the rules, or the key of a fact; `member` an id, "" for the household.
    `before` and `after` are stated values, None where nothing is stated.
    """

    kind: str
    name: str = ""
    member: str = ""
    before: Any = None
    after: Any = None


class Cause(Record):
    """Changes with one effect in common, and what they bring, by line: the grant after less the grant before."""

    changes: tuple[Change, ...]
    parts: dict[Line, Grant]

    @property
    def kind(self) -> str:
        """The kind of its changes; the first where they are of several."""
        return self.changes[0].kind

    @property
    def amount(self) -> int:
        """The sum of what it brings, in steps of the currency."""
        return sum(amount for _, amount in self.parts.values())


class Causes:
    """Finds causes between two pictures: the engines of both, and one for each step between their rules."""

    def __init__(
        self, before: PictureEngine, after: PictureEngine, steps: Sequence[RuleStep], is_later: bool,
        engine: Callable[[Plan], PictureEngine] = PictureEngine,
    ) -> None:  # fmt: skip
        """`engine` makes the engine of a step from its plan."""
        self.before = before
        self.after = after
        plans = [before.plan, *(step.plan for step in steps)]
        self.steps = [
            (tuple(map(of_entry, step.changes)), engine(step.plan), _behind(step, plan))
            for plan, step in zip(plans, steps, strict=False)
        ]
        self.old_month = self.steps[-1][1] if self.steps else before
        self.moves = TimeMoves(after.plan, before.plan.month, after.plan.month) if is_later else None

    def between(self, old: HouseholdPicture, new: HouseholdPicture, start: Answer, end: Answer) -> list[Cause]:
        """Lists the causes of the difference between the answers of the same household in both pictures.

        Lines that are undetermined in either answer have no part in any cause. Time is none where no date comes to
        another decision: the answers of both months are then the same. Where nothing settled differs, as in households
        that are undetermined alike, nothing is tried.
        """
        lines = [line for line in _lines(start, end) if line not in start.open and line not in end.open]
        if all(start.grant(line) == end.grant(line) for line in lines):
            return []
        is_later = self.moves is not None and self.moves.matter_to(old, new)
        atoms = differences(old, new, is_later)
        at, found = start, []
        benefits = {benefit for benefit, _ in lines}
        for place, (changes, engine, behind) in enumerate(self.steps, 1):
            is_all = not atoms and place == len(self.steps)
            then = end if is_all else at if behind.isdisjoint(benefits) else engine.answer(old)
            found.append((changes, at, then))
            at = then
        causes = _merged_steps(found, lines)

        def answer(chosen: frozenset[int]) -> Answer:
            engine = self.after if not is_later or 0 in chosen else self.old_month
            return engine.answer(changed(old, new, [atoms[place] for place in sorted(chosen)]))

        if _difference(end, at, lines) is None:  # the new rules leave open what both pictures settle
            every = tuple(change for changes, _, _ in self.steps for change in changes)
            causes = [Cause((*every, *atoms), _settled(end, start, lines))]
        else:
            causes += split(atoms, answer, at, end, lines)
        return [one for one in causes if any(part != NOTHING for part in one.parts.values())]


def _behind(step: RuleStep, before: Plan) -> frozenset[str]:
    """Names the benefits that use an entry of a step, with the rules before it or after it."""
    names = [one.name for one in step.changes]
    return frozenset(name for plan in (before, step.plan) for name in depending(names, plan) if name in plan.benefits)


def differences(old: HouseholdPicture, new: HouseholdPicture, is_later: bool) -> list[Change]:
    """Lists what differs between two pictures of a household: time first, then people, then facts."""
    atoms = [Change(TIME)] if is_later else []
    atoms += [Change(PEOPLE, member=id, before=True) for id in old.members if id not in new.members]
    atoms += [Change(PEOPLE, member=id, after=True) for id in new.members if id not in old.members]
    atoms += _changed_facts("", old.own, new.own)
    for id, facts in old.members.items():
        if id in new.members:
            atoms += _changed_facts(id, facts, new.members[id])
    return atoms


def changed(old: HouseholdPicture, new: HouseholdPicture, changes: Sequence[Change]) -> HouseholdPicture:
    """Makes the household with some of its changes; members are in the order of the later picture."""
    own = dict(old.own)
    members = {id: dict(facts) for id, facts in old.members.items()}
    for one in changes:
        if one.kind == PEOPLE:
            if one.after:
                members[one.member] = new.members[one.member]
            else:
                del members[one.member]
        elif one.kind == FACTS:
            facts = own if one.member == "" else members[one.member]
            facts.pop(one.name, None)
            if one.after is not None:
                facts[one.name] = one.after
    order = [*(id for id in new.members if id in members), *(id for id in members if id not in new.members)]
    return HouseholdPicture(old.id, own, {id: members[id] for id in order})


def split(
    changes: Sequence[Change],
    answer: Callable[[frozenset[int]], Answer],
    start: Answer,
    end: Answer,
    lines: Sequence[Line],
) -> list[Cause]:
    """Splits the difference between two answers among changes; `answer` gives that with some of them, by place.

    Costs at most two answers a change, and one for each pair of those that act on one another.
    """
    everything = frozenset(range(len(changes)))
    whole = _settled(end, start, lines)
    if not changes:
        return []
    if len(changes) == 1:
        return [Cause((changes[0],), whole)]
    answer = _remembered(answer)
    first = [_difference(answer(frozenset((at,))), start, lines) for at in everything]
    last = [_difference(end, answer(everything - {at}), lines) for at in everything]
    entangled = {at for at in everything if first[at] is None or first[at] != last[at]}
    if not entangled and _less(whole, first) != _nothing(lines):  # each pair apart, but three together
        entangled = set(everything)
    alone = {at: one for at in everything - entangled if (one := first[at]) is not None}
    rest = _less(whole, alone.values())
    causes = {min(group): (group, parts) for group, parts in _groups(entangled, answer, start, lines, rest, first)}
    causes |= {at: ({at}, parts) for at, parts in alone.items()}
    return [Cause(tuple(changes[one] for one in sorted(group)), parts) for _, (group, parts) in sorted(causes.items())]


Parts = dict[Line, Grant]


def _remembered(answer: Callable[[frozenset[int]], Answer]) -> Callable[[frozenset[int]], Answer]:
    """Asks for each answer once: of two changes the one alone is also the one that is left when the other is out."""
    known: dict[frozenset[int], Answer] = {}

    def found(chosen: frozenset[int]) -> Answer:
        if chosen not in known:
            known[chosen] = answer(chosen)
        return known[chosen]

    return found


def _groups(
    entangled: set[int],
    answer: Callable[[frozenset[int]], Answer],
    start: Answer,
    lines: Sequence[Line],
    rest: Parts,
    first: Sequence[Optional[Parts]],
) -> list[tuple[set[int], Parts]]:
    """Groups changes that act on one another; one group of all where smaller ones do not add up to the `rest`."""
    if not entangled:
        return []
    if len(entangled) > MOST_PAIRED:
        return [(entangled, rest)]
    groups = {at: {at} for at in entangled}
    for one, other in combinations(sorted(entangled), 2):
        both, of_one, of_other = _difference(answer(frozenset((one, other))), start, lines), first[one], first[other]
        if both is None or of_one is None or of_other is None or _less(both, (of_one, of_other)) != _nothing(lines):
            united = groups[one] | groups[other]
            for at in united:
                groups[at] = united
    distinct = list({min(group): group for group in groups.values()}.values())
    found: list[tuple[set[int], Parts]] = []
    for group in distinct:
        parts = _difference(answer(frozenset(group)), start, lines)
        if parts is None:
            return [(entangled, rest)]
        found.append((group, parts))
    left = _less(rest, [parts for _, parts in found])
    return found if left == _nothing(lines) else [(entangled, rest)]


def _merged_steps(found: Sequence[tuple[tuple[Change, ...], Answer, Answer]], lines: Sequence[Line]) -> list[Cause]:
    """Makes a cause of each step; steps around an answer that leaves a line open are one."""
    causes: list[Cause] = []
    waiting: tuple[Change, ...] = ()
    begin: Optional[Answer] = None
    for changes, start, then in found:
        begin = start if begin is None else begin
        waiting += changes
        parts = _difference(then, begin, lines)
        if parts is not None:
            causes.append(Cause(waiting, parts))
            waiting, begin = (), None
    if waiting and begin is not None:
        causes.append(Cause(waiting, _nothing(lines)))
    return causes


def of_entry(change: RuleChange) -> Change:
    """Makes a change of kind RULES."""
    return Change(RULES, change.name, "", change.before, change.after)


def _changed_facts(member: str, old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    names = [*old, *(name for name in new if name not in old)]
    return [
        Change(FACTS, name, member, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)
    ]


def _lines(start: Answer, end: Answer) -> list[Line]:
    return list(dict.fromkeys((*start.grants, *end.grants)))


def _difference(after: Answer, before: Answer, lines: Sequence[Line]) -> Optional[Parts]:
    """Subtracts answers; None where a line is undetermined in either."""
    found: Parts = {}
    for line in lines:
        new, old = after.grant(line), before.grant(line)
        if new is None or old is None:
            return None
        found[line] = new[0] - old[0], new[1] - old[1]
    return found


def _settled(after: Answer, before: Answer, lines: Sequence[Line]) -> Parts:
    """Subtracts answers of which neither leaves any of the lines open."""
    found = _difference(after, before, lines)
    assert found is not None
    return found


def _less(whole: Parts, parts: Any) -> Parts:
    found = dict(whole)
    for one in parts:
        for line, (count, amount) in one.items():
            had = found[line]
            found[line] = had[0] - count, had[1] - amount
    return found


def _nothing(lines: Sequence[Line]) -> Parts:
    return dict.fromkeys(lines, NOTHING)
