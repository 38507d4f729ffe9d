"""Spoilt ledgers, run through the whole flow: `python -m tests.ledger.fuzz 200000 [SEED]` says what it found.

Every mutation must end in results or in a message about the file (`InputErrors`), with every row in exactly one
household and every household either assessed or rejected.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from random import Random

from bench.ledger import rows as bench_rows
from calc.batch.job import ResultSink, ResultSpec
from calc.batch.read_results import ResultReader
from calc.batch.row_pipeline import scan
from calc.diagnostics.diagnostic import InputErrors, Reject, render_all
from calc.engine.totals import Totals
from calc.ledger.cell_caches import DAMAGED, MeetsNotKnown, NeedsFullReader
from calc.ledger.household_facts_file import read_household_facts
from calc.ledger.household_runs import MOST_ROWS
from calc.ledger.ledger import Ledger
from calc.ledger.open_files import FileOptions, opened
from calc.ledger.read_options import ReadOptions
from calc.report.encode_rows import csv_text, json_text
from calc.report.rejects import Examples, as_object, headings, rows
from tests.support.ledgers import DISTRICT, PEOPLE, SMALLVILLE, assessor_for, month_of, numbers_of, plan_in, resized

Mutator = Callable[[Random, bytes], bytes]
ANNA, BEN = "430602199001011233", "11010519491231002X"
SMALL = """household,name,district,rent,savings,verified,registered_on,relation,birth_date,wage,student,sick_days
h1,Ann,upper,300,1500.50,yes,2023-05-01,head,1980-05-06,"1,200.50",no,2
h1,Bea,upper,300,1500.50,yes,2023-05-01,child,2015-02-28,,yes,
h2,Cyd,lower,,,,2023/5/1,head,1970年3月4日,900,no,0
h3,Dan,island,450,0,no,20230501,head,1999-12-31,0,,
h3,"Eve, ""E""
junior",island,450,0,no,20230501,lodger,2001-01-01,1.2万,,
h4,,upper,,10,yes,,,1960-01-01,,,
"""
PERSONS = f"""户编号,姓名,身份证号,残疾证号,性别,出生日期,房租,街道
一,张三,{ANNA},,男,1990-01-01,500,东街
一,李四,{BEN},{BEN}43,女,,500,东街
二,王五,,{BEN}21,,,1,西街
三,赵六,4.30602E+17,,,,５００,其他 地方
四,钱七,{ANNA},,,,,
"""
JSONL = """{"household": "h1", "name": "Ann", "district": "upper", "rent": 300, "relation": "head", "wage": 1200.5}
{"household": "h1", "name": "Bea", "district": "upper", "relation": "child", "birth_date": "2015-02-28"}
{"id": "h2", "rent": "1,000", "members": [{"id": "a", "relation": "head", "wage": null}, {"name": "b"}]}
{"household": 3, "relation": "lodger", "student": true}
"""
OWNS = "household,district,rent\nh1,upper,300\nh2,lower,\nh3,island,450\nh5,upper,1\n"
BENCH = csv_text(bench_rows(12, 3, 0.25))
CELLS = (
    *("", " ", "　", "0", "-1", "1e9", "1,000", "１２", "3.14159", "=1+1", "@x", "-", "是", "否", "√", "不详", "null"),
    *("h1", "h2", "H0000003", "一", " h1 ", "h1\r", "\u2028", "a\tb", "x" * 150, '"', '""', '5"', '"x', "'", "\\"),
    *("\0", "NaN", "2022-02-30", "44713", "2022年6月", "1.2万", "４３０６０２１９９００１０１１２３３", "\x1b[31m"),
    *("4.30602E+17", "\ufeff"),
    *(ANNA, BEN, BEN.lower(), ANNA + "43", "1" * 400, "𝟏", "²", "\ufffd", "女婿", "upper", "head"),
)
BYTES = (
    *(b"\0", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\r", b"\n", b"\r\n", b'"', b'""', b",", b";", b"\t", b"\x1a"),
    *(b"{", b"}", b"[", b"\xa1\xa1", b"\x81\x30\x81\x30", b"\xc0\x80", b"\xed\xa0\xbd", b"\\u0000", b"\\ud800"),
    *(b"\xe2\x80\xa8", b"\x0c", b"\x1c", b"\x85", b"\x80"),
)


def _lines(data: bytes) -> list[bytes]:
    return data.splitlines(keepends=True)


def truncated(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    return data[:at] if random.random() < 0.8 else data[at:]


def recoded(random: Random, data: bytes) -> bytes:
    text = data.decode("utf-8", "replace")
    encoding = random.choice(("gb18030", "utf-16", "utf-16-le", "utf-8-sig", "latin-1", "big5", "utf-32"))
    return text.encode(encoding, "replace")


def relined(random: Random, data: bytes) -> bytes:
    return data.replace(b"\n", random.choice((b"\r", b"\r\n", b"\n\n", b"\r\r\n", b"\n\r", b"\x0b\n", b" \n", b",\n")))


def shuffled(random: Random, data: bytes) -> bytes:
    lines = _lines(data)
    body = lines[1:]
    random.shuffle(body)
    return b"".join(lines[:1] + body)


def spliced(random: Random, data: bytes) -> bytes:
    at, other = random.randrange(len(data) + 1), random.randrange(len(data) + 1)
    return data[:at] + data[other : other + random.randrange(300)] + data[at + random.choice((0, 0, 5, 40)) :]


def poked(random: Random, data: bytes) -> bytes:
    for _ in range(random.choice((1, 1, 2, 4, 9))):
        at = random.randrange(len(data) + 1)
        data = data[:at] + random.choice(BYTES) + data[at + random.choice((0, 0, 1, 2)) :]
    return data


def doubled_rows(random: Random, data: bytes) -> bytes:
    lines = _lines(data)
    if not lines:
        return data
    at = random.randrange(len(lines))
    times = random.choice((1, 1, 2, 3, 201, 1200 if random.random() < 0.1 else 5))
    to = random.choice((at, len(lines), random.randrange(len(lines) + 1)))
    return b"".join(lines[:to] + lines[at : at + 1] * times + lines[to:])


def columns_changed(random: Random, data: bytes) -> bytes:
    """A column doubled, dropped, moved or renamed, by the plainest reading of the rows."""
    rows = [line.split(b",") for line in data.split(b"\n")]
    width = len(rows[0])
    at, to, way = random.randrange(width), random.randrange(width), random.randrange(4)
    for row in rows:
        if len(row) <= max(at, to):
            continue
        if way == 0:
            row.insert(to, row[at])
        elif way == 1:
            del row[at]
        elif way == 2:
            row[at], row[to] = row[to], row[at]
    if way == 3:
        rows[0][at] = random.choice(CELLS).encode("utf-8", "replace")
    return b"\n".join(b",".join(row) for row in rows)


def cells_changed(random: Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    for _ in range(random.choice((1, 1, 2, 3, 8))):
        at = random.randrange(len(lines))
        cells = lines[at].split(b",")
        text = random.choice(CELLS)
        if random.random() < 0.4:
            text = '"' + text.replace('"', '""') + random.choice(("", "\n", "\r", "\r\n", ",")) + '"'
        cells[random.randrange(len(cells))] = text.encode("utf-8", "replace")
        lines[at] = b",".join(cells)
    return b"\n".join(lines)


def rows_changed(random: Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    at = random.randrange(len(lines))
    blank = b",".join([random.choice((b"", b" ", "　".encode()))] * random.choice((1, 5, 12)))
    lines[at:at] = random.choice(
        ([b""], [blank], [blank] * 60, [lines[at] + b",,,"], [lines[at] + b",x"], [lines[at][: len(lines[at]) // 2]],
         ["低保台账（2022年6月）".encode()], [lines[0]], [b"{}"], [b'{"id": 1, "members": [1]}'])
    )  # fmt: skip
    return b"\n".join(lines)


def divided(random: Random, data: bytes) -> bytes:
    return data.replace(b",", random.choice((b";", b"\t", b"|", b", ", "，".encode())))


def huge(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    piece = random.choice((b"x", b"1", b'"x\n', b'""', "汉".encode(), b" ", b"\0", b",", b"\n"))
    piece = piece * (random.choice((140_000, 1 << 20)) // len(piece))
    return data[:at] + piece + data[at:]


def noise(random: Random, data: bytes) -> bytes:
    return random.randbytes(random.randrange(300)) + (data if random.random() < 0.5 else b"")


COMMON: tuple[Mutator, ...] = (
    truncated, recoded, relined, shuffled, spliced, poked, doubled_rows, columns_changed, cells_changed, cells_changed,
    cells_changed, rows_changed, divided, noise,
)  # fmt: skip


def mutated(random: Random, data: bytes) -> tuple[bytes, int]:
    """One to four mutations, mostly below the headings; huge ones are rare, for they are slow."""
    head, feed, body = data.partition(b"\n")
    if random.random() < 0.3 or data.startswith(b"{"):
        head, feed, body = b"", b"", data
    count = random.choice((1, 1, 2, 2, 3, 4))
    for _ in range(count):
        change = huge if random.random() < 0.002 else random.choice(COMMON)
        body = change(random, body or b"\n")
    return (head + feed + body)[: 1 << 22], count


def once(random: Random, folder: str) -> tuple[str, int]:
    """One spoilt ledger through the flow. What must hold is asserted; says how it ended and after how many changes."""
    rules, text = random.choice(
        ((SMALLVILLE, SMALL), (SMALLVILLE, SMALL), (SMALLVILLE, JSONL), (PEOPLE, PERSONS), (DISTRICT, BENCH))
    )
    paths, count = [], 0
    for at in range(random.choice((1, 1, 1, 2))):
        name = random.choice(("a.csv", "b.txt", "c.jsonl" if text == JSONL else "c", "台账.csv"))
        paths.append(os.path.join(folder, f"{at}{name}"))
        with open(paths[-1], "wb") as file:
            data, count = mutated(random, text.encode()) if at == 0 else (text.encode(), count)
            file.write(data)
    owns = []
    if rules == SMALLVILLE and random.random() < 0.15:
        owns = [os.path.join(folder, "owns.csv")]
        with open(owns[0], "wb") as file:
            data, more = mutated(random, OWNS.encode()) if random.random() < 0.5 else (OWNS.encode(), 0)
            count += more
            file.write(data)
    asked = ReadOptions({}, (), random.random() < 0.2, random.random() < 0.7, random.random() < 0.1)
    encoding = random.choice((None,) * 20 + ("utf-8", "gb18030", "utf-16"))
    reading = FileOptions(encoding, random.choice((None,) * 20 + (",", ";")))
    by, form = random.choice(("household", "benefit")), random.choice(("csv", "jsonl"))
    wanted = ResultSpec(by, form, (), None, False, "zh", False)
    size = random.choice((1 << 18, 1 << 18, 1 if len(text) < 1000 else 500, 40, 300, 2000))
    size = max(size, sum(map(os.path.getsize, paths)) // 100)  # for each block a file is opened
    try:
        return assessed(paths, owns, rules, asked, reading, wanted, size), count
    except InputErrors as faulty:
        assert faulty.diagnostics
        for language in ("en", "zh"):
            render_all(faulty.diagnostics, language).encode("utf-8", "surrogateescape")
        return "faulty", count


def assessed(
    paths: list[str],
    owns: list[str],
    rules: str,
    asked: ReadOptions,
    reading: FileOptions,
    wanted: ResultSpec,
    size: int,
) -> str:
    """As `doudi batch` does it, with the plan's code kept; then every row and household is counted."""
    plan = plan_in(rules)
    with opened(tuple(paths), reading) as files, opened(tuple(owns), reading) as own_files:
        own = read_household_facts(own_files, plan, asked.mapped, asked.show_ids)[0] if owns else None
        ledger = Ledger(files, plan, asked, own)
        resized(ledger, size)
        scan(ledger, 1, ResultSink())
        assessor = assessor_for(ledger, plan, wanted)
        done = [assessor.block(key) for key in ledger.order]
        extra = list(ledger.without_members())
        require_each_row_once(ledger)
        require_quick_is_careful(ledger)
    tally = Totals()
    for one in done:
        tally.add(one.tally)
    for _ in extra:
        tally.rejected(plan.month, "")
    rejected = [one for block in done for one in block.rejected] + extra
    count = sum(one.assessed for one in done)
    out = "".join(one.out for one in done)
    require_the_same_totals(out, wanted, rejected, tally, plan)
    whole = tally.whole()
    assert (whole.assessed, whole.rejected) == (count, len(rejected))
    examples = Examples()
    for one in rejected:
        assert one.mistakes, one.id
        examples.add(one.id, one.mistakes, True)
    for line in examples.lines("zh"):
        line.encode("utf-8", "surrogateescape")
    return "rejects" if rejected else "clean"


def require_each_row_once(ledger: Ledger) -> None:
    """Every row of every file belongs to exactly one household, or is set aside and counted."""
    for part in ledger.parts:
        lines, used = Counter[int](), Counter[int]()
        capped = False
        for place in range(len(part.blocks)):
            lines.update(line for line, row in part.rows(place) if not part.is_set_aside(row, part.id_of(row)))
            for run in part.runs(place):
                whole = ledger.scan.scattered.get((part.at, run.id))
                if whole is not None and whole.rows[0][0] != run.rows[0][0]:
                    continue
                used.update(line for line, _ in (whole or run).rows)
                capped = capped or len(run.rows) >= MOST_ROWS
        may_share = part.json is not None  # the members of a household on one line
        assert may_share or max(lines.values(), default=1) == 1, ("two rows on one line", lines.most_common(3))
        assert used == lines or (capped and used <= lines), (part.file.shown, (lines - used), (used - lines))
        assert all(part.columns.all)


def require_quick_is_careful(ledger: Ledger) -> None:
    """What the quick reader takes, the careful one takes too, and for the same."""
    for part in ledger.parts:
        quick, careful, _ = ledger._reader(part.at)
        if quick is None or ledger.owns is not None:
            continue
        for place in range(len(part.blocks)):
            for run in part.runs(place):
                is_odd = not run.id or DAMAGED in run.id or len(str(run.rows[0][1])) > 5000
                if is_odd or (part.at, run.id) in ledger.scan.scattered:
                    continue
                try:
                    taken = quick(run.rows)
                except MeetsNotKnown:
                    quick = ledger._reopened(part.at)
                    assert quick is not None
                    continue
                except (NeedsFullReader, KeyError, ValueError):
                    continue
                facts, members, ids, _ = taken
                household, findings = careful.read_all(run)
                assert not findings or not run.id.isprintable() or len(run.id) > 100, (run, findings)
                assert household is not None
                found = household.facts, [one.facts for one in household.members], [one.id for one in household.members]
                assert found == (facts, members, ids), (found, (facts, members, ids))


def require_the_same_totals(out: str, wanted: ResultSpec, rejected: list[Reject], tally: Totals, plan: object) -> None:
    """What `doudi totals` reads from the files is what the run itself counted."""
    month = month_of(plan, wanted)  # type: ignore[arg-type]
    text = csv_text([month.table.headings]) + out if wanted.format == "csv" else out
    kept = rejected_text(rejected, wanted.format)
    reader = ResultReader(None, month.plan.decimals)
    try:
        reader.file("out", text)
        reader.months = [month.plan.month]
        reader.file("rejects", kept)
    except InputErrors as faulty:
        raise AssertionError(render_all(faulty.diagnostics, "en"), text, kept) from None
    read, ran = numbers_of(reader.tally), numbers_of(tally)
    assert read == ran, (read, ran)


def rejected_text(rejected: list[Reject], format: str) -> str:
    """The file of rejects."""
    if format == "jsonl":
        return json_text([as_object(one, "zh") for one in rejected])
    return csv_text([headings(()), *(row for one in rejected for row in rows(one, "zh"))])


def main(count: int, seed: int, stop: int = 10) -> int:
    """Run ledgers with so many mutations in all; tell how they ended and which failed."""
    ends: Counter[str] = Counter()
    failed = done = 0
    at = seed - 1
    with tempfile.TemporaryDirectory() as folder:
        while done < count:
            at += 1
            try:
                end, changes = once(Random(at), folder)
                ends[end] += 1
                done += changes
                if at % 10_000 == 0:
                    print(done, file=sys.stderr)
            except KeyboardInterrupt:
                break
            except Exception:
                failed += 1
                print(f"seed {at}", file=sys.stderr)
                traceback.print_exc(limit=-6)
                if failed >= stop:
                    break
    print(f"{done} mutations in {sum(ends.values()) + failed} ledgers: {dict(ends)}; failures: {failed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0))
