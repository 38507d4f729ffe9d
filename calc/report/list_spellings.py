"""Lists what the cells of a fact may say besides its own words, for `doudi rules show`."""

from __future__ import annotations

from typing import Any

from calc.diagnostics.punctuation import aside, colon, listed, semicolon
from calc.report.ui_text import say
from calc.rules.plan import FactPlan


def list_spellings(fact: FactPlan, language: str) -> list[str]:
    """Lists what cells of a fact may say: other words for each option, its unit, and the facts they may hold too."""
    lines = []
    for option in dict.fromkeys(fact.words.values()):
        of_option: dict[str, list[str]] = {}
        for word, meant in fact.words.items():
            if meant == option:
                values = fact.sets.get(word, {}).items()
                settled = semicolon(language).join(f"{name} = {_settled(value)}" for name, value in values)
                of_option.setdefault(settled, []).append(word)
        shown = option or say("left-open", language)
        if language == "en" and fact.options_en and option:
            shown = fact.options_en[fact.type.options.index(option)]
        lines += [f"    {shown}{aside(settled, language) if settled else ''}{colon(language)}{listed(words, language)}"
                  for settled, words in of_option.items()]  # fmt: skip
    if lines:
        lines.insert(0, f"  {say('other-words', language)}{colon(language)}".rstrip())
    if fact.unit is not None:
        lines.append(f"  {say('unit', language)}{colon(language)}{fact.unit}")
    if fact.holds:
        held = listed((one.name for one in fact.holds), language)
        lines.append(f"  {say('also-holds', language)}{colon(language)}{held}")
    return lines


def _settled(value: Any) -> str:
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)
