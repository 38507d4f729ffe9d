"""Report the checks of the rules that a household's data fail: with the values compared, at the places of these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Optional

from calc.diagnostics.diagnostic import Diagnostic, Place
from calc.engine.facts import Household
from calc.engine.traced.decisive_facts import failures
from calc.exact import decimals_of, plain
from calc.households.cell_values import fact_value_text, shown
from calc.households.dates import day_text
from calc.households.value_forms import scaled_down
from calc.language.types import DATE, MONEYS, NOBODY, REFERENCE
from calc.rules.plan import CheckPlan, FactPlan, ParameterPlan, Plan

Cells = Callable[[str, Optional[int]], Optional[Place]]
"""Finds the place where a fact is stated, of the household or of the member at a place."""
Both = tuple[str, str]
MOST_VALUES = 6


class CheckReport:
    """Makes the mistakes of a household in a file, whose `place` and `language` are its own."""

    def __init__(self, plan: Plan, place: Place, cells: Cells, show_ids: bool, language: str | None) -> None:
        self.plan = plan
        self.place = place
        self.cells = cells
        self.show_ids = show_ids
        self.language = language

    def mistakes(self, household: Household, names: Sequence[str]) -> tuple[Diagnostic, ...]:
        """Makes the mistakes of failed checks by their names, in the order of the rules."""
        found = []
        for failure in failures(self.plan, household, names):
            used = failure.used
            places = [self.cells(name, member) if name in self.plan.facts else None for name, member in used]
            facts = [name for name, _ in used if name in self.plan.facts]
            first = next((one for one in places if one is not None), self.place)
            texts = [self.text(household, *one, place, first) for one, place in zip(used, places, strict=True)]
            found.append(mistake(failure.check, first, texts, facts[0] if facts else None))
        return tuple(found)

    def text(self, household: Household, name: str, member: int | None, place: Place | None, first: Place) -> Both:
        """Writes a value with its name, and with its place where that is not the first one."""
        fact = self.plan.facts.get(name)
        if fact is None:
            values = _parameter_text(self.plan.parameters[name], self.plan)
        elif member is None:
            values = self.value(fact, household.facts[name], household)
        else:
            values = self.value(fact, household.members[member].facts[name], household)
            name = f"{str(shown(household.members[member].id, self.show_ids))[1:-1]}.{name}"
        where = _where(place, first, fact)
        return f"{name} {values[0]}{where[0]}", f"{name} {values[1]}{where[1]}"

    def value(self, fact: FactPlan, value: int | bool | str, household: Household) -> Both:
        if fact.type.kind == REFERENCE and value != NOBODY:
            return _twice(str(shown(household.members[int(value)].id, self.show_ids))[1:-1])
        if fact.type.kind in MONEYS:
            return _twice(plain(scaled_down(int(value), fact.decimals), self.plan.decimals))
        return _twice(fact_value_text(fact, value, self.show_ids, self.language))


def mistake(check: CheckPlan, place: Place, values: Sequence[Both] = (), fact: str | None = None) -> Diagnostic:
    """Makes the mistake of a failed check at a place, with the values compared if they are known."""
    label = (check.about.label_in("en"), check.about.label_in("zh"))
    if not values:
        return Diagnostic("check-failed", place, {"label": label, "fact": fact})
    shown_values = [*values[:MOST_VALUES], *([("…", "…")] if len(values) > MOST_VALUES else [])]
    both = "; ".join(one for one, _ in shown_values), "；".join(one for _, one in shown_values)
    return Diagnostic("check-failed/values", place, {"label": label, "fact": fact, "values": both})


def checks_in(plan: Plan, bits: int) -> list[str]:
    """Names the checks whose bits are set, as SQL and the compiled engine have them."""
    return [one.name for at, one in enumerate(plan.checks) if bits >> at & 1]


def _where(place: Place | None, first: Place, fact: FactPlan | None) -> Both:
    """Writes a place as far as it differs from the first one: another file, another line, another heading."""
    if place is None or place == first:
        return "", ""
    source, line = place.source, _line_of(place)
    if source.path != first.source.path:
        return f" ({source.path}:{line})", f"（{source.path}:{line}）"
    heading = place.heading if fact is None or place.heading != fact.name else None
    column = "" if heading is None else f"`{heading}`"
    if line == _line_of(first):
        return (f" ({column})", f"（{column}）") if column else ("", "")
    more = (f", {column}", f" {column}") if column else ("", "")
    return f" (line {line}{more[0]})", f"（第 {line} 行{more[1]}）"


def _line_of(place: Place) -> int:
    return place.source.position(place.offsets()[0])[0]


def _parameter_text(parameter: ParameterPlan, plan: Plan) -> Both:
    value, kind = parameter.value, parameter.type.kind
    if value.__class__ is bool:
        return ("yes", "是") if value else ("no", "否")
    if isinstance(value, str):
        return value, value
    if kind == DATE:
        return _twice(day_text(int(value)))  # type: ignore[arg-type]
    decimals = max(plan.decimals, decimals_of(value) or 0) if kind in MONEYS else None  # type: ignore[arg-type]
    return _twice(plain(value, decimals))  # type: ignore[arg-type]


def _twice(text: str | Both) -> Both:
    return text if isinstance(text, tuple) else (text, text)
