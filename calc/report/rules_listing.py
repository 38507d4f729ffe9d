"""Lists the rules of a month as text or as values for JSON: each entry with its value, source, and history."""

from __future__ import annotations

from typing import Any

from calc.diagnostics.punctuation import aside, colon, listed, semicolon
from calc.diagnostics.source import display_width
from calc.language.function_table import TABLE
from calc.language.lookup_tables import LookupTable, Scale
from calc.language.printer import to_text
from calc.language.typed_tree import Term
from calc.language.types import MEMBER, kind_words
from calc.report.as_text import heading, padded, warning
from calc.report.format_values import amount_per, show
from calc.report.format_values import as_plain as plain_value
from calc.report.formula_text import rule_in_words
from calc.report.list_spellings import list_spellings
from calc.report.template import default, is_no_day
from calc.report.ui_text import say
from calc.rules.find_names import find_names
from calc.rules.plan import About, BenefitPlan, DefinitionPlan, FactPlan, ParameterPlan, Plan
from calc.rules.rulebook import Entry, Rulebook, Topic
from calc.rules.toml_document import month_text

SECTIONS = ("documents", "parameters", "facts", "definitions", "benefits", "checks", "topics", "functions")


def known(book: Rulebook, plan: Plan) -> list[str]:
    """Lists every name and label that `rules show` accepts."""
    abouts = [plan.about(name) for name in book.entries]
    labels = [label for about in abouts for label in (about.en, about.label, *about.short)]
    return [*book.entries, *book.checks, *book.documents, *TABLE, *labels]


def resolved(book: Rulebook, plan: Plan, name: str) -> str:
    """Finds the name of an entry by its name or by a label in either language."""
    if name in book.entries or name in book.checks or name in TABLE:
        return name
    found = find_names((plan.about(one) for one in book.entries), name)
    return found[0] if found else name


def overview(book: Rulebook, plan: Plan, language: str, section: str | None) -> list[str]:
    """Lists all sections, or one."""
    lines = [heading(plan, language)]
    old = warning(plan, language)
    lines += [old] if old else []
    wanted = (section,) if section else ("parameters", "benefits", "checks", "documents")
    for one in wanted:
        lines += ["", say(one, language), *_aligned(_rows(plan, one, language))]
    return lines


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [min(36, max((display_width(row[at]) for row in rows), default=0)) for at in range(2)]
    return [f"  {padded(row[0], widths[0])}  {padded(row[1], widths[1])}  {row[2]}".rstrip() for row in rows]


def _rows(plan: Plan, section: str, language: str) -> list[tuple[str, ...]]:
    if section == "parameters":
        return [
            (one.about.label_in(language), _value(plan, one, language), _source(one.about, language))
            for one in plan.parameters.values()
        ]
    if section == "benefits":
        return [
            (name, one.about.label_in(language), _source(one.about, language)) for name, one in plan.benefits.items()
        ]
    if section == "definitions":
        return [
            (one.about.label_in(language), _kind(one, language), _source(one.about, language))
            for one in plan.definitions.values()
        ]
    if section == "facts":
        return [
            (
                one.about.label_in(language),
                f"{_level(one, language)} {_kind(one, language)}",
                _default(plan, one, language),
            )
            for one in plan.facts.values()
        ]
    if section == "checks":
        return [(one.about.label_in(language), "", _source(one.about, language)) for one in plan.checks]
    if section == "topics":
        return [
            (one.label_in(language), _expected(one, language), listed(one.facts, language))
            for one in plan.topics.values()
        ]
    if section == "functions":
        return [(one.signature, "", one.zh if language == "zh" else one.en) for one in TABLE.values()]
    return [
        (key, document.get("number", ""), (document.get("en") if language == "en" else None) or document["title"])
        for key, document in plan.documents.items()
    ]


def _kind(entry: FactPlan | ParameterPlan | DefinitionPlan, language: str) -> str:
    return kind_words(entry.type.kind)[language == "zh"]


def _expected(topic: Topic, language: str) -> str:
    return say("expected", language) if topic.expected else ""


def _level(fact: FactPlan, language: str) -> str:
    return say("member" if fact.type.level == MEMBER else "household", language)


def _default(plan: Plan, fact: FactPlan, language: str) -> str:
    return _line("default", default(plan, fact, language), language) if fact.default is not None else ""


def _line(key: str, text: object, language: str) -> str:
    """Writes what is said of an entry under a heading of ours."""
    return f"{say(key, language)}{colon(language)}{text}"


def _source(about: About, language: str) -> str:
    """Writes the citation, the basis if it is not published, and the first month."""
    parts = [*about.cite]
    if about.basis != "published":
        parts.append(say(f"basis-{about.basis}", language))
    if about.since is not None:
        parts.append(say("since", language, month=month_text(about.since)))
    return semicolon(language).join(parts)


def _value(plan: Plan, parameter: ParameterPlan, language: str) -> str:
    if isinstance(parameter.value, (LookupTable, Scale)):
        return "[…]"
    if parameter.value is None:
        return say("basis-unset", language)
    kind = parameter.type.kind
    period = {"money/month": "month", "money/year": "year"}.get(kind)
    if period and not isinstance(parameter.value, (bool, str)):
        return amount_per(parameter.value, period, plan, language)
    return show(parameter.value, kind, plan, language)


def entry(book: Rulebook, plan: Plan, name: str, language: str) -> list[str] | None:
    """Writes everything about one entry; None if there is no such entry."""
    name = resolved(book, plan, name)
    if name in TABLE and name not in book.entries:
        function = TABLE[name]
        text = function.zh if language == "zh" else function.en
        return [f"{function.signature}{colon(language)}{text}", *(f"  {example}" for example in function.examples)]
    if name in book.documents:
        return [
            name,
            *(f"  {_line(f'document-{key}', value, language)}" for key, value in book.documents[name].items()),
        ]
    found = book.entries.get(name) or book.checks.get(name)
    if found is None:
        return None
    item = plan_of(plan, name)
    lines = [name]
    if item is not None:
        about: About = item.about
        if about.label_in(language) != name:
            lines[0] += f" · {about.label_in(language)}"
        if about.short:
            lines.append(f"  {_line('short', listed(about.short, language), language)}")
        lines += _details(plan, item, language)
        if about.fails_in(language):
            lines.append(f"  {_line('fails', about.fails_in(language), language)}")
        lines += [f"  {_line('cite', f'{cite} {_document(book, cite, language)}', language)}" for cite in about.cite]
        if about.basis != "published":
            lines.append(f"  {say('basis-' + about.basis, language)}")
        if about.note_in(language) and not (isinstance(item, FactPlan) and is_no_day(item)):  # it is shown as default
            lines.append(f"  {_line('note', about.note_in(language), language)}")
        users = [one for one, needs in plan.needs.items() if name in needs]
        if users:
            labels = semicolon(language).join(plan.about(one).label_in(language) for one in users)
            lines.append(f"  {_line('used-by', labels, language)}")
    lines += _history(found, language)
    return lines


def _document(book: Rulebook, cite: str, language: str) -> str:
    document = book.documents.get(cite.split()[0], {})
    title = (document.get("en") if language == "en" else None) or document.get("title", "")
    return f"— {title}" if title else ""


def plan_of(plan: Plan, name: str) -> Any:
    """Finds the parameter, fact, definition or benefit of a name; None for no such name."""
    for table in (plan.parameters, plan.facts, plan.definitions, plan.benefits):
        if name in table:
            return table[name]
    return next((check for check in plan.checks if check.name == name), None)


def _formula(plan: Plan, term: Term, title: str, language: str) -> list[str]:
    """Writes a formula in words, and as it is in the rules file where that is not the same."""
    words, written = rule_in_words(plan, term, language), to_text(term.node)
    lines = [f"  {title}{colon(language)}{words}"]
    return lines if words == written else [*lines, f"    {_line('as-written', written, language)}"]


def _details(plan: Plan, item: Any, language: str) -> list[str]:
    lines = []
    if isinstance(item, ParameterPlan):
        lines.append(f"  {_kind(item, language)}{colon(language)}{_value(plan, item, language)}")
        if isinstance(item.value, (LookupTable, Scale)):
            lines += [f"    {', '.join(cell_text(cell) for cell in row)}" for row in item.raw]
    elif isinstance(item, FactPlan):
        comma = "，" if language == "zh" else ", "
        lines.append(f"  {_level(item, language)}{comma}{_line('kind', _kind(item, language), language)}")
        if item.type.options:
            words = item.options_en if language == "en" and item.options_en else item.type.options
            lines.append(f"    {listed(words, language)}")
        lines += list_spellings(item, language)
        if item.default is not None:
            lines.append(f"  {_default(plan, item, language)}")
        question = item.question_en if language == "en" else item.question
        if question:
            lines.append(f"  {_line('ask', question, language)}")
    elif isinstance(item, DefinitionPlan):
        lines.append(f"  {_line('kind', _kind(item, language), language)}")
        lines += _formula(plan, item.term, say("formula", language), language)
    elif isinstance(item, BenefitPlan):
        if item.applies_to is not None:
            lines += _formula(plan, item.applies_to, say("applies-to", language), language)
        lines += [
            f"  {_line('requires', condition.about.label_in(language), language)}"
            f"  [{semicolon(language).join(condition.about.cite)}]"
            for condition in item.conditions
        ]
        if item.amount is not None:
            title = f"{say('amount', language)}{aside(say('per-' + item.per, language), language)}"
            lines += _formula(plan, item.amount, title, language)
    else:
        lines += _formula(plan, item.term, say("formula", language), language)
    return lines


def cell_text(value: Any) -> str:
    """Writes a cell of a table."""
    return str(value) if isinstance(value, (str, bool)) else str(plain_value(value, "number", 0))


def _history(entry: Entry, language: str) -> list[str]:
    """Writes every change of the entry, in order."""
    lines = []
    for month, changed, _ in entry.changes:
        if changed is None:
            text = say("ends", language)
        else:
            text = semicolon(language).join(
                f"{key} = {_raw(value, language)}" if key != "value" else _raw(value, language)
                for key, value in changed.items()
            )
        lines.append(f"    {month_text(month)}{colon(language)}{text}")
    return [f"  {say('changes', language)}{colon(language)}".rstrip(), *lines] if lines else []


def _raw(value: Any, language: str) -> str:
    if isinstance(value, list):
        return (
            "[…]"
            if any(isinstance(one, list) for one in value)
            else listed((_raw(one, language) for one in value), language)
        )
    if isinstance(value, bool):
        return say("yes" if value else "no", language)
    return cell_text(value) if isinstance(value, str) or hasattr(value, "denominator") else str(value)
