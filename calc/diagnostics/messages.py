"""Lists the sentences of all diagnostics, in English and Chinese: code → (en, zh).

A code may have variants after a slash; the name before it is documented and has a folder in `tests/errors/`.
Over 300 lines: one catalogue of sentences, with no logic but their formatting.
"""

from __future__ import annotations

from typing import Any

from calc.diagnostics.punctuation import listed
from calc.exact import plain

MESSAGES: dict[str, tuple[str, str]] = {
    # reading a file
    "cannot-read": ("the file cannot be read: {reason}", "无法读取文件：{reason}"),
    "cannot-read/parent": ("the parent file `{path}` does not exist", "找不到上级文件 `{path}`"),
    "cannot-read/household": (
        "this is a household file: `doudi assess` assesses it; `doudi batch` reads ledgers, with a row for each member",
        "这是家庭文件，认定请用 `doudi assess`；`doudi batch` 读台账，每名成员一行",
    ),
    "cannot-read/ledger": (
        "this is a ledger: `doudi assess --household ID` assesses one household of it, `doudi batch` all of them",
        "这是台账：认定其中一户请用 `doudi assess --household 户编号`，认定全部请用 `doudi batch`",
    ),
    "cannot-write": ("the file cannot be written: {reason}", "无法写入文件：{reason}"),
    "cannot-write/exists": (
        "the file already exists and is not replaced by an empty one",
        "文件已存在，不会用空白文件覆盖",
    ),
    "cannot-write/map": (
        "the file already exists; what was decided in it is not replaced",
        "文件已存在；其中可能已有人作过决定，不会覆盖",
    ),
    "missing-extra": (
        "this needs {library}, which is not installed: pip install 'doudi[{extra}]'",
        "需要安装 {library}：pip install 'doudi[{extra}]'",
    ),
    "too-large/line": (
        "the first {most} MB have no line end, so this is no ledger",
        "前 {most} MB 没有换行，不是台账",
    ),
    "too-large": ("the file is larger than {most} MB", "文件超过 {most} MB"),
    "not-utf8": ("the file is not UTF-8 (first bad byte in line {line})", "文件不是 UTF-8 编码（自第 {line} 行起）"),
    "not-utf8/gb18030": (
        "the file is not UTF-8; it looks like GB18030 (first such byte in line {line})",
        "文件不是 UTF-8 编码，可能是 GB18030（自第 {line} 行起），请另存为 UTF-8",
    ),
    "toml-syntax": ("not valid TOML: {reason}", "不符合 TOML 语法：{reason}"),
    "toml-syntax/deep": ("not valid TOML: nested too deeply", "不符合 TOML 语法：嵌套过深"),
    "json-syntax": ("not valid JSON: {reason}", "不符合 JSON 语法：{reason}"),
    "json-syntax/half": (
        "not valid JSON: half of a character (an escape from \\ud800 to \\udfff without its other half)",
        "不符合 JSON 语法：有不完整的字符（\\ud800 至 \\udfff 的转义没有成对）",
    ),
    "json-syntax/deep": ("not valid JSON: nested too deeply", "不符合 JSON 语法：嵌套过深"),
    "extends-circle": ("circular `extends`: `{path}` leads back to itself", "`extends` 循环：`{path}` 又引用到自身"),
    "unknown-key": ("the key `{key}` is not allowed here", "此处不能使用键 `{key}`"),
    "missing-key": ("`{entry}` has no `{key}`", "`{entry}` 缺少 `{key}`"),
    "missing-key/ended": (
        "`{entry}` begins again in {month} without `{key}`, which ended with the version before",
        "`{entry}` 自 {month} 重新生效，但没有 `{key}`：原有的 `{key}` 已随前一版本终止",
    ),
    "missing-key/replaced": (
        "`{entry}` has no `{key}` from {month}: the version of the parent file that had it is replaced",
        "`{entry}` 自 {month} 起没有 `{key}`：上级文件中写有它的版本已被替换",
    ),
    "wrong-value/never": (
        "a definition of kind {kind} has no value if it never existed; only a yes/no and a number have",
        "{kind} 类的定义如从未存在，就没有值；只有是/否和数字可以这样写",
    ),
    "wrong-value": ("`{key}` has to be {wanted}", "`{key}` 应为：{wanted}"),
    "wrong-value/month": ("`{key}` is not a month like 2022-06", "`{key}` 不是 2022-06 这样的月份"),
    "wrong-value/change": (
        '`from.{key}` has to be a table of the keys that change, or "ends"',
        '`from.{key}` 应为所变更的键组成的表，或 "ends"',
    ),
    "wrong-value/kind": ("not a value of kind {kind}", "不是 {kind} 类的值"),
    "wrong-value/fails": (
        "`{key}` says the same as `{other}`, so that a denial would state the opposite",
        "`{key}` 与 `{other}` 相同，不符合时会说反",
    ),
    "wrong-value/bounds": ("`max` is below `min`", "`max` 小于 `min`"),
    "wrong-value/options-en": (
        "`options_en` needs {wanted} words, one for each option",
        "`options_en` 应有 {wanted} 个词，与 `options` 一一对应",
    ),
    "wrong-value/words-option": ("`{key}` is not one of the options", "`{key}` 不在选项之中"),
    "wrong-value/words-known": ("`{key}` is an option already", "`{key}` 本来就是选项"),
    "wrong-value/other-fact": (
        "`{key}` cannot be stated here: it has to be another fact of the same level, with words or counts as values",
        "`{key}` 不能在这里填写：应是同一层的另一项，其值为词或个数",
    ),
    "wrong-value/settled-value": ("`{key}` cannot be {value}", "`{key}` 不能是 {value}"),
    "wrong-value/words-twice": (
        "`{key}` is a spelling of `{other}` too; a spelling has one meaning",
        "`{key}` 已经是 `{other}` 的写法，一种写法只能有一个意思",
    ),
    "wrong-value/date": (
        "`date` takes year, month and day as whole numbers of a real day",
        "`date` 需要写明真实存在的年、月、日三个整数",
    ),
    "wrong-value/heading-twice": (
        "`{heading}` is the same heading as `{other}`, which has another meaning here",
        "`{heading}` 与 `{other}` 是同一个列名，但两处含义不同",
    ),
    "wrong-value/scale": (
        "a scale is a list of [threshold, rate] with rising thresholds",
        "分段费率应为 `[起点, 费率]` 的列表，起点递增",
    ),
    "wrong-value/table": ("a table is a list of rows", "表格应为由行组成的列表"),
    "wrong-value/table-size": ("the table has more rows than Doudi accepts", "表格行数过多"),
    "wrong-value/row": ("the row needs {wanted} cells and has {given}", "此行有 {given} 格，应为 {wanted} 格"),
    "wrong-value/each-more": (
        "`each more` needs a single axis of whole numbers and an amount",
        "`each more` 只能用于单一整数轴，并需给出数额",
    ),
    "wrong-value/table-key": (
        'a key is a word, a whole number, true or false, a band, or "*"',
        '行名应为词、整数、true/false、区间或 "*"',
    ),
    "wrong-value/band": (
        '`{key}` is not a band like "12..17", "0..<500" or "500.."',
        '`{key}` 不是 "12..17"、"0..<500"、"500.." 这样的区间',
    ),
    "bad-name": (
        "`{name}` cannot be a name: only letters, digits and `_`, no digit first, no reserved word such as `if`",
        "`{name}` 不能作名称：只能用文字、数字和 `_`，不以数字开头，也不能是 `if` 之类的保留字",
    ),
    "bad-name/benefit": ("the id of a benefit is ASCII, unlike `{name}`", "待遇编号须为 ASCII 字符，`{name}` 不是"),
    "duplicate-name": ("`{name}` is already used under {section}", "`{name}` 已在 {section} 中使用"),
    "duplicate-name/function": ("`{name}` is a word of the formula language", "`{name}` 是公式语言的保留词"),
    "duplicate-name/topic": (
        "`{name}` is already in topic `{topic}`",
        "`{name}` 已在主题 `{topic}` 中",
    ),
    "duplicate-name/word": (
        "the word `{name}` of this choice is also a name under {section}",
        "选项 `{name}` 与 {section} 中的名称重复",
    ),
    "unknown-name/letter": (
        "letter `{letter}` is for `{name}`, which is not a benefit",
        "文书 `{letter}` 所用的 `{name}` 不是待遇",
    ),
    "unknown-name/field": (
        "letter `{letter}` has the field `{name}`, which does not exist",
        "文书 `{letter}` 中没有 `{name}` 这个字段",
    ),
    "unknown-name/braces": (
        "letter `{letter}`: braces without a field in {text}",
        "文书 `{letter}`：{text} 中的大括号没有写明字段",
    ),
    "duplicate-name/letter": (
        "letter `{name}` is for the same decision and benefit as `{other}`",
        "文书 `{name}` 与 `{other}` 用于同一类决定和待遇",
    ),
    "no-letter": ("`{name}` has no letter for: {kinds}", "`{name}` 缺少这几类决定的文书：{kinds}"),
    "unknown-document": ("no document `{document}` is listed under [documents]", "[documents] 中没有 `{document}`"),
    "missing-citation": ("`{name}` cites no document", "`{name}` 没有注明出处"),
    "missing-citation/condition": (
        "`{name}` is a condition of a benefit and cites no document",
        "`{name}` 是待遇条件，但没有注明出处",
    ),
    "assumed-without-note": (
        "`{name}` is {basis} and has no note saying why",
        "`{name}` 标为 {basis}，但没有 note 说明理由",
    ),
    "default-without-note": (
        "the default of `{name}` has no note saying why",
        "`{name}` 有默认值，但没有 note 说明理由",
    ),
    "default-outside/low": (
        "the default of `{name}` may be {value}, below its `min` of {end}",
        "`{name}` 的默认值可能为 {value}，小于 `min`（{end}）",
    ),
    "default-outside/high": (
        "the default of `{name}` may be {value}, above its `max` of {end}",
        "`{name}` 的默认值可能为 {value}，大于 `max`（{end}）",
    ),
    "default-outside/whole": (
        "the default of `{name}` may be no whole number, but its kind is count",
        "`{name}` 是整数，但默认值可能不是整数",
    ),
    # expressions
    "syntax": ("this is not a valid formula", "公式写法不正确"),
    "syntax/empty": ("the formula is empty", "公式为空"),
    "full-width": (
        "`{character}` is not a sign of the formula language, whose signs are half-width",
        "`{character}` 不是公式语言的符号，公式中须用半角符号",
    ),
    "not-allowed": ("this form is not part of the formula language", "公式语言中没有这种写法"),
    "not-allowed/me": (
        "in an aggregate `me` is written once, in `where=`, as `me == r` or `r == me` with `r` of the kind member",
        "汇总中的 `me` 只能写一次，写在 `where=` 里，写作 `me == r` 或 `r == me`，`r` 的种类为成员",
    ),
    "not-allowed/rank": (
        "`rank` goes over the household: its `where=` takes no `me`",
        "`rank` 在全户中排名，`where=` 中不能用 `me`",
    ),
    "not-allowed/value-of": (
        "`value_of` needs `where=me == r`, where `r` is a member's value of the kind member",
        "`value_of` 须写 `where=me == r`，`r` 是成员的值，种类为成员",
    ),
    "not-allowed/scale": ("`scale` is used inside another `scale`", "`scale` 中不能再用 `scale`"),
    "too-long": ("the formula has {length} characters, more than {most}", "公式有 {length} 个字符，超过 {most}"),
    "too-many-digits": (
        "exact values of this may take more than 77 digits",
        "其精确值可能超过 77 位数字",
    ),
    "too-deep": ("the formula is nested more than {most} levels deep", "公式嵌套超过 {most} 层"),
    "unknown-name": (
        "`{name}` is not a fact, definition, benefit or parameter",
        "`{name}` 不是事项、定义、待遇或参数",
    ),
    "unknown-name/unknown": ("`{name}` may only be written in a default", "`{name}` 只能写在 default 中"),
    "unknown-name/topic": (
        "topic `{topic}` has `{name}`, which is not a fact",
        "主题 `{topic}` 中的 `{name}` 不是事项",
    ),
    "unknown-name/topic-for": (
        "topic `{topic}` is for `{name}`, which is neither a definition nor a fact of members",
        "主题 `{topic}` 的 for 写的 `{name}` 既不是定义，也不是成员的事项",
    ),
    "unknown-name/topic-fact": (
        "`{name}` is not among the facts of topic `{topic}`",
        "`{name}` 不在主题 `{topic}` 的事项中",
    ),
    "unknown-name/remove": ("there is no `{name}` to remove", "没有可删除的 `{name}`"),
    "unknown-function": ("there is no function `{name}`", "没有函数 `{name}`"),
    "unknown-argument": ("there is no argument `{name}`", "没有参数 `{name}`"),
    "unknown-word": ("the choice has no word `{word}`", "选项中没有 `{word}`"),
    "wrong-kind": ("{left} and {right} cannot be combined", "{left} 与 {right} 不能一起使用"),
    "wrong-kind/arithmetic": ("`{operator}` does not apply to {kind}", "`{operator}` 不能用于 {kind}"),
    "wrong-kind/product": ("{left} times {right} has no meaning", "{left} 乘 {right} 没有意义"),
    "wrong-kind/quotient": ("{left} divided by {right} has no meaning", "{left} 除以 {right} 没有意义"),
    "wrong-kind/compare-truth": (
        "a yes/no is not compared: write it alone, or with `not` before it",
        "是/否不作比较：单独写出，或在前面加 `not`",
    ),
    "wrong-kind/order": (
        "`{operator}` does not apply to {kind}, which has no order",
        "{kind} 没有大小之分，不能用 `{operator}`",
    ),
    "wrong-kind/truth": ("this has to be a yes/no, but is {kind}", "此处应为是/否，实为 {kind}"),
    "wrong-kind/table": ("`{name}` is a table: look it up with `{name}[…]`", "`{name}` 是表格：请用 `{name}[…]` 查取"),
    "wrong-kind/scale": ("`{name}` is a scale: use `scale(x, {name})`", "`{name}` 是分段费率：请用 `scale(x, {name})`"),
    "wrong-kind/no-table": ("`{name}` is not a table", "`{name}` 不是表格"),
    "wrong-kind/not-a-scale": (
        "the second argument has to be a parameter of kind scale",
        "第二个参数应为 scale 类参数",
    ),
    "wrong-kind/benefit": ("`receives` takes the name of a benefit", "`receives` 的参数应为待遇名称"),
    "wrong-kind/key": ("a key of kind {kind} does not fit this table", "{kind} 类的键与此表格不符"),
    "wrong-kind/row": ("this row is looked up with a key of kind {kind}", "此行与查取所用的键（{kind} 类）不符"),
    "wrong-kind/whole-row": (
        "a table with `each more` is looked up with whole numbers",
        "带 `each more` 的表格只能用整数查取",
    ),
    "wrong-kind/argument": ("this has to be of kind {wanted}, but is {kind}", "此处应为 {wanted} 类，实为 {kind}"),
    "wrong-kind/step": (
        "`to=` has to be a positive number or parameter of a matching kind",
        "`to=` 应为正数，或类别相符的参数",
    ),
    "wrong-kind/fails": ("`{key}` is for a yes/no, which this is not", "`{key}` 只用于“是/否”，这一项不是"),
    "wrong-kind/declared": (
        "declared as {declared}, but the formula gives {kind}",
        "声明为 {declared}，但公式结果为 {kind}",
    ),
    "wrong-kind/amount": ("the amount has to be {wanted}, but is {kind}", "金额应为 {wanted}，实为 {kind}"),
    "wrong-period": ("{left} and {right} have different periods", "{left} 与 {right} 的周期不同"),
    "wrong-period/amount": ("the amount has to be {wanted}, but is {kind}", "金额应为 {wanted}，实为 {kind}"),
    "wrong-level/household": (
        "this is a value of each member, where a value of the household is needed",
        "此处需要家庭的值，所写的是各成员的值",
    ),
    "wrong-level/default": (
        "the default of a household fact uses a value of a member",
        "家庭事项的默认值不能使用成员的值",
    ),
    "wrong-level/aggregate": (
        "`{name}` goes over the members, but nothing in it is a value of a member",
        "`{name}` 是对成员的汇总，但其中没有成员的值",
    ),
    "wrong-level/no-members": (
        "`{name}` needs members, but these rules have no member facts",
        "`{name}` 需要成员，但本规则没有成员事项",
    ),
    "wrong-number-of-arguments": (
        "`{name}` does not take this number of arguments ({given})",
        "`{name}` 的参数个数不能是 {given}",
    ),
    "wrong-number-of-arguments/table": (
        "`{name}` is looked up with one key for each axis ({wanted}), not {given}",
        "查取 `{name}` 需要 {wanted} 个键，而不是 {given} 个",
    ),
    "missing-empty": (
        "`{name}` needs `empty=`: its value when there are no members",
        "`{name}` 需要 `empty=`：没有成员时的值",
    ),
    "missing-to": ("`{name}` needs `to=`: the step to round to", "`{name}` 需要 `to=`：取整的单位"),
    "money-literal": (
        "the amount {value} is written in a formula without a source",
        "公式中直接写了金额 {value}，没有出处",
    ),
    "stray-quotient": (
        "a quotient whose divisor is not fixed is neither rounded nor compared in this formula",
        "除数不固定的商，在本公式内既未取整也未比较",
    ),
    "zero-denominator": ("the denominator may be zero", "除数可能为零"),
    "table-gap": ("`{name}` has no row for: {missing}", "`{name}` 中没有这一行：{missing}"),
    "table-overlap": ("the row `{key}` overlaps another", "行 `{key}` 与另一行重叠"),
    "table-overlap/scale": ("the thresholds of a scale have to rise", "分段费率的起点须递增"),
    # the rules as a whole
    "circular-definition": ("circular definition: {path}", "循环定义：{path}"),
    "not-in-force": ("`{name}` has no version in force in {months}", "`{name}` 在 {months} 没有生效的版本"),
    "off-grid": (
        "the amount is not provably a whole multiple of {step}",
        "无法证明金额是 {step} 的整数倍",
    ),
    "possibly-negative": ("the amount may be below zero (as low as {low})", "金额可能小于零（最低可至 {low}）"),
    "possibly-negative/unset": (
        "the amount may be below zero (as low as {low}): a value of `{name}` is not set and may be anything",
        "金额可能小于零（最低可至 {low}）：`{name}` 有未定的值，可为任何数",
    ),
    "possibly-negative/default": (
        "the amount may be below zero (as low as {low}) because of the default of `{name}`",
        "金额可能小于零（最低可至 {low}），原因是 `{name}` 的默认值",
    ),
    "possibly-negative/open": (
        "the amount may be below zero (as low as {low}): `{name}` has no `{end}`",
        "金额可能小于零（最低可至 {low}）：`{name}` 没有 `{end}`",
    ),
    "yes-no-amount": ("a yes/no is paid out as an amount", "把是/否当作金额发放"),
    "unused": ("nothing uses `{name}`", "没有任何条目用到 `{name}`"),
    "always-true": ("this condition is always true", "此条件恒为真"),
    "always-false": ("this condition is always false", "此条件恒为假"),
    "no-query": (
        "`{name}` has no query in {months}, only the engine `rows` computes it: {why}",
        "`{name}` 在 {months} 没有查询语句，只有 `rows` 引擎可以计算：{why}",
    ),
    "untested": ("no case covers `{name}`", "没有案例涉及 `{name}`"),
    # data
    "unknown-fact": ("`{fact}` is not a fact of these rules", "本规则没有名为 `{fact}` 的事项"),
    "unknown-fact/level": (
        "`{fact}` is a fact of {level} and does not belong here",
        "`{fact}` 是{level}的事项，不应写在这里",
    ),
    "fact-twice": (
        "`{fact}` is given twice, as `{first}` and `{second}`",
        "`{fact}` 重复给出：`{first}` 和 `{second}`",
    ),
    "not-an-amount": ("`{fact}` is {read}, where an amount is needed", "`{fact}` 为 {read}，应为金额"),
    "not-a-number": ("`{fact}` is {read}, where a number is needed", "`{fact}` 为 {read}，应为数字"),
    "not-a-date": (
        "`{fact}` is {read}, where a date like 2022-06-01 is needed",
        "`{fact}` 为 {read}，应为 2022-06-01 这样的日期",
    ),
    "not-yes-no": ("`{fact}` is {read}, where yes or no is needed", "`{fact}` 为 {read}，应为是或否"),
    "not-a-word": ("`{fact}` is {read}, which is not one of: {options}", "`{fact}` 为 {read}，不在选项之中：{options}"),
    "not-a-word/left-over": (
        "`{fact}` is {read}, of which {left} is no word of: {facts}",
        "`{fact}` 为 {read}，其中 {left} 不是“{facts}”可填的词",
    ),
    "not-a-word/unclear": (
        "`{fact}` is {read}, which names one fact twice, or can be read in two ways",
        "`{fact}` 为 {read}，同一项写了两个，或者可以有两种读法",
    ),
    "not-a-text/cut": (
        "`{fact}` is {read}: a spreadsheet has cut its digits; keep the column as text",
        "`{fact}` 为 {read}：已被电子表格截断，请把该列设为文本后重新填写",
    ),
    "not-a-member": (
        "`{fact}` is {read}, which is no member of the household",
        "`{fact}` 为 {read}，户内没有这名成员",
    ),
    "not-a-member/several": (
        "`{fact}` is {read}, which may be any of {count} members: write the id",
        "`{fact}` 为 {read}，户内有 {count} 人可以这样称呼，请写编号",
    ),
    "not-a-text": ("`{fact}` is {read}, where a text is needed", "`{fact}` 为 {read}，应为文字"),
    "out-of-range": ("`{fact}` is {read}, but has to be {bound}", "`{fact}` 为 {read}，应{bound}"),
    "too-many-decimals": (
        "`{fact}` is {read}, with more than {decimals} decimals",
        "`{fact}` 为 {read}，小数超过 {decimals} 位",
    ),
    "no-members": ("the household has no members", "家庭没有成员"),
    "no-members/unwanted": ("these rules have no members", "本规则不分成员"),
    "no-members/list": ("the members have to be a list of tables", "成员应为由表组成的列表"),
    "too-many-members": ("the household has {count} members, more than {most}", "家庭有 {count} 名成员，超过 {most}"),
    "member-twice": ("two members have the id {id}", "有两名成员的编号都是 {id}"),
    "identity-number-twice/name": (
        "two members are named {id} and born on {day}, and nothing says that they are two people",
        "有两个成员都叫 {id}、都生于 {day}，看不出是两个人",
    ),
    "identity-number-twice": (
        "`{fact}` {read} is given for both {first} and {second}",
        "`{fact}` {read} 重复：{first} 和 {second} 都填了",
    ),
    "identity-number-twice/households": (
        "`{fact}` {read} is also given in the household {other}",
        "`{fact}` {read} 也出现在家庭 {other} 中",
    ),
    "household-twice": ("two households have the id {id}", "有两个家庭的编号都是 {id}"),
    "bad-household": ("a household has to be a table of facts", "家庭应为由各事项组成的表"),
    "bad-identity-number": ("`{fact}` {read}: {reason}", "`{fact}` {read}：{reason}"),
    "bad-disability-certificate": ("`{fact}` {read}: {reason}", "`{fact}` {read}：{reason}"),
    "contradiction": (
        "`{fact}` is {read}, but `{source}` says {derived}",
        "`{fact}` 为 {read}，但根据 `{source}` 应为 {derived}",
    ),
    "check-failed": ("the data check “{label}” failed", "未通过数据检查“{label}”"),
    "check-failed/values": ("the data check “{label}” failed: {values}", "未通过数据检查“{label}”：{values}"),
    # ledgers
    "not-xlsx": ("the file is not a workbook (.xlsx, .xls, .ods)", "文件不是工作簿（.xlsx、.xls、.ods）"),
    "not-xlsx/page": (
        "the file is a web page without a table, whatever its name says",
        "文件其实是网页（HTML），而且其中没有表格",
    ),
    "not-xlsx/old": (
        "the workbook has another format (.xlsb, .xls of Excel 95, XML of Excel 2003): save it as .xlsx",
        "工作簿是其他格式（.xlsb、Excel 95 的 .xls、Excel 2003 的 XML），请另存为 .xlsx",
    ),
    "not-xlsx/encrypted": (
        "the workbook is protected with a password: save it without one",
        "工作簿设有打开密码，请取消密码后另存",
    ),
    "not-xlsx/damaged": ("the workbook is damaged or cut off", "工作簿已损坏或不完整"),
    "not-xlsx/large": ("the workbook is larger than {most}", "工作簿超过 {most}"),
    "not-xlsx/unpacked": ("the workbook unpacks to more than {most}", "工作簿解压后超过 {most}"),
    "not-xlsx/cells": (
        "a sheet spans more than {most} cells: delete what is far below or to the right of the table",
        "工作表的范围超过 {most} 个单元格，请删除表格下方或右侧远处的内容",
    ),
    "not-xlsx/sheet": ("there is no sheet `{sheet}`; there are: {sheets}", "没有工作表 `{sheet}`；现有：{sheets}"),
    "not-xlsx/differ": (
        "sheets of households have different columns: choose one with --sheet NAME, or all with --sheet all; "
        "there are: {sheets}",
        "有户编号列的工作表列名不同，请用 --sheet 名称 选择一个，或用 --sheet all 全部读入；现有：{sheets}",
    ),
    "not-xlsx/people": (
        "sheets have people, but no column with the household id, and would not be read: give them its heading, or "
        "choose a sheet with --sheet NAME; these are: {sheets}",
        "工作表里有人员，但没有户编号列，不会读入：请补上表头，或用 --sheet 名称 选择要读的工作表；这些是：{sheets}",
    ),
    "not-xlsx/hidden": (
        "all sheets that are not empty are hidden: name one with --sheet; there are: {sheets}",
        "非空的工作表都已隐藏，请用 --sheet 指定；现有：{sheets}",
    ),
    "not-xlsx/empty": ("all sheets of the workbook are empty", "工作簿的各工作表均为空"),
    "bad-cell/formula": (
        "`{fact}`: the formula in {cell} was never computed: open the workbook in a spreadsheet program and save it",
        "`{fact}`：{cell} 的公式没有计算结果，请用电子表格软件打开工作簿并保存",
    ),
    "bad-cell/error": (
        "`{fact}`: {cell} shows the error {read} instead of a value",
        "`{fact}`：{cell} 显示错误值 {read}，没有数据",
    ),
    "bad-cell/unit": (
        "`{fact}`: the number format of {cell} adds {read}, which is not in the number: write the amount in full",
        "`{fact}`：{cell} 的数字格式加上了 {read}，数值本身不含这个单位，请按完整数值填写",
    ),
    "bad-cell/merged": (
        "`{fact}`: {cell} is one merged cell for several rows ({read}): write in each row what belongs to it",
        "`{fact}`：{cell} 是跨多行的合并单元格（{read}），请取消合并，逐行填写",
    ),
    "bad-cell/cut": (
        "`{fact}`: {cell} is {read}: a spreadsheet has cut its digits; keep the column as text",
        "`{fact}`：{cell} 为 {read}，已被电子表格截断，请把该列设为文本后重新填写",
    ),
    "missing-column": (
        "no column holds the household id ({wanted}); the headings are: {headings}",
        "没有户编号列（{wanted}）；现有列名：{headings}",
    ),
    "no-members/payments": (
        "this is a list of payments, one row a household (`{heading}`): it states nothing of members, so nobody can be "
        "assessed by it; its amounts can be compared with results",
        "这是发放花名册，一户一行（`{heading}`），没有成员的情况，不能据以认定；其中的金额可与认定结果核对",
    ),
    "missing-column/numbers": (
        "the rows name their household by `{heading}` alone, but the household facts have no column of these numbers",
        "各行只用 `{heading}` 说明属于哪一户，但家庭事项中没有这一列",
    ),
    "missing-column/register": (
        "a register is joined by identity numbers, and no column holds them ({wanted})",
        "登记表按身份证号与名单对应，但没有这一列（{wanted}）",
    ),
    "missing-column/head": (
        "no column says how a person is related to the head of the household ({wanted})",
        "没有哪一列表明每户从谁开始（{wanted}）",
    ),
    "head-not-first": (
        "a household seems to begin here, and not with its head, so that `--household-by head` cannot tell households "
        "apart",
        "这里像是一户的开头，但不是规则 `head_words` 所列的人，按 `--household-by head` 分不出哪些行是一户",
    ),
    "column-twice": (
        "`{first}` and `{second}` are both `{fact}`",
        "`{first}` 和 `{second}` 两列都是 `{fact}`",
    ),
    "missing-topic": (
        "no column is about `{topic}`, which decides money; it could be any of these: {headings}",
        "没有关于“{topic}”的列，而它影响金额；可以是：{headings}",
    ),
    "unclear-column": (
        "the column `{heading}` is not read, but looks like one that decides money",
        "`{heading}` 列没有读入，但看起来会影响金额",
    ),
    "unclear-column/key": (
        "the key `{heading}` is not read, but looks like one that decides money",
        "键 `{heading}` 没有读入，但看起来会影响金额",
    ),
    "unclear-column/unnamed": (
        "{heading} has no heading, but has cells that are not empty",
        "{heading}没有列名，但有内容",
    ),
    "column-gone": (
        "`{path}` reads the column `{heading}` as `{fact}`, but this ledger has neither it nor another one for it",
        "`{path}` 把 `{heading}` 列读作 `{fact}`，但这份台账没有这一列，也没有别的列可读作它",
    ),
    "still-a-comment": (
        "this line is still a comment: {fact} = {read} is not read",
        "这一行仍是注释，没有读入：{fact} = {read}",
    ),
    "unknown-column": (
        "the column `{heading}` is not a fact of these rules and is ignored",
        "`{heading}` 列不是本规则的事项，已忽略",
    ),
    "unknown-column/new": (
        "`{heading}` is new: neither `{path}` nor these rules know it, and it is ignored",
        "`{heading}` 是新增的：`{path}` 里没有，本规则也没有，已忽略",
    ),
    "unknown-column/gone": (
        "the column `{heading}`, which `{path}` sets aside, is not there any more",
        "`{path}` 中声明不读的 `{heading}` 列已经没有了",
    ),
    "unknown-column/elsewhere": (
        "the column `{heading}` of `{path}` is not in this file, but in another one",
        "`{path}` 中的 `{heading}` 列不在这个文件里，但别的文件有",
    ),
    "unknown-column/renamed": (
        "the column `{heading}` of `{path}` is not there any more; another column has its place",
        "`{path}` 中的 `{heading}` 列已经没有了，由另一列代替",
    ),
    "unknown-column/key": (
        "the key `{heading}` is not a fact of these rules and is ignored",
        "键 `{heading}` 不是本规则的事项，已忽略",
    ),
    "not-a-result/labels": (
        "it has a label that these rules do not: give the rules it was made with, or make it again without `--labels`",
        "其中有本规则没有的名称：请指定生成该文件的规则，或不加 `--labels` 重新生成",
    ),
    "not-a-result/changes": (
        "this is not a row of a file of changes that `doudi compare -o` writes",
        "这不是 `doudi compare -o` 写出的变动清单的行",
    ),
    "not-a-result/twice": (
        "household {id} of {month} is in these files twice",
        "{month} 的家庭 {id} 在这些文件中出现两次",
    ),
    "not-a-result/months": (
        "this is a result of {month}, others are of {other}: --month and --against-month choose one",
        "这是 {month} 的结果，前面的是 {other} 的：请用 --month、--against-month 指定月份",
    ),
    "not-a-result/none": (
        "there are no results of {month}",
        "没有 {month} 的结果",
    ),
    "not-a-result/rules": (
        "`{name}` is not in these rules in {month}: give the rules that the results were made with",
        "本规则在 {month} 没有 `{name}`：请指定生成该结果的规则",
    ),
    "not-a-result/column": (
        "the results have no column `{heading}`: `doudi batch --keep` puts it there",
        "结果中没有 `{heading}` 列：可用 `doudi batch --keep` 保留",
    ),
    "not-a-result": (
        "this is not a row of a file that `doudi batch` writes",
        "这不是 `doudi batch` 写出的结果文件的行",
    ),
    "no-household/below": (
        "the row names no household; whether it belongs to the one above is not known, so that one is not assessed",
        "该行没有户编号，不能确定是否属于上面这一户，这一户因此不予认定",
    ),
    "no-household": ("the row has no household id", "该行没有户编号"),
    "no-household/number": (
        "the row has no identity number, so that nobody can say whom it is about",
        "该行没有身份证号，不能确定说的是谁",
    ),
    "no-member": (
        "the row has a household id and nothing else",
        "该行只有户编号，没有其他内容",
    ),
    "household-missing/head": (
        "`{fact}` {read} is that of no household in the household facts",
        "`{fact}` {read} 在家庭事项中没有对应的家庭",
    ),
    "household-missing": (
        "the household is not in the household facts file",
        "家庭事项文件中没有该户",
    ),
    "wrong-cell-count": (
        "the row has {given} cells, but there are {wanted} headings",
        "该行有 {given} 格，列名有 {wanted} 个",
    ),
    "disagreement": (
        "`{fact}` is {read} here, but {other} in {path}:{line}",
        "`{fact}` 此处为 {read}，但 {path}:{line} 为 {other}",
    ),
    "disagreement/sources": (
        "{what} is {read} in {path}:{line}, but {other} in {first}:{at}",
        "{what} 在 {path}:{line} 为 {read}，在 {first}:{at} 为 {other}",
    ),
    "disagreement/unread": (
        "what {path}:{line} says of a member cannot be read: {what}",
        "{path}:{line} 关于一名成员的内容无法读取：{what}",
    ),
    "not-a-text/damaged": (
        "`{fact}` is {read}, with bytes that are not text",
        "`{fact}` 为 {read}，含有无法识别的字节",
    ),
    "not-a-text/long": (
        "`{fact}` is {read}, longer than {most} characters",
        "`{fact}` 为 {read}，超过 {most} 个字符",
    ),
    "household-twice/head": (
        "`{fact}` {read} is also in line {line}: a person is the head of one household",
        "`{fact}` {read} 与第 {line} 行相同，两户填了同一个人",
    ),
    "household-twice/files": (
        "the household is in more than one file or sheet",
        "该户出现在多个文件或工作表中",
    ),
    "identity-number-twice/lines": (
        "`{fact}` {read} is also given in {path}:{line}, household {other}",
        "`{fact}` {read} 也出现在 {path}:{line}，家庭 {other}",
    ),
    "bad-setting/map": (
        "`--map {heading}={name}`: `{name}` is neither a fact nor household, id, name or -",
        "`--map {heading}={name}`：`{name}` 不是事项，也不是 household、id、name 或 -",
    ),
    "bad-setting/unit": (
        "`{heading}` says `{unit}`, in which `{name}` is not counted: convert the amounts and change the heading in "
        "the file, or leave the column out (-)",
        "列名 `{heading}` 写明 `{unit}`，而 `{name}` 不这样计：请在文件中换算金额并改列名，或声明不读（-）",
    ),
    "bad-setting/columns": (
        "`{heading}`: `{name}` is neither a fact nor household, id, name or -",
        "`{heading}`：`{name}` 不是事项，也不是 household、id、name 或 -",
    ),
    # settings and cases
    "bad-table/no-rows": ('the table has no `[rows."…"]`', '表中没有 `[rows."…"]`'),
    "bad-table/unit": ("there is no unit `{name}`; units: {known}", "没有单位“{name}”；已有：{known}"),
    "bad-table/row": (
        "there is no row `{name}` (a ratio is of rows above it)",
        "没有“{name}”这一行（比值只能用上面的行）",
    ),
    "bad-table/shape": ("`{key}` is not of the right form here", "`{key}` 的形式不对"),
    "bad-table/number": (
        "`{key}` is a whole number: at least 1, decimals from 0 to 9",
        "`{key}` 应为整数：不小于 1，小数位 0 至 9",
    ),
    "bad-table/empty": (
        "row `{name}` needs `value`, `adds` or `ratio`",
        "“{name}”需要 `value`、`adds` 或 `ratio`",
    ),
    "bad-table/formula": (
        "a figure is a sum of benefits, `households(…)`, `persons(…)`, `cumulative(…)` and `once(…)`",
        "算式由待遇、`households(…)`、`persons(…)`、`cumulative(…)`、`once(…)` 相加减组成",
    ),
    "bad-table/where": (
        "a condition compares columns with words: `column == word`, `in (…)`, `and`, `or`, `not`",
        "条件是列与词的比较：`列 == 词`、`in (…)`、`and`、`or`、`not`",
    ),
    "bad-table/benefit": ("`{name}` is no benefit of the rules", "`{name}` 不是规则中的待遇"),
    "bad-table/column": (
        "the results have no column `{name}`, which the table needs: doudi batch --keep {name}",
        "结果中没有表所需的列“{name}”：doudi batch --keep {name}",
    ),
    "bad-table/previous": (
        "this is not a table that `doudi totals --table` wrote",
        "这不是 `doudi totals --table` 写出的表",
    ),
    "not-a-benefit": (
        "`{word}` is no benefit of the rules",
        "“{word}”不是规则中的待遇",
    ),
    "not-a-benefit/open": (
        "it is not known what is received",
        "不知道已享受什么",
    ),
    "bad-form": ("the form cannot be filled: {reason}", "无法填写该表格：{reason}"),
    "bad-form/format": ("the form is not a Word document (.docx)", "该表格不是 Word 文档（.docx）"),
    "bad-form/field": (
        "the form has the field `{name}`, which neither a letter nor the rules have",
        "表格中有 `{name}` 字段，告知书和规则中都没有",
    ),
    "bad-setting/paid": (
        "the list has no column `{heading}`, which --map says holds payments",
        "清单中没有 --map 所指的金额列“{heading}”",
    ),
    "bad-setting": ("`{text}`: write name=value", "`{text}`：请写作 名称=值"),
    "bad-setting/name": (
        "`{name}` is neither a fact of the household, nor `member.fact`, nor a parameter of this month",
        "`{name}` 不是家庭事项，也不是“成员.事项”或本月参数",
    ),
    "bad-setting/over": (
        "`{name}` is neither a fact of the household nor `member.fact`",
        "`{name}` 不是家庭事项，也不是“成员.事项”",
    ),
    "bad-setting/table": (
        "`{name}`: change a table or a scale in your own rules file, with `extends`",
        "`{name}`：表格和分段费率请在自己的规则文件中用 `extends` 更改",
    ),
    "bad-setting/member": ("`{id}`: no household has such a member", "没有名为 `{id}` 的成员"),
    "bad-setting/sign": (
        "`{name}`: {read} has a plus sign, but nothing is added: write what it is to be",
        "`{name}`：{read} 带有加号，但 --set 不做加法，请写设定后的数额",
    ),
    "bad-setting/value": (
        "`{name}`: {read} is not a value of kind {kind}",
        "`{name}`：{read} 不是“{kind}”类的值",
    ),
    "before-first-month": (
        "these rules begin in {first}; {month} cannot be assessed",
        "本规则自 {first} 起施行，无法计算 {month}",
    ),
    "bad-expectation": ("a case cannot expect `{name}`", "案例不能以 `{name}` 为预期"),
}

WARNINGS = frozenset(
    {"unknown-column", "unused", "always-true", "always-false", "untested", "no-query", "no-letter", "still-a-comment"}
)
"""Codes of warnings; all others are errors."""

HELP: dict[str, tuple[str, str]] = {
    "under-rules": ("write it under [rules]", "请写在 [rules] 下面"),
    "did-you-mean": ("did you mean `{name}`?", "是否想写 `{name}`？"),
    "write-instead": ("write `{text}`", "请写作 `{text}`"),
    "nobody": (
        "leave it empty, or write `nobody`, for a person who is not in the household",
        "不在本户的人，留空或写“无”",
    ),
    "date-in-full": (
        "it could be read in two ways: write year, month and day, as 2005-03-01",
        "有两种读法，请写全年月日，如 2005-03-01",
    ),
    "date-format": (
        "a spreadsheet has rewritten the date: give the column the format yyyy-mm-dd and save it again",
        "电子表格改写了日期，请把该列设为 yyyy-mm-dd 格式后重新保存",
    ),
    "list-facts": ("`doudi rules show facts` lists all facts", "可填的事项见 `doudi rules show facts`"),
    "take-away-mark": ("take away the `#` at its beginning", "去掉行首的 #，这一行才会读入"),
    "write-apart": (
        "write it on a line of its own, without `#` at the beginning",
        "请另起一行写，行首不加 #",
    ),
    "quote-name": ('put the name in quotes: "名称" = …', '名称请加引号："名称" = …'),
    "one-of": ("one of {options}", "可用：{options}"),
    "signature": ("the form is `{signature}`", "写法是 `{signature}`"),
    "convert-period": (
        "use `monthly(…)`, `yearly(…)` or `for_months(…, n)`",
        "请用 `monthly(…)`、`yearly(…)` 或 `for_months(…, n)` 换算",
    ),
    "make-parameter": ("make it a parameter with a source", "请设为注明出处的参数"),
    "guard-zero": (
        "guard it in the same formula: `x / n if n > 0 else 0`",
        "请在同一公式内避免除以零：`x / n if n > 0 else 0`",
    ),
    "guard-row": (
        "add the row, or write `… if key in {table} else …`",
        "请补上这一行，或写作 `… if 键 in {table} else …`",
    ),
    "round-it": (
        "round it or compare it in the same formula, for example `round_down(…, to=0.01)`",
        "请在同一公式内取整或比较，如 `round_down(…, to=0.01)`",
    ),
    "round-to-grid": ("round it: `round_half_up(…, to={step})`", "请取整：`round_half_up(…, to={step})`"),
    "keep-inside": (
        "keep it inside, for example with `clamp(…, least, most)` or `… if test else unknown`",
        "请使其不超出范围，如 `clamp(…, 最小, 最大)` 或 `… if 条件 else unknown`",
    ),
    "bound-facts": (
        "give a `max` to the facts that have none: {facts}",
        "请为没有 `max` 的事项写明 `max`：{facts}",
    ),
    "looked-up-by": ("`{name}` looks it up", "由 `{name}` 查取"),
    "restate-or-end": (
        "give it here again; if `{entry}` is never to be in force, write `ends = true` on the entry itself",
        "请在此重新写出；如 `{entry}` 从未生效，请在条目本身写 `ends = true`",
    ),
    "keep-unset-inside": (
        "`{name}` has a value that is not set and may be anything: keep the result inside, for example with "
        "`clamp(…, least, most)`",
        "`{name}` 有未定的值，可为任何数：请使结果不超出范围，如 `clamp(…, 最小, 最大)`",
    ),
    "floor-at-zero": (
        "write `max(0, …)` if anything below zero counts as zero",
        "如小于零时按零计算，请写作 `max(0, …)`",
    ),
    "aggregate-it": (
        "use an aggregate: `sum(…)`, `any(…)`, `count(where=…)`",
        "请用汇总函数：`sum(…)`、`any(…)`、`count(where=…)`",
    ),
    "add-cite": (
        'add cite = "document clause", or basis = "assumed" with a note',
        '请加 cite = "文件 条款"，或 basis = "assumed" 及 note',
    ),
    "map-person": ("name the column: --map HEADING={name}", "请指明是哪一列：--map 列名={name}"),
    "map-column": (
        "name the column: --map HEADING=household; `doudi template ledger` writes a file with all headings",
        "请指明是哪一列：--map 列名=household；`doudi template ledger` 可生成带全部列名的空白台账",
    ),
    "without-topic": (
        "if no household has any, say so: --without '{topic}'",
        "如各户都没有，请说明：--without '{topic}'",
    ),
    "household-by": (
        "name the column: --map HEADING=household; if each household begins with its head: --household-by head",
        "请指明是哪一列：--map 列名=household；没有户编号、每户从规则 `head_words` 所列的人开始：--household-by head",
    ),
    "map-unclear": (
        "say what it is, or leave it out: --map '{heading}={name}' or --map '{heading}=-'; "
        "`doudi map` shows all columns and writes a file for --columns",
        "请指明是什么，或声明不读：--map '{heading}={name}' 或 --map '{heading}=-'；"
        "`doudi map` 可列出全部列，并生成供 --columns 使用的文件",
    ),
    "map-other-unit": (
        "it is not in the unit or period of `{name}`: convert the amounts and change the heading in the file, "
        "or leave the column out: --map '{heading}=-'",
        "单位或期间与 `{name}` 不同：请在文件中换算金额并改列名，或声明不读：--map '{heading}=-'",
    ),
    "map-gone": (
        'if it is left out on purpose, write "{heading}" = "-" there, or take the line away',
        '如确已取消，请在该文件中写 "{heading}" = "-"，或删去这一行',
    ),
    "head-first": (
        "put each head first, leave a blank row between households and nowhere else, or give households ids",
        "请把 `head_words` 所列的人放在每户第一行，或者只在户与户之间空一行，或者加上户编号",
    ),
    "map-column-away": ("ignore one of them: --map HEADING=-", "请忽略其中一列：--map 列名=-"),
    "encoding": ("save it as UTF-8", "请另存为 UTF-8 编码"),
}

LEVELS = {
    "en": {True: "error", False: "warning"},
    "zh": {True: "错误", False: "警告"},
}
_WORDS = {"cite": ("cite", "出处"), "help": ("help", "提示")}


def _side(language: str) -> int:
    return 1 if language == "zh" else 0


def _shown(value: Any, language: str) -> Any:
    if value.__class__ is list:
        return listed(map(str, value), language)
    return plain(value) if hasattr(value, "denominator") and not isinstance(value, bool) else value


def message(code: str, values: dict[str, Any], language: str) -> str:
    """Writes the sentence of a code, with its values."""
    return MESSAGES[code][_side(language)].format(**_all_shown(values, language))


def help_text(key: str, values: dict[str, Any], language: str) -> str:
    """Writes the hint after `= help:`."""
    return HELP[key][_side(language)].format(**_all_shown(values, language))


def _all_shown(values: dict[str, Any], language: str) -> dict[str, Any]:
    """Writes values for a sentence; a pair is one in English and Chinese, a list is joined as the language does."""
    pairs = {key: one[_side(language)] for key, one in values.items() if isinstance(one, tuple) and len(one) == 2}
    return {key: pairs[key] if key in pairs else _shown(value, language) for key, value in values.items()}


def word(key: str, language: str) -> str:
    """Returns the word before a citation or a hint."""
    return _WORDS[key][_side(language)]


def closing_line(diagnostics: list[Any], hidden: int, language: str) -> str:
    """Counts errors and warnings of each file, and those that are not shown."""
    counts: dict[str, list[int]] = {}
    for one in diagnostics:
        counts.setdefault(one.place.source.path, [0, 0])[not one.is_error] += 1
    if language == "zh":
        more = f"（另有 {hidden} 处未列出）" if hidden else ""
        return (
            "；".join(f"{path}：{errors} 个错误，{others} 个警告" for path, (errors, others) in counts.items()) + more
        )
    more = f" (… and {hidden} more not shown)" if hidden else ""
    parts = (
        f"{_many(errors, 'error')}, {_many(others, 'warning')} in {path}" for path, (errors, others) in counts.items()
    )
    return "; ".join(parts) + more


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
