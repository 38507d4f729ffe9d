"""Lists the reasons why a plan has no query or data cannot be read by one: it is refused, never computed wrongly."""

from __future__ import annotations

SENTENCES = {
    "too-wide": (
        "its numbers may need more than 38 digits; a narrower `min` or `max` of the facts it leans on would help",
        "数值可能超过 38 位；为所用事项规定更窄的 `min` 或 `max` 可以解决",
    ),
    "too-many": ("it has more than {most} conditions", "条件多于 {most} 个"),
    "too-deep": ("a formula is nested too deeply for a query", "公式嵌套过深，不能写成查询"),
    "wide-quotient": (
        "{dialect} has no exact quotient of numbers wider than 64 bits",
        "{dialect} 不能精确计算超过 64 位的除法",
    ),
    "no-dialect": ("no dialect `{dialect}`; there are {known}", "没有名为 `{dialect}` 的数据库；可用：{known}"),
    "wrong-column": (
        "its column `{column}` holds {found}, and has to hold {wanted}",
        "列 `{column}` 的类型是 {found}，应为 {wanted}",
    ),
    "no-java": ("Spark needs a Java runtime, 17 or newer", "Spark 需要 Java 17 或更新的运行环境"),
    "no-cluster": ("Spark does not start on `{master}`: {why}", "Spark 无法在 `{master}` 上启动：{why}"),
    "no-answer": ("nobody answers at `{master}`", "`{master}` 没有响应"),
    "no-master": (
        "Spark knows no master `{master}`; it may be local[2] or spark://host:7077",
        "Spark 不认识 `{master}`；可写 local[2] 或 spark://主机:7077",
    ),
    "no-outcomes": ("there is no benefit to ask for", "规则中没有待遇，无可查询"),
}


class UnsupportedPlan(Exception):
    """A plan that has no query. `reason` is one of the sentences, `name` the entry it is about, if any."""

    def __init__(self, reason: str, name: str = "", **values: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.name = name
        self.values = values

    def message(self, language: str) -> str:
        """The sentence in `zh` or `en`."""
        text = SENTENCES[self.reason][language == "zh"].format(**self.values)
        return f"`{self.name}`: {text}" if self.name else text

    def __str__(self) -> str:
        return self.message("en")
