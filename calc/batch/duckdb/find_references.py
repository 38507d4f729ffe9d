"""Find the members that cells refer to by their id or name, once the rows of a file are typed.

A reference is a position until the members of its household are numbered. One that names nobody of the household, or
two of them, leaves the household to the row engine, as does an identity number.
"""

from __future__ import annotations

from sqlglot import exp

from calc.batch.duckdb.fallback_reasons import cell_of
from calc.batch.duckdb.row_shape import RowShape
from calc.batch.duckdb.sql_templates import named, phrase, select, sql, within
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.duckdb_session import Connection


def find_references(connection: Connection, shape: RowShape, tables: list[str]) -> None:
    """Puts the positions of members into the typed rows of a file, which are in one or two tables."""
    references = shape.references()
    if not references:
        return
    called = [
        select(table, [build.column("id"), named(build.column(key), "name"), build.column("position")]).where(
            phrase("NOT empty AND :key <> ''", key=build.column(key)), copy=False
        )
        for table in tables
        for key in ("member_key", "name_key")
    ]
    connection.execute(sql(build.table_from("called", _together(called))))
    for fact, column in references.items():
        text = f"{column}_text"
        for table in tables:
            rows = within(select(table, [build.column(one) for one in ("id", "position", text)]), "rows")
            columns = [phrase("rows.position AS row"), phrase("min(called.position) AS member"),
                       phrase("count(DISTINCT called.position) AS members")]  # fmt: skip
            on = phrase("rows.id = called.id AND :text = called.name", text=build.column(text, "rows"))
            found = select(rows, columns).join(build.relation("called"), on=on, copy=False)
            connection.execute(sql(build.table_from("referred", found.group_by("rows.position", copy=False))))
            put = "UPDATE :t SET :to = referred.member FROM referred WHERE :t.position = referred.row AND members = 1"
            connection.execute(sql(_update(put, table, column)))
            leave = "UPDATE :t SET reason = coalesce(reason, :reason) WHERE :text IS NOT NULL AND :to IS NULL"
            connection.execute(sql(_update(leave, table, column, cell_of(shape.plan, fact))))


def place_in_household(position: Tree, first: Tree) -> Tree:
    """Turns the position that a reference holds into the place of the member, given the first of the household."""
    place = phrase("CAST(:position - :first AS INTEGER)", position=position, first=first)
    return build.case([(phrase(":position >= 0", position=position), place)], position)


def _together(selects: list[exp.Select]) -> Tree:
    union: Tree = selects[0]
    for one in selects[1:]:
        union = exp.Union(this=union, expression=one, distinct=False)
    return union


def _update(text: str, table: str, column: str, reason: int = 0) -> Tree:
    filled = text.replace(":to", f'"{column}"').replace(":text", f'"{column}_text"').replace(":reason", str(reason))
    return phrase(filled, t=build.relation(table))
