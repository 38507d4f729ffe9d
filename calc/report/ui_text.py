"""Lists the texts of the user interface, in English and Chinese.

Over 300 lines: one table.
"""

from __future__ import annotations

from typing import Any

_WORDS: dict[str, tuple[str, str]] = {
    "granted": ("granted", "享受"),
    "denied": ("denied", "不符合"),
    "undetermined": ("undetermined", "待定"),
    "not_applicable": ("not applicable", "不适用"),
    "per-month": ("a month", "元/月"),
    "per-once": ("once", "元（一次性）"),
    "per-year": ("a year", "元/年"),
    "total": ("Paid for {month}", "{month} 应发合计"),
    "total-open": ("Paid for {month}: undetermined; at least {amount}", "{month} 应发合计待定，至少 {amount}"),
    "yearly": ("Yearly benefits", "年度待遇合计"),
    "yes": ("yes", "是"),
    "no": ("no", "否"),
    "unknown": ("unknown", "未知"),
    "benefit": ("benefit", "待遇"),
    "status": ("status", "结果"),
    "amount": ("amount", "金额"),
    "reason": ("reason", "说明"),
    "needs": ("needs: {facts}", "还需要：{facts}"),
    "unset": ("not published: {parameters}", "尚未公布：{parameters}"),
    "ask": ("Ask", "请询问"),
    "of": ("{fact} ({member})", "{fact}（{member}）"),
    "and-more": ("and {count} more", "另有 {count} 项"),
    "failed-by": ("short by {difference}", "差 {difference}"),
    "receiving": ("receives {benefit}", "正在享受{benefit}"),
    "not-receiving": ("does not receive {benefit}", "未享受{benefit}"),
    "conditions": ("conditions met", "条件均满足"),
    "assumed": ("uses assumed entries", "所用假定"),
    "assumed-short": (
        "* uses {count} assumed entries; --why BENEFIT lists them with their reasons",
        "* 用到 {count} 项假定；--why 待遇编号 可逐项列出并附理由",
    ),
    "old": (
        "The standards were last published for {month}.",
        "标准最近一次公布至 {month}，此后月份按原标准计算。",
    ),
    "rejected": ("rejected: not assessed, nothing is paid", "退回：未作认定，不予发放"),
    "undetermined-value": ("{name} is undetermined", "{name} 待定"),
    "no-benefit": ("no benefit `{name}` in {month}; there are: {names}", "{month} 没有待遇 `{name}`；现有：{names}"),
    "wrong-month": ("`{text}` is not a month like 2022-06", "`{text}` 不是 2022-06 这样的月份"),
    "member": ("member", "成员"),
    "household": ("household", "家庭"),
    "everyone": ("everyone", "全体成员"),
    "nothing": ("Nothing is granted.", "没有可享受的待遇。"),
    "denied-list": ("Not granted", "不符合的待遇"),
    "cases-passed": ("{passed} passed, {failed} failed", "通过 {passed} 个，失败 {failed} 个"),
    "case-expected": ("expected {expected}, got {actual}", "预期 {expected}，实际 {actual}"),
    "no-cases": ("no cases", "没有案例"),
    "rules-fine": ("{path}: no mistakes (months checked: {months})", "{path}：没有错误（已检查 {months} 个月份）"),
    "in-force": ("In force in {month}", "{month} 生效"),
    "since": ("since {month}", "自 {month} 起"),
    "basis-published": ("published", "已公布"),
    "basis-derived": ("derived", "推算"),
    "basis-assumed": ("assumed", "假定"),
    "basis-unset": ("not published", "尚未公布"),
    "parameters": ("Parameters", "参数"),
    "facts": ("Facts", "事实"),
    "definitions": ("Definitions", "定义"),
    "benefits": ("Benefits", "待遇"),
    "checks": ("Data checks", "数据检查"),
    "documents": ("Documents", "文件"),
    "functions": ("Functions", "函数"),
    "cite": ("cite", "出处"),
    "note": ("note", "说明"),
    "formula": ("formula", "公式"),
    "requires": ("requires", "条件"),
    "default": ("default", "默认"),
    "kind": ("kind", "类别"),
    "used-by": ("used by", "用于"),
    "changes": ("changes", "变更"),
    "ends": ("ends", "终止"),
    "no-name": ("there is no `{name}` in these rules", "本规则中没有 `{name}`"),
    "fault": (
        "this is an error in Doudi {version} itself, not in your rules or data: {error}\n"
        "Please report it; --debug shows where.",
        "这是 Doudi {version} 的程序错误，与您的规则和数据无关：{error}\n请反馈；加 --debug 可查看位置。",
    ),
    "interrupted": ("interrupted", "已中断"),
    "one-answer": (
        "--value prints only numbers and --why only text; neither can be combined with another form of output",
        "--value 只输出数字，--why 只输出文本，不能与其他输出方式同用",
    ),
    "over-by": ("over by {difference}", "超出 {difference}"),
    "not-stated": ("no date given ({fact})", "未填写日期（{fact}）"),
    "not-given": ("not given", "未填写"),
    "more-of-these": ("… and {count} more of [{code}]", "……另有 {count} 处 [{code}]"),
    "more-kinds": ("… and {count} more kinds of mistakes", "……另有 {count} 类错误"),
    "household-of": ("household {id}", "家庭 {id}"),
    "households-n": ("households", "户数"),
    "persons-n": ("person-times", "人次"),
    "money-n": ("money", "金额"),
    "total-n": ("Households assessed, total paid", "认定户数，应发合计"),
    "rejected-n": ("rejected households: {count}", "退回：{count} 户"),
    "all-together": ("total", "合计"),
    "sheets-read": ("{path}: sheets read: {sheets}", "{path}：读入工作表 {sheets}"),
    "sheets-left-out": ("; not read: {sheets}", "；未读 {sheets}"),
    "sheet-no-households": ("{sheet} (no household column)", "{sheet}（没有户编号列）"),
    "sheet-hidden": (
        "{sheet} (hidden: name it with --sheet to read it)",
        "{sheet}（已隐藏，如需读入请用 --sheet 指定）",
    ),
    "scattered": (
        "households whose rows are not adjacent (held in memory): {count}",
        "{count} 户的各行不相邻（已在内存中归并）",
    ),
    "rows-set-aside": (
        "rows that are subtotals, totals or signatures, and not read: {count}",
        "小计、合计或签字的行：{count} 行，未读入",
    ),
    "rows-filled": (
        "rows without a household id, read as rows of the household above: {count}",
        "没有户编号的行：{count} 行，按属于上面一户读入",
    ),
    "batch-summary": (
        "rows: {rows}; households: {read} read = {assessed} assessed + {rejected} rejected",
        "{rows} 行；读入 {read} 户 = 认定 {assessed} 户 + 退回 {rejected} 户",
    ),
    "batch-undetermined": (
        "of those assessed, undetermined because something is unknown: {count}",
        "其中 {count} 户次因有未知项而待定",
    ),
    "rejects-in": ("rejected households: {path}", "退回清单：{path}"),
    "rejects-nowhere": (
        "rejected households are not paid; --rejects FILE lists every mistake",
        "退回的家庭不予发放；--rejects 文件 可列出全部错误",
    ),
    "facts-change": (
        "the allowed values of a fact change within these months; assess them separately",
        "这些月份之间事实的取值范围有变化，请分开认定",
    ),
    "xlsx-to-file": ("XLSX is written to a file: -o FILE", "XLSX 只能写入文件：-o 文件"),
    "month-or-months": ("--month or --months, not both", "--month 与 --months 只能用一个"),
    "wrong-months": (
        "`{text}` is not a range of months like 2022-01..2022-12 (at most {most})",
        "`{text}` 不是 2022-01..2022-12 这样的月份范围（最多 {most} 个月）",
    ),
    "stage-look": ("Look", "查看"),
    "map-title": ("{files}: {rows} rows, facts of {month}", "{files}：{rows} 行，按 {month} 的规则"),
    "map-heading": ("heading", "列名"),
    "map-meaning": ("taken for", "读作"),
    "map-how": ("how sure", "依据"),
    "map-filled": ("cells", "有内容"),
    "map-unread": ("not read", "读不了"),
    "map-sure": ("known", "规则所列"),
    "map-given": ("as you said", "已指定"),
    "map-open": ("to decide", "待定"),
    "map-not-read": ("unknown", "规则没有"),
    "map-ignored": ("(not read)", "（不读）"),
    "map-perhaps": ("perhaps {name}?", "可能是 {name}？"),
    "map-holds": ("({samples})", "（{samples}）"),
    "map-unread-of": ("{heading}: cells that would not be read: {count}", "{heading}：{count} 格读不了"),
    "map-more": (
        "cells with other texts: {cells}; --format json lists more",
        "其他内容 {cells} 格；--format json 列出更多",
    ),
    "map-line": (" (line {line})", "（第 {line} 行）"),
    "map-place": (" ({path}:{line})", "（{path}:{line}）"),
    "map-rows-loose": (
        "rows without a household id, which reject the household above: {count} (--fill-down if they belong to it)",
        "没有户编号的行：{count} 行，上面一户将被退回（确属该户请加 --fill-down）",
    ),
    "map-rows-misshapen": (
        "rows with another number of cells, which reject their households: {count}",
        "格数不对的行：{count} 行，所在的户将被退回",
    ),
    "map-lines-broken": ("lines that are no JSON object: {count}", "不是 JSON 对象的行：{count} 行"),
    "map-lines-nameless": (
        "lines that name no household, and are rejected: {count}",
        "没有户编号的行：{count} 行，将被退回",
    ),
    "map-why-household": (
        "to decide: it may be the household id, which no column is known to hold",
        "待定：没有找到户编号列，可能是这一列",
    ),
    "map-clear": (
        "A run would start, and read every cell. (Every row was looked at.)",
        "可以运行，每一格都读得了。（已看过每一行）",
    ),
    "map-starts": (
        "A run would start. Columns to decide: {columns}; cells it would not read: {cells}; rows: {rows}. "
        "(Every row was looked at.)",
        "可以运行。待定的列：{columns}；读不了的格：{cells}；读不了的行：{rows}。（已看过每一行）",
    ),
    "map-stops": (
        "A run would stop at the headings. Columns to decide: {columns}; cells it would not read: {cells}; "
        "rows: {rows}. (Every row was looked at.)",
        "列名未定，暂时不能运行。待定的列：{columns}；读不了的格：{cells}；读不了的行：{rows}。（已看过每一行）",
    ),
    "map-written": (
        "written: {path}; use it with doudi batch --columns {path}",
        "已写入 {path}；用法：doudi batch --columns {path}",
    ),
    "map-written-open": (
        "written: {path}; columns to decide in it, marked with #: {columns}; then use doudi batch --columns {path}",
        "已写入 {path}；其中 {columns} 列待定（以 # 开头），定好后用 doudi batch --columns {path}",
    ),
    "map-file-head": (
        "What the columns of {files} hold, by the rules of {month}. For: doudi batch --columns\n"
        "A line that begins with # does nothing. Decide those: complete them and take the # away.\n"
        '"-" means that a column is not read.',
        "{files} 各列的含义，按 {month} 的规则生成；供 doudi batch --columns 使用。\n"
        "以 # 开头的行不起作用。带“待定”的行请补全或改好，再去掉开头的 #。\n"
        '"-" 表示这一列不读。',
    ),
    "map-file-ignored": ("not in the rules", "规则没有这一项"),
    "map-file-masked": ("a heading that holds a personal number: {heading}", "列名中有身份证号：{heading}"),
    "map-file-household": (
        "to decide: no column is known to hold the household id",
        "待定：没有找到户编号列",
    ),
    "map-file-words": (
        "Cells that would not be read. Write the word that is meant, one of: {options}",
        "以下内容读不了。请写明是哪一个选项：{options}",
    ),
    "map-file-cells": ("cells: {count}", "{count} 格"),
    "map-why-twice": (
        'to decide: another column holds the same; write "-" for the one that is not to be read',
        '待定：另有一列含义相同；不读的一列请写 "-"',
    ),
    "map-why-unnamed": ("to decide: the column has no heading", "待定：这一列没有列名"),
    "map-why-money": (
        'to decide: not in the rules, but it may decide money; "-" if not',
        '待定：规则没有这一列，但可能影响金额；不读请写 "-"',
    ),
    "map-why-answers": (
        'to decide: not in the rules, but its cells are yes and no, as those of facts; "-" if it is none',
        '待定：规则没有这一列，但内容都是“是/否”；不读请写 "-"',
    ),
    "map-why-near": (
        'to decide: not in the rules, but similar; "-" if it is something else',
        '待定：规则没有这一列，但名称相近；如不是请写 "-"',
    ),
    "wrong-map": ("--map {text}: write HEADING=FACT", "--map {text}：请写作 列名=事实"),
    "wrong-delimiter": (
        "--delimiter {text}: one character such as , or ; or tab",
        "--delimiter {text}：应为一个字符，如 , ; 或 tab",
    ),
    "wrong-encoding": (
        "--encoding {text}: there is no such encoding; most ledgers are utf-8 or gb18030",
        "--encoding {text}：没有这种编码；台账多为 utf-8 或 gb18030",
    ),
    "worker-lost": (
        "a worker process was ended by the system, usually for lack of memory; no file was written; try --jobs 1",
        "一个工作进程被系统终止，通常因内存不足；未写出任何文件；请改用 --jobs 1",
    ),
    "system-refused": ("the operating system reported an error: {reason}", "操作系统报告错误：{reason}"),
    "same-file": ("{path} is already used as an input or another output", "{path} 已用作输入或另一输出"),
    "no-column": (
        "no column `{name}` in {path}; there are: {headings} …",
        "{path} 中没有 `{name}` 列；现有：{headings} ……",
    ),
    "determined": ("determined", "已确定"),
    "for-persons": ("{benefit} ({count})", "{benefit}（{count}人）"),
    "column-household": ("household", "户编号"),
    "column-month": ("month", "月份"),
    "column-members": ("members", "成员数"),
    "column-status": ("status", "状态"),
    "column-total": ("paid for the month", "本月应发合计"),
    "column-total_at_least": ("at least", "至少应发"),
    "column-yearly": ("yearly", "年度待遇"),
    "column-granted": ("granted (persons)", "享受待遇（人数）"),
    "column-undetermined": ("undetermined (persons)", "待定待遇（人数）"),
    "column-needs": ("facts needed", "还需要的事实"),
    "column-unset": ("not published", "尚未公布的标准"),
    "column-reason": ("reason", "理由"),
    "column-benefit": ("benefit", "待遇"),
    "column-member": ("member", "成员"),
    "column-amount": ("amount", "金额"),
    "column-per": ("period", "周期"),
    "column-per-month": ("monthly", "每月"),
    "column-per-once": ("once", "一次性"),
    "column-per-year": ("yearly", "每年"),
    "column-failed": ("conditions not met", "不符合的条件"),
    "column-persons": ("persons", "人数"),
    "labels-are-for-people": (
        "--labels is for CSV and XLSX, which people read; JSON Lines keeps the ids",
        "--labels 用于供人阅读的 CSV 和 XLSX；JSON Lines 保留编号",
    ),
    "rate": ("{rate} households/s", "{rate} 户/秒"),
    "stage-scan": ("scanning", "扫描"),
    "stage-assess": ("assessing", "认定"),
    "missing-extra": (
        "this needs {package}, which is not installed: pip install 'doudi[{extra}]'",
        "需要先安装 {package}：pip install 'doudi[{extra}]'",
    ),
    "engine-ran": ("engine: {engine} ({why})", "引擎：{engine}（{why}）"),
    "engine-instead": ("{reason}; starting again with the engine rows", "{reason}；改用引擎 rows 重新计算"),
    "why-asked": ("as requested", "按指定"),
    "why-small": ("the ledger has less than {worth} MB", "台账不足 {worth} MB"),
    "why-large": (
        "the ledger has {size} MB; duckdb is used from {worth} MB",
        "台账 {size} MB；{worth} MB 起使用 duckdb",
    ),
    "why-parquet": ("the ledger is Parquet", "台账为 Parquet"),
    "why-stdout": (
        "the results go to standard output; -o FILE or --engine duckdb is faster",
        "结果写到标准输出；用 -o 文件 或 --engine duckdb 更快",
    ),
    "why-missing": (
        "pip install 'doudi[columns]' is faster for such ledgers",
        "安装 pip install 'doudi[columns]' 可加快此类台账",
    ),
    "why-failed": ("duckdb could not do it", "duckdb 未能完成"),
    "unfit-explain": (
        "explanations are made household by household, not by the engine {engine}",
        "引擎 {engine} 不生成文字理由（须逐户生成）",
    ),
    "unfit-labels": ("the engine {engine} writes ids, not --labels", "引擎 {engine} 只写编号，不支持 --labels"),
    "unfit-xlsx": ("the engine {engine} writes no XLSX", "引擎 {engine} 不写 XLSX"),
    "unfit-set": ("the engine {engine} does not support --set of a fact", "引擎 {engine} 不支持用 --set 改设事实"),
    "unfit-keep": (
        "the engine {engine} keeps only columns that every file has",
        "引擎 {engine} 只能保留每个文件中都有的列",
    ),
    "unfit-numbers": (
        "these rules derive facts from identity numbers in a way the engine {engine} does not support",
        "本规则由证件号推出事实的方式，引擎 {engine} 不支持",
    ),
    "unfit-names": (
        "the engine {engine} does not support rules with a benefit whose id has to be quoted in results",
        "本规则中有待遇编号在结果中须加引号，引擎 {engine} 不支持",
    ),
    "spark-failed": (
        "Spark failed: {reason}; use another engine",
        "Spark 出错：{reason}；请改用其他引擎",
    ),
    "master-without-spark": (
        "--master is only for --engine spark",
        "--master 只用于 --engine spark",
    ),
    "duckdb-memory": (
        "the engine duckdb needs more memory; --memory SIZE gives it more, --engine rows needs little",
        "引擎 duckdb 内存不足；可用 --memory 增加，或改用 --engine rows",
    ),
    "duckdb-failed": (
        "the engine duckdb failed: {reason}; use --engine rows",
        "引擎 duckdb 出错：{reason}；请改用 --engine rows",
    ),
    "parquet-to-file": ("Parquet goes to a file: -o FILE.parquet", "Parquet 只能写入文件：-o 文件.parquet"),
    "one-stdin": ("standard input can be read only once", "标准输入只能读取一次"),
    # empty files to fill in
    "kind-money/month": ("amount", "金额"),
    "kind-money/year": ("amount", "金额"),
    "kind-money": ("amount", "金额"),
    "kind-share": ("share, such as 30% or 0.3", "比例，如 30% 或 0.3"),
    "kind-number": ("number", "数字"),
    "kind-count": ("whole number", "整数"),
    "kind-yes/no": ("yes | no", "是 | 否"),
    "kind-date": ("date, such as 2022-06-01", "日期，如 2022-06-01"),
    "kind-text": ("text", "文字"),
    "unit-money/month": ("{currency} a month", "{currency}/月"),
    "unit-money/year": ("{currency} a year", "{currency}/年"),
    "unit-money": ("{currency}", "{currency}"),
    "CNY": ("CNY", "元"),
    "sheet-ledger": ("ledger", "台账"),
    "sheet-columns": ("columns", "填写说明"),
    "sheet-lists": ("lists", "选项"),
    "column-heading": ("heading", "列名"),
    "column-level": ("level", "层级"),
    "column-kind": ("what to enter", "填写内容"),
    "column-unit": ("unit", "单位"),
    "column-default": ("if left empty", "不填时"),
    "column-note": ("note", "说明"),
    "column-question": ("question", "询问"),
    "column-cite": ("cite", "出处"),
    "template-how": (
        "Fill in between the quotes; what is left empty is unknown. Lines that begin with # are further facts with\n"
        "their defaults: remove the # and change the value to state something else.",
        "请在引号内填写，不填为未知。以 # 开头的行是其他可填的事实及其默认值；\n如有不同，去掉 # 后改写。",
    ),
    "template-members": (
        "One block for each member of the household: copy the block that begins with the line below.",
        "每名成员一段：请复制以下一行起的整段。",
    ),
    "template-household": ("the same on all rows of a household", "同一户各行填写相同的编号"),
    "template-name": ("one row for each member of the household", "每名成员一行"),
    "template-refused": ("Not an allowed value", "填写内容不符合要求"),
    "ledger-format": ("a ledger is CSV or XLSX, not {format}", "台账为 CSV 或 XLSX，不能是 {format}"),
    "household-format": ("a household is TOML, not {format}", "家庭文件为 TOML，不能是 {format}"),
    "bom-is-csv": ("--bom is only for CSV", "--bom 只用于 CSV"),
    "xlsx-on-terminal": (
        "an Excel workbook cannot be shown on a terminal: use -o FILE or a pipe",
        "Excel 工作簿不能在终端上显示：请用 -o 文件或管道",
    ),
    # facts in tables, and Spark
    "facts-to-alone": (
        "--facts-to writes the facts of a ledger and no results, so not with {option}",
        "--facts-to 只写出台账中的事实，不写结果，不能与 {option} 同用",
    ),
    "facts-summary": (
        "rows: {rows}; households: {read} read = {assessed} in the tables of {path} + {rejected} rejected",
        "{rows} 行；读入 {read} 户 = 写入 {path} 中各表 {assessed} 户 + 退回 {rejected} 户",
    ),
    "folder-exists": ("{path} exists and is not an empty folder", "{path} 已存在，且不是空文件夹"),
    "spark-to-folder": (
        "--engine spark writes Parquet tables into a folder: -o FOLDER, no other format",
        "--engine spark 把 Parquet 表写入文件夹：-o 文件夹，不写其他格式",
    ),
    "spark-without": (
        "--engine spark reads facts in tables and writes tables, without {option}",
        "--engine spark 读入事实表、写出结果表，不能与 {option} 同用",
    ),
    "spark-tables-only": (
        "--engine spark reads facts in tables, which {path} is not: make them of a ledger by "
        "`doudi batch LEDGER --facts-to FOLDER`, and give it FOLDER",
        "--engine spark 只读事实表，{path} 不是：请先用 `doudi batch 台账 --facts-to 文件夹` 生成，再指定该文件夹",
    ),
    "spark-other-facts": (
        "the tables hold the facts of {months}, and `{name}` not as these rules and months want it: "
        "make them by --facts-to for these months and rules",
        "各表所含为 {months} 的事实，其中 `{name}` 与所用规则、月份不符：请按所用规则和月份重新用 --facts-to 生成",
    ),
    "spark-not-kept": (
        "the tables do not hold the column `{name}`, only {headings}: give it to --facts-to by --keep or --group-by",
        "各表没有 `{name}` 列，只有 {headings}：生成时请用 --keep 或 --group-by 指定",
    ),
    "spark-ended": (
        "Spark's Java process ended before its time: it may need more memory, which spark-submit --driver-memory gives",
        "Spark 的 Java 进程提前结束：可能内存不足，可用 spark-submit --driver-memory 增加",
    ),
    "spark-other-count": (
        "the tables of {path} hold {found} households, and not {wanted} as they did when they were made",
        "{path} 中各表现有 {found} 户，与生成时的 {wanted} 户不符",
    ),
}


def say(key: str, language: str, **values: Any) -> str:
    """Writes a text of the user interface in `zh` or `en`."""
    text = _WORDS[key][1 if language == "zh" else 0]
    return text.format(**values) if values else text
