"""What differs from database to database, in one table; nothing else in this folder asks which one it writes for.

Executed in tests: duckdb, postgres, spark. The others are read back by sqlglot's parser only.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from calc.engine.sql.build import Tree, binary, call, own
from calc.engine.sql.unsupported import UnsupportedPlan
from calc.record import Record

NARROW, LONG, WIDE = 32, 64, 128
"""Bits of whole numbers. The widest are counted on to hold 38 digits, which all databases here do."""
MOST = {NARROW: 2**31 - 1, LONG: 2**63 - 1, WIDE: 10**38 - 1}
TRUTH, WORD = "truth", "word"
WRITTEN = "written"
"""A number wider than 64 bits as a result has it: DuckDB writes its 128 bits to Parquet as a DOUBLE."""


class Dialect(Record):
    """A database's way with whole numbers, truths and sets of bits.

    `types` are its names for 32, 64 and 128 bits, truths and words; `truncated(left, right, width)` a quotient towards
    zero; `any_of`, `all_of` and `bits` aggregates; `union` the bits of two sets.
    `wide_quotients`: its quotients may be wider than 64 bits. `sums_widen`: a sum is wider than what it sums, and
    cannot overflow before it is narrowed. `least_skips_null`: `LEAST` and `GREATEST` leave NULL out.
    `bytes_of_names`: longer names are cut off; `folds_case`: names that differ in case only are one.
    `code_points`: the collation that compares words by code points, where the usual one does not.
    `folds_words`: words that differ in case only are equal by the usual collation.
    `types_literals`: a literal has the smallest type that holds it, so that arithmetic on literals may overflow.
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
    settings: dict[str, int] = {}

    def cast(self, tree: Tree, to: int | str) -> Tree:
        """The tree as a type: bits of a whole number, a truth, a word, or a wide number to be written."""
        if to == TRUTH and not self.casts_truths:
            return own(tree)
        named = "DECIMAL(38, 0)" if to == WRITTEN else self.types[to]
        kind = exp.DataType.build(named, dialect=self.name)
        return exp.Cast(this=own(tree), to=kind)

    def compared(self, tree: Tree) -> Tree:
        """A word whose equality is that of its code points."""
        return self.by_code_point(tree) if self.folds_words else own(tree)

    def by_code_point(self, tree: Tree) -> Tree:
        """A word that is compared and sorted by its code points."""
        if self.code_points is None:
            return own(tree)
        return exp.Collate(this=own(tree), expression=exp.Var(this=self.code_points))


def _named(function: str) -> Callable[..., Tree]:
    return lambda *trees: call(function, *trees)


def _by_operator(left: Tree, right: Tree, width: int) -> Tree:
    return binary(exp.IntDiv, left, right)


def _by_slash(left: Tree, right: Tree, width: int) -> Tree:
    """Postgres divides whole numbers by `/`, and its numerics, which hold the widest, by `div`."""
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
    settings={"join_use_nulls": 1},  # an outer join gives zeros and empty words otherwise
)
DIALECTS = {one.name: one for one in (_DUCKDB, _SPARK, _POSTGRES, _MYSQL, _CLICKHOUSE)}


def dialect_named(name: str) -> Dialect:
    """The dialect of that name; raises UnsupportedPlan for one that is not here."""
    if name not in DIALECTS:
        raise UnsupportedPlan("no-dialect", dialect=name, known=", ".join(DIALECTS))
    return DIALECTS[name]
