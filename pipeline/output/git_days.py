"""Ask git when each data file was last changed: the one clock that is the same on every machine."""

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

    On the main line: a merged branch counts from its merge. Files that git does not have as they are now are left
    out, and so are those older than the history that is there (a shallow clone). Nothing where there is no git.
    """
    program = shutil.which("git")
    if program is None or not folder.is_dir():
        return {}
    form = f"--format=tformat:{_START}%cs %P"
    log = _git(program, folder, "log", "--first-parent", "-m", "--no-renames", form, "--name-only", "-z", "--", ".")
    shallow = _git(program, folder, "rev-parse", "--is-shallow-repository").strip() != "false"
    days: dict[str, str] = {}
    day, known = "", True
    for part in log.split("\0"):
        word = part.strip("\n")
        if word.startswith(_START):
            day, _, parents = word[1:].partition(" ")
            # Where history was cut off, everything seems to begin.
            known = bool(parents) or not shallow
        elif word:
            days.setdefault(word, day if known else "")
    return {path: days[path] for path in _unchanged(program, folder) if days.get(path)}


def _unchanged(program: str, folder: Path) -> Iterator[str]:
    """Give the files that are as the last commit has them, byte for byte.

    Hashed here: git itself would run the filters that a repository's configuration names.
    """
    for line in _git(program, folder, "ls-tree", "-r", "-z", "HEAD", "--", ".").split("\0"):
        about, _, path = line.partition("\t")
        wanted, file = about.rpartition(" ")[2], folder / path
        if path and file.is_file() and not file.is_symlink() and file.stat().st_size <= MAX_BYTES:
            content = file.read_bytes()
            kind = "sha1" if len(wanted) == _SHA1 else "sha256"
            if hashlib.new(kind, b"blob %d\0%b" % (len(content), content), usedforsecurity=False).hexdigest() == wanted:
                yield path


def _git(program: str, folder: Path, command: str, *arguments: str) -> str:
    """Run a git command that only reads, with paths below the folder; give its output, empty when it fails."""
    # Nothing that the repository's own configuration names is run.
    safe = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "log.showSignature=false")
    where = ("--relative", "--no-ext-diff", "--no-textconv") if command == "log" else ()
    # A hook of another repository names that one; what is asked for is the folder's own.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        [program, "-C", str(folder), *safe, command, *where, *arguments],
        env={**inherited, **_ENVIRONMENT},
        capture_output=True,
        check=False,
    )
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""
