"""Print results and progress for people; nothing else in the pipeline prints."""

import contextlib
import sys
import time
from collections.abc import Iterable, Iterator

from pipeline.cli.problem_formats import FORMATS
from pipeline.jobs.check import Review
from pipeline.jobs.render import Result
from pipeline.problem import ExitCode, Problem, Severity

FEW = 50
"""Up to so many documents each has a line of its own."""
_LINES = 20
# By blanks: the console of older Windows prints the terminals' own code for it as it is.
_CLEARED = f"\r{' ' * 78}\r"


def report_check(found: Review, form: str) -> ExitCode:
    """Print the problems of checked files, count them, and tell how each year stands; give the exit code.

    In a form for machines the problems go to standard output, alone.
    """
    problems = list(found.problems)
    if form in FORMATS:
        sys.stdout.write(FORMATS[form](problems))
    else:
        for problem in problems:
            say(str(problem))
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    say(f"{_counted(len(found.files))} tệp: {_counted(errors)} lỗi, {_counted(len(problems) - errors)} cảnh báo")
    if found.years:
        say(f"{'năm':<6}{'xã':>8}{'đúng':>8}{'cảnh báo':>10}{'lỗi':>8}{'thiếu tệp':>11}")
    for year in found.years:
        communes, missing = year.xong + year.canh_bao + year.loi, sum(map(len, year.thieu.values()))
        counts = (communes, 8), (year.xong, 8), (year.canh_bao, 10), (year.loi, 8), (missing, 11)
        say(f"{year.nam:<6}" + "".join(f"{_counted(number):>{width}}" for number, width in counts))
    for year in found.years:
        for district, units in year.thieu.items():
            names = ", ".join(f"{unit.ma_don_vi} {unit.ten_don_vi}" for unit in units[:_LINES])
            say(f"  {year.nam}, {district} còn thiếu: {names}{', …' if len(units) > _LINES else ''}")
    return exit_code(problems)


def report_verify(results: Iterable[Result]) -> ExitCode:
    """Print the problems of a published folder and count its documents; give the exit code."""
    problems: list[Problem] = []
    looked_at = bad = 0
    for result in results:
        looked_at += 1
        bad += bool(_errors(result))
        problems += _printed(result)
    say(f"{_counted(looked_at - bad)} mục đúng, {_counted(bad)} mục có lỗi")
    return exit_code(problems)


def report_build(results: Iterable[Result], total: int, unchanged: int, *, quiet: bool) -> ExitCode:
    """Print progress while documents are built, problems as they come, and a table at the end; give the exit code.

    `total` is the number of documents to build. Quiet prints problems alone.
    """
    problems: list[Problem] = []
    built = 0
    for result in results if quiet else _with_progress(results, total):
        problems += _printed(result)
        built += bool(result.files)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    failed = len({problem.place.path for problem in errors})
    if not quiet:
        for words, count in (("dựng xong", built), ("giữ nguyên", unchanged), ("có lỗi", failed)):
            say(f"{words:<12}{_counted(count):>8}")
        for problem in errors if len(errors) > 1 else ():
            say(f"  {problem.place}: [{problem.code}]")
    return exit_code(problems)


def exit_code(problems: Iterable[Problem]) -> ExitCode:
    """Give the lowest code of all errors, the plainest cause."""
    return min((each.exit_code for each in problems if each.severity is Severity.ERROR), default=ExitCode.DONE)


def say(line: str) -> None:
    """Print a line for the person who waits."""
    _show(f"{line}\n")


def _show(text: str) -> None:
    """Write to the terminal; what cannot be written there stops no work."""
    with contextlib.suppress(OSError):
        print(text, end="", file=sys.stderr, flush=True)


def give(content: bytes) -> None:
    """Write a result, which may go into another program, to standard output."""
    print(content.decode(), end="", flush=True)


def _with_progress(results: Iterable[Result], total: int) -> Iterator[Result]:
    """Pass results through; tell rate and time left, in one moving line on a terminal, in plain lines elsewhere."""
    moving = sys.stderr.isatty() and total > 1
    start = time.monotonic()
    for done, result in enumerate(results, 1):
        if moving:
            _show(_CLEARED)
        if result.record and total <= FEW:
            pages = result.record.van_ban.PageAmount
            say(f"✓ {result.source.name}  {f'{pages} trang' if pages else '.docx'}")
        yield result
        if moving or (total > FEW and done % -(-total // _LINES) == 0):
            line = _pace(min(done, total), total, time.monotonic() - start)
            _show(line if moving else f"{line}\n")
    if moving:
        _show(_CLEARED)


def _pace(done: int, total: int, seconds: float) -> str:
    rate = done / max(seconds, 0.001)
    minutes, rest = divmod(round((total - done) / rate), 60)
    written = f"{rate:.1f}".replace(".", ",")
    return f"{_counted(done)}/{_counted(total)}  {written} văn bản/giây  còn {minutes} phút {rest:02d} giây"


def _printed(result: Result) -> tuple[Problem, ...]:
    for problem in result.problems:
        say(str(problem))
    return result.problems


def _errors(result: Result) -> list[Problem]:
    return [problem for problem in result.problems if problem.severity is Severity.ERROR]


def _counted(number: int) -> str:
    return f"{number:,}".replace(",", ".")
