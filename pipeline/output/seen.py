"""Check whether files are still as they were published, and find PDFs that have been signed since."""

from collections.abc import Mapping
from pathlib import Path

import pydantic
import pydantic_core

from pipeline.files import read_plain
from pipeline.input.sources import document_name
from pipeline.output.manifest import Entry
from pipeline.output.origin import digest
from pipeline.output.published import Number
from pipeline.pdf.signed import is_signed
from pipeline.problem import UsageError

PICTURE, PICTURES = ".png", "-tiep.png"
"""Endings of the picture of a document's first page, and of the picture of all others."""
MAY_LACK = (PICTURES, PICTURE, ".pdf")
"""Endings of the files that a document may have beside its .docx and its record."""

Stat = tuple[int, int]
State = dict[str, Stat]
"""Size and mtime of published files when their bytes were last known good, by path below the output folder.

A cache that may be lost at any moment: a file that is not in it is read again.
"""
_STATE: pydantic.TypeAdapter[State] = pydantic.TypeAdapter(dict[str, tuple[Number, int]])


class DamagedError(UsageError):
    """A published file does not have the hash that the manifest gives."""


def is_intact(out: Path, name: str, document: str, entry: Entry, state: State) -> bool:
    """Tell whether a document's record and the files that it names are there with the right bytes.

    A file whose size and time have not moved since it was last read is not read again.
    """
    return f"{document}.json" in entry.tep and are_intact(out, name, entry.files, state)


def are_intact(out: Path, name: str, files: Mapping[str, str], state: State) -> bool:
    """Tell whether the files of a folder are there with these SHA-256; note in the state those that were read."""
    for file, expected in files.items():
        if not _is_unchanged(out, f"{name}/{file}", state):
            try:
                if digest(read_plain(out / name / file)) != expected:
                    return False
            except (OSError, ValueError):
                return False
            state[f"{name}/{file}"] = stat(out / name / file)
    return True


def size_of(out: Path, path: str, state: State) -> int:
    """Give the size in bytes of a published file; 0 for one that is not there."""
    try:
        return state[path][0] if path in state else (out / path).stat().st_size
    except (OSError, ValueError):
        return 0


def signed_pdf(out: Path, name: str, document: str) -> bytes | None:
    """Give a document's PDF when somebody has signed it; None when it is unsigned or cannot be read."""
    try:
        content = read_plain(out / name / f"{document}.pdf")
    except (OSError, ValueError):
        return None
    return content if is_signed(content) else None


def signed_since(out: Path, name: str, state: State) -> bytes | None:
    """Give a document's PDF when somebody has signed it since it was last known good."""
    document = document_name(name)
    return None if _is_unchanged(out, f"{name}/{document}.pdf", state) else signed_pdf(out, name, document)


def published_names(out: Path) -> list[str]:
    """Give the names of all documents below the output folder, such as 2023/15139-cam-luong."""
    folders = out.glob("[0-9][0-9][0-9][0-9]/*-*")
    return sorted(f"{path.parent.name}/{path.name}" for path in folders if path.is_dir())


def has_record(out: Path, name: str) -> bool:
    """Tell whether a document is published under a name such as 2023/15139-cam-luong."""
    try:
        return (out / name / f"{document_name(name)}.json").is_file()
    except ValueError:
        return False


def stat(path: Path) -> Stat:
    """Give size and mtime (in nanoseconds) of a file, by which a change is noticed."""
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def read_state(path: Path) -> State:
    """Read the state of the files after the last build; empty when it is missing or damaged."""
    try:
        return _STATE.validate_python(pydantic_core.from_json(read_plain(path)))
    except (OSError, ValueError, pydantic.ValidationError):
        return {}


def _is_unchanged(out: Path, file: str, state: State) -> bool:
    try:
        return state.get(file) == stat(out / file)
    except (OSError, ValueError):
        return False
