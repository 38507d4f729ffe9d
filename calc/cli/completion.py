"""Complete values for a shell's Tab key: names of the rules, months, headings of the ledger that was given.

Whatever goes wrong here completes nothing and prints nothing. No engine is loaded: the plan comes from the files that
`calc.rules.plan_cache` keeps, and of a ledger only the row of headings is read.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from calc.cli.options import month_wanted, plan_asked, rules_file

if TYPE_CHECKING:
    from calc.rules.plan import About, FactPlan, Plan

Item = CompletionItem
Pair = tuple[str, str]
"""A value and what it means."""
_FILES = (
    "FILE",
    "FILE|FOLDER",
    "[FILE]",
    "LEDGER...",
    "HOUSEHOLD",
    "HOUSEHOLD...",
    "RESULTS...",
    "PAGE",
    "NEW",
    "OLD",
    "[CASES]...",
)
_FOLDERS = ("FOLDER",)
_LARGEST_BOOK = 4_000_000
"""Bytes of a workbook that is opened for its headings; a larger one takes too long."""
_FIRST_LINES = 1 << 18
_MOST_MONTHS = 240
_SURE = 3
"""Letters from which on a word of the program is meant, and not a fact's English label that begins so too."""


def attach(command: click.Command) -> None:
    """Has the values of a command's options and arguments completed by `complete`."""
    for one in command.params:
        setattr(one, "shell_complete", partial(complete, one))  # noqa: B010 - in the place of its own method


def complete(param: click.Parameter, ctx: click.Context, incomplete: str) -> list[Item]:
    """Completes the value of an option or argument that begins so; the names are those that click calls it with."""
    context, begin = ctx, incomplete
    try:
        metavar = str(param.metavar)
        for name in (*param.opts, metavar):
            if name in _VALUES:
                return [Item(value, help=help or None) for value, help in _VALUES[name](context, begin)]
        if metavar in (*_FILES, *_FOLDERS):
            return [Item(begin, type="dir" if metavar in _FOLDERS else "file")]
        return param.type.shell_complete(context, param, begin)
    except (Exception, SystemExit):
        return []


def _language(context: click.Context) -> str:
    return str(context.params.get("lang") or getattr(context.command, "language", "en"))


def _plan(context: click.Context) -> Plan:
    """Plans the month of the command line, or the last that is confirmed where the rules do not have it."""
    given = context.params
    return plan_asked(given.get("rules_path"), given.get("month"), _language(context))


def _beginning(pairs: Iterable[Pair], begin: str) -> Iterator[Pair]:
    """Chooses the values that begin so, whatever their capitals, each once."""
    plain, seen = begin.casefold(), set()
    for value, help in pairs:
        if value and value not in seen and value.casefold().startswith(plain):
            seen.add(value)
            yield value, help


def _named(abouts: Iterable[About], begin: str, language: str) -> list[Pair]:
    """Lists entries by their names; where something was typed that begins none, by their labels."""
    abouts = list(abouts)
    found = list(_beginning(((one.name, one.label_in(language)) for one in abouts), begin))
    if found or not begin:
        return found
    forms = ((form, one.name) for one in abouts for form in (one.label, one.en, *one.short))
    return list(_beginning(forms, begin))


def _benefits(context: click.Context, begin: str) -> list[Pair]:
    plan, language = _plan(context), _language(context)
    return _named((one.about for one in plan.benefits.values()), begin, language)


def _value(context: click.Context, begin: str) -> list[Pair]:
    return [*_beginning([("total", "")], begin), *_benefits(context, begin)]


def _entries(context: click.Context, begin: str) -> list[Pair]:
    if context.command.name != "show":
        return []
    from calc.language.function_table import TABLE
    from calc.report.rules_listing import SECTIONS

    plan = _plan(context)
    names = (*plan.benefits, *plan.parameters, *plan.facts, *plan.definitions)
    found = _named(map(plan.about, names), begin, _language(context))
    sections, functions = (_beginning(((one, "") for one in names), begin) for names in (SECTIONS, TABLE))
    return [*sections, *found, *functions]


def _settings(context: click.Context, begin: str) -> list[Pair]:
    """Completes `NAME=VALUE`: a parameter, a fact of the household, or of a member (`*.wage=`, `Li Si.wage=`)."""
    from calc.language.types import MEMBER

    plan, language = _plan(context), _language(context)
    name, equals, _ = begin.partition("=")
    member, dot, own = name.rpartition(".")
    if equals:
        found = _named_fact(plan, own)
        return list(_beginning(((f"{name}={word}", "") for word in _words(found, language)), begin)) if found else []
    facts = list(plan.facts.values())
    if dot:
        pairs = _named((one.about for one in facts if one.type.level == MEMBER), own, language)
        return [(f"{member}.{one}=", help) for one, help in pairs]
    of_household = [one.about for one in facts if one.type.level != MEMBER]
    parameters = [one.about for one in plan.parameters.values()]
    found_names = _named([*parameters, *of_household], name, language)
    starred = [] if name else [("*.", "")]
    return [*((f"{one}=", help) for one, help in found_names), *starred]


def _named_fact(plan: Plan, name: str) -> FactPlan | None:
    from calc.rules.find_names import find_names

    found = find_names((one.about for one in plan.facts.values()), name)
    return plan.facts[found[0]] if len(found) == 1 else None


def _words(fact: FactPlan, language: str) -> list[str]:
    """Lists the words that state a fact; none for numbers and days."""
    from calc.language.types import CHOICE, YES_NO

    if fact.type.kind == YES_NO:
        return ["是", "否"] if language == "zh" else ["yes", "no"]
    return list(fact.type.options) if fact.type.kind == CHOICE else []


def _over(context: click.Context, begin: str) -> list[Pair]:
    return [(name.removesuffix("="), help) for name, help in _settings(context, begin) if "=" not in begin]


def _topics(context: click.Context, begin: str) -> list[Pair]:
    language = _language(context)
    return list(_beginning(((one.label_in(language), "") for one in _plan(context).topics.values()), begin))


def _months(context: click.Context, begin: str) -> list[Pair]:
    """Lists the months from the first of the rules to the last confirmed one, or this one."""
    from calc.rules.read_rulebook import read_rules
    from calc.rules.toml_document import month_after, month_text

    book = read_rules(rules_file(context.params.get("rules_path")))
    now = month_wanted(None, _language(context))
    last, month = max(now, book.confirmed_until or now), book.first_month
    found: list[Pair] = []
    while month <= last and len(found) < _MOST_MONTHS:
        found.append((month_text(month), ""))
        month = month_after(month)
    return list(_beginning(found, begin))


def _month_range(context: click.Context, begin: str) -> list[Pair]:
    first, dots, last = begin.partition("..")
    return [
        (f"{first}..{one}" if dots else f"{one}..", help) for one, help in _months(context, last if dots else first)
    ]


def _headings(context: click.Context, begin: str) -> list[Pair]:
    """Lists the headings of the ledgers of the command line."""
    paths = context.params.get("ledgers") or context.params.get("households") or context.params.get("results") or ()
    plan = _plan(context)
    pairs = ((one, "") for path in paths for one in _headings_of(os.path.expanduser(path), plan, context))
    return list(_beginning(pairs, begin))


def _headings_of(path: str, plan: Plan, context: click.Context) -> list[str]:
    from calc.ledger.header import Naming
    from calc.ledger.household_runs import file_reader
    from calc.ledger.open_files import CSV, PARQUET_START, FileOptions, is_json, is_workbook, opened

    if not os.path.isfile(path):
        return []
    with open(path, "rb") as file:
        sample = file.read(_FIRST_LINES)
    if sample.startswith(PARQUET_START) or (is_workbook(sample) and os.path.getsize(path) > _LARGEST_BOOK):
        return []
    if not is_workbook(sample) and is_json(path, sample.decode("utf-8", "replace")):
        return _keys_of(sample)
    given, naming = context.params, Naming(plan, {})
    options = FileOptions(given.get("encoding"), given.get("delimiter"), given.get("sheet"))
    with opened((path,), options, naming) as files:
        parts = [file_reader(at, one, naming, False) for at, one in enumerate(files) if one.format == CSV]
        return [one.heading.strip() for part in parts for one in part.columns.all]


def _keys_of(sample: bytes) -> list[str]:
    """Lists the keys on the first line of JSON Lines."""
    import json

    first = json.loads(sample.decode("utf-8-sig").lstrip().partition("\n")[0])
    people = first.get("members") or first.get("成员") or [] if isinstance(first, dict) else []
    return list(dict.fromkeys([*first, *(key for one in people if isinstance(one, dict) for key in one)]))


def _mapping(context: click.Context, begin: str) -> list[Pair]:
    """Completes `HEADING=FACT`."""
    heading, equals, target = begin.rpartition("=")
    if not equals:
        return [(f"{one}=", help) for one, help in _headings(context, begin)]
    plan, language = _plan(context), _language(context)
    found = list(_beginning(((one, "") for one in ("household", "id", "name", "-")), target))
    if not found or len(target) < _SURE:
        found += _named((one.about for one in plan.facts.values()), target, language)
    return [(f"{heading}={one}", help) for one, help in found]


_VALUES: dict[str, Callable[[click.Context, str], list[Pair]]] = {
    "BENEFIT": _benefits,
    "--benefit": _benefits,
    "BENEFIT|total": _value,
    "NAME=VALUE": _settings,
    "FACT": _over,
    "YYYY-MM": _months,
    "YYYY-MM..YYYY-MM": _month_range,
    "TOPIC": _topics,
    "HEADING=FACT": _mapping,
    "HEADING": _headings,
    "[NAME]": _entries,
}
"""By what the help shows for a value, or by option."""
