"""Give typed rows that name no household to the household above, and leave out totals and signatures, as the row path.

Such rows are few; each is looked at by the row path's reader. Afterwards no household of theirs is for SQL.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from calc.batch.duckdb.fallback_households import FallbackHouseholds
from calc.batch.duckdb.fallback_reasons import OTHER
from calc.batch.duckdb.load_rows import Loaded, fill_table
from calc.batch.duckdb.sql_templates import phrase, sql
from calc.engine.sql import build
from calc.engine.sql.duckdb_session import Connection
from calc.ledger.ledger import Ledger
from calc.record import Record

OF_A_HOUSEHOLD, SET_ASIDE, BLANK = range(3)
_ROWS, _OWN = "rows LEFT JOIN loose ON rows.position = loose.place", "coalesce(loose.own, rows.id)"
"""All rows, and the id of each: some without are households after all."""


class LooseRows(Record):
    """Counts of rows: totals and signatures, and those taken as rows of the household above."""

    set_aside: int = 0
    filled: int = 0


def attach_loose_rows(connection: Connection, ledger: Ledger, loaded: Loaded) -> LooseRows:
    """Settle all rows of the view `rows` that name no household, or may be a total of one.

    A row above which there is none stays as it is.
    """
    loose = phrase("SELECT position AS household, position, '' AS id FROM rows WHERE id IS NULL")
    connection.execute(sql(build.table_from("fallback_rows", loose)))
    found = [*_looked_at(FallbackHouseholds(connection, ledger, loaded), ledger, loaded)]
    if not found:
        return LooseRows()
    columns = [("place", "BIGINT"), ("file", "BIGINT"), ("kind", "INTEGER"), ("own", "VARCHAR")]
    fill_table(connection, "loose", columns, found)
    connection.execute(
        "CREATE OR REPLACE TABLE above AS SELECT loose.place, named.id FROM loose ASOF JOIN "
        f"(SELECT position, rows.file, {_OWN} AS id FROM {_ROWS} WHERE {_OWN} IS NOT NULL) AS named "
        "ON loose.file = named.file AND loose.place > named.position"
    )
    filled = _attach(connection, ledger, [file for _, file, kind, own in found if kind == OF_A_HOUSEHOLD and not own])
    for table in loaded.tables:
        change = (
            "UPDATE :t SET id = coalesce(loose.own, loose.id), empty = loose.kind <> 0, "
            "reason = coalesce(:t.reason, :other) "
            "FROM (SELECT loose.*, above.id FROM loose LEFT JOIN above USING (place)) AS loose "
            "WHERE :t.position = loose.place AND NOT :t.empty"
        )
        query = phrase(change, t=build.relation(table), other=OTHER)
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


def _attach(connection: Connection, ledger: Ledger, files: list[int]) -> int:
    """Say of each file of a loose row whether the household above is rejected; counts the rows for which it is not."""
    filled = 0
    for file, count in Counter(files).items():
        part = ledger.parts[file]
        if part.fill_down:
            continue
        query = phrase(f"SELECT count({_OWN}), count(DISTINCT {_OWN}) FROM {_ROWS} WHERE rows.file = :file", file=file)
        named = connection.execute(sql(query)).fetchone()
        assert named is not None
        part.take_loose_rows(*named)
        filled += 0 if part.rejects_loose else count
    return filled
