"""Read the definition of a table that a bureau sends up: its rows, their units, and how each is counted or summed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place
from calc.diagnostics.source import Source
from calc.language.expression_error import Problem, did_you_mean
from calc.language.parser import parse
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
from calc.rules.plan import Plan
from calc.rules.toml_document import parse_toml, read_text

HOUSEHOLDS, PERSONS, MONEY = "households", "persons", "money"
CUMULATIVE, ONCE = "cumulative", "once"
_ROW_KEYS = ("label", "en", "code", "unit", "value", "where", "adds", "ratio", "basis", "note")
_TABLE_KEYS = ("title", "en", "note", "units", "rows")
_TEXTS = ("label", "en", "code", "unit", "value", "where", "basis", "note")


class Unit(Record):
    """A unit of figures: they are divided by a number, and rounded half up to decimals."""

    divide: int = 1
    decimals: int = 0


class Measure(Record):
    """A count or sum of some benefits: `period` is "" for the month, cumulative or once for the year."""

    kind: str
    benefits: tuple[str, ...]
    period: str = ""


class TableRow(Record):
    """A row: either a formula over measures, the ratio of two other rows, or the sum of those it `adds`."""

    name: str
    label: str
    en: str
    code: str
    unit: str
    formula: Node | None
    where: Node | None
    adds: tuple[str, ...]
    ratio: tuple[str, ...]


class ReportTable(Record):
    """A table: rows in their order by name, and units by name."""

    path: str
    title: str
    en: str
    rows: dict[str, TableRow]
    units: dict[str, Unit]


def read_report_table(path: str, plan: Plan) -> ReportTable:
    """Reads a table. Raises InputErrors with all its mistakes, each at its place."""
    reader = _TableReader(read_text(path), plan)
    table = reader.table(path)
    if reader.found:
        raise InputErrors(reader.found)
    return table


class _TableReader:
    def __init__(self, source: Source, plan: Plan) -> None:
        self.source, self.plan = source, plan
        self.document = parse_toml(source)
        self.found: list[Diagnostic] = []

    def table(self, path: str) -> ReportTable:
        document = self.document
        self._keys(document, (), _TABLE_KEYS)
        units = {name: self._unit(name, keys) for name, keys in self._tables("units").items()}
        rows = {name: self._row(name, keys) for name, keys in self._tables("rows").items()}
        if not rows:
            self._report("bad-table/no-rows", ())
        done: set[str] = set()
        for name, row in rows.items():
            if row.unit and row.unit not in units:
                values = {"name": row.unit, "known": ", ".join(units) or "—"}
                self._report("bad-table/unit", ("rows", name, "unit"), **values)
            for key, names in (("adds", row.adds), ("ratio", row.ratio)):
                for other in names:
                    if other not in rows or (other not in done and key != "adds") or other == name:
                        help_ = did_you_mean(other, list(done))
                        self._report("bad-table/row", ("rows", name, key), help_, name=other)
            done.add(name)
        title, en = (value if isinstance(value := document.get(key, ""), str) else "" for key in ("title", "en"))
        return ReportTable(path, title, en or title, rows, units)

    def _tables(self, name: str) -> Mapping[str, Any]:
        given = self.document.get(name, {})
        if not isinstance(given, dict) or not all(isinstance(one, dict) for one in given.values()):
            self._report("bad-table/shape", (name,), key=name)
            return {}
        return given

    def _unit(self, name: str, keys: dict[str, Any]) -> Unit:
        self._keys(keys, ("units", name), ("divide", "decimals"))
        divide, decimals = keys.get("divide", 1), keys.get("decimals", 0)
        for key, value, least in (("divide", divide, 1), ("decimals", decimals, 0)):
            if value.__class__ is not int or not least <= value <= 10**9 or (key == "decimals" and value > 9):
                self._report("bad-table/number", ("units", name, key), key=key)
                return Unit()
        return Unit(divide, decimals)

    def _row(self, name: str, keys: dict[str, Any]) -> TableRow:
        at = ("rows", name)
        self._keys(keys, at, _ROW_KEYS)
        texts: dict[str, str] = {}
        for key in _TEXTS:
            value = keys.get(key, "")
            if not isinstance(value, str):
                self._report("bad-table/shape", (*at, key), key=key)
            texts[key] = value if isinstance(value, str) else ""
        lists: dict[str, tuple[str, ...]] = {}
        for key in ("adds", "ratio"):
            value = keys.get(key, [])
            is_list = isinstance(value, list) and all(isinstance(one, str) for one in value)
            if not is_list or (key == "ratio" and value and len(value) != 2):
                self._report("bad-table/shape", (*at, key), key=key)
            lists[key] = tuple(value) if is_list else ()
        formula = self._parsed(texts["value"], (*at, "value"))
        if formula is not None:
            self._check_formula(formula, (*at, "value"))
        where = self._parsed(texts["where"], (*at, "where"))
        if where is not None:
            self._check_where(where, (*at, "where"))
        if not texts["value"] and not lists["adds"] and not lists["ratio"]:
            self._report("bad-table/empty", at, name=name)
        label = texts["label"] or name
        return TableRow(
            name, label, texts["en"] or label, texts["code"], texts["unit"], formula, where, lists["adds"],
            lists["ratio"],
        )  # fmt: skip

    def _parsed(self, text: str, keys: tuple[object, ...]) -> Node | None:
        if not text:
            return None
        found = parse(text)
        if isinstance(found, Problem):
            self.found.append(Diagnostic(found.code, Place(self.source, keys), found.values, found.help))
            return None
        return found

    def _check_formula(self, node: Node, keys: tuple[object, ...], is_inside: bool = False) -> None:
        """Reports each part of a formula that is no benefit, no measure and no sum of them."""
        match node:
            case Name(name=name):
                self._benefit(name, keys)
            case Numeral():
                pass
            case Negative(operand=operand):
                self._check_formula(operand, keys, is_inside)
            case Arithmetic(operator=operator, left=left, right=right) if operator in ("+", "-", "*"):
                if operator == "*" and not isinstance(left, Numeral) and not isinstance(right, Numeral):
                    self._report("bad-table/formula", keys)
                self._check_formula(left, keys, is_inside)
                self._check_formula(right, keys, is_inside)
            case Call(function=function, arguments=arguments, named=()) if (
                function in (HOUSEHOLDS, PERSONS) and arguments
            ):
                for one in arguments:
                    if isinstance(one, Name):
                        self._benefit(one.name, keys)
                    else:
                        self._report("bad-table/formula", keys)
            case Call(function="cumulative", arguments=(inner,), named=()) if not is_inside:
                self._check_formula(inner, keys, True)
            case Call(function="once", arguments=(Call(function="households" | "persons") as inner,), named=()) if (
                not is_inside
            ):
                self._check_formula(inner, keys, True)
            case _:
                self._report("bad-table/formula", keys)

    def _check_where(self, node: Node, keys: tuple[object, ...]) -> None:
        match node:
            case AndOr(operands=operands):
                for one in operands:
                    self._check_where(one, keys)
            case Not(operand=operand):
                self._check_where(operand, keys)
            case Comparison(operator="==" | "!=", left=Name(), right=Name() | Word() | Numeral()):
                pass
            case Membership(left=Name(), items=items) if all(isinstance(one, (Name, Word, Numeral)) for one in items):
                pass
            case _:
                self._report("bad-table/where", keys)

    def _benefit(self, name: str, keys: tuple[object, ...]) -> None:
        if name not in self.plan.benefits:
            self._report("bad-table/benefit", keys, did_you_mean(name, [*self.plan.benefits]), name=name)

    def _keys(self, given: dict[str, Any], keys: tuple[object, ...], known: tuple[str, ...]) -> None:
        for one in given:
            if one not in known:
                place = Place(self.source, (*keys, one), on_key=True)
                self.found.append(Diagnostic("unknown-key", place, {"key": one}, did_you_mean(one, known)))

    def _report(self, code: str, keys: tuple[object, ...], help: Any = None, **values: Any) -> None:
        self.found.append(Diagnostic(code, Place(self.source, keys), values, help))


def measures_in(node: Node, period: str = "") -> list[Measure]:
    """Lists the measures of a formula, from left to right."""
    match node:
        case Name(name=name):
            return [Measure(MONEY, (name,), period)]
        case Negative(operand=operand):
            return measures_in(operand, period)
        case Arithmetic(left=left, right=right):
            return [*measures_in(left, period), *measures_in(right, period)]
        case Call(function=function, arguments=arguments):
            if function in (CUMULATIVE, ONCE):
                return measures_in(arguments[0], function)
            return [Measure(function, tuple(one.name for one in arguments if isinstance(one, Name)), period)]
        case _:
            return []


def columns_in(node: Node | None) -> set[str]:
    """Lists the columns that a condition looks at."""
    match node:
        case AndOr(operands=operands):
            return set().union(*map(columns_in, operands))
        case Not(operand=operand):
            return columns_in(operand)
        case Comparison(left=Name(name=name)) | Membership(left=Name(name=name)):
            return {name}
        case _:
            return set()
