"""Lists the differences between databases in one table; nothing else in this folder depends on the database.

Executed in tests: duckdb, postgres, spark. The others are only parsed by sqlglot.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from calc.engine.sql.build import Tree, binary, call, own
from calc.engine.sql.unsupported import UnsupportedPlan
from calc.record import Record

NARROW, LONG, WIDE = 32, 64, 128
"""Bits of whole numbers. The widest hold at least 38 digits in all databases here."""
MOST = {NARROW: 2**31 - 1, LONG: 2**63 - 1, WIDE: 10**38 - 1}
TRUTH, WORD = "truth", "word"
WRITTEN = "written"
"""The type of results wider than 64 bits: DuckDB would write its 128-bit numbers to Parquet as DOUBLE."""


class Dialect(Record):
    """The properties of a database: its whole numbers, truths and sets of bits.

    `types` are its names for 32, 64 and 128 bits, truths and words; `truncated(left, right, width)` makes a quotient
    rounded towards zero; `any_of`, `all_of` and `bits` make aggregates; `union` unites two sets of bits.
    `wide_quotients`: quotients may be wider than 64 bits. `sums_widen`: a sum is wider than its elements, so that
    it cannot overflow before it is narrowed. `least_skips_null`: `LEAST` and `GREATEST` leave NULL out.
    `bytes_of_names`: longer names are cut off; `folds_case`: names that differ only in case are the same.
    `code_points`: the collation that compares words by code points, where the default does not.
    `folds_words`: words that differ only in case are equal by the default collation.
    `casts_truths`: there is a type of truths to cast to.
    `types_literals`: a literal has the smallest type that holds it, so that arithmetic on literals may overflow.
    `joins_values`: VALUES can be a relation that is joined.
    `inlines`: a relation that is used once is put into the one that uses it, with every expression in it.
    `settings`: settings that a query needs.
    `columns` are types of the columns of a table that differ from `types`; `nullable` makes one that may be NULL.
    `comments_apart`: comments on a table and its columns are statements of their own; else `table_comment` begins that
    of a table. `has_keys`: a table may have a primary key. `after_columns` follows the columns of a table.
    """

    name: str
    types: dict[int | str, str]
    truncated: Callable[[Tree, Tree, int], Tree]
    any_of: Callable[[Tree], Tree]
    all_of: Callable[[Tree], Tree]
    bits: Callable[[Tree], Tree]
    union: Callable[[Tree, Tree], Tree]
    wide_quotients: bool = True
    sums_widen: bool = True
    least_skips_null: bool = True
    bytes_of_names: int | None = None
    folds_case: bool = True
    code_points: str | None = None
    folds_words: bool = False
    casts_truths: bool = True
    types_literals: bool = False
    joins_values: bool = True
    inlines: bool = False
    settings: dict[str, int] = {}
    columns: dict[int | str, str] = {}
    nullable: str = "{}"
    comments_apart: bool = False
    table_comment: str = "COMMENT "
    has_keys: bool = True
    after_columns: str = ""

    def column_type(self, kind: int | str, is_key: bool) -> str:
        """The type of a column of a table."""
        named = self.columns.get(kind, self.types[kind])
        return named if is_key else self.nullable.format(named)

    def cast(self, tree: Tree, to: int | str) -> Tree:
        """Casts a tree to a type: bits of a whole number, TRUTH, WORD, or WRITTEN."""
        if to == TRUTH and not self.casts_truths:
            return own(tree)
        named = "DECIMAL(38, 0)" if to == WRITTEN else self.types[to]
        kind = exp.DataType.build(named, dialect=self.name)
        return exp.Cast(this=own(tree), to=kind)

    def compared(self, tree: Tree) -> Tree:
        """Makes a word that is equal to another only if all code points are equal."""
        return self.by_code_point(tree) if self.folds_words else own(tree)

    def by_code_point(self, tree: Tree) -> Tree:
        """Makes a word that is compared and sorted by its code points."""
        if self.code_points is None:
            return own(tree)
        return exp.Collate(this=own(tree), expression=exp.Var(this=self.code_points))


def _named(function: str) -> Callable[..., Tree]:
    return lambda *trees: call(function, *trees)


def _by_operator(left: Tree, right: Tree, width: int) -> Tree:
    return binary(exp.IntDiv, left, right)


def _by_slash(left: Tree, right: Tree, width: int) -> Tree:
    """Divides in PostgreSQL: whole numbers by `/`, the widest, which are numerics, by `div`."""
    if width == WIDE:
        return call("DIV", left, right)
    quotient = binary(exp.Div, left, right)
    quotient.set("typed", True)
    return quotient


def _narrow_only(name: str) -> Callable[[Tree, Tree, int], Tree]:
    def truncated(left: Tree, right: Tree, width: int) -> Tree:
        if width == WIDE:
            raise UnsupportedPlan("wide-quotient", dialect=name)
        return binary(exp.IntDiv, left, right)

    return truncated


def _bitwise_or(left: Tree, right: Tree) -> Tree:
    return binary(exp.BitwiseOr, left, right)


_DUCKDB = Dialect(
    "duckdb",
    {NARROW: "INT", LONG: "BIGINT", WIDE: "HUGEINT", TRUTH: "BOOLEAN", WORD: "TEXT"},
    truncated=_by_operator,
    any_of=_named("BOOL_OR"),
    all_of=_named("BOOL_AND"),
    bits=_named("BIT_OR"),
    union=_bitwise_or,
    comments_apart=True,
)
_POSTGRES = Dialect(
    "postgres",
    {NARROW: "INT", LONG: "BIGINT", WIDE: "DECIMAL", TRUTH: "BOOLEAN", WORD: "TEXT"},
    truncated=_by_slash,
    any_of=_named("BOOL_OR"),
    all_of=_named("BOOL_AND"),
    bits=_named("BIT_OR"),
    union=_bitwise_or,
    bytes_of_names=63,
    folds_case=False,
    code_points='"C"',
    inlines=True,
    columns={WIDE: "NUMERIC(38, 0)"},
    comments_apart=True,
)
_SPARK = Dialect(
    "spark",
    {NARROW: "INT", LONG: "BIGINT", WIDE: "DECIMAL(38, 0)", TRUTH: "BOOLEAN", WORD: "STRING"},
    truncated=_narrow_only("Spark"),  # its DIV gives a BIGINT
    any_of=_named("BOOL_OR"),
    all_of=_named("BOOL_AND"),
    bits=_named("BIT_OR"),
    union=_bitwise_or,
    wide_quotients=False,
    sums_widen=False,
    has_keys=False,
)
_MYSQL = Dialect(
    "mysql",
    {NARROW: "SIGNED", LONG: "SIGNED", WIDE: "DECIMAL(38, 0)", TRUTH: "SIGNED", WORD: "CHAR"},
    truncated=_narrow_only("MySQL"),
    any_of=_named("MAX"),  # truths are 0 and 1
    all_of=_named("MIN"),
    bits=_named("BIT_OR"),
    union=_bitwise_or,
    wide_quotients=False,
    least_skips_null=False,
    bytes_of_names=64,
    code_points="utf8mb4_bin",
    folds_words=True,
    casts_truths=False,
    joins_values=False,
    columns={NARROW: "INT", LONG: "BIGINT", TRUTH: "BOOLEAN", WORD: "TEXT"},
    table_comment="COMMENT = ",
)
_CLICKHOUSE = Dialect(
    "clickhouse",
    {NARROW: "Int32", LONG: "Int64", WIDE: "Int128", TRUTH: "Bool", WORD: "String"},
    truncated=lambda left, right, width: call("intDiv", left, right),
    any_of=_named("max"),
    all_of=_named("min"),
    bits=_named("groupBitOr"),
    union=_named("bitOr"),
    sums_widen=False,
    least_skips_null=False,
    folds_case=False,
    types_literals=True,
    joins_values=False,
    settings={"join_use_nulls": 1},  # otherwise an outer join gives zeros and empty words
    nullable="Nullable({})",
    has_keys=False,
    after_columns=" ENGINE = MergeTree ORDER BY ({keys})",
)
DIALECTS = {one.name: one for one in (_DUCKDB, _SPARK, _POSTGRES, _MYSQL, _CLICKHOUSE)}


def dialect_named(name: str) -> Dialect:
    """Returns the dialect of a name. Raises UnsupportedPlan for one that is not listed here."""
    if name not in DIALECTS:
        raise UnsupportedPlan("no-dialect", dialect=name, known=", ".join(DIALECTS))
    return DIALECTS[name]
