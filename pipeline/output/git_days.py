"""Ask git on which day each data file was last changed; a file's own time differs from machine to machine."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.files import MAX_BYTES

_ENVIRONMENT = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
_START = "\x01"
_SHA1 = 40
"""Hexadecimal digits of git's usual hash."""


def last_changes(folder: Path) -> Mapping[str, str]:
    """Give the day, such as 2026-11-24, of the commit that last changed each file, by its path below a folder.

    Only first parents count: a merged branch changes its files on the day of its merge. Left out are files with
    uncommitted changes, and files last changed before the history of a shallow clone begins. Without git, the result
    is empty.
    """
    program = shutil.which("git")
    if program is None or not folder.is_dir():
        return {}
    form = f"--format=tformat:{_START}%cs %P"
    log = _git(program, folder, "log", "--first-parent", "-m", "--no-renames", form, "--name-only", "-z", "--", ".")
    shallow = _git(program, folder, "rev-parse", "--is-shallow-repository").strip() != "false"
    days: dict[str, str] = {}
    day, certain = "", True
    for part in log.split("\0"):
        word = part.strip("\n")
        if word.startswith(_START):
            day, _, parents = word[1:].partition(" ")
            # At the end of a shallow clone's history, every file seems to be new.
            certain = bool(parents) or not shallow
        elif word:
            days.setdefault(word, day if certain else "")
    return {path: days[path] for path in _unchanged(program, folder) if days.get(path)}


def refusal(folder: Path) -> tuple[str, str]:
    """Give git's own words where it refuses to read a folder that is in a repository, and the command it advises.

    It does so where the repository is another user's ("dubious ownership"); both are empty where git reads it, where
    there is no git, and where there is no repository.
    """
    program = shutil.which("git")
    if program is None or not folder.is_dir():
        return "", ""
    said = _run(program, folder, "rev-parse", "--is-inside-work-tree").stderr.decode("utf-8", "replace")
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if not lines or "not a git repository" in said:
        return "", ""
    return lines[0], next((line for line in lines if line.startswith("git config")), "")


def _unchanged(program: str, folder: Path) -> Iterator[str]:
    """Give the files that are byte for byte as the last commit has them.

    Their hashes (git's blob ids) are computed here: git itself would run filters that a repository's configuration
    names, and so programs of a stranger.
    """
    for line in _git(program, folder, "ls-tree", "-r", "-z", "HEAD", "--", ".").split("\0"):
        about, _, path = line.partition("\t")
        expected, file = about.rpartition(" ")[2], folder / path
        if path and file.is_file() and not file.is_symlink() and file.stat().st_size <= MAX_BYTES:
            content = file.read_bytes()
            kind = "sha1" if len(expected) == _SHA1 else "sha256"
            if (
                hashlib.new(kind, b"blob %d\0%b" % (len(content), content), usedforsecurity=False).hexdigest()
                == expected
            ):
                yield path


def _git(program: str, folder: Path, command: str, *arguments: str) -> str:
    """Run a git command that only reads, in a folder; give its output, empty when it fails."""
    process = _run(program, folder, command, *arguments)
    return process.stdout.decode("utf-8", "replace") if process.returncode == 0 else ""


def _run(program: str, folder: Path, command: str, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    # Nothing that the repository's own configuration names is run.
    overrides = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "log.showSignature=false")
    limits = ("--relative", "--no-ext-diff", "--no-textconv") if command == "log" else ()
    # Git sets GIT_DIR and others for its hooks; they would name another repository than the folder's own.
    environment = {variable: value for variable, value in os.environ.items() if not variable.startswith("GIT_")}
    return subprocess.run(
        [program, "-C", str(folder), *overrides, command, *limits, *arguments],
        env={**environment, **_ENVIRONMENT},
        capture_output=True,
        check=False,
    )
