"""Mutated files give an Intake or InputErrors, never anything else, and every diagnostic can be shown."""

from __future__ import annotations

import re
from random import Random

import pytest

from calc.diagnostics.diagnostic import InputErrors, as_json, render, render_all
from calc.diagnostics.source import Source
from calc.engine.facts import Household
from calc.households.read_households import Intake, read_households
from tests.households.conftest import number
from tests.households.test_read_households import JSON, TOML
from tests.support.seeds import few_or_all, seeds

BEN = number("43060219900228123")
TOMLS = (
    TOML,
    '[[households]]\nid = "h1"\n[[households.members]]\nwage = 1\n[[households]]\n[[households.members]]\n',
    f'"备注" = """a\n"b"\n"""\n"房租" = 5 # x\n[["成员"]]\n"姓名" = \'张三\'\n"身份证号" = "{BEN}"\n'
    f'"残疾证号" = "{BEN}41"\n[["成员"]]\n"监护人身份证号" = {BEN if BEN[-1] != "X" else 5}\n'
    '"出生日期" = 1990-02-28T00:00:00\nmembers.x = {a = [1, 2], b.c = 3}\n',
)
JSONS = (
    JSON,
    '[{"id": "h1", "members": [{"wage": 1}]}, {"成员": [{}]}]',
    f'{{"家庭": [{{"房租": 1.5, "members": [{{"身份证号": "{BEN}", "性别": "\\u7537"}}, '
    f'{{"监护人身份证号": "{BEN}"}}]}}]}}',
)
PIECES = (
    *"[]{}\",'=:.#\\\n\t 0-x_eé中１\0\x7f\u2028\ufeff😀",
    "[[",
    "]]",
    '"""',
    "'''",
    "null",
    "true",
    "inf",
    "nan",
    "1e999",
    "0x1f",
    "9" * 30,
    "9" * 5000,
    "\\ud800",
    "\\u0000",
    "members",
    "成员",
    "id",
    "name",
    "household",
    "rent",
    "wage",
    "身份证号",
    "{}",
    "[]",
    "1979-05-27",
    "07:32:00",
    "1979-05-27T07:32:00Z",
    '"a" = 1\n',
    '"id": 1,',
    "[" * 50,
    "\r\n",
    "\r",
    "-",
    "+1",
    "00",
    "1_000",
)


_VALUE = re.compile(r"(?<=[=:] )[^\s,\]}]+")
VALUES = (
    *(
        '"是"',
        '""',
        '"一千"',
        '"1,200.50"',
        '"２５００"',
        "0",
        "-1",
        "3",
        "0.005",
        "true",
        "[]",
        "{}",
        "20200229",
        '"2020-02-29"',
    ),
    *(
        '"upper"',
        '"East"',
        '"child"',
        f'"{BEN}"',
        f'"{BEN}43"',
        '"4.3E+17"',
        "430602199001011000",
        "99999999999999999999",
    ),
)


def with_other_values(random: Random, text: str) -> str:
    """Well-formed still: some values replaced by others."""
    share = random.choice((0.05, 0.2))
    return _VALUE.sub(lambda match: random.choice(VALUES) if random.random() < share else match.group(), text)


def mutated(random: Random, text: str) -> str:
    if random.random() < 0.4:
        return with_other_values(random, text)
    for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
        at = random.randrange(len(text) + 1)
        to = min(len(text), at + random.choice((0, 0, 1, 1, 2, 5, 20)))
        other = random.randrange(len(text) + 1)
        piece = random.choice(
            (random.choice(PIECES), random.choice(PIECES), "", text[other : other + random.randrange(30)])
        )
        text = text[:at] + piece + text[to:]
    return text


@pytest.mark.slow
@pytest.mark.parametrize("format", ["toml", "json"])
def test_mutated_files(smallville, people, format):
    (seed, *_) = seeds([20220601], 1)
    random = Random(seed)
    outcomes = {"households": 0, "rejects": 0, "faulty": 0}
    for _ in range(few_or_all(600, 1000)):
        text = mutated(random, random.choice(TOMLS if format == "toml" else JSONS))
        plan = random.choice((smallville, people))
        try:
            intake = read_households(Source(f"x.{format}", text), plan, format)  # type: ignore[arg-type]
            found = [one for reject in intake.rejects for one in reject.mistakes]
            assert isinstance(intake, Intake)
            assert all(isinstance(one, Household) for one in intake.households)
            assert all(reject.mistakes and isinstance(reject.id, str) for reject in intake.rejects)
            outcomes["households"] += bool(intake.households)
            outcomes["rejects"] += bool(intake.rejects)
        except InputErrors as faulty:
            found = faulty.diagnostics
            assert found
            outcomes["faulty"] += 1
        for one in found:
            for language in ("en", "zh"):
                render(one, language).encode()
            as_json(one)
        if found:
            render_all(found)
    assert min(outcomes.values()) > 30, (seed, outcomes)
