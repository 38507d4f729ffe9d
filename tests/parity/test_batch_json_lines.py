"""JSON Lines through both engines: a member a line, a household a line, and whatever else stands on a line."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from bench.ledger import HEADINGS, rows
from calc.cli import run
from tests.support.both_engines import RULES, must_be_alike, taken_by_sql, written

pytestmark = pytest.mark.slow

COUNT = int(os.environ.get("DOUDI_FUZZ", "5000")) // 1000
SEED = int(os.environ.get("DOUDI_SEED", "1"))
OF_HOUSEHOLD = ("户编号", "乡镇", "家庭经济状况已核对", "边缘认定日期")
TRUTHS = ("家庭经济状况已核对", "需长期照护", "重病认定", "在本市务工", "孤儿认定")
ENGLISH = {"户编号": "household", "姓名": "name", "工资": "wage", "养老金": "pension"}
LEAN, WIDE = (",", ":"), (" ,\t", "  : ")
Value = Any


@pytest.fixture
def plain_ones() -> Iterator[list[set[str]]]:
    """Which households SQL took in each run."""
    with taken_by_sql() as found:
        yield found


def value_of(heading: str, text: str) -> Value:
    """A cell of the ledger as JSON has it."""
    if heading in TRUTHS:
        return text == "是"
    number = text.replace(".", "", 1)
    if number.isdigit() and heading not in ("户编号", "身份证号", "残疾证号") and number == number.lstrip("0"):
        return float(text) if "." in text else int(text)
    return text


def members_of(made: list[list[str]]) -> list[dict[str, Value]]:
    """The rows of a ledger as objects, without what is empty."""
    return [{name: value_of(name, cell) for name, cell in zip(HEADINGS, row, strict=True) if cell} for row in made[1:]]


def households_of(members: list[dict[str, Value]]) -> list[dict[str, Value]]:
    """Members as households with their members in them."""
    found: dict[str, dict[str, Value]] = {}
    for member in members:
        own = {name: value for name, value in member.items() if name in OF_HOUSEHOLD}
        household = found.setdefault(member.get("户编号", ""), {**own, "members": []})
        household["members"].append({name: value for name, value in member.items() if name not in OF_HOUSEHOLD})
    return [*found.values()]


def saved(path: Path, objects: list[Any], **how: Any) -> str:
    """Objects as JSON Lines; returns the path."""
    path.write_text("".join(json.dumps(one, **{"ensure_ascii": False, **how}) + "\n" for one in objects), "utf-8")
    return str(path)


LAYOUTS: dict[str, Callable[[list[dict[str, Value]]], list[dict[str, Value]]]] = {
    "members": lambda members: members,
    "households": households_of,
}


@pytest.mark.parametrize("form", [(".csv",), (".csv", "--by", "benefit"), (".jsonl",), (".parquet",)], ids=" ".join)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout(layout: str, form: tuple[str, ...], tmp_path: Path, plain_ones: list[set[str]]) -> None:
    """SQL takes them all, and the row engine gives for the same ledger as CSV what it gives for it as JSON Lines."""
    made = [*rows(200, 3, 0.0)]
    ledger = saved(tmp_path / "ledger.jsonl", LAYOUTS[layout](members_of(made)))
    options = ["--month", "2022-06", "--keep", "乡镇", "--group-by", "乡镇", *form[1:]]
    found = must_be_alike(tmp_path, [ledger], *options, ending=form[0])
    assert len(plain_ones[0]) > 190
    same = must_be_alike(tmp_path, [written(tmp_path / "ledger.csv", made)], *options, ending=form[0])
    assert found == same


@pytest.mark.parametrize(
    "how", [{"ensure_ascii": True}, {"separators": LEAN}, {"separators": (" ,\t", "  : ")}], ids=str
)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_characters_by_number_and_blanks_between(
    layout: str, how: dict[str, Any], tmp_path: Path, plain_ones: list[set[str]]
) -> None:
    ledger = saved(tmp_path / "ledger.jsonl", LAYOUTS[layout](members_of([*rows(100, 4, 0.0)])), **how)
    must_be_alike(tmp_path, [ledger], "--month", "2022-06")
    assert len(plain_ones[0]) > 90


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("ends", ["\r\n", "\n\n", "\n \n\n\n"], ids=repr)
def test_encodings_and_line_ends(encoding: str, ends: str, tmp_path: Path, plain_ones: list[set[str]]) -> None:
    lines = [json.dumps(one, ensure_ascii=False) for one in members_of([*rows(60, 5, 0.1)])]
    ledger = tmp_path / "ledger.jsonl"
    ledger.write_bytes((ends[1:] + ends.join(["\ufeff", *lines])).encode(encoding))
    must_be_alike(tmp_path, [str(ledger)], "--month", "2022-06")
    assert len(plain_ones[0]) > 40


def test_a_key_in_two_languages_and_keys_that_say_nothing(tmp_path: Path, plain_ones: list[set[str]]) -> None:
    members = members_of([*rows(100, 6, 0.0)])
    english = [{ENGLISH.get(name, name): value for name, value in one.items()} for one in members[50:]]
    noise = {"note": {"by": "x", "tags": [1, None, {}]}, "Note": [[]], "members of staff": 3, "": "", "$.*": 1}
    ledger = saved(tmp_path / "ledger.jsonl", [*members[:50], *({**noise, **one} for one in english)])
    must_be_alike(tmp_path, [ledger], "--month", "2022-06", "--map", "Note=-")
    assert len(plain_ones[0]) > 90


def test_keys_that_mean_nothing_are_told_by_both_engines(tmp_path: Path, capsys: Any) -> None:
    """On plain lines, on lines that only the row path reads, and in members; not what is carried along."""
    members = members_of([*rows(20, 8, 0.0)])
    households = households_of(members)
    households[2]["wagon"] = 3
    twice = {"户编号": "Y", "members": [{"foo": 1}], "Members": 2}
    households[3] = {**households[3], "tel": "\n", "members": [{**households[3]["members"][0], "备 注": None}]}
    lines = [json.dumps(one) for one in (*households, twice, {"户编号": "Z", "姓名": "Z", "工资": 1, "Hobby": 1})]
    lines[-2] = lines[-2].replace('"Members": 2', '"members": [{"工资": 1}]')
    ledger = tmp_path / "ledger.jsonl"
    ledger.write_text("\n".join([*lines, '{"half', '{"x": 1, "": 2}']), "utf-8")
    told = []
    for engine in ("rows", "duckdb"):
        given = ["batch", str(ledger), "--rules", RULES, "--month", "2022-06", "--lang", "en", "--keep", "乡镇"]
        assert run([*given, "--engine", engine, "-o", str(tmp_path / "out.csv"), "--allow-rejects"]) == 0
        lines = capsys.readouterr().err.splitlines()
        told.append([line.partition(": ")[2] for line in lines if "unknown-column" in line])
    assert told[0] == told[1]
    near = {"wagon": "; did you mean `Wage`?"}
    text = "warning[unknown-column]: the key `{}` is not a fact of these rules and is ignored"
    assert told[0] == [text.format(key) + near.get(key, "") for key in ("Hobby", "tel", "wagon", "x", "备 注")]


def test_one_person_in_several_files_and_lines_that_are_left_out(tmp_path: Path) -> None:
    """Who stands twice is found wherever it is: on plain lines and on those that only the row path reads."""
    members = members_of([*rows(80, 7, 0.0)])
    numbers = [one["身份证号"] for one in members]
    for at in (3, 20, 41):
        members[at]["身份证号"] = numbers[at + 30]
    households = households_of(members)
    lines = [json.dumps(one, ensure_ascii=False) for one in households[:40]]
    lines[5] = lines[5].replace('"members": [{', '"members": [{"x": "\\n", ')
    first, second = tmp_path / "first.jsonl", tmp_path / "second.csv"
    first.write_text("\n".join(lines), "utf-8")
    third = saved(tmp_path / "third.jsonl", [*members[-30:], {**members[8], "户编号": "X", "note": "\\"}])
    table = [*rows(30, 7, 0.0)]
    must_be_alike(tmp_path, [str(first), third, written(second, table)], "--month", "2022-06", "--keep", "户编号")


G, H = "990000197607260003", "99000019271228002X"
WHOSE: dict[str, tuple[list[str], set[str]]] = {
    "blank under the first key": (
        [f'{{"household":"A","身份证号":"{G}"}}', f'{{"household":"B","身份证号":"","idno":"{G}"}}'], {"A", "B"}),
    "null under the last key": (
        [f'{{"household":"A","身份证号":"{G}"}}', f'{{"household":"B","idno":"{G}","身份证号":null}}'], {"A", "B"}),
    "two numbers": (
        [f'{{"household":"A","身份证号":"{H}"}}', f'{{"household":"B","身份证号":"{G}","idno":"{H}"}}',
         f'{{"household":"C","身份证号":"{G}"}}'], {"A", "B"}),
    "a wrong check digit": (
        [f'{{"household":"A","身份证号":"{G}"}}', f'{{"household":"B","身份证号":"{G[:17]}X"}}'], {"A", "B"}),
    "said of the household": (
        [f'{{"household":"A","身份证号":"{G}","members":[{{"工资":1}}]}}',
         f'{{"household":"B","members":[{{"身份证号":"{G}"}}]}}'], {"A", "B"}),
    "said of the household twice": (
        [f'{{"household":"{id}","身份证号":"{G}","members":[{{"工资":1}}]}}' for id in "AB"], {"A", "B"}),
}  # fmt: skip
"""Lines, and whose households are rejected: a number stands in both."""


@pytest.mark.parametrize("case", WHOSE)
def test_whose_a_line_is(case: str, tmp_path: Path) -> None:
    lines, rejected = WHOSE[case]
    ledger = tmp_path / "ledger.jsonl"
    ledger.write_text("\n".join(lines), "utf-8")
    found = must_be_alike(tmp_path, [str(ledger)], "--month", "2022-06", "--map", "idno=身份证号")
    told = {
        line.partition(",")[0] for line in found["rejects.csv"].decode().splitlines() if "identity-number-twice" in line
    }
    assert told == rejected


def test_members_with_and_without_names(tmp_path: Path) -> None:
    """A member without a name is called by its place, whatever the other files have."""
    named = saved(tmp_path / "named.jsonl", [{"household": "A", "name": "a", "工资": 1}])
    bare = saved(tmp_path / "bare.jsonl", [{"household": one, "工资": 1} for one in ("B", "C", "C", "D", "B")])
    nested = saved(tmp_path / "nested.jsonl", [{"household": "E", "members": [{"工资": 1}, {"工资": 2}]}])
    for files in ([named, bare], [bare, named, nested], [nested, bare]):
        found = must_be_alike(tmp_path, files, "--month", "2022-06", "--by", "benefit")
        assert b"C,2022-06,disability_living,1," in found["results.csv"]


def test_the_key_of_the_members_carried_along(tmp_path: Path) -> None:
    ledger = saved(tmp_path / "ledger.jsonl", households_of(members_of([*rows(5, 3, 0.0)])))
    must_be_alike(tmp_path, [ledger], "--month", "2022-06", "--keep", "members")


@pytest.mark.parametrize("size", [900_000, 1_100_000, 5_000_000])
def test_long_lines(size: int, tmp_path: Path) -> None:
    members = members_of([*rows(20, 3, 0.0)])
    members[4]["note"] = "y" * size
    members[9]["note"] = "\n" * (size // 2)
    found = must_be_alike(tmp_path, [saved(tmp_path / "ledger.jsonl", members)], "--month", "2022-06")
    assert found["rejects.csv"].count(b"\n") == 1


VALUES: tuple[Value, ...] = (
    *(None, True, False, 0, 1, -1, 2, 17, 202206, 20220601, 2022, 2022.6, 1.5, 1200.0, 0.1, 12.345, -0.0, 1e30),
    *(10**17, 10**18, 10**40, 990000197607260003, [], {}, [1], {"a": 1}, [{}], [[[[1]]]]),
    *("", " ", "true", "1", "1.5", "2022.6", "2022.6.1", "1200", "1.2万", "是", "null", "[]", "{}", "户主", "男"),
    *("é", "e\u0301", "a\nb", "\\", "/", '"', "\u2028", "\ufeff", "\U0001f600", "\u0000", "\x7f", "x" * 1200),
    *("H0000003", "990000197607260003", "99000019760726000x"),
)


def spoilt(random: Random, one: dict[str, Value]) -> dict[str, Value]:
    """An object with something else under a key, under another key, or under no key."""
    where = random.choice([one, *(member for member in one.get("members", ()) if isinstance(member, dict))])
    name = random.choice(
        [*HEADINGS, *ENGLISH.values(), "id", "编号", "members", "成员", "工 资", "WAGE", "__proto__", "x"]
    )
    way = random.random()
    if way < 0.6:
        where[name] = random.choice(VALUES)
    elif way < 0.75 and where:
        where[name] = where.pop(random.choice([*where]))
    elif way < 0.85 and where:
        del where[random.choice([*where])]
    elif "members" in one:
        members = one["members"] if isinstance(one["members"], list) else []
        one["members"] = random.choice([[], members * 2, [*members, 1], [*members, {}], [members], None, members * 400])
    return one


PIECES = (
    *(
        '"',
        ",",
        ":",
        "{",
        "}",
        "[",
        "]",
        "\\",
        "\\u0031",
        "\\ud83d",
        "\\n",
        "1",
        "e5",
        ".0",
        "0",
        "-",
        "NaN",
        "Infinity",
    ),
    *("/* */", "\x01", "\x02", "\x00", "\r", "\t", " ", "\n", '"工资":1,'),
)


def broken(random: Random, line: str) -> str:
    """A line with something of it doubled, lost or put in, also where it is no JSON any more."""
    at, to = sorted(random.randrange(len(line) + 1) for _ in range(2))
    return random.choice([
        lambda: line[:at] + random.choice([*PIECES, line]) + line[at:],
        lambda: line[:at] + line[to:], lambda: line[:at], lambda: line[:to] + line[at:], lambda: line + "," + line,
        lambda: "", lambda: f"[{line}]", lambda: "1", lambda: '"x"', lambda: "null",
        lambda: line.replace("}", ",}", 1), lambda: line.replace("{", '{"工资":2,"工资":3,', 1),
        lambda: line.replace("{", '{"身份证号":"990000197607260003",', 1), lambda: line.replace('"', "'"),
        lambda: line.replace(": ", ":\u00a0", 1), lambda: line.replace("{", '{"": 1, ', 1),
    ])()  # fmt: skip


def made(random: Random) -> bytes:
    """A spoilt ledger of JSON Lines."""
    members = members_of([*rows(random.choice((5, 40)), random.randrange(50), random.choice((0.0, 0.2)))])
    if random.random() < 0.3:
        members = [{ENGLISH.get(name, name): value for name, value in one.items()} for one in members]
    objects = households_of(members) if random.random() < 0.6 else members
    if random.random() < 0.1:
        objects = random.sample([*members, *households_of(members)], len(members))
    if random.random() < 0.2:
        random.shuffle(objects)
    share = random.choice((0.02, 0.1, 0.5))
    objects = [spoilt(random, dict(one)) if random.random() < share else one for one in objects]
    is_ascii = random.random() < 0.3
    lines = [json.dumps(one, ensure_ascii=is_ascii) for one in objects]
    lines = [broken(random, line) if random.random() < share / 3 else line for line in lines]
    if random.random() < 0.2:
        lines += random.sample(lines, 1) * random.choice((1, 3, 1100))
    return "\n".join(lines).encode("utf-8", "replace") + random.choice((b"", b"\n", b"\n\n", b"\xff\n"))


@pytest.mark.parametrize("part", range(4))
def test_spoilt_ledgers_come_to_the_same(part: int, tmp_path: Path) -> None:
    """`DOUDI_FUZZ=100000` compares a hundred times as many."""
    for at in range(part, 4 * COUNT, 4):
        random = Random(f"{SEED} {at}")
        ledgers = []
        for place in range(random.choice((1, 1, 2))):
            ledger = tmp_path / f"{place}.jsonl"
            ledger.write_bytes(made(random))
            ledgers.append(str(ledger))
        options = ["--by", random.choice(("household", "benefit")), "--duplicates", random.choice(("reject", "warn"))]
        options += random.choice(([], ["--keep", "乡镇"], ["--keep", "x", "--group-by", "note"]))
        try:
            must_be_alike(tmp_path, ledgers, "--month", "2022-06", "--rules", RULES, *options, may_stop=True)
        except BaseException:
            print(f"seed {SEED} {at}", options)
            raise
