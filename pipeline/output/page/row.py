"""Put one document into words, for the download page's table and for the document's own page."""

import dataclasses
import re
from collections.abc import Callable, Sequence

from pipeline.input.sources import CRITERIA_SET_FILE, DEFAULTS_FILE, document_name
from pipeline.output.manifest import DOCUMENT, Entry, PublishedProblem
from pipeline.output.seen import PICTURE
from pipeline.output.states import TinhTrang, state_of
from pipeline.vietnamese import slug

_MEGABYTE = 1_000_000
_PLAIN = re.compile(r"[0-9]{4}/[A-Z][A-Z0-9]{0,11}(?:-[0-9a-z-]{1,100})?")
_UNIT = re.compile(r"[0-9]{5}-[0-9a-z-]{1,100}")
_SHARED = {CRITERIA_SET_FILE: "Bộ tiêu chí của năm", DEFAULTS_FILE: "Phần chung của năm"}

Sizes = Callable[[str], int]
"""Gives the size of a published file in bytes, by path below the output folder."""
Files = tuple[tuple[str, str, str], ...]
"""Ending, path below the output folder, and size for people."""


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A document; `problems` are place, message and remedy.

    `kind` is what its kind is called. `picture` is the path of a picture of page 1, `detail` that of the document's own
    page, `unit` that of the page of its unit, empty where there is none;
    `date` the day of its data's last change as 24/11/2026, `short_hash` the beginning of the .docx's SHA-256.
    """

    year: str
    code: str
    title: str
    kind: str
    key: str
    state: TinhTrang
    pages: str
    date: str
    files: Files
    short_hash: str
    problems: tuple[tuple[str, str, str], ...]
    picture: str
    detail: str
    unit: str


def make_row(name: str, entry: Entry | None, problems: Sequence[PublishedProblem], sizes: Sizes, day: str = "") -> Row:
    """Make a row from a document's name, such as 2023/KH-15139-cam-luong, its manifest entry and its problems.

    A name such as 2023/ke-hoach is that of a file which the papers of a year share. `day`, such as 2026-11-24, is that
    of its data's last change.
    """
    year, _, own = name.partition("/")
    abbreviation, _, stem = own.partition("-") if DOCUMENT.fullmatch(name) else ("", "", "")
    code, _, plain = stem.partition("-")
    title = (entry.ten_don_vi if entry else "") or plain.replace("-", " ")
    kind = entry.ten_loai if entry else abbreviation
    if not DOCUMENT.fullmatch(name):
        title, kind = _SHARED.get(f"{own}.yaml", f"Loại văn bản {own}"), "Tệp chung"
    # A file's name may hold bytes that are no text.
    title = title.encode(errors="backslashreplace").decode()
    files, document = entry.files if entry else {}, document_name(name)
    main_files = [(ending, f"{document}{ending}") for ending in (".docx", ".pdf")]
    return Row(
        year=year,
        code=code,
        title=title,
        kind=kind,
        key=" ".join((code, *(slug(each).replace("-", " ") for each in (title, plain, kind)), year)),
        state=state_of(entry, bool(problems)),
        pages=str((entry and entry.so_trang) or ""),
        date="/".join(reversed(day.split("-"))),
        files=tuple(
            (ending, f"{name}/{file}", size(sizes(f"{name}/{file}"))) for ending, file in main_files if file in files
        ),
        short_hash=next((each[:8] for file, each in files.items() if file.endswith(".docx")), ""),
        problems=tuple(
            (f"{each.noi}:{each.dong}:{each.cot}" if each.dong else each.noi, each.thong_bao, each.cach_sua)
            for each in problems
        ),
        picture=f"{name}/{document}{PICTURE}" if f"{document}{PICTURE}" in files else "",
        detail=detail_path(name),
        unit=f"don-vi/{stem}.html" if _UNIT.fullmatch(stem) else "",
    )


def detail_path(name: str) -> str:
    """Give the path of a document's own page; empty for a name that no document can have."""
    return f"{name}.html" if _PLAIN.fullmatch(name) else ""


def size(number: int) -> str:
    """Write a file's size for people: 14 KB, 1,2 MB."""
    if number < _MEGABYTE:
        return f"{max(1, round(number / 1000))} KB"
    return f"{round(number / 100_000) / 10} MB".replace(".", ",")
