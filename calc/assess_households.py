"""Assess households from household files, or from values as JSON would hold them, with every value traceable."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Union

from calc.diagnostics.diagnostic import Diagnostic, Place
from calc.diagnostics.source import Source
from calc.engine.traced.interpreter import Trace
from calc.exact import Number, plain
from calc.households.failed_checks import CheckReport
from calc.households.overrides import Settings
from calc.households.parse_document import format_of
from calc.households.read_households import Reject, read_files, read_household
from calc.record import Record
from calc.rules.plan import Plan
from calc.rules.toml_document import read_text

Given = Union[str, "os.PathLike[str]", Source, Mapping[str, Any]]
"""A household file by its path or as a text already read, or one household as a mapping."""


class Assessment(Record):
    """Households assessed and households rejected: those of files in their order, then those given as mappings.

    A trace has the `result` (outcomes, totals as exact numbers, None while undetermined) and every value behind it.
    `warnings` are of lines of files that reject nobody.
    """

    traces: tuple[Trace, ...]
    rejects: tuple[Reject, ...]
    warnings: tuple[Diagnostic, ...] = ()


def assess(plan: Plan, *households: Given, settings: Settings | None = None, show_ids: bool = False) -> Assessment:
    """Assess the households of files (TOML or JSON) or mappings for the month of a plan.

    `settings` replace facts (see `calc.households.overrides.parse_settings`). Amounts of results are exact numbers in
    units of the currency. Raises InputErrors for a file that cannot be read; mistakes in a household's data make it
    one of the `rejects`, with all of them. Personal numbers are masked in messages unless `show_ids`.
    """
    files = [_source(one) for one in households if not isinstance(one, Mapping)]
    read = read_files([(one, format_of(one.path, one.text)) for one in files], plan, settings, show_ids=show_ids)
    found, rejects, reports = list(read.households), list(read.rejects), list(read.reports)
    for at, one in enumerate(one for one in households if isinstance(one, Mapping)):
        source, name = Source("", ""), str(at + 1)
        taken = read_household(dict(one), source, (), plan, name, show_ids=show_ids)
        if isinstance(taken, Reject):
            rejects.append(taken)
        else:
            found.append(taken)
            place = Place(Source(taken.id, ""))
            reports.append(CheckReport(plan, place, lambda name, member: None, show_ids, None))
    traces = [Trace(plan, household) for household in found]
    for trace, report in zip(traces, reports, strict=True):
        if trace.result.failed_checks:
            mistakes = report.mistakes(trace.household, trace.result.failed_checks)
            rejects.append(Reject(trace.household.id, mistakes))
    passed = tuple(one for one in traces if not one.result.failed_checks)
    return Assessment(passed, tuple(rejects), read.warnings)


def amount_text(amount: Number | None, plan: Plan) -> str:
    """An amount of a result with the currency's decimals, such as `225.20`; "" while it is undetermined."""
    return "" if amount is None else plain(amount, plan.decimals)


def _source(given: Union[str, os.PathLike[str], Source]) -> Source:
    return given if isinstance(given, Source) else read_text(os.fspath(given))
