"""The download page: index.html and what it needs, made from the list of published documents and of their problems.

It works from a folder, a USB stick and any static host: no request leaves it, and without JavaScript it is a complete
table.
"""

import functools
import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from pipeline.output.changes import MARKDOWN, Comparison
from pipeline.output.manifest import published_files
from pipeline.output.page.guide import FILE as GUIDE
from pipeline.output.page.guide import guide
from pipeline.output.page.row import FAULTY, ISSUED, READY, SAMPLE, Row, size

_FOLDER = Path(__file__).parent
_FIXED = ("trang.css", "trang.js")
_HASHES = "bam.js"
_MOST_CHANGES = 200
"""Changed documents on the page; all are in the file beside it."""
_NOTHING = Comparison()
_PREFIX = 32
"""Hexadecimal digits of a hash that the page carries: 128 bits are beyond chance and beyond forging."""
_ORDER = (READY, ISSUED, SAMPLE, FAULTY)


def make_page(
    rows: Collection[Row],
    entries: Mapping[str, Mapping[str, Any]],
    gathered: Mapping[str, int],
    told: Comparison = _NOTHING,
) -> dict[str, bytes]:
    """Give the page's files by name.

    `rows` are the documents in their order; `entries` those of the manifest, by document name, such as
    2023/15139-cam-luong; `gathered` the sizes of the years' summaries and zips, by path; `told` what moved since
    which publication, of which the first are shown. The same values give the same bytes.
    """
    states = Counter(row.state for row in rows)
    words = guide()
    html = _template("index.html.j2").render(
        rows=rows,
        years=sorted({row.year for row in rows}, reverse=True),
        states=[(state, states[state]) for state in _ORDER if states[state]],
        gathered=_by_year(gathered),
        changes=told.changes[:_MOST_CHANGES],
        more=len(told.changes) - _MOST_CHANGES,
        since=told.since,
        changes_file=MARKDOWN,
        guide=GUIDE if words else "",
    )
    made = {"index.html": html.encode(), _HASHES: _hashes(entries)}
    if words:
        made[GUIDE] = _template("huong-dan.html.j2").render(guide=Markup(words)).encode()  # noqa: S704 - made by guide()
    return made | {name: (_FOLDER / name).read_bytes().replace(b"\r\n", b"\n") for name in _FIXED}


def make_detail(row: Row, entry: Mapping[str, Any], record: Mapping[str, Any]) -> bytes:
    """Give the page of one document: what it is, what is wrong with it, its points, its last change, its pictures.

    `entry` and `record` are empty for one that has never been built.
    """
    folder = row.detail.removesuffix(".html")
    files = published_files(entry) if entry else {}
    pictures = [file for file in sorted(files, key=len) if file.endswith(".png")]
    html = _template("chi-tiet.html.j2").render(
        row=row,
        facts=record.get("van_ban"),
        points=record.get("diem_cac_muc", ()),
        total=record.get("tong_diem", ""),
        changes=record.get("thay_doi", ()),
        hashes=[(file, each) for file, each in files.items() if file.endswith((".docx", ".pdf"))],
        pictures=[f"{folder}/{file}" for file in pictures],
    )
    return html.encode()


@functools.cache
def kit_digest() -> str:
    """Give the SHA-256 of all that shapes a document's page beside its data."""
    parts = [path.read_bytes() for path in sorted(_FOLDER.iterdir()) if path.suffix in {".py", ".j2"}]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _by_year(gathered: Mapping[str, int]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    years = sorted({path.partition("/")[0] for path in gathered}, reverse=True)
    found = [(path, size(bytes_)) for path, bytes_ in sorted(gathered.items())]
    return [
        (year, [(Path(path).suffix, path, words) for path, words in found if path.startswith(f"{year}/")])
        for year in years
    ]


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
def _template(name: str) -> jinja2.Template:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["code"] = _with_code
    return made.get_template(name)


def _with_code(text: str) -> Markup:
    """Show what stands between backticks in a message as code; everything is escaped."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    shown = [
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    ]
    return Markup("").join(shown)
