"""Number the reasons for which SQL leaves a household to the row engine, and count the households by reason.

A reason is a whole number in the column `reason` of rows and groups, NULL where SQL takes them.
"""

from __future__ import annotations

from calc.batch.duckdb.sql_templates import phrase, sql
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.duckdb_session import Connection
from calc.rules.plan import Plan

MARKS, NUMBER, DISAGREE, TWICE, APART, OTHER = range(1, 7)
_KEYS = dict(zip(range(1, 7), ("left-marks", "left-number", "left-disagree", "left-twice", "left-apart", "left-other"),
                 strict=True))  # fmt: skip
"""Keys of texts of the user interface."""
_FIRST_FACT = 100


def cell_of(plan: Plan, fact: str) -> int:
    """The reason that a cell of a fact is not read."""
    return _FIRST_FACT + [*plan.facts].index(fact)


def first_reason(*conditions: tuple[int, Tree]) -> Tree:
    """The first reason whose condition holds, or is NULL; else NULL."""
    by_reason: dict[int, list[Tree]] = {}
    for reason, condition in conditions:
        by_reason.setdefault(reason, []).append(condition)
    branches = [(build.coalesce(build.either(*found), build.truth(True)), build.whole(reason))
                for reason, found in by_reason.items()]  # fmt: skip
    return phrase("CAST(:reason AS SMALLINT)", reason=build.case(branches))


def leave(condition: Tree, reason: int) -> Tree:
    """Leaves the households to the row engine for which a condition holds, unless another reason is known."""
    change = "UPDATE groups SET reason = :reason WHERE reason IS NULL AND (:condition)"
    return phrase(change, reason=reason, condition=condition)


def count_reasons(connection: Connection, plan: Plan) -> dict[str, int]:
    """Counts the households of the row engine by reason, the most frequent first: a fact's name, or a key of a text."""
    query = phrase("SELECT reason, count(*) FROM fallback_groups GROUP BY reason ORDER BY count(*) DESC, reason")
    names = [*plan.facts]
    return {_KEYS.get(reason) or names[reason - _FIRST_FACT]: count
            for reason, count in connection.execute(sql(query)).fetchall()}  # fmt: skip
