"""Says what a column of the tables that a query reads holds, in words for its comment."""

from __future__ import annotations

from collections.abc import Callable

from calc.engine.facts import not_known
from calc.exact import plain
from calc.language.types import CHOICE, DATE, MONEYS, REFERENCE, SHARE, TEXT, YES_NO, smallest_step
from calc.report.format_values import currency_name
from calc.report.translated_rows import between
from calc.report.ui_text import say
from calc.rules.plan import FactPlan, Plan

_KINDS = {YES_NO: "ddl-yes-no", DATE: "ddl-date", REFERENCE: "ddl-member", TEXT: "ddl-text"}


def column_comments(plan: Plan, language: str) -> Callable[[str], str]:
    """Makes the function that writes a comment: for the key of a fact, or a key of `calc.report.ui_text`."""
    open_keys = {not_known(name): fact for name, fact in plan.facts.items()}

    def comment(key: str) -> str:
        if key in plan.facts:
            return _meaning(plan, plan.facts[key], language)
        if key in open_keys:
            return say("ddl-not-known", language, label=open_keys[key].about.label_in(language))
        return say(key, language)

    return comment


def _meaning(plan: Plan, fact: FactPlan, language: str) -> str:
    label, kind = fact.about.label_in(language), fact.type.kind
    if kind == CHOICE:
        options = between(language).join(fact.type.options)
        return say("ddl-choice", language, label=label, options=options)
    if kind in _KINDS:
        return say(_KINDS[kind], language, label=label)
    step = plain(smallest_step(kind, fact.decimals), fact.decimals)
    if kind in MONEYS:
        step += f" {currency_name(str(plan.title['currency']), language)}"
    return say("ddl-share" if kind == SHARE else "ddl-number", language, label=label, step=step)
