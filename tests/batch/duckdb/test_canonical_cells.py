"""Cells that SQL reads by itself, against the reader of the row path, over generated texts."""

from __future__ import annotations

import random
from pathlib import Path

import duckdb
import pytest

from calc.batch.duckdb.canonical_cells import bounds_of, is_plain, plain_value
from calc.batch.duckdb.sql_templates import named, select, sql
from calc.engine.sql import build
from calc.households.cell_values import NOT_KNOWN, CellError, read_value
from calc.language.types import NUMERIC, REFERENCE
from calc.ledger.cell_caches import CellCache
from calc.record import replace
from calc.rules.plan import FactPlan
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.support.seeds import seeds

pytestmark = pytest.mark.slow

PLAN = plan_for(read_rules(str(Path(__file__).parents[3] / "rules.toml")), 202206)
BIRTH = PLAN.facts["出生日期"]
FORMS = ("{y}-{m}-{d}", "{y}/{m}/{d}", "{y}.{m}.{d}", "{y}{m}{d}", "{y}年{m}月{d}日")
OTHER_FORMS = ("{y}-{m}", "{y}{m}", "{y}.{m}", "{y}年{m}月", "{y}-{m}/{d}", "{y}年{m}-{d}日", "{y}-{m}-{d} 0:00",
               "{y}年{m}月{d}", "{y}-{m}-{d}T00:00:00", "{d}/{m}/{y}",
               "{y}{m}{d}0", "{y} {m} {d}", "{y}-{m}-{d}-")  # fmt: skip
WIDE = {ord("0") + at: "０１２３４５６７８９"[at] for at in range(10)}


def days(chance: random.Random, count: int) -> list[str]:
    """Texts that are days, nearly are, or have a mark too many."""
    found = []
    for _ in range(count):
        year = chance.choice((*range(1980, 1990), chance.randint(1900, 2030), 0, 1, 999, 1000, 1899, 2000, 2100, 9999))
        month, day = chance.choice((chance.randint(1, 12), chance.randint(0, 13))), chance.randint(0, 32)
        day = chance.choice((day, 28, 29, 30, 31))
        width = chance.choice(("", "0>2"))
        text = chance.choice(FORMS * 3 + OTHER_FORMS).format(
            y=f"{year:04}" if chance.random() < 0.97 else year, m=f"{month:{width}}", d=f"{day:{width}}"
        )
        if chance.random() < 0.1:
            text = chance.choice((f" {text}", f"{text} ", f"'{text}", text.translate(WIDE), f'="{text}"', f"{text}x"))
        found.append(text)
    return found


def read_by_sql(fact: FactPlan, texts: list[str]) -> dict[str, object]:
    """The values of the plain ones among texts, None where SQL says that there is none."""
    cell = build.column("c")
    plain = is_plain(fact, cell)
    assert plain is not None
    query = select("texts", [cell, named(plain_value(fact, cell), "value")]).where(plain, copy=False)
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE texts AS SELECT unnest(CAST(? AS VARCHAR[])) AS c", [texts])
        found = dict(connection.execute(sql(query)).fetchall())
    low, high = bounds_of(fact) or (None, None)
    return {text: value if low is None or (value is not None and low <= value <= high) else None
            for text, value in found.items()}  # fmt: skip


def must_agree(fact: FactPlan, texts: list[str]) -> set[str]:
    """The reader reads the same values as SQL, and refuses plain cells in which SQL finds none; gives the read ones."""
    found = read_by_sql(fact, texts)
    for text, value in found.items():
        read = read_value(fact, text)
        if fact.type.kind == REFERENCE:  # the reader leaves out blanks when it looks for the member
            assert isinstance(read, str), (text, value, read)
            plain = "".join(read.split())
            assert plain[:17].isdigit() and len(plain) >= 17 if value is None else plain == value, (text, value, read)
            continue
        assert isinstance(read, CellError) if value is None else read == value, (text, value, read)
    return {text for text, value in found.items() if value is not None}


@pytest.mark.parametrize("seed", seeds(range(20), 2))
def test_days(seed: int) -> None:
    texts = days(random.Random(seed), 3000)
    taken = must_agree(BIRTH, texts)
    assert len(taken) > 600, "most of the valid days are read by SQL"
    narrow = replace(BIRTH, stated_bounds=(19500101, 19991231))
    assert must_agree(narrow, texts) == {one for one in taken if 19500101 <= read_value(BIRTH, one) <= 19991231}  # type: ignore[operator]


def test_every_day_of_two_years_in_all_forms() -> None:
    written = [form.format(y=year, m=f"{month:{width}}", d=f"{day:{width}}") for form in FORMS for width in ("", "0>2")
               for year in (1900, 2000, 2023) for month in range(14) for day in range(33)]  # fmt: skip
    in_full = [one for one in written if not (one.isdigit() and len(one) < 8)]
    known = {one for one in in_full if isinstance(read_value(BIRTH, one), int)}
    assert must_agree(BIRTH, written) == known and len(known) > 7000


def test_words_of_the_rules_that_look_like_days_and_numbers() -> None:
    """A register that writes 1900-01-01 or 9999 for "not known" may say so in its rules file."""
    words = frozenset(("1900-01-01", "9999", "1900年1月1日"))
    wage = replace(next(one for one in PLAN.facts.values() if one.type.kind in NUMERIC), not_known=words)
    assert must_agree(replace(BIRTH, not_known=words), ["1900-01-01", "1900年1月1日", "1900-01-02"]) == {"1900-01-02"}
    assert must_agree(wage, ["9999", "9998"]) == {"9998"}
    assert CellCache(wage)["9999"] == NOT_KNOWN


@pytest.mark.parametrize("seed", seeds(range(20), 2))
def test_numbers_and_texts(seed: int) -> None:
    chance = random.Random(seed)
    texts = ["".join(chance.choices("0123456789.-+,元万 %e", (5,) * 10 + (3, *(1,) * 8), k=chance.randint(1, 9)))
             for _ in range(2000)]  # fmt: skip
    for fact in {(one.type.kind, one.decimals, bounds_of(one)): one for one in PLAN.facts.values()}.values():
        if is_plain(fact, build.column("c")) is not None and fact.format is None:
            must_agree(fact, texts)


def test_words_for_nobody_are_no_names() -> None:
    """However they are written; the names of two members with another mark between are one for the reader too."""
    fact = next(one for one in PLAN.facts.values() if one.type.kind == REFERENCE)
    words = [
        "无",
        "没有",
        "nobody",
        "no body",
        " NOBODY",
        "No-body",
        "无此人",
        "无 此人",
        "不详",
        "不 详",
        "unknown",
        "-",
        "空白",
    ]
    assert not read_by_sql(fact, words)
    names = {"张三", "张 三", " Ann Bo", "m1", "无名", "Nobody2", "甲·乙"}
    assert must_agree(fact, [*names, "11010119900101123x", "Ａnn", "Ann, Bo"]) == names
