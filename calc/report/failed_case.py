"""Writes a failed case as text: the expected and the actual values, and how these were computed."""

from __future__ import annotations

from calc.cases import CaseOutcome
from calc.diagnostics.diagnostic import Place
from calc.report.explain import Explanation, explained
from calc.report.ui_text import say


def format_failed_case(outcome: CaseOutcome, language: str) -> str:
    """Writes the lines of a failed case."""
    case = outcome.case
    lines = [f"{_place(case.origin.place())}: ✗ {case.title}"]
    explained_names: set[str] = set()
    for difference in outcome.differences:
        who = ""
        if difference.member is not None and outcome.trace is not None:
            who = f" {outcome.trace.household.members[difference.member].id}"
        sentence = say("case-expected", language, expected=difference.expected, actual=difference.actual)
        lines.append(f"  {_place(difference.place)}: {difference.name}{who}: {sentence}")
        lines += [f"  - {difference.expected}", f"  + {difference.actual}"]
        if outcome.trace is None or difference.name in explained_names:
            continue
        explained_names.add(difference.name)
        if difference.name in outcome.trace.plan.benefits:
            lines += [f"    {line}" for line in explained(outcome.trace, language, difference.name)]
        elif difference.name in outcome.trace.plan.definitions:
            explanation = Explanation(outcome.trace, language, True)
            explanation.step(difference.name, difference.member, 0)
            lines += [f"    {line}" for line in explanation.lines]
    return "\n".join(lines)


def _place(place: Place) -> str:
    line, _ = place.source.position(place.offsets()[0])
    return f"{place.source.path}:{line}"
