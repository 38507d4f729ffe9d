"""Patterns that are compiled at their first use do what those of `re` do."""

from __future__ import annotations

import re

import pytest

from calc.late_pattern import late_pattern

TEXT = "One 12 and three 456\nend"


@pytest.mark.parametrize("method", ["match", "fullmatch", "search", "findall", "split"])
@pytest.mark.parametrize("flags", [0, re.I, re.DOTALL])
@pytest.mark.parametrize("text", [r"one (\d+)", r"(\d+)", r".*"])
def test_methods(text: str, flags: int, method: str) -> None:
    late = late_pattern(text, flags)
    for _ in range(2):
        assert str(getattr(late, method)(TEXT)) == str(getattr(re.compile(text, flags), method)(TEXT))


def test_it_is_not_compiled_before() -> None:
    late = late_pattern("(")
    with pytest.raises(re.error):
        late.match("")
    assert late_pattern("a|b").pattern == "a|b"
