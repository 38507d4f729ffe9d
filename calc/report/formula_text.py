"""Writes a formula with its labels and values: `Standard 644.00 × Persons counted 3 − Income 1000.00`."""

from __future__ import annotations

from calc.diagnostics.punctuation import semicolon
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
    Truth,
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
from calc.report.format_values import by_id, show, word
from calc.report.ui_text import say
from calc.rules.plan import Plan

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
    "ask_after": "未知并先问",
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
    "value_of": "该人的值",
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
    ),
    "en": (),
}


def in_words(trace: Trace, term: Term, member: int | None, language: str, values: bool = True) -> str:
    """Writes the formula of a term as it was computed for a member or the household; of an `if` the branch taken.

    Without `values` it has labels only.
    """
    return _with_signs(_FormulaWriter(trace.plan, trace, term, member, language, values).write(term.node), language)


def rule_in_words(plan: Plan, term: Term, language: str) -> str:
    """Writes the formula of a term with labels, as it is in the rules."""
    return _with_signs(_FormulaWriter(plan, None, term, None, language, False).write(term.node), language)


def _with_signs(text: str, language: str) -> str:
    for plain_sign, sign in (*_SIGNS, *_LOGIC[language]):
        text = text.replace(plain_sign, sign)
    return text


class _FormulaWriter:
    """Writes the nodes of one formula, with the `values` that their terms have in a trace."""

    def __init__(
        self, plan: Plan, trace: Trace | None, term: Term, member: int | None, language: str, values: bool
    ) -> None:
        self.trace = trace
        self.plan = plan
        self.terms = {id(one.node): one for one in all_terms(term)}
        self.member = self.itself = member
        pairs = [one.mine for one in all_terms(term) if isinstance(one, Aggregate) and one.mine is not None]
        self.of_itself = {id(part.node) for one in pairs for part in all_terms(one)}
        self.language = language
        self.values = values
        self.is_name = isinstance(term.node, Name)

    def write(self, node: Node) -> str:
        """Writes a node that is not part of another one."""
        return self.conditional(node) or to_text(node, self.leaf)

    def conditional(self, node: Node) -> str | None:
        """Writes a choice in Chinese, in the order of speech; None for other nodes, and where one branch was taken."""
        if not isinstance(node, IfNode) or self.language != "zh" or self.taken(node) is not None:
            return None
        test, then, otherwise = (self.write(part) for part in (node.test, node.then, node.otherwise))
        return f"若{test}，则{then}，否则{otherwise}"

    def taken(self, node: IfNode) -> Node | None:
        """Returns the branch that was taken; None where values are not shown or the test is unknown."""
        term = self.terms.get(id(node))
        if not isinstance(term, If) or not self.values or self.trace is None:
            return None
        test = self.trace.evaluate(term.test, self.member) if _computable(term.test, self.member) else None
        return node.then if test is True else node.otherwise if test is False else None

    def leaf(self, node: Node) -> str | None:
        term = self.terms.get(id(node))
        match node:
            case Word(text=text):
                return word(text, self.plan, self.language)
            case Truth(value=value):
                return say("yes" if value else "no", self.language)
            case Name(name="me" | "nobody"):
                return say(node.name, self.language)
            case Name(name="unknown") if term is None or not isinstance(term, (Fact, Definition, Parameter)):
                return say("unknown", self.language)
            case Name(name=name) if name in ("month_start", "month_end"):
                return say(name, self.language)
            case Name(name=name):
                return self.name(name, term)
            case IfNode() if (taken := self.taken(node)) is not None:
                text = self.write(taken)
                return f"({text})" if isinstance(taken, (Arithmetic, Comparison, AndOr, Membership)) else text
            case IfNode() if self.language == "zh":
                return f"({self.conditional(node)})"
            case Call() if isinstance(term, Constant):  # a day
                return self.value_of(term)
            case LookupNode(table=table, keys=keys):
                label = self.plan.about(table.name).label_in(self.language)
                return f"{label}[{', '.join(self.write(key) for key in keys)}]{self.value(term)}"
            case Call():
                return self.call(node, term)
        return None

    def value_of(self, term: Constant) -> str:
        return show(term.value, term.type.kind, self.plan, self.language)

    def value(self, term: Term | None) -> str:
        """Writes the value of a term after a blank; nothing where it has none to show."""
        if not self.values or self.trace is None or term is None:
            return ""
        member = self.itself if id(term.node) in self.of_itself else self.member
        if not _computable(term, member):
            return ""
        value = by_id(self.trace.evaluate(term, member), term.type.kind, self.trace.household)
        return f" {show(value, term.type.kind, self.plan, self.language)}"

    def call(self, call: Call, term: Term | None) -> str:
        """Writes a call; the value follows that of an aggregate."""
        function, is_zh = call.function, self.language == "zh"
        title = _FUNCTION_WORDS.get(function, function) if is_zh else function
        if function == "receives":
            benefit = str(getattr(call.arguments[0], "name", ""))
            return f"{title}({self.plan.about(benefit).label_in(self.language)})"
        before = self.member
        if isinstance(term, Aggregate):
            self.member = None  # names in it are of the members that are visited
        inner = [self.write(argument) for argument in call.arguments]
        inner += [f"{_NAMED_WORDS[name] if is_zh else name}={self.write(part)}" for name, part in call.named]
        self.member = before
        return f"{title}({self.listed(inner)}){self.value(term) if isinstance(term, Aggregate) else ''}"

    def listed(self, written: list[str]) -> str:
        """Joins arguments by commas, or by semicolons where one has a comma in it."""
        comma = "，" if self.language == "zh" else ","
        return (semicolon(self.language) if any(comma in one for one in written) else ", ").join(written)

    def name(self, name: str, term: Term | None) -> str:
        label = self.plan.about(name).label_in(self.language)
        if self.trace is None and not self.is_name and ("，" in label or "," in label):
            label = f"“{label}”"
        if isinstance(term, Constant) and isinstance(term.value, str):
            return word(name, self.plan, self.language)
        if term is None or isinstance(term, (Received, HasRow, Lookup)) or not self.values:
            is_entry = term is not None or name in self.plan.parameters
            return label if is_entry else word(name, self.plan, self.language)
        if isinstance(term, Parameter):
            return f"{label} {show(term.value, term.type.kind, self.plan, self.language)}"
        if isinstance(term, (Fact, Definition, Amount)):
            return f"{label}{self.value(term)}"
        return word(name, self.plan, self.language)


def _computable(term: Term, member: int | None) -> bool:
    """Says whether a value can be computed: one of members only for a given member."""
    if term.type.level == MEMBER:
        return member is not None
    return True


def all_terms(term: Term) -> list[Term]:
    """Lists a term and everything below it, arguments of composed functions included."""
    found = [term]
    for one in found:
        found.extend(one.arguments if isinstance(one, Composed) else parts(one))
    return found


def used_names(trace: Trace, term: Term, member: int | None) -> list[str]:
    """Lists the definitions a term was computed from, in order of use, without branches that were not taken."""
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
