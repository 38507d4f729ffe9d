"""Write the map of a ledger: a TOML file with a line for each column, those that have to be decided as comments."""

from __future__ import annotations

import json
from collections.abc import Iterator

from calc.households.headings import HOUSEHOLDS, LEDGER_HEADINGS
from calc.households.identity_numbers import mask_in
from calc.language.types import CHOICE
from calc.ledger.header import IGNORED, Meaning, Naming
from calc.ledger.ledger_map import LedgerMap
from calc.ledger.look_at_columns import NOT_READ, OPEN, ColumnLook, LedgerLook, TableLook
from calc.ledger.unread_cells import UnreadText
from calc.report.column_look import heading_text, meaning_text
from calc.report.ui_text import say
from calc.rules.plan import FactPlan, Plan
from calc.rules.toml_document import month_text
from calc.text_forms import folded, visible

_SOMETHING = "…"
_MOST_WORDS = 50


def map_toml(look: LedgerLook, plan: Plan, given: LedgerMap | None, language: str) -> str:
    """Writes the file, commented in a language, with the words of the map that was given."""
    files = [path for table in look.tables for path in table.paths]
    shown = ", ".join(files[:3]) + (" …" if len(files) > 3 else "")
    lines = [
        f"# {line}"
        for line in say("map-file-head", language, files=_one_line(shown), month=month_text(plan.month)).split("\n")
    ]
    lines += ["", "[columns]"]
    naming = Naming(plan, {})
    written: set[str] = set()
    for table in look.tables:
        for column in table.columns:
            for line in _lines(column, table, naming, language, written):
                lines.append(line)
        if not table.has_households and _SOMETHING not in written:
            written.add(_SOMETHING)
            lines += ["", f"# {say('map-file-household', language)}"]
            lines.append(f"# {_quoted(_SOMETHING)} = {_quoted(LEDGER_HEADINGS[HOUSEHOLDS][language == 'zh'])}")
    lines += _words(look, plan, given.words if given is not None else {}, language)
    return "\n".join(lines) + "\n"


def _words(look: LedgerLook, plan: Plan, given: dict[str, dict[str, str]], language: str) -> Iterator[str]:
    """Writes further spellings of words: those that are decided, and as comments the texts that would not be read."""
    naming = Naming(plan, {})
    unread: dict[str, dict[str, UnreadText]] = {}
    for column in (column for table in look.tables for column in table.columns):
        if isinstance(column.meaning, FactPlan) and column.meaning.type.kind == CHOICE:
            texts = unread.setdefault(column.meaning.name, {})
            texts.update({one.raw: one for one in column.unread if one.raw and one.mistake.code == "not-a-word"})
    for name, fact in plan.facts.items():
        known, texts = given.get(name, {}), unread.get(name, {})
        if not known and not texts:
            continue
        yield ""
        yield f"[words.{_quoted(_target(fact, naming, language))}]"
        options = fact.options_en if language == "en" and fact.options_en else fact.type.options
        shown = dict(zip(fact.type.options, options, strict=True))
        if texts:
            listed = ("、" if language == "zh" else ", ").join(options)
            yield f"# {say('map-file-words', language, options=_one_line(listed))}"
        yield from (f"{_quoted(text)} = {_quoted(shown.get(option, option))}" for text, option in known.items())
        for text, one in list(texts.items())[:_MOST_WORDS]:
            near = str(one.mistake.help[1].get("name")) if one.mistake.help else _SOMETHING
            yield f"# {_quoted(text)} = {_quoted(near)}  # {say('map-file-cells', language, count=one.count)}"


def _lines(column: ColumnLook, table: TableLook, naming: Naming, language: str, written: set[str]) -> Iterator[str]:
    """Writes the lines of a column, one for each of its headings that has none yet."""
    headings = (heading_text(column, language),) if column.is_unnamed else column.headings
    for heading in headings:
        if folded(heading) in written:
            continue
        written.add(folded(heading))
        if not heading.strip():
            continue  # a column without a heading that the user gave a meaning by its place
        if mask_in(heading) != heading:
            yield f"# {say('map-file-masked', language, heading=_one_line(mask_in(heading)))}"
            continue
        key = _quoted(visible(heading))
        if column.surety == OPEN:
            yield f"# {key} = {_quoted(_proposal(column, naming, language))}  # {_why(column, language)}"
        elif column.surety == NOT_READ or column.meaning == IGNORED:
            note = f"  # {say('map-file-ignored', language)}" if column.surety == NOT_READ else ""
            yield f"{key} = {_quoted(IGNORED)}{note}"
        else:
            yield f"{key} = {_quoted(_target(column.meaning, naming, language))}"


def _proposal(column: ColumnLook, naming: Naming, language: str) -> str:
    """Finds what a column that has to be decided may hold."""
    if column.meaning is not None:
        return _target(column.meaning, naming, language)
    near = column.unknown.near if column.unknown is not None and not column.unknown.has_other_unit else None
    return near or _SOMETHING


def _why(column: ColumnLook, language: str) -> str:
    """Says why a column has to be decided."""
    if column.meaning is not None:
        return say("map-why-twice", language)
    if column.is_unnamed:
        return say("map-why-unnamed", language)
    if column.unknown is not None and column.unknown.has_other_unit:
        return say("map-why-unit", language, name=column.unknown.near)
    if column.unknown is not None and column.unknown.decides_money:
        return say("map-why-money", language)
    if column.unknown is not None and column.unknown.near:
        return say("map-why-near", language)
    return say("map-why-answers" if column.cells.are_answers else "map-why-household", language)


def _target(meaning: Meaning, naming: Naming, language: str) -> str:
    """Writes a meaning so that it is found again: by its label in the language, else by its name."""
    text = meaning_text(meaning, language)
    if not isinstance(meaning, FactPlan):
        return text
    found = naming.meaning(text)
    return text if found is meaning or found == meaning else meaning.name


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")  # TOML requires this escape, JSON allows it


def _one_line(text: str) -> str:
    return "".join(one if one.isprintable() else " " for one in text)
