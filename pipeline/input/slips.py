"""Name slips of typing that YAML takes for something else than what was meant, at the place where they were made.

YAML has no fault to report in most of them: a blank and a # cut a value, a line without its dash joins the line above.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from pipeline.problem import Place, Problem, Severity, short

_CONFLICT = re.compile(r"^(?:<{7}|>{7}|\|{7})(?: .*)?$|^={7}$", re.MULTILINE)
_REMARK = re.compile(r"( +)#(\S?)")
_CURLY = re.compile(r"[“”‘’„].*[“”‘’„]", re.DOTALL)
_OPEN_QUOTE = re.compile(r'(\s*(?:- )?(?:[\w-]+: +)?)"(?:[^"\\]|\\.)*$')
_KEY_BARE = re.compile(r"([a-z]+(?:[_-][a-z]+)+) +(\S.*)")
_KEY_GLUED = re.compile(r"\s*(?:- )?([\w-]+):(\S.*)")


def conflict(text: str, path: str) -> Problem | None:
    """Find the marks that git leaves in a file which two people have changed."""
    mark = _CONFLICT.search(text)
    if mark is None:
        return None
    line = text.count("\n", 0, mark.start()) + 1
    message = f"có dấu xung đột của git “{mark[0][:20]}”: hai người sửa cùng một chỗ"
    hint = "giữ một trong hai đoạn, xóa các dòng <<<<<<<, =======, >>>>>>>"
    return Problem(Place(path, line, 1), "xung-dot-git", message, hint)


def scalar_slips(event: Any, lines: Sequence[str], path: str) -> Iterator[Problem]:
    """Look at a value that the parser read, and at what stands around it in its lines.

    `event` is a scalar of libyaml with its marks; `lines` are those of the file. A quoted or folded value is what it
    says.
    """
    if event.style:
        return
    start, end = event.start_mark, event.end_mark
    line, column = start.line + 1, start.column + 1
    if end.line > start.line:
        message = f"dòng này nối vào giá trị ở dòng {line}: YAML đọc cả hai là một"
        hint = "đầu dòng thiếu “- ” hoặc “khóa: ”, hay thừa dấu cách? giá trị dài thì viết một dòng, hoặc dùng >-"
        below = next((n for n in range(start.line + 1, end.line + 1) if lines[n].strip()), start.line)
        indent = len(lines[below]) - len(lines[below].lstrip())
        yield Problem(Place(path, below + 1, indent + 1), "gia-tri-tran-dong", message, hint)
        return
    remark = _REMARK.match(lines[start.line], end.column) if event.value and start.line < len(lines) else None
    if remark and (len(remark[1]) == 1 or remark[2]):
        rest = lines[start.line][remark.end(1) :].strip()
        message = f"từ dấu # trở đi (“{short(rest)}”) là chú thích, không in ra"
        hint = "nếu thuộc giá trị thì đặt cả giá trị trong ngoặc kép; nếu là chú thích thì để hai dấu cách trước #"
        yield Problem(Place(path, line, remark.end(1) + 1), "cat-o-dau-thang", message, hint, Severity.WARNING)
    if "#" in event.value:
        at = lines[start.line].find("#", start.column)
        message = f"“{short(event.value)}” có dấu # liền chữ: được in ra, không phải chú thích"
        hint = "nếu là chú thích thì để hai dấu cách trước #; nếu thuộc giá trị thì đặt giá trị trong ngoặc kép"
        yield Problem(Place(path, line, at + 1), "dau-thang-lien-chu", message, hint, Severity.WARNING)
    if _CURLY.fullmatch(event.value):
        inside = event.value[1:-1]
        message = f"giá trị nằm trong ngoặc “ ” của Word ({short(event.value)}): dấu ngoặc được in ra"
        hint = f'thay “ ” bằng ": "{short(inside)}"; nếu muốn in dấu “ ” thì đặt cả giá trị trong ngoặc "'
        severity = Severity.WARNING if inside.strip() else Severity.ERROR
        yield Problem(Place(path, line, column), "ngoac-cua-word", message, hint, severity)


def syntax_slip(error: YAMLError, lines: Sequence[str], path: str) -> Problem | None:
    """Find the slip behind a fault of syntax, which the parser sees only later: it blames the next, good line."""
    if not isinstance(error, MarkedYAMLError):
        return None
    context, mark = error.context or "", error.context_mark
    if "scanning a simple key" in context and mark and mark.line < len(lines):
        above = lines[mark.line - 1] if mark.line else ""
        return Problem(Place(path, mark.line + 1, mark.column + 1), "sai-yaml", *_key_slip(lines[mark.line], above))
    if "scanning a block scalar" in context and mark and mark.line < len(lines):
        message = f"giá trị bắt đầu bằng > hoặc |: {short(lines[mark.line].strip())}"
        place = Place(path, mark.line + 1, mark.column + 1)
        return Problem(place, "sai-yaml", message, "đặt cả giá trị trong ngoặc kép")
    last = error.problem_mark.line if error.problem_mark else len(lines) - 1
    for number, line in enumerate(lines[: last + 1], 1):
        if quote := _OPEN_QUOTE.match(line):
            message = f"ngoặc kép mở ở dòng {number} chưa đóng: {short(line.strip())}"
            hint = f'thêm dấu " ở cuối giá trị: {short(line.strip())}"'
            return Problem(Place(path, number, quote.end(1) + 1), "sai-yaml", message, hint)
    return None


def _key_slip(line: str, above: str) -> tuple[str, str]:
    """Say what is wrong with a line that has neither key nor dash, beside the line above it: message and remedy."""
    typed = line.strip()
    if re.match(r"-[^\s-]", typed):
        return f"“{short(typed)}” thiếu dấu cách sau dấu gạch đầu dòng", f"ghi “- {short(typed[1:])}”"
    if glued := _KEY_GLUED.fullmatch(line):
        return f"“{short(typed)}” thiếu dấu cách sau dấu hai chấm", f"ghi “{glued[1]}: {short(glued[2])}”"
    if forgotten := _KEY_BARE.fullmatch(typed):
        return f"“{short(typed)}” thiếu dấu hai chấm sau khóa", f"ghi “{forgotten[1]}: {short(forgotten[2])}”"
    if re.match(r"\s*- ", above):
        return f"“{short(typed)}” thiếu “- ” ở đầu dòng", f"ghi “- {short(typed)}”, thẳng hàng với dòng trên"
    return f"“{short(typed)}” thiếu “: ” sau khóa", "ghi “khóa: giá trị”, có dấu hai chấm và một dấu cách"
