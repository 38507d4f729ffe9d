"""Describe a run over a ledger (`BatchJob`), take its results (`ResultSink`) and sum it up (`Summary`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from calc.batch.writers.file_form import FileForm
from calc.batch.writers.formats import PARQUET, format_of
from calc.batch.writers.formats import XLSX as WORKBOOK
from calc.diagnostics.diagnostic import Diagnostic, Reject
from calc.engine.sql.unsupported import UnsupportedPlan
from calc.engine.totals import Totals
from calc.households.overrides import Settings
from calc.ledger.ledger import Ledger
from calc.ledger.ledger_map import LedgerMap
from calc.ledger.unclear_columns import UnknownColumn
from calc.record import Record
from calc.rules.plan import Plan

ROWS, DUCKDB, SPARK, AUTO = ENGINES = ("rows", "duckdb", "spark", "auto")


class BatchError(Exception):
    """A run that cannot be done: `key` names a sentence of `calc.report.ui_text`, `values` fill it."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def message(self, language: str) -> str:
        """The sentence in `zh` or `en`."""
        from calc.report.ui_text import say

        return say(self.key, language, **self.values)

    def __str__(self) -> str:
        return self.message("en")


class WrongJob(BatchError):
    """A job that asks for what cannot be had together."""


class EngineFailed(BatchError):
    """DuckDB or Spark could not do a run; another engine may."""


class NotWorthIt(EngineFailed):
    """The engine that was chosen would leave most of the work to another one."""


class ResultSpec(Record):
    """The form of results as engines make them. `format` is csv, jsonl or rows; `group` the kept column of totals."""

    by: str
    format: str
    kept: tuple[str, ...]
    group: int | None
    explain: bool
    language: str
    show_ids: bool
    labels: bool = False

    @property
    def is_in_full(self) -> bool:
        """Says whether results have each benefit of each member."""
        return self.by == "benefit" or self.format == "jsonl"


class BatchJob(Record):
    """All that a run over a ledger depends on.

    `ledgers` and `household_facts` are paths of CSV, JSON Lines, XLSX or Parquet files, `-` is standard input.
    `plans` has a plan for each month (see `calc.plan_for`). `output`, `rejects` and `totals` are the files to write;
    `output` None is standard output, and only `FileSink` reads the three. `format` is csv, jsonl, xlsx, parquet, or
    `rows`: lists of cells for a sink of your own; None follows the ending of `output`. `by` is household or benefit.
    `facts_to` is a folder for the facts in tables, in the place of results; the engine spark reads such a folder, and
    its `output` is a folder of tables too.
    `labels` and `bom` say whether tables have labels in place of ids, and whether CSV files begin with a byte order
    mark; None leaves it to the language (see `FileForm`).
    `without` names topics of the rules of which no household has anything (see `Topic`).
    `household_by` is `head` for a ledger without household numbers, in which each head begins a household.
    `columns` maps headings to facts, as does `ledger_map`, a file that the ledger's headings are compared with.
    `keep` and `group_by` name columns of the ledger for results and totals.
    `engine` is rows, duckdb, spark or auto; `jobs` is a number of processes, `memory` a size such as `500MB`.
    """

    ledgers: tuple[str, ...]
    plans: tuple[Plan, ...]
    household_facts: tuple[str, ...] = ()
    output: str | None = None
    rejects: str | None = None
    totals: str | None = None
    facts_to: str | None = None
    format: str | None = None
    by: str = "household"
    explain: bool = False
    labels: bool | None = False
    bom: bool | None = False
    columns: Mapping[str, str] = {}
    ledger_map: LedgerMap | None = None
    keep: tuple[str, ...] = ()
    group_by: str | None = None
    fill_down: bool = False
    household_by: str | None = None
    reject_duplicates: bool = True
    settings: Settings = Settings()
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    engine: str = ROWS
    jobs: int = 1
    memory: str | None = None
    master: str | None = None
    language: str = "en"
    show_ids: bool = False
    debug: bool = False
    without: tuple[str, ...] = ()

    @property
    def form(self) -> str:
        """The format of the results: as given, else by the ending of `output`, else csv."""
        return self.format or format_of(self.output)

    @property
    def kept(self) -> tuple[str, ...]:
        """The extra columns of the results, each once."""
        return tuple(dict.fromkeys((*self.keep, *((self.group_by,) if self.group_by else ()))))

    @property
    def mapped(self) -> dict[str, str]:
        """The meaning of headings: as the map of the ledger has it, unless `columns` says another one."""
        return {**(self.ledger_map.columns if self.ledger_map is not None else {}), **self.columns}

    @property
    def writes_to_stdout(self) -> bool:
        """Says whether any file of the run is standard output."""
        return self.output in (None, "-") or "-" in (self.rejects, self.totals)

    def file_form(self) -> FileForm:
        """Says whether files have labels or ids, and a byte order mark."""
        return FileForm(self.language, self.bom, self.labels)

    def spec(self) -> ResultSpec:
        """The form of the results, as the engines take it."""
        form = "rows" if self.form in (WORKBOOK, PARQUET) else self.form
        group = self.kept.index(self.group_by) if self.group_by else None
        return ResultSpec(
            self.by, form, self.kept, group, self.explain, self.language, self.show_ids,
            self.file_form().has_labels(self.form),
        )  # fmt: skip


class Summary(Record):
    """Counts of a run: `read` households are `assessed` plus `rejected`, exactly; `rows` are rows of the ledger.

    `scattered` households have rows in several places of the ledger, `unknown_keys` are keys of JSON Lines that mean
    nothing, each with its file; `engine` did the run, `why` says in words why it was taken ("" where nobody asked).
    `rejects` is where the rejected households are, if not where the job says. `set_aside` rows are totals and
    signatures; `filled` rows name no household and were taken as rows of the one above. `blanks` counts by fact the
    cells of assessed households that are blank and so mean its default (see `calc.batch.blank_cells`). `left` counts
    by reason the households that DuckDB left to the row engine: the name of a fact with a cell that it does not read,
    or a key of `calc.report.ui_text`.
    """

    assessed: int
    rejected: int
    undetermined: int
    rows: int
    totals: Totals
    scattered: int = 0
    unknown_keys: Sequence[tuple[str, UnknownColumn]] = ()
    engine: str = ROWS
    why: str = ""
    rejects: str | None = None
    set_aside: int = 0
    filled: int = 0
    blanks: Mapping[str, int] = {}
    left: Mapping[str, int] = {}

    @property
    def read(self) -> int:
        """Households read."""
        return self.assessed + self.rejected


class ResultSink:
    """Takes what a run makes, in the order of the ledger. Override what you need; every method does nothing here.

    A run that an engine cannot finish is begun again by another: `begin` then comes a second time, and what was
    taken before is void.
    """

    def open(self, ledger: Ledger, unknown: Sequence[tuple[str, UnknownColumn]]) -> None:
        """The ledger was opened; `unknown` are headings that mean nothing, each with its file."""

    def begin(self, headings: Sequence[str]) -> None:
        """Results with these headings follow."""

    def write(self, results: Any) -> None:
        """Results of a part of the ledger: text of whole lines, or rows of cells for `rows` and workbooks."""

    def results_file(self) -> str | None:
        """The path of a Parquet file that an engine may write itself with all results; it then never calls `write`."""
        return None

    def reject(self, household: Reject) -> None:
        """A household that cannot be assessed, with everything that is wrong with it."""

    def warn(self, household: str, findings: tuple[Diagnostic, ...]) -> None:
        """Findings that do not keep a household from being assessed."""

    def progress(self, stage: str, done: int, whole: int, households: int) -> None:
        """`done` of `whole` steps of a stage (scan, assess) are done, after this number of households."""

    def engine_failed(self, reason: BatchError | UnsupportedPlan) -> None:
        """The engine that was chosen could not do it; the row engine begins again."""

    def end(self, summary: Summary) -> None:
        """Everything was taken: put files in place."""

    def abandon(self) -> None:
        """The run ended early: leave nothing behind."""


class Collected(ResultSink):
    """Collects everything in memory: `headings`, `results` (text, or rows), `rejected`, `warnings`."""

    def __init__(self) -> None:
        self.begin([])

    def begin(self, headings: Sequence[str]) -> None:
        self.headings = list(headings)
        self.results: list[Any] = []
        self.rejected: list[Reject] = []
        self.warnings: list[tuple[str, tuple[Diagnostic, ...]]] = []

    def write(self, results: Any) -> None:
        self.results += [results] if isinstance(results, str) else results

    def reject(self, household: Reject) -> None:
        self.rejected.append(household)

    def warn(self, household: str, findings: tuple[Diagnostic, ...]) -> None:
        self.warnings.append((household, findings))

    @cached_property
    def text(self) -> str:
        """The results as one text."""
        return "".join(self.results)
