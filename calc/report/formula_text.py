"""A formula in words with the values it had: `Standard 644.00 × Persons counted 3 − Income 1000.00`."""

from __future__ import annotations

from collections.abc import Callable

from calc.engine.traced.interpreter import Trace
from calc.engine.unknown import Unknown
from calc.language.printer import to_text
from calc.language.syntax_tree import (
    AndOr,
    Arithmetic,
    Call,
    Comparison,
    Membership,
    Name,
    Node,
    Word,
)
from calc.language.syntax_tree import Conditional as IfNode
from calc.language.syntax_tree import TableLookup as LookupNode
from calc.language.typed_tree import (
    Aggregate,
    Amount,
    Composed,
    Constant,
    Definition,
    Fact,
    HasRow,
    If,
    Lookup,
    Parameter,
    Received,
    Term,
    parts,
)
from calc.language.types import MEMBER
from calc.report.format_values import show, word

_FUNCTION_WORDS = {
    "sum": "合计",
    "count": "人数",
    "any": "任一",
    "all": "全部",
    "max_of": "最大",
    "min_of": "最小",
    "rank": "名次",
    "max": "取大",
    "min": "取小",
    "abs": "绝对值",
    "clamp": "限于",
    "round_up": "进位取整",
    "round_down": "舍去取整",
    "round_half_up": "四舍五入",
    "round_half_even": "四舍六入",
    "full_years": "周岁",
    "full_months": "整月",
    "monthly": "折月",
    "yearly": "折年",
    "for_months": "按月数",
    "scale": "分段",
    "receives": "享受",
    "year": "年",
    "month": "月",
}
_NAMED_WORDS = {"where": "限", "to": "单位", "empty": "无人时"}
_SIGNS = (
    (" * ", " × "),
    (" / ", " ÷ "),
    (" - ", " − "),
    (" <= ", " ≤ "),
    (" >= ", " ≥ "),
    (" != ", " ≠ "),
    (" == ", " = "),
)
_LOGIC: dict[str, tuple[tuple[str, str], ...]] = {
    "zh": (
        (" and ", " 且 "),
        (" or ", " 或 "),
        ("not ", "非 "),
        (" in (", " 属于 ("),
        (" if ", " 若 "),
        (" else ", "，否则 "),
    ),
    "en": (),
}


def in_words(trace: Trace, term: Term, member: int | None, language: str, values: bool = True) -> str:
    """The formula of a term as it was computed for a member or the household; of an `if` only the branch taken."""
    terms = {id(one.node): one for one in all_terms(term)}

    def write(node: Node) -> str:
        return to_text(node, leaf)

    def leaf(node: Node) -> str | None:
        found = terms.get(id(node))
        match node:
            case Word(text=text):
                return word(text, trace.plan, language)
            case Name(name=name):
                return _name(trace, name, found, member if values else None, language, values)
            case IfNode() if isinstance(found, If) and values:
                test = trace.evaluate(found.test, member) if _computable(found.test, member) else None
                if test is True or test is False:
                    taken = node.then if test else node.otherwise
                    text = write(taken)
                    return f"({text})" if isinstance(taken, (Arithmetic, Comparison, AndOr, Membership)) else text
            case LookupNode(table=table, keys=keys):
                label = trace.plan.about(table.name).label_in(language)
                text = f"{label}[{', '.join(write(key) for key in keys)}]"
                if values and found is not None and _computable(found, member):
                    text += f" {show(trace.evaluate(found, member), found.type.kind, trace.plan, language)}"
                return text
            case Call():
                return _call(trace, node, language, write, found, member, values)
        return None

    text = write(term.node)
    for plain_sign, sign in (*_SIGNS, *_LOGIC[language]):
        text = text.replace(plain_sign, sign)
    return text


def _call(
    trace: Trace,
    call: Call,
    language: str,
    write: Callable[[Node], str],
    found: Term | None,
    member: int | None,
    values: bool,
) -> str:
    """A call in words; an aggregate is followed by its value."""
    function, arguments, named = call.function, call.arguments, call.named
    title = _FUNCTION_WORDS.get(function, function) if language == "zh" else function
    if function == "receives":
        benefit = str(getattr(arguments[0], "name", ""))
        return f"{title}({trace.plan.about(benefit).label_in(language)})"
    inner = [write(argument) for argument in arguments]
    inner += [f"{_NAMED_WORDS[name] if language == 'zh' else name}={write(part)}" for name, part in named]
    text = f"{title}({', '.join(inner)})"
    if values and isinstance(found, Aggregate) and _computable(found, member):
        text += f" {show(trace.evaluate(found, member), found.type.kind, trace.plan, language)}"
    return text


def _name(trace: Trace, name: str, term: Term | None, member: int | None, language: str, values: bool) -> str:
    label = trace.plan.about(name).label_in(language)
    if isinstance(term, Constant) and isinstance(term.value, str):
        return word(name, trace.plan, language)
    if term is None or isinstance(term, (Received, HasRow, Lookup)) or not values:
        return label if term is not None or name in trace.plan.parameters else word(name, trace.plan, language)
    if isinstance(term, Parameter):
        return f"{label} {show(term.value, term.type.kind, trace.plan, language)}"
    if isinstance(term, (Fact, Definition, Amount)):
        if not _computable(term, member):
            return label
        return f"{label} {show(trace.evaluate(term, member), term.type.kind, trace.plan, language)}"
    return word(name, trace.plan, language) if name not in ("month_start", "month_end") else name


def _computable(term: Term, member: int | None) -> bool:
    """Whether a value can be shown here: something of a member needs to be told which."""
    if term.type.level == MEMBER:
        return member is not None
    return True


def all_terms(term: Term) -> list[Term]:
    """The term and everything below it, arguments of composed functions included."""
    found = [term]
    for one in found:
        found.extend(one.arguments if isinstance(one, Composed) else parts(one))
    return found


def used_names(trace: Trace, term: Term, member: int | None) -> list[str]:
    """Definitions a term was computed from, in order of use, branches not taken left out."""
    found: list[str] = []

    def visit(one: Term, of: int | None) -> None:
        if isinstance(one, Definition):
            found.append(one.name)
        elif isinstance(one, If) and (one.type.level < MEMBER or of is not None) and _computable(one.test, of):
            test = trace.evaluate(one.test, of)
            visit(one.test, of)
            if test.__class__ is Unknown:
                visit(one.then, of)
                visit(one.otherwise, of)
            else:
                visit(one.then if test else one.otherwise, of)
        else:
            for part in parts(one):
                visit(part, None if isinstance(one, Aggregate) else of)

    visit(term, member)
    return list(dict.fromkeys(found))
