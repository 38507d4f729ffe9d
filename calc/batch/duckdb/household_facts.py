"""Facts of households from a file of their own → a table `owns`, read by the row path's own reader.

    id, needs_fallback, f0, f1, …   needs_fallback: something in it cannot be read or contradicts itself

What such a file says is held in memory by whoever reads it; here it only goes on into the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from calc.batch.duckdb.fallback_reasons import DISAGREE, OTHER, first_reason
from calc.batch.duckdb.load_rows import escape_invalid_bytes, fill_table
from calc.batch.duckdb.row_shape import RowShape
from calc.batch.duckdb.sql_templates import named, phrase, select, sql
from calc.engine.facts import Declared
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.duckdb_session import Connection
from calc.households.cell_values import CellError, CellReading, state
from calc.households.read_cell import read_cell
from calc.language.types import HOUSEHOLD
from calc.ledger.cell_marks import fault_in
from calc.ledger.ledger import Ledger
from calc.rules.plan import FactPlan


def names_owned(ledger: Ledger) -> set[str]:
    """The facts that any household has in the file of households."""
    cells = (cell for _, _, found in (ledger.owns or {}).values() for cell in found)
    return {meaning.name for _, meaning, _ in cells if isinstance(meaning, FactPlan)}


class HouseholdFactsTable:
    """The table, and what it adds to households and takes from them."""

    def __init__(self, connection: Connection, ledger: Ledger, shape: RowShape) -> None:
        self.connection = connection
        self.ledger = ledger
        self.columns = {name: own for name, own in shape.facts.items() if own in shape.of_level(HOUSEHOLD)}
        self.own = list(self.columns.values())
        self.known = {other: one for one, other in shape.open_columns().items() if one in self.own}
        kinds = [(own, kind) for own, kind in shape.kinds() if own in self.own]
        fill_table(connection, "owns", [("id", "VARCHAR"), ("needs_fallback", "BOOLEAN"), *kinds], self._rows())

    def _rows(self) -> Iterator[tuple[object, ...]]:
        known: dict[tuple[str, str], CellReading] = {}
        for id, (_, _, cells) in (self.ledger.owns or {}).items():
            facts: dict[str, Declared] = {}
            needs_fallback = False
            for _, meaning, value in cells:
                if not isinstance(meaning, FactPlan):
                    continue
                key = meaning.name, value
                if not isinstance(value, str):
                    read = _read(meaning, value)
                elif key in known:
                    read = known[key]
                else:
                    read = _read(meaning, value)
                    if len(known) < 50_000:
                        known[key] = read
                if fault_in(value) or isinstance(read, CellError) or meaning.name not in self.columns:
                    needs_fallback = True
                elif read is not None:
                    needs_fallback = state(facts, meaning, read) or needs_fallback
            needs_fallback = needs_fallback or not facts.keys() <= self.columns.keys()
            yield (escape_invalid_bytes(id), needs_fallback, *map(facts.get, self.columns))

    def joined(self, columns: list[str]) -> Tree:
        """The table `groups`, of these columns, with what the file says of each; contradictions need the fallback."""
        unlike: list[Tree] = []
        found: list[Tree] = []
        for name in columns:
            given, own = build.column(name, "groups"), build.column(name, "owns")
            if name in self.known:
                value = (build.column(self.known[name], of) for of in ("groups", "owns"))
                is_known = build.is_not_null(build.coalesce(*value))
                found.append(named(build.case([(is_known, build.null())], build.coalesce(given, own)), name))
            elif name in self.own:
                unlike.append(phrase("coalesce(:given <> :own, FALSE)", given=given, own=own))
                found.append(named(build.coalesce(given, own), name))
            else:
                found.append(given)
        faulty = (OTHER, phrase("coalesce(owns.needs_fallback, TRUE)"))
        reason = build.coalesce(phrase("groups.reason"), first_reason(faulty, *((DISAGREE, one) for one in unlike)))
        query = select("groups", [*found, named(reason, "reason")])
        return query.join(build.relation("owns"), on=phrase("groups.id = owns.id"), join_type="left", copy=False)

    def memberless(self) -> list[str]:
        """The households of the file that have no row in the ledger, in its order."""
        query = phrase("SELECT id FROM owns WHERE id NOT IN (SELECT id FROM groups)")
        return self.in_order({row[0] for row in self.connection.execute(sql(query)).fetchall()})

    def in_order(self, ids: set[str]) -> list[str]:
        """Ids in the order of the file."""
        return [id for id in self.ledger.owns or {} if escape_invalid_bytes(id) in ids]


def _read(fact: FactPlan, value: Any) -> CellReading:
    """Reads a cell; one that states other facts too is for the row engine, as one with a mistake is."""
    read, others = read_cell(fact, value)
    return CellError("fact-twice", {}) if others else read
