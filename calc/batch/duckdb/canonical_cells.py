"""Cells that are plainly canonical, in SQL: whatever is taken as plain here, the row path reads to the same value.

A number is digits with as many decimals as its fact has, within its bounds. Of words, days and other forms the first
rows of a ledger give a sample; each text in it is read once by the row path's own reader and then known.
A row with a cell that is neither needs the fallback: its household is read and assessed by the row engine.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil, floor

from sqlglot import exp

from calc.batch.duckdb.sql_templates import phrase
from calc.engine.facts import Declared
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.duckdb_session import WHOLE
from calc.households.cell_values import NotKnown, declared_bounds, form_without_value
from calc.households.identity_numbers import CUT
from calc.language.types import DATE, NOBODY, NUMERIC, REFERENCE, TEXT, YES_NO
from calc.ledger.cell_caches import CellCache, NeedsFullReader
from calc.rules.plan import FactPlan
from calc.text_forms import INVISIBLE

LETTERS = r"0-9A-Za-z_.\x{4E00}-\x{9FFF}"
"""Characters that stand for themselves in every file we write, and that NFC leaves as they are."""
ID = rf"[{LETTERS}][{LETTERS}/:#()\-]{{0,99}}"
"""An id or name that needs no quoting, begins no formula and has no blanks to settle."""
KEPT = rf"[{LETTERS}]([{LETTERS}/:#()\- ]{{0,198}}[{LETTERS}/:#()\-])?"
NO_LETTERS = rf"[\s\x{{A0}}\x{{2000}}-\x{{200A}}\x{{2028}}\x{{2029}}\x{{202F}}\x{{205F}}\x{{3000}}{INVISIBLE}]"
"""Blanks and invisible marks, which make no other name."""
TEXT_PLAIN = rf"[{LETTERS}/:#()\-+=]{{1,100}}"
FEW_CHOICES = 12
"""Texts up to which they are compared one by one."""
SAMPLE = 20_000
"""Rows of a sample."""


def is_form(cell: Tree, form: str) -> Tree:
    """Says whether a cell as a whole has a form."""
    return phrase("regexp_full_match(:cell, :form)", cell=cell, form=form)


def is_id(cell: Tree, words: str = "") -> Tree:
    """Says whether a cell is an id that SQL can take: of plain letters, not cut by a spreadsheet, without `words`."""
    other = is_form(cell, f"(?i){CUT}|.*({words}).*" if words else CUT)
    return phrase(":id AND NOT :other", id=is_form(cell, ID), other=other)


def is_one_of(cell: Tree, texts: list[str]) -> Tree:
    """Says whether a cell is one of some texts."""
    return exp.In(this=build.own(cell), expressions=[build.word(one) for one in texts])


class ReadTexts:
    """The texts of a column of a fact, each read once by the row engine's reader; those that it refuses are left out.

    `others` are the values of other facts that texts state, by text, by fact.
    """

    def __init__(self, fact: FactPlan, texts: Iterable[str] = ()) -> None:
        self.fact = fact
        self.values: dict[str, Declared] = {}
        self.not_known: list[str] = []
        self.blank: list[str] = []
        self.others: dict[str, dict[str, Declared]] = {}
        cells = CellCache(fact)
        for text in texts:
            if fact.type.kind in NUMERIC and _is_plain_number(text, fact.decimals):
                continue
            try:
                value = cells[text]
            except NeedsFullReader:
                continue
            if isinstance(value, NotKnown):
                self.not_known.append(text)
            elif value is None:
                self.blank.append(text)
            elif fact.type.kind != REFERENCE or value == NOBODY:  # which member it is, only the row engine finds
                self.values[text] = value
            for name, other in cells.others.get(text, ()):
                self.others.setdefault(name, {})[text] = other


def value_of(fact: FactPlan, cell: Tree, sample: ReadTexts) -> Tree:
    """The value of a fact's cell where that is plain, else NULL; an empty cell has none."""
    kind = fact.type.kind
    if kind == TEXT:
        other = is_form(cell, form_without_value(fact))
        return build.case([(phrase(":plain AND NOT :other", plain=is_form(cell, TEXT_PLAIN), other=other), cell)])
    return looked_up(cell, sample.values, [_digits(fact, cell)] if kind in NUMERIC else [])


def looked_up(cell: Tree, values: dict[str, Declared], before: Sequence[build.Branch] = ()) -> Tree:
    """The value of a cell by its text, NULL for other texts; `before` are branches that are tried first.

    Many texts are looked up as an ENUM, which takes the same time for any number of them. The empty text is among its
    words, for DuckDB takes long over each text that is not.
    """
    if len(values) <= FEW_CHOICES:
        branches = [(phrase(":cell = :text", cell=cell, text=text), literal(value)) for text, value in values.items()]
        return build.case([*before, *branches] or [(build.truth(False), build.null())])
    enum = exp.DataType(this=exp.DataType.Type.ENUM, expressions=[build.word(text) for text in ("", *values)])
    place = phrase("1 + enum_code(:e)", e=exp.TryCast(this=build.own(cell), to=enum))
    listed = exp.Array(expressions=[build.null(), *(literal(value) for value in values.values())])
    found = phrase("list_extract(:listed, :place)", listed=listed, place=place)
    return build.case([*before], found) if before else found


def exact_value(fact: FactPlan, given: Tree, type: str) -> Tree | None:
    """The value of a typed column of Parquet, NULL where it does not fit the fact; None for what is read as text."""
    kind = fact.type.kind
    if kind == YES_NO and type == "BOOLEAN":
        return given
    if kind == DATE and type == "DATE":
        day = phrase("CAST(year(:d) * 10000 + month(:d) * 100 + day(:d) AS INTEGER)", d=given)
        low, high = declared_bounds(fact)
        return build.case([(phrase(":day BETWEEN :low AND :high", day=day, low=int(low), high=int(high)), day)])
    if kind not in NUMERIC or not (type in WHOLE or type.startswith("DECIMAL")):
        return None
    low, high = declared_bounds(fact)
    step = 10**fact.decimals
    least, most = ceil(low * step), floor(high * step)
    decimals = int(type.rstrip(")").partition(",")[2] or 0) if type.startswith("DECIMAL") else 0
    if decimals > fact.decimals or ("," in type and int(type[8:].partition(",")[0]) > 18) or "HUGE" in type:
        return None
    # within the bounds first, so that nothing is too wide for what follows
    is_within = phrase(":g BETWEEN :low AND :high", g=given, low=-(-least // step), high=most // step)
    if least % step or most % step:
        return None
    scale = phrase(f"CAST(:s AS DECIMAL({len(str(step))}, 0))", s=step) if decimals else build.whole(step)
    whole = phrase("CAST(:g * :s AS BIGINT)", g=given, s=scale)
    if not decimals:
        whole = phrase("CAST(:g AS BIGINT) * :s", g=given, s=step)
    return build.case([(is_within, whole)])


def literal(value: Declared) -> Tree:
    """A value as SQL has it."""
    if isinstance(value, bool):
        return build.truth(value)
    return build.word(value) if isinstance(value, str) else build.whole(value)


def _is_plain_number(text: str, decimals: int) -> bool:
    whole, point, part = text.partition(".")
    digits = whole + part
    return digits.isascii() and digits.isdigit() and bool(whole) and len(part) <= decimals and (bool(part) or not point)


def _digits(fact: FactPlan, cell: Tree) -> build.Branch:
    """Digits with no more decimals than the fact has, as a whole number of its smallest steps, within its bounds."""
    low, high = declared_bounds(fact)
    step = 10**fact.decimals
    least, most = ceil(low * step), floor(high * step)
    decimals = fact.decimals
    form = "[0-9]{1,12}" + (rf"(\.[0-9]{{1,{decimals}}})?" if decimals else "")
    given = exp.TryCast(this=build.own(cell), to=exp.DataType.build(f"DECIMAL({12 + decimals}, {decimals})", "duckdb"))
    wide = 12 + 2 * decimals + 1 > 18
    kind = exp.DataType.build("HUGEINT" if wide else "BIGINT", dialect="duckdb")
    scale = exp.Cast(this=build.whole(step), to=exp.DataType.build(f"DECIMAL({decimals + 1}, 0)", "duckdb"))
    whole = exp.Cast(this=exp.Paren(this=build.binary(exp.Mul, given, scale)) if decimals else given, to=kind)
    if low <= 0 and most >= 10 ** (12 + decimals):
        return is_form(cell, form), whole
    has_form = is_form(cell, form)
    return phrase(":form AND :w BETWEEN :low AND :high", form=has_form, w=whole, low=least, high=most), whole
