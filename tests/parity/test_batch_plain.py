"""What SQL may take as plain: one small ledger for each predicate, on both sides of it.

Households `a` of two members, `b` of one and `c` of three; a case changes or adds something, and says which of them SQL
takes. Both engines must write the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import calc.batch.duckdb.column_texts as reading
from calc.households.identity_numbers import check_digit
from calc.language.types import MOST_MEMBERS
from tests.support.both_engines import ROOT, must_be_alike, taken_by_sql, written

RULES = str(ROOT / "tests/parity/plain.toml")
HEAD = ["household", "name", "district", "rent", "debts", "area", "verified", "registered", "remark", "number",
        "certificate", "born", "sex", "disability", "degree", "wage", "days", "care", "job", "note"]  # fmt: skip
Rows = list[list[str]]


def number(serial: int, born: str = "19800506", area: str = "990000") -> str:
    """A valid identity number."""
    digits = f"{area}{born}{serial:03}"
    return digits + check_digit(digits)


def row(household: str, name: str, **cells: str) -> list[str]:
    return [{"household": household, "name": name, **cells}.get(one, "") for one in HEAD]


OWN = {"district": "upper", "rent": "300", "verified": "yes", "registered": "2023-05-01", "note": "East"}


def ledger(with_numbers: bool = True) -> Rows:
    made = [
        row("a", "Ann", **OWN, wage="1200.50", days="2"), row("a", "Al", **OWN, wage="0", care="0.5"),
        row("b", "Bea", **OWN, area="50.5", job="carer"),
        row("c", "Cy", **OWN, days="0"), row("c", "Cleo", days="1"), row("c", "Col", job="none"),
    ]  # fmt: skip
    if with_numbers:
        for at, one in enumerate(made):
            one[HEAD.index("number")] = number(at + 1)
    return made


B = 2
"""The row of `b`."""


def compare(
    folder: Path, made: Rows | list[Rows], taken: set[str], *options: str, ending: str = ".csv", **more: Any
) -> dict[str, bytes]:
    """Both engines on rows, or on the rows of several files; SQL takes these households."""
    files = made if made and isinstance(made[0][0], list) else [made]
    paths = [written(folder / f"ledger{at}.csv", [HEAD, *one], **more) for at, one in enumerate(files)]  # type: ignore[list-item]
    with taken_by_sql() as found:
        answer = must_be_alike(folder, paths, "--rules", RULES, "--month", "2024-01", "--by", "benefit", *options,
                               ending=ending)  # fmt: skip
    assert found == [taken], "households that SQL took"
    return answer


# what SQL takes, and what it leaves to the row path
CELLS: dict[str, tuple[list[str], list[str]]] = {
    "rent": (["5000", "4999.00", "5000.00", "0", "0.00", "007", "１２００", "0.3万", "+5", "1200元", "1,200.50", "",
              " "],
             ["5000.01", "5001", "-1", "300.005", "123456789012345", "1e3", "x", "1.2.3"]),
    "area": (["1", "1.0", "1000", "1000.0"], ["0.9", "1000.1", "50.55"]),
    "debts": (["-5", "0", "999999999999", "999999999999.00"], ["999999999999.01", "999999999999.99", "1000000000000"]),
    "days": (["0", "31", "31.0"], ["32", "1.5", "-1"]),
    "care": (["1", "1.00", "0", "35%"], ["1.01", "0.355", "101%"]),
    "wage": (["999999999999", "0.01"], ["999999999999.01", "-0.01"]),
    "district": (["lower", "upper", "", " "], ["nowhere", "=upper"]),
    "verified": (["no", "是", "1", "-"], ["maybe"]),
    "registered": (["2000-01-01", "2030-12-31", "2023/5/1", "20230501", "2023年5月",
                    "2023-05", "2023.05", "2023/5", "202305", "2023.10"],
                   ["1999-12-31", "2031-01-01", "2023-02-29", "2023-13-01",
                    "2023.1", "202313", "200512", "May-23", "45047"]),
    "remark": (["no", "=1+1", "x" * 100, "a b", "a  b", " x", "e\u0301", "é", "a,b"], ["x" * 101, "\u00a0x", "a\tb"]),
    "job": (["none", "a,b", 'a "b"', "a'b"], ["x" * 101]),
    "name": (["x" * 100, "贝", "B-1", "B/2", "阿依·古丽"],
             ["=Bea", "+1", "-1", "@x", "Bea Bo", " Bea", "x" * 101, "é", "", "a,b", "＝x", "'x", "B\u200b", "a;b"]),
    "note": (["West Side", "x" * 200, "", "a-1"],
             ["=1", "+1", "-1", "@1", "a,b", 'a"b', "x" * 201, " x", "é", "＋1", "'x", "a\tb"]),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("column", CELLS)
def test_cells(column: str, tmp_path: Path) -> None:
    plain, others = CELLS[column]
    own = {"name": "Bea", **OWN, "days": "1"}
    made = [row(**{"household": f"{'p' if at < len(plain) else 'o'}{at}", **own, column: cell})
            for at, cell in enumerate([*plain, *others])]  # fmt: skip
    options = ["--keep", "note", "--group-by", "note"] if column == "note" else []
    compare(tmp_path, [*ledger(), *made], {"a", "b", "c", *(f"p{at}" for at in range(len(plain)))}, *options)


IDS = (
    ["b-1/2:#(3)", "户1", "y" * 100, " d ", "e\u3000", "\u200bf\u202c"],
    ["=b", "+b", "-b", "@b", "＝b", "b b", "é", "y" * 101, "b,c", "", "b\ufffd", "'b", 'b"', "b;c", "b=c"],
)


@pytest.mark.slow
@pytest.mark.parametrize("by", ["household", "benefit"])
def test_ids_of_households(by: str, tmp_path: Path) -> None:
    made = [row(id, "Bea", **OWN, days="1") for id in (*IDS[0], *IDS[1])]
    taken = {"a", "b", "c", *(one.strip("\u200b\u202c\u3000 ") for one in IDS[0])}
    found = compare(tmp_path, [*ledger(), *made], taken, "--by", by)
    assert b"\n'=b,2024-01" in found["results.csv"] and b"\n'+b,2024-01" in found["results.csv"]


@pytest.mark.slow
def test_a_damaged_id(tmp_path: Path) -> None:
    compare(tmp_path, [*ledger(), row("b\udcff", "Bea", days="1"), row("d\udcff", "\udcff", days="1")], set("abc"))


X = next(one for serial in range(400, 999) if (one := number(serial)).endswith("X"))
NUMBERS = (
    [number(100), number(101, "20000229"), number(102, "19000101"), number(103, "20150506"), X, ""],
    [number(110)[:17] + "?", number(111).replace("9", "８", 1), number(112, "19990230"), number(113, "19991301"),
     number(114, "19000229"), number(115, "20230229"), number(116, "18991231"), number(117, "19990631"),
     number(118, "19991200"), number(119, "22010101"), number(120, area="090000"), number(121)[:6] + "800506321",
     number(122)[:17] + ("1" if number(122)[17] != "1" else "2"), "99",
     next(one for serial in range(400, 999) if (one := number(serial, "19800507")).endswith("X")).lower()],
)  # fmt: skip


@pytest.mark.slow
def test_identity_numbers(tmp_path: Path) -> None:
    made = [row(f"{'p' if at < len(NUMBERS[0]) else 'o'}{at}", "Bea", **OWN, days="1", number=one)
            for at, one in enumerate([*NUMBERS[0], *NUMBERS[1]])]  # fmt: skip
    compare(tmp_path, [*ledger(), *made], {"a", "b", "c", *(f"p{at}" for at in range(len(NUMBERS[0])))})


@pytest.mark.slow
def test_certificates(tmp_path: Path) -> None:
    ends = ["43", "42", "61", "73", "83", "44", "03", "40", "4", "433"]
    made = [row(f"{'p' if at < 3 else 'o'}{at}", "Bea", **OWN, number=number(200 + at),
                certificate=number(200 + at) + end) for at, end in enumerate(ends)]  # fmt: skip
    compare(tmp_path, [*ledger(), *made], {"a", "b", "c", "p0", "p1", "p2"})


UNSEEN = {
    "rent": ("１２００", "5000.01"), "debts": ("-5",), "days": ("32",), "district": ("lower", "nowhere"),
    "verified": ("no", "是"), "registered": ("2022-05", "2023-5-1 00:00", "2031-01-01"), "care": ("35%",),
    "sex": ("male", "男"), "born": ("1980-05", "1980-13-01"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("column", "cell"), [(column, one) for column, cells in UNSEEN.items() for one in cells])
def test_a_cell_whose_text_was_not_read(column: str, cell: str, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(reading, "ROWS", 1)
    made = ledger(with_numbers=False)
    made[B][HEAD.index(column)] = cell
    compare(tmp_path, made, set("ac"))


@pytest.mark.slow
@pytest.mark.parametrize("most", [40, 1000])
def test_any_number_of_spellings(most: int, tmp_path: Path, monkeypatch: Any) -> None:
    """A text for each household and column; the last of them in the order of texts are left where they are too many."""
    monkeypatch.setattr(reading, "MOST_TEXTS", most)
    own = {"name": "Bea", **OWN}
    made = [row(f"p{at}", **own, wage=f"{1000 + at}元", job=f"carer no. {at + 100}", born=f"{1900 + at}年5月")
            for at in range(90)]  # fmt: skip
    compare(tmp_path, [*ledger(), *made], {"a", "b", "c", *(f"p{at}" for at in range(min(most, 90)))})


ROWS: dict[str, tuple[Callable[[Rows], object], str]] = {
    "facts disagree": (lambda made: made[1].__setitem__(3, "301"), "bc"),
    "days disagree": (lambda made: made[1].__setitem__(HEAD.index("registered"), "2023-05-02"), "bc"),
    "truths disagree": (lambda made: made[1].__setitem__(HEAD.index("verified"), "no"), "bc"),
    "a fact once": (lambda made: made[0].__setitem__(3, ""), "abc"),
    "the same amount written otherwise": (lambda made: made[1].__setitem__(3, "300.00"), "abc"),
    "what is kept disagrees": (lambda made: made[1].__setitem__(-1, "West"), "abc"),
    "what is kept comes later": (lambda made: made[0].__setitem__(-1, ""), "abc"),
    "born otherwise": (lambda made: made[B].__setitem__(HEAD.index("born"), "1980-05-07"), "ac"),
    "born so": (lambda made: made[B].__setitem__(HEAD.index("born"), "1980-05-06"), "abc"),
    "sex otherwise": (lambda made: made[B].__setitem__(HEAD.index("sex"), "female"), "ac"),
    "sex so": (lambda made: made[B].__setitem__(HEAD.index("sex"), "male"), "abc"),
    "a certificate alone": (lambda made: certified(made[B], number(3) + "43", own=False), "abc"),
    "a certificate of somebody else": (lambda made: certified(made[B], number(77) + "43"), "ac"),
    "disability otherwise": (lambda made: certified(made[B], number(3) + "43", disability="sight"), "ac"),
    "disability so": (lambda made: certified(made[B], number(3) + "43", disability="limbs"), "abc"),
    "degree otherwise": (lambda made: certified(made[B], number(3) + "43", degree="2"), "ac"),
    "degree that is none": (lambda made: certified(made[B], number(3) + "44"), "ac"),
    "namesakes": (lambda made: made[4].__setitem__(1, "Cy"), "ab"),
    "namesakes but for blanks": (lambda made: made[4].__setitem__(1, " Cy"), "ab"),
    "rows apart": (lambda made: made.insert(4, made.pop(0)), "abc"),
    "no household": (lambda made: made.insert(2, row("", "Zed", days="1")), "bc"),
    "no fact of a member": (lambda made: made.insert(2, row("z", "Zed", rent="1")), "abc"),
    "an empty row": (lambda made: made.insert(1, row("", "")), "abc"),
    "a row of blanks": (lambda made: made.insert(1, [" "] * len(HEAD)), "abc"),
    "a cell more": (lambda made: made[B].append("x"), "ac"),
    "an empty cell more": (lambda made: made[B].append(""), "abc"),
    "a cell less": (lambda made: made[B].pop(), "abc"),
    "a cell less that is read": (lambda made: made[B].__setitem__(slice(-2, None), []), "ac"),
    "a misfit among two": (lambda made: made[1].append("x"), "bc"),
    "somebody twice": (lambda made: made[5].__setitem__(9, number(3)), "a"),
    "somebody twice in a household": (lambda made: made[5].__setitem__(9, number(4)), "ab"),
    "somebody twice, once with a wrong digit": (lambda made: made[5].__setitem__(9, number(3)[:17] + "?"), "a"),
    "twice, once with blanks": (lambda made: made[5].__setitem__(9, f"  {number(3)}"), "a"),
    "twice, once in other digits": (lambda made: made[5].__setitem__(9, number(3).replace("0", "０")), "a"),
    "twice, once by certificate": (lambda made: certified(made[5], number(3) + "43", own=False), "a"),
    "twice, once in a misfit": (lambda made: (made[5].__setitem__(9, number(3)), made[5].append("x")), "a"),
    "twice, once without household": (lambda made: made.append(row("", "Zed", number=number(3))), "a"),
    "a failed check": (lambda made: made[B].__setitem__(3, "4998"), "abc"),
}


def certified(cells: list[str], certificate: str, own: bool = True, **more: str) -> None:
    for name, text in {"certificate": certificate, **({} if own else {"number": ""}), **more}.items():
        cells[HEAD.index(name)] = text


@pytest.mark.slow
@pytest.mark.parametrize("name", ROWS)
def test_rows(name: str, tmp_path: Path) -> None:
    change, taken = ROWS[name]
    made = ledger()
    change(made)
    keep = ["--keep", "note"] if "kept" in name else []
    compare(tmp_path, made, set(taken), *keep)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in ROWS if "twice" in name])
def test_people_twice_are_only_warned_of(name: str, tmp_path: Path) -> None:
    change, taken = ROWS[name]
    made = ledger()
    change(made)
    compare(tmp_path, made, set(taken), "--duplicates", "warn")


@pytest.mark.slow
def test_quoted_cells_are_read_as_others(tmp_path: Path) -> None:
    compare(tmp_path, ledger(), set("abc"), quoting=1)


@pytest.mark.slow
@pytest.mark.parametrize(("count", "taken"), [(MOST_MEMBERS, set("abcm")), (MOST_MEMBERS + 1, set("abc"))])
def test_as_many_members_as_there_may_be(count: int, taken: set[str], tmp_path: Path) -> None:
    many = [row("m", f"M{at}", wage="1") for at in range(count)]
    compare(tmp_path, [*ledger(), *many], taken)


@pytest.mark.slow
def test_an_id_in_two_files(tmp_path: Path) -> None:
    other = [row("b", "Bo", days="1"), row("d", "Di", days="1")]
    compare(tmp_path, [ledger(), other], set("acd"))  # type: ignore[arg-type]


@pytest.mark.slow
def test_somebody_in_two_files(tmp_path: Path) -> None:
    compare(tmp_path, [ledger(), [row("d", "Di", number=number(3))]], set("ac"))  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize("apart", [False, True])
def test_members_without_names_are_called_by_their_place(apart: bool, tmp_path: Path) -> None:
    made = ledger()
    if apart:
        made.insert(4, made.pop(0))
    ledger_ = written(tmp_path / "ledger.csv", [[*one[:1], *one[2:]] for one in [HEAD, *made]])
    with taken_by_sql() as found:
        must_be_alike(tmp_path, [ledger_], "--rules", RULES, "--month", "2024-01", "--by", "benefit")
    assert found == [set("b") if apart else set("abc")]


RENT_ONLY = """[rules]
title = "T"
currency = "EUR"
version = "1"
from = "2024-01"
[documents]
code = { title = "Code" }
[facts.household]
rent = { label = "Rent", kind = "money/month", min = 0 }
"""
AID = """[benefits.aid]
label = "Aid"
to = "household"
per = "month"
amount = "rent"
cite = "code 1"
"""


def test_a_household_stands_once_where_rules_have_no_members(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(RENT_ONLY + AID, encoding="utf-8")
    made = [["household", "rent"], ["a", "1"], ["b", "2"], ["b", "2"], ["c", "3"]]
    with taken_by_sql() as found:
        must_be_alike(tmp_path, [written(tmp_path / "ledger.csv", made)], "--rules", str(rules), "--month", "2024-01")
    assert found == [set("ac")]


@pytest.mark.parametrize("by", ["household", "benefit"])
@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".parquet"])
def test_rules_without_benefits(ending: str, by: str, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(RENT_ONLY, encoding="utf-8")
    ledger_ = written(tmp_path / "ledger.csv", [["household", "rent"], ["a", "1"], ["b", "2"]])
    must_be_alike(tmp_path, [ledger_], "--rules", str(rules), "--month", "2024-01", "--by", by, ending=ending)


FORMS = [(".csv", "household"), (".csv", "benefit"), (".jsonl", "household"), (".jsonl", "benefit"),
         (".parquet", "benefit")]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("ending", "by"), FORMS)
def test_conditions_that_begin_a_formula_or_need_quoting(ending: str, by: str, tmp_path: Path) -> None:
    made = ledger()
    made[B][3], made[B][2], made[5][HEAD.index("days")] = "100", "", "0"
    made[3][2], made[3][3] = "", "1"  # fails the first condition, and knows not the second
    found = compare(tmp_path, made, set("abc"), "--by", by, "--keep", "note", ending=ending)
    if (ending, by) == (".csv", "benefit"):
        assert b",'-rent < -rate," in found["results.csv"] and b",\"'-days < 0;job" in found["results.csv"]


@pytest.mark.slow
def test_a_condition_with_quotation_marks_fails(tmp_path: Path) -> None:
    made = ledger()
    for one in made:
        one[HEAD.index("remark")] = "no"
    compare(tmp_path, made, set("abc"))


@pytest.mark.slow
def test_the_form_of_households_asks_for_what_is_plain_too(tmp_path: Path) -> None:
    """The quick way of the row path for one line a household has its own `is_plain`."""
    made = ledger()
    made[B][0] = "=b"
    compare(tmp_path, made, set("ac"), "--by", "household")
