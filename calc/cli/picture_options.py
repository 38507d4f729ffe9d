"""Make the two pictures that the options of `doudi compare` ask for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Union

import click

from calc.cli.batch_options import job_of, reading_options
from calc.cli.options import month_wanted, option, rules_file

if TYPE_CHECKING:
    from calc.compare.known_amounts import KnownAmounts
    from calc.compare.known_results import KnownResults
    from calc.compare.read_picture import Picture
    from calc.rules.rulebook import Rulebook

    Before = Union[Picture, KnownAmounts, KnownResults]


def match_option(language: str) -> click.Option:
    """Makes the option that says which earlier household is the same."""
    return option("--match", type=click.Choice(["id", "person"]), default="id", language=language,
                  en="Match households by their ids, or by the identity numbers of their members.",
                  zh="按户编号对应，或按成员身份证号对应。")  # fmt: skip


def pictures(language: str, options: dict[str, Any]) -> tuple[Before, Picture | KnownResults]:
    """Makes both pictures of the options. Raises click.UsageError where they are the same."""
    from calc.compare.read_picture import Picture
    from calc.report.ui_text import say
    from calc.rules.read_rulebook import read_rules

    against, against_month = options.pop("against"), options.pop("against_month")
    against_rules, month, rules = options.pop("against_rules"), options.pop("month"), options["rules_path"]
    paid, earlier, ledgers = options.pop("paid"), options.pop("against_results"), options.pop("ledgers")
    results = options.pop("results")
    is_other = bool(against or against_rules or (against_month and not earlier))
    if sum((bool(paid), bool(earlier), is_other)) > 1:
        raise click.UsageError(say("compare-one-other", language))
    book = read_rules(rules_file(rules))
    if results:
        _require_results_alone(language, bool(ledgers), bool(earlier))
        sides = ((earlier, against_month), (results, month))
        earlier_one, later_one = (_results(language, options, book, paths, asked) for paths, asked in sides)
        if earlier_one.plan.month == later_one.plan.month and _real(earlier) == _real(results):
            raise click.UsageError(say("compare-same-results", language))
        return earlier_one, later_one
    if not ledgers:
        context = click.get_current_context()
        raise click.MissingParameter(ctx=context, param=context.command.params[0])
    benefits = paid_columns(options, book, language) if paid else {}
    common = {**options, "keep": ()}
    new = job_of(language, {**common, "ledgers": ledgers, "month": month, "rules_path": against_rules or rules})
    after = Picture(read_rules(rules_file(against_rules)) if against_rules else book, new)
    if paid:
        from calc.compare.known_amounts import payments_of

        _require_once(paid, language)
        return payments_of(new, paid, benefits), after
    if earlier:
        return _results(language, options, book, earlier, against_month), after
    old_ledgers, old_month = against or ledgers, month if against_month is None else against_month
    same_month = month_wanted(old_month, language) == month_wanted(month, language)
    if not against_rules and set(old_ledgers) == set(ledgers) and same_month:
        raise click.UsageError(say("compare-same", language))
    return Picture(book, job_of(language, {**common, "ledgers": old_ledgers, "month": old_month})), after


def _require_results_alone(language: str, has_ledger: bool, has_earlier: bool) -> None:
    """Raises click.UsageError for what is given beside results and says something about ledgers or their facts."""
    from click.core import ParameterSource

    from calc.report.ui_text import say

    if has_ledger or not has_earlier:
        raise click.UsageError(say("compare-results-with", language))
    context = click.get_current_context()
    of_ledgers = {one.name for one in reading_options(language)} | {"match"}
    for one in context.command.params:
        if one.name in of_ledgers and context.get_parameter_source(str(one.name)) == ParameterSource.COMMANDLINE:
            raise click.UsageError(say("compare-no-ledger", language, option=one.opts[0]))


def _results(
    language: str, options: dict[str, Any], book: Rulebook, paths: tuple[str, ...], month: str | None
) -> KnownResults:
    """Makes the picture of files of results; their month is that of the first result unless one is asked for."""
    from calc.batch.read_labels import LabelReader
    from calc.compare.known_results import KnownResults, month_of
    from calc.rules.toml_document import month_text

    _require_once(paths, language)
    labels = LabelReader(book)
    found = None if month else month_of(paths, labels)
    asked = month or (month_text(found) if found else None)
    job = job_of(language, {**options, "keep": (), "ledgers": (), "month": asked, "book": book})
    return KnownResults(job, paths, labels, month is not None)


def _real(paths: tuple[str, ...]) -> set[str]:
    return {os.path.realpath(path) for path in paths}


def _require_once(paths: tuple[str, ...], language: str) -> None:
    """Raises click.UsageError for a file that is given twice: its amounts would count twice."""
    from calc.report.ui_text import say

    real = [path if path == "-" else os.path.realpath(path) for path in paths]
    for at, path in enumerate(real):
        if path in real[:at]:
            raise click.UsageError(say("paid-same-file", language, path=paths[at]))


def paid_columns(options: dict[str, Any], book: Rulebook, language: str) -> dict[str, str]:
    """Takes `--map HEADING=BENEFIT` out of the options: such columns are those of lists of payments."""
    from calc.cli.batch_options import mapping
    from calc.report.ui_text import say

    names: dict[str, str] = {}
    for name, one in book.entries.items():
        if one.section == "benefits":
            names |= {str(word).casefold(): name for word in (name, *map(one.values.get, ("label", "en"))) if word}
    mapped = mapping(options["columns"], language)
    found = {heading: names[target.casefold()] for heading, target in mapped.items() if target.casefold() in names}
    if not found:
        raise click.UsageError(say("paid-map", language))
    options["columns"] = tuple(f"{heading}={target}" for heading, target in mapped.items() if heading not in found)
    return found
