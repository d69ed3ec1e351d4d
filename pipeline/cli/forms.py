"""Run the commands about Excel forms: write them out for units, read them back into units' files."""

import argparse
from pathlib import Path

from pipeline.authoring.new import year_to_fill
from pipeline.cli.report import exit_code, say
from pipeline.forms.back import Outcome, read_back, write_results
from pipeline.forms.outgoing import write_copies, write_forms
from pipeline.forms.units import form_kinds, unit_files
from pipeline.input.sources import Folders
from pipeline.problem import ExitCode, Severity, short

_NOTHING = "(trống)"


def run_form(folders: Folders, options: argparse.Namespace) -> ExitCode:
    """Write the forms of units and kinds into a folder."""
    out = Path(options.dir)
    year = year_to_fill(folders, options.nam)
    wanted = form_kinds(year, options.kind)
    files = unit_files(folders, year, options.chon)
    paths = write_forms(folders, year, wanted, files, out)
    names = ", ".join(kind.name for kind in wanted)
    say(f"✓ {len(paths)} mẫu của {len(files)} đơn vị trong {out.as_posix()}: {names}")
    return ExitCode.DONE


def run_import(folders: Folders, options: argparse.Namespace) -> ExitCode:
    """Read filled forms back; for a preview say cell by cell what would change, and write nothing."""
    preview: bool = options.xem_truoc
    outcome = read_back(folders, options.duong_dan)
    problems = list(outcome.problems)
    _say_changes(outcome, in_full=preview)
    written: list[Path] = []
    copies: list[Path] = []
    if not preview:
        written, late = write_results(outcome)
        problems += late
        copies = write_copies(outcome.copies, Path(options.tra_lai), outcome.paths)
    for problem in problems:
        say(str(problem))
    for path in written:
        say(f"✓ {path.as_posix()}")
    for path in copies:
        say(f"↩ {path.as_posix()}: bản trả lại, ô đỏ là chỗ cần sửa")
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    ready = sum(result.content is not None for result in outcome.results)
    done = f"{ready} tệp sẽ ghi" if preview else f"{len(written)} tệp đã ghi"
    say(f"{len(outcome.paths)} mẫu, {len(outcome.results)} xã: {done}, {errors} lỗi, {len(problems) - errors} cảnh báo")
    return exit_code(problems)


def _say_changes(outcome: Outcome, *, in_full: bool) -> None:
    """Say what changes: each cell, or a count for each unit."""
    for result in outcome.results:
        state = "" if result.content is not None or not result.changes else " (chưa ghi được, có lỗi)"
        new = " mới" if result.before is None else ""
        say(f"{result.path.as_posix()}{new}: {len(result.changes)} ô đổi{state}")
        for change in result.changes if in_full else ():
            old, now = (f"`{short(text)}`" if text else _NOTHING for text in (change.old, change.new))
            say(f"  {change.place}: {change.about}: {old} → {now}")
