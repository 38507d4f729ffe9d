"""Writes assessed households as rows of a result file: one for each household, or one for each benefit and member.

Scripts rely on the headings and ids, which are English; amounts have the currency's decimals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from calc.engine.household_summary import Granted, HouseholdSummary
from calc.engine.outcomes import STATUS_NAMES
from calc.engine.python.row_engine import RawOutcome
from calc.engine.simple_plan import need_bits
from calc.engine.unknown import Unknown
from calc.language.types import MEMBER
from calc.rules.plan import Plan
from calc.rules.toml_document import month_text

_MOST_AMOUNTS = 50_000
Row = list[str]
BY = ("household", "benefit")


class Amounts(dict[int, str]):
    """The texts of amounts in steps of a currency: 93200 is `932.00`."""

    def __init__(self, decimals: int) -> None:
        super().__init__()
        self.decimals = decimals

    def __missing__(self, whole: int) -> str:
        digits = str(whole).rjust(self.decimals + 1, "0")
        text = f"{digits[: -self.decimals]}.{digits[-self.decimals :]}" if self.decimals else digits
        if len(self) < _MOST_AMOUNTS:
            self[whole] = text
        return text


class ResultTable:
    """The names, bits and amounts of a plan, for both tables. `plans` are those of all months of the results."""

    def __init__(self, plan: Plan, kept: Sequence[str], explain: bool, plans: Sequence[Plan] = ()) -> None:
        self.plan = plan
        self.plans = tuple(plans) or (plan,)
        self.month = month_text(plan.month)
        self.kept = tuple(kept)
        self.explain = explain
        self.benefits = list(plan.benefits.values())
        self.amounts = Amounts(plan.decimals)
        bits = need_bits(plan)
        self.facts = {bits[name]: name for name in plan.facts}
        self.parameters = {bits[name]: name for name in plan.parameters}
        self.of_parameters = sum(self.parameters)
        self.paying: list[str] = []
        """The benefits that have their own column."""
        self._listed: dict[int, tuple[str, str]] = {0: ("", "")}

    @property
    def headings(self) -> Row:
        """The headings of the table."""
        raise NotImplementedError

    @property
    def amount_places(self) -> list[int]:
        """The places of the columns with amounts, for a spreadsheet."""
        numbers = {"total", "total_at_least", "yearly", "amount", *self.paying}
        return [at for at, heading in enumerate(self.headings) if heading in numbers]

    def needs(self, bits: int) -> tuple[str, str]:
        """Lists the facts and the unset parameters of a set of needs, each joined with semicolons."""
        found = self._listed.get(bits)
        if found is None:
            found = _joined(self.facts, bits), _joined(self.parameters, bits & self.of_parameters)
            if len(self._listed) < _MOST_AMOUNTS:
                self._listed[bits] = found
        return found


def _joined(names: dict[int, str], bits: int) -> str:
    """Joins the names of the bits in a set, lowest first, with semicolons."""
    found = []
    while bits:
        bit = bits & -bits
        bits ^= bit
        if bit in names:
            found.append(names[bit])
    return ";".join(found)


class HouseholdTable(ResultTable):
    """One row for each household: total, amount of each benefit, number of people, and undetermined benefits.

    The columns are the benefits that pay in any month of the results.
    """

    def __init__(self, plan: Plan, kept: Sequence[str], explain: bool, plans: Sequence[Plan] = ()) -> None:
        super().__init__(plan, kept, explain, plans)
        self.names = [one.name for one in self.benefits]
        self.paying = merge_orders([_paying(one) for one in self.plans])
        self.is_yearly = _is_yearly(plan)
        self.has_yearly = any(map(_is_yearly, self.plans))
        columns = {name: place for place, name in enumerate(self.paying)}
        self.column = {at: columns[name] for at, name in enumerate(self.names) if name in columns}
        self.blank = [""] * len(self.paying)
        self._ends: dict[tuple[Any, ...], str] = {}
        """Ends of lines, behind the number of members, by what is granted, what is open, and the needs."""

    @property
    def headings(self) -> Row:
        """The headings of the table."""
        return [
            "household", "month", "members", "status", "total", "total_at_least",
            *(["yearly"] if self.has_yearly else []), *self.paying, "granted", "undetermined", "needs", "unset",
            *(["reason"] if self.explain else []), *self.kept,
        ]  # fmt: skip

    def granted(self, granted: Sequence[Granted]) -> tuple[list[str], list[str]]:
        """Writes the granted benefits: the amounts in their columns, and each with its number of people."""
        amounts, column, names = self.amounts, self.column, self.names
        paid = self.blank.copy()
        counts = []
        for at, amount, persons in granted:
            place = column.get(at)
            if place is not None:
                paid[place] = amounts[amount]
            counts.append(f"{names[at]}:{'?' if persons is None else persons}")
        return paid, counts

    def line(self, id: str, members: int, digest: HouseholdSummary) -> str:
        """Writes the row of a household as a line of CSV: the same as from `rows`, but faster.

        Only for an id that needs no quotation marks, and without a reason or extra columns.
        """
        key = (*digest[0], None, *digest[1], digest[5])
        end = self._ends.get(key)
        if end is None:
            end = self._end(digest)
            if len(self._ends) < _MOST_AMOUNTS:
                self._ends[key] = end
        return f"{id},{self.month},{members},{end}"

    def _end(self, digest: HouseholdSummary) -> str:
        """Writes the part of a line that households with the same summary share."""
        granted, opened, at_least, total, yearly, needs = digest
        amounts, names = self.amounts, self.names
        paid, counts = self.granted(granted)
        status, open_ = "determined", ""
        if opened:
            status, open_ = "undetermined", ";".join([f"{names[at]}:{count}" for at, count in opened])
        lacks, unset = self.needs(needs) if needs else ("", "")
        sum_ = "" if total is None else amounts[total]
        of_year = "" if not self.has_yearly else "," if yearly is None else f",{amounts[yearly]}"
        counted = ",".join([*paid, ";".join(counts)])
        return f"{status},{sum_},{amounts[at_least]}{of_year},{counted},{open_},{lacks},{unset}\n"

    def rows(
        self, id: str, members: Sequence[str], raw: RawOutcome | None, digest: HouseholdSummary, cells: Row, reason: Any
    ) -> list[Row]:
        """Makes the row of a household."""
        granted, opened, at_least, total, yearly, needs = digest
        amounts, names = self.amounts, self.names
        paid, counts = self.granted(granted)
        lacks, unset = self.needs(needs) if needs else ("", "")
        row = [id, self.month, str(len(members)), "undetermined" if opened else "determined",
               "" if total is None else amounts[total], amounts[at_least]]  # fmt: skip
        if self.has_yearly:
            row.append("" if yearly is None else amounts[yearly])
        row += paid
        row += (";".join(counts), ";".join([f"{names[at]}:{count}" for at, count in opened]), lacks, unset)
        if self.explain:
            row.append(reason.of_household())
        row += cells
        return [row]


class BenefitTable(ResultTable):
    """One row for each benefit of the household or of a member."""

    @property
    def headings(self) -> Row:
        """The headings: those of `assess --format csv`, then `persons`, the reason and extra columns."""
        return [
            "household", "month", "benefit", "member", "status", "amount", "per", "failed", "needs", "unset", "persons",
            *(["reason"] if self.explain else []), *self.kept,
        ]  # fmt: skip

    def rows(
        self, id: str, members: Sequence[str], raw: RawOutcome, digest: HouseholdSummary, cells: Row, reason: Any
    ) -> list[Row]:
        """Makes the rows of a household."""
        _, found, persons = raw
        rows = []
        for at, benefit in enumerate(self.benefits):
            is_member = benefit.type.level == MEMBER
            for place, (status, amount, failed, needs) in enumerate(found[at] if is_member else (found[at],)):
                lacks, unset = self.needs(needs) if needs else ("", "")
                counted: Any = ""
                if status == 1:
                    counted = 1 if is_member else len(members) if persons[at] is None else persons[at]
                row = [
                    id,
                    self.month,
                    benefit.name,
                    members[place] if is_member else "",
                    STATUS_NAMES[status],
                    "" if amount is None else self.amounts[amount],
                    benefit.per,
                    ";".join([one.name for bit, one in enumerate(benefit.conditions) if failed >> bit & 1]),
                    lacks,
                    unset,
                    "?" if counted.__class__ is Unknown else str(counted),
                ]
                if self.explain:
                    row.append(reason.of_benefit(benefit.name, place if is_member else None))
                rows.append(row + cells)
        return rows


def table(
    by: str, plan: Plan, kept: Sequence[str], explain: bool, plans: Sequence[Plan] = ()
) -> HouseholdTable | BenefitTable:
    """Makes the table by `household` or by `benefit`; `plans` are those of all months of the results."""
    return (HouseholdTable if by == "household" else BenefitTable)(plan, kept, explain, plans)


def merge_orders(orders: Iterable[Iterable[str]]) -> list[str]:
    """Merges lists of names into one: each name once, after the name before it in the first list that has it."""
    merged: list[str] = []
    for order in orders:
        at = 0
        for name in order:
            if name in merged:
                at = merged.index(name) + 1
            else:
                merged.insert(at, name)
                at += 1
    return merged


def _paying(plan: Plan) -> list[str]:
    return [one.name for one in plan.benefits.values() if one.type.high or one.amount is not None]


def _is_yearly(plan: Plan) -> bool:
    return any(one.per == "year" for one in plan.benefits.values())
