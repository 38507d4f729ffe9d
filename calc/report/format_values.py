"""Writes values for people: money with its decimals, yes and no, days, words in their language."""

from __future__ import annotations

from typing import Any

from calc.engine.facts import Household
from calc.engine.unknown import Unknown
from calc.exact import Number, decimals_of, plain
from calc.households.dates import day_text
from calc.language.types import CHOICE, DATE, MONEYS, NOBODY, REFERENCE, SHARE
from calc.report.ui_text import say
from calc.rules.plan import FactPlan, Plan


def show(value: Any, kind: str, plan: Plan, language: str, name: str | None = None) -> str:
    """Writes a value of a kind; `name` of the fact or definition finds a choice's English words."""
    if value is None or value.__class__ is Unknown:
        return say("unknown", language)
    if value.__class__ is bool:
        return say("yes" if value else "no", language)
    if value == NOBODY and kind == REFERENCE:
        return say("nobody", language)
    if isinstance(value, str):
        return word(value, plan, language) if kind == CHOICE or language == "en" else value
    if kind == DATE:
        return day_text(value)
    if kind in MONEYS:
        decimals = decimals_of(value)
        if decimals is None:
            return f"≈{plain(value, plan.decimals)}"
        return plain(value, max(plan.decimals, decimals))
    if kind == SHARE:
        return f"{_number(value * 100)}%"
    return _number(value)


def currency_name(code: str, language: str) -> str:
    """Writes a currency: in Chinese 元 for CNY, else its code."""
    return say(code, language) if code == "CNY" else code


def money(value: Number, plan: Plan, language: str) -> str:
    """Writes an amount with its currency."""
    return f"{plain(value, plan.decimals)} {currency_name(plan.title['currency'], language)}"


def amount_per(value: Number, period: str, plan: Plan, language: str) -> str:
    """Writes an amount with its period: a month, once, a year."""
    currency = currency_name(plan.title["currency"], language)
    return say(f"amount-{period}", language, amount=plain(value, plan.decimals), currency=currency)


def by_id(value: Any, kind: str, household: Household) -> Any:
    """Returns the id of the member that a value of kind member is; other values as they are."""
    is_place = kind == REFERENCE and value.__class__ is int and 0 <= value < len(household.members)
    return household.members[value].id if is_place else value


def _number(value: Any) -> str:
    return plain(value) if decimals_of(value) is not None else f"≈{plain(value, 4)}"


def word(text: str, plan: Plan, language: str) -> str:
    """Translates a word of a choice."""
    if language == "en":
        for fact in plan.facts.values():
            if text in fact.type.options and fact.options_en:
                return fact.options_en[fact.type.options.index(text)]
    return text


def as_plain(value: Any, kind: str, decimals: int) -> Any:
    """Makes a value for JSON: amounts and numbers as strings of digits, days as ISO dates, unknown as None."""
    if value.__class__ is Unknown or value is None:
        return None
    if isinstance(value, (bool, str)):
        return value
    if value == NOBODY and kind == REFERENCE:
        return "nobody"
    if kind == DATE:
        return day_text(value)
    if kind in MONEYS:
        exact = decimals_of(value)
        return plain(value) if exact is None else plain(value, max(decimals, exact))
    return plain(value)


def question_of(fact: FactPlan, language: str) -> str | None:
    """Returns the question that asks for a fact, if the rules have one."""
    return (fact.question_en or fact.question) if language == "en" else (fact.question or fact.question_en)
