"""Totals of a run through DuckDB: added up by the database, and put in the order in which groups first came up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from calc.batch.duckdb.household_outcomes import OutcomeQuery
from calc.batch.duckdb.household_sums import Sums
from calc.batch.duckdb.month_query import MonthQuery
from calc.batch.duckdb.sql_templates import named, phrase, select, sql
from calc.batch.job import ResultSpec
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.duckdb_session import Connection
from calc.engine.totals import HOUSEHOLDS, MONEY, OPEN, PERSONS, UNCOUNTED, Totals
from calc.language.types import MEMBER
from calc.ledger.ledger_error import Rejected
from calc.rules.plan import Plan


class TotalsCounter:
    """The totals so far, and the position at which each group first came up."""

    def __init__(self, plans: list[Plan], wanted: ResultSpec) -> None:
        self.plans = plans
        self.group = wanted.group
        self.sum = Totals()
        self.first: dict[str, int] = {}

    def add(self, tally: Totals, position: int) -> None:
        """Add what came of a household of the row path."""
        self.sum.add(tally)
        for _, name in tally.groups:
            self._seen(name, position)

    def reject(self, rejected: Rejected, position: int) -> None:
        """Count a household whose data fail a check."""
        self.reject_several("" if self.group is None else rejected.cells[self.group], 1, position)

    def reject_several(self, name: str, count: int, position: int) -> None:
        """Count rejected households of a group, the first of them at a position."""
        self._seen(name, position)
        for plan in self.plans:
            self.sum.group(plan.month, name).rejected += count

    def add_decided(self, connection: Connection, month: MonthQuery, low: int) -> int:
        """Add what was decided of a range of households; returns how many they are."""
        query = self.sums(month.decided)
        return self.take(month.decided, month.plan.month, connection.execute(sql(query)).fetchall())

    def sums(self, decided: OutcomeQuery) -> Tree:
        """The query for the totals of what was decided: a row a group."""
        sums = Sums(decided)
        key = build.word("") if self.group is None else build.column(f"k{self.group}", "about")
        columns = [named(key, "key"), phrase("min(about.first)"), phrase("count(*)"),
                   phrase("count(*) FILTER (WHERE :o)", o=sums.is_open), phrase("sum(:m)", m=sums.monthly)]  # fmt: skip
        for at in _told(decided):
            benefit = decided.benefits[at]
            granted, opened = decided.of("g", at), phrase(":o > 0", o=decided.of("o", at))
            has_own = benefit.type.level == MEMBER or decided.says_persons(at)
            persons = decided.of("p", at) if has_own else build.column("size", "about")
            columns += [
                phrase("count(*) FILTER (WHERE :g)", g=granted),
                phrase("coalesce(sum(:p) FILTER (WHERE :g), 0)", p=persons, g=granted),
                phrase("coalesce(sum(:a), 0)", a=decided.of("a", at)),
                phrase("count(*) FILTER (WHERE :o)", o=opened),
                phrase("count(*) FILTER (WHERE :g AND :p IS NULL)", g=granted, p=persons),
            ]  # fmt: skip
        query = select("decided", columns)
        query = query.join(build.relation("about"), on=phrase("decided.household = about.household"), copy=False)
        return query.group_by(build.own(key), copy=False) if self.group is not None else query

    def take(self, decided: OutcomeQuery, month: int, rows: Iterable[Sequence[Any]]) -> int:
        """Add the rows of that query; returns how many households they are of."""
        total, told = 0, _told(decided)
        for name, first, count, undetermined, money, *numbers in rows:
            if not count:
                continue
            self._seen(name, first)
            total += count
            group = self.sum.group(month, name)
            group.assessed += count
            group.undetermined += undetermined
            group.money += int(money)
            for place, at in enumerate(told):
                found = numbers[place * 5 : place * 5 + 5]
                if found[0] or found[3]:
                    own = group.of(decided.benefits[at].name)
                    for what, number in zip((HOUSEHOLDS, PERSONS, MONEY, OPEN, UNCOUNTED), found, strict=True):
                        own[what] += int(number)
        return total

    def _seen(self, name: str, position: int) -> None:
        known = self.first.get(name)
        if known is None or position < known:
            self.first[name] = position

    def tally(self) -> Totals:
        """The totals in the order in which groups came up."""
        found = Totals()
        for name in sorted(self.first, key=lambda one: self.first[one]):
            for plan in self.plans:
                group = self.sum.groups.get((plan.month, name))
                if group is not None:
                    found.group(plan.month, name).add(group)
        return found


def _told(decided: OutcomeQuery) -> list[int]:
    """The benefits that anybody may have granted, or open."""
    return [at for at in range(len(decided.benefits)) if decided.can("g", at) or decided.can("o", at)]
