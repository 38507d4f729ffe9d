"""Places in JSON texts: every key path of any text that json accepts, and the right characters."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from calc.diagnostics.json_positions import half_character, json_places

TEXT = """{"a": 1, "b\\u0041": [true, {"c": "x\\n"}, []],
  "d": {}, "e": "text", "a": -1.5e3}"""


def test_places():
    places = json_places(TEXT)
    found = {keys: (TEXT[s.key.start : s.key.end], TEXT[s.value.start : s.value.end]) for keys, s in places.items()}
    assert found == {
        (): (TEXT, TEXT),
        ("a",): ('"a"', "-1.5e3"),
        ("bA",): ('"b\\u0041"', '[true, {"c": "x\\n"}, []]'),
        ("bA", 0): ("true", "true"),
        ("bA", 1): ('{"c": "x\\n"}', '{"c": "x\\n"}'),
        ("bA", 1, "c"): ('"c"', '"x\\n"'),
        ("bA", 2): ("[]", "[]"),
        ("d",): ('"d"', "{}"),
        ("e",): ('"e"', '"text"'),
    }
    inner = places[("e",)].inner
    assert inner is not None and TEXT[inner:].startswith("text") and places[("bA", 1, "c")].inner is None


def test_every_value_of_generated_texts_is_found():
    random = Random(5)

    def value(depth: int) -> Any:
        kind = random.randrange(7 if depth else 5)
        if kind == 5:
            return [value(depth - 1) for _ in range(random.randrange(4))]
        if kind == 6:
            return {random.choice(["", "a", '"', "键", "b\\", ":,", "😀"]): value(depth - 1) for _ in range(3)}
        return random.choice([None, True, -12, 0.25, "", 'q"]}', "值\n", "\\"])

    def walk(one: Any, keys: tuple[object, ...]) -> None:
        spot = places[keys]
        assert json.loads(text[spot.value.start : spot.value.end]) == one
        if keys and isinstance(keys[-1], str):
            assert json.loads(text[spot.key.start : spot.key.end]) == keys[-1]
        for key, inner in one.items() if isinstance(one, dict) else enumerate(one) if isinstance(one, list) else ():
            walk(inner, (*keys, key))

    styles: list[Any] = [{}, {"indent": 1}, {"separators": (",", ":")}]
    for _ in range(300):
        document = value(4)
        text = json.dumps(document, ensure_ascii=random.random() < 0.5, **random.choice(styles))
        places = json_places(text)
        walk(document, ())


def test_as_deep_as_json_goes():
    text = "[" * 900 + "]" * 900
    json.loads(text)
    assert len(json_places(text)) == 900


def test_half_characters():
    assert half_character(r'"\ud83d\ude00"') is None
    assert half_character(r'"\\ud83d"') is None
    assert half_character(r'"a\ud83d"') == 2
    assert half_character(r'"\ud83dx\ude00"') == 1
    assert half_character(r'"\ude00\ud83d"') == 1
    assert half_character(r'"\ud83d\n"') == 1
    assert half_character(r'"\udbff\udfff\ue000\ud7ff"') is None
    assert half_character(r'"\ud800\udc00"') is None
    assert half_character(r'"\udc00"') == half_character(r'"\udbff"') == half_character(r'"\udfff"') == 1
    assert half_character("plain") is None
