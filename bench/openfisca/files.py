"""Households made up by DuckDB: the same for everybody, in a folder, as Parquet and as CSV."""

from __future__ import annotations

import argparse
import os

import duckdb

BITS = "(md5_number_lower('{salt}' || {key}) >> 1)::BIGINT"
HOUSEHOLDS = f"""
    SELECT household, 1 + bits % 4 AS heads,
           CASE WHEN bits // 8 % 10 < 8 THEN bits // 128 % 40000 ELSE bits // 128 % 120000 END::BIGINT * 100 AS property
    FROM (SELECT range AS household, {BITS.format(salt="h", key="range")} AS bits FROM range({{first}}, {{last}}))
"""
MEMBERS = f"""
    SELECT household, place, age,
           CASE WHEN age BETWEEN 18 AND 59 AND bits // 256 % 10 < 6 THEN
               CASE bits // 4096 % 3 WHEN 0 THEN bits // 16384 % 3000 * 100 WHEN 1 THEN bits // 16384 % 30000 * 10
               ELSE bits // 16384 % 300000 END ELSE 0 END::BIGINT AS wage,
           CASE WHEN age >= 60 AND bits // 256 % 10 < 8 THEN
               CASE bits // 4096 % 3 WHEN 0 THEN 10000 + bits // 16384 % 1200 * 100
               WHEN 1 THEN 10000 + bits // 16384 % 12000 * 10
               ELSE 10000 + bits // 16384 % 120000 END ELSE 0 END::BIGINT AS pension,
           age BETWEEN 18 AND 59 AND bits // 549755813888 % 2 = 0 AS works_in_city,
           bits // 1099511627776 % 25 = 0 AS severely_disabled
    FROM (SELECT household, place, bits, (bits % 95)::INTEGER AS age
          FROM (SELECT household, place, {BITS.format(salt="m", key="household || ' ' || place")} AS bits
                FROM (SELECT household, unnest(range(heads))::INTEGER AS place FROM ({HOUSEHOLDS}))))
"""
"""One to four members of any age; a third of the amounts each in whole yuan, in jiao and in fen."""
IN_YUAN = ("property", "wage", "pension")
STEP = 1_000_000
"""Households that are made at a time."""


def make(folder: str, count: int, csv: bool = False) -> None:
    """Write `households` and `members` to a folder, sorted by household: Parquet in fen, CSV in yuan."""
    os.makedirs(folder, exist_ok=True)
    connection = duckdb.connect(config={"memory_limit": "2GB"})
    connection.execute("SET enable_progress_bar = false")
    for name, query in (("households", f"SELECT household, property FROM ({HOUSEHOLDS})"), ("members", MEMBERS)):
        steps = [(first, min(first + STEP, count)) for first in range(0, count, STEP)]
        parts = [query.format(first=first, last=last) for first, last in steps]
        path = os.path.join(folder, name)
        connection.execute(f"COPY ({' UNION ALL '.join(parts)}) TO '{path}.parquet'")
        if csv:
            found = [row[0] for row in connection.execute(f"DESCRIBE FROM '{path}.parquet'").fetchall()]
            kept = [one for one in IN_YUAN if one in found]
            yuan = ", ".join(f"({one}::DECIMAL(16, 2) / 100)::DECIMAL(14, 2) AS {one}" for one in kept)
            connection.execute(f"COPY (SELECT * REPLACE ({yuan}) FROM '{path}.parquet') TO '{path}.csv'")
    connection.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("count", type=int)
    parser.add_argument("--csv", action="store_true")
    given = parser.parse_args()
    make(given.folder, given.count, given.csv)


if __name__ == "__main__":
    main()
