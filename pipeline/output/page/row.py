"""What the download page says of one document, in its table and on the document's own page."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.input.sources import document_name
from pipeline.kinds.ke_hoach.model import CRITERIA_SET_FILE
from pipeline.output.manifest import PICTURE, published_files
from pipeline.vietnamese import slug

READY, SAMPLE, FAULTY, ISSUED = "sẵn sàng", "số liệu mẫu", "có lỗi", "đã ban hành"
_MEGABYTE = 1_000_000
_PLAIN = re.compile(r"[0-9]{4}/[0-9a-z-]{1,100}")

Sizes = Mapping[str, int]
"""Size of published files in bytes, by path below the output folder."""
Files = tuple[tuple[str, str, str], ...]
"""Ending, path below the output folder, and size for people."""


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A document; `problems` are place, message and remedy.

    `picture` is the path of a picture of page 1, `detail` that of the document's own page, empty where there is none;
    `date` the day of its data's last change as 24/11/2026, `short_hash` the beginning of the .docx's SHA-256.
    """

    year: str
    code: str
    title: str
    key: str
    state: str
    pages: str
    date: str
    files: Files
    short_hash: str
    problems: tuple[tuple[str, str, str], ...]
    picture: str
    detail: str


def make_row(
    name: str, entry: Mapping[str, Any] | None, problems: Sequence[Sequence[Any]], sizes: Sizes, day: str = ""
) -> Row:
    """Put the manifest's entry of a document such as 2023/15139-cam-luong, and what is wrong with it, into words.

    `day`, such as 2026-11-24, is that of its data's last change.
    """
    year, _, stem = name.partition("/")
    code, _, plain = stem.partition("-")
    title = (entry or {}).get("ten_don_vi") or plain.replace("-", " ")
    if f"{stem}.yaml" == CRITERIA_SET_FILE:
        code, title = "", "Bộ tiêu chí của năm"
    files, document = published_files(entry) if entry else {}, document_name(name)
    shown = [(ending, f"{document}{ending}") for ending in (".docx", ".pdf")]
    return Row(
        year=year,
        code=code,
        title=title,
        key=f"{code} {slug(title).replace('-', ' ')} {plain.replace('-', ' ')} {year}",
        state=_state(entry, problems),
        pages=str((entry or {}).get("so_trang") or ""),
        date="/".join(reversed(day.split("-"))),
        files=tuple(
            (ending, f"{name}/{file}", size(sizes.get(f"{name}/{file}", 0))) for ending, file in shown if file in files
        ),
        short_hash=next((each[:8] for file, each in files.items() if file.endswith(".docx")), ""),
        problems=tuple(
            (f"{path}:{line}:{column}" if line else path, message, hint)
            for path, line, column, _, message, hint in problems
        ),
        picture=f"{name}/{document}{PICTURE}" if f"{document}{PICTURE}" in files else "",
        detail=detail_path(name),
    )


def detail_path(name: str) -> str:
    """Give the path of a document's own page; empty for a name that no document can have."""
    return f"{name}.html" if _PLAIN.fullmatch(name) and f"{Path(name).name}.yaml" != CRITERIA_SET_FILE else ""


def _state(entry: Mapping[str, Any] | None, problems: Sequence[object]) -> str:
    if problems or entry is None:
        return FAULTY
    if entry["da_ban_hanh"]:
        return ISSUED
    return SAMPLE if entry["so_lieu_mau"] else READY


def size(number: int) -> str:
    """Write a file's size for people: 14 KB, 1,2 MB."""
    if number < _MEGABYTE:
        return f"{max(1, round(number / 1000))} KB"
    return f"{round(number / 100_000) / 10} MB".replace(".", ",")
