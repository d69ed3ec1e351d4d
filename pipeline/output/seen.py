"""Check whether files are still as they were published, and find PDFs that have been signed since."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

import pydantic
import pydantic_core

from pipeline.files import read_plain, to_json
from pipeline.input.sources import document_name
from pipeline.output.manifest import DOCUMENT, Entry
from pipeline.output.origin import digest
from pipeline.output.published import Number
from pipeline.output.records import Record
from pipeline.pdf.signed import NotSignedError, Signed, examine
from pipeline.problem import UsageError

PICTURE, PICTURES = ".png", "-tiep.png"
"""Endings of the picture of a document's first page, and of the picture of all others, which older folders have."""
MAY_LACK = (PICTURES, PICTURE, ".pdf")
"""Endings of the files that a document may have beside its .docx and its record."""

Stat = tuple[int, int]
Known = tuple[str, str, str]


class State(dict[str, Stat]):
    """Size and mtime of published files when their bytes were last known good, by path below the output folder.

    `data` is what papers' data came to, by paper: a hash of the bytes they were read from, that of the data (empty
    where there is no such paper), that of the data of the paper before. Both are caches that may be lost at any moment:
    what is not in them is read again.
    """

    def __init__(self, files: Mapping[str, Stat] | None = None, data: Mapping[str, Known] | None = None) -> None:
        super().__init__(files or {})
        self.data: dict[str, Known] = dict(data or {})

    def content(self) -> bytes:
        """Give the bytes of the state's file."""
        return to_json({"tep": dict(self), "du_lieu": self.data})


class _Caches(pydantic.BaseModel):
    tep: dict[str, tuple[Number, int]]
    du_lieu: dict[str, Known]


class DamagedError(UsageError):
    """A published file does not have the hash that the manifest gives."""


def is_intact(out: Path, name: str, document: str, entry: Entry, state: dict[str, Stat]) -> bool:
    """Tell whether a document's record and the files that it names are there with the right bytes.

    A file whose size and time have not moved since it was last read is not read again. That a PDF has the hash of a
    signed one is not enough: it must be one.
    """
    pdf = f"{document}.pdf"
    if entry.da_ky and not is_unchanged(out, f"{name}/{pdf}", state):
        holds = pdf_place(out, name, published_pdfs(document, entry)).is_signed
    else:
        holds = True
    return holds and f"{document}.json" in entry.tep and are_intact(out, name, entry.files, state)


def are_intact(out: Path, name: str, files: Mapping[str, str], state: dict[str, Stat]) -> bool:
    """Tell whether the files of a folder are there with these SHA-256; note in the state those that were read."""
    for file, expected in files.items():
        if not is_unchanged(out, f"{name}/{file}", state):
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


class PdfPlace(NamedTuple):
    """What stands in the place of a document's PDF: its bytes, empty where there is nothing to read, and what they are.

    `fault` says (in Vietnamese) why it is neither what was published nor that signed, and so damage.
    """

    content: bytes = b""
    signed: Signed | None = None
    fault: str = ""

    @property
    def is_signed(self) -> bool:
        """Tell whether it is the published PDF with valid signatures and nothing else."""
        return bool(self.signed and self.signed.signatures)


def pdf_place(out: Path, name: str, published: Collection[str]) -> PdfPlace:
    """Look at what stands in the place of a document's PDF; `published` are SHA-256 of what was published there."""
    try:
        content = read_plain(out / name / f"{document_name(name)}.pdf")
    except (OSError, ValueError):
        return PdfPlace()
    try:
        return PdfPlace(content, examine(content, published))
    except NotSignedError as error:
        return PdfPlace(content, fault=str(error))


def published_pdfs(document: str, *said: Entry | Record | None) -> frozenset[str]:
    """Give the SHA-256 of a document's PDF as records and entries say that it was published, unsigned."""
    return frozenset(each.tep[f"{document}.pdf"] for each in said if each and f"{document}.pdf" in each.tep)


def published_names(out: Path) -> list[str]:
    """Give the names of all documents below the output folder, such as 2023/KH-15139-cam-luong."""
    folders = (
        path for path in out.glob("[0-9][0-9][0-9][0-9]/*") if DOCUMENT.fullmatch(f"{path.parent.name}/{path.name}")
    )
    return sorted(f"{path.parent.name}/{path.name}" for path in folders if path.is_dir())


def has_record(out: Path, name: str) -> bool:
    """Tell whether a document is published under a name such as 2023/KH-15139-cam-luong."""
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
        caches = _Caches.model_validate(pydantic_core.from_json(read_plain(path)))
    except (OSError, ValueError, pydantic.ValidationError):
        return State()
    return State(caches.tep, caches.du_lieu)


def is_unchanged(out: Path, file: str, state: Mapping[str, Stat]) -> bool:
    """Tell whether a file has the size and time that it had when its bytes were last known good."""
    try:
        return state.get(file) == stat(out / file)
    except (OSError, ValueError):
        return False
