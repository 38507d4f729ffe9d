"""Tiny rules files written inside a test, and one household run through every row engine."""

from __future__ import annotations

import os
import tempfile
from typing import Any

import pytest

import calc.engine.python.row_engine as rows
from calc.diagnostics.diagnostic import InputErrors
from calc.engine.facts import Household, Member
from calc.engine.outcomes import Result
from calc.engine.traced.interpreter import Trace
from calc.record import replace
from calc.rules.plan import Plan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.support.rulefiles import rules_file

HEAD = """
[rules]
title    = "Small"
currency = "EUR"
from     = "2024-01"
[documents]
d = { title = "A document" }
"""


def plan_of(text: str, month: int = 202406, head: str = HEAD, **settings: Any) -> Plan:
    """The plan of a rules file given as text; `head` goes before it. Raises InputErrors as reading and checking do."""
    with tempfile.NamedTemporaryFile("w", suffix=".toml", encoding="utf-8", delete=False) as file:
        file.write(head + text)
    try:
        return plan_for(read_rules(file.name), month, settings)
    finally:
        os.unlink(file.name)


def generated_plan(seed: int) -> Plan:
    """The plan of a generated rules file; the test is skipped where the file has mistakes."""
    try:
        return plan_of(rules_file(seed), head="")
    except InputErrors:
        pytest.skip("the generated file has mistakes")


def chain(steps: int) -> str:
    """Rules of one member's benefit in many steps, each of which uses the one before twice."""
    definitions = [
        f'[definitions.step_{at + 1}]\nformula = "round_down((step_{at} * 2 - min(step_{at}, x)) / 3, to=1)"'
        for at in range(steps)
    ]
    benefit = f'[benefits.b]\nto = "member"\nper = "month"\namount = "max(0, step_{steps})"\ncite = "d"'
    return "\n".join([
        '[facts.member]\nx = { kind = "money/month", min = 0, max = 100000 }',
        '[definitions.step_0]\nformula = "x * 2"', *definitions, benefit,
    ])  # fmt: skip


def codes_of(text: str, month: int = 202406, head: str = HEAD) -> list[str]:
    """The codes of everything wrong with a rules file; empty if nothing is."""
    try:
        plan_of(text, month, head)
    except InputErrors as faulty:
        return [diagnostic.code for diagnostic in faulty.diagnostics]
    return []


def household(facts: dict[str, Any] | None = None, *members: dict[str, Any]) -> Household:
    """A household of declared facts as engines hold them; members are m0, m1, …"""
    return Household("h", facts or {}, tuple(Member(f"m{at}", member) for at, member in enumerate(members)))


def assessed(plan: Plan, given: Household) -> Result:
    """The result of a household, the same from the trace, the general code and the specialised code."""
    traced = bare(Trace(plan, given).result)
    general = rows.RowEngine(plan).assess(given)
    assert general == traced, f"general code: {general.outcomes}, traced: {traced.outcomes}"
    special = specialised(plan, given)
    assert special == traced, f"specialised code: {special.outcomes}, traced: {traced.outcomes}"
    exact = exactly(plan, given)
    assert exact == traced, f"code for exactly what is stated: {exact.outcomes}, traced: {traced.outcomes}"
    return traced


def specialised(plan: Plan, given: Household) -> Result:
    """The result by code made for just the facts that this household states, and for those of each member."""
    before = rows.FREQUENT
    rows.FREQUENT = 0
    try:
        return rows.RowEngine(plan).assess(given)
    finally:
        rows.FREQUENT = before


def exactly(plan: Plan, given: Household) -> Result:
    """The result by code made for households of one member who state exactly what this one states."""
    before = rows.WORTH
    rows.WORTH = 0
    try:
        return rows.RowEngine(plan).assess(given)
    finally:
        rows.WORTH = before


def bare(result: Result) -> Result:
    """The result without what only a trace knows: of which member a fact is missing."""
    outcomes = tuple(replace(one, missing=()) for one in result.outcomes)
    return replace(result, outcomes=outcomes)
