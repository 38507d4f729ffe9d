"""What the program writes stays the same, to the byte, while its code changes: hashes of results, rejects and totals.

Every ledger is read from several formats by two engines into every form of results; both engines have one hash.
A workbook and a Parquet file are compared by their cells, a list of rejects with and without its sentences.
`DOUDI_UPDATE=1` writes the hashes of today: read in git which of them changed, and say in the changelog why.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("openpyxl", reason="needs doudi[dev]")
import openpyxl

from bench.ledger import rows as district_rows
from calc.cli import run
from tests.support.both_engines import ROOT, RULES, written

HASHES = Path(__file__).parent / "goldens" / "hashes.json"
UPDATE = os.environ.get("DOUDI_UPDATE") == "1"
EXAMPLE = str(ROOT / "examples/ledger.csv")
FORMS = [(ending, by) for ending in ("csv", "jsonl", "xlsx", "parquet") for by in ("household", "benefit")]
LEDGERS = (
    "example",
    "district",
    "gb18030",
    "semicolons",
    "jsonl-members",
    "jsonl-households",
    "xlsx",
    "parquet",
    "owns",
)
OPTIONS: dict[str, list[str]] = {
    "plain": [],
    "months": ["--months", "2022-05..2022-07"],
    "kept": ["--keep", "与户主关系", "--group-by", "乡镇"],
    "explain": ["--explain"],
    "labels": ["--labels", "--lang", "zh"],
    "warn": ["--duplicates", "warn", "--set", "*.工资=100", "--show-ids"],
}
HOUSEHOLDS = ["examples/household.toml", "examples/household.en.toml", "examples/households.json"]
"""By names from the root of the project, which messages repeat."""


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def cells_of(path: Path) -> bytes:
    """What stands in a file of results; of a workbook and of Parquet the cells, in order."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        sheets = {sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)] for sheet in book}
        for row in sheets.get("Rejects", []):
            del row[6]  # the sentence, which may be worded better one day
        return repr([[title, rows] for title, rows in sheets.items()]).encode()
    if path.suffix == ".parquet":
        duckdb = pytest.importorskip("duckdb")
        read = duckdb.execute("SELECT * FROM read_parquet(?)", [str(path)])
        return repr(([one[:2] for one in read.description], read.fetchall())).encode()
    return path.read_bytes()


def without_sentences(data: bytes) -> bytes:
    """Rejects as CSV without the column of sentences, which may be worded better one day."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))
    at = 6  # of the column `message`, or what a label calls it
    return repr([row[:at] + row[at + 1 :] for row in rows]).encode()


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The arguments that name each ledger."""
    folder = tmp_path_factory.mktemp("goldens")
    district = [*district_rows(80, 7, 0.12)]
    headings, people = district[0], district[1:]
    found = {"example": [EXAMPLE, "--map", "核对情况=means checked"]}
    found["district"] = [written(folder / "district.csv", district)]
    found["gb18030"] = [written(folder / "gb.csv", district, "gb18030")]
    (folder / "semicolons.csv").write_bytes("\ufeff".encode() + "\r\n".join(";".join(row) for row in district).encode())
    found["semicolons"] = [str(folder / "semicolons.csv")]
    members = [{key: cell for key, cell in zip(headings, row, strict=True) if cell} for row in people]
    (folder / "members.jsonl").write_text(
        "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in members), "utf-8"
    )
    found["jsonl-members"] = [str(folder / "members.jsonl")]
    households: dict[str, dict[str, Any]] = {}
    for row in people:
        own = households.setdefault(row[0], {"户编号": row[0], "乡镇": row[1], "成员": []})
        own["成员"].append({key: int(cell) if cell.isdigit() and len(cell) < 9 else cell
                          for key, cell in zip(headings[2:], row[2:], strict=True) if cell})  # fmt: skip
    lines = [json.dumps(one, ensure_ascii=False) for one in households.values()]
    lines.insert(3, '{"户编号": "broken", ')
    (folder / "households.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    found["jsonl-households"] = [str(folder / "households.jsonl")]
    book = openpyxl.Workbook()
    for row in [["某区台账"], [], *district]:
        book.active.append(row)
    book.save(folder / "district.xlsx")
    found["xlsx"] = [str(folder / "district.xlsx")]
    duckdb = pytest.importorskip("duckdb")
    duckdb.execute(f"COPY (SELECT * FROM read_csv('{folder}/district.csv', all_varchar=true)) TO "
                   f"'{folder}/district.parquet' (FORMAT PARQUET)")  # fmt: skip
    found["parquet"] = [str(folder / "district.parquet")]
    own_at = headings.index("边缘认定日期")
    owns = {row[0]: [row[0], row[own_at]] for row in reversed(people)}
    rest = [row[:own_at] + row[own_at + 1 :] for row in district]
    own_file = written(folder / "owns.csv", [["户编号", "边缘认定日期"], *owns.values(), ["H9999", ""]])
    found["owns"] = [written(folder / "rest.csv", rest), "--households", own_file]
    return found


def compare(name: str, found: dict[str, str]) -> None:
    """Holds hashes against those that are kept, or keeps them."""
    kept: dict[str, Any] = json.loads(HASHES.read_text("utf-8")) if HASHES.exists() else {}
    if UPDATE:
        kept[name] = found
        HASHES.write_text(json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    assert found == kept.get(name)


def batch_hashes(folder: Path, arguments: list[str], ending: str, by: str, engine: str) -> dict[str, str]:
    """The hashes of the files of a run. Places name the ledger by its file's name alone."""
    paths = [folder / f"{engine}-{name}" for name in (f"results.{ending}", "rejects.csv", "totals.csv", "totals.json")]
    files = [
        item
        for option, path in zip(("-o", "--rejects", "--totals"), paths, strict=False)
        for item in (option, str(path))
    ]
    status = run(["batch", *arguments, "--rules", RULES, "--by", by, "--engine", engine, "--allow-rejects",
                  "-q", *files, *([] if "--lang" in arguments else ["--lang", "en"]),
                  *([] if "--months" in arguments else ["-m", "2022-06"])])  # fmt: skip
    assert status == 0
    results, rejects = (one.replace(str(Path(arguments[0]).parent).encode(), b"")
                        for one in (cells_of(paths[0]), paths[1].read_bytes()))  # fmt: skip
    return {
        "results": digest(results),
        "rejects": digest(without_sentences(rejects)),
        "sentences": digest(rejects),
        "totals": digest(paths[2].read_bytes()),
    }


def runs() -> Iterator[tuple[str, str, str, str]]:
    for ending, by in FORMS:
        for name in LEDGERS:
            if ending in ("csv", "jsonl") or name in ("example", "district"):
                yield name, "plain", ending, by
        for option in OPTIONS:
            if option != "plain" and (option, ending) != ("labels", "jsonl"):
                yield "example", option, ending, by


@pytest.mark.slow
@pytest.mark.parametrize(("name", "option", "ending", "by"), [*runs()])
def test_a_ledger_comes_to_what_it_came_to(
    ledgers: dict[str, list[str]], tmp_path: Path, name: str, option: str, ending: str, by: str
) -> None:
    arguments = [*ledgers[name], *OPTIONS[option]]
    found = [batch_hashes(tmp_path, arguments, ending, by, engine) for engine in ("rows", "duckdb")]
    assert found[0] == found[1], "both engines write the same"
    compare(f"{name} {option} {ending} {by}", found[0])


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("how", ["text", "json", "csv", "explain", "values", "why"])
@pytest.mark.parametrize("month", ["2022-06", "2021-03", "2026-07"])
def test_a_household_is_told_what_it_was_told(
    how: str, language: str, month: str, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    options = {"explain": ["--explain"], "values": ["--format", "json", "--values"], "why": ["--why", "dibao"]}
    run(["assess", *HOUSEHOLDS, "--rules", "rules.toml", "-m", month, "--lang", language,
         *options.get(how, ["--format", how])])  # fmt: skip
    sys.stdout.flush()
    captured = capfdbinary.readouterr()
    compare(f"assess {how} {language} {month}", {"out": digest(captured.out), "err": digest(captured.err)})


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    "arguments",
    [
        "rules show",
        "rules check",
        "rules test",
        "template household",
        "template ledger",
        "rules sql",
        "rules sql --dialect spark",
    ],
)
def test_a_command_prints_what_it_printed(
    arguments: str, language: str, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    month = [] if "check" in arguments or "test" in arguments else ["-m", "2022-06"]
    rules = ["rules.toml"] if arguments in ("rules check", "rules test") else ["--rules", "rules.toml"]
    run([*arguments.split(), *rules, *month, "--lang", language])
    sys.stdout.flush()
    captured = capfdbinary.readouterr()
    compare(f"{arguments} {language}", {"out": digest(captured.out), "err": digest(captured.err)})
