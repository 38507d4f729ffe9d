"""Take a sample of the cells of each column that is read by its words: what a query knows by name."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

from calc.batch.duckdb.canonical_cells import SAMPLE, ReadTexts, exact_value
from calc.batch.duckdb.sources import TableSource
from calc.batch.duckdb.sql_templates import phrase, select, sql
from calc.engine.sql import build
from calc.engine.sql.duckdb_session import Connection
from calc.language.types import CHOICE
from calc.rules.plan import FactPlan

MOST_TEXTS, MOST_WORDS = 200, 2000
"""Texts of a column, and those of one with words: many spellings of a kind and a level take no longer than few."""
_NO_TEXT = re.compile("[\ud800-\udfff]")


def texts_of_columns(source: TableSource, connection: Connection) -> dict[int, ReadTexts]:
    """Reads the texts in the first rows of each column of a fact, the most frequent first, by the column's place."""
    found: dict[int, ReadTexts] = {}
    wanted = [one for one in source.part.columns.facts if isinstance(one.meaning, FactPlan)
              and exact_value(one.meaning, build.null(), source.types.get(one.at, "")) is None]  # fmt: skip
    if not wanted:
        return found
    unparsed = [*islice(source.unparsed.values(), SAMPLE)]
    first = select(source.relation, [build.column(f"c{one.at}") for one in wanted]).limit(SAMPLE, copy=False)
    connection.execute(sql(build.table_from("sample", first)))
    for one in wanted:
        assert isinstance(one.meaning, FactPlan)
        column = build.column(f"c{one.at}")
        most = MOST_WORDS if one.meaning.type.kind == CHOICE else MOST_TEXTS
        texts = phrase("SELECT :c FROM sample WHERE :c <> '' GROUP BY :c ORDER BY count(*) DESC, :c LIMIT :most",
                       c=column, most=most)  # fmt: skip
        given = [text for (text,) in connection.execute(sql(texts)).fetchall()
                 if "\n" not in text and "\r" not in text]  # fmt: skip
        before = Counter(row[one.at] for row in unparsed if one.at < len(row) and row[one.at])
        known = {*given}
        given += [text for text, _ in before.most_common(most)
                  if text not in known and not _NO_TEXT.search(text)]  # fmt: skip
        found[one.at] = ReadTexts(one.meaning, given)
    return found
