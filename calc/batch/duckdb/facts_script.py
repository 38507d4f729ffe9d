"""Write a ledger's facts as a script that loads them into PostgreSQL: `doudi batch LEDGER --facts-to facts.sql`.

The script is one transaction for psql, with the rows in it: it needs no path on the server, no driver and no extension,
and a load that fails leaves the tables as they were. It makes the tables that `doudi rules sql` reads where they are
not there yet, and replaces their rows, so that loading twice changes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import IO

from calc.batch.atomic_files import whole_file
from calc.batch.duckdb.facts_tables import write_facts
from calc.batch.duckdb.sql_templates import phrase, select, sql
from calc.batch.facts_folder import HOUSEHOLDS, MEMBERS, FactsFolder, kept_columns, read_facts_folder
from calc.batch.job import BatchJob, ResultSink, Summary
from calc.engine.fact_keys import fact_of
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.dialects import LONG, WORD, dialect_named
from calc.engine.sql.duckdb_session import AT_ONCE, connect
from calc.engine.sql.identifiers import HOUSEHOLD, ID, PLACE
from calc.engine.sql.input_tables import Inputs
from calc.engine.sql.table_definitions import (
    ColumnDefinition,
    TableDefinition,
    definition,
    input_tables,
    listed,
    quoted,
)
from calc.language.types import MEMBER
from calc.ledger.ledger import Ledger
from calc.record import replace
from calc.report.column_meaning import column_comments
from calc.rules.plan import Plan
from calc.temporary_folder import TemporaryFolder

HOUSEHOLD_IDS = "household_ids"
"""The table that says which household of the ledger a number is."""
_POSTGRES = dialect_named("postgres")
_ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))
"""Characters that COPY reads otherwise, the backslash first."""


def write_script(job: BatchJob, ledger: Ledger, sink: ResultSink) -> Summary:
    """Write the script `job.facts_to`, which appears whole or not at all. Raises as `write_facts` does."""
    assert job.facts_to is not None
    with whole_file(job.facts_to) as part, TemporaryFolder() as temporary:
        folder = os.path.join(temporary, "facts")
        summary = write_facts(replace(job, facts_to=folder), ledger, sink)
        with open(part, "w", encoding="utf-8", newline="\n") as output:
            _Script(ledger.plan, read_facts_folder(folder), folder, job).write(output, temporary)
    return summary


class _Script:
    def __init__(self, plan: Plan, facts: FactsFolder, folder: str, job: BatchJob) -> None:
        self.facts = facts
        self.folder = folder
        self.memory = job.memory or "1GB"
        comment = column_comments(plan, job.language)
        inputs = Inputs.of(plan)
        own: list[tuple[str, str, int | str, str]] = [
            (HOUSEHOLD, HOUSEHOLD, LONG, "ddl-household"), (ID, ID, WORD, "ddl-ledger-id"),
            ("file", "file", WORD, "ddl-file"), ("line", "line", LONG, "ddl-line"),
        ]  # fmt: skip
        used = {name for name, *_ in own}
        for heading, column in zip(facts.kept, kept_columns(facts.kept), strict=True):
            own.append((column if heading.casefold() in used else heading, column, WORD, "ddl-kept"))
            used.add(heading.casefold())
        columns = tuple(ColumnDefinition(name, kind, comment(key)) for name, _, kind, key in own)
        ids = TableDefinition(HOUSEHOLD_IDS, columns, (HOUSEHOLD,), comment("ddl-ids"))
        self.sources: dict[str, dict[str, str]] = {HOUSEHOLD_IDS: {name: column for name, column, *_ in own}}
        """For each table its columns that have values, each with the column of the folder's table."""
        for name, of_member in ((inputs.households, False), (inputs.members, True)):
            if name is not None:
                keys = (HOUSEHOLD, PLACE, ID) if of_member else (HOUSEHOLD,)
                self.sources[name] = {**{key: key for key in keys}, **self._facts(plan, inputs.columns, of_member)}
        self.members = inputs.members
        self.tables = [*input_tables(plan, inputs, comment), ids]

    def _facts(self, plan: Plan, columns: Mapping[str, str], of_member: bool) -> dict[str, str]:
        return {columns[key]: column for key, column in self.facts.columns.items()
                if (fact_of(plan, key).type.level == MEMBER) == of_member}  # fmt: skip

    def write(self, output: IO[str], temporary: str) -> None:
        names = listed([table.name for table in self.tables], _POSTGRES)
        print("-- for psql; to be read with: doudi rules sql --dialect postgres --not-known", file=output)
        print("\\set ON_ERROR_STOP on\nSET client_encoding = 'UTF8';\nBEGIN;", file=output)
        for table in self.tables:
            print(definition(table, _POSTGRES.name), file=output)
        print(f"TRUNCATE TABLE {names};", file=output)
        connection = connect(self.memory, temporary)
        try:
            for table in self.tables:
                sources = self.sources[table.name]
                print(
                    f"COPY {quoted(table.name, _POSTGRES)} ({listed([*sources], _POSTGRES)}) FROM STDIN;", file=output
                )
                words = {one.name for one in table.columns if one.type == WORD}
                files = MEMBERS if table.name == self.members else HOUSEHOLDS
                for name in sorted(os.listdir(os.path.join(self.folder, files))):
                    path = os.path.join(self.folder, files, name)
                    result = connection.execute(sql(_lines(path, sources, words)))
                    while rows := result.fetchmany(AT_ONCE):
                        output.writelines(row[0] + "\n" for row in rows)
                print("\\.", file=output)
        finally:
            connection.close()
        print(f"COMMIT;\nANALYZE {names};", file=output)


def _lines(path: str, sources: Mapping[str, str], words: set[str]) -> Tree:
    """Makes the query for the rows of a table as COPY reads them, one text each."""
    cells: list[Tree] = []
    for name, source in sources.items():
        cell: Tree = phrase("CAST(:c AS TEXT)", c=build.column(source))
        if name in words:  # a text of PostgreSQL has no character 0
            cell = build.call("REPLACE", cell, phrase("chr(0)"), build.word("�"))
        for character, escaped in _ESCAPES if name in words else ():
            cell = build.call("REPLACE", cell, build.word(character), build.word(escaped))
        cells.append(build.coalesce(cell, build.word("\\N")))
    row = build.call("CONCAT_WS", build.word("\t"), *cells)
    return select(build.call("READ_PARQUET", build.one_file(path)), [row])
