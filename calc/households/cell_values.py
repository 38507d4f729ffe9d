"""Reads one value of a file as the value of a fact, as not known, or returns the code of the mistake in it.

Values come from files of every format: TOML, JSON, and the texts of spreadsheet cells.
Reading is strict: a value that is not clearly of the fact's kind is refused, and shown in the message.
"""

from __future__ import annotations

import re
from typing import Any, Union

from calc.engine.facts import Declared, not_known
from calc.exact import LONGEST_NUMBER, plain
from calc.households.choice_words import listed_words, quoted_word
from calc.households.dates import day_text, hint_for
from calc.households.identity_numbers import (
    bare,
    mask,
    mask_in,
    masked_number,
    read_disability_certificate,
    read_identity_number,
)
from calc.households.small_numbers import small_number
from calc.households.value_forms import day_in, number_in, scaled_down, word_in, yes_no_in
from calc.language.types import CHOICE, DATE, MONEYS, NOBODY, NUMERIC, PURE, REFERENCE, YES_NO
from calc.late_pattern import late_pattern
from calc.record import Record, replace
from calc.rules.plan import FactPlan
from calc.rules.toml_document import BadNumber
from calc.text_forms import clean_id, folded_word, half_width, unwrapped, visible, whole_code

Shown = Union[str, tuple[str, str]]
"""A value as messages show it: one text, or one in English and one in Chinese."""

_NOT_KNOWN = frozenset(
    ("unknown", "不详", "未知", "不清楚", "待查", "待核", "待核实", "未核实", "未提供", "拒绝提供", "?")
)
_NOTHING = frozenset(("无", "没有", "none"))
_NOBODY = _NOTHING | {"nobody", "无此人"}
_BLANK = late_pattern(r"¥?[-‐-―−/\\]{1,4}|空|空白|暂无")
"""Marks that fill an empty cell of a form, in their folded form; a spreadsheet shows no money as `¥ -`."""
_LONGEST_WORD = 20
_LONGEST_SHOWN = 60


class CellError(Record):
    """A value that does not fit its fact: the code of a message, its values, and perhaps a hint."""

    code: str
    values: dict[str, Any]
    help: tuple[str, dict[str, Any]] | None = None


class NotKnown(Record):
    """The value of a cell that says that nobody knows."""


NOT_KNOWN = NotKnown()
CellReading = Union[Declared, NotKnown, CellError, None]
"""A value, "not known", a mistake, or None for an empty cell."""


def read_value(fact: FactPlan, raw: Any, *, show_ids: bool = False, language: str | None = None) -> CellReading:
    """Reads the value of a fact, in the form of engines.

    A blank text, a dash or null states nothing, whatever the kind. What means "not known" is that, unless it is a word
    of the fact. "Nothing" is zero of a number, no of a yes/no, itself of a text, and else states nothing.
    `language` is that of the file, for the words that its message quotes.
    """
    if raw is None or (raw.__class__ is str and not visible(raw).strip()):
        return None
    kind = fact.type.kind
    if raw.__class__ is str:
        raw = unwrapped(raw)
        word = folded_word(raw) if len(raw) <= _LONGEST_WORD else ""
        if word and (kind != CHOICE or _option(fact, raw) is None):
            if word in _NOT_KNOWN or word in fact.not_known or not word.strip("?"):
                return NOT_KNOWN
            if _BLANK.fullmatch(word):
                return None
            if word in _NOTHING and kind in NUMERIC:
                return 0 if fact.stated_bounds[0] <= 0 <= fact.stated_bounds[1] else None
            if kind == REFERENCE and word in _NOBODY:
                return NOBODY
            if word in _NOTHING and (kind in (CHOICE, DATE) or fact.format is not None):
                return None
    if kind in NUMERIC:
        return _number(fact, raw, show_ids)
    if kind == YES_NO:
        return _yes_no(fact, raw, show_ids)
    if kind == DATE:
        return _date(fact, raw, show_ids)
    if kind == CHOICE:
        return _choice(fact, raw, show_ids, language)
    if kind == REFERENCE:
        return _reference(fact, raw, show_ids)
    if fact.format is not None:
        return _personal_number(fact, raw, show_ids)
    return _text(fact, raw, show_ids)


def form_without_value(fact: FactPlan) -> str:
    """Writes a regular expression, for RE2 too, of plain texts that are no value of a text fact or reference."""
    nobody = _NOBODY if fact.type.kind == REFERENCE else frozenset[str]()
    words = sorted(_NOT_KNOWN | fact.not_known | nobody)
    dashed = ("[-_]*".join(map(re.escape, word)) if word.isascii() else re.escape(word) for word in words)
    return f"(?i){'|'.join(dashed)}|{_BLANK.pattern}"


def state(facts: dict[str, Declared], fact: FactPlan, read: Declared | NotKnown) -> bool:
    """Adds what was read of a fact to stated facts; says whether that contradicts what is stated already.

    What is known in one place is known, though another place says "not known".
    """
    if not isinstance(read, NotKnown):
        facts.pop(not_known(fact.name), None)
        return facts.setdefault(fact.name, read) != read
    if fact.name not in facts:
        facts[not_known(fact.name)] = True
    return False


def shown(raw: Any, show_ids: bool = False) -> Shown:
    """Writes a value for a message: short, and without personal numbers."""
    if raw is True or raw is False:
        return "true" if raw else "false"
    if isinstance(raw, dict):
        return "a table", "一个表"
    if isinstance(raw, list):
        return "a list", "一个列表"
    if raw.__class__ is int and raw.bit_length() > 3 * LONGEST_NUMBER:
        return f"a number of more than {LONGEST_NUMBER - 4} digits", f"一个超过 {LONGEST_NUMBER - 4} 位的数"
    text = plain(raw) if hasattr(raw, "denominator") else str(raw)
    text = text if show_ids else mask_in(text)
    text = "".join(_harmless(one) for one in text[: _LONGEST_SHOWN + 1])
    text = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
    return f'"{text}"' if raw.__class__ is str else text


def _harmless(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else "�"


def fact_value_text(
    fact: FactPlan, value: Declared | NotKnown, show_ids: bool = False, language: str | None = None
) -> Shown:
    """Writes a value of an engine for a message; `language` is that of the file that gives it."""
    if isinstance(value, NotKnown):
        return "not known", "不详"
    if value.__class__ is bool:
        return ("yes", "是") if value else ("no", "否")
    if fact.type.kind == DATE:
        return day_text(int(value))
    if value == NOBODY and fact.type.kind == REFERENCE:
        return "nobody", "无"
    if fact.type.kind in NUMERIC:
        return plain(scaled_down(int(value), fact.decimals))
    if fact.format is not None and not show_ids:
        return mask(str(value))
    if language is not None and value in fact.type.options:
        return quoted_word(fact, str(value), language)
    return shown(str(value), show_ids)


def _composed(text: str) -> str:
    if text.isascii():
        return text
    import unicodedata

    return unicodedata.normalize("NFC", text)


def _wrong(code: str, fact: FactPlan, raw: Any, show_ids: bool, **more: Any) -> CellError:
    return CellError(code, {"fact": fact.name, "read": shown(raw, show_ids), **more})


def bound_missed(kind: str, low: str, high: str, is_below: bool) -> tuple[str, str]:
    """Says which end of its range a value has missed; the other one is of no use to whoever corrects it."""
    if kind == DATE:
        return (f"not before {low}", f"不早于 {low}") if is_below else (f"not after {high}", f"不晚于 {high}")
    return (f"at least {low}", f"不小于 {low}") if is_below else (f"at most {high}", f"不大于 {high}")


def _number(fact: FactPlan, raw: Any, show_ids: bool) -> CellReading:
    kind = fact.type.kind
    value = number_in(raw, kind)
    if value is None and raw.__class__ is str and kind in PURE:
        value = small_number(raw, fact.unit)
    if value is None:
        return _wrong("not-an-amount" if kind in MONEYS else "not-a-number", fact, raw, show_ids)
    low, high = fact.stated_bounds
    if not low <= value <= high:
        return _wrong(
            "out-of-range", fact, raw, show_ids, bound=bound_missed(kind, plain(low), plain(high), value < low)
        )
    scaled = value * 10**fact.decimals
    if scaled.denominator != 1:
        return _wrong("too-many-decimals", fact, raw, show_ids, decimals=fact.decimals)
    return int(scaled)


def _yes_no(fact: FactPlan, raw: Any, show_ids: bool) -> CellReading:
    value = yes_no_in(raw)
    if value is None and raw.__class__ is str:
        code = whole_code(raw)
        word = fact.words.get(folded_word(code)) if fact.words else None
        if word is not None:
            return word == "yes" if word else NOT_KNOWN
        value = yes_no_in(code)
    return _wrong("not-yes-no", fact, raw, show_ids) if value is None else value


def _date(fact: FactPlan, raw: Any, show_ids: bool) -> CellReading:
    day = day_in(raw)
    if day is None:
        return replace(_wrong("not-a-date", fact, raw, show_ids), help=_date_hint(raw))
    low, high = fact.stated_bounds
    if not low <= day <= high:
        ends = day_text(int(low)), day_text(int(high))
        return _wrong("out-of-range", fact, raw, show_ids, bound=bound_missed(DATE, *ends, day < low))
    return day


def _date_hint(raw: Any) -> tuple[str, dict[str, Any]] | None:
    is_number = hasattr(raw, "denominator") and raw.__class__ is not bool and abs(raw) < 10**6
    text = half_width(raw).strip().lstrip("'’") if raw.__class__ is str else plain(raw) if is_number else ""
    hint = hint_for(text) if len(text) < _LONGEST_SHOWN else None
    return (hint, {}) if hint else None


def _choice(fact: FactPlan, raw: Any, show_ids: bool, language: str | None) -> CellReading:
    options, options_en = fact.type.options, fact.options_en
    text = str(raw) if raw.__class__ is int and raw.bit_length() < 64 else raw
    found = _option(fact, text) if text.__class__ is str else None
    if found is not None:
        return found or NOT_KNOWN  # a word that leaves open which option it is
    from calc.language.expression_error import did_you_mean

    help_ = did_you_mean(raw, [*options, *options_en]) if raw.__class__ is str and len(raw) < _LONGEST_SHOWN else None
    values = {"fact": fact.name, "read": shown(raw, show_ids), "options": listed_words(fact, raw, language)}
    return CellError("not-a-word", values, help_)


def _option(fact: FactPlan, text: str) -> str | None:
    """Finds the option that a text means, by its own words or by other spellings."""
    if text in fact.type.options:
        return text
    found = fact.words.get(folded_word(text)) if fact.words else None  # none of them is an option's own word
    found = word_in(text, fact.type.options, fact.options_en) if found is None else found
    if found is None and (code := whole_code(text)) != text:
        return _option(fact, code)
    return found


def _text(fact: FactPlan, raw: Any, show_ids: bool) -> CellReading:
    if raw.__class__ is int and raw.bit_length() <= 3 * LONGEST_NUMBER:
        return str(raw)
    if raw.__class__ is not str or "\0" in raw:
        return _wrong("not-a-text", fact, raw, show_ids)
    return _composed(visible(raw).strip())


def _reference(fact: FactPlan, raw: Any, show_ids: bool) -> CellReading:
    """Reads a reference to a member as a text: which member it is shows once all are read."""
    text = _text(fact, raw, show_ids)
    if not isinstance(text, str) or not (text := clean_id(text)).isprintable():
        return _wrong("not-a-text", fact, raw, show_ids)
    return text


def _personal_number(fact: FactPlan, raw: Any, show_ids: bool) -> CellReading:
    if isinstance(raw, BadNumber):  # 4.30602E+17 without quotes: recognised below
        raw = str(raw)
    elif raw.__class__ not in (str, int) or (raw.__class__ is int and raw.bit_length() > 3 * LONGEST_NUMBER):
        return _wrong("not-a-text", fact, raw, show_ids)
    if fact.format == "identity-number":
        read, code = read_identity_number(raw), "bad-identity-number"
    else:
        read, code = read_disability_certificate(raw), "bad-disability-certificate"  # type: ignore[assignment]
    if not isinstance(read, tuple):
        return read.number
    text = bare(raw)
    text = text if show_ids else masked_number(text)
    return CellError(code, {"fact": fact.name, "read": shown(text, True), "reason": read})
