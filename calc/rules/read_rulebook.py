"""Reads a rules file and its parents: parses TOML, checks keys, values and names. Formulas are checked later."""

from __future__ import annotations

import os
import unicodedata
from typing import Any

from calc.diagnostics.diagnostic import Diagnostic, InputErrors, Place, spot_of
from calc.diagnostics.source import Source
from calc.language.expression_error import Help, did_you_mean
from calc.language.function_table import RESERVED
from calc.rules.merge_parent import RulesFile, lost_keys, merge, missing_kinds, never_in_force
from calc.rules.read_letters import letters_of
from calc.rules.read_topics import topics_of
from calc.rules.rulebook import CHANGE, Entry, Origin, Rulebook
from calc.rules.schema import CURRENCY_DECIMALS, REQUIRED, SHAPES, wanted_in_both
from calc.rules.shipped import parent_path
from calc.rules.toml_document import month_number, parse_toml, read_text

_SECTIONS = ("documents", "parameters", "facts", "definitions", "benefits", "checks", "topics", "letters")
LONGEST_CHAIN = 10


def read_rules(path: str) -> Rulebook:
    """Reads the rulebook of a file and its parents. Raises InputErrors with all mistakes in keys, values and names."""
    return _Reader().read(path)


class _Reader:
    def __init__(self) -> None:
        self.found: list[Diagnostic] = []
        self.sources: list[Source] = []

    def read(self, path: str) -> Rulebook:
        part = self.file(path, ())
        for entries in (part.entries, part.checks, part.topics, part.letters):
            self.found += missing_kinds(entries)
        if not self.found:
            for entries in (part.entries, part.checks):
                self.found += [*never_in_force(entries), *lost_keys(entries)]
        topics = topics_of(part.topics, part.entries, self.found)
        letters = (
            {} if self.found else letters_of(part.letters, part.entries, part.documents, self.sources[0], self.found)
        )
        title = part.title
        first = month_number(title.get("from"))
        starts = [start for entry in [*part.entries.values(), *part.checks.values()] for start, _, _ in entry.changes]
        if self.found:
            raise InputErrors(self.found)
        return Rulebook(
            title,
            part.documents,
            part.entries,
            part.checks,
            topics,
            tuple(part.cases),
            tuple(self.sources),
            CURRENCY_DECIMALS.get(title["currency"], 2),
            first or min(starts, default=190001),
            month_number(title.get("confirmed_until")),
            letters,
        )

    def report(self, code: str, place: Place, help: Help | None = None, **values: Any) -> None:
        self.found.append(Diagnostic(code, place, values, help))

    def file(self, path: str, children: tuple[str, ...]) -> RulesFile:
        source = read_text(path)
        self.sources.append(source)
        raw = parse_toml(source)
        part = RulesFile()
        for key in raw:
            if key not in ("rules", "cases", *_SECTIONS):
                below = raw[key]
                headed = spot_of(source, (key,)) is not None or not isinstance(below, dict)
                first = () if headed else tuple(list(below)[:1])
                place = Origin(source, (key, *first)).place(on_key=True)
                known = did_you_mean(key, ["rules", "cases", *_SECTIONS])
                self.report("unknown-key", place, ("under-rules", {}) if key in SHAPES["rules"] else known, key=key)
        if "extends" in raw:  # all that the parent file has would be reported as missing
            raise InputErrors(self.found)
        self.title(source, raw.get("rules"), part)
        for section in _SECTIONS:
            self.section(source, section, raw.get(section, {}), part)
        self.cases(source, raw.get("cases", []), part)
        parent = part.title.get("extends")
        if parent is None:
            for key in REQUIRED["rules"]:
                if key not in part.title:
                    place = Place(source, ("rules",), on_key=True)
                    self.report("missing-key", place, key=key, entry="rules")
                    part.title[key] = "XXX"
            return part
        place = Place(source, ("rules", "extends"))
        upward = parent_path(path, str(parent))
        chain = (*children, os.path.realpath(path))
        if os.path.realpath(upward) in chain or len(chain) > LONGEST_CHAIN:
            raise InputErrors([*self.found, Diagnostic("extends-circle", place, {"path": str(parent)})])
        if not os.path.isfile(upward):
            raise InputErrors([*self.found, Diagnostic("cannot-read/parent", place, {"path": str(parent)})])
        return merge(self.file(upward, chain), part, self.found)

    def unknown_key(self, origin: Origin, key: str, help: Help | None) -> None:
        self.report("unknown-key", origin.place(on_key=True), help, key=key)

    # one file

    def title(self, source: Source, raw: Any, part: RulesFile) -> None:
        origin = Origin(source, ("rules",))
        part.title_origin = origin
        if raw is not None and self.shape("rules", raw, origin):
            part.title = dict(raw)

    def shape(self, section: str, raw: Any, origin: Origin, name: str = "") -> bool:
        """Says whether a table has only known keys with values that fit; reports all that do not."""
        if not isinstance(raw, dict):
            self.report("wrong-value", origin.place(), key=name or section, wanted=wanted_in_both("a table of keys"))
            return False
        shapes = SHAPES[section]
        before = len(self.found)
        for key, value in raw.items():
            at = Origin(origin.source, (*origin.keys, key))
            if key not in shapes:
                self.unknown_key(at, key, did_you_mean(key, shapes))
            elif not shapes[key][0](value):
                self.report("wrong-value", at.place(), key=key, wanted=wanted_in_both(shapes[key][1]))
        return len(self.found) == before

    def section(self, source: Source, section: str, raw: Any, part: RulesFile) -> None:
        origin = Origin(source, (section,))
        if not isinstance(raw, dict):
            self.report("wrong-value", origin.place(), key=section, wanted=wanted_in_both("a table of entries"))
            return
        for name, body in raw.items():
            at = Origin(source, (section, name))
            if section == "facts":
                if name not in ("household", "member"):
                    self.unknown_key(at, f"facts.{name}", did_you_mean(name, ["household", "member"]))
                elif not isinstance(body, dict):
                    self.report("wrong-value", at.place(), key=name, wanted=wanted_in_both("a table of entries"))
                else:
                    for fact, inner in body.items():
                        self.entry(f"facts.{name}", fact, inner, Origin(source, (*at.keys, fact)), part)
            elif section == "documents":
                if self.shape("documents", body, at, name):
                    self.required("documents", body, name, at)
                    part.documents[name] = body
                    if body.get("remove"):
                        part.removed.append((name, at))
            else:
                self.entry(section, name, body, at, part)

    def required(self, section: str, body: dict[str, Any], name: str, at: Origin) -> None:
        if body.get("remove"):
            return
        for key in REQUIRED.get(section, ()):
            if key not in body:
                self.report("missing-key", at.place(on_key=True), key=key, entry=name)

    def entry(self, section: str, name: str, body: Any, at: Origin, part: RulesFile) -> None:
        shape = section.partition(".")[0]
        plain = unicodedata.normalize("NFKC", name)
        if shape not in ("checks", "topics", "letters") and not self.good_name(plain, section, at):
            return
        if not self.shape(shape, body, at, name):
            return
        if body.get("remove"):
            part.removed.append((plain, at))
            return
        values = {key: value for key, value in body.items() if key != "from"}
        origins = {key: Origin(at.source, (*at.keys, key)) for key in values}
        origins[""] = at
        changes = self.changes(shape, body.get("from", {}), at)
        into = {"checks": part.checks, "topics": part.topics, "letters": part.letters}.get(shape, part.entries)
        if plain in into:
            self.report("duplicate-name", at.place(on_key=True), name=plain, section=into[plain].section)
            return
        into[plain] = Entry(section, plain, values, origins, changes)

    def good_name(self, name: str, section: str, at: Origin) -> bool:
        if name in RESERVED:
            self.report("duplicate-name/function", at.place(on_key=True), name=name)
            return False
        if not name.isidentifier() or _is_keyword(name):
            self.report("bad-name", at.place(on_key=True), name=name)
            return False
        if section == "benefits" and not name.isascii():
            self.report("bad-name/benefit", at.place(on_key=True), name=name)
            return False
        return True

    def changes(
        self, shape: str, raw: dict[str, Any], at: Origin
    ) -> tuple[tuple[int, dict[str, Any] | None, dict[str, Origin]], ...]:
        result: list[tuple[int, dict[str, Any] | None, dict[str, Origin]]] = []
        for month, body in raw.items():
            origin = Origin(at.source, (*at.keys, "from", month))
            start = month_number(month)
            if start is None:
                self.report("wrong-value/month", origin.place(on_key=True), key=month)
            elif body == "ends":
                result.append((start, None, {CHANGE: origin}))
            elif isinstance(body, dict):
                keys = dict(body)
                for key in ("from", "remove", "ends"):
                    if key in keys:
                        self.unknown_key(Origin(at.source, (*origin.keys, key)), key, None)
                if self.shape(shape, body, origin):
                    written = {key: Origin(at.source, (*origin.keys, key)) for key in keys}
                    result.append((start, keys, {**written, CHANGE: origin}))
            elif shape == "parameters":
                result.append((start, {"value": body}, {"value": origin, CHANGE: origin}))
            else:
                self.report("wrong-value/change", origin.place(), key=month)
        return tuple(sorted(result, key=lambda change: change[0]))

    def cases(self, source: Source, raw: Any, part: RulesFile) -> None:
        if not isinstance(raw, list):
            self.report(
                "wrong-value",
                Place(source, ("cases",)),
                key="cases",
                wanted=wanted_in_both("a list, written [[cases]]"),
            )
            return
        for index, body in enumerate(raw):
            at = Origin(source, ("cases", index))
            if self.shape("cases", body, at):
                self.required("cases", body, f"cases {index + 1}", at)
                part.cases.append((body, at))


def _is_keyword(name: str) -> bool:
    import keyword

    return keyword.iskeyword(name)
