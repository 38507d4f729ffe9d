"""Writes results as JSON for scripts: keys are stable, amounts are strings with the currency's decimals."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from calc.diagnostics.diagnostic import Diagnostic
from calc.engine.facts import NOT_KNOWN, Household
from calc.engine.outcomes import Outcome, Result
from calc.engine.traced.interpreter import Trace
from calc.exact import Number, plain
from calc.language.types import MEMBER
from calc.report.ask_first import Questions
from calc.report.format_values import as_plain, by_id
from calc.report.least_amount import is_entitled, least_amount
from calc.report.silence import silent_behind
from calc.rules.plan import DefinitionPlan, Plan
from calc.rules.toml_document import month_text

SCHEMA = "doudi.result/1"


def document(
    plan: Plan, traces: Sequence[Trace], rejected: Sequence[dict[str, Any]], with_values: bool
) -> dict[str, Any]:
    """Makes the whole answer as values for JSON."""
    title = plan.title
    result: dict[str, Any] = {
        "schema": SCHEMA,
        "rules": {"title": title["title"], "version": title.get("version"), "sha256": plan.sha256},
        "month": month_text(plan.month),
        "currency": title["currency"],
        "confirmed": plan.confirmed_until is None or plan.month <= plan.confirmed_until,
        "households": [household(plan, trace, with_values) for trace in traces],
        "rejected": list(rejected),
    }
    if plan.set:
        result["set"] = {
            name: as_plain(value, plan.parameters[name].type.kind, plan.decimals) for name, value in plan.set.items()
        }
    return result


def household(plan: Plan, trace: Trace, with_values: bool) -> dict[str, Any]:
    """Makes one household's results, with the values of definitions if they are wanted."""
    result: Result = trace.result

    def amount(value: Number | None) -> str | None:
        return None if value is None else plain(value, plan.decimals)

    answer: dict[str, Any] = {
        "id": result.id,
        "status": "determined" if result.is_determined else "undetermined",
        "total": amount(result.total),
        "total_at_least": amount(result.total_at_least),
        "yearly": amount(result.yearly),
        "benefits": [benefit(plan, trace, outcome) for outcome in result.outcomes],
    }
    if doubtful := _stated_as_not_known(trace.household):
        answer["not_known"] = doubtful
    if not result.is_determined:
        answer |= _what_is_open(trace)

    def plain_value(value: Any, definition: DefinitionPlan) -> Any:
        kind = definition.type.kind
        return as_plain(by_id(value, kind, trace.household), kind, plan.decimals)

    if with_values:
        answer["definitions"] = {
            name: plain_value(trace.of_household[name], definition)
            for name, definition in plan.definitions.items()
            if definition.type.level < MEMBER
        }
        answer["members"] = {
            member.id: {
                name: plain_value(trace.of_members[name][place], definition)
                for name, definition in plan.definitions.items()
                if definition.type.level == MEMBER
            }
            for place, member in enumerate(trace.household.members)
        }
    return answer


def _what_is_open(trace: Trace) -> dict[str, Any]:
    """Lists the facts to ask first with the benefits that need them, and the parameters nobody has published."""
    questions, members = Questions(trace), trace.household.members
    asked = [
        {
            "fact": one.fact,
            "members": [None if place is None else members[place].id for place in one.members],
            "benefits": list(one.benefits),
            "question": trace.plan.facts[one.fact].question,
        }
        for one in questions.first()
    ]
    return {"ask_first": asked, "unset": questions.unset()}


def _stated_as_not_known(household: Household) -> list[dict[str, Any]]:
    """Lists the facts that are stated as not known, each with the id of the member, null for the household."""
    tables = [(None, household.facts), *((one.id, one.facts) for one in household.members)]
    return [
        {"fact": key.removesuffix(NOT_KNOWN), "member": member}
        for member, facts in tables
        for key in facts
        if key.endswith(NOT_KNOWN)
    ]


def benefit(plan: Plan, trace: Trace, outcome: Outcome) -> dict[str, Any]:
    """Makes one outcome; `failed`, `needs` and `unset` are there only for statuses that have them.

    `silent` are facts that nobody stated and whose default decided a denial; `entitled` says that only the amount is
    open.
    """
    own = plan.benefits[outcome.benefit]
    answer: dict[str, Any] = {
        "benefit": outcome.benefit,
        "member": None if outcome.member is None else trace.household.members[outcome.member].id,
        "status": outcome.status_name,
        "amount": None if outcome.amount is None else plain(outcome.amount, plan.decimals),
        "per": own.per,
    }
    if outcome.status_name == "denied":
        answer["failed"] = list(outcome.failed)
        members = trace.household.members
        if silent := silent_behind(trace, outcome):
            answer["silent"] = [
                {"fact": fact, "member": None if place is None else members[place].id} for fact, place in silent
            ]
    if outcome.status_name == "undetermined":
        answer["needs"] = list(outcome.needs)
        answer["unset"] = list(outcome.unset)
        if is_entitled(trace, outcome):
            answer["entitled"] = True
            answer["amount_at_least"] = plain(least_amount(trace, outcome), plan.decimals)
    if outcome.status_name in ("granted", "undetermined"):
        answer["assumptions"] = list(own.assumptions)
    return answer


def rejected(id: str, diagnostics: Sequence[Diagnostic], language: str) -> dict[str, Any]:
    """Makes a household that could not be assessed, with all its errors."""
    return {
        "id": id,
        "errors": [
            {
                "code": one.name,
                "place": place_of(one),
                "fact": one.values.get("fact"),
                "message": one.message(language),
            }
            for one in diagnostics
        ],
    }


def place_of(diagnostic: Diagnostic) -> str:
    """Writes `path:line` of a diagnostic."""
    source = diagnostic.place.source
    return f"{source.path}:{source.position(diagnostic.place.offsets()[0])[0]}"


def dumped(value: Any) -> str:
    """Writes values as JSON text, with two blanks for each level."""
    return json.dumps(value, ensure_ascii=False, indent=2)
