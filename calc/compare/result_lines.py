"""Write the query that makes a row a household of tables of results, so that two runs can be compared by it.

It selects from a relation with a row of results each, of one month:

position, household, k0   the place of the row, the household, and its group
members, granted, undetermined, needs, unset, a_n
                          of results by household; a_n is what they give as the amount of the benefit at place n
benefit, member, status, amount, needs, unset
                          of results by benefit

and has the columns

first, id, size, k0       the place of the household's first row, its id, the number of its members, its group
b_n                       what it gets of a benefit, in steps of the currency; NULL where it is not granted
o_n                       of a benefit that is undetermined what it lacks, `;` between; else NULL
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from sqlglot import exp

from calc.batch.duckdb.sql_templates import named, phrase, select
from calc.engine.outcomes import STATUS_NAMES
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.rules.plan import Plan

MOST_DIGITS = 12
BY_HOUSEHOLD = ("household", "month", "members", "granted", "undetermined", "needs", "unset")
BY_BENEFIT = ("household", "month", "benefit", "member", "status", "amount", "needs", "unset")


class ResultLines:
    """The query over results of a month, in one of the two shapes; `amounts` are the places with a column a_n."""

    def __init__(self, plan: Plan, is_by_benefit: bool, amounts: Collection[int]) -> None:
        self.plan = plan
        self.names = list(plan.benefits)
        self.is_by_benefit = is_by_benefit
        self.amounts = amounts

    def selected(self, position: Tree, column: Mapping[str, str], group: str | None) -> list[Tree]:
        """Lists the columns of the relation that the query selects from, of a table: `column` is its own by heading."""
        wanted = BY_BENEFIT if self.is_by_benefit else BY_HOUSEHOLD
        return [named(position, "position"), *(_as_text(column[one], one) for one in wanted),
                *(_as_text(column[self.names[at]], f"a_{at}") for at in self.amounts),
                named(build.word(""), "k0") if group is None else _as_text(column[group], "k0")]  # fmt: skip

    @property
    def columns(self) -> list[str]:
        """The columns of the query."""
        places = range(len(self.names))
        return ["first", "id", "size", "k0", *(f"b_{at}" for at in places), *(f"o_{at}" for at in places)]

    def query(self, rows: str) -> exp.Select:
        """The query over a relation."""
        return self._by_benefit(rows) if self.is_by_benefit else self._by_household(rows)

    def _by_household(self, rows: str) -> exp.Select:
        columns = [named(build.column("position"), "first"), named(build.column("household"), "id"),
                   named(phrase("CAST(members AS BIGINT)"), "size"), phrase("coalesce(k0, '') AS k0")]  # fmt: skip
        lacking = phrase("concat(coalesce(needs, ''), ';', coalesce(unset, ''))")
        for at, name in enumerate(self.names):
            steps = self._steps(build.column(f"a_{at}")) if at in self.amounts else build.whole(0)
            columns.append(named(build.case([(_lists("granted", name), steps)]), f"b_{at}"))
        for at, name in enumerate(self.names):
            columns.append(named(build.case([(_lists("undetermined", name), build.own(lacking))]), f"o_{at}"))
        return select(rows, columns)

    def _by_benefit(self, rows: str) -> exp.Select:
        columns = [phrase("min(position) AS first"), named(build.column("household"), "id"),
                   phrase("count(DISTINCT nullif(member, '')) AS size"),
                   phrase("arg_min(coalesce(k0, ''), position) AS k0")]  # fmt: skip
        lacking = phrase("concat(coalesce(needs, ''), ';', coalesce(unset, ''))")
        for name in self.names:
            is_it = phrase("benefit = :name AND status = 'granted'", name=name)
            amount = build.case([(is_it, self._steps(build.column("amount")))])
            columns.append(named(phrase("CAST(sum(:amount) AS BIGINT)", amount=amount), f"b_{len(columns) - 4}"))
        for at, name in enumerate(self.names):
            is_it = phrase("benefit = :name AND status = 'undetermined'", name=name)
            every = phrase("string_agg(:one, ';')", one=build.case([(is_it, build.own(lacking))]))
            columns.append(named(every, f"o_{at}"))
        return select(rows, columns).group_by(build.column("household"), copy=False)

    def _steps(self, amount: Tree) -> Tree:
        decimals = self.plan.decimals
        exact = exp.Cast(this=build.own(amount), to=exp.DataType.build(f"DECIMAL(18, {decimals})", dialect="duckdb"))
        return phrase("CAST(coalesce(:exact, 0) * :unit AS BIGINT)", exact=exact, unit=10**decimals)

    def is_fine(self) -> Tree:
        """Says of a row whether it is what `doudi batch` writes, so that the query reads it as Python would."""
        benefits, lacking = _one_of(self.names), [_one_of(self.plan.facts), _one_of(self.plan.parameters)]
        decimals = f"(\\.[0-9]{{1,{self.plan.decimals}}})?" if self.plan.decimals else ""
        amount = f"[0-9]{{1,{MOST_DIGITS}}}{decimals}"
        counted = f"({benefits}):([0-9]+|\\?)"
        parts = [
            phrase("household IS NOT NULL AND NOT starts_with(household, '''')"),
            phrase("coalesce(NOT starts_with(k0, ''''), TRUE)"),
            *(_is_empty_or(name, f"{one}(;{one})*") for name, one in zip(("needs", "unset"), lacking, strict=True)),
        ]
        if self.is_by_benefit:
            statuses = _matches("status", _one_of(STATUS_NAMES))
            parts += [statuses, _is_empty_or("amount", amount), _matches("benefit", benefits),
                      phrase("coalesce(NOT starts_with(member, ''''), TRUE)")]  # fmt: skip
        else:
            parts += [_matches("members", "[0-9]{1,6}"), *(_is_empty_or(f"a_{at}", amount) for at in self.amounts)]
            parts += [_is_empty_or(name, f"{counted}(;{counted})*") for name in ("granted", "undetermined")]
        return build.both(*(build.coalesce(one, build.truth(False)) for one in parts))


def lines_under(headings: Collection[str], plan: Plan, group: str | None) -> ResultLines | None:
    """Finds the shape of results under some headings; None where one is missing that `doudi batch` writes."""
    is_by_benefit = "benefit" in headings
    wanted = BY_BENEFIT if is_by_benefit else BY_HOUSEHOLD
    if not {*wanted, *([group] if group is not None else [])} <= {*headings}:
        return None
    amounts = [at for at, name in enumerate(plan.benefits) if name in headings and not is_by_benefit]
    return ResultLines(plan, is_by_benefit, amounts)


def _one_of(names: Iterable[str]) -> str:
    """The pattern of any of some names, in words that DuckDB and Spark read alike."""
    return "(" + "|".join(re.sub(r"([^\w])", r"\\\1", name) for name in names) + ")"


def _matches(column: str, pattern: str) -> Tree:
    return phrase("regexp_matches(:column, :pattern)", column=build.column(column), pattern=f"^({pattern})$")


def _is_empty_or(column: str, pattern: str) -> Tree:
    text = exp.Cast(this=build.column(column), to=exp.DataType.build("VARCHAR"))
    pattern = f"^({pattern})?$"
    return phrase("regexp_matches(coalesce(:text, ''), :pattern)", text=text, pattern=pattern)


def _lists(column: str, name: str) -> Tree:
    """Says whether a cell of benefits, each with its people, has one of them."""
    return phrase("position(:name IN concat(';', :column)) > 0", name=f";{name}:", column=build.column(column))


def _as_text(column: str, name: str) -> Tree:
    return named(exp.Cast(this=build.column(column), to=exp.DataType.build("VARCHAR")), name)
