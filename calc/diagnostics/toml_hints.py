"""Says how a line that TOML does not accept is written: quotes and the equals sign, which people leave out."""

from __future__ import annotations

from typing import Any

from calc.late_pattern import late_pattern

_QUOTES = "\"'“”‘’「」＂"
_BARE = late_pattern(r"[A-Za-z0-9_-]+")
_PAIR = late_pattern(
    r"""[ \t]*(?P<key>"[^"\n]*"|'[^'\n]*'|[^\s"'#=＝:：\[\]{},][^"'#=＝:：\[\]{},\n]*?)[ \t]*"""
    r"""(?P<sign>[=＝:：])[ \t]*(?P<value>[^\n]*)"""
)
_HEADING = late_pattern(r"[ \t]*(?P<open>\[\[?)[ \t]*(?P<key>[^\[\]\n]+?)[ \t]*(?P<close>\]\]?)[ \t]*(?:#[^\n]*)?")


def toml_hint(text: str, at: int) -> tuple[str, dict[str, Any]] | None:
    """Finds the help for a syntax error at a place of a text; a value is not repeated in it, as it may be personal."""
    start = text.rfind("\n", 0, at) + 1
    line = text[start:].partition("\n")[0].rstrip()
    if heading := _HEADING.fullmatch(line):
        name = _quoted(heading["key"])
        shown = f"{heading['open']}{name}{heading['close']}"
        return ("write-instead", {"text": shown}) if name != heading["key"] else None
    pair = _PAIR.match(line)
    if pair is None:
        bare = not text[start : at + 1].isascii() and not any(mark in text[start : at + 1] for mark in "\"'")
        return ("quote-name", {}) if bare else None
    key, value = _quoted(pair["key"]), '"…"' if _needs_quotes(pair["value"]) else "…"
    if key == pair["key"] and pair["sign"] == "=" and value == "…":
        return None
    return "write-instead", {"text": f"{key} = {value}"}


def _quoted(key: str) -> str:
    """Quotes those parts of a key that need it; one that is in quotes of TOML stays as it is."""
    if key[0] in "\"'":
        return key
    parts = [key] if key[0] in _QUOTES else key.split(".")
    plain = [one.strip().strip(_QUOTES).strip() for one in parts]
    return ".".join(one if _BARE.fullmatch(one) else f'"{one}"' for one in plain)


def _needs_quotes(value: str) -> bool:
    """Says whether words stand where TOML wants them in quotes; never of a list, a table or what begins with quotes."""
    import tomli

    if not value or value[0] in "[{\"'#":
        return False
    try:
        tomli.loads(f"value = {value}")
    except (ValueError, RecursionError):  # a syntax error is a ValueError, so is a number of too many digits
        return True
    return False
