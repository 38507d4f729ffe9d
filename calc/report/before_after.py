"""Writes what `--set` changed in a household: before and after side by side, and the threshold that is nearest now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from calc.diagnostics.source import display_width
from calc.engine.outcomes import NOT_APPLICABLE, Outcome
from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.exact import Number, magnitude
from calc.language.primitives import COMPARISONS
from calc.language.printer import to_text
from calc.language.typed_tree import Operation, Term
from calc.language.types import MONEYS
from calc.record import Record
from calc.report.decided import truths
from calc.report.format_values import amount_per, money
from calc.report.reasons import reason
from calc.report.trace_phrases import TracePhrases
from calc.report.ui_text import say
from calc.rules.plan import ConditionPlan


def before_and_after(before: Trace, after: Trace, settings: Sequence[str], language: str) -> list[str]:
    """Writes the outcomes that settings changed, the total before and after, and the nearest threshold."""
    phrases = TracePhrases(after, language)
    table = []
    for old, new in zip(before.result.outcomes, after.result.outcomes, strict=True):
        if (old.status, old.amount) != (new.status, new.amount):
            name = f"{phrases.label(new.benefit)}{phrases.member(new.member)}"
            table.append((name, _outcome(before, old, language), _outcome(after, new, language)))
    totals = _total(before, language), _total(after, language)
    if totals[0] != totals[1]:
        table.append((say("total-n-of", language), *totals))
    widths = [max((display_width(row[at]) for row in table), default=0) for at in (0, 1)]
    joint = "、" if language == "zh" else ", "
    lines = [say("changed-by" if table else "unchanged-by", language, settings=joint.join(settings))]
    for name, one, other in table:
        padded = name + " " * (widths[0] - display_width(name))
        lines.append(f"  {padded}  {one}{' ' * (widths[1] - display_width(one))}  →  {other}")
    nearest = _nearest(before, after)
    if nearest is not None:
        name = f"{phrases.label(nearest.outcome.benefit)}{phrases.member(nearest.outcome.member)}"
        text = reason(after, nearest.term, nearest.member, language) or ""
        if after.evaluate(nearest.term, nearest.member):  # a comparison that fails says by how much
            text += say("apart", language, amount=money(nearest.apart, after.plan, language))
        condition = nearest.condition.about.label_in(language)
        lines.append("  " + say("nearest", language, benefit=name, condition=condition, comparison=text))
    return lines


def _outcome(trace: Trace, outcome: Outcome, language: str) -> str:
    if outcome.amount and outcome.status != NOT_APPLICABLE:
        return amount_per(outcome.amount, trace.plan.benefits[outcome.benefit].per, trace.plan, language)
    return say(outcome.status_name, language)


def _total(trace: Trace, language: str) -> str:
    total = trace.result.total
    if total is None:
        least = money(trace.result.total_at_least, trace.plan, language)
        comma = "，" if language == "zh" else ", "
        return f"{say('undetermined', language)}{comma}{say('at-least', language, amount=least)}"
    return money(total, trace.plan, language)


class _Threshold(Record):
    """A comparison of amounts in a condition of a benefit, about a member or the household; `sides` are its values."""

    outcome: Outcome
    condition: ConditionPlan
    term: Term
    member: int | None
    sides: tuple[Number, Number]

    @property
    def apart(self) -> Number:
        """The distance of the two sides."""
        return magnitude(self.sides[0] - self.sides[1])


def _nearest(before: Trace, after: Trace) -> _Threshold | None:
    """Finds the comparison with the least distance among those that the settings moved."""
    old = {_key(one): one.sides for one in _thresholds(before)}
    moved = [one for one in _thresholds(after) if old.get(_key(one), one.sides) != one.sides]
    return min(moved, key=lambda one: one.apart, default=None)


def _key(threshold: _Threshold) -> tuple[object, ...]:
    outcome = threshold.outcome
    return outcome.benefit, outcome.member, threshold.condition.name, to_text(threshold.term.node)


def _thresholds(trace: Trace) -> Iterator[_Threshold]:
    """Lists the comparisons of known amounts that decided conditions."""
    for outcome in trace.result.outcomes:
        if outcome.status == NOT_APPLICABLE:
            continue
        for condition in trace.plan.benefits[outcome.benefit].conditions:
            for term, member in truths(trace, condition.term, outcome.member):
                if not isinstance(term, Operation) or term.operator not in COMPARISONS:
                    continue
                left, right = (trace.evaluate(one, member) for one in term.operands)
                known = left.__class__ is not Unknown and right.__class__ is not Unknown
                if known and all(one.type.kind in MONEYS for one in term.operands):
                    yield _Threshold(outcome, condition, term, member, (left, right))
