"""Print results: problems and progress for people, and nothing else in the pipeline prints."""

import sys
from collections.abc import Iterable

from pipeline.build import Result
from pipeline.problem import ExitCode, Severity


def report(results: Iterable[Result], *, building: bool) -> ExitCode:
    """Print each result as it comes and a count at the end; give the exit code.

    With several kinds of failure the code is the lowest of theirs.
    """
    done, failed, codes = 0, 0, set[ExitCode]()
    for result in results:
        errors = [problem for problem in result.problems if problem.severity is Severity.ERROR]
        for problem in result.problems:
            say(str(problem))
        codes.update(problem.exit_code for problem in errors)
        failed += bool(errors)
        done += not errors
        if result.record:
            pages = result.record["van_ban"]["PageAmount"]
            say(f"✓ {result.source.year}/{result.source.stem}" + (f"  {pages} trang" if pages else "  .docx"))
    checked = "tệp dựng và kiểm tra xong" if building else "tệp đúng"
    say(f"{done} {checked}, {failed} tệp có lỗi")
    return min(codes, default=ExitCode.DONE)


def say(line: str) -> None:
    """Print a line for the person who waits."""
    print(line, file=sys.stderr, flush=True)
