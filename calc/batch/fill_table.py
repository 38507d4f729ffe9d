"""Fill a table of a bureau from files of results: exact figures first, rounded once when they are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from calc.batch.open_results import RESULTS, result_texts
from calc.batch.read_labels import LabelReader
from calc.batch.read_results import Cells, listed_counts, result_rows, whole_steps
from calc.batch.report_table import (
    HOUSEHOLDS,
    MONEY,
    ONCE,
    PERSONS,
    Measure,
    ReportTable,
    TableRow,
    Unit,
    columns_in,
    measures_in,
)
from calc.diagnostics.diagnostic import Diagnostic, InputErrors, cell_place
from calc.exact import Number, divide, magnitude, plain, round_to
from calc.language.syntax_tree import (
    AndOr,
    Arithmetic,
    Call,
    Comparison,
    Membership,
    Name,
    Negative,
    Node,
    Not,
    Numeral,
    Word,
)
from calc.record import Record
from calc.rules.toml_document import month_number

Grant = tuple[str, str, "int | None", int]
"""A benefit, the member it is for ("" for the household), the people it counts for, and its amount in steps."""


class HouseholdGrants(Record):
    """The grants of a household in a month, from a row of a file of results."""

    path: str
    line: int
    id: str
    month: int
    grants: tuple[Grant, ...]
    is_open: bool
    cells: Cells


class Figure(Record):
    """The value of a row before rounding, None where it is not known, and the one that is written."""

    row: TableRow
    value: Number | None
    written: Number | None


def grants_of(path: str, labels: LabelReader, decimals: int) -> Iterator[HouseholdGrants]:
    """Yields the rows of a file of results. Raises InputErrors with the line where it is none."""
    texts = result_texts(path, labels)
    for one in [text for text in texts if text.kind == RESULTS] or texts:
        for line, row in result_rows(one.path, one.text, labels):
            try:
                yield _grants(one.path, line, row, decimals)
            except (KeyError, ValueError, TypeError, AttributeError):
                raise InputErrors([Diagnostic("not-a-result", cell_place(one.path, line))]) from None


def _grants(path: str, line: int, row: Cells, decimals: int) -> HouseholdGrants:
    month = month_number(row["month"])
    if month is None or row["status"] is None:
        raise ValueError(row["month"])
    if "benefits" in row:
        several = [one for one in row["benefits"] if one["status"] == "granted"]
        found = [_of_benefit(one, decimals) for one in several]
        is_open = row["status"] == "undetermined"
        return HouseholdGrants(
            path, line, str(row["id"]), month, tuple(found), is_open, {**row, **(row.get("kept") or {})}
        )
    if "benefit" in row:
        found = [_of_benefit(row, decimals)] if row["status"] == "granted" else []
    else:
        found = [
            (name, "", None if count == "?" else int(count), whole_steps(row.get(name) or "0", decimals))
            for name, count in listed_counts(row["granted"])
        ]
    is_open = row["status"] == "undetermined"
    return HouseholdGrants(path, line, str(row["household"]), month, tuple(found), is_open, row)


def _of_benefit(one: Cells, decimals: int) -> Grant:
    persons = one.get("persons", 1)
    count = None if persons in ("?", None, "") else int(persons)
    return str(one["benefit"]), str(one.get("member") or ""), count, whole_steps(one["amount"] or "0", decimals)


class TableFiller:
    """Adds results up for the rows of a table. The month of the table is the last one that results have."""

    def __init__(self, table: ReportTable, decimals: int) -> None:
        self.table, self.decimals = table, decimals
        self.month = 0
        self.open: set[tuple[int, str]] = set()
        self.measures = {
            name: measures_in(row.formula) if row.formula is not None else [] for name, row in table.rows.items()
        }
        self._records: list[HouseholdGrants] = []

    def file(self, path: str, labels: LabelReader) -> None:
        """Adds a file. Raises InputErrors for what is no result, and for a column that a condition needs."""
        needed = set().union(*(columns_in(row.where) for row in self.table.rows.values()))
        for one in grants_of(path, labels, self.decimals):
            missing = sorted(needed - one.cells.keys())
            if missing:
                place = cell_place(one.path, one.line)
                raise InputErrors([Diagnostic("bad-table/column", place, {"name": missing[0]})])
            self._records.append(one)
            self.month = max(self.month, one.month)
            if one.is_open:
                self.open.add((one.month, one.id))

    def undetermined(self) -> int:
        """Counts the households of the month that are undetermined, so that the table does not have all of them."""
        return sum(month == self.month for month, _ in self.open)

    def figures(self) -> dict[str, Figure]:
        """Computes every row."""
        exact: dict[str, Number | None] = {}
        for name, row in self.table.rows.items():
            if row.formula is not None:
                exact[name] = self._value(row.formula, iter(self._sums(name)))
        for name, row in self.table.rows.items():
            if row.formula is None and row.adds:
                parts = [exact.get(one) for one in row.adds]
                exact[name] = None if None in parts else sum(one for one in parts if one is not None)
        for name, row in self.table.rows.items():
            if row.ratio:
                above, below = (exact.get(one) for one in row.ratio)
                exact[name] = divide(above, below) if above is not None and below else None
        return {name: Figure(row, exact.get(name), self.written(row, exact.get(name)))
                for name, row in self.table.rows.items()}  # fmt: skip

    def written(self, row: TableRow, value: Number | None) -> Number | None:
        """A value in the unit of a row, rounded once."""
        unit = self.unit(row)
        if value is None:
            return None
        return round_to("round_half_up", divide(value, unit.divide), divide(1, 10**unit.decimals))

    def unit(self, row: TableRow) -> Unit:
        """The unit of a row."""
        return self.table.units.get(row.unit, Unit())

    def cell(self, name: str) -> dict[str, Number]:
        """Finds the households behind a row, with the amount that each adds to it."""
        row = self.table.rows[name]
        names = [name] if row.formula is not None else [*row.adds, *row.ratio[:1]]
        found: dict[str, Number] = {}
        for one in names:
            formula = self.table.rows[one].formula
            if formula is None:
                for id, value in self.cell(one).items():
                    found[id] = found.get(id, 0) + value
                continue
            for id, records in self._by_household(one).items():
                sums = iter([self._sum(measure, {id: records}) for measure in self.measures[one]])
                amount = self._value(formula, sums)
                if amount is not None and amount:
                    found[id] = found.get(id, 0) + amount
        return found

    def _by_household(self, name: str) -> dict[str, list[HouseholdGrants]]:
        where = self.table.rows[name].where
        found: dict[str, list[HouseholdGrants]] = {}
        for one in self._records:
            if one.month // 100 == self.month // 100 and (where is None or _holds(where, one.cells)):
                found.setdefault(one.id, []).append(one)
        return found

    def _sums(self, name: str) -> list[Number | None]:
        households = self._by_household(name)
        return [self._sum(measure, households) for measure in self.measures[name]]

    def _sum(self, measure: Measure, households: Mapping[str, list[HouseholdGrants]]) -> Number | None:
        total: Number = 0
        for records in households.values():
            months: dict[int, list[Grant]] = {}
            for one in records:
                if measure.period or one.month == self.month:
                    months.setdefault(one.month, []).extend(g for g in one.grants if g[0] in measure.benefits)
            if measure.period == ONCE:
                months = {0: [grant for grants in months.values() for grant in grants]}
            for grants in months.values():
                value = self._of(measure, grants)
                if value is None:
                    return None
                total += value
        return total

    def _of(self, measure: Measure, grants: list[Grant]) -> Number | None:
        """Adds up grants of a household; None where nobody knows how many people they are for."""
        if measure.kind == HOUSEHOLDS:
            return int(bool(grants))
        if measure.kind == MONEY:
            return divide(sum(amount for _, _, _, amount in grants), 10**self.decimals)
        counts = [count for _, _, count, _ in grants]
        if None in counts:
            return None
        assert measure.kind == PERSONS
        if measure.period != ONCE:
            return sum(one for one in counts if one is not None)
        members = {member for _, member, _, _ in grants if member}
        return max([len(members), *(count for _, member, count, _ in grants if not member and count is not None)])

    def _value(self, node: Node, sums: Iterator[Number | None]) -> Number | None:
        match node:
            case Numeral(value=number):
                return number
            case Negative(operand=operand):
                value = self._value(operand, sums)
                return None if value is None else -value
            case Arithmetic(operator=operator, left=left, right=right):
                one, other = self._value(left, sums), self._value(right, sums)
                if one is None or other is None:
                    return None
                return one + other if operator == "+" else one - other if operator == "-" else one * other
            case Call(function=function, arguments=arguments) if function not in (HOUSEHOLDS, PERSONS):
                return self._value(arguments[0], sums)
            case _:
                return next(sums)


def wrong_sums(figures: Mapping[str, Figure]) -> list[tuple[str, Number, Number]]:
    """Lists the rows whose parts do not add up before rounding: name, value, sum of the parts."""
    found = []
    for name, figure in figures.items():
        parts = [figures[one].value for one in figure.row.adds]
        if figure.row.formula is not None and parts and figure.value is not None and None not in parts:
            whole: Number = sum(one for one in parts if one is not None)
            if whole != figure.value:
                found.append((name, figure.value, whole))
    return found


def rounding_differences(figures: Mapping[str, Figure]) -> list[tuple[str, Number]]:
    """Lists the rows whose parts, as they are written in the same unit, do not add up: by how much."""
    found = []
    for name, figure in figures.items():
        parts = [figures[one] for one in figure.row.adds]
        if not parts or figure.written is None or any(one.row.unit != figure.row.unit for one in parts):
            continue
        if any(one.written is None for one in parts):
            continue
        difference = figure.written - sum(one.written for one in parts if one.written is not None)
        if difference and sum(one.value or 0 for one in parts) == figure.value:
            found.append((name, difference))
    return found


def change(value: Number | None, before: Number | None) -> str:
    """The change against an earlier figure in per cent, with two decimals; "" where there is none."""
    if value is None or not before:
        return ""
    return plain(round_to("round_half_up", divide((value - before) * 100, magnitude(before)), Fraction(1, 100)), 2)


def _holds(node: Node, cells: Cells) -> bool:
    match node:
        case AndOr(operator=operator, operands=operands):
            several = (_holds(one, cells) for one in operands)
            return all(several) if operator == "and" else any(several)
        case Not(operand=operand):
            return not _holds(operand, cells)
        case Comparison(operator=operator, left=Name(name=name), right=right):
            return (_cell(cells, name) == _text(right)) == (operator == "==")
        case Membership(left=Name(name=name), items=items):
            return _cell(cells, name) in map(_text, items)
    raise AssertionError("the reader of the table has checked its conditions")


def _cell(cells: Cells, name: str) -> str:
    value: Any = cells.get(name)
    return "" if value is None else str(value).strip()


def _text(node: Node) -> str:
    if isinstance(node, Numeral):
        return plain(node.value)
    return node.text if isinstance(node, Word) else node.name if isinstance(node, Name) else ""
