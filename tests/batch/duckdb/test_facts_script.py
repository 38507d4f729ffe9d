"""`--facts-to FILE.sql`: psql loads a ledger into the tables that the printed query reads, whole, once or twice."""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("duckdb")
pytest.importorskip("sqlglot")
from bench.ledger import rows as district_rows
from calc.engine.outcomes import STATUS_NAMES
from tests.cli.run import ROOT, RULES, doudi
from tests.support.postgres import Server, a_server

pytestmark = pytest.mark.slow

OPTIONS = ("--rules", RULES, "-m", "2022-06")
LEDGER = (
    "batch",
    str(ROOT / "examples/ledger.csv"),
    *OPTIONS,
    "--map",
    "核对情况=means checked",
    "--allow-rejects",
    "-q",
)
OUTCOMES = (
    "COPY (SELECT i.id, coalesce(m.id, ''), o.benefit, o.status, o.amount FROM outcomes o "
    "JOIN household_ids i USING (household) LEFT JOIN members m USING (household, place)) TO STDOUT (FORMAT csv);"
)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with a_server() as server:
        yield server


@pytest.fixture
def clean(server: Server) -> Server:
    """The server without tables of an earlier test."""
    server.execute("DROP TABLE IF EXISTS households, members, household_ids CASCADE;")
    return server


def psql(server: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["psql", "-X", "-q", "-d", server.address, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def load(server: Server, script: Path) -> None:
    done = psql(server, "-f", str(script))
    assert done.returncode == 0 and "ERROR" not in done.stderr, done.stderr


def view(server: Server, tmp_path: Path, *options: str) -> None:
    path = tmp_path / "outcomes.sql"
    ran = doudi("rules", "sql", "--dialect", "postgres", *OPTIONS, "--not-known", "--as-view", "outcomes", *options)
    path.write_text(ran.out, "utf-8")
    done = psql(server, "-v", "ON_ERROR_STOP=1", "-f", str(path))
    assert done.returncode == 0, done.stderr


def outcomes(server: Server) -> set[tuple[str, ...]]:
    found = [*csv.reader(io.StringIO(server.execute(f"SET jit = off; {OUTCOMES}")))]
    assert len({tuple(row) for row in found}) == len(found), "no row is there twice"
    return {(id, member, benefit, STATUS_NAMES[int(status)], amount) for id, member, benefit, status, amount in found}


def expected(*ledger: str) -> set[tuple[str, ...]]:
    ran = doudi(*ledger, "--by", "benefit")
    assert ran.status == 0, ran.err
    return {
        (row["household"].removeprefix("'"), row["member"].removeprefix("'"), row["benefit"], row["status"],
         str(int(row["amount"].replace(".", ""))) if row["amount"] else "")
        for row in csv.DictReader(io.StringIO(ran.out))
    }  # fmt: skip


def test_three_commands_give_what_batch_gives(clean: Server, tmp_path: Path) -> None:
    """The example ledger, whose rejected households are in no table; loading it again changes nothing."""
    script = tmp_path / "facts.sql"
    ran = doudi(*LEDGER, "--facts-to", str(script), "--group-by", "乡镇", "--rejects", str(tmp_path / "rejects.csv"))
    assert ran.status == 0, ran.err
    load(clean, script)
    view(clean, tmp_path)
    found = outcomes(clean)
    assert found == expected(*LEDGER) and found
    rejected = {row["household"] for row in csv.DictReader((tmp_path / "rejects.csv").open(encoding="utf-8"))}
    assert len(rejected) == 11 and not rejected & {row[0] for row in found}
    counts = "SELECT (SELECT count(*) FROM households), (SELECT count(*) FROM members), count(*) FROM household_ids"
    before = psql(clean, "-At", "-c", counts).stdout
    assert before == "5|7|5\n"
    load(clean, script)
    assert psql(clean, "-At", "-c", counts).stdout == before and outcomes(clean) == found
    by_town = psql(clean, "-At", "-c", 'SELECT "乡镇", count(*) FROM household_ids GROUP BY 1 ORDER BY 2 DESC LIMIT 1')
    assert by_town.stdout == "康王乡|3\n"


def test_a_district_with_all_kinds_of_cells(clean: Server, tmp_path: Path) -> None:
    path, script = tmp_path / "district.csv", tmp_path / "facts.sql"
    rows = [*district_rows(80, 7, 0.12)]
    at = rows[0].index("工资") if "工资" in rows[0] else len(rows[0]) - 1
    rows[5][at] = "不详"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    ledger = ("batch", str(path), *OPTIONS, "--allow-rejects", "-q")
    assert doudi(*ledger, "--facts-to", str(script)).status == 0
    assert '"工资_not_known"' in script.read_text("utf-8").split("COPY")[2]
    load(clean, script)
    view(clean, tmp_path)
    assert outcomes(clean) == expected(*ledger)


def test_no_cell_ends_the_data_or_becomes_a_statement(clean: Server, tmp_path: Path) -> None:
    texts = [
        "\\.",
        "a\tb",
        "\\N",
        "x\n\\.\nDROP TABLE households;\n--",
        "c:\\new\\row",
        "'; DROP TABLE members; --",
        "",
    ]
    path, script = tmp_path / "l.csv", tmp_path / "facts.sql"
    with path.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file).writerow
        write(["户编号", "姓名", "工资", "household"])
        for at, text in enumerate(texts):
            write([f"H{at}", f"n{text}" if "\n" not in text else "n", "100", text])
    ran = doudi("batch", str(path), *OPTIONS, "--without", "财产", "--map", "户编号=household", "--map", "household=-",
                "--keep", "household", "--facts-to", str(script))  # fmt: skip
    assert ran.status == 0, ran.err
    load(clean, script)
    found = clean.execute("COPY (SELECT id, kept_1 FROM household_ids ORDER BY id) TO STDOUT (FORMAT csv);")
    assert [row for row in csv.reader(io.StringIO(found, newline=""))] == [
        [f"H{at}", text] for at, text in enumerate(texts)
    ]
    assert clean.execute("COPY (SELECT count(*) FROM members) TO STDOUT;") == "7\n"


def test_a_load_that_fails_changes_nothing(clean: Server, tmp_path: Path) -> None:
    script, broken = tmp_path / "facts.sql", tmp_path / "broken.sql"
    assert doudi(*LEDGER, "--facts-to", str(script)).status == 0
    load(clean, script)
    text = script.read_text("utf-8")
    broken.write_text(text.replace('COPY "members" (', 'COPY "members" ("gone", '), "utf-8")
    done = psql(clean, "-f", str(broken))
    assert done.returncode == 3 and "gone" in done.stderr
    assert clean.execute("COPY (SELECT count(*) FROM households) TO STDOUT;") == "5\n"


def test_the_definitions_are_those_of_the_loader(clean: Server, tmp_path: Path) -> None:
    ddl = doudi("rules", "sql", "--dialect", "postgres", "--ddl", "--not-known", *OPTIONS).out
    clean.execute(ddl)
    assert doudi(*LEDGER, "--facts-to", str(tmp_path / "facts.sql")).status == 0
    load(clean, tmp_path / "facts.sql")
    comment = (
        "SELECT col_description('members'::regclass, attnum) FROM pg_attribute WHERE attname = '工资' AND attrelid = "
    )
    assert psql(clean, "-At", "-c", comment + "'members'::regclass").stdout == "Wage: a whole number of 0.01 CNY\n"
