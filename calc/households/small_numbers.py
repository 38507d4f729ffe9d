"""Reads small whole numbers as forms have them: in Chinese or Roman numerals, with a unit behind."""

from __future__ import annotations

from calc.text_forms import half_width

_NUMERALS = {
    one: value
    for numerals in ("一二三四五六七八九十", "壹贰叁肆伍陆柒捌玖拾", "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ")
    for value, one in enumerate(numerals, 1)
} | {"II": 2, "III": 3, "IV": 4, "VI": 6, "VII": 7, "VIII": 8, "IX": 9}
_WITH_UNIT = {"I": 1, "V": 5, "X": 10}
"""Numerals that alone may be something else, such as a cross."""
_LONGEST = 10


def small_number(raw: str, unit: str | None) -> int | None:
    """Reads a whole number with the unit of its fact behind it, or one up to ten in Chinese or Roman numerals."""
    given = half_width(raw).strip()
    text = given.removesuffix(unit).rstrip() if unit is not None else given
    if text.isascii() and text.isdigit() and len(text) < _LONGEST:
        return int(text)
    found = _NUMERALS.get(text.upper())
    return _WITH_UNIT.get(text.upper()) if found is None and text != given else found
