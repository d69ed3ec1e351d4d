"""Print results and progress for people; nothing else in the pipeline prints."""

import sys
import time
from collections.abc import Iterable, Iterator

from pipeline.problem import ExitCode, Problem, Severity
from pipeline.render import Result

FEW = 50
"""Up to so many documents each has a line of its own."""
_LINES = 20


def report_check(results: Iterable[Result]) -> ExitCode:
    """Print the problems of checked files and count files; give the exit code."""
    problems: list[Problem] = []
    files = bad = 0
    for result in results:
        files += 1
        bad += bool(_errors(result))
        problems += _printed(result)
    say(f"{files - bad} tệp đúng, {bad} tệp có lỗi")
    return exit_code(problems)


def report_build(results: Iterable[Result], total: int, unchanged: int, *, quiet: bool) -> ExitCode:
    """Print progress while documents are built, problems as they come, and a table at the end; give the exit code.

    `total` is the number of documents to build. Quiet prints problems alone.
    """
    problems: list[Problem] = []
    built = 0
    for result in results if quiet else _with_progress(results, total):
        problems += _printed(result)
        built += not _errors(result)
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
    print(line, file=sys.stderr, flush=True)


def give(content: bytes) -> None:
    """Write a result, which may go into another program, to standard output."""
    print(content.decode(), end="", flush=True)


def _with_progress(results: Iterable[Result], total: int) -> Iterator[Result]:
    """Pass results through; tell rate and time left, in one moving line on a terminal, in plain lines elsewhere."""
    moving = sys.stderr.isatty() and total > 1
    start = time.monotonic()
    for done, result in enumerate(results, 1):
        if moving:
            print("\r\033[K", end="", file=sys.stderr)
        if result.record and total <= FEW:
            pages = result.record["van_ban"]["PageAmount"]
            say(f"✓ {result.source.name}  {f'{pages} trang' if pages else '.docx'}")
        yield result
        if moving or (total > FEW and done % -(-total // _LINES) == 0):
            line = _pace(min(done, total), total, time.monotonic() - start)
            print(line, end="" if moving else "\n", file=sys.stderr, flush=True)
    if moving:
        print("\r\033[K", end="", file=sys.stderr)


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
