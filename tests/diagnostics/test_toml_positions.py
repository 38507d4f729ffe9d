"""What stands at a place that is found for a key or value of a TOML text is that key or value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tomli
from hypothesis import given
from hypothesis import strategies as st

from calc.diagnostics.toml_positions import places_of

ROOT = Path(__file__).parents[2]
FILES = [ROOT / "rules.toml", ROOT / "tests/smallville.toml", *sorted((ROOT / "tests/systems").glob("*.toml")),
         *sorted((ROOT / "tests/cases").rglob("*.toml"))]  # fmt: skip

TEXTS = st.text(st.sampled_from("ab'\"\\#=.,[]{} \t甲é"), max_size=5)
KEYS = st.sampled_from(["a", "b-c", "1", '"x y"', "'甲'", '"q\\"r"', '"\\u7532"', "d . e", "''"])


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t") + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "").replace("\t", " ") + "'"


VALUES = st.recursive(
    TEXTS.map(quoted) | TEXTS.map(literal)
    | st.sampled_from(["1", "-2.5", "true", "2024-01-02", "2024-01-02 03:04:05", "0x1F", '"""\na "b" ""\\\n  c"""',
                       "'''\n#'' x'''", '""', "1_000"]),
    lambda inner: st.lists(inner, max_size=3).map(lambda found: "[ " + ",\n # x ]\n".join(found) + " ]")
    | st.lists(inner, max_size=2).map(
        lambda found: "{ " + ", ".join(f"k{at} = {one}" for at, one in enumerate(found)) + " }"),
    max_leaves=5,
)  # fmt: skip
PAIRS = st.tuples(KEYS, st.sampled_from(["=", " = ", "  =\t"]), VALUES, st.sampled_from(["", " # 'x' [y]"])).map(
    "".join
)
HEADINGS = st.sampled_from(["[t]", "[ t.u ]", "[[list]]", "[list.sub]", '["甲"]', "[[list]]", "# [x]", ""])
DOCUMENTS = st.lists(PAIRS | HEADINGS, max_size=8).map("\n".join)


def value_at(read: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        read = read[key]
    return read


def leaves(read: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of everything that is no table: lists, what stands in them, and plain values."""
    if isinstance(read, dict):
        return [one for key, value in read.items() for one in leaves(value, (*path, key))]
    inner = (
        [one for at, value in enumerate(read) for one in leaves(value, (*path, at))] if isinstance(read, list) else []
    )
    return [path, *inner]


def require_places(text: str) -> None:
    read = tomli.loads(text)
    places = places_of(text)
    assert {path for path in leaves(read) if path} <= places.keys()
    for path, spot in places.items():
        value = value_at(read, path)
        if spot.value != spot.key:  # a heading has no value of its own
            assert tomli.loads(f"x = {text[spot.value.start : spot.value.end]}")["x"] == value, path
        if isinstance(path[-1], str) and not isinstance(value, dict) and spot.value != spot.key:
            key = tomli.loads(f"{text[spot.key.start : spot.key.end]} = 1")
            while isinstance(key, dict):
                ((name, key),) = key.items()
            assert name == path[-1]
        if spot.inner is not None:
            assert isinstance(value, str) and text.startswith(value, spot.inner), path


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_of_every_file(path: Path) -> None:
    require_places(path.read_text(encoding="utf-8"))


@pytest.mark.slow
@given(DOCUMENTS)
def test_of_generated_texts(text: str) -> None:
    try:
        tomli.loads(text)
    except tomli.TOMLDecodeError:
        return
    require_places(text)
