"""Estimate from the first rows of a ledger whether the row engine would have to read most of its households."""

from __future__ import annotations

from collections.abc import Sequence

from calc.batch.duckdb.canonical_cells import is_id
from calc.batch.duckdb.row_shape import RowShape
from calc.batch.duckdb.sources import TableSource
from calc.batch.duckdb.sql_templates import named, phrase, select, sql, within
from calc.batch.duckdb.typed_rows import RowTyping
from calc.batch.job import NotWorthIt
from calc.engine.sql import build
from calc.engine.sql.duckdb_session import Connection

SAMPLE = 20_000
"""Rows of each file that are looked at."""


def require_worth(connection: Connection, sources: Sequence[TableSource], shape: RowShape) -> None:
    """Raises NotWorthIt if SQL would leave more than half of the households in the first rows to the row engine."""
    households = left = 0
    for source in sources:
        misfit = None if source.json is None else build.column("misfit")
        rows = RowTyping(source, shape).query(source.relation, build.column("row"), misfit)
        is_left = phrase("reason IS NOT NULL OR (id_is_unsettled AND NOT :plain)",
                         plain=is_id(phrase("trim(:id)", id=build.column("id"))))  # fmt: skip
        first = select(within(rows, "typed"), [build.column("id"), named(is_left, "is_left")])
        first = first.where(phrase("NOT empty"), copy=False).limit(SAMPLE, copy=False)
        groups = select(within(first, "first"), [named(phrase("bool_or(is_left)"), "is_left")]).group_by(
            "id", copy=False
        )
        counts = [build.count_all(), phrase("count(*) FILTER (WHERE is_left)")]
        given = connection.execute(sql(select(within(groups, "groups"), counts))).fetchone()
        assert given is not None
        households, left = households + given[0], left + given[1]
    if left * 2 > households:
        raise NotWorthIt("why-mostly-rows", left=left, households=households)
