"""The download page: index.html and what it needs, made from the list of published documents and of their problems.

It works from a folder, a USB stick and any static host: no request leaves it, and without JavaScript it is a complete
table.
"""

import functools
import json
from collections import Counter
from collections.abc import Collection, Mapping
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
"""Changed documents on the page; all are in the file beside it."""
_NOTHING = Comparison()
_PREFIX = 32
"""Hexadecimal digits of a hash that the page carries: 128 bits are beyond chance and beyond forging."""
_ORDER = (TinhTrang.SAN_SANG, TinhTrang.DA_BAN_HANH, TinhTrang.SO_LIEU_MAU, TinhTrang.CO_LOI)


def make_page(
    rows: Collection[Row],
    entries: Mapping[str, Entry],
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


def make_detail(row: Row, entry: Entry | None, record: Record | None) -> bytes:
    """Give the page of one document: what it is, what is wrong with it, its points, its last change, its pictures.

    `entry` and `record` are None for one that has never been built.
    """
    folder = row.detail.removesuffix(".html")
    files = entry.files if entry else {}
    pictures = [file for file in sorted(files, key=len) if file.endswith(".png")]
    html = _template("chi-tiet.html.j2").render(
        row=row,
        facts=record and record.van_ban,
        points=record.diem_cac_muc if record else (),
        total=record.tong_diem if record else "",
        changes=record.thay_doi if record else (),
        hashes=[(file, each) for file, each in files.items() if file.endswith((".docx", ".pdf"))],
        pictures=[f"{folder}/{file}" for file in pictures],
    )
    return html.encode()


@functools.cache
def kit_digest() -> str:
    """Give the SHA-256 of all that shapes a document's page beside its data."""
    parts = [path.read_bytes() for path in sorted(_FOLDER.iterdir()) if path.suffix in {".py", ".j2"}]
    return digest(b"\0".join(parts))


def _by_year(gathered: Mapping[str, int]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    years = sorted({path.partition("/")[0] for path in gathered}, reverse=True)
    found = [(path, size(bytes_)) for path, bytes_ in sorted(gathered.items())]
    return [
        (year, [(Path(path).suffix, path, words) for path, words in found if path.startswith(f"{year}/")])
        for year in years
    ]


def _hashes(entries: Mapping[str, Entry]) -> bytes:
    """Write the hashes of all published files, present and former: as a script, for a page may read no other file."""
    present: dict[str, str] = {}
    former: dict[str, str] = {}
    for name, entry in sorted(entries.items()):
        title = f"{entry.ten_don_vi or name}, năm {name.partition('/')[0]}"
        both = (*entry.tep.items(), *entry.da_ky.items())
        present |= {each[:_PREFIX]: title for file, each in both if file.endswith((".docx", ".pdf"))}
        former |= {each[:_PREFIX]: title for each in entry.ban_cu}
    data = {"nay": present, "cu": {key: title for key, title in former.items() if key not in present}}
    return f"window.BAM={json.dumps(data, ensure_ascii=True, separators=(',', ':'), sort_keys=True)}\n".encode()


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
