"""Make the download page: index.html and the files that it needs, from published documents and their problems.

It works from a folder, a USB stick and any static host: no request leaves it, and without JavaScript it is a complete
table.
"""

import functools
import itertools
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import jinja2
from markupsafe import Markup, escape

from pipeline.output.changes import MARKDOWN, Comparison
from pipeline.output.manifest import Entry
from pipeline.output.origin import digest
from pipeline.output.page.guide import FILE as GUIDE
from pipeline.output.page.guide import guide
from pipeline.output.page.row import Row, size
from pipeline.output.records import Record
from pipeline.output.states import TinhTrang

_FOLDER = Path(__file__).parent
_FIXED = ("trang.css", "trang.js")
_HASHES = "bam.js"
_MOST_CHANGES = 200
"""The number of changed documents that the page shows; the file beside it has all."""
_NOTHING = Comparison()
_PREFIX = 32
"""Hexadecimal digits of a hash that the page carries: 128 bits are enough against chance and forgery."""
_ORDER = (TinhTrang.SAN_SANG, TinhTrang.DA_BAN_HANH, TinhTrang.SO_LIEU_MAU, TinhTrang.CO_LOI)


def make_page(
    rows: Collection[Row],
    entries: Mapping[str, Entry],
    downloads: Mapping[str, int],
    comparison: Comparison = _NOTHING,
) -> dict[str, bytes]:
    """Give the page's files by name.

    `rows` are the documents in their order; `entries` those of the manifest, by document name, such as
    2023/KH-15139-cam-luong; `downloads` the sizes in bytes of the years' summaries and zips, by path; `comparison` the
    changes, of which the first are shown. The same values give the same bytes.
    """
    states = Counter(row.state for row in rows)
    guide_html = guide()
    html = _template("index.html.j2").render(
        rows=rows,
        years=sorted({row.year for row in rows}, reverse=True),
        kinds=sorted({row.kind for row in rows}),
        states=[(state, states[state]) for state in _ORDER if states[state]],
        gathered=_by_year(downloads),
        changes=comparison.changes[:_MOST_CHANGES],
        more=len(comparison.changes) - _MOST_CHANGES,
        since=comparison.since,
        changes_file=MARKDOWN,
        guide=GUIDE if guide_html else "",
    )
    files = {"index.html": html.encode(), _HASHES: _hashes(entries)}
    if guide_html:
        files[GUIDE] = _template("huong-dan.html.j2").render(guide=Markup(guide_html)).encode()  # noqa: S704 - made by guide()
    return files | {file: (_FOLDER / file).read_bytes().replace(b"\r\n", b"\n") for file in _FIXED}


def make_detail(row: Row, entry: Entry | None, record: Record | None) -> bytes:
    """Make the page of one document: its facts, problems, points, last change and first page.

    `entry` and `record` are None for a document that has never been built.
    """
    folder = row.detail.removesuffix(".html")
    files = entry.files if entry else {}
    html = _template("chi-tiet.html.j2").render(
        row=row,
        facts=record and record.van_ban,
        points=record.diem_cac_muc if record else (),
        point_columns=record.cot_diem if record else (),
        totals=record.tong_diem if record else (),
        changes=record.thay_doi if record else (),
        hashes=[(file, each) for file, each in files.items() if file.endswith((".docx", ".pdf"))],
        picture=row.picture,
        pdf=next((f"{folder}/{file}" for file in files if file.endswith(".pdf")), ""),
    )
    return html.encode()


def make_unit_page(rows: Sequence[Row]) -> bytes:
    """Make the page of one unit: all its papers, of all years, the newest year first."""
    in_order = sorted(rows, key=lambda row: (-int(row.year), row.detail))
    years = [(year, list(of_year)) for year, of_year in itertools.groupby(in_order, key=lambda row: row.year)]
    return _template("don-vi.html.j2").render(first=in_order[0], years=years).encode()


@functools.cache
def kit_digest() -> str:
    """Give the SHA-256 of the code and templates that shape a document's page."""
    parts = [path.read_bytes() for path in sorted(_FOLDER.iterdir()) if path.suffix in {".py", ".j2"}]
    return digest(b"\0".join(parts))


def _by_year(downloads: Mapping[str, int]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Give each year, the newest first, with ending, path and size for people of its files."""
    years = sorted({path.partition("/")[0] for path in downloads}, reverse=True)
    files = [(path, size(bytes_)) for path, bytes_ in sorted(downloads.items())]
    return [
        (year, [(Path(path).suffix, path, size_text) for path, size_text in files if path.startswith(f"{year}/")])
        for year in years
    ]


def _hashes(entries: Mapping[str, Entry]) -> bytes:
    """Write present and former hashes of all files as a script: a page opened from disk may read no JSON file."""
    present: dict[str, str] = {}
    former: dict[str, str] = {}
    for name, entry in sorted(entries.items()):
        title = f"{entry.ten_loai} {entry.ten_don_vi or name}, năm {name.partition('/')[0]}"
        both = (*entry.tep.items(), *entry.da_ky.items())
        present |= {each[:_PREFIX]: title for file, each in both if file.endswith((".docx", ".pdf"))}
        former |= {each[:_PREFIX]: title for each in entry.ban_cu}
    data = {"nay": present, "cu": {key: title for key, title in former.items() if key not in present}}
    return f"window.BAM={json.dumps(data, ensure_ascii=True, separators=(',', ':'), sort_keys=True)}\n".encode()


@functools.cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["code"] = _with_code
    return environment.get_template(name)


def _with_code(text: str) -> Markup:
    """Show what stands between backticks in a message as code; everything is escaped."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    pieces = [
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    ]
    return Markup("").join(pieces)
