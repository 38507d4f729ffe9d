"""Define `doudi rules`: commands about the rules file itself."""

from __future__ import annotations

import click

from calc.cli import RULES_COMMANDS, LazyGroup
from calc.cli.locale import pick


def command(language: str) -> click.Command:
    """Builds the group."""
    help_ = pick(
        language,
        """The rules file: check it, test it, show it, write it as a query.

        \b
        Examples:
          doudi rules init                      a file of one's own to begin with
          doudi rules check                     all mistakes, with places
          doudi rules test tests/cases          worked households
          doudi rules show --month 2022-09      everything in force
          doudi rules show NAME                 one benefit with its sources
          doudi rules sql --dialect postgres    the query, to be run where the data is
        """,
        """规则文件：检查、运行案例、查看生效内容、输出查询语句。

        \b
        示例：
          doudi rules init                      生成本区自己的规则文件，沿用现有规则
          doudi rules check                     列出全部错误及位置
          doudi rules test tests/cases          运行案例
          doudi rules show --month 2022-09      当月生效的全部内容
          doudi rules show 名称                 一项待遇的条件与出处
          doudi rules sql --dialect postgres    输出查询语句，在数据所在处运行
        """,
    )
    return LazyGroup(
        RULES_COMMANDS,
        language,
        name="rules",
        help=help_,
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
