"""Turn the records of a file into typed rows: facts, household id, person, extra columns, and whether SQL can use them.

position BIGINT   the line, after the lines of the files before
id                the household's id; NULL for none
id_is_unsettled   it may have blanks to settle, or be one that only the row engine takes
member_key        the member's id as given
name_key          the member's name without blanks, where the id is another
person            the first 17 digits of the identity number
f0, f1, …         facts; NULL is not stated. A fact that is stated as not known has a second one, TRUE where it is so
k0, k1, …         extra columns of the results
reason            why the row engine has to read the row, see `fallback_reasons`
"""

from __future__ import annotations

from sqlglot import exp

from calc.batch.duckdb import identity_sql as numbers
from calc.batch.duckdb.canonical_cells import (
    ID,
    KEPT,
    exact_value,
    is_form,
    is_id,
    without_blanks,
)
from calc.batch.duckdb.cell_columns import text_columns, value_columns, with_texts
from calc.batch.duckdb.fallback_reasons import DISAGREE, MARKS, NUMBER, OTHER, cell_of, first_reason
from calc.batch.duckdb.row_shape import RowShape
from calc.batch.duckdb.sources import TableSource
from calc.batch.duckdb.sql_templates import named, phrase, select
from calc.engine.facts import NOT_KNOWN
from calc.engine.sql import build
from calc.engine.sql.build import Tree
from calc.households.headings import ID as OWN_ID
from calc.households.headings import NAME
from calc.language.types import CHOICE, DATE, MEMBER, REFERENCE
from calc.ledger.identity_facts import IdentityFacts
from calc.rules.plan import FactPlan


class RowTyping:
    """The select that makes typed rows of the records of a file."""

    def __init__(self, source: TableSource, shape: RowShape) -> None:
        self.part = source.part
        self.shape = shape
        self.plan = shape.plan
        self.texts = source.texts
        self.source = source
        self.all_plain: set[int] = set()
        self.kept = source.kept
        self.people_at = source.people
        self.types_of = source.types
        self.persons = IdentityFacts(self.plan)
        self.kinds = dict(shape.kinds())
        self.has_empty = source.json is None
        self.values: dict[str, Tree] = {}
        self.open: dict[str, Tree] = {}
        self.referring: dict[str, Tree] = {}
        self.fallback: list[tuple[int, Tree]] = []
        self.plain: list[Tree] = []
        self.made: list[Tree] = []
        self.second: list[Tree] = []
        self.third: list[Tree] = []
        self.fourth: list[Tree] = []

    def query(self, relation: Tree | str, position: Tree, misfit: Tree | None = None) -> Tree:
        """Typed rows of a relation with the raw columns; `misfit` says which ones the row engine has to read anyway."""
        self.values, self.open, self.referring, self.plain, self.made = {}, {}, {}, [], []
        self.all_plain = self.source.plain if relation is self.source.relation else set()
        self.fallback = [] if misfit is None else [(OTHER, misfit)]
        exact = [build.column(f"r{at}") for at in self.types_of]
        given = [named(position, "position"), *self._raw(), *exact, *text_columns(self.texts),
                 *([] if misfit is None else [misfit])]  # fmt: skip
        inner = with_texts(select(relation, given), self.texts)
        for column in self.part.columns.facts:
            self._fact(column.at, column.meaning)  # type: ignore[arg-type]
        facts = self._with_derived()
        self._add_others(facts)
        self.fourth.append(named(self._person(facts), "person"))
        columns = [
            build.column("position"), *self._household(), *self._member_key(),
            build.column("person"), *self._told(),
            *(named(exp.Cast(this=facts.get(name, build.null()), to=self._type(own)), own)
              for name, own in self.shape.facts.items() if name in self.plan.facts),
            *(named(self._is_open(name, facts.get(name)), own)
              for key, own in self.shape.facts.items() if (name := key.removesuffix(NOT_KNOWN)) != key),
            *(named(exp.Cast(this=self.referring.get(name, build.null()), to=exp.DataType.build("TEXT")), f"{own}_text")
              for name, own in self.shape.references().items()),
            *self._carried(),
        ]  # fmt: skip
        if self.plan.has_members:
            # what follows from a number is stated where the number is
            stated = [build.is_not_null(self.values[name]) for name in self.values
                      if self.plan.facts[name].type.level == MEMBER]  # fmt: skip
            stated += [build.is_not_null(text) for name, text in self.referring.items()
                       if self.plan.facts[name].type.level == MEMBER]  # fmt: skip
            self.fallback.append((OTHER, build.negation(build.either(*stated)) if stated else build.truth(True)))
        columns.append(named(first_reason(*self.fallback), "reason"))
        columns.append(named(self._is_empty(), "empty"))
        staged = inner
        for stage in self._stages():
            staged = select(exp.Subquery(this=staged, alias=exp.TableAlias(this=exp.to_identifier("s"))),
                            [exp.Star(), *stage])  # fmt: skip
        return select(exp.Subquery(this=staged, alias=exp.TableAlias(this=exp.to_identifier("s"))), columns)

    # parts

    def _raw(self) -> list[Tree]:
        return [build.column(f"c{at}") for at in range(self.part.columns.width)]

    def cell(self, at: int) -> Tree:
        return build.column(f"c{at}")

    def _type(self, column: str) -> exp.DataType:
        return exp.DataType.build(self.kinds[column], dialect="duckdb")

    def _is_given(self, at: int) -> Tree:
        if self._is_typed(at):
            return build.is_not_null(build.column(f"r{at}"))
        return phrase(":cell <> ''", cell=self.cell(at))

    def _fact(self, at: int, fact: FactPlan) -> None:
        """A fact's value as a column of the first stage, and whether the cell needs the fallback."""
        name, texts = f"v{at}", self.texts.get(at)
        if fact.name in self.persons.names:
            form = numbers.NUMBER if fact.format == "identity-number" else numbers.CERTIFICATE
            value = build.case([(is_form(self.cell(at), form), self.cell(at))])
        else:
            exact = exact_value(fact, build.column(f"r{at}"), self.types_of.get(at, ""))
            plain, value = value_columns(fact, at, texts is not None, at in self.all_plain)
            value = value if exact is None else exact
            self.plain += [plain] if plain is not None and exact is None else []
        self.made.append(named(value, name))
        self.values[fact.name] = build.column(name)
        unread = phrase(":given AND :value IS NULL", given=self._is_given(at), value=build.column(name))
        if texts is not None:
            unread = phrase(":unread AND NOT :known", unread=unread, known=build.column(f"h{at}"))
            if texts.has_open:
                self.open[fact.name] = build.column(f"o{at}")
        if fact.type.kind == REFERENCE and self.source.is_named:
            self.referring[fact.name] = build.column(f"p{at}")
            unread = phrase(":unread AND :plain IS NULL", unread=unread, plain=build.column(f"p{at}"))
        self.fallback.append((cell_of(self.plan, fact.name), unread))

    def _is_open(self, name: str, value: Tree | None) -> Tree:
        """Writes TRUE where a fact is stated as not known, and no number says it, else NULL."""
        says_so = self.open.get(name)
        truth = exp.DataType.build("BOOLEAN", dialect="duckdb")
        if says_so is None or value is None:
            return exp.Cast(this=build.null(), to=truth)
        is_so = phrase(":open AND :value IS NULL", open=says_so, value=build.own(value))
        return exp.Cast(this=build.case([(is_so, build.truth(True))]), to=truth)

    def _household(self) -> list[Tree]:
        id, totals = self.cell(self.part.household_at), self.part.set_aside
        is_unsettled = build.negation(is_id(id, totals.doubtful_ids))
        if self.part.totals_within is not None and totals.name_at is not None:  # looked at by the row path's reader
            is_total = phrase(
                "regexp_matches(:name, :words)", name=self.cell(totals.name_at), words=f"(?i){totals.names}"
            )
            id = build.case([(build.negation(is_total), id)])
        return [named(id, "id"), named(is_unsettled, "id_is_unsettled")]

    def _member_key(self) -> list[Tree]:
        given = [one for word in (OWN_ID, NAME) if (one := self.part.columns.by_word.get(word)) is not None]
        none = exp.Cast(this=build.null(), to=exp.DataType.build("TEXT"))
        if not given or not self.plan.has_members:
            return [named(none, "member_key"), named(none.copy(), "name_key")]
        key = build.case([(self._is_given(one.at), self.cell(one.at)) for one in given], build.word(""))
        self.fallback.append((MARKS, build.negation(is_form(key, ID))))
        name: Tree = none
        if len(given) > 1:
            name = without_blanks(self.cell(given[1].at))
            if self.referring:  # a name in other letters may be the one that a cell refers to
                is_odd = phrase(":given AND NOT :plain", given=self._is_given(given[1].at), plain=is_form(name, ID))
                self.fallback.append((MARKS, is_odd))
            name = build.case([(self._is_given(given[1].at), name)])
        return [named(key, "member_key"), named(name, "name_key")]

    def _person(self, facts: dict[str, Tree]) -> Tree:
        """The number that tells who a member is; NULL with something given is for the row path's reader to tell."""
        branches: list[build.Branch] = []
        first = self.people_at[0] if self.people_at else None
        identity = self.persons.identity
        if first is not None and identity is not None and identity.name in facts and not first[1]:
            # what is a number by its form need not be looked at again; its digits are there
            branches.append((build.is_not_null(build.column(f"v{first[0]}")), build.column("digits")))
        for at, is_certificate in self.people_at:
            form = numbers.WHOSE_CERTIFICATE if is_certificate else numbers.WHOSE
            number = phrase("CAST(substr(:cell, 1, 17) AS BIGINT)", cell=self.cell(at))
            branches += [(is_form(self.cell(at), form), number), (self._is_given(at), build.null())]
        typed = exp.DataType.build("BIGINT")
        return exp.Cast(this=build.case(branches) if branches else build.null(), to=typed)

    def _told(self) -> list[Tree]:
        """The cells that tell who a member is, where SQL cannot and they say neither "not known" nor nothing."""
        is_open = build.is_null(build.column("person"))
        found = []
        for place, (at, _) in enumerate(self.people_at):
            unread = [build.negation(build.column(f"h{at}"))] if at in self.texts else []
            found.append(named(build.case([(build.both(is_open, *unread), self.cell(at))]), f"t{place}"))
        return found

    def _carried(self) -> list[Tree]:
        found = []
        for at, place in enumerate(self.kept):
            if place is None:
                found.append(named(build.word(""), f"k{at}"))
                continue
            cell = self.cell(place)
            is_odd = phrase(":given AND NOT :plain", given=self._is_given(place), plain=is_form(cell, KEPT))
            self.fallback.append((MARKS, is_odd))
            found.append(named(cell, f"k{at}"))
        return found

    def _is_typed(self, at: int) -> bool:
        """Says whether a column holds something else than texts, so that what is there is not empty."""
        return self.types_of.get(at, "VARCHAR") != "VARCHAR" and not self.types_of[at].startswith("ENUM")

    def _is_empty(self) -> Tree:
        """Says whether a row is empty; looks further only if its first cell is."""
        if not self.has_empty:
            return build.truth(False)
        first, *others = [build.negation(self._is_given(at)) for at in range(self.part.columns.width)]
        return build.case([(first, build.both(*others) if others else build.truth(True))], build.truth(False))

    def _stages(self) -> list[list[Tree]]:
        """Lists the columns by stage; each stage uses the ones before."""
        return [stage for stage in (self.plain, self.made, self.second, self.third, self.fourth) if stage]

    # what follows from numbers

    def _with_derived(self) -> dict[str, Tree]:
        """All facts, those that follow from numbers filled in; a contradiction needs the fallback."""
        facts = dict(self.values)
        persons, self.second, self.third, self.fourth = self.persons, [], [], []
        certificate, identity = persons.certificate, persons.identity
        if certificate is not None and certificate.name in facts:
            text = facts[certificate.name]
            for part, target in certificate.derives.items():
                if part == "identity_number":
                    derived = phrase("substr(:text, 1, 18)", text=text)
                else:
                    values = persons.parts(target)
                    assert values is not None, "is_plain was asked before"
                    derived = numbers.by_digit(text, 19 if part == "type" else 20, values)
                    stands = build.column(f"d_{part}")
                    is_none = phrase(":text IS NOT NULL AND :derived IS NULL", text=text, derived=stands)
                    self.fallback.append((NUMBER, is_none))
                derived = build.case([(build.is_not_null(text), derived)])  # few people have one
                self._derive(facts, target, derived, self.second, f"d_{part}")
        if identity is None or identity.name not in facts:
            return facts
        number = facts[identity.name]
        self.third.append(named(phrase("CAST(substr(:n, 1, 17) AS BIGINT)", n=number), "digits"))
        self.fourth.append(named(phrase("CAST(digits // 1000 % 100000000 AS INTEGER)"), "born"))
        digits, born = build.column("digits"), build.column("born")
        valid = numbers.is_valid(number, digits, born, *persons.birth_bounds())
        self.fallback.append((NUMBER, phrase(":n IS NOT NULL AND NOT :valid", n=number, valid=valid)))
        birth, sex = persons.target("birth_date", DATE), persons.target("sex", CHOICE)
        if birth is not None:
            self._derive(facts, birth.name, born, [], "")
        if sex is not None and len(sex.type.options) >= 2:
            male, female = sex.type.options[:2]
            is_male = phrase(":digits % 2 = 1", digits=digits)
            told = build.case([(build.is_null(digits), build.null()), (is_male, build.word(male))],
                               build.word(female))  # fmt: skip
            self._derive(facts, sex.name, told, [], "")
        return facts

    def _add_others(self, facts: dict[str, Tree]) -> None:
        """Add the facts that cells of other facts state; a contradiction needs the fallback."""
        for at, texts in self.texts.items():
            for place, name in enumerate(texts.others):
                self._derive(facts, name, build.column(f"s{at}_{place}"), [], "")

    def _derive(self, facts: dict[str, Tree], target: str, derived: Tree, stage: list[Tree], name: str) -> None:
        """Fill in a fact by what follows; a row that states it otherwise needs the fallback."""
        if name:
            stage.append(named(derived, name))
            derived = build.column(name)
        stated = facts.get(target)
        if stated is None:
            facts[target] = derived
            return
        differs = phrase("coalesce(:stated <> :derived, FALSE)", stated=stated, derived=derived)
        self.fallback.append((DISAGREE, differs))
        facts[target] = build.coalesce(stated, derived)
