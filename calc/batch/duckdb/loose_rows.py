"""Give typed rows that name no household to the household above, and leave out totals and signatures, as the row path.

Such rows are few; each is looked at by the row path's reader. Afterwards no household of theirs is for SQL.
"""

from __future__ import annotations

from collections.abc import Iterator

from calc.batch.duckdb.fallback_households import FallbackHouseholds
from calc.batch.duckdb.load_rows import Loaded, fill_table
from calc.batch.duckdb.sql_templates import phrase, sql
from calc.engine.sql import build
from calc.engine.sql.duckdb_session import Connection
from calc.ledger.ledger import Ledger
from calc.record import Record

OF_A_HOUSEHOLD, SET_ASIDE, BLANK = range(3)


class LooseRows(Record):
    """Counts of rows: totals and signatures, and those taken as rows of the household above."""

    set_aside: int = 0
    filled: int = 0


def attach_loose_rows(connection: Connection, ledger: Ledger, loaded: Loaded) -> LooseRows:
    """Settle all rows of the view `rows` that name no household. A row above which there is none stays as it is."""
    loose = phrase("SELECT position AS household, position, '' AS id FROM rows WHERE id IS NULL")
    connection.execute(sql(build.table_from("fallback_rows", loose)))
    found = [*_looked_at(FallbackHouseholds(connection, ledger, loaded), ledger, loaded)]
    if not found:
        return LooseRows()
    filled = _attach(connection, ledger, [one[:2] for one in found if one[2] == OF_A_HOUSEHOLD and one[3] is None])
    columns = [("place", "BIGINT"), ("kind", "INTEGER"), ("own", "VARCHAR")]
    fill_table(connection, "loose", columns, [(position, kind, own) for position, _, kind, own in found])
    for table, position in loaded.tables:
        change = (
            "UPDATE :t SET id = coalesce(loose.own, loose.id), needs_fallback = TRUE, empty = loose.kind <> 0 "
            "FROM (SELECT loose.*, above.id FROM loose LEFT JOIN above USING (place)) AS loose "
            "WHERE :position = loose.place AND NOT :t.empty"
        )
        query = phrase(change, t=build.relation(table), position=position)
        connection.execute(sql(query))
    return LooseRows(sum(one[2] == SET_ASIDE for one in found), filled)


def _looked_at(rows: FallbackHouseholds, ledger: Ledger, loaded: Loaded) -> Iterator[tuple[int, int, int, str | None]]:
    """The position of each row, its file, what it is, and its own id where that is the word of a total after all."""
    for position, given in rows.single_rows():
        file, _ = loaded.place_of(position)
        part = ledger.parts[file]
        if part.json is None:
            kind = BLANK if not given else SET_ASIDE if all(map(part.set_aside.has, given)) else OF_A_HOUSEHOLD
            own = part.id_of(given[0]) if kind == OF_A_HOUSEHOLD else ""
            yield position, file, kind, loaded.held(own) or None


def _attach(connection: Connection, ledger: Ledger, loose: list[tuple[int, int]]) -> int:
    """Make the table `above` of the id above each row, and say of each file whether its households are rejected."""
    fill_table(connection, "unnamed", [("position", "BIGINT"), ("file", "BIGINT")], loose)
    connection.execute(
        "CREATE OR REPLACE TABLE above AS SELECT unnamed.position AS place, named.id FROM unnamed ASOF JOIN "
        "(SELECT position, file, id FROM rows WHERE id IS NOT NULL) AS named "
        "ON unnamed.file = named.file AND unnamed.position > named.position"
    )
    filled = 0
    for file in {file for _, file in loose}:
        part = ledger.parts[file]
        query = phrase("SELECT count(id), count(DISTINCT id) FROM rows WHERE file = :file", file=file)
        named = connection.execute(sql(query)).fetchone()
        assert named is not None
        part.rejects_loose = not ledger.asked.fill_down and named[0] != named[1]
        part.fill_down = True
        filled += 0 if part.rejects_loose or ledger.asked.fill_down else sum(one == file for _, one in loose)
    return filled
