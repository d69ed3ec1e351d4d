"""Issue a paper: flag it in its data file and build it, which writes the ledger; all of it or nothing."""

import argparse
from collections.abc import Callable

from pipeline.authoring.issue import flag_issued
from pipeline.cli import report
from pipeline.input.sources import LEDGER_FILE, Folders
from pipeline.output.ledger import read_ledger
from pipeline.problem import ExitCode


def run_issue(
    folders: Folders, options: argparse.Namespace, build: Callable[[Folders, argparse.Namespace], ExitCode]
) -> ExitCode:
    """Issue the one paper that the options mean; where it cannot be built, its data stay as they were."""
    flagged = flag_issued(folders, options.chon, options.kind, options.so, options.ngay)
    options.chon, options.kind = [flagged.path.parent.name], [flagged.kind]
    if flagged.path.stem != flagged.kind:
        options.chon.append(flagged.path.as_posix())
    is_issued = False
    try:
        code = build(folders, options)
        is_issued = flagged.place in read_ledger(folders.data)
    finally:
        if not is_issued:
            flagged.undo()
    if not is_issued:
        report.say(f"chưa ban hành {flagged.place}: `{flagged.path.as_posix()}` giữ như cũ")
        return code or ExitCode.DATA
    report.say(f"✓ {flagged.place}: commit `{flagged.path.as_posix()}` và `{(folders.data / LEDGER_FILE).as_posix()}`")
    return code
