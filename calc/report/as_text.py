"""Writes results as plain text: headings, rows for a table or for lines, and explanations."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from calc.diagnostics.source import display_width
from calc.engine.outcomes import DENIED, GRANTED, UNDETERMINED, Outcome
from calc.engine.traced.interpreter import Trace
from calc.exact import Number
from calc.record import Record
from calc.report.arithmetic import NumberWriter
from calc.report.assumptions import assumed_behind
from calc.report.format_values import amount_per, money
from calc.report.least_amount import is_entitled, least_amount
from calc.report.trace_phrases import TracePhrases
from calc.report.ui_text import say
from calc.rules.plan import Plan
from calc.rules.toml_document import month_text


class Row(Record):
    """One line of an answer. `status` is granted, entitled, undetermined or denied."""

    name: str
    status: str
    amount: str
    reason: str


Changes = Mapping[str, Sequence[str]]
"""The lines on what settings changed, by the id of a household."""
_ORDER = ("granted", "entitled", "undetermined", "denied")


def heading(plan: Plan, language: str) -> str:
    """Writes the title of the rules and the month."""
    title = plan.title.get("en") if language == "en" else None
    version = plan.title.get("version")
    return f"{title or plan.title['title']}{f' ({version})' if version else ''} · {month_text(plan.month)}"


def warning(plan: Plan, language: str) -> str | None:
    """Warns that the standards are older than the month; None where they are not."""
    if plan.confirmed_until is None or plan.month <= plan.confirmed_until:
        return None
    return say("old", language, month=month_text(plan.month), last=month_text(plan.confirmed_until))


def rows(trace: Trace, language: str, benefits: Collection[str] | None = None) -> list[Row]:
    """Makes rows of benefit, status, amount and reason, of some benefits only if they are given.

    Members with the same reason are in one row.
    """
    found: list[Row] = []
    writer = _RowWriter(trace, language)
    for name in trace.plan.benefits if benefits is None else benefits:
        found += writer.granted(name)
        found += writer.undetermined(name)
        found += writer.denied(name)
    return sorted(found, key=lambda row: _ORDER.index(row.status))


class _RowWriter:
    def __init__(self, trace: Trace, language: str) -> None:
        self.trace = trace
        self.plan = trace.plan
        self.language = language
        self.phrases = TracePhrases(trace, language)
        self.arithmetic = NumberWriter(trace, language)

    def granted(self, name: str) -> list[Row]:
        benefit, found = self.plan.benefits[name], []
        for outcome in self.trace.outcomes[name]:
            if outcome.status != GRANTED:
                continue
            star = " *" if assumed_behind(self.trace, outcome) else ""
            who, amount, reason = self.who(name, [outcome]), "", ""
            if benefit.amount is None:
                who += star
            else:
                assert outcome.amount is not None
                amount = self.amount(name, outcome.amount) + star
                reason = self.arithmetic.sentence(benefit.amount, outcome.member) or ""
            found.append(Row(who, "granted", amount, reason))
        return found

    def undetermined(self, name: str) -> list[Row]:
        groups: dict[tuple[object, ...], list[Outcome]] = {}
        for outcome in self.trace.outcomes[name]:
            if outcome.status == UNDETERMINED:
                groups.setdefault((outcome.needs, outcome.unset, self.open(outcome)), []).append(outcome)
        found = []
        for outcomes in groups.values():
            status, amount, reason = self.open(outcomes[0])
            lacks = self.phrases.joined(self.phrases.lacks(outcomes))
            found.append(Row(self.who(name, outcomes), status, amount, reason or lacks))
        return found

    def open(self, outcome: Outcome) -> tuple[str, str, str]:
        """Says what is certain about an undetermined outcome: status, amount, and the reason where it needs nothing."""
        settled = self.phrases.questions.settled(outcome)
        if settled is not None:
            status = say(settled.status_name, self.language)
            if settled.amount:
                status += f" {self.amount(outcome.benefit, settled.amount)}"
            return "undetermined", "", say("settled-reason", self.language, status=status)
        if not is_entitled(self.trace, outcome):
            return "undetermined", "", ""
        least = least_amount(self.trace, outcome)
        shown = self.amount(outcome.benefit, least)
        return "entitled", say("at-least", self.language, amount=shown) if least else "", ""

    def amount(self, benefit: str, value: Number) -> str:
        return amount_per(value, self.plan.benefits[benefit].per, self.plan, self.language)

    def denied(self, name: str) -> list[Row]:
        benefit, found = self.plan.benefits[name], []
        for outcomes in self.phrases.grouped(name, DENIED):
            failed = outcomes[0].failed
            reasons = [self.phrases.failed(benefit, failed[0], outcomes).removeprefix("✗ ")]
            if len(failed) > 1:
                reasons.append(say("and-more", self.language, count=len(failed) - 1))
            reason = self.phrases.joined(reasons)
            if self.language == "zh":
                reason = reason.replace(": ", "：")
            found.append(Row(self.who(name, outcomes), "denied", "", reason))
        return found

    def who(self, name: str, outcomes: list[Outcome]) -> str:
        return self.phrases.label(name) + self.phrases.names([outcome.member for outcome in outcomes])


def total_line(trace: Trace, language: str) -> str:
    """Writes the total payable for the month."""
    plan, result = trace.plan, trace.result
    month = month_text(plan.month)
    if result.total is None:
        line = say("total-open", language, month=month, amount=money(result.total_at_least, plan, language))
    else:
        line = say("total-line", language, month=month, amount=money(result.total, plan, language))
    if result.yearly:
        line += "\n" + say("yearly-line", language, amount=money(result.yearly, plan, language))
    return line


def footnote(trace: Trace, language: str) -> str | None:
    """Counts the assumed entries that granted benefits depend on, and says how to list them; None without any."""
    behind = {
        name: {one for outcome in trace.outcomes[name] for one in assumed_behind(trace, outcome)}
        for name in trace.plan.benefits
    }
    names = set[str]().union(*behind.values())
    if not names:
        return None
    joint = "、" if language == "zh" else ", "
    commands = joint.join(f"--why {name}" for name, found in behind.items() if found)
    return say("assumed-short", language, count=len(names), commands=commands)


def ask_first(trace: Trace, language: str) -> list[str]:
    """Writes what to ask first, and which parameters nobody has published; nothing where all is determined."""
    phrases = TracePhrases(trace, language)
    questions, unset = phrases.questions.first(), phrases.questions.unset()
    lines = [say("ask-first", language)] if questions else []
    for one in questions:
        label = phrases.listed([(one.fact, place) for place in one.members])
        asked = phrases.question(one.fact) or label
        lines.append("  " + say("ask-line", language, question=asked, fact=label, count=len(one.benefits)))
    if unset:
        lines.append(say("unset-too" if questions else "only-unset", language))
        for name in unset:
            parameter = trace.plan.parameters[name]
            key = "unset-line" if parameter.value is None else "unset-table"
            benefits = [one for one in trace.plan.benefits if any(name in each.unset for each in trace.outcomes[one])]
            listed = phrases.joined([phrases.label(one) for one in benefits])
            lines.append("  " + say(key, language, name=name, label=phrases.label(name), benefits=listed))
    return lines


def after_rows(trace: Trace, language: str, explain: bool) -> list[str]:
    """Writes what follows the rows of a household: the total, what to ask first, the note on assumptions."""
    lines = total_line(trace, language).split("\n")
    note = None if explain else footnote(trace, language)
    return [*lines, *(ask_first(trace, language)), *([note] if note else [])]


def household_text(
    trace: Trace, language: str, explain: bool, why: str | None, changes: Sequence[str] = (),
    benefits: Collection[str] | None = None,
) -> str:  # fmt: skip
    """Writes one household as plain lines, as for a pipe; `changes` are the lines on what settings changed.

    Of some benefits only the rows, if they are given: no total, which is that of all.
    """
    lines = [trace.result.id]
    if explain or why is not None:
        from calc.report.explain import explained

        lines += [f"  {line}" for line in explained(trace, language, why)]
    else:
        table = rows(trace, language, benefits)
        statuses = {row.status: say(row.status, language) for row in table}
        name_width = max((display_width(row.name) for row in table), default=0)
        status_width = max(map(display_width, statuses.values()), default=0)
        amount_width = max((display_width(row.amount) for row in table), default=0)
        for row in table:
            last = row.reason
            if row.amount:
                last = f"{' ' * (amount_width - display_width(row.amount))}{row.amount}  {row.reason}"
            lines.append(
                f"  {padded(row.name, name_width)}  {padded(statuses[row.status], status_width)}  {last}".rstrip()
            )
    if why is None and benefits is None:
        lines += [f"  {line}" for line in after_rows(trace, language, explain)]
    lines += [f"  {line}" for line in changes]
    return "\n".join(lines)


def padded(text: str, width: int) -> str:
    """Fills a text with blanks to a display width."""
    return text + " " * max(0, width - display_width(text))


def document(
    plan: Plan, traces: Sequence[Trace], language: str, explain: bool, why: str | None, changes: Changes
) -> str:
    """Writes all households as plain text."""
    old = warning(plan, language)
    head = "\n".join([*([old] if old else []), heading(plan, language)])
    parts = [household_text(one, language, explain, why, changes.get(one.result.id, ())) for one in traces]
    return "\n\n".join([head, *parts])
