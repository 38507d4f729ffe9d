"""Typed rows → households, their members and the rows of all others, as trees for any database.

They read `rows`, the table `groups` made of it, and `fallback_groups`, those in it that are not plain.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from calc.batch.duckdb.fallback_reasons import APART, DISAGREE, OTHER, first_reason
from calc.batch.duckdb.find_references import place_in_household
from calc.batch.duckdb.row_shape import RowShape, levels_of
from calc.batch.duckdb.sources import TableSource
from calc.batch.duckdb.sql_templates import named, phrase, select
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.households.headings import ID, NAME
from calc.language.types import MOST_MEMBERS


class Trees:
    """The selects. `is_named`: members have ids or names of their own in some file; `all_named`: in all of them;
    `has_both_names`: ids and names in some file."""

    def __init__(self, shape: RowShape, sources: Sequence[TableSource]) -> None:
        self.shape = shape
        self.has_files = len(sources) > 1
        self.is_named = any(source.is_named for source in sources)
        self.all_named = all(source.is_named for source in sources)
        self.has_both_names = any({ID, NAME} <= source.part.columns.by_word.keys() for source in sources)
        self.has_wholes = any(source.stride > 1 for source in sources)
        """Says whether a file has households with their members on one line."""
        self.own, self.of_members = levels_of(shape)
        self.references = {*shape.references().values()}

    def own_keys(self) -> list[Tree]:
        """Makes the column that identifies the household of a row."""
        return [*([build.column("file")] if self.has_files else []), build.column("id")]

    def groups(self, *more: Tree) -> Tree:
        """A row a household that has an id, with more columns beside."""
        unlike = [phrase("coalesce(min(:f) <> max(:f), FALSE)", f=build.column(one))
                  for one in (*self.own, *self.shape.own_texts())]  # fmt: skip
        known = {other: one for one, other in self.shape.open_columns().items()}
        most = MOST_MEMBERS if self.shape.plan.has_members else 1
        is_apart = phrase("max(position) - min(position) + 1 <> count(*)")
        reasons = [(OTHER, phrase("count(*) > :most", most=most)), *((DISAGREE, one) for one in unlike)]
        # members without names are called by their place, a household that has a line has all its rows there, and
        # members who are referred to are numbered by their positions
        by_place = self.has_wholes or not self.all_named or bool(self.references)
        if self.shape.plan.has_members and by_place:
            reasons.append((APART, is_apart))
        size = phrase("count(*)") if self.shape.plan.has_members else build.whole(0)
        columns = [
            *self.own_keys(), *more, named(phrase("min(position)"), "first"), named(size, "size"),
            named(is_apart, "is_apart"),
            *(named(phrase("min(:f)", f=build.column(one)) if one not in known else
                    phrase("CASE WHEN count(:f) = 0 THEN min(:o) END", f=build.column(known[one]), o=build.column(one)),
                    one) for one in self.own),
            *(named(phrase("coalesce(arg_min(:k, position) FILTER (WHERE :k <> ''), '')", k=build.column(one)), one)
              for one in self.shape.kept_columns()),
            named(build.coalesce(phrase("min(reason)"), first_reason(*reasons)), "reason"),
        ]  # fmt: skip
        query = select("rows", columns).where(phrase("id IS NOT NULL"), copy=False)
        return query.group_by(*self.own_keys(), copy=False)

    def same(self, one: str, other: str) -> Tree:
        """Says whether rows of two relations are of one household."""
        keys = [key.name for key in self.own_keys()]
        return build.both(*(build.binary(exp.EQ, build.column(key, one), build.column(key, other)) for key in keys))

    def placed(self, columns: list[str], relation: str, first: Tree) -> list[Tree]:
        """Takes columns of facts from a relation; references become places, counted from the first of the household."""
        given = [build.column(one, relation) for one in columns]
        return [named(place_in_household(column, first), one) if one in self.references else column
                for one, column in zip(columns, given, strict=True)]  # fmt: skip

    def members(self) -> Tree:
        """The members of plain households, each with the position of the first."""
        member = "coalesce(rows.member_key, CAST(rows.position - groups.first + 1 AS VARCHAR))"
        columns = [
            named(phrase("groups.first"), "household"),
            named(phrase("CAST(rows.position - groups.first AS INTEGER)"), "place"),
            named(phrase(member), "id"), *self.placed(self.of_members, "rows", phrase("groups.first")),
        ]  # fmt: skip
        query = select("rows", columns).join(build.relation("groups"), on=self.same("rows", "groups"), copy=False)
        return query.where(phrase("groups.reason IS NULL"), copy=False)

    def fallback_rows(self) -> Tree:
        """The rows of all other households. A line without an id is one of its own."""
        own = phrase("rows.position")
        columns = [named(phrase("coalesce(fallback_groups.first, rows.position)"), "household"), own,
                   named(phrase("coalesce(rows.id, '')"), "id")]  # fmt: skip
        query = select("rows", columns)
        on = self.same("rows", "fallback_groups")
        query = query.join(build.relation("fallback_groups"), on=on, join_type="left", copy=False)
        return query.where(phrase("rows.id IS NULL OR fallback_groups.first IS NOT NULL"), copy=False)
