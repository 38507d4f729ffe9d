"""Writes a plan as a query for people to read: with its names, and comments with labels and sources.

Tests parse it with sqlglot in every dialect, and run it in DuckDB and PostgreSQL.
"""

from __future__ import annotations

from calc.engine.outcomes import STATUS_NAMES
from calc.engine.simple_plan import Pattern
from calc.engine.specialize import simplified
from calc.engine.sql import build
from calc.engine.sql.comments import Comments, comment_text
from calc.engine.sql.compile_plan import Program, program
from calc.engine.sql.dialects import dialect_named
from calc.engine.sql.input_tables import Inputs
from calc.engine.sql.needs_bits import WORD_BITS
from calc.engine.sql.query import Query
from calc.rules.plan import About, Plan


def sql_text(
    plan: Plan,
    dialect: str,
    *,
    view: str | None = None,
    language: str = "zh",
    inputs: Inputs | None = None,
) -> str:
    """Writes the query of a plan in a dialect, as a select, or as a view named `view`.

    `inputs` has the relations and columns it reads; without it each fact has a column of its name, and none is stated
    as not known.
    Raises UnsupportedPlan where the dialect has no exact query.
    """
    read = Inputs.of(plan, states_not_known=False) if inputs is None else inputs
    pattern: Pattern = {name: often for name, often in read.pattern.items() if name in read.columns}
    lowered = program(simplified(plan, pattern), dialect_named(dialect), read.columns)
    comments = Comments(_ColumnComments(plan, language), _layer_comments(lowered, language), _legend(lowered, language))
    query = Query(lowered, read.households, read.members, comments)
    tree: build.Tree = query.long_rows()
    if view is not None:
        tree = build.view_of(view, tree)
    head = "\n".join(f"--{comment_text(line)}".rstrip() for line in _head(lowered, read))
    return f"{head}\n{query.sql(tree, pretty=True)};\n"


class _ColumnComments:
    """Writes the comment on a column: the label and sources of the entry it is named after."""

    def __init__(self, plan: Plan, language: str) -> None:
        self.plan = plan
        self.language = language

    def __call__(self, name: str) -> str:
        plan = self.plan
        if name in plan.definitions or name in plan.facts:
            return _described(plan.about(name), self.language)
        return ""


def _described(about: About, language: str) -> str:
    label = about.label_in(language)
    parts = [label if label != about.name else "", *about.cite]
    return "; ".join(part for part in parts if part)


def _layer_comments(lowered: Program, language: str) -> dict[int, list[str]]:
    """Lists the benefits that each layer decides, with their sources."""
    found: dict[int, list[str]] = {}
    for name, layer in lowered.layers.items():
        about = lowered.simple.plan.benefits[name].about
        found.setdefault(layer, []).append(f"{name}: {_described(about, language)}")
    return found


def _legend(lowered: Program, language: str) -> dict[str, list[str]]:
    """Writes the comments on the rows of each benefit: its label, and its conditions by their bit in `failed`."""
    found = {}
    for name, benefit in lowered.simple.plan.benefits.items():
        lines = [f"{name}: {_described(benefit.about, language)}"]
        for place, condition in enumerate(benefit.conditions):
            lines.append(f"failed {1 << place}: {condition.about.label_in(language)}")
        found[name] = lines
    return found


def _head(lowered: Program, read: Inputs) -> list[str]:
    """Writes the title, and the meaning of the columns of the result."""
    plan = lowered.simple.plan
    month = f"{plan.month // 100}-{plan.month % 100:02}"
    lines = [f"{plan.title.get('title', '')}, {month}, {lowered.dialect.name}; rules sha256 {plan.sha256}"]
    lines.append(f"reads {read.households}" + (f" and {read.members}" if read.members is not None else ""))
    lines.append(f"amounts: whole multiples of 1/{10**plan.decimals} {plan.title.get('currency', '')}".rstrip())
    lines.append("status: " + ", ".join(f"{number} {name}" for number, name in enumerate(STATUS_NAMES)))
    for place, name in enumerate(lowered.words.names):
        lines.append(f"needs_{place // WORD_BITS} {1 << place % WORD_BITS}: {name}")
    for place, check in enumerate(plan.checks):
        lines.append(f"failed_checks_{place // WORD_BITS} {1 << place % WORD_BITS}: {check.name}")
    return lines
