"""Finds the months of a rules file that have no exact query, before a run needs one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from calc.diagnostics.diagnostic import Diagnostic
from calc.engine.sql.digits import may_be_too_wide
from calc.engine.sql.unsupported import SENTENCES, UnsupportedPlan
from calc.language.typed_tree import Term
from calc.record import replace
from calc.rules.check_all_months import month_spans
from calc.rules.name_the_bound import open_facts
from calc.rules.plan import Plan

MOST_CONDITIONS = 60
"""A benefit of more conditions may be refused."""
MOST_FACTS = 6
"""Facts without bounds that a message names."""


def without_query(plans: Sequence[Plan]) -> Iterable[Diagnostic]:
    """Warns of entries for which a month has no query, with the months; `plans` are those of a file in order.

    Only months that may have none are written as a query. Raises ImportError where that needs what is not installed.
    """
    narrow: set[int] = set()
    found: dict[str, Diagnostic] = {}
    months: dict[str, list[int]] = {}
    for plan in plans:
        is_long = any(len(benefit.conditions) > MOST_CONDITIONS for benefit in plan.benefits.values())
        if not may_be_too_wide(plan, narrow) and not is_long:
            continue
        refused = _refusal(plan)
        if refused is not None:
            found.setdefault(refused.name, _diagnostic(plan, refused))
            months.setdefault(refused.name, []).append(plan.month)
    checked = [plan.month for plan in plans]
    for name, one in found.items():
        yield replace(one, values={**one.values, "months": month_spans(months[name], checked)})


def _refusal(plan: Plan) -> UnsupportedPlan | None:
    from calc.engine.sql.input_tables import Inputs
    from calc.engine.sql.read_rows import query_of

    try:
        query_of(plan, Inputs.of(plan))
    except UnsupportedPlan as refused:
        return refused
    return None


def _diagnostic(plan: Plan, refused: UnsupportedPlan) -> Diagnostic:
    name, sentences = refused.name, SENTENCES[refused.reason]
    origin = plan.about(name).origin or next(iter(plan.benefits.values())).about.origin
    assert origin is not None
    entries = {**plan.facts, **plan.definitions}
    facts = list(dict.fromkeys(fact for term in _terms(plan, name) for fact in open_facts(term, entries)))
    help_ = None
    if facts and refused.reason == "too-wide":
        more = " …" if len(facts) > MOST_FACTS else ""
        english, chinese = (f"{comma.join(f'`{fact}`' for fact in facts[:MOST_FACTS])}{more}" for comma in (", ", "、"))
        help_ = "bound-facts", {"facts": (english, chinese)}
    why = tuple(one.replace("；", ";").partition(";")[0].format(**refused.values) for one in sentences)
    values = {"name": name or str(plan.title["title"]), "why": why}
    return Diagnostic("no-query", origin.place(on_key=True), values, help_)


def _terms(plan: Plan, name: str) -> list[Term]:
    """Lists the terms of an entry, or of a check."""
    if name in plan.definitions:
        return [plan.definitions[name].term]
    if name in plan.benefits:
        benefit = plan.benefits[name]
        own = (benefit.amount, benefit.applies_to, benefit.persons, *(one.term for one in benefit.conditions))
        return [one for one in own if one is not None]
    if name in plan.facts:
        default = plan.facts[name].default
        return [] if default is None else [default]
    return [check.term for check in plan.checks if check.name == name]
