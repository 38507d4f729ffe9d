"""The households that `doudi assess` is asked for: those of household files here, those of a ledger elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from calc.assess_households import Assessment
from calc.cli.options import plan_asked, remark, rules_file

if TYPE_CHECKING:
    from calc.diagnostics.source import Source
    from calc.engine.traced.interpreter import Trace
    from calc.rules.plan import Plan

_OPTIONS = {
    "household_facts": "--households", "columns": "--map", "columns_file": "--columns", "without": "--without",
    "fill_down": "--fill-down", "household_by": "--household-by", "encoding": "--encoding",
    "delimiter": "--delimiter", "sheet": "--sheet",
}  # fmt: skip
LEDGERS = (".csv", ".tsv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".jsonl", ".ndjson", ".parquet")
"""Endings of ledgers."""
_MOST_LISTED = 12
_LINE = 1 << 20
"""Bytes within which the first line of JSON Lines has to end."""


class AskedHouseholds:
    """Holds what was asked for and, after `assess`, the `answers`; `before` are the households without settings.

    `absent` are ids that are not there, each with the ids most like it; `there` are some that are.
    """

    plan: Plan

    def __init__(self, language: str, show_ids: bool) -> None:
        self.language, self.show_ids = language, show_ids
        self.answers = Assessment((), ())
        self.before: tuple[Trace, ...] = ()
        self.absent: Sequence[tuple[str, Sequence[str]]] = ()
        self.there: Sequence[str] = ()

    def assess(self, with_before: bool) -> None:
        """Reads and assesses the households. Raises InputErrors and click.ClickException."""
        raise NotImplementedError

    def print_absent(self) -> None:
        """Prints which ids are not there, with similar ones."""
        from calc.households.household_reader import shown_id
        from calc.report.ui_text import say

        joint = "、" if self.language == "zh" else ", "
        for id, near in self.absent:
            text = say("no-such-household", self.language, id=shown_id(id, self.show_ids))
            names = joint.join(shown_id(one, self.show_ids) for one in near or self.there[:_MOST_LISTED])
            if names:
                text += say("similar-ids" if near else "ids-there", self.language, ids=names)
            remark(text, False)


class FileHouseholds(AskedHouseholds):
    """The households of household files: all, or those with some ids."""

    def __init__(self, language: str, paths: tuple[str, ...], ids: tuple[str, ...], given: Mapping[str, Any]) -> None:
        super().__init__(language, given["show_ids"])
        self.paths, self.ids = paths, ids
        self.plan = plan_asked(given["rules_path"], given["month"], language, given.get("book"))
        self.unchanged, self.changes = self.plan, None
        if given["settings"]:
            from calc.households.overrides import parse_settings

            self.changes = parse_settings(given["settings"], self.plan)
            if self.changes.parameters:
                from calc.rules.plan_month import plan_for
                from calc.rules.read_rulebook import read_rules

                rulebook = read_rules(rules_file(given["rules_path"]))
                self.plan = plan_for(rulebook, self.plan.month, self.changes.parameters)

    def assess(self, with_before: bool) -> None:
        """Reads and assesses the households; nothing is kept before all have been read."""
        from calc.assess_households import assess

        sources = [source_of(path) for path in self.paths]
        found = assess(self.plan, *sources, settings=self.changes, show_ids=self.show_ids)
        if with_before:
            self.before = assess(self.unchanged, *sources, show_ids=self.show_ids).traces
        self.answers = self._chosen(found) if self.ids else found

    def _chosen(self, found: Assessment) -> Assessment:
        """Chooses the households with the ids asked for, in their order."""
        from calc.language.expression_error import close_match
        from calc.text_forms import clean_id

        traces = {one.result.id: one for one in found.traces}
        rejects = {one.id: one for one in found.rejects}
        wanted = {clean_id(id): id for id in self.ids}
        self.there = [*traces, *rejects]
        nearest = {id: close_match(id, list(self.there)) for id in wanted if id not in self.there}
        self.absent = [(wanted[id], [near] if near else []) for id, near in nearest.items()]
        return Assessment(
            tuple(traces[id] for id in wanted if id in traces),
            tuple(rejects[id] for id in wanted if id in rejects),
            found.warnings,
        )


def source_of(path: str) -> Source:
    """Reads a household file, or standard input for `-`. Raises InputErrors."""
    from calc.rules.toml_document import LARGEST, decode, read_text

    if path == "-":
        return decode("-", sys.stdin.buffer.read(LARGEST + 1))
    if path.lower().endswith(LEDGERS) and os.path.isfile(path):
        from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place
        from calc.diagnostics.source import Source

        raise InputErrors([Diagnostic("cannot-read/ledger", Place(Source(path, "")))])
    return read_text(path)


def is_household_file(path: str) -> bool:
    """Says whether a path is that of a household file: TOML, or JSON that is not a household a line."""
    ending = path.rpartition(".")[2].lower()
    return ending == "toml" or (ending == "json" and not _has_json_lines(path))


def _has_json_lines(path: str) -> bool:
    """Says whether the first line of a file is a JSON object of its own, with more after it."""
    import json

    try:
        with open(path, "rb") as file:
            line = file.readline(_LINE).strip()
            return isinstance(json.loads(line), dict) and bool(file.read(_LINE).strip())
    except (OSError, ValueError):
        return False


def require_no_ledger_options(given: Mapping[str, Any], language: str) -> None:
    """Raises click.UsageError for options that are for ledgers only."""
    from calc.report.ui_text import say

    for name, option in _OPTIONS.items():
        if given[name]:
            raise click.UsageError(say("for-ledgers", language, option=option))
    if given["duplicates"] != "reject":
        raise click.UsageError(say("for-ledgers", language, option="--duplicates"))
