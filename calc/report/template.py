"""Writes an empty ledger or household file for the rules of a month, with a heading for every fact."""

from __future__ import annotations

import re
from collections.abc import Sequence

from calc.diagnostics.punctuation import semicolon
from calc.exact import plain
from calc.households.dates import day_text
from calc.households.headings import HOUSEHOLDS, LEDGER_HEADINGS, LEDGER_WORDS, MEMBERS, NAME, WORDS, Headings
from calc.language.syntax_tree import Name, Truth, Word
from calc.language.types import DATE, HOUSEHOLD, LIMITS, MEMBER, MONEYS, NUMERIC, SHARE, YES_NO
from calc.record import Record
from calc.report.as_text import heading as title_of
from calc.report.format_values import currency_name
from calc.report.formula_text import rule_in_words
from calc.report.ui_text import say
from calc.rules.plain_default import plain_default
from calc.rules.plan import FactPlan, Plan
from calc.text_forms import folded

_BARE = re.compile(r"[A-Za-z0-9_-]+")


class TemplateColumn(Record):
    """A column of a ledger: its heading and its fact; without a fact it is an id or a name."""

    heading: str
    level: int
    fact: FactPlan | None = None


def columns(plan: Plan, language: str) -> list[TemplateColumn]:
    """Lists the columns of a ledger: the ids, then the facts of the household, then those of the member."""
    side = 1 if language == "zh" else 0
    found = [TemplateColumn(LEDGER_HEADINGS[HOUSEHOLDS][side], HOUSEHOLD)]
    if plan.has_members:
        found.append(TemplateColumn(LEDGER_HEADINGS[NAME][side], MEMBER))
    headings = Headings(plan)
    for level in (HOUSEHOLD, MEMBER):
        for fact in in_order(plan, level):
            found.append(TemplateColumn(_heading(fact, headings, language, LEDGER_WORDS, both=True), level, fact))
    return found


def in_order(plan: Plan, level: int) -> list[FactPlan]:
    """Sorts the facts of a level in the order of the file, those without default first: they have to be stated."""
    facts = [fact for fact in plan.facts.values() if fact.type.level == level]
    return sorted(facts, key=lambda fact: fact.default is not None)


def _heading(fact: FactPlan, headings: Headings, language: str, words: dict[str, str], *, both: bool) -> str:
    """Chooses the heading of a fact: its label if that is read as this fact only, else its name.

    A ledger has the facts of `both` levels in one row, so that the heading must be of one level only.
    """
    level = fact.type.level
    for text in (fact.about.label_in(language), fact.name):
        one_line = text == " ".join(text.split())
        elsewhere = both and folded(text) in headings.facts[HOUSEHOLD + MEMBER - level]
        if one_line and headings.find(text, level) is fact and folded(text) not in words and not elsewhere:
            return text
    return fact.name


def ledger_csv(plan: Plan, language: str) -> str:
    """Writes the line of headings."""
    import csv
    import io

    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(column.heading for column in columns(plan, language))
    return out.getvalue()


def household_toml(plan: Plan, language: str) -> str:
    """Writes a household file: facts without default are empty, to be filled in; the others are comments."""
    side = 1 if language == "zh" else 0
    lines = [f"# {line}" for line in (title_of(plan, language), *say("template-how", language).split("\n"))]
    lines += ["", f'{toml_key(("id", "编号")[side])} = ""']
    headings = Headings(plan)
    lines += _facts(plan, headings, HOUSEHOLD, language)
    if plan.has_members:
        members = toml_key((MEMBERS, "成员")[side])
        lines += ["", f"# {say('template-members', language)}", "", f"[[{members}]]"]
        lines += [f'{toml_key(("name", "姓名")[side])} = ""', *_facts(plan, headings, MEMBER, language)]
    return "\n".join(lines) + "\n"


def _facts(plan: Plan, headings: Headings, level: int, language: str) -> list[str]:
    lines = []
    for fact in in_order(plan, level):
        key = household_heading(fact, headings, language)
        lines.append(f"{key} = {_value(fact, language)}  # {one_line(remark(fact, plan, language))}")
        if fact.default is not None:
            lines[-1] = f"# {lines[-1]}"
    return lines


def household_heading(fact: FactPlan, headings: Headings, language: str) -> str:
    """Writes the heading of a fact as a key of a household file."""
    text = _heading(fact, headings, language, WORDS, both=False)
    easy = re.sub(r"\s+", "_", text.lower())  # `means_checked` needs no quotes
    if language == "en" and _BARE.fullmatch(easy) and folded(easy) == folded(text):
        text = easy
    return toml_key(text)


def toml_key(text: str) -> str:
    """Writes a key of a TOML file."""
    return text if _BARE.fullmatch(text) else toml_text(text)


def toml_text(text: str) -> str:
    """Writes a text of a TOML file."""
    import json

    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")  # TOML requires this escape, JSON allows it


def one_line(text: str) -> str:
    """Writes a text without line breaks and without characters that are not printed."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _value(fact: FactPlan, language: str) -> str:
    """Writes the default if it is a plain value; else an empty text, which states nothing."""
    value = plain_default(fact)
    if value is None:
        return '""'
    if isinstance(value, bool):
        return "true" if value else "false"
    return toml_text(_option(fact, value, language)) if isinstance(value, str) else plain(value)


def _option(fact: FactPlan, word: str, language: str) -> str:
    return options(fact, language)[fact.type.options.index(word)]


def remark(fact: FactPlan, plan: Plan, language: str) -> str:
    """Writes the wanted values, the question, and the default."""
    parts = [wanted(fact, language), unit(fact, plan, language), question(fact, language)]
    spoken = fact.about.note_in(language) if fact.default is not None and _value(fact, language) == '""' else None
    if spoken:
        parts.append(spoken)  # a default that follows from other facts is a formula, and its note says it in words
    elif fact.default is not None:
        note = "" if is_no_day(fact) else _note(fact, language)  # the note says what is meant
        parts.append(f"{say('default', language)}{_colon(language)}{default(plan, fact, language)}{note}")
    return semicolon(language).join(part for part in parts if part)


def wanted(fact: FactPlan, language: str) -> str:
    """Writes the options, or the kind in words, with its bounds if the rules set some."""
    if fact.type.options:
        return " | ".join(options(fact, language))
    word = say(f"kind-{fact.type.kind}", language)
    if fact.type.kind not in (*NUMERIC, DATE):
        return word
    show = (lambda value: day_text(int(value))) if fact.type.kind == DATE else plain
    (low, high), (least, most) = fact.stated_bounds, LIMITS[fact.type.kind]
    if low == least and high == most:
        return word
    bounds = f"≤ {show(high)}" if low == least else f"≥ {show(low)}" if high == most else f"{show(low)}–{show(high)}"
    return f"{word}{_aside(bounds, language)}" if fact.type.kind in (SHARE, DATE) else f"{word} {bounds}"


def options(fact: FactPlan, language: str) -> Sequence[str]:
    """Returns the words to choose from."""
    if fact.type.kind == YES_NO:
        return say("yes", language), say("no", language)
    return fact.options_en if language == "en" and fact.options_en else fact.type.options


def unit(fact: FactPlan, plan: Plan, language: str) -> str:
    """Writes the currency and the period of an amount."""
    if fact.type.kind not in MONEYS:
        return ""
    currency = plan.title["currency"]
    return say(f"unit-{fact.type.kind}", language, currency=currency_name(currency, language))


def question(fact: FactPlan, language: str) -> str:
    """Returns the question of a fact, in the other language if there is none in this one."""
    both = (fact.question_en, fact.question) if language == "en" else (fact.question, fact.question_en)
    return next((one for one in both if one), "")


def default(plan: Plan, fact: FactPlan, language: str) -> str:
    """Writes a default for people: the note for a fixed day, a formula with labels."""
    if fact.default is None:
        return ""
    if is_no_day(fact):
        return str(fact.about.note_in(language))
    match fact.default.node:
        case Truth(value=value):
            return say("yes" if value else "no", language)
        case Word(text=text) | Name(name=text) if text in fact.type.options:
            return _option(fact, text, language)
    return rule_in_words(plan, fact.default, language)


def is_no_day(fact: FactPlan) -> bool:
    """Says whether the default of a date is a fixed day, which is then no date of anything."""
    return fact.type.kind == DATE and fact.default is not None and fact.default.type.constant is not None


def _note(fact: FactPlan, language: str) -> str:
    note = fact.about.note_in(language)
    return _aside(note, language) if note else ""


def _aside(text: str, language: str) -> str:
    return f"（{text}）" if language == "zh" else f" ({text})"


def _colon(language: str) -> str:
    return "：" if language == "zh" else ": "
