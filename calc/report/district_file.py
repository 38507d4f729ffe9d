"""Writes a rules file for a district of its own: what it extends, and how its own numbers are entered."""

from __future__ import annotations

import json
from fractions import Fraction

from calc.language.types import MONEYS
from calc.report.format_values import show
from calc.report.ui_text import say
from calc.rules.plan import ParameterPlan, Plan
from calc.rules.toml_document import month_text

_EXAMPLES = 3


def district_toml(plan: Plan, extends: str, language: str) -> str:
    """Writes the file. Its first lines are in force; numbers are comments, as a guess would be paid."""
    shown = [one for one in plan.parameters.values() if one.type.kind in MONEYS and _is_number(one)][:_EXAMPLES]
    month = month_text(plan.month)
    titles = [say("district-title", one, year=str(plan.month // 100)) for one in ("zh", "en")]
    notices = [say("district-notice", one) for one in ("zh", "en")]
    lines = [
        f"# {say('district-about', language)}",
        "[rules]",
        f"title   = {_quoted(titles[0])}  # {say('district-name', language)}",
        f"en      = {_quoted(titles[1])}",
        f"version = {_quoted(month)}",
        f"extends = {_quoted(extends)}  # {say('district-extends', language)}",
        "",
        f"# {say('district-how', language)}",
        "# [documents]",
        f"# notice = {{ title = {_quoted(notices[0])}, en = {_quoted(notices[1])} }}",
        "# [parameters]",
    ]
    for one in shown:
        value = show(one.value, one.type.kind, plan, language, one.name)
        entry = f'# {_quoted(one.name)}.from.{month} = {{ value = {value}, cite = "notice 1" }}'
        lines.append(entry if language == "zh" else f"{entry}  # {one.about.label_in(language)}")
    return "\n".join([*lines, ""])


def _is_number(parameter: ParameterPlan) -> bool:
    return isinstance(parameter.value, (int, Fraction)) and not isinstance(parameter.value, bool)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
