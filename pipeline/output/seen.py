"""Whether published files are as they were published: which names there are, what was seen of them, who signed."""

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

It may be lost at any moment: what is not in it is looked at.
"""
_STATE: pydantic.TypeAdapter[State] = pydantic.TypeAdapter(dict[str, tuple[Number, int]])


class DamagedError(UsageError):
    """A published file is not as the list of all documents has it."""


def is_intact(out: Path, name: str, document: str, entry: Entry, state: State) -> bool:
    """Tell whether a document's record and the files that it names are there with the right bytes.

    A file whose size and time have not moved since it was last read is not read again.
    """
    return f"{document}.json" in entry.tep and are_intact(out, name, entry.files, state)


def are_intact(out: Path, name: str, files: Mapping[str, str], state: State) -> bool:
    """Tell whether the files of a folder are there with these hashes."""
    for file, wanted in files.items():
        if not _unmoved(out, f"{name}/{file}", state):
            try:
                if digest(read_plain(out / name / file)) != wanted:
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
    """Give the PDF that lies under a document's name when somebody has signed it."""
    try:
        content = read_plain(out / name / f"{document}.pdf")
    except (OSError, ValueError):
        return None
    return content if is_signed(content) else None


def signed_since(out: Path, name: str, state: State) -> bytes | None:
    """Give a document's PDF when somebody has signed it since it was last known good."""
    document = document_name(name)
    return None if _unmoved(out, f"{name}/{document}.pdf", state) else signed_pdf(out, name, document)


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
    """Give what tells that a file has not been touched."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def read_state(path: Path) -> State:
    """Read what was known of the files after the last build; nothing where that is missing or damaged."""
    try:
        return _STATE.validate_python(pydantic_core.from_json(read_plain(path)))
    except (OSError, ValueError, pydantic.ValidationError):
        return {}


def _unmoved(out: Path, name: str, state: State) -> bool:
    try:
        return state.get(name) == stat(out / name)
    except (OSError, ValueError):
        return False
