"""Makes comments of a query: what they say of its columns and layers, as text that is safe in a comment."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from calc.record import Record

_EDGES = re.compile(r"(?<=\*)(?=/)|(?<=/)(?=\*)|(?<=-)(?=-)")
"""Between the two characters that begin or end a comment."""


class Comments(Record):
    """The comments in a query: on a column by its name, on layers by number, on the rows of benefits by name."""

    of_column: Callable[[str], str]
    of_layer: Mapping[int, list[str]]
    of_benefit: Mapping[str, list[str]]


def comment_text(text: str) -> str:
    """Makes a text safe in a comment: on one line, without characters that end, nest or begin a comment."""
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return f" {_EDGES.sub(' ', line)} "
