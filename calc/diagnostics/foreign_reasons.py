"""Translates the reasons that the system and the TOML parser give, which speak English only."""

from __future__ import annotations

import errno
import re

_SYSTEM = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有权限",
    errno.EPERM: "不允许这样操作",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EEXIST: "文件已经存在",
    errno.ENOSPC: "磁盘空间不足",
    errno.EROFS: "所在的磁盘只能读",
    errno.ENAMETOOLONG: "文件名过长",
    errno.EMFILE: "打开的文件过多",
    errno.ENOMEM: "内存不足",
    errno.EBUSY: "文件正在使用",
    errno.EIO: "读写磁盘出错",
    errno.EINVAL: "系统不接受这个文件名或操作",
    errno.ELOOP: "链接绕成了圈",
}

_TOML = (
    ("Cannot declare (.*) twice", "{0} 定义了两次"),
    ("Cannot mutate immutable namespace (.*)", "{0} 已经写完，不能再添加"),
    ("Cannot redefine namespace (.*)", "{0} 定义了两次"),
    ("Cannot overwrite a value", "同一个键写了两次"),
    ("An object other than list found behind this key", "这个键不是列表"),
    ("There is no nest behind this key", "这个键下面不能再有键"),
    ("Duplicate inline table key (.*)", "同一个键 {0} 写了两次"),
    ("Escaped character is not a Unicode scalar value", "转义的不是有效字符"),
    ("Expected '=' after a key in a key/value pair", "键后面缺少等号"),
    ("Expected ']' at the end of a table declaration", "表名后面缺少 ]"),
    ("Expected ']]' at the end of an array declaration", "表名后面缺少 ]]"),
    ("Expected newline or end of document after a statement", "这一行后面还有多余的内容"),
    ("Expected (.*)", "此处应为 {0}"),
    ("Found invalid character (.*)", "此处不能有字符 {0}"),
    ("Illegal character (.*)", "此处不能有字符 {0}"),
    ("Invalid date or datetime", "不是有效的日期或时间"),
    ("Invalid hex value", "不是有效的十六进制数"),
    ("Invalid initial character for a key part", "键不能以这个字符开头"),
    ("Invalid statement", "这一行不是有效的写法"),
    ("Invalid value", "这里的值不是有效的写法"),
    ("Unclosed array", "列表没有结束，缺少 ]"),
    ("Unclosed inline table", "表没有结束，缺少 }}"),
    ("Unescaped .* in a string", "字符串中的反斜杠没有转义"),
    ("Unterminated string", "字符串没有结束，缺少引号"),
)


def system_reason(error: Exception) -> tuple[str, str]:
    """Returns the reason of an error of the system, in English and Chinese."""
    english = getattr(error, "strerror", None) or str(error)
    return english, _SYSTEM.get(getattr(error, "errno", None) or 0, english)


def toml_reason(english: str) -> tuple[str, str]:
    """Returns the parser's reason of a syntax error, in English and Chinese."""
    for pattern, chinese in _TOML:
        found = re.fullmatch(pattern, english)
        if found:
            return english, chinese.format(*found.groups())
    return english, english
