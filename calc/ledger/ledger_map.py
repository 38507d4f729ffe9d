"""Read the map of a ledger, the small file that `doudi map` writes, and compare the columns of a ledger with it.

`[columns]` says what each heading means, `"-"` that it is not read; `[words."FACT"]` has spellings of the words of a
choice that are used in this ledger alone. A column that the map reads and a ledger lacks
stops the run: amounts that were there last month must not go without a word.
"""

from __future__ import annotations

from typing import Any

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place
from calc.diagnostics.source import Source
from calc.households.cell_values import CellError, fact_value_text, read_value
from calc.households.headings import HOUSEHOLDS
from calc.households.household_reader import quoted
from calc.language.types import CHOICE
from calc.ledger.header import IGNORED, Meaning, Naming
from calc.ledger.heading_places import unnamed_texts
from calc.ledger.household_facts_file import HouseholdFacts
from calc.ledger.household_runs import LedgerFileReader
from calc.ledger.unclear_columns import UnknownColumn
from calc.record import Record, replace
from calc.rules.plan import FactPlan, Plan
from calc.rules.toml_document import parse_toml, read_text
from calc.text_forms import folded, folded_word

_EMPTY = "an empty cell", "空白"
COLUMNS, WORDS = "columns", "words"


class LedgerMap(Record):
    """A map of a ledger: its path, the meaning of each heading, and by fact the option of each further spelling."""

    path: str
    columns: dict[str, str]
    words: dict[str, dict[str, str]] = {}


def read_ledger_map(path: str, plan: Plan) -> LedgerMap:
    """Reads a map. Raises InputErrors with all its mistakes, each at its line."""
    source = read_text(path)
    document = parse_toml(source)
    naming = Naming(plan, {})
    others = [key for key in document if key not in (COLUMNS, WORDS)]
    found = [Diagnostic("unknown-key", Place(source, (key,), on_key=True), {"key": quoted(key)}) for key in others]
    columns = document.get(COLUMNS, {})
    if not isinstance(columns, dict):
        found.append(_wrong(source, (COLUMNS,), "a table", "表"))
        columns = {}
    meanings: dict[str, tuple[str, Meaning]] = {}
    for heading, target in columns.items():
        keys = (COLUMNS, heading)
        if not isinstance(target, str):
            found.append(_wrong(source, keys, 'the name of a fact in quotes, or "-"', '加引号的事项名称，或 "-"'))
            continue
        try:
            meaning = naming.target(heading, target.strip(), Place(source, keys))
        except InputErrors as wrong:
            found += wrong.diagnostics
            continue
        other, known = meanings.setdefault(folded(heading), (heading, meaning))
        if known != meaning:
            values = {"heading": quoted(heading), "other": quoted(other)}
            found.append(Diagnostic("wrong-value/heading-twice", Place(source, keys, on_key=True), values))
    words = _words(document.get(WORDS, {}), source, naming, found)
    if found:
        raise InputErrors(found)
    return LedgerMap(path, {heading: target.strip() for heading, target in columns.items()}, words)


def _words(given: Any, source: Source, naming: Naming, found: list[Diagnostic]) -> dict[str, dict[str, str]]:
    """Reads the further spellings of each fact, and notes their mistakes."""
    words: dict[str, dict[str, str]] = {}
    if not isinstance(given, dict):
        found.append(_wrong(source, (WORDS,), "a table", "表"))
        return words
    for name, table in given.items():
        keys = (WORDS, name)
        try:
            fact = naming.target(WORDS, name, Place(source, keys, on_key=True))
        except InputErrors as wrong:
            found += wrong.diagnostics
            continue
        if not isinstance(fact, FactPlan) or fact.type.kind != CHOICE or not isinstance(table, dict):
            found.append(_wrong(source, keys, "a table of words for a fact with options", "表，且该事项应有选项"))
            continue
        own = words.setdefault(fact.name, {})
        for text, word in table.items():
            option = read_value(fact, word) if isinstance(word, str) else None
            place = Place(source, (*keys, text))
            if isinstance(option, CellError):
                found.append(Diagnostic(option.code, place, option.values, option.help))
            elif not isinstance(option, str):
                found.append(_wrong(source, (*keys, text), "one of the options, in quotes", "加引号的一个选项"))
            elif (known := read_value(fact, text)) != option and not isinstance(known, CellError):
                other = known if isinstance(known, str) else _EMPTY if known is None else fact_value_text(fact, known)
                values = {"key": quoted(text), "other": other}
                found.append(Diagnostic("wrong-value/words-twice", replace(place, on_key=True), values))
            else:
                own[text] = option
    return words


def with_words(plan: Plan, given: LedgerMap) -> Plan:
    """Makes the plan that reads the further spellings of a map too."""
    facts = dict(plan.facts)
    for name, words in given.words.items():
        if name in facts:
            more = {folded_word(text): option for text, option in words.items()}
            facts[name] = replace(facts[name], words={**more, **facts[name].words})
    return replace(plan, facts=facts)


def _wrong(source: Source, keys: tuple[str, ...], en: str, zh: str) -> Diagnostic:
    return Diagnostic("wrong-value", Place(source, keys), {"key": quoted(keys[-1]), "wanted": (en, zh)})


def new_column(unknown: UnknownColumn, given: LedgerMap | None) -> UnknownColumn:
    """Has the warning of a column say that it is new, where there is a map that does not know it."""
    return unknown if given is None else replace(unknown, code="unknown-column/new", path=given.path)


class GoneColumns:
    """Compares the columns of the files of a ledger with its map.

    `warnings` has the columns that are gone and decide nothing, and those that some of the files lack.
    """

    def __init__(self, given: LedgerMap | None, naming: Naming) -> None:
        self.given = given
        self.naming = naming
        self.warnings: list[tuple[str, UnknownColumn]] = []
        self._lacking: dict[str, list[str]] = {}
        self._files = 0

    def compare(self, part: LedgerFileReader) -> None:
        """Takes in the columns of a file that was opened."""
        if self.given is None:
            return
        self._files += 1
        there = set(map(folded, headings_of(part)))
        there |= {folded(text) for at in _unnamed(part) for text in unnamed_texts(at)}
        meanings = [one.meaning for one in part.columns.all]
        for heading in self.given.columns:
            meaning = self.naming.mapped[folded(heading)]
            if folded(heading) in there:
                continue
            if meaning == IGNORED:
                self._warn(part.file.shown, heading, "gone")
            elif meaning in meanings:
                self._warn(part.file.shown, heading, "renamed")
            else:
                self._lacking.setdefault(heading, []).append(part.file.shown)

    def mistakes(self, owns: HouseholdFacts | None) -> list[Diagnostic]:
        """Lists the columns that the map reads and no file has."""
        found = []
        for heading, files in self._lacking.items():
            meaning = self.naming.mapped[folded(heading)]
            if len(files) < self._files:
                for path in files:
                    self._warn(path, heading, "elsewhere")
            elif not _is_stated(meaning, owns):
                found.append(self._mistake(files[0], heading, meaning))
        return found

    def _warn(self, path: str, heading: str, code: str) -> None:
        assert self.given is not None
        unknown = UnknownColumn(heading, None, code=f"unknown-column/{code}", path=self.given.path)
        self.warnings.append((path, unknown))

    def _mistake(self, path: str, heading: str, meaning: Meaning) -> Diagnostic:
        assert self.given is not None
        fact = meaning.about.label if isinstance(meaning, FactPlan) else str(meaning)
        en = meaning.about.en if isinstance(meaning, FactPlan) else fact
        values: dict[str, Any] = {"path": self.given.path, "heading": quoted(heading), "fact": (en, fact)}
        help_ = ("map-gone", {"heading": quoted(heading)})
        return Diagnostic("column-gone", Place(Source(path, "")), values, help_)


def headings_of(part: LedgerFileReader) -> dict[str, Meaning]:
    """The headings of a file as they are written, or the keys of JSON Lines, with their meanings."""
    return {one.heading: one.meaning for one in part.columns.all} if part.json is None else part.json.keys


def _unnamed(part: LedgerFileReader) -> list[int]:
    """The places of columns without a heading of their own."""
    return [one.at for one in part.columns.all if not one.heading.strip() or one.at in part.columns.unnamed]


def _is_stated(meaning: Meaning, owns: HouseholdFacts | None) -> bool:
    """Says whether a file of households states a fact, or names households, for the ledger."""
    return any(one == meaning and one != HOUSEHOLDS for _, _, cells in (owns or {}).values() for _, one, _ in cells)
