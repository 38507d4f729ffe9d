"""Find the change of each household between two pictures that are kept in spools, and its causes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from calc.compare.spool import Spool
from calc.record import replace
from calc.rules.plan import Plan
from calc.vary.answers import NOTHING, Answer, Grant, Line
from calc.vary.causes import NEEDS, PEOPLE, REASONS, REFUSED, Cause, Causes, Change
from calc.vary.comparison import ChangedLine, HouseholdChange
from calc.vary.kinds import REJECTED, SAME, Side, kind_of
from calc.vary.people import with_ids_of


class ChangeFinder:
    """Finds the changes between two spools of which the earlier one has only amounts.

    They are amounts of some benefits, `benefits`, and who is not on such a list was paid nothing; or of all (None).
    """

    def __init__(
        self, earlier: Spool, later: Spool, benefits: frozenset[str] | None, old_plan: Plan, new_plan: Plan
    ) -> None:
        self.earlier, self.later, self.benefits = earlier, later, benefits
        self.old_plan, self.new_plan = old_plan, new_plan

    def changes(self, pairs: Mapping[str, str]) -> Iterator[HouseholdChange]:
        """Yields the change of every household of either picture; `pairs` has earlier ids by later ones."""
        earlier, later = self.earlier, self.later
        for id in later.places:
            yield self.change(id, earlier.side(pairs.get(id)), later.side(id))
        left = earlier.places.keys() - pairs.values()
        for id in earlier.places:
            if id in left:
                yield self.change(id, earlier.side(id), None)

    def change(self, id: str, before: Side | None, after: Side | None) -> HouseholdChange:
        """Finds the kind of a household's change, and its causes."""
        before, after = self.alike(before, after)
        change = HouseholdChange(id, kind_of(before, after, self.old_plan, self.new_plan), before, after)
        if change.kind == SAME:
            return change
        opened = [one for one in change.lines() if one[1] is None or one[2] is None]
        settled = [one for one in change.lines() if one not in opened]
        if change.kind == REJECTED:
            found, opened = [Cause((Change(REFUSED),), _parts(change, change.lines()))], []
        elif before is None or after is None:
            found = self.on_one_side(change, settled)
        else:
            found = self.causes(change, before, after, settled)
        if opened:
            found.append(Cause((Change(NEEDS),), _parts(change, opened)))
        return replace(change, causes=tuple(found))

    def alike(self, before: Side | None, after: Side | None) -> tuple[Side | None, Side | None]:
        """Makes both sides tell of the same lines: sums of benefits, of those that the amounts are for."""
        if after is not None and after.answer is not None:
            after = replace(after, answer=summed(after.answer, self.benefits))
            if before is None and self.benefits is not None:
                before = Side(None, Answer({}, {}), 0, "")
        return before, after

    def on_one_side(self, change: HouseholdChange, settled: list[ChangedLine]) -> list[Cause]:
        """The cause of a household that only one picture has: `before` or `after` is true of that one."""
        one = Change(PEOPLE, "household", before=change.before is not None, after=change.after is not None)
        return [Cause((one,), _parts(change, settled))]

    def causes(self, change: HouseholdChange, before: Side, after: Side, settled: list[ChangedLine]) -> list[Cause]:
        """The cause of each line is the reason of its answer, which the sink has words for."""
        return [Cause((Change(REASONS, one[0][0]),), _parts(change, [one])) for one in settled]


class ResultChangeFinder(ChangeFinder):
    """Finds the changes between results, which have no facts: what is settled has no cause."""

    def __init__(self, earlier: Spool, later: Spool, old_plan: Plan, new_plan: Plan) -> None:
        super().__init__(earlier, later, None, old_plan, new_plan)

    def on_one_side(self, change: HouseholdChange, settled: list[ChangedLine]) -> list[Cause]:
        return []

    def causes(self, change: HouseholdChange, before: Side, after: Side, settled: list[ChangedLine]) -> list[Cause]:
        return []


class CauseFinder(ChangeFinder):
    """Finds the changes between two pictures of which both have facts."""

    def __init__(self, earlier: Spool, later: Spool, number: str | None, causes: Causes) -> None:
        super().__init__(earlier, later, None, causes.before.plan, causes.after.plan)
        self.number = number
        self.split = causes

    def alike(self, before: Side | None, after: Side | None) -> tuple[Side | None, Side | None]:
        if before is not None and after is not None and before.facts is not None and after.facts is not None:
            assert before.answer is not None
            facts, answer = with_ids_of(before.facts, before.answer, after.facts, self.number)
            before = replace(before, facts=facts, answer=answer)
        return before, after

    def causes(self, change: HouseholdChange, before: Side, after: Side, settled: list[ChangedLine]) -> list[Cause]:
        assert before.facts and after.facts and before.answer and after.answer
        found = self.split.between(before.facts, after.facts, before.answer, after.answer)
        return [replace(one, changes=tuple(self._placed(each, before, after) for each in one.changes)) for one in found]

    def _placed(self, change: Change, before: Side, after: Side) -> Change:
        """Says of somebody who came or left in which household the other picture has them."""
        if change.kind != PEOPLE or self.number is None or before.facts is None or after.facts is None:
            return change
        side, spool = (after, self.earlier) if change.after else (before, self.later)
        assert side.facts is not None
        number = side.facts.members[change.member].get(self.number)
        home = spool.homes.get(str(number)) if number is not None else None
        own = before.facts.id if change.after else after.facts.id
        return change if home is None or home == own else replace(change, name=home)


def summed(answer: Answer, benefits: frozenset[str] | None) -> Answer:
    """The answer with one line a benefit, of some benefits only if they are given."""
    grants: dict[Line, Grant] = {}
    opened: dict[Line, int] = {}
    for (name, _), needs in answer.open.items():
        if benefits is None or name in benefits:
            opened[name, ""] = opened.get((name, ""), 0) | needs
    for (name, _), (_, amount) in answer.grants.items():
        if benefits is None or name in benefits:
            grants[name, ""] = 1, grants.get((name, ""), NOTHING)[1] + amount
    return Answer(grants, opened)


def _parts(change: HouseholdChange, lines: list[ChangedLine]) -> dict[Line, Grant]:
    """Subtracts what lines bring before from what they bring after; of an open line what is certain counts."""
    old, new = (one.grants for one in change.answers())
    pairs = ((line, old.get(line, NOTHING), new.get(line, NOTHING)) for line, _, _ in lines)
    return {line: (after[0] - before[0], after[1] - before[1]) for line, before, after in pairs}
