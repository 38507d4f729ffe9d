"""Read the distinct texts of each column once, with the row path's own reader, into a table that is joined to the rows.

    texts_FILE_COLUMN   text, value, is_open (TRUE where it says "not known"), s0, s1, … (values of other facts)

Texts that SQL reads by itself are not among them, nor those that the reader refuses. So words, uncommon forms of
numbers and days, and cells with several facts have one meaning, and take the same time for any number of spellings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from calc.batch.duckdb.canonical_cells import bounds_of, exact_value, is_plain
from calc.batch.duckdb.load_rows import at_a_time, fill_table
from calc.batch.duckdb.sources import ColumnTexts, TableSource
from calc.batch.duckdb.sql_templates import named, phrase, select, sql
from calc.engine.facts import Declared
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.dialects import dialect_named
from calc.engine.sql.duckdb_session import Connection
from calc.engine.sql.input_tables import column_type
from calc.households.cell_values import NotKnown
from calc.language.types import REFERENCE
from calc.ledger.cell_caches import LONGEST_CELL, SHORTEST_NUMBER, CellCache, NeedsFullReader
from calc.rules.plan import FactPlan, Plan

ROWS, MOST_TEXTS = 1_000_000, 100_000
"""The rows of a file whose texts are read, and the texts of a column: what bounds the memory that they take."""
EACH = 4 << 20
"""Bytes of memory counted for each column and thread; a table of distinct texts begins with half of them."""
_Others = tuple[tuple[str, Declared], ...]
_Text = tuple[str, Declared | None, bool, _Others]


def texts_of_columns(plan: Plan, source: TableSource, connection: Connection) -> dict[int, ColumnTexts]:
    """Reads the texts of each column of a fact, by the column's place, if it has any that SQL does not read."""
    wanted = {one.at: one.meaning for one in source.part.columns.facts if isinstance(one.meaning, FactPlan)
              and exact_value(one.meaning, build.null(), source.types.get(one.at, "")) is None}  # fmt: skip
    if not wanted:
        return {}
    texts = [named(_texts_in(fact, build.column(f"c{at}")), f"t{at}") for at, fact in wanted.items()]
    (threads,) = connection.execute("SELECT current_setting('threads')").fetchone() or (1,)
    together = at_a_time(connection, EACH * threads)
    last, given = 0, list[Any]()
    for first in range(0, len(texts), together):
        columns = [phrase("coalesce(max(:row), 0)", row=build.column("row")), *texts[first : first + together]]
        last, *lists = connection.execute(sql(select(source.relation, columns))).fetchone() or (0,)
        given += lists
    found: dict[int, ColumnTexts] = {}
    for (at, fact), listed in zip(wanted.items(), given, strict=True):
        if not listed and last < ROWS and bounds_of(fact) is not None:
            source.plain.add(at)
        more = {row[at] for row in source.unparsed.values() if at < len(row) and row[at]}
        read = [*_read(fact, sorted({*(listed or ()), *more})[:MOST_TEXTS])]
        if read:
            found[at] = _table(plan, f"texts_{source.part.at}_{at}", fact, read, connection)
    return found


def _texts_in(fact: FactPlan, cell: Tree) -> Tree:
    """Lists the distinct texts of a column that SQL does not read by itself."""
    conditions = [phrase(":row < :rows", row=build.column("row"), rows=ROWS)]
    if bounds_of(fact) is None:
        most = LONGEST_CELL if fact.format is None else SHORTEST_NUMBER - 1
        conditions.append(phrase("length(:cell) <= :most", cell=cell, most=most))
    plain = is_plain(fact, cell) if fact.format is None else None
    if plain is not None:
        conditions.append(build.negation(plain))
    # DuckDB computes all conditions of an AND; most cells of most columns are empty
    condition = build.case([(phrase(":cell <> ''", cell=cell), build.both(*conditions))])
    return phrase("list(DISTINCT :cell) FILTER (WHERE :condition)", cell=cell, condition=condition)


def _read(fact: FactPlan, texts: Iterable[str]) -> Iterator[_Text]:
    """Reads texts; of personal numbers only those that say that there is none, or that it is not known."""
    cells = CellCache(fact)
    for text in texts:
        try:
            value = cells[text]
        except NeedsFullReader:
            continue
        is_open = isinstance(value, NotKnown)
        if fact.type.kind == REFERENCE and isinstance(value, str):
            continue  # which member it is, only the row engine finds
        if fact.format is None or value is None or is_open:
            yield text, None if is_open else value, is_open, cells.others.get(text, ())


def _table(plan: Plan, name: str, fact: FactPlan, read: list[_Text], connection: Connection) -> ColumnTexts:
    """Makes the table of the texts of a column."""
    others = [*dict.fromkeys(target for *_, found in read for target, _ in found if target in plan.facts)]
    types = dialect_named("duckdb").types
    columns = [("text", "VARCHAR"), ("value", types[column_type(fact)]), ("is_open", "BOOLEAN"),
               *((f"s{at}", types[column_type(plan.facts[target])]) for at, target in enumerate(others))]  # fmt: skip
    rows = ((text, value, is_open, *map(dict(found).get, others)) for text, value, is_open, found in read)
    fill_table(connection, name, columns, rows)
    return ColumnTexts(name, fact.name, tuple(others), any(is_open for _, _, is_open, _ in read))
