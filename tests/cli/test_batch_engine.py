"""Which engine `doudi batch` takes, what it says of it, and what it does where DuckDB is missing or fails."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("duckdb", reason="needs doudi[columns]")
import duckdb

import calc.batch.duckdb.eligibility as fit
from bench.ledger import rows
from calc.cli import run
from tests.support.both_engines import ROOT, RULES

pytestmark = pytest.mark.slow

WITHOUT = "import sys; sys.modules['duckdb'] = None; import calc.cli; sys.exit(calc.cli.run(sys.argv[1:]))"
GIVEN = ["--rules", RULES, "--month", "2022-06", "--allow-rejects", "--lang", "en"]


@pytest.fixture
def ledger(tmp_path: Path) -> str:
    """Sixty households."""
    with open(tmp_path / "ledger.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows(60, 4, 0.0))
    return str(tmp_path / "ledger.csv")


def said(capsys: Any) -> str:
    """The last line on standard error."""
    return str(capsys.readouterr().err.splitlines()[-1])


def test_auto_says_which_engine_it_took_and_why(
    ledger: str, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = ["batch", ledger, *GIVEN, "--engine", "auto", "-o", str(tmp_path / "out.csv")]
    assert run(given) == 0
    assert said(capsys) == "engine: rows (the ledger has less than 4 MB)"
    monkeypatch.setattr(fit, "WORTH", 1000)
    assert run(given) == 0
    assert said(capsys) == "engine: duckdb (the ledger has 0 MB; duckdb is used from 0 MB)"
    assert run([*given, "--explain"]) == 0
    assert said(capsys).startswith("engine: rows (explanations are made household by household")
    assert run(given[:-2]) == 0
    assert said(capsys).startswith("engine: rows (the results go to standard output")
    assert run([*given, "--engine", "rows"]) == 0
    assert not said(capsys).startswith("engine: ")
    source = tmp_path / "ledger.parquet"
    duckdb.connect().execute(f"COPY (SELECT * FROM read_csv('{ledger}', all_varchar = true)) TO '{source}'")
    monkeypatch.undo()
    assert run(["batch", str(source), *given[2:]]) == 0
    assert said(capsys) == "engine: duckdb (the ledger is Parquet)"


def changed(ledger: str, changes: dict[int, tuple[str, str]]) -> str:
    """The ledger with a cell of some rows changed, by heading."""
    path = Path(ledger)
    made = [*csv.reader(path.read_text(encoding="utf-8").splitlines())]
    for at, (heading, cell) in changes.items():
        made[at][made[0].index(heading)] = cell
    with open(path.with_name("changed.csv"), "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(made)
        return file.name


def test_the_summary_says_why_households_went_to_the_row_engine(ledger: str, tmp_path: Path, capsys: Any) -> None:
    made = [*csv.reader(Path(ledger).read_text(encoding="utf-8").splitlines())]
    heads = [at for at, row in enumerate(made) if at and row[0] != made[at - 1][0]]
    twice = made[heads[9]][made[0].index("身份证号")]
    cells = [("工资", "约800"), ("工资", "x"), ("姓名", "Zoë"), ("身份证号", "99"), ("身份证号", twice),
             ("户编号", "é"), ("需长期照护", "也许"), ("住房套数", "-1"), ("边缘认定日期", "2022-02-30")]  # fmt: skip
    path = changed(ledger, dict(zip(heads, cells, strict=False)))
    given = ["batch", path, *GIVEN, "-o", str(tmp_path / "out.csv")]
    assert run([*given, "--engine", "duckdb"]) == 0
    assert capsys.readouterr().err.splitlines()[-2] == (
        "households that duckdb left to the engine rows: 10 (marks in ids, names or extra columns 2, people or members "
        "twice 2, cells of Wage 2, cells of Edge status confirmed on 1, cells of Identity number 1, other reasons 2)"
    )
    assert run([*given[:-4], "--lang", "zh", *given[-2:], "--engine", "duckdb"]) == 0
    line = capsys.readouterr().err.splitlines()[-2]
    assert line.startswith("duckdb 交给引擎 rows 的家庭：10 户（编号、姓名或附加列的特殊字符 2，人员或成员重复 2，")
    assert run([*given, "--engine", "rows"]) == 0
    assert "left to the engine" not in capsys.readouterr().err


@pytest.mark.parametrize(("share", "engine"), [(0.4, "duckdb"), (0.6, "rows")])
def test_auto_knows_that_most_households_would_go_to_the_row_engine(
    share: float, engine: str, ledger: str, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit, "WORTH", 1000)
    households = [row[0] for row in csv.reader(Path(ledger).read_text(encoding="utf-8").splitlines())]
    left = {id for at, id in enumerate(dict.fromkeys(households[1:])) if at < 60 * share}
    path = changed(ledger, {at: ("姓名", f"Zoë {at}") for at, id in enumerate(households) if id in left})
    assert run(["batch", path, *GIVEN, "--engine", "auto", "-o", str(tmp_path / "out.csv")]) == 0
    last = said(capsys)
    assert last.startswith(f"engine: {engine} (")
    assert (last == "engine: rows (duckdb would leave 36 of the first 60 households to rows)") == (engine == "rows")


def test_auto_begins_anew_where_duckdb_cannot(
    ledger: str, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = ["batch", ledger, *GIVEN, "-o", str(tmp_path / "out.csv")]
    assert run([*given, "--engine", "rows"]) == 0
    expected = (tmp_path / "out.csv").read_bytes()
    monkeypatch.setattr(fit, "WORTH", 1000)
    capsys.readouterr()
    assert run([*given, "--engine", "auto", "--memory", "2MB"]) == 0
    told = capsys.readouterr().err
    assert "the engine duckdb needs more memory" in told and "starting again with the engine rows" in told
    assert told.splitlines()[-1] == "engine: rows (duckdb could not do it)"
    assert (tmp_path / "out.csv").read_bytes() == expected
    assert run([*given, "--engine", "duckdb", "--memory", "much"]) == 2
    assert "the engine duckdb failed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "options"),
    [("ledger.csv", ["--engine", "duckdb"]), ("ledger.csv", ["-o", "out.parquet"]), ("ledger.parquet", [])],
)
def test_without_the_extra_it_says_what_to_install(name: str, options: list[str], ledger: str, tmp_path: Path) -> None:
    source = tmp_path / "ledger.parquet"
    duckdb.connect().execute(f"COPY (SELECT * FROM read_csv('{ledger}', all_varchar = true)) TO '{source}'")
    command = [sys.executable, "-c", WITHOUT, "batch", str(tmp_path / name), *GIVEN, *options]
    path = {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=path, timeout=60)
    assert done.returncode == 2 and "pip install 'doudi[columns]'" in done.stderr
    assert "fault" not in done.stderr and not (tmp_path / "out.parquet").exists()


def test_without_the_extra_auto_takes_rows_and_says_so(ledger: str, tmp_path: Path) -> None:
    without = WITHOUT.replace(
        "import calc.cli;", "import calc.batch.duckdb.eligibility as fit; fit.WORTH = 9; import calc.cli;"
    )
    given = [ledger, *GIVEN, "--engine", "auto", "-o", str(tmp_path / "out.csv")]
    command = [sys.executable, "-c", without, "batch", *given]
    path = {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=path, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1].startswith("engine: rows (pip install 'doudi[columns]'")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_through_duckdb_ends_when_asked_to(number: signal.Signals, status: int, tmp_path: Path) -> None:
    """Within a query too, and leaves nothing behind."""
    with open(tmp_path / "ledger.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows(20_000, 4, 0.0))
    command = [sys.executable, "-m", "calc", "batch", "ledger.csv", *GIVEN, "--engine", "duckdb", "-o", "out.csv"]
    for pause in (0.6, 0.3, 0.1, 0.0):  # a fast machine may have done all before it is asked to end
        ended, told = asked_to_end(command, number, pause, tmp_path)
        if ended != 0:
            break
        (tmp_path / "out.csv").unlink()
    assert ended == status, told
    assert sorted(one.name for one in tmp_path.iterdir()) == ["ledger.csv"] and "fault" not in told


def asked_to_end(command: list[str], number: signal.Signals, pause: float, tmp_path: Path) -> tuple[int, str]:
    """Sends a run a signal some time after it has begun; returns its status and what it said."""
    given: dict[str, Any] = {"cwd": tmp_path, "env": {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)},
                             "stderr": subprocess.PIPE, "text": True}  # fmt: skip
    with subprocess.Popen(command, **given) as process:
        while not [*tmp_path.glob("doudi-*")] and process.poll() is None:
            time.sleep(0.01)
        time.sleep(pause)  # the ledger is being read or assessed
        process.send_signal(number)
        _, told = process.communicate(timeout=60)
    return process.returncode, told


INTERRUPTED = """
import os, signal, sys, threading
import duckdb
from calc.batch.duckdb.signal_errors import raised_again
from calc.engine.sql.interrupts import interruptible

def leave(number, frame):
    raise SystemExit(128 + number)

number = int(sys.argv[1])
signal.signal(number, leave)
threading.Timer(0.5, lambda: os.kill(os.getpid(), number)).start()
connection = duckdb.connect()
with raised_again(), interruptible(connection):
    connection.execute("SELECT count(*) FROM range(4000000000000) AS t(a) WHERE hash(a) % 7 = 1").fetchall()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_a_signal_raises_within_a_query_is_raised(number: signal.Signals) -> None:
    """At once, though the query would take hours: DuckDB itself looks for signals only now and then."""
    command = [sys.executable, "-c", INTERRUPTED, str(int(number))]
    done = subprocess.run(command, capture_output=True, env={"PYTHONPATH": str(ROOT)}, timeout=60)
    assert done.returncode == 128 + number, done.stderr
