"""The picture of a sweep: no text covers another one or is cut off, and all is readable without colours."""

from __future__ import annotations

import json
import random
import re
from datetime import date
from functools import cache
from html import unescape
from itertools import combinations
from pathlib import Path

import pytest

from calc import assess, plan_for, read_rules
from calc.engine.facts import Household
from calc.report.curve_svg import svg
from calc.report.label_layout import Box, Layout, TextPlace, box_of, shortened, text_width
from calc.report.sweep_text import SweepWords
from calc.rules.plan import Plan
from calc.vary.curve import Curve
from calc.vary.pieces import Sweep
from tests.cli.run import EXAMPLE, RULES
from tests.report.test_html_page import BROWSER, title_in_browser
from tests.support.seeds import seeds
from tests.support.small import household as small_household
from tests.support.small import plan_of

TEXT = re.compile(r'<text(?: class="(\w+)")? x="([-\d.]+)" y="([-\d.]+)"(?: text-anchor="(\w+)")?>([^<]*)</text>')


def boxes(picture: str) -> list[tuple[str, Box]]:
    found = [(unescape(text), box_of(unescape(text), TextPlace(float(x), float(y), anchor or "start")))
             for _, x, y, anchor, text in TEXT.findall(picture)]  # fmt: skip
    assert len(found) == picture.count("<text")
    return found


def size_of(picture: str) -> Box:
    width, height = re.findall(r'viewBox="0 0 (\d+) ([\d.]+)"', picture)[0]
    return Box(0, 0, float(width), float(height))


def must_be_apart(picture: str) -> None:
    found, whole = boxes(picture), size_of(picture)
    assert all(box.is_within(whole) for _, box in found), found
    for (one, box), (another, other) in combinations(found, 2):
        assert not box.meets(other), (one, another)


def steps(seed: int) -> Plan:
    """A benefit with thresholds that are drawn, many of them next to each other."""
    draw = random.Random(seed)
    places = sorted(draw.sample(range(1, 6000), draw.choice((1, 3, 12, 60))))
    if seed % 3 == 0:
        places = list(range(3000, 3000 + len(places)))
    text = '[parameters.one]\nkind = "money/month"\nvalue = 1\ncite = "d 1"\n[facts.household.things]\nkind = "count"\n'
    text += '[definitions.d0]\nformula = "0 if things < 10 else 1"\n'
    for at, place in enumerate(places, 1):
        value = draw.choice((0, 1, 5, 40, 300, 12345, 9999999))
        text += f'[definitions.d{at}]\nformula = "d{at - 1} if things <= {place} else {value}"\n'
    text += '[benefits.b]\nto = "household"\nper = "month"\ncite = "d 1"\nrequires = ["things < 7000"]\n'
    return plan_of(f'{text}amount = "d{len(places)} * one"\n')


@cache
def district() -> tuple[Plan, Household]:
    plan = plan_for(read_rules(RULES), 202205)
    (trace,) = assess(plan, EXAMPLE).traces
    return plan, trace.household


def pictures(language: str) -> list[str]:
    plan, household = district()
    dearer = plan_for(read_rules(RULES), 202205, {"低保标准": 700})
    found = []
    for name, member, low, high in (
        ("工资", 0, 0, 600_000), ("工资", 0, 250_000, 256_000), ("残疾证等级", 1, 1, 4), ("工资", 0, 7, 7),
        ("出生日期", 2, date(1990, 1, 1).toordinal(), date(2022, 12, 31).toordinal()),
        ("出生日期", 2, date(2004, 1, 15).toordinal(), date(2005, 5, 2).toordinal()),
    ):  # fmt: skip
        curves = [Curve(Sweep(each, household, name, member, None, True), low, high) for each in (plan, dearer)]
        several = [SweepWords(one, language, f"/a/{'long ' * 30}/<{at}>.toml") for at, one in enumerate(curves)]
        found += [svg([SweepWords(curves[0], language)]), svg(several)]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_text_covers_another_one_and_none_is_cut_off(language: str) -> None:
    for picture in pictures(language):
        must_be_apart(picture)


@pytest.mark.parametrize("seed", seeds(range(30), 6))
def test_labels_of_drawn_thresholds_are_apart_and_those_without_room_are_counted(seed: int) -> None:
    plan = steps(seed)
    curve = Curve(Sweep(plan, small_household({"things": 0}), "things", None), 0, 6000)
    words = SweepWords(curve, "en")
    picture = svg([words])
    must_be_apart(picture)
    labels = [text for text, _ in boxes(picture) if re.search(r": [+−]", text)]
    wanted = {f"{words.value(one.at)}: {words.signed(one.change)}" for one in curve.jumps if one.change}
    (left_out,) = re.findall(r"and (\d+) smaller jumps", picture) or [0]
    assert set(labels) <= wanted and len(labels) + int(left_out) == len(wanted)
    assert len(wanted) > 12 or not int(left_out)


def test_the_largest_jump_has_its_label_at_its_place() -> None:
    plan, household = district()
    found = svg([SweepWords(Curve(Sweep(plan, household, "工资", 0), 0, 600_000), "en")])
    spots = {text: box for text, box in boxes(found)}
    line = re.findall(r'class="jump" x1="([\d.]+)"', found)
    for label, x in (("2,532.00: +449.80", line[1]), ("3,498.00: −719.00", line[2])):
        box = spots[label]
        assert min(abs(box.left - float(x)), abs(box.right - float(x))) < 7


def test_nothing_is_said_by_colour_alone() -> None:
    plan, household = district()
    curve = Curve(Sweep(plan, household, "工资", 0), 0, 600_000)
    found = svg([SweepWords(curve, "en", "a.toml"), SweepWords(curve, "en", "b.toml")])
    style = found.partition("<style>")[2].partition("</style>")[0]
    dashes = dict(re.findall(r"\.(\w+)\{stroke-dasharray:([^;}]+)", style))
    assert len({dashes.get(kind) for kind in ("curve", "other", "jump")}) == 3
    colours = set(re.findall(r"#[0-9a-f]{6}|#[0-9a-f]{3}\b", style)) - {"#fff", "#d0d0d0"}
    for colour in colours:
        red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        light = sum(part * (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4)
                    for part, one in ((0.2126, red), (0.7152, green), (0.0722, blue)))  # fmt: skip
        assert 1.05 / (light + 0.05) > 4.5, colour


@pytest.mark.parametrize("seed", seeds(range(20), 4))
def test_a_layout_keeps_texts_apart(seed: int) -> None:
    draw = random.Random(seed)
    layout = Layout(400, 200)
    for _ in range(60):
        text = "字W1." * draw.randint(1, 5)
        spots = [TextPlace(draw.randint(-20, 420), draw.randint(-20, 220), draw.choice(("start", "middle", "end")))
                 for _ in range(8)]  # fmt: skip
        spot = layout.place(text, spots)
        if spot is None:
            assert not any(
                box_of(text, one).is_within(layout.picture) and not any(map(box_of(text, one).meets, layout.taken))
                for one in spots
            )
        width = draw.randint(10, 100)
        assert text_width(shortened(text, width, draw.random() < 0.5)) <= max(width, text_width("…"))
    assert len(layout.taken) > 3
    assert all(one.is_within(layout.picture) for one in layout.taken)
    assert not any(one.meets(other) for one, other in combinations(layout.taken, 2))


@pytest.mark.skipif(BROWSER is None, reason="needs Chromium")
@pytest.mark.slow
def test_texts_are_apart_in_a_browser_and_no_wider_than_estimated(tmp_path: Path) -> None:
    found = [*pictures("zh"), *pictures("en"), svg([SweepWords(
        Curve(Sweep(steps(3), small_household({"things": 0}), "things", None), 0, 6000), "en")])]  # fmt: skip
    measured = json.loads(unescape(title_in_browser(
        tmp_path, f"<!doctype html><meta charset=utf-8>{''.join(found)}", 1280,
        """const pictures = [...frames[0].document.querySelectorAll("svg")];
           const boxes = one => [...one.querySelectorAll("text")].map(each => each.getBBox());
           document.title = JSON.stringify(pictures.map(one => boxes(one).map(b => [b.x, b.y, b.width, b.height])));""",
    )))  # fmt: skip
    assert len(measured) == len(found)
    for picture, texts in zip(found, measured, strict=True):
        whole = size_of(picture)
        real = [Box(x, y, x + width, y + height) for x, y, width, height in texts]
        for (text, estimated), box in zip(boxes(picture), real, strict=True):
            assert box.is_within(whole), text
            assert box.right - box.left <= estimated.right - estimated.left, text
        for one, other in combinations(real, 2):
            assert one.right <= other.left or other.right <= one.left or one.bottom <= other.top + 1 or (
                other.bottom <= one.top + 1
            )  # fmt: skip
