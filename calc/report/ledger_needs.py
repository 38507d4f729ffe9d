"""Writes what to ask first about a ledger, and which figures nobody has published, from the totals of a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from calc.engine.totals import Totals
from calc.report.format_values import question_of
from calc.report.ui_text import say
from calc.rules.plan import Plan
from calc.vary.next_questions import next_questions

MOST_ASKED = 12
"""Questions that are listed."""


FACT, LEADING_FACT, FIGURE = "fact", "leading_fact", "parameter"
"""Kinds of needs that a household has alone: a fact whose every answer settles it, one whose answer may open another
question, a parameter."""
NEEDS_HEADINGS = ("kind", "name", "households", "question")


def needs_rows(tally: Totals, plans: Sequence[Plan], language: str) -> list[list[str]]:
    """Makes a row for each fact by how many households lack only it, then for each parameter that others wait for.

    Facts whose every answer settles these households come first.
    """
    alone, figures = Counter[str](), Counter[str]()
    for group in tally.groups.values():
        alone.update(group.alone)
        figures.update(group.figures)
    rows = []
    for kind, counts in zip((FACT, LEADING_FACT), _settling_first(alone, plans), strict=True):
        for name, count in counts:
            fact = next(plan.facts[name] for plan in reversed(plans) if name in plan.facts)
            rows.append([kind, name, str(count), question_of(fact, language) or ""])
    for name, count in _most_first(figures, {name: None for plan in plans for name in plan.parameters}):
        rows.append([FIGURE, name, str(count), ""])
    return rows


def needs_lines(tally: Totals, plans: Sequence[Plan], language: str) -> list[str]:
    """Lists the facts by how many households lack only them, then the parameters that others wait for.

    Facts whose every answer settles these households come first. Nothing where all households are determined.
    """
    alone, figures = Counter[str](), Counter[str]()
    undetermined = unset = 0
    for group in tally.groups.values():
        alone.update(group.alone)
        figures.update(group.figures)
        undetermined += group.undetermined
        unset += group.unset
    lines = []
    for key, shown in zip(("ask-households", "ask-leading"), _settling_first(alone, plans), strict=True):
        if not shown:
            continue
        lines.append(say(key, language))
        lines += [_asked(name, count, plans, language) for name, count in shown[:MOST_ASKED]]
        if len(shown) > MOST_ASKED:
            lines.append("  " + say("and-more", language, count=len(shown) - MOST_ASKED))
    several = undetermined - unset - sum(alone.values())
    if several:
        lines.append(say("ask-several", language, count=several))
    if unset:
        lines.append(say("batch-unset", language, count=unset))
        shown = _most_first(figures, {name: None for plan in plans for name in plan.parameters})
        lines += [_figure(name, count, plans, language) for name, count in shown]
    return lines


def _settling_first(alone: Mapping[str, int], plans: Sequence[Plan]) -> tuple[list[tuple[str, int]], ...]:
    """Lists facts with their numbers: those whose every answer settles a household that lacks only them, and others."""
    found = _most_first(alone, {name: None for plan in plans for name in plan.facts})
    every = [next_questions([name for name in alone if name in plan.facts], plan) for plan in plans if alone]
    leading = {name for each in every for name, later in each.items() if later}
    return [one for one in found if one[0] not in leading], [one for one in found if one[0] in leading]


def _most_first(counts: Mapping[str, int], order: Mapping[str, None]) -> list[tuple[str, int]]:
    """Sorts names by their numbers, the largest first, else in the order of the rules."""
    place = {name: at for at, name in enumerate(order)}
    return sorted(counts.items(), key=lambda one: (-one[1], place[one[0]]))


def _asked(name: str, count: int, plans: Sequence[Plan], language: str) -> str:
    fact = next(plan.facts[name] for plan in reversed(plans) if name in plan.facts)
    label = fact.about.label_in(language)
    question = question_of(fact, language)
    return f"  {count:>7,}  {question} — {label}" if question else f"  {count:>7,}  {label}"


def _figure(name: str, count: int, plans: Sequence[Plan], language: str) -> str:
    parameter = next(plan.parameters[name] for plan in reversed(plans) if name in plan.parameters)
    key = "unset-figure" if parameter.value is None else "unset-cells"
    return f"  {count:>7,}  {say(key, language, name=name, label=parameter.about.label_in(language))}"
