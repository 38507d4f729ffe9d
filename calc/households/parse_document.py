"""Parses a household file, TOML or JSON, into Python values with exact numbers; reports syntax errors."""

from __future__ import annotations

from typing import Any, Literal, Union

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place
from calc.diagnostics.source import Source
from calc.exact import LONGEST_NUMBER
from calc.late_pattern import late_pattern
from calc.record import replace
from calc.rules.toml_document import BadNumber, exact_or_bad, parse_toml

Format = Literal["toml", "json"]

_JSON_LIST = late_pattern(r"\[\s*(?:[{\]]|\Z)")


class DuplicateKeys(dict[str, Any]):
    """A JSON object in which some keys appear twice; `twice` lists them."""

    twice: tuple[str, ...] = ()


def format_of(path: str, text: str = "") -> Format:
    """Finds the format by the ending of the path; without a known one, by the beginning of the text.

    A list of households in JSON begins with `[{`; headings of TOML, `[x]` and `[[x]]`, do not.
    """
    ending = path.rpartition(".")[2].lower() if "." in path else ""
    if ending in ("toml", "json"):
        return "toml" if ending == "toml" else "json"
    begins = text.lstrip("\ufeff \t\r\n")
    return "json" if begins.startswith("{") or _JSON_LIST.match(begins) else "toml"


def parse(source: Source, format: Format) -> Any:
    """Parses a document into Python values. Raises InputErrors with the place of a syntax error."""
    return _parse_json(source) if format == "json" else parse_toml(source)


def with_places(source: Source, format: Format, show_ids: bool = False) -> Source:
    """Prepares a source for diagnostics: places are found by its format, personal numbers masked in excerpts."""
    from calc.households.identity_numbers import mask_in

    hide = None if show_ids else mask_in
    if format == "toml":
        return replace(source, hide=hide)
    from calc.diagnostics.json_positions import json_places

    return replace(source, scan=json_places, hide=hide)


def _parse_json(source: Source) -> Any:
    import json

    try:
        document = json.loads(
            source.text,
            parse_float=exact_or_bad,
            parse_int=_whole_or_bad,
            parse_constant=BadNumber,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        from calc.diagnostics.json_positions import reason_of

        at = min(error.pos, max(0, len(source.text) - 1))
        place = Place(source, (), at, at + 1)
        raise InputErrors([Diagnostic("json-syntax", place, {"reason": reason_of(error)})]) from None
    except RecursionError:
        raise InputErrors([Diagnostic("json-syntax/deep", Place(source))]) from None
    if "\\ud" in source.text or "\\uD" in source.text:
        from calc.diagnostics.json_positions import half_character

        half = half_character(source.text)
        if half is not None:
            place = Place(source, (), half, half + 6)
            raise InputErrors([Diagnostic("json-syntax/half", place)])
    return document


def _whole_or_bad(text: str) -> Union[int, BadNumber]:
    return int(text) if len(text) <= LONGEST_NUMBER else BadNumber(text)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) == len(pairs):
        return table
    seen: set[str] = set()
    twice: dict[str, None] = {}
    for key, _ in pairs:
        if key in seen:
            twice[key] = None
        seen.add(key)
    doubled = DuplicateKeys(table)
    doubled.twice = tuple(twice)
    return doubled
