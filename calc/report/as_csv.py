"""Writes results as CSV, a row for each benefit of a household or member. Scripts rely on the English headings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from calc.engine.traced.interpreter import Trace
from calc.exact import plain
from calc.rules.plan import Plan
from calc.rules.toml_document import month_text

HEADINGS = ("household", "month", "benefit", "member", "status", "amount", "per", "failed", "needs", "unset")


def rows(plan: Plan, traces: Sequence[Trace]) -> Iterator[tuple[str, ...]]:
    """Yields the rows, headings first; lists are joined with semicolons."""
    yield HEADINGS
    month = month_text(plan.month)
    for trace in traces:
        members = trace.household.members
        for outcome in trace.result.outcomes:
            yield (
                trace.result.id,
                month,
                outcome.benefit,
                "" if outcome.member is None else members[outcome.member].id,
                outcome.status_name,
                "" if outcome.amount is None else plain(outcome.amount, plan.decimals),
                plan.benefits[outcome.benefit].per,
                ";".join(outcome.failed),
                ";".join(outcome.needs),
                ";".join(outcome.unset),
            )
