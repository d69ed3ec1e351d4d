"""Print results and progress for people; nothing else in the pipeline prints."""

import contextlib
import sys
import time
from collections.abc import Iterable, Iterator, Sequence

from pipeline.cli.problem_formats import FORMATS
from pipeline.jobs.check import Review
from pipeline.jobs.render import Result
from pipeline.problem import ExitCode, Problem, Severity

FEW = 50
"""Up to this number, every document has a line of its own."""
_LINES = 20
# Blanks, no ANSI escape code: the console of older Windows would print such a code as text.
_BLANK_LINE = f"\r{' ' * 78}\r"


def report_problems(problems: Sequence[Problem], form: str) -> ExitCode:
    """Print problems, in a form for programs to standard output, and give the exit code."""
    if form in FORMATS:
        sys.stdout.write(FORMATS[form](problems))
    else:
        for problem in problems:
            say(str(problem))
    return exit_code(problems)


def report_check(review: Review, form: str) -> ExitCode:
    """Print and count the problems of checked files, and print a table of the years; give the exit code.

    In a form for programs the problems alone go to standard output, so that it can be parsed.
    """
    problems = list(review.problems)
    code = report_problems(problems, form)
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    say(f"{_with_dots(len(review.files))} tệp: {_with_dots(errors)} lỗi, {_with_dots(len(problems) - errors)} cảnh báo")
    if review.years:
        say(f"{'năm':<6}{'xã':>8}{'đúng':>8}{'cảnh báo':>10}{'lỗi':>8}{'lỗi chung':>11}{'thiếu tệp':>11}")
    for year in review.years:
        communes, missing = year.xong + year.canh_bao + year.loi, sum(map(len, year.thieu.values()))
        counts = (communes, 8), (year.xong, 8), (year.canh_bao, 10), (year.loi, 8), (year.chung, 11), (missing, 11)
        say(f"{year.nam:<6}" + "".join(f"{_with_dots(number):>{width}}" for number, width in counts))
    for year in review.years:
        for district, units in year.thieu.items():
            names = ", ".join(f"{unit.ma_don_vi} {unit.ten_don_vi}" for unit in units[:_LINES])
            say(f"  {year.nam}, {district} còn thiếu: {names}{', …' if len(units) > _LINES else ''}")
    return code


def report_verify(results: Iterable[Result]) -> ExitCode:
    """Print the problems of a published folder and who signed, and count its documents; give the exit code."""
    problems: list[Problem] = []
    total = bad = 0
    for result in results:
        total += 1
        bad += bool(_errors(result))
        problems += _print_problems(result, set())
        for note in result.notes:
            say(note)
    say(f"{_with_dots(total - bad)} mục đúng, {_with_dots(bad)} mục có lỗi")
    return exit_code(problems)


def report_build(results: Iterable[Result], total: int, unchanged: int, *, quiet: bool) -> ExitCode:
    """Print progress while documents are built, problems as they come, and a table at the end; give the exit code.

    `total` is the number of documents to build, `unchanged` of those that stay. With `quiet`, print problems alone.
    """
    problems: list[Problem] = []
    documents = 0
    said: set[Problem] = set()
    for result in results if quiet else _with_progress(results, total):
        # What is wrong with a unit's file is wrong with each of its papers, and is said once.
        problems += _print_problems(result, said)
        for note in result.notes:
            say(note)
        documents += bool(result.files)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    failures = len({problem.place.path for problem in errors})
    if not quiet:
        for words, count in (("dựng xong", documents), ("giữ nguyên", unchanged), ("có lỗi", failures)):
            say(f"{words:<12}{_with_dots(count):>8}")
        for problem in errors if len(errors) > 1 else ():
            say(f"  {problem.place}: [{problem.code}]")
    return exit_code(problems)


def exit_code(problems: Iterable[Problem]) -> ExitCode:
    """Give the lowest exit code of all errors, which is the plainest cause; DONE without errors."""
    return min((each.exit_code for each in problems if each.severity is Severity.ERROR), default=ExitCode.DONE)


def say(line: str) -> None:
    """Print a line for people, to standard error."""
    _show(f"{line}\n")


def _show(text: str) -> None:
    """Write to standard error; a terminal that refuses it stops no work."""
    with contextlib.suppress(OSError):
        print(text, end="", file=sys.stderr, flush=True)


def give(content: bytes) -> None:
    """Write a result to standard output, which may be piped into another program."""
    print(content.decode(), end="", flush=True)


def _with_progress(results: Iterable[Result], total: int) -> Iterator[Result]:
    """Pass results through and print rate and time left: in one moving line on a terminal, in plain lines elsewhere."""
    moving = sys.stderr.isatty() and total > 1
    start = time.monotonic()
    for count, result in enumerate(results, 1):
        if moving:
            _show(_BLANK_LINE)
        if result.record and total <= FEW:
            pages = result.record.van_ban.PageAmount
            say(f"✓ {result.name}  {f'{pages} trang' if pages else '.docx'}")
        yield result
        if moving or (total > FEW and count % -(-total // _LINES) == 0):
            line = _pace(min(count, total), total, time.monotonic() - start)
            _show(line if moving else f"{line}\n")
    if moving:
        _show(_BLANK_LINE)


def _pace(count: int, total: int, seconds: float) -> str:
    """Give documents done, documents for each second, and time left, as a line."""
    rate = count / max(seconds, 0.001)
    minutes, rest = divmod(round((total - count) / rate), 60)
    speed = f"{rate:.1f}".replace(".", ",")
    return f"{_with_dots(count)}/{_with_dots(total)}  {speed} văn bản/giây  còn {minutes} phút {rest:02d} giây"


def _print_problems(result: Result, said: set[Problem]) -> tuple[Problem, ...]:
    """Print the problems of a result that have not been said yet, and give them."""
    new = tuple(problem for problem in dict.fromkeys(result.problems) if problem not in said)
    said.update(new)
    for problem in new:
        say(str(problem))
    return new


def _errors(result: Result) -> list[Problem]:
    return [problem for problem in result.problems if problem.severity is Severity.ERROR]


def _with_dots(number: int) -> str:
    """Write a number with dots between thousands, as Vietnamese does."""
    return f"{number:,}".replace(",", ".")
