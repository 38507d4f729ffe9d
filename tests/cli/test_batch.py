"""`doudi batch` in the shell: statuses, what goes to which stream, the same bytes whatever the number of processes."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.run import ROOT, RULES, Ran, doudi
from tests.cli.test_terminal import screen
from tests.ledger.fuzz import BENCH, SMALL
from tests.support.ledgers import SMALLVILLE

pytestmark = pytest.mark.slow

DIRTY = SMALL + "h9,Fay,upper,x,,,,head,,,,\n=h8,@Gus,upper,,,,,head,1980-01-01,5,no,\n"


@pytest.fixture
def ledger(tmp_path: Path) -> str:
    path = tmp_path / "l.csv"
    path.write_text(DIRTY, encoding="utf-8")
    return str(path)


def batch(*arguments: str, **other: object) -> Ran:
    return doudi("batch", *arguments, "--rules", SMALLVILLE, "--month", "2024-01", **other)  # type: ignore[arg-type]


def shell(line: str, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """A line of bash with pipefail; `doudi` stands for the command."""
    command = f"set -o pipefail; doudi() {{ '{sys.executable}' -m calc \"$@\" --rules '{SMALLVILLE}'; }}; {line}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    return subprocess.run(["bash", "-c", command], capture_output=True, cwd=cwd, env=environment, timeout=120)


def test_statuses_and_streams(ledger: str, tmp_path: Path) -> None:
    ran = batch(ledger)
    assert ran.status == 1 and ran.out.startswith("household,month,") and ran.out.count("\n") == 6
    assert "rows: 8; households: 6 read = 5 assessed + 1 rejected" in ran.err
    assert "l.csv:9: error[not-an-amount]: household h9 [rent]:" in ran.err
    quiet = batch(ledger, "-q")
    assert (quiet.status, quiet.out, quiet.err) == (
        1,
        ran.out,
        "1 of 6 households rejected and not paid: --rejects FILE lists every mistake\n",
    )
    assert batch(ledger, "--allow-rejects", "-q").status == 0
    to_file = batch(ledger, "-o", str(tmp_path / "o.csv"))
    assert (to_file.status, to_file.out) == (1, "") and (tmp_path / "o.csv").read_text("utf-8") == ran.out
    assert batch(ledger, "-o", "-", "-q").out == ran.out
    rejects = str(tmp_path / "r.csv")
    assert f"rejected households: {rejects}" in batch(ledger, "--rejects", rejects).err
    chinese = batch(ledger, "--lang", "zh")
    assert chinese.out == ran.out and "8 行；读入 6 户 = 认定 5 户 + 退回 1 户" in chinese.err


@pytest.mark.parametrize(
    "arguments",
    [("none.csv",), ("-", "-"), ("--months", "2024-13"), ("--months", "2024-05..2024-01"),
     ("--months", "2024-01..2060-01"),
     ("--map", "x"), ("--map", "a=nothing"), ("--delimiter", "ab"), ("--encoding", "klingon"), ("--keep", "none"),
     ("--group-by", "none"), ("--jobs", "0"), ("--format", "xlsx"), ("--by", "town"), ("--set", "none=1")],
)  # fmt: skip
def test_wrong_usage_is_2_and_nothing_is_printed(ledger: str, arguments: tuple[str, ...]) -> None:
    for language in ("en", "zh"):
        ran = batch(*(() if arguments[0] in ("none.csv", "-") else (ledger,)), *arguments, "--lang", language)
        assert (ran.status, ran.out) == (2, "") and ran.err and "Traceback" not in ran.err and "fault" not in ran.err


@pytest.mark.parametrize("arguments", [
    ("-o", "r.ods"), ("-o", "r.XLS"), ("-o", "r.csv.gz"), ("-o", "r.toml"), ("--format", "csv", "-o", "r.xlsx"),
    ("--format", "parquet", "-o", "r.csv"), ("--format", "xlsx", "-o", "r.jsonl"), ("--rejects", "r.pdf"),
    ("-o", "r.csv", "--totals", "t.jsonl"), ("-o", "r.csv", "--totals", "t.tsv"),
])  # fmt: skip
def test_an_ending_of_another_format_is_refused(ledger: str, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    given = [str(tmp_path / one) if one.count(".") else one for one in arguments]
    for language in ("en", "zh"):
        ran = batch(ledger, *given, "--lang", language)
        assert (ran.status, ran.out) == (2, "") and f"{given[-1]}{':' if language == 'en' else '：'}" in ran.err
    assert os.listdir(tmp_path) == ["l.csv"]


@pytest.mark.parametrize(("name", "start"), [
    ("r", b"household,"), ("r.2024-01", b"household,"), ("r.json", b'{"id"'),
    ("r.NDJSON", b'{"id"'), ("r.xlsx", b"PK"), ("r.parquet", b"PAR1"),
])  # fmt: skip
def test_every_other_ending_has_its_content(ledger: str, tmp_path: Path, name: str, start: bytes) -> None:
    batch(ledger, "-o", str(tmp_path / name), "--allow-rejects")
    assert (tmp_path / name).read_bytes().startswith(start)


def test_totals_have_the_ending_of_their_content(ledger: str, tmp_path: Path) -> None:
    results = str(tmp_path / "r.csv")
    batch(ledger, "-o", results, "--allow-rejects")
    for name in ("t.ods", "t.jsonl", "t.ndjson", "t.pdf"):
        ran = doudi("totals", results, "--rules", SMALLVILLE, "-o", str(tmp_path / name))
        assert ran.status == 2 and "use .csv .json .xlsx .parquet" in ran.err
    ran = doudi("totals", results, "--rules", SMALLVILLE, "--format", "text", "-o", str(tmp_path / "t.csv"))
    assert ran.status == 2 and "use .txt" in ran.err and sorted(os.listdir(tmp_path)) == ["l.csv", "r.csv"]
    for name, start in (("t", b"month,"), ("t.csv", b"month,"), ("t.json", b"{"), ("t.txt", b"2024-01 ")):
        assert doudi("totals", results, "--rules", SMALLVILLE, "-o", str(tmp_path / name)).status == 0
        assert (tmp_path / name).read_bytes().startswith(start), name


def test_no_file_is_written_that_is_read_or_written(ledger: str, tmp_path: Path) -> None:
    before = Path(ledger).read_bytes()
    link = tmp_path / "link"
    link.symlink_to(ledger)
    out = str(tmp_path / "o.csv")
    for arguments in (("-o", ledger), ("--rejects", ledger), ("--totals", str(link)), ("-o", out, "--rejects", out),
                      ("--totals", "-"), ("-o", out, "--rejects", "-", "--totals", "-")):  # fmt: skip
        ran = batch(ledger, *arguments)
        assert (ran.status, ran.out) == (2, ""), arguments
    assert Path(ledger).read_bytes() == before and sorted(os.listdir(tmp_path)) == ["l.csv", "link"]
    assert batch(ledger, "-o", out, "--totals", "-", "-q").out.startswith("month,group,benefit,")


def test_pipes(ledger: str, tmp_path: Path) -> None:
    big = tmp_path / "big.csv"
    lines = [DIRTY.split("\n", 1)[0], *(f"k{at},N,upper,1,,,,head,1980-01-01,5,no," for at in range(20_000))]
    big.write_text("\n".join(lines) + "\n", "utf-8")
    for command in ("cat big.csv | doudi batch - -m 2024-01 -q", "doudi batch big.csv -m 2024-01 -qj2"):
        line = f"{command} | head -2"
        ran = shell(line, tmp_path)
        assert (ran.returncode, ran.stdout.count(b"\n"), ran.stderr) == (0, 2, b"")
    ran = shell("doudi batch <(cat l.csv) -m 2024-01 -q --allow-rejects", tmp_path)
    assert ran.returncode == 0 and ran.stdout.decode() == batch(ledger, "-q").out
    ran = shell("doudi batch - -m 2024-01 -q <&-", tmp_path)
    assert (ran.returncode, ran.stdout) == (2, b"") and b"cannot-read" in ran.stderr
    ran = shell("doudi batch l.csv -m 2024-01 -q --by benefit | doudi totals - --format csv", tmp_path)
    assert ran.stdout.startswith(b"month,group,benefit")


def test_the_same_bytes_for_any_number_of_processes(tmp_path: Path) -> None:
    ledger = tmp_path / "台账.csv"
    body = BENCH.partition("\n")[2]
    ledger.write_text(BENCH + "".join(body.replace("H00", f"K{at:02d}") for at in range(40)), "utf-8")
    found = set()
    for jobs in ("1", "2", "3"):
        files = [str(tmp_path / f"{name}-{jobs}.csv") for name in ("o", "r", "t")]
        options = ("--jobs", jobs, "-o", files[0], "--rejects", files[1], "--totals", files[2], "--group-by", "乡镇")
        ran = doudi("batch", str(ledger), "--rules", RULES, "--month", "2022-06", "--duplicates", "warn", *options)
        assert ran.status == 1
        found.add((*(Path(one).read_bytes() for one in files), ran.err.replace(f"r-{jobs}.csv", "r.csv")))
    assert len(found) == 1


def test_cells_are_safe_and_marks_are_on_request(ledger: str, tmp_path: Path) -> None:
    out, rejects = tmp_path / "o.csv", tmp_path / "r.csv"
    batch(ledger, "-o", str(out), "--rejects", str(rejects), "--bom", "--keep", "name", "--by", "benefit")
    for path in (out, rejects):
        data = path.read_bytes()
        assert data.startswith(b"\xef\xbb\xbf") and data.count(b"\xef\xbb\xbf") == 1
        for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")):
            assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row), row
    text = out.read_text("utf-8-sig")
    assert "'=h8," in text and ",'@Gus" in text
    objects = [json.loads(line) for line in batch(ledger, "--format", "jsonl", "-q").out.splitlines()]
    assert [one["id"] for one in objects] == ["h1", "h2", "h3", "h4", "=h8"]


def test_months_are_assessed_each_in_its_own_rules(ledger: str) -> None:
    one = [batch_of(ledger, "--month", month) for month in ("2024-12", "2025-01")]
    both = batch_of(ledger, "--months", "2024-12..2025-01")
    assert one[0] != one[1].replace("2025-01", "2024-12")
    assert sorted(both.splitlines()[1:]) == sorted([*one[0].splitlines()[1:], *one[1].splitlines()[1:]])
    assert [line.split(",")[:2] for line in both.splitlines()[1:3]] == [["h1", "2024-12"], ["h1", "2025-01"]]


def batch_of(ledger: str, *arguments: str) -> str:
    return doudi("batch", ledger, "--rules", SMALLVILLE, "-q", *arguments).out


def test_reasons_in_both_languages(ledger: str) -> None:
    english = batch_of(ledger, "--month", "2024-01", "--explain", "--by", "benefit", "--lang", "en")
    chinese = batch_of(ledger, "--month", "2024-01", "--explain", "--by", "benefit", "--lang", "zh")
    assert "1145.80 ≥ 1100.00" in english and "1145.80 ≥ 1100.00" in chinese
    without = [[cell for at, cell in enumerate(row) if at != 11] for row in csv.reader(io.StringIO(english))]
    assert without == list(csv.reader(io.StringIO(batch_of(ledger, "--month", "2024-01", "--by", "benefit"))))


def test_unknown_headings_are_told_with_a_near_one(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text("household,name,rentals,430602199001011235\nh1,a,1,\n", encoding="utf-8")
    ran = batch(str(path), "--lang", "en")
    assert "unknown-column" in ran.err and "did you mean `rent`" in ran.err
    assert "430602199001011235" not in ran.err and "430602********1235" in ran.err
    own = tmp_path / "own.csv"
    own.write_text("household,rentals,notes\nh1,5,6\n", encoding="utf-8")
    path.write_text("household,name,wage\nh1,a,1\n", encoding="utf-8")
    told = [line for line in batch(str(path), "--households", str(own)).err.splitlines() if "unknown-column" in line]
    assert [line.partition(": ")[0] for line in told] == [f"{own}:1:11", f"{own}:1:19"] and "`rent`" in told[0]
    path.write_text("name,430602199001011235\na,1\n", encoding="utf-8")
    assert "430602199001011235" not in batch(str(path)).err
    assert "430602199001011235" not in batch(str(path), "--map", "name=household", "--keep", "x").err


def test_no_personal_number_reaches_the_terminal_nor_a_control_character(tmp_path: Path) -> None:
    number = "430602199001011235"
    path = tmp_path / "l.csv"
    rows = f"{number},a,{number}\n\x1b[31mred,b,{'9' * 5000}\n{number},c,1\n"
    path.write_text("household,name,rent\n" + rows, encoding="utf-8")
    ran = batch(str(path))
    assert number not in ran.err and "\x1b" not in ran.err and max(map(len, ran.err.splitlines())) < 400
    assert number in batch(str(path), "--show-ids").err


@pytest.mark.skipif(subprocess.run(["which", "tmux"], capture_output=True).returncode != 0, reason="no tmux")
def test_progress_is_for_terminals_only(tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    path.write_text(DIRTY, encoding="utf-8")
    command = f"{sys.executable} -m calc batch {path} --rules {SMALLVILLE} -m 2024-01 --lang en -o {tmp_path}/o.csv"
    lines = screen(command, "C.UTF-8")
    assert any("6 read = 5 assessed" in line for line in lines)
    assert not any("%" in line for line in lines)  # gone when it is done, and not begun within the first second
    assert "%" not in batch(str(path)).err
