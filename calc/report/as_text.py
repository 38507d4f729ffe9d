"""Writes results as plain text: headings, rows for a table or for lines, and explanations."""

from __future__ import annotations

from collections.abc import Sequence

from calc.diagnostics.source import display_width
from calc.engine.outcomes import DENIED, GRANTED, UNDETERMINED
from calc.engine.traced.interpreter import Trace
from calc.engine.traced.provenance import defaults_used
from calc.exact import plain
from calc.report.trace_phrases import TracePhrases
from calc.report.ui_text import say
from calc.rules.plan import Plan
from calc.rules.toml_document import month_text

Row = tuple[str, str, str, str]


def heading(plan: Plan, language: str) -> str:
    """Writes the title of the rules and the month."""
    title = plan.title.get("en") if language == "en" else None
    version = plan.title.get("version")
    return f"{title or plan.title['title']}{f' ({version})' if version else ''} · {month_text(plan.month)}"


def warning(plan: Plan, language: str) -> str | None:
    """Warns that the standards are older than the month; None where they are not."""
    if plan.confirmed_until is None or plan.month <= plan.confirmed_until:
        return None
    return say("old", language, month=month_text(plan.confirmed_until))


def rows(trace: Trace, language: str) -> list[Row]:
    """Makes rows of benefit, status, amount and reason; members with the same reason are in one row."""
    plan, phrases = trace.plan, TracePhrases(trace, language)
    granted: list[Row] = []
    others: list[Row] = []
    for name, benefit in plan.benefits.items():
        label = benefit.about.label_in(language)
        for outcome in trace.outcomes[name]:
            if outcome.status == GRANTED:
                amount = ""
                if benefit.amount is not None:
                    assert outcome.amount is not None
                    amount = f"{plain(outcome.amount, plan.decimals)} {say('per-' + benefit.per, language)}"
                who = f"{label}{phrases.member(outcome.member)}"
                if benefit.assumptions:
                    who, amount = (who, f"{amount} *") if amount else (f"{who} *", amount)
                granted.append((who, say("granted", language), amount, ""))
        for outcomes in phrases.grouped(name, UNDETERMINED):
            who = phrases.names([outcome.member for outcome in outcomes])
            reason = phrases.joined(phrases.lacks(outcomes))
            others.append((f"{label}{who}", say("undetermined", language), "", reason))
        for outcomes in phrases.grouped(name, DENIED):
            who = phrases.names([outcome.member for outcome in outcomes])
            failed = outcomes[0].failed
            reasons = [phrases.failed(benefit, failed[0], outcomes).removeprefix("✗ ")]
            if len(failed) > 1:
                reasons.append(phrases.say("and-more", count=len(failed)))
            reason = phrases.joined(reasons)
            if language == "zh":
                reason = reason.replace(": ", "：")
            others.append((f"{label}{who}", say("denied", language), "", reason))
    return [*granted, *sorted(others, key=lambda row: row[1] == say("denied", language))]


def total_line(trace: Trace, language: str) -> str:
    """Writes the total paid for the month."""
    plan, result = trace.plan, trace.result
    month = month_text(plan.month)
    if result.total is None:
        at_least = plain(result.total_at_least, plan.decimals)
        line = say("total-open", language, month=month, amount=f"{at_least} {plan.title['currency']}")
    else:
        total = plain(result.total, plan.decimals)
        colon = "：" if language == "zh" else ": "
        line = f"{say('total', language, month=month)}{colon}{total} {plan.title['currency']}"
    if result.yearly:
        line += f"\n{say('yearly', language)}: {plain(result.yearly, plan.decimals)} {plan.title['currency']}"
    return line


def footnote(trace: Trace, language: str) -> str | None:
    """Counts the assumed entries that granted benefits used; None where there are none."""
    names = {
        one
        for benefit in trace.plan.benefits.values()
        if any(outcome.status == GRANTED for outcome in trace.outcomes[benefit.name])
        for one in benefit.assumptions
    }
    granted = [name for name in trace.plan.benefits if any(one.status == GRANTED for one in trace.outcomes[name])]
    names &= defaults_used(trace, granted)
    return say("assumed-short", language, count=len(names)) if names else None


def household_text(trace: Trace, language: str, explain: bool, why: str | None) -> str:
    """Writes one household as plain lines, as for a pipe."""
    lines = [trace.result.id]
    if explain or why is not None:
        from calc.report.explain import explained

        lines += [f"  {line}" for line in explained(trace, language, why)]
    else:
        table = rows(trace, language)
        name_width = max((display_width(row[0]) for row in table), default=0)
        status_width = max((display_width(row[1]) for row in table), default=0)
        amount_width = max((display_width(row[2]) for row in table), default=0)
        for name, status, amount, reason in table:
            last = amount.rjust(amount_width - display_width(amount) + len(amount)) if amount else reason
            lines.append(f"  {padded(name, name_width)}  {padded(status, status_width)}  {last}".rstrip())
    if why is None:
        lines.append(f"  {total_line(trace, language)}".replace("\n", "\n  "))
        note = None if explain else footnote(trace, language)
        lines += [f"  {note}"] if note else []
    return "\n".join(lines)


def padded(text: str, width: int) -> str:
    """Fills a text with blanks to a display width."""
    return text + " " * max(0, width - display_width(text))


def document(plan: Plan, traces: Sequence[Trace], language: str, explain: bool, why: str | None) -> str:
    """Writes all households as plain text."""
    parts = [heading(plan, language)]
    old = warning(plan, language)
    if old:
        parts.append(old)
    parts += [household_text(trace, language, explain, why) for trace in traces]
    return "\n\n".join(parts)
