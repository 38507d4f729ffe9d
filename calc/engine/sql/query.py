"""Writes the columns of a program as one query: a common table expression for each stage of each layer.

Members are grouped first, and households join the groups one to one; values of the household are joined to the members
of a later layer. docs/decisions.md has other ways that were tried.

Over 300 lines: one class makes the relations and selects of a query, which share their names.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from sqlglot import exp

from calc.engine.sql import build
from calc.engine.sql.benefit_columns import Field, OutcomeColumns
from calc.engine.sql.build import Tree
from calc.engine.sql.comments import Comments, comment_text
from calc.engine.sql.compile_plan import Program
from calc.engine.sql.dialects import LONG, NARROW, WORD, WRITTEN
from calc.engine.sql.identifiers import HOUSEHOLD, ID, PLACE, Names
from calc.engine.sql.inlining import computed_once
from calc.engine.sql.member_pairs import grouped_over_pairs, with_pairs
from calc.engine.sql.stages import SOURCE, ComputedColumn, RowMatch, Uses
from calc.engine.sql.unsupported import UnsupportedPlan
from calc.language.types import MEMBER


class Query:
    """The relations of a program, and the final selects over them.

    `households` and `members` name the input relations; `members` is None for a plan without members.
    `apart`: the selects leave `expressions` out, for a database that gets them one by one.
    `with_ids`: the members of the last layer have their ids.
    """

    def __init__(
        self,
        program: Program,
        households: str = "households",
        members: str | None = "members",
        comments: Comments | None = None,
        apart: bool = False,
        with_ids: bool = False,
    ) -> None:
        self.program = program
        self.apart = apart
        self.with_ids = with_ids
        self.dialect = program.dialect
        self.live = program.columns.live(program.outputs())
        self.uses = Uses(self.live, program.outputs())
        self.comments = comments
        self.has_members = program.simple.plan.has_members and members is not None
        matches = {match.alias: match for made in self.live.values() for match in made.matches}
        self.names = Names(program.dialect, (households, *([] if members is None else [members]), *matches))
        self.households = households
        self.members = members or ""
        self.expressions: list[exp.CTE] = []
        self.tables = {name: self.names.fresh(name) for name in dict.fromkeys(one.relation for one in matches.values())}
        for name, fresh in self.tables.items():
            wanted, rows = program.columns.tables[name]
            self._add(fresh, rows.copy(), about=[wanted])
        self._layers()

    # the relations

    def _layers(self) -> None:
        last = max([0, *(made.layer for made in self.live.values())])
        for layer in range(last + 1):
            own = [made for made in self.live.values() if made.layer == layer]
            if layer % 2:
                if self.has_members and (own or layer in self.uses.joined):
                    self._members(layer, own)
            elif own:
                self._households(layer, own)

    def _households(self, layer: int, own: list[ComputedColumn]) -> None:
        grouped = [made for made in own if made.grouped]
        source: exp.Table | None = None
        if grouped:
            name = self.names.fresh(f"members_{layer - 1}_grouped")
            household = build.column(HOUSEHOLD)
            columns = [household, *(self._aliased(made) for made in grouped)]
            select = exp.select(*columns, copy=False).from_(build.relation(self.members), copy=False)
            self._add(name, select.group_by(build.own(household), copy=False))
            source = build.relation(name)
        self.households = self._stages(layer, own, self.households, source, [HOUSEHOLD])

    def _members(self, layer: int, own: list[ComputedColumn]) -> None:
        paired = [made for made in own if made.pairing is not None]
        if paired:
            self._paired(layer, paired)
        joined = self.uses.joined.get(layer)
        source = build.relation(self.households) if joined else None
        self.members = self._stages(layer, own, self.members, source, [HOUSEHOLD, PLACE, *self._id(layer)])

    def _paired(self, layer: int, paired: list[ComputedColumn]) -> None:
        """Joins to members what is grouped over the pairs that each of them is in."""
        carried = [one for one in self.uses.carried(layer, SOURCE) if self.live[one].layer % 2]
        grouped = []
        for at, pairing in enumerate(dict.fromkeys(made.pairing for made in paired)):
            assert pairing is not None
            own = [made for made in paired if made.pairing == pairing]
            name = self.names.fresh(f"members_{layer - 2}_paired" + (f"_{at}" if at else ""))
            self._add(name, grouped_over_pairs(self.members, pairing, own, self._named))
            grouped.append((name, own))
        select = with_pairs(self.members, [HOUSEHOLD, PLACE, *self._id(layer), *carried], grouped)
        self.members = self.names.fresh(f"members_{layer}_with_pairs")
        self._add(self.members, select)

    def _id(self, layer: int) -> list[str]:
        """Keeps the id of a member as long as something is ranked by it."""
        needs_id = any(made.layer >= layer and made.layer % 2 and _uses_id(made.tree) for made in self.live.values())
        return [ID] if needs_id or self.with_ids else []

    def _stages(
        self, layer: int, own: list[ComputedColumn], base: str, joined: exp.Table | None, keys: list[str]
    ) -> str:
        """Adds the stages of a layer, each a relation on the one before; returns the name of the last."""
        by_stage: dict[int, list[ComputedColumn]] = {}
        for made in own:
            if made.stage > SOURCE:
                by_stage.setdefault(made.stage, []).append(made)
        if joined is not None:
            by_stage.setdefault(0, [])
        kind = "members" if layer % 2 else "households"
        for stage in sorted(by_stage):
            first = stage == 0
            name = self.names.fresh(f"{kind}_{layer}" if first else f"{kind}_{layer}_{stage + 1}")
            matches = {match.alias: match for made in by_stage[stage] for match in made.matches}
            tables = (base, joined.name) if first and joined is not None else (base, base) if matches else None
            columns: list[Tree] = [build.column(key, tables and tables[0]) for key in keys]
            columns += [self._from(one, tables, layer) for one in self.uses.carried(layer, stage)]
            columns += [self._aliased(made, tables) for made in by_stage[stage]]
            select = exp.select(*columns, copy=False).from_(build.relation(base), copy=False)
            if first and joined is not None:
                select = self._joined(select, base, joined, inner=bool(layer % 2))
            for match in matches.values():
                select = self._matched(select, match, tables, layer)
            self._add(name, select, layer if first else None)
            base = name
        return base

    def _joined(self, select: exp.Select, base: str, joined: exp.Table, inner: bool) -> exp.Select:
        """Joins a relation; households without members are in no group, so they join the groups from the left."""
        on = build.binary(exp.EQ, build.column(HOUSEHOLD, base), build.column(HOUSEHOLD, joined.name))
        return select.join(joined, on=on, join_type="" if inner else "left", copy=False)

    def _matched(self, select: exp.Select, match: RowMatch, tables: tuple[str, str] | None, layer: int) -> exp.Select:
        """Joins the row of a table that has the keys, if there is one."""
        pairs = [
            (_qualified(key, self._tables_of(build.columns_of(key), tables, layer)), name) for key, name in match.on
        ]
        tests = [build.binary(exp.EQ, key, build.column(name, match.alias)) for key, name in pairs]
        table = build.relation(self.tables[match.relation], match.alias)
        return select.join(table, on=build.both(*tests), join_type="left", copy=False)

    def _from(self, name: str, tables: tuple[str, str] | None, layer: int) -> Tree:
        """Takes a column from the relation it comes from, where there are two."""
        return build.column(name, tables and self._origin(self.live[name], layer, tables))

    def _origin(self, made: ComputedColumn, layer: int, tables: tuple[str, str]) -> str:
        from_joined = made.layer % 2 != layer % 2 or (made.grouped and made.layer == layer)
        return tables[1] if from_joined else tables[0]

    def _aliased(self, made: ComputedColumn, tables: tuple[str, str] | None = None) -> Tree:
        """Writes a column with its name; where several relations are joined, the columns it uses are qualified."""
        return self._named(made, self._tables_of(made.uses, tables, made.layer))

    def _named(self, made: ComputedColumn, table_of: Callable[[str], str] | None) -> Tree:
        """Writes a column with its name, given the relation of each column that it uses, where there are several."""
        tree = _qualified(made.tree, table_of)
        alias = exp.Alias(this=tree, alias=exp.to_identifier(made.name, quoted=True))
        comment = self.comments.of_column(made.name) if self.comments is not None else ""
        if comment:
            alias.add_comments([comment_text(comment)])
        return alias

    def _tables_of(
        self, uses: Collection[str], tables: tuple[str, str] | None, layer: int
    ) -> Callable[[str], str] | None:
        """Returns the relation of a column by its name; `uses` are the columns that the query makes."""
        if tables is None:
            return None
        return lambda name: self._origin(self.live[name], layer, tables) if name in uses else tables[0]

    def _add(self, name: str, select: exp.Select, layer: int | None = None, about: Sequence[str] = ()) -> None:
        if self.comments is not None:
            if layer is not None:
                about = [f"layer {layer}: {'members' if layer % 2 else 'households'}",
                         *self.comments.of_layer.get(layer, [])]  # fmt: skip
            select.add_comments([comment_text(line) for line in about])
        alias = exp.TableAlias(this=exp.to_identifier(name, quoted=True))
        self.expressions.append(exp.CTE(this=select, alias=alias))

    # the ends

    def with_relations(self, select: exp.Query) -> exp.Query:
        """Puts the relations of the query before a select."""
        if not self.apart:
            once = computed_once(self.expressions, select) if self.dialect.inlines else ()
            select = build.behind(select, self.expressions, once)
        if self.dialect.settings:
            select.set("settings", [
                exp.EQ(this=exp.var(name), expression=build.whole(value))
                for name, value in self.dialect.settings.items()
            ])  # fmt: skip
        return select

    def outcomes_of(self, level: int) -> list[OutcomeColumns]:
        """Lists the benefits of a level."""
        is_member = level == MEMBER
        return [one for one in self.program.outcomes if (self.program.level_of(one) == MEMBER) == is_member]

    def household_columns(self) -> list[str]:
        """Lists the columns of `household_rows` after the ordinal."""
        found = [field for field in self.program.failed_checks if isinstance(field, str)]
        return list(dict.fromkeys([*found, *(name for one in self.outcomes_of(0) for name in one.columns())]))

    def member_columns(self) -> list[str]:
        """Lists the columns of `member_rows` after ordinal and place."""
        return list(dict.fromkeys(name for one in self.outcomes_of(MEMBER) for name in one.columns()))

    def household_rows(self) -> exp.Query:
        """Selects a row for each household: its ordinal and the outcomes of household level."""
        return self.with_relations(self._rows([HOUSEHOLD, *self.household_columns()], self.households))

    def member_rows(self) -> exp.Query:
        """Selects a row for each member: its household and place, and the outcomes of member level."""
        return self.with_relations(self._rows([HOUSEHOLD, PLACE, *self.member_columns()], self.members))

    def all_rows(self) -> exp.Query:
        """Selects the rows of households, with place NULL, and of members; columns of the other kind are NULL."""
        own, of_members = self.household_columns(), self.member_columns()
        of_household = self._rows([HOUSEHOLD], self.households)
        place = exp.alias_(self.dialect.cast(build.null(), NARROW), PLACE, quoted=True)
        of_household = of_household.select(place, *map(build.column, own), *map(_no_column, of_members), copy=False)
        if not self.has_members:
            return self.with_relations(of_household)
        members = self._rows([HOUSEHOLD, PLACE], self.members)
        members = members.select(*map(_no_column, own), *map(build.column, of_members), copy=False)
        return self.with_relations(exp.Union(this=of_household, expression=members, distinct=False))

    def long_rows(self) -> exp.Query:
        """Selects a row for each outcome: household, place (NULL for the household itself), benefit, status, amount,
        failed, persons, needs, and the failed checks of the household.
        """
        parts = [part for level in self.long_parts() for part in level]
        if not parts:
            raise UnsupportedPlan("no-outcomes")
        union: exp.Query = parts[0]
        for part in parts[1:]:
            union = exp.Union(this=union, expression=part, distinct=False)
        return self.with_relations(union)

    def long_parts(self) -> list[list[exp.Select]]:
        """Makes the select of each outcome: first those over households, then those over members."""
        parts = [[self._long(one, self.households, False) for one in self.outcomes_of(0)]]
        if self.has_members and (of_members := self.outcomes_of(MEMBER)):
            source = self._checked_members()
            parts.append([self._long(one, source, True) for one in of_members])
        return parts

    def _checked_members(self) -> str:
        """Adds the failed checks of the household to its members, as they reject it as a whole."""
        checks = [field for field in self.program.failed_checks if isinstance(field, str)]
        name = "members_checked"
        if checks and name not in {one.alias for one in self.expressions}:
            tables = (self.members, self.households)
            columns = [build.column(key, tables[0]) for key in (HOUSEHOLD, PLACE, *self.member_columns())]
            columns += [build.column(check, tables[1]) for check in checks]
            select = exp.select(*columns, copy=False).from_(build.relation(tables[0]), copy=False)
            select = self._joined(select, tables[0], build.relation(tables[1]), inner=True)
            self._add(name, select)
        return name if checks else self.members

    def _rows(self, columns: list[str], source: str) -> exp.Select:
        return exp.select(*(build.column(name) for name in columns), copy=False).from_(
            build.relation(source), copy=False
        )

    def _long(self, outcome: OutcomeColumns, source: str, of_member: bool) -> exp.Select:
        dialect = self.dialect
        place = build.column(PLACE) if of_member else dialect.cast(build.null(), NARROW)
        words = range(self.program.words.count)
        is_wide = any(one.width > LONG for one in self.program.outcomes)
        fields: dict[str, tuple[Field | None, int | str]] = {
            "status": (outcome.status, NARROW),
            "amount": (outcome.amount, WRITTEN if is_wide else LONG),
            "failed": (outcome.failed, LONG),
            "persons": (outcome.persons, LONG),
            **{f"needs_{word}": (outcome.needs.get(word, 0), LONG) for word in words},
            **{f"failed_checks_{word}": (field, LONG) for word, field in enumerate(self.program.failed_checks)},
        }
        columns: list[Tree] = [
            build.column(HOUSEHOLD),
            exp.alias_(place, PLACE, quoted=True),
            exp.alias_(dialect.cast(build.word(outcome.benefit), WORD), "benefit", quoted=True),
        ]
        for name, (field, width) in fields.items():
            columns.append(exp.alias_(dialect.cast(_value(field), width), name, quoted=True))
        select = exp.select(*columns, copy=False).from_(build.relation(source), copy=False)
        if self.comments is not None:
            select.add_comments([comment_text(line) for line in self.comments.of_benefit.get(outcome.benefit, [])])
        return select

    def sql(self, tree: Tree, pretty: bool = False) -> str:
        """Writes a query in the dialect of the program."""
        return str(tree.sql(dialect=self.dialect.name, pretty=pretty, comments=True))


def _qualified(tree: Tree, table_of: Callable[[str], str] | None) -> Tree:
    """Adds to each column of a tree the relation it comes from, where that is not written yet."""
    if table_of is None:
        return build.own(tree)
    tree = tree.copy()
    for found in [*tree.find_all(exp.Column)]:
        if not found.table:
            found.set("table", exp.to_identifier(table_of(found.name), quoted=True))
    return tree


def _value(field: Field | None) -> Tree:
    """Writes a field: its column, its number where all rows have the same, or NULL."""
    if field is None:
        return build.null()
    return build.column(field) if isinstance(field, str) else build.whole(field)


def _no_column(name: str) -> Tree:
    return exp.alias_(build.null(), name, quoted=True)


def _uses_id(tree: Tree) -> bool:
    return any(found.name == ID for found in tree.find_all(exp.Column))
