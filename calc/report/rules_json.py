"""Makes what `doudi rules show` lists as values for JSON."""

from __future__ import annotations

from typing import Any

from calc.language.function_table import TABLE
from calc.language.lookup_tables import LookupTable, Scale
from calc.language.types import MEMBER
from calc.report.format_values import as_plain as plain_value
from calc.report.rules_listing import cell_text, plan_of
from calc.rules.plan import About, BenefitPlan, FactPlan, ParameterPlan, Plan
from calc.rules.rulebook import Rulebook
from calc.rules.toml_document import month_text


def as_plain(plan: Plan, section: str | None) -> dict[str, Any]:
    """Makes the sections of a month as values for JSON."""
    answer: dict[str, Any] = {"month": month_text(plan.month), "title": plan.title["title"]}
    tables: dict[str, Any] = {
        "parameters": plan.parameters,
        "facts": plan.facts,
        "definitions": plan.definitions,
        "benefits": plan.benefits,
    }
    for key, table in tables.items():
        if section in (None, key):
            answer[key] = {name: _plain_item(plan, item) for name, item in table.items()}
    if section in (None, "documents"):
        answer["documents"] = {key: {k: str(v) for k, v in one.items()} for key, one in plan.documents.items()}
    if section in (None, "topics"):
        answer["topics"] = {
            one.name: {
                "label": one.label,
                "en": one.en,
                "expected": one.expected,
                "facts": list(one.facts),
                "question": one.question,
                "question_en": one.question_en,
            }
            for one in plan.topics.values()
        }
    if section == "functions":
        answer["functions"] = {
            one.name: {"signature": one.signature, "en": one.en, "zh": one.zh} for one in TABLE.values()
        }
    return answer


def entry_as_plain(book: Rulebook, plan: Plan, name: str) -> dict[str, Any]:
    """Makes one entry as values for JSON."""
    item = plan_of(plan, name)
    answer = {"name": name, "month": month_text(plan.month)}
    return answer if item is None else {**answer, **_plain_item(plan, item)}


def _plain_item(plan: Plan, item: Any) -> dict[str, Any]:
    about: About = item.about
    answer: dict[str, Any] = {
        "label": about.label,
        "en": about.en,
        "cite": list(about.cite),
        "basis": about.basis,
        "since": month_text(about.since) if about.since is not None else None,
    }
    if about.note:
        answer["note"] = about.note
    if about.fails:
        answer["fails"] = about.fails
    if about.short:
        answer["short"] = list(about.short)
    if hasattr(item, "type"):
        answer["kind"] = item.type.kind
    if isinstance(item, ParameterPlan):
        if isinstance(item.value, (LookupTable, Scale)):
            answer["rows"] = [[cell_text(cell) for cell in row] for row in item.raw]
        else:
            answer["value"] = plain_value(item.value, item.type.kind, plan.decimals)
    elif isinstance(item, FactPlan):
        answer["level"] = "member" if item.type.level == MEMBER else "household"
        answer["options"] = list(item.type.options)
        answer |= {"words": item.words, "sets": item.sets} if item.words else {}
        answer |= {"unit": item.unit} if item.unit is not None else {}
        answer |= {"also_holds": [one.name for one in item.holds]} if item.holds else {}
        answer |= {"several": {option: sorted(parts) for option, parts in item.several.items()}} if item.several else {}
    elif isinstance(item, BenefitPlan):
        answer["to"] = "member" if item.type.level == MEMBER else "household"
        answer["per"] = item.per
        answer["requires"] = [condition.name for condition in item.conditions]
    return answer
