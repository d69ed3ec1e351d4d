"""Run the command `the-thuc`: files in, findings printed, exit code out."""

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
from pipeline.the_thuc.mending.mend import mend
from pipeline.the_thuc.reading.opened import MAX_FILE


def run_the_thuc(
    files: Sequence[str],
    form: str,
    copy: str | None,
    *,
    mended: str | None = None,
    tracked: bool = False,
    strict: bool = False,
) -> ExitCode:
    """Check files and print findings as text or JSON to standard output; give DATA when any finding is an error.

    `copy` is the path of an annotated copy to write, `mended` that of a mended one; with `tracked` its changes are
    tracked ones, and the exit code tells what is left in it. With `strict`, rules that are often a matter of opinion
    are applied, too. Raises UsageError when there are several files to annotate or mend, or one that cannot be mended,
    OutputError when a copy cannot be written.
    """
    for option, target in (("--annotate", copy), ("--sua", mended)):
        if target and len(files) > 1:
            raise UsageError(f"{option} chỉ dùng với một tệp")
    if tracked and not mended:
        raise UsageError("--theo-doi chỉ dùng cùng với --sua")
    results = [(file_name, *_check(Path(file_name), strict=strict)) for file_name in files]
    if form == "json":
        entries = [
            {"tep": file_name, "phat_hien": [_fields(each) for each in findings]} for file_name, _, findings in results
        ]
        report.give(to_json(entries))
    else:
        for file_name, _, findings in results:
            report.give("".join(f"{file_name}: {finding}\n" for finding in findings).encode())
            report.say(f"{file_name}: {_summary(findings)}")
    if copy:
        file_name, data, findings = results[0]
        _write(Path(copy), Path(file_name), annotate(data, findings), "--annotate")
    if mended:
        file_name, data, _ = results[0]
        results = [(file_name, data, _mend(Path(mended), Path(file_name), data, tracked=tracked))]
    bad = any(finding.severity is Severity.ERROR for _, _, findings in results for finding in findings)
    return ExitCode.DATA if bad else ExitCode.DONE


def _mend(target: Path, source: Path, data: bytes, *, tracked: bool) -> tuple[Finding, ...]:
    """Write the mended copy, print what was mended, and return what is left."""
    result = mend(data, tracked=tracked)
    _write(target, source, result.data, "--sua")
    for finding in result.done:
        report.say(f"đã sửa {finding.where}: {finding.found} → {finding.asked}")
    report.say(f"{target.as_posix()}: sửa {len(result.done)} lỗi; còn lại {_summary(result.left)}")
    return result.left


def _check(path: Path, *, strict: bool) -> tuple[bytes, tuple[Finding, ...]]:
    """Read a file, at most one byte more than the checker accepts, and check it; give its bytes and the findings."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        return b"", unreadable(reason(error))
    return data, check_the_thuc(data, strict=strict)


def _write(target: Path, source: Path, content: bytes, option: str) -> None:
    if target.resolve() == source.resolve():
        raise UsageError(f"{option} phải ghi ra tệp khác với `{source.as_posix()}`")
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


def _summary(findings: Sequence[Finding]) -> str:
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    missing = [finding.found.removeprefix("không tìm thấy ") for finding in findings if finding.rule.endswith("-thieu")]
    counts = f"{errors} lỗi, {len(findings) - errors} cảnh báo" if findings else "đúng thể thức"
    return f"{counts}; không tìm thấy: {', '.join(missing)}" if missing else counts
