"""The download page: index.html and what it needs, made from the list of published documents and of their problems.

It works from a folder, a USB stick and any static host: no request leaves it, and without JavaScript it is a complete
table. The hashes for “Kiểm tra bản này” lie in a file of their own, read only when somebody asks.
"""

import dataclasses
import functools
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2

from pipeline.changes import MARKDOWN, Comparison
from pipeline.model import CRITERIA_SET_FILE
from pipeline.vietnamese import slug

_FOLDER = Path(__file__).parent
_FIXED = ("trang.css", "trang.js")
_HASHES = "bam.js"
_MEGABYTE = 1_000_000
_MOST_CHANGES = 200
"""Changed documents on the page; all are in the file beside it."""
_NOTHING = Comparison()
_PREFIX = 32
"""Hexadecimal digits of a hash that the page carries: 128 bits are beyond chance and beyond forging."""

READY, SAMPLE, FAULTY, ISSUED = "sẵn sàng", "số liệu mẫu", "có lỗi", "đã ban hành"
Sizes = Mapping[str, int]
"""Size of published files in bytes, by path below the output folder."""


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A document's line in the table; `files` are ending, path and size, `problems` place, message and remedy.

    `picture` is the path of a picture of page 1, empty where there is none.
    """

    year: str
    code: str
    title: str
    key: str
    state: str
    pages: str
    files: tuple[tuple[str, str, str], ...]
    short_hash: str
    problems: tuple[tuple[str, str, str], ...]
    picture: str


def make_page(
    entries: Mapping[str, Mapping[str, Any]],
    errors: Mapping[str, Sequence[Sequence[Any]]],
    summaries: Mapping[str, Mapping[str, Any]],
    sizes: Sizes,
    told: Comparison = _NOTHING,
) -> dict[str, bytes]:
    """Give the page's files by name.

    `entries` and `summaries` are those of the manifest, by document name, such as 2023/15139-cam-luong, and by year;
    `errors` what keeps a document from being built, as the manifest has it, by the same names; `told` what moved since
    which publication, of which the first are shown. The same values give the same bytes.
    """
    rows = [_row(name, entries.get(name), errors.get(name, ()), sizes) for name in sorted({*entries, *errors})]
    years = sorted({row.year for row in rows}, reverse=True)
    states = Counter(row.state for row in rows)
    made = [
        (
            year,
            [
                (Path(file).suffix, f"{year}/{file}", _size(sizes.get(f"{year}/{file}", 0)))
                for file in sorted(each["tep"])
            ],
        )
        for year, each in sorted(summaries.items(), reverse=True)
    ]
    counted = [(state, states[state]) for state in _ORDER if states[state]]
    changes = {"changes": told.changes[:_MOST_CHANGES], "more": len(told.changes) - _MOST_CHANGES, "since": told.since}
    html = _template().render(rows=rows, years=years, states=counted, summaries=made, changes_file=MARKDOWN, **changes)
    fixed = {name: (_FOLDER / name).read_bytes().replace(b"\r\n", b"\n") for name in _FIXED}
    return {"index.html": html.encode(), _HASHES: _hashes(entries), **fixed}


_ORDER = (READY, ISSUED, SAMPLE, FAULTY)


def _row(name: str, entry: Mapping[str, Any] | None, problems: Sequence[Sequence[Any]], sizes: Sizes) -> Row:
    year, _, stem = name.partition("/")
    code, _, plain = stem.partition("-")
    title = (entry or {}).get("ten_don_vi") or plain.replace("-", " ")
    if f"{stem}.yaml" == CRITERIA_SET_FILE:
        code, title = "", "Bộ tiêu chí của năm"
    files = {} if entry is None else {**entry["tep"], **entry.get("da_ky", {})}
    shown = [(ending, f"KH-{year}-{stem}{ending}") for ending in (".docx", ".pdf")]
    return Row(
        year=year,
        code=code,
        title=title,
        key=f"{code} {slug(title).replace('-', ' ')} {plain.replace('-', ' ')} {year}",
        state=_state(entry, problems),
        pages=str((entry or {}).get("so_trang") or ""),
        files=tuple(
            (ending, f"{name}/{file}", _size(sizes.get(f"{name}/{file}", 0))) for ending, file in shown if file in files
        ),
        short_hash=next((each[:8] for file, each in files.items() if file.endswith(".docx")), ""),
        problems=tuple(
            (f"{path}:{line}:{column}" if line else path, message, hint)
            for path, line, column, _, message, hint in problems
        ),
        picture=next((f"{name}/{file}" for file in files if file == f"KH-{year}-{stem}.png"), ""),
    )


def _state(entry: Mapping[str, Any] | None, problems: Sequence[object]) -> str:
    if problems or entry is None:
        return FAULTY
    if entry["da_ban_hanh"]:
        return ISSUED
    return SAMPLE if entry["so_lieu_mau"] else READY


def _size(number: int) -> str:
    """Write a file's size for people: 14 KB, 1,2 MB."""
    if number < _MEGABYTE:
        return f"{max(1, round(number / 1000))} KB"
    return f"{round(number / 100_000) / 10} MB".replace(".", ",")


def _hashes(entries: Mapping[str, Mapping[str, Any]]) -> bytes:
    """Write the hashes of all published files, present and former: as a script, for a page may read no other file."""
    present = {each[:_PREFIX]: _named(name, entry) for name, entry, each in _files(entries, "tep", "da_ky")}
    former = {each[:_PREFIX]: _named(name, entry) for name, entry, each in _files(entries, "ban_cu")}
    data = {"nay": present, "cu": {key: name for key, name in former.items() if key not in present}}
    return f"window.BAM={json.dumps(data, ensure_ascii=True, separators=(',', ':'), sort_keys=True)}\n".encode()


def _files(entries: Mapping[str, Mapping[str, Any]], *parts: str) -> Iterable[tuple[str, Mapping[str, Any], str]]:
    for name, entry in sorted(entries.items()):
        for part in parts:
            found = entry.get(part, {})
            hashes = found.items() if isinstance(found, Mapping) else ((".docx", each) for each in found)
            yield from ((name, entry, each) for file, each in hashes if file.endswith((".docx", ".pdf")))


def _named(name: str, entry: Mapping[str, Any]) -> str:
    return f"{entry.get('ten_don_vi') or name}, năm {name.partition('/')[0]}"


@functools.cache
def _template() -> jinja2.Template:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return made.get_template("index.html.j2")
