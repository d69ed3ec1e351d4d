"""The command `the-thuc`: files in, findings printed, exit code out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.cli import report
from pipeline.files import to_json, write_atomic
from pipeline.output.folder import OutputError
from pipeline.problem import ExitCode, Severity, UsageError, reason
from pipeline.the_thuc.annotate import annotate
from pipeline.the_thuc.check import check_the_thuc, unreadable
from pipeline.the_thuc.finding import Finding
from pipeline.the_thuc.reading.opened import MAX_FILE


def run_the_thuc(files: Sequence[str], form: str, annotated: str | None) -> ExitCode:
    """Check files and print findings as text or JSON to standard output; DATA when any is an error.

    Raises UsageError when several files are to be annotated into one, OutputError when it cannot be written.
    """
    if annotated and len(files) > 1:
        raise UsageError("--annotate chỉ dùng với một tệp")
    checked = [(name, *_check(Path(name))) for name in files]
    if form == "json":
        told = [{"tep": name, "phat_hien": [_fields(each) for each in found]} for name, _, found in checked]
        report.give(to_json(told))
    else:
        for name, _, found in checked:
            report.give("".join(f"{name}: {finding}\n" for finding in found).encode())
            report.say(f"{name}: {_summary(found)}")
    if annotated:
        name, data, found = checked[0]
        _write(Path(annotated), Path(name), annotate(data, found))
    bad = any(finding.severity is Severity.ERROR for _, _, found in checked for finding in found)
    return ExitCode.DATA if bad else ExitCode.DONE


def _check(path: Path) -> tuple[bytes, tuple[Finding, ...]]:
    """Read no more than may be checked."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        return b"", unreadable(reason(error))
    return data, check_the_thuc(data)


def _write(target: Path, source: Path, content: bytes) -> None:
    if target.resolve() == source.resolve():
        raise UsageError(f"--annotate phải ghi ra tệp khác với `{source.as_posix()}`")
    try:
        write_atomic(target.parent, target.name, content)
    except OSError as error:
        raise OutputError(f"không ghi được `{target.as_posix()}` ({reason(error)})") from error
    report.say(f"✓ {target.as_posix()}")


def _fields(finding: Finding) -> dict[str, Any]:
    where = {"doan": finding.where.order, "vi_tri": finding.where.label, "chu": finding.where.words}
    return {
        "quy_tac": finding.rule,
        "muc_do": str(finding.severity),
        "tim_thay": finding.found,
        "yeu_cau": finding.asked,
        "can_cu": finding.clause,
        "cho": where,
        "so_cho": finding.more + 1,
    }


def _summary(found: Sequence[Finding]) -> str:
    errors = sum(finding.severity is Severity.ERROR for finding in found)
    missing = [finding.found.removeprefix("không tìm thấy ") for finding in found if finding.rule.endswith("-thieu")]
    counted = f"{errors} lỗi, {len(found) - errors} cảnh báo" if found else "đúng thể thức"
    return f"{counted}; không tìm thấy: {', '.join(missing)}" if missing else counted
