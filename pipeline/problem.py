"""Define problems in the data, as values, and exceptions for a failing environment, with their exit codes.

Problems are values so that one run can report all of them; an exception stops the step that raises it.
"""

import dataclasses
import enum
import errno
import itertools
from collections.abc import Iterable, Iterator

Key = tuple[str | int, ...]
"""The path from a file's root to one value: mapping keys and list positions, from 0."""


_WIDTH, _BEFORE = 110, 40
"""How many characters of a longer line a message shows, and how many of them stand before the problem's column."""

MOST, _LONGEST = 200, 80
"""How many problems of one kind a file shows at most, and how many characters of a value a message shows."""


class ExitCode(enum.IntEnum):
    """The exit code of the process: it tells the caller what kind of thing went wrong."""

    DONE = 0
    DATA = 1
    USAGE = 2
    TOOL = 3
    TEMPLATE = 4
    CONVERSION = 5
    VERIFICATION = 6
    INTERRUPTED = 130


class Severity(enum.StrEnum):
    """How bad a problem is; an error stops its document."""

    ERROR = "lỗi"
    WARNING = "cảnh báo"


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a problem is: a file, in it a key and words of its value, and (once located) line and column, from 1.

    Line 0 stands for a place that is not located yet; `excerpt` is the line's text, once located.
    """

    path: str
    line: int = 0
    column: int = 0
    key: Key = dataclasses.field(default=(), compare=False)
    words: str = dataclasses.field(default="", compare=False)
    excerpt: str = dataclasses.field(default="", compare=False)

    def __str__(self) -> str:
        """Give `path:line:column`, the form that editors and CI jump to."""
        if not self.line:
            return self.path
        return f"{self.path}:{self.line}:{self.column}"


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong: place, code (ASCII kebab-case), what disagrees, how to mend it."""

    place: Place
    code: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR
    exit_code: ExitCode = ExitCode.DATA

    def __str__(self) -> str:
        """Give what a person reads: the place and what is wrong, the line with a mark, how to mend it."""
        lines = [f"{self.place}: {self.severity} [{self.code}] {self.message}", *_excerpt_lines(self.place)]
        return "\n".join([*lines, f"    cách sửa: {self.hint}"] if self.hint else lines)


def _excerpt_lines(place: Place) -> tuple[str, ...]:
    """Give the part of the line around the column, and a caret below it."""
    if not place.excerpt:
        return ()
    start = max(0, place.column - 1 - _BEFORE) if len(place.excerpt) > _WIDTH else 0
    excerpt = place.excerpt[start : start + _WIDTH].rstrip()
    before, after = "…" if start else "", "…" if len(place.excerpt) > start + _WIDTH else ""
    return f"    | {before}{excerpt}{after}", f"    | {' ' * (len(before) + place.column - 1 - start)}^"


def bad_output(name: str, code: str, message: str, hint: str = "") -> Problem:
    """Make the problem of a finished file, found by verification, that is not what it must be."""
    return Problem(Place(name), code, message, hint, exit_code=ExitCode.VERIFICATION)


def ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Sort problems by place and drop repeated ones, so that every run prints the same list."""
    return tuple(problem for problem, _ in itertools.groupby(sorted(problems)))


def few(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Give the first 200 problems, then one that says that there are more.

    Nobody reads more than that, and a hostile file can have so many that listing them takes too long.
    """
    for number, problem in enumerate(problems):
        if number == MOST:
            message, hint = f"còn nữa; chỉ nêu {MOST} chỗ đầu", "sửa những chỗ đã nêu rồi kiểm tra lại"
            yield dataclasses.replace(problem, code="con-nua", message=message, hint=hint)
            return
        yield problem


def short(value: object) -> str:
    """Give a value as text for a message: 80 characters at most, cut with an ellipsis."""
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def has_error(problems: Iterable[Problem]) -> bool:
    """Tell whether any of the problems stops the document."""
    return any(problem.severity is Severity.ERROR for problem in problems)


_REASONS = {
    errno.ENOENT: "không có tệp hoặc thư mục này",
    errno.EACCES: "không có quyền",
    errno.EPERM: "không có quyền",
    errno.EROFS: "ổ đĩa chỉ cho đọc",
    errno.ENOSPC: "hết chỗ trống trên ổ đĩa",
    errno.EDQUOT: "hết phần chỗ trống được cấp",
    errno.EEXIST: "đã có một tệp trùng tên",
    errno.ENOTDIR: "đã có một tệp trùng tên thư mục",
    errno.EISDIR: "là thư mục, không phải tệp",
    errno.ENAMETOOLONG: "tên quá dài",
    errno.ELOOP: "liên kết dẫn vòng tròn",
}


def reason(error: OSError) -> str:
    """Say in Vietnamese why the system refused a file; for a rare error, in the system's own words."""
    return _REASONS.get(error.errno or 0, error.strerror or type(error).__name__)


class PipelineError(Exception):
    """A failure of the environment, not of the data; the message (Vietnamese) is for the user."""

    exit_code = ExitCode.USAGE


class UsageError(PipelineError):
    """The command line or the folders it names make no sense."""


class MissingToolError(PipelineError):
    """A program or a font is not installed; the message names the command that installs it."""

    exit_code = ExitCode.TOOL


class TemplateError(PipelineError):
    """The Word template cannot be used; the message names the part and the tag."""

    exit_code = ExitCode.TEMPLATE
