"""The tables of a made-up assistance, in the manner of a country of 50 prefectures, 900 towns and 12 household sizes.

Every figure comes from a formula of whole numbers, so that they are the same in each run and on each machine.
"""

from __future__ import annotations

PREFECTURES = tuple(f"prefecture {at}" for at in range(1, 51))
TOWNS = 900
GRADES = ("1-1", "1-2", "2-1", "2-2", "3-1", "3-2")
PLACES = ("first", "second", "third")
SIZES = tuple(range(1, 13))
BANDS = ((0, 2), (3, 5), (6, 11), (12, 17), (18, 19), (20, 40), (41, 59), (60, 64), (65, 69), (70, 74), (75, 120))
"""Ages, both ends included."""
DISABILITIES = ("none", "slight", "severe")
STEP, STEPS = 4_000, 60
"""Bands of earnings: their width and number."""


def _draw(*keys: int) -> int:
    """Draws a number below 1,000 from some numbers."""
    found = 17
    for key in keys:
        found = (found * 1_103_515_245 + key * 12_345 + 2_531_011) % 2**31
    return found // 7 % 1_000


def prefectures_of(town: int) -> list[int]:
    """Finds the prefectures that have a town of this name: one in thirty names is in two."""
    first = town % len(PREFECTURES)
    return [first, (first + 7) % len(PREFECTURES)] if town % 30 == 0 else [first]


TOWN_NAMES = tuple(f"town {at}" for at in range(TOWNS))
TOWN_PLACES = {
    (PREFECTURES[at], TOWN_NAMES[town]): (GRADES[grade], PLACES[grade // 2])
    for town in range(TOWNS)
    for at in prefectures_of(town)
    for grade in (_draw(1, town, at) % 5,)
}
"""The grade and the place of each town; all others have the last ones."""
FIRST_CLASS = {
    (band, grade): 20_000 + 900 * _draw(2, at) % 25_000 - 1_300 * step
    for at, band in enumerate(BANDS)
    for step, grade in enumerate(GRADES)
}
REDUCTION = {(size, grade): 100 - 5 * (size - 1) - step % 2 for size in SIZES for step, grade in enumerate(GRADES)}
"""Shares of the first class that are paid, by size and grade, in hundredths."""
SECOND_CLASS = {
    (size, grade): 25_000 + 4_310 * size - 730 * step for size in SIZES for step, grade in enumerate(GRADES)
}
CHILD_ADDITION = {
    (band, grade): (13_000 - 400 * step if band[1] < 18 else 8_000 - 200 * step if band[1] == 19 else 0)
    for band in BANDS
    for step, grade in enumerate(GRADES)
}
DISABILITY_ADDITION = {
    (kind, grade): level * (9_800 - 350 * step)
    for level, kind in enumerate(DISABILITIES)
    for step, grade in enumerate(GRADES)
}
CITIES = tuple((PREFECTURES[town % len(PREFECTURES)], TOWN_NAMES[town]) for town in range(0, TOWNS, 8))
"""Towns that have limits of their own."""
HOUSING = {
    (prefecture, "*", place, size): 25_000 + 25 * _draw(3, at) - 4_000 * step + 3_000 * min(size, 7)
    for at, prefecture in enumerate(PREFECTURES)
    for step, place in enumerate(PLACES)
    for size in SIZES
} | {
    (prefecture, town, place, size): 38_000 + 20 * _draw(4, at, step) + 3_500 * min(size, 8)
    for at, (prefecture, town) in enumerate(CITIES)
    for step, place in enumerate(PLACES)
    for size in SIZES
}
"""Limits of rents by prefecture, town (`*`: any other), place and size."""
DEDUCTION = [min(STEP * at, 15_000) + 380 * at for at in range(STEPS)]
"""What is deducted from earnings, by their band."""
