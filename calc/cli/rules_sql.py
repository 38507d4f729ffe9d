"""Define `doudi rules sql`: the rules of a month as one query, to be run where the data is."""

from __future__ import annotations

import click

from calc.cli.options import build, month_option, option, plan_asked

DIALECTS = ("duckdb", "spark", "postgres", "mysql", "clickhouse")
_HELP = (
    """The rules of a month as one query, with the citations as comments.

    It reads a table `households` (`household`, a unique whole number, and a column for each fact) and a table `members`
    (`household`, `place` from 0, `id`, and a column for each fact), and returns a row for each outcome.

    \b
    Examples:
      doudi rules sql > rules.sql                           for DuckDB, this month
      doudi rules sql --dialect postgres --month 2022-09
      doudi rules sql --dialect spark --as-view outcomes    as a view of that name
      doudi rules sql --dialect postgres --ddl > tables.sql the tables it reads
    """,
    """把某月的规则写成一条查询语句，并以注释写明出处。

    查询读取表 `households`（`household` 为不重复的整数，每项一列）和表 `members`
    （`household`、从 0 起的 `place`、`id`，每项一列），每项结果一行。

    \b
    示例：
      doudi rules sql > rules.sql                           用于 DuckDB，本月
      doudi rules sql --dialect postgres --month 2022-09
      doudi rules sql --dialect spark --as-view outcomes    写成该名称的视图
      doudi rules sql --dialect postgres --ddl > tables.sql 它读取的表的结构
    """,
)


def command(language: str) -> click.Command:
    """Builds the command."""
    params: list[click.Parameter] = [
        option(
            "--dialect",
            type=click.Choice(DIALECTS),
            default="duckdb",
            language=language,
            en="Database to write the query for.",
            zh="目标数据库。",
        ),
        option(
            "--as-view",
            "view",
            metavar="NAME",
            language=language,
            en="Write the query as a view of this name.",
            zh="写成该名称的视图。",
        ),
        option(
            "--ddl",
            is_flag=True,
            language=language,
            en="Print the two tables that the query reads, with their types and comments, in place of the query.",
            zh="不输出查询，而输出它读取的两张表的结构，含类型和注释。",
        ),
        option(
            "--not-known",
            "not_known",
            is_flag=True,
            language=language,
            en="Read a second column of each fact with a default, NAME_not_known, true where nobody knows the fact.",
            zh="有默认值的事项再读一列“名称_not_known”，其值为真表示该事项不详。",
        ),
        month_option(language),
    ]
    return build("sql", language, _HELP, params, sql)


def sql(
    language: str,
    dialect: str,
    view: str | None,
    ddl: bool,
    not_known: bool,
    month: str | None,
    rules_path: str | None,
    lang: str | None,
    quiet: bool,
    debug: bool,
) -> int:
    """Print the query.

    More than six parameters: click passes each option by its name.
    """
    from calc.report.ui_text import say

    if ddl and view is not None:
        raise click.UsageError(say("ddl-alone", language))
    plan = plan_asked(rules_path, month, language)
    try:
        from calc.engine.sql.annotated_sql import sql_text
        from calc.engine.sql.input_tables import Inputs
        from calc.engine.sql.table_definitions import tables_text
        from calc.engine.sql.unsupported import UnsupportedPlan
        from calc.report.column_meaning import column_comments
    except ImportError as missing:
        raise click.ClickException(say("missing-extra", language, package=missing.name, extra="columns")) from None
    try:
        inputs = Inputs.of(plan, states_not_known=not_known)
        if ddl:
            text = tables_text(plan, dialect, inputs, column_comments(plan, language))
        else:
            text = sql_text(plan, dialect, view=view, language=language, inputs=inputs)
        click.echo(text, nl=False)
    except UnsupportedPlan as refused:
        raise click.ClickException(refused.message(language)) from None
    return 0
