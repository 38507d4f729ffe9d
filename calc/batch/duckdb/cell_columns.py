"""Write the columns in which a query reads cells: those that are plain by themselves, others by their texts.

p0, p1, …   the values of plain cells, whatever the bounds of the fact
h0, h1, …   whether the text of a cell has been read; w0, w1, … its value; o0, o1, … TRUE where it is "not known"
s0_0, …     values of other facts that the text states
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from calc.batch.duckdb.canonical_cells import bounds_of, is_plain, plain_value
from calc.batch.duckdb.sources import ColumnTexts
from calc.batch.duckdb.sql_templates import named, phrase
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.dialects import dialect_named
from calc.engine.sql.input_tables import column_type
from calc.language.types import REFERENCE
from calc.rules.plan import FactPlan


def text_columns(texts: Mapping[int, ColumnTexts]) -> list[Tree]:
    """Makes the columns of what the texts of cells mean."""
    found = []
    for at, one in texts.items():
        found.append(named(build.is_not_null(build.column("text", one.table)), f"h{at}"))
        found.append(named(build.column("value", one.table), f"w{at}"))
        if one.has_open:
            found.append(named(build.column("is_open", one.table), f"o{at}"))
        found += [named(build.column(f"s{place}", one.table), f"s{at}_{place}") for place in range(len(one.others))]
    return found


def with_texts(query: exp.Select, texts: Mapping[int, ColumnTexts]) -> exp.Select:
    """Joins the tables of texts to the rows of a query."""
    for at, one in texts.items():
        on = phrase(":cell = :text", cell=build.column(f"c{at}"), text=build.column("text", one.table))
        query = query.join(build.relation(one.table), on=on, join_type="left", copy=False)
    return query


def value_columns(fact: FactPlan, at: int, has_texts: bool, are_plain: bool) -> tuple[Tree | None, Tree]:
    """Makes the column of a fact's plain cells, if its kind has any, and the value that is made of it.

    `are_plain`: all cells of the column that are not empty are plain.
    """
    cell, value = build.column(f"c{at}"), build.column(f"p{at}")
    known = build.column(f"w{at}") if has_texts else build.null()
    is_plain_cell = phrase(":cell <> ''", cell=cell) if are_plain else is_plain(fact, cell)
    if is_plain_cell is None:
        type = dialect_named("duckdb").types[column_type(fact)]
        return None, exp.Cast(this=known, to=exp.DataType.build(type, dialect="duckdb"))
    plain = named(build.case([(is_plain_cell, plain_value(fact, cell))]), f"p{at}")
    if fact.type.kind == REFERENCE:  # the plain text is looked up when the rows are typed
        return plain, exp.Cast(this=known, to=exp.DataType.build("INTEGER"))
    bounds = bounds_of(fact)
    if bounds is None:
        return plain, build.coalesce(value, known)
    is_within = phrase(":value BETWEEN :low AND :high", value=value, low=bounds[0], high=bounds[1])
    return plain, build.case([(is_within, value)], known)
