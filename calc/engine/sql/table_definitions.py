"""Writes the two tables that a query reads as definitions for a database, with a comment on every column."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlglot import exp

from calc.engine.fact_keys import fact_of
from calc.engine.sql.comments import comment_text
from calc.engine.sql.dialects import LONG, WORD, Dialect, dialect_named
from calc.engine.sql.identifiers import HOUSEHOLD, ID, PLACE
from calc.engine.sql.input_tables import Inputs, column_type
from calc.language.types import MEMBER
from calc.record import Record
from calc.rules.plan import Plan

Comment = Callable[[str], str]
"""Writes a comment: for the key of a fact, or the name of a sentence."""


class ColumnDefinition(Record):
    """A column: its name, its type (as `calc.engine.sql.dialects` has it) and its meaning in words."""

    name: str
    type: int | str
    comment: str


class TableDefinition(Record):
    """A table and the columns that identify its rows."""

    name: str
    columns: tuple[ColumnDefinition, ...]
    keys: tuple[str, ...]
    comment: str


def input_tables(plan: Plan, inputs: Inputs, comment: Comment) -> list[TableDefinition]:
    """Describes the tables that the query of a plan reads."""
    levels: dict[bool, list[ColumnDefinition]] = {False: [], True: []}
    for key, column in inputs.columns.items():
        fact = fact_of(plan, key)
        levels[fact.type.level == MEMBER].append(ColumnDefinition(column, column_type(fact, key), comment(key)))
    household = ColumnDefinition(HOUSEHOLD, LONG, comment("ddl-household"))
    columns = (household, *levels[False])
    found = [TableDefinition(inputs.households, columns, (HOUSEHOLD,), comment("ddl-households"))]
    if inputs.members is not None:
        place, id = ColumnDefinition(PLACE, LONG, comment("ddl-place")), ColumnDefinition(ID, WORD, comment("ddl-id"))
        columns = (household, place, id, *levels[True])
        found.append(TableDefinition(inputs.members, columns, (HOUSEHOLD, PLACE), comment("ddl-members")))
    return found


def tables_text(plan: Plan, dialect: str, inputs: Inputs, comment: Comment) -> str:
    """Writes the definitions of the tables that the query of a plan reads."""
    month = f"{plan.month // 100}-{plan.month % 100:02}"
    title = f"{plan.title.get('title', '')}, {month}, {dialect}; rules sha256 {plan.sha256}"
    tables = input_tables(plan, inputs, comment)
    return "\n\n".join([f"--{comment_text(title)}".rstrip(), *(definition(one, dialect) for one in tables)]) + "\n"


def definition(table: TableDefinition, dialect: str) -> str:
    """Writes statements that make a table, where there is none of its name, and comment on it."""
    of = dialect_named(dialect)
    name = quoted(table.name, of)
    rows = []
    for column in table.columns:
        kind = of.column_type(column.type, column.name in table.keys)
        comment = "" if of.comments_apart else f" COMMENT {_text(column.comment, of)}"
        rows.append(f"  {quoted(column.name, of)} {kind}{comment}")
    if of.has_keys:
        rows.append(f"  PRIMARY KEY ({listed(table.keys, of)})")
    after = of.after_columns.format(keys=listed(table.keys, of))
    if not of.comments_apart:
        after += f" {of.table_comment}{_text(table.comment, of)}"
    lines = [f"CREATE TABLE IF NOT EXISTS {name} (", ",\n".join(rows), f"){after};"]
    if of.comments_apart:
        lines.append(f"COMMENT ON TABLE {name} IS {_text(table.comment, of)};")
        lines += [f"COMMENT ON COLUMN {name}.{quoted(one.name, of)} IS {_text(one.comment, of)};"
                  for one in table.columns]  # fmt: skip
    return "\n".join(lines)


def quoted(name: str, dialect: Dialect) -> str:
    """Writes a name in the quotation marks of a dialect."""
    return exp.to_identifier(name, quoted=True).sql(dialect=dialect.name)


def listed(names: Sequence[str], dialect: Dialect) -> str:
    """Writes names, joined with commas."""
    return ", ".join(quoted(one, dialect) for one in names)


def _text(text: str, dialect: Dialect) -> str:
    return exp.Literal.string(comment_text(text).strip()).sql(dialect=dialect.name)
