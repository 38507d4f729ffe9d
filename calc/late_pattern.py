"""Makes regular expressions that are compiled when they are first used.

A command uses few of the hundred patterns of the modules that it imports, and compiling one takes as long as importing
a module.
"""

from __future__ import annotations

import re
from typing import Any

_METHODS = ("match", "fullmatch", "search", "sub", "finditer", "findall", "split")


class _LatePattern:
    def __init__(self, text: str, flags: int) -> None:
        self._written = text, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        compiled = re.compile(*self._written)
        for method in _METHODS:  # later uses find them without coming here
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def late_pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """Makes a pattern; it is compiled when an attribute of it is asked for."""
    return _LatePattern(text, flags)  # type: ignore[return-value]
