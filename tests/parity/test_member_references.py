"""Ledgers in which members refer to members: both engines write the same bytes, and a reference is who it names."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any

import pytest

from calc.cli import run
from calc.diagnostics.source import Source
from calc.engine.facts import Household
from calc.households.read_households import read_household
from calc.rules.plan_month import plan_for
from calc.rules.read_rulebook import read_rules
from tests.support.both_engines import must_be_alike, taken_by_sql, written
from tests.support.cells import person

KIN = """
[rules]
title = "Kin"
currency = "EUR"
from = "2024-01"
[documents]
d = { title = "D" }
[facts.household]
applicant = { kind = "member" }
[facts.member]
number    = { kind = "text", format = "identity-number", derives = { birth_date = "born" } }
born      = { kind = "date" }
father    = { kind = "member", default = "nobody", note = "n" }
recipient = { kind = "member" }
wage      = { kind = "money/month", min = 0, default = "0", note = "n" }
ill       = { kind = "yes/no", default = "False", note = "n" }
sort      = { kind = "choice", options = ["red", "blue"] }
[benefits.child]
to = "member"
per = "month"
applies_to = "not (recipient == me) or count(where=recipient == me) > 1"
requires = ["value_of(sort, where=me == father, empty=red) == red", "not any(ill, where=me == recipient)"]
amount = "sum(wage, where=recipient == me and not ill)"
cite = "d 1"
[benefits.grant]
to = "household"
per = "once"
amount = "for_months(max_of(wage, where=me == applicant, empty=0), 3)"
cite = "d 2"
[checks.nobody_is_own_father]
formula = "father != me"
"""
HEAD = ["household", "id", "name", "number", "applicant", "father", "recipient", "wage", "ill", "sort"]
WRONG = ("Nemo", "m9", "Ann Bo", "Dup", "110")


def kin(seed: int, households: int = 60) -> tuple[list[list[str]], dict[str, list[dict[str, int]]]]:
    """Rows, and the places that the references of each household without a mistake name."""
    chance = random.Random(seed)
    rows, places = [], {}
    for at in range(households):
        count = chance.randint(1, 5)
        people = [
            [f"m{place}", f"P {place}", person(chance, seed * 10_000 + at * 10 + place)] for place in range(count)
        ]
        own: list[dict[str, int]] = []
        is_wrong = False
        applicant = called(chance, chance.choice(people))
        for place in range(count):
            named: dict[str, int] = {}
            cells = []
            for fact in ("father", "recipient"):
                to = chance.choice([*range(count), -1, None, "?"])
                if isinstance(to, int):
                    named[fact] = to
                text = {-1: chance.choice(["无", "nobody"]), None: chance.choice(["", "-"]), "?": "不详"}.get(to, "")
                cells.append(called(chance, people[to]) if isinstance(to, int) and to >= 0 else text)
            if chance.random() < 0.03:
                cells[0], is_wrong = chance.choice(WRONG), True
            wage, ill, sort = chance.choice(["0", "100", "250.50"]), chance.choice(["", "yes"]), chance.choice("rb ")
            sort = {"r": "red", "b": "blue", " ": ""}[sort]
            rows.append([f"h{at}", *people[place], applicant, *cells, wage, ill, sort])
            own.append(named)
        if not is_wrong:
            places[f"h{at}"] = own
    return rows, places


def called(chance: random.Random, one: list[str]) -> str:
    """One of the ways to refer to somebody: by id, name, or identity number."""
    id, name, number = one
    return chance.choice([id, id, name, name.replace(" ", ""), number, number.lower(), f" {id} "])


@pytest.fixture
def rules(tmp_path: Path) -> str:
    (tmp_path / "kin.toml").write_text(KIN, encoding="utf-8")
    return str(tmp_path / "kin.toml")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_engines_write_the_same(seed: int, tmp_path: Path, rules: str) -> None:
    made, _ = kin(seed)
    found = must_be_alike(
        tmp_path, [written(tmp_path / "kin.csv", [HEAD, *made])], "--month", "2024-06", "--rules", rules
    )
    assert b"not-a-member" in found["rejects.csv"] and found["results.csv"].count(b"\n") > 25


@pytest.mark.slow
@pytest.mark.parametrize("columns", [HEAD, [one for one in HEAD if one != "id"], HEAD[:1] + HEAD[4:]])
def test_without_a_column_of_ids_or_names(columns: list[str], tmp_path: Path, rules: str) -> None:
    """Without ids a name is one; without both, members are called by their place, from 1."""
    made, _ = kin(7, 30)
    rows = [dict(zip(HEAD, row, strict=True)) for row in made]
    for row in rows:
        for fact in ("applicant", "father", "recipient"):
            text = row[fact].strip()
            if "id" not in columns and text.startswith("m"):
                row[fact] = f"P {text[1:]}" if "name" in columns else str(int(text[1:]) + 1)
    cells = [[row[one] for one in columns] for row in rows]
    options = ["--month", "2024-06", "--rules", rules]
    found = must_be_alike(tmp_path, [written(tmp_path / "kin.csv", [columns, *cells])], *options)
    assert found["results.csv"].count(b"\n") > (12 if "name" in columns else 5)


@pytest.mark.slow
def test_a_ledger_without_references_is_taken_by_sql(tmp_path: Path, rules: str) -> None:
    """So is a household whose cells say nothing of them, or nobody, in one with such columns."""
    made, _ = kin(3)
    for row in made:
        row[4], row[5], row[6] = "", random.Random(row[0]).choice(["", "无"]), ""
    with taken_by_sql() as taken:
        must_be_alike(tmp_path, [written(tmp_path / "kin.csv", [HEAD, *made])], "--month", "2024-06", "--rules", rules)
    assert len(taken[0]) == 60


def referring(seed: int, households: int = 60) -> list[list[str]]:
    """Rows of households whose references are ids or names, nobody, or not known; that of the household is an id."""
    made, places = kin(seed, households)
    ids = {row[3]: row[1] for row in made}
    names = {row[2].replace(" ", ""): row[1] for row in made}  # the same in each household
    found = []
    for row in made:
        applicant, *others = (ids.get(cell.upper(), cell) for cell in row[4:7])
        applicant = names.get(applicant.replace(" ", ""), applicant.strip())
        found.append([*row[:4], applicant, *others, *row[7:]])
    return [row for row in found if row[0] in places]


@pytest.mark.slow
@pytest.mark.parametrize("order", ["as they are", "shuffled", "in two files", "a line each"])
def test_references_by_id_and_name_are_read_by_sql(order: str, tmp_path: Path, rules: str) -> None:
    """Wherever the rows of a household are; those whose rows are apart are left out if there are references."""
    rows = referring(21, 200)
    ids = [*dict.fromkeys(row[0] for row in rows)]
    ledgers = [written(tmp_path / "kin.csv", [HEAD, *rows])]
    if order == "shuffled":  # within their households
        chance = random.Random(5)
        rows = [row for id in chance.sample(ids, len(ids)) for own in [[one for one in rows if one[0] == id]]
                for row in chance.sample(own, len(own))]  # fmt: skip
        ledgers = [written(tmp_path / "kin.csv", [HEAD, *rows])]
    elif order == "in two files":
        halves = ([row for row in rows if row[0] in part] for part in (ids[:90], ids[90:]))
        ledgers = [written(tmp_path / f"kin-{at}.csv", [HEAD, *half]) for at, half in enumerate(halves)]
    elif order == "a line each":
        path = tmp_path / "kin.jsonl"
        stated = [(row[0], {name: cell for name, cell in zip(HEAD[1:], row[1:], strict=True) if cell}) for row in rows]
        lines = [{"household": id, "members": [member for of, member in stated if of == id]} for id in ids]
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
        ledgers = [str(path)]
    with taken_by_sql() as taken:
        must_be_alike(tmp_path, ledgers, "--month", "2024-06", "--rules", rules, "--by", "benefit")
    assert len(ids) > 80 and len(taken[0]) == len(ids)


@pytest.mark.slow
def test_rows_that_call_one_member_differently_disagree(tmp_path: Path, rules: str) -> None:
    """A fact of the household is the same text on all its rows, whoever it names."""
    rows = [
        [f"H{at}", f"m{place}", f"P {place}", "", to, "", "", "10", "", "red"]
        for at, applicants in enumerate(
            (("m0", "m0"), ("m0", "P 0"), ("P 0", "P0"), ("m0", ""), ("m0", "无"), ("m1", "m0"))
        )
        for place, to in enumerate(applicants)
    ]
    must_be_alike(tmp_path, [written(tmp_path / "kin.csv", [HEAD, *rows])], "--month", "2024-06", "--rules", rules)


@pytest.mark.slow
def test_names_that_may_be_read_in_two_ways_are_left_to_the_reader(tmp_path: Path, rules: str) -> None:
    """Words for nobody, names in other letters, and names that are the id of somebody else."""
    rows = [
        [f"H{at}", id, name, "", "", "", to, "10", "", "red"]
        for at, to in enumerate(("a", "b", "Ａ", "no body", "NOBODY", "nobody", "B b", "Bb", "无 此人", "1"))
        for id, name in (("a", "b"), ("b", "c"), ("nobody", "Ａ"), ("c", "B b"), ("1", "e"))
    ]
    must_be_alike(tmp_path, [written(tmp_path / "kin.csv", [HEAD, *rows])], "--month", "2024-06", "--rules", rules)


def test_a_file_of_a_household_reads_the_places(tmp_path: Path, rules: str) -> None:
    made, places = kin(5, 40)
    plan = plan_for(read_rules(rules), 202406)
    compared = 0
    for id, own in places.items():
        rows = [dict(zip(HEAD, row, strict=True)) for row in made if row[0] == id]
        members = [{name: row[name] for name in HEAD[1:] if row[name] and name != "applicant"} for row in rows]
        household = read_household({"id": id, "members": members}, Source("x", ""), (), plan, id)
        assert isinstance(household, Household), household
        read = [{one: member.facts[one] for one in ("father", "recipient") if one in member.facts}
                for member in household.members]  # fmt: skip
        assert read == own
        compared += 1
    assert compared > 25


def test_settings_name_members(tmp_path: Path, rules: str, capsys: Any) -> None:
    path = tmp_path / "h.toml"
    path.write_text('[[members]]\nid = "a"\nwage = 10\n[[members]]\nid = "b"\nrecipient = "b"\nwage = 20\n', "utf-8")
    given = ["assess", str(path), "--rules", rules, "--month", "2024-06", "--lang", "en"]
    run([*given, "--set", "*.recipient=b", "--set", "*.sort=red", "--format", "json"])
    benefits = json.loads(capsys.readouterr().out)["households"][0]["benefits"]
    assert [one["amount"] for one in benefits if one["benefit"] == "child"] == ["0.00", "30.00"]
    assert run([*given, "--set", "a.recipient=c"]) == 1
    assert '`recipient` is "c", which is no member of the household' in capsys.readouterr().err


@pytest.mark.slow
def test_tables_of_facts_hold_places(tmp_path: Path, rules: str) -> None:
    duckdb = pytest.importorskip("duckdb")
    made, places = kin(9, 20)
    ledger = written(tmp_path / "kin.csv", [HEAD, *made])
    folder = tmp_path / "facts"
    assert run(["batch", ledger, "--rules", rules, "--month", "2024-06", "--facts-to", str(folder), "--allow-rejects",
                "-q"]) == 0  # fmt: skip
    tables = duckdb.connect()
    found = tables.execute(
        f"SELECT h.id, m.place, father FROM '{folder}/members/*.parquet' m JOIN "
        f"'{folder}/households/*.parquet' h USING (household) WHERE father IS NOT NULL"
    ).fetchall()
    wanted = {(id, at, one["father"]) for id, own in places.items() for at, one in enumerate(own) if "father" in one}
    assert wanted and set(found) == wanted


def test_results_are_those_of_the_same_people_without_names(tmp_path: Path, rules: str) -> None:
    """Who refers by id, name or number is the same: all references by id give the same results."""
    made, places = kin(11)
    ids = {(row[0], key.replace(" ", "").upper()): row[1] for row in made for key in row[1:4]}
    plain = [[*row[:4], *(ids.get((row[0], cell.replace(" ", "").upper()), cell) for cell in row[4:7]), *row[7:]]
             for row in made if row[0] in places]  # fmt: skip
    other = [row for row in made if row[0] in places]
    results = []
    for name, rows in (("plain", plain), ("other", other)):
        out = tmp_path / f"{name}-results.csv"
        status = run(["batch", written(tmp_path / f"{name}.csv", [HEAD, *rows]), "--rules", rules, "--month", "2024-06",
                      "--engine", "rows", "-o", str(out), "--allow-rejects", "-q"])  # fmt: skip
        results.append((status, list(csv.reader(out.open(encoding="utf-8-sig")))))
    assert results[0] == results[1]
