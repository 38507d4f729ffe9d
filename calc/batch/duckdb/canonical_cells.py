"""Cells that are plainly canonical, in SQL: whatever is taken as plain here, the row path reads to the same value.

A number is digits with as many decimals as its fact has, a day is year, month and day in full, both within the bounds
of the fact. All other texts of a column are read once by the row path's own reader, see `column_texts`.
A row with a cell that is neither needs the fallback: its household is read and assessed by the row engine.
"""

from __future__ import annotations

from math import ceil, floor

from sqlglot import exp

from calc.batch.duckdb.sql_templates import phrase
from calc.engine.facts import Declared
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.engine.sql.duckdb_session import WHOLE
from calc.households.cell_values import form_without_value
from calc.households.identity_numbers import CUT
from calc.language.types import DATE, MEMBER, NUMERIC, REFERENCE, TEXT, YES_NO
from calc.rules.plan import FactPlan
from calc.text_forms import INVISIBLE

LETTERS = r"0-9A-Za-z_.\x{B7}\x{4E00}-\x{9FFF}"
"""Characters that stand for themselves in every file we write, and that NFC leaves as they are."""
ID = rf"[{LETTERS}][{LETTERS}/:#()\-]{{0,99}}"
"""An id or name that needs no quoting, begins no formula and has no blanks to settle."""
KEPT = rf"[{LETTERS}]([{LETTERS}/:#()\- ]{{0,198}}[{LETTERS}/:#()\-])?"
NO_LETTERS = rf"[\s\x{{A0}}\x{{2000}}-\x{{200A}}\x{{2028}}\x{{2029}}\x{{202F}}\x{{205F}}\x{{3000}}{INVISIBLE}]"
"""Blanks and invisible marks, which make no other name."""
TEXT_PLAIN = rf"[{LETTERS}/:#()\-+=]{{1,100}}"
DAY = (
    r"[0-9]{4}(-[0-9]{1,2}-[0-9]{1,2}|/[0-9]{1,2}/[0-9]{1,2}|\.[0-9]{1,2}\.[0-9]{1,2}|"
    "年[0-9]{1,2}月[0-9]{1,2}日|[0-9]{4})"
)
_PARTS = "[0-9]{4}[^0-9]?([0-9]{1,2})[^0-9]?([0-9]{1,2})"
"""The month and the day of a text in one of these forms."""


def is_form(cell: Tree, form: str) -> Tree:
    """Says whether a cell as a whole has a form."""
    return phrase("regexp_full_match(:cell, :form)", cell=cell, form=form)


def without_blanks(name: Tree) -> Tree:
    """Writes a name without what makes no other name."""
    return phrase("regexp_replace(:name, :blanks, '', 'g')", name=name, blanks=NO_LETTERS)


def is_id(cell: Tree, doubtful: str = "") -> Tree:
    """Says whether a cell is an id that SQL can take: of plain letters, not cut by a spreadsheet, not `doubtful`."""
    other = is_form(cell, f"(?i){CUT}|{doubtful}" if doubtful else CUT)
    return phrase(":id AND NOT :other", id=is_form(cell, ID), other=other)


def is_plain(fact: FactPlan, cell: Tree) -> Tree | None:
    """Says whether a cell has a form that SQL reads by itself; None for a kind of fact that has no such form."""
    kind = fact.type.kind
    if kind in (TEXT, REFERENCE):
        form = TEXT_PLAIN if kind == TEXT else ID
        is_of_member = kind == REFERENCE and fact.type.level == MEMBER
        text = without_blanks(cell) if is_of_member else cell  # rows of a household have to state the same text
        other = is_form(text, form_without_value(fact))
        return phrase(":plain AND NOT :other", plain=is_form(text, form), other=other)
    if kind != DATE and kind not in NUMERIC:
        return None
    form = DAY if kind == DATE else _number_form(fact.decimals)
    words = [build.word(word) for word in sorted(fact.not_known) if any(map(str.isdigit, word))]
    if not words:
        return is_form(cell, form)
    return build.both(is_form(cell, form), build.negation(exp.In(this=build.own(cell), expressions=words)))


def plain_value(fact: FactPlan, cell: Tree) -> Tree:
    """The value of a cell that is plain, whatever the bounds of the fact; NULL for a day that no calendar has."""
    kind = fact.type.kind
    if kind == TEXT:
        return cell
    if kind == REFERENCE:  # an identity number may have another letter at its end
        is_number = phrase("regexp_matches(:cell, '^[0-9]{17}')", cell=without_blanks(cell))
        return build.case([(is_number, build.null())], without_blanks(cell))
    if kind == DATE:
        parts = [phrase("regexp_extract(:cell, :parts, :at)", cell=cell, parts=_PARTS, at=at) for at in (1, 2)]
        text = phrase("concat(substr(:cell, 1, 4), '-', :month, '-', :day)", cell=cell, month=parts[0], day=parts[1])
        return phrase("CAST(strftime(TRY_CAST(:text AS DATE), '%Y%m%d') AS INTEGER)", text=text)
    decimals = fact.decimals
    given = exp.TryCast(this=build.own(cell), to=exp.DataType.build(f"DECIMAL({12 + decimals}, {decimals})", "duckdb"))
    type = exp.DataType.build("HUGEINT" if 12 + 2 * decimals + 1 > 18 else "BIGINT", dialect="duckdb")
    scale = exp.DataType.build(f"DECIMAL({decimals + 1}, 0)", "duckdb")
    step = exp.Cast(this=build.whole(10**decimals), to=scale)
    return exp.Cast(this=exp.Paren(this=build.binary(exp.Mul, given, step)) if decimals else given, to=type)


def bounds_of(fact: FactPlan) -> tuple[int, int] | None:
    """The least and the greatest value of a number, in its smallest steps, or of a day; None for other kinds."""
    if fact.type.kind not in (DATE, *NUMERIC):
        return None
    low, high = fact.stated_bounds
    step = 1 if fact.type.kind == DATE else 10**fact.decimals
    return ceil(low * step), floor(high * step)


def exact_value(fact: FactPlan, given: Tree, type: str) -> Tree | None:
    """The value of a typed column of Parquet, NULL where it does not fit the fact; None for what is read as text."""
    kind = fact.type.kind
    if kind == YES_NO and type == "BOOLEAN":
        return given
    if kind == DATE and type == "DATE":
        day = phrase("CAST(year(:d) * 10000 + month(:d) * 100 + day(:d) AS INTEGER)", d=given)
        low, high = fact.stated_bounds
        return build.case([(phrase(":day BETWEEN :low AND :high", day=day, low=int(low), high=int(high)), day)])
    if kind not in NUMERIC or not (type in WHOLE or type.startswith("DECIMAL")):
        return None
    step = 10**fact.decimals
    least, most = bounds_of(fact) or (0, 0)
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


def _number_form(decimals: int) -> str:
    """Digits with no more decimals than a fact has."""
    return "[0-9]{1,12}" + (rf"(\.[0-9]{{1,{decimals}}})?" if decimals else "")
