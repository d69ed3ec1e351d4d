"""Run the command that puts data files in their one form, or says where they are not in it."""

import argparse
from pathlib import Path

from pipeline.authoring.format import canonical_file
from pipeline.cli.report import report_problems, say
from pipeline.input.selection import select
from pipeline.input.sources import Folders
from pipeline.problem import ExitCode, Problem


def run_format(folders: Folders, options: argparse.Namespace) -> ExitCode:
    """Put data files in canonical form or, with --check, warn of what is not; leave unreadable ones alone."""
    paths = [Path(file_name) for file_name in options.tep]
    if not paths:
        paths = [path for each in select(folders.data, ()) for path in (*each.files.shared, *each.communes)]
    found: list[Problem] = []
    for path in paths:
        was_canonical, problems = canonical_file(path, folders, write=not options.check)
        found += problems
        if not (problems or was_canonical or options.check):
            say(f"✓ {path.as_posix()}")
    return report_problems(found, options.format)
