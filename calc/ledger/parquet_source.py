"""Parquet as a ledger: what its columns are, and its rows as texts, a row a member. Only here is it read.

Amounts are in yuan and exact: decimals, whole numbers or texts. What is held as a floating-point number cannot be
known to be exact, and is refused by name.
"""

from __future__ import annotations

import os

from sqlglot import exp

from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.duckdb_session import WHOLE, Connection, connect
from calc.engine.sql.unsupported import UnsupportedPlan
from calc.households.headings import MEMBERS, word_of
from calc.ledger.header import Header, Naming
from calc.ledger.open_files import CSV, LedgerFile
from calc.record import Record, replace
from calc.rules.plan import FactPlan

_NUMBER = "file_row_number"
"""The column in which DuckDB gives the number of a row."""
_TEXTS = ("VARCHAR", "DATE", "BOOLEAN", *WHOLE)


class ParquetColumn(Record):
    """A column: its heading, its type, and the tree that gives it in the rows of members."""

    heading: str
    type: str
    tree: Tree


def columns_of(connection: Connection, path: str) -> list[ParquetColumn]:
    """The columns of a file; a nested list of members gives one for each of its fields."""
    source = build.select_all(_source(path)).limit(0, copy=False)
    found: list[ParquetColumn] = []
    for name, kind, *_ in connection.execute(source.sql(dialect="duckdb")).description:
        if word_of(str(name)) == MEMBERS and str(kind).startswith("STRUCT") and str(kind).endswith("[]"):
            member = build.call("UNNEST", build.column(str(name)))
            first = exp.select(exp.alias_(member, "m", quoted=True), copy=False).from_(_source(path), copy=False)
            fields = exp.select(build.call("UNNEST", build.column("m")), copy=False)
            inner = exp.Subquery(this=first, alias=exp.TableAlias(this=exp.to_identifier("one")))
            shape = fields.from_(inner, copy=False).limit(0, copy=False)
            for field, inner_kind, *_ in connection.execute(shape.sql(dialect="duckdb")).description:
                tree = build.call("STRUCT_EXTRACT", build.column("m"), build.word(str(field)))
                found.append(ParquetColumn(str(field), str(inner_kind), tree))
        else:
            found.append(ParquetColumn(str(name), str(kind), build.column(str(name))))
    return found


def is_numbered(columns: list[ParquetColumn]) -> bool:
    """Says whether rows can be read with their numbers: a row is a member, and no column has the name of the number."""
    return all(isinstance(one.tree, exp.Column) and one.heading.casefold() != _NUMBER for one in columns)


def records(path: str, columns: list[ParquetColumn], on_one_line: bool = True, among: Tree | None = None) -> exp.Select:
    """The rows as texts `c0`, `c1` …, empty for what is not there, and as they are as `r0`, `r1` …

    `row` is their number from 0 on; where that is counted, the order of reading has to be kept. Where it is known,
    only rows whose number is among some may be wanted. A text is on one line, as the row path reads it, or as it is.
    """
    named = [exp.alias_(_text(one, on_one_line), f"c{at}", quoted=True) for at, one in enumerate(columns)]
    named += [exp.alias_(one.tree.copy(), f"r{at}", quoted=True) for at, one in enumerate(columns)]
    if is_numbered(columns):
        named.append(exp.alias_(build.column(_NUMBER), "row", quoted=True))
        rows = build.select_all(_source(path, True))
        if among is not None:  # before any text is made
            rows = rows.where(exp.In(this=build.column(_NUMBER), query=exp.Subquery(this=build.own(among))), copy=False)
        numbered = exp.Subquery(this=rows, alias=exp.TableAlias(this=exp.to_identifier("numbered")))
        return exp.select(*named, copy=False).from_(numbered, copy=False)
    nested = next((one.tree for one in columns if not isinstance(one.tree, exp.Column)), None)
    source = _source(path)
    if nested is not None:
        whole = next(name for name in _names(path) if word_of(name) == MEMBERS)
        member = exp.alias_(build.call("UNNEST", build.column(whole)), "m", quoted=True)
        rows = exp.select(exp.Star(), member, copy=False)
        source = exp.Subquery(this=rows.from_(source, copy=False), alias=exp.TableAlias(this=exp.to_identifier("flat")))
    counted = exp.Sub(this=build.window(build.call("ROW_NUMBER"), ()), expression=build.whole(1))
    named.append(exp.alias_(counted, "row", quoted=True))
    return exp.select(*named, copy=False).from_(source, copy=False)


def require_exact(columns: Header, types: list[str]) -> None:
    """Raises UnsupportedPlan for a fact whose column holds what is not exact or not plain."""
    for one in columns.all:
        kind = types[one.at]
        plain = kind in _TEXTS or kind.startswith(("DECIMAL", "ENUM"))
        if isinstance(one.meaning, FactPlan) and not plain:
            raise UnsupportedPlan("wrong-column", one.meaning.name, column=one.heading, found=kind,
                          wanted="DECIMAL, BIGINT, DATE, BOOLEAN, VARCHAR")  # fmt: skip


def headings_and_types(path: str, naming: Naming) -> tuple[Header, list[str]]:
    """Reads headings and types of a file, all of them exact."""
    connection = connect()
    try:
        found = columns_of(connection, path)
    finally:
        connection.close()
    columns = Header([one.heading for one in found], naming)
    types = [one.type for one in found]
    require_exact(columns, types)
    return columns, types


def as_csv(file: LedgerFile, folder: str, at: int, most: int | None = None) -> LedgerFile:
    """A copy of the rows, or of the first ones, as CSV that is read in blocks; its rows count from 1."""
    copied = os.path.join(folder, f"parquet-{at}.csv")
    connection = connect()
    try:
        connection.execute("SET preserve_insertion_order = true")
        columns = columns_of(connection, file.path)
        rows = records(file.path, columns)
        texts = [exp.alias_(build.column(f"c{place}"), one.heading, quoted=True) for place, one in enumerate(columns)]
        inner = exp.Subquery(this=rows, alias=exp.TableAlias(this=exp.to_identifier("texts")))
        query = exp.select(*texts, copy=False).from_(inner, copy=False)
        if most is not None:
            query = query.limit(most, copy=False)
        connection.execute(build.copy_to(copied, query).sql(dialect="duckdb"))
    finally:
        connection.close()
    return replace(file, path=copied, format=CSV, delimiter=",", size=os.path.getsize(copied), unlined=1)


def _text(column: ParquetColumn, on_one_line: bool) -> Tree:
    """A cell as text."""
    text: Tree = exp.Cast(this=column.tree.copy(), to=exp.DataType.build("VARCHAR", dialect="duckdb"))
    if on_one_line and column.type not in ("DATE", "BOOLEAN", *WHOLE) and not column.type.startswith("DECIMAL"):
        text = build.call("TRANSLATE", text, build.word("\r\n"), build.word("  "))
    return build.coalesce(text, build.word(""))


def _source(path: str, is_numbered: bool = False) -> Tree:
    settings = {"hive_partitioning": False, **({_NUMBER: True} if is_numbered else {})}  # folders have no columns
    given = [exp.EQ(this=exp.to_identifier(name), expression=build.truth(one)) for name, one in settings.items()]
    return exp.Anonymous(this="READ_PARQUET", expressions=[build.one_file(path), *given])


def _names(path: str) -> list[str]:
    connection = connect()
    try:
        described = connection.execute(build.select_all(_source(path)).limit(0, copy=False).sql(dialect="duckdb"))
        return [str(one[0]) for one in described.description]
    finally:
        connection.close()
