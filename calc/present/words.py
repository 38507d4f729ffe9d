"""The words of the program's own output, in two languages."""

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
    "total-open": ("Paid for {month}: not settled; at least {amount}", "{month} 应发合计待定，至少 {amount}"),
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
    "assumed": ("leans on what is assumed", "依据假定"),
    "assumed-short": (
        "* leans on {count} assumed entries; --why BENEFIT tells them with their reasons",
        "* 依据 {count} 项假定，--why 待遇编号 可列出及其理由",
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
    "case-expected": ("expected {expected}, got {actual}", "预期 {expected}，实得 {actual}"),
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
    "default": ("default", "缺省"),
    "kind": ("kind", "类别"),
    "used-by": ("used by", "用于"),
    "changes": ("changes", "变更"),
    "ends": ("ends", "终止"),
    "no-name": ("no `{name}` in these rules", "本规则中没有 `{name}`"),
    "fault": (
        "this is a fault in Doudi {version}, not in your rules or data: {error}\n"
        "Please report it; --debug shows where.",
        "这是 Doudi {version} 的程序错误，与您的规则和数据无关：{error}\n请反馈；加 --debug 可查看位置。",
    ),
    "interrupted": ("interrupted", "已中断"),
    "one-answer": (
        "--value prints bare numbers and --why text; they do not go with another form of output",
        "--value 只输出数字，--why 只输出文本，不能与其他输出方式同用",
    ),
    "over-by": ("over by {difference}", "超出 {difference}"),
    "not-stated": ("no date given ({fact})", "未填写日期（{fact}）"),
    "not-given": ("not given", "未填写"),
    "missing-extra": (
        "this needs {package}, which is not installed: pip install 'doudi[{extra}]'",
        "需要先安装 {package}：pip install 'doudi[{extra}]'",
    ),
    "one-stdin": ("standard input can be read only once", "标准输入只能读取一次"),
}


def say(key: str, language: str, **values: Any) -> str:
    """A sentence or word of the program in `zh` or `en`."""
    text = _WORDS[key][1 if language == "zh" else 0]
    return text.format(**values) if values else text
