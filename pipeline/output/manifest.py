"""Read and write manifest.json, the list of all that is published; a command reads it once and passes it on.

The file may be lost, or changed by anybody: a part of another form counts as not there, with one warning, and is made
anew. docs/manifest.md describes every key.
"""

import dataclasses
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pydantic
import pydantic_core

from pipeline.files import read_plain, to_json
from pipeline.input.sources import document_name
from pipeline.output.origin import Origin, digest
from pipeline.output.published import Flag, Number, Published, Text
from pipeline.output.records import Record
from pipeline.problem import Place, Problem, Severity, short

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
MOST_FORMER = 40
"""The number of former files whose hashes are kept for each document."""

_PAGE_OR_ZIP = re.compile(r"(?:[0-9]{4}|don-vi)/[0-9A-Za-z-]{1,120}\.(?:html|zip)")
_FILE = re.compile(r"[\w-]+\.[\w.-]+")
DOCUMENT = re.compile(r"[0-9]{4}/[A-Z][A-Z0-9]{0,11}(-[\w-]+)?")
"""The place of a document below the output folder: year, abbreviation of its kind, and for a unit's paper its file."""
_YEAR = re.compile("[0-9]{4}")


class Entry(Published):
    """What the manifest says of a document.

    `loai` is the name of its kind, `ten_loai` what that is called, `ma_don_vi` the code of its unit, empty for none.
    `tep` has the SHA-256 of its files and its record, `da_ky` that of its PDF as signed since, `ban_cu` those of former
    files, the newest last, by which the page recognises an old copy.
    """

    loai: Text
    ten_loai: Text
    ma_don_vi: Text = ""
    so_trang: Number | None
    so_lieu_mau: Flag
    da_ban_hanh: Flag
    phien_ban: Text
    nguon: Origin
    ten_don_vi: Text
    tep: dict[Text, Text]
    da_ky: dict[Text, Text] = pydantic.Field(default_factory=dict)
    ban_cu: tuple[Text, ...] = ()

    @property
    def files(self) -> dict[str, str]:
        """Give the SHA-256 of each file; of a PDF that has been signed since, that of the signed one."""
        return {**self.tep, **self.da_ky}


class SummaryEntry(Published):
    """What the manifest says of a year's summary."""

    nguon: Origin
    tep: dict[Text, Text]

    @property
    def files(self) -> dict[str, str]:
        """Give the SHA-256 of each file."""
        return self.tep


class Kept(NamedTuple):
    """A file made of other published ones: its key, a hash of all that shapes it, and its own SHA-256."""

    key: Text
    sha256: Text


class PublishedProblem(Published):
    """A problem that keeps a document from being built: place, line and column (0 for none), code, message, remedy."""

    noi: Text
    dong: Number
    cot: Number
    ma_loi: Text
    thong_bao: Text
    cach_sua: Text


@dataclasses.dataclass(frozen=True, slots=True)
class Manifest:
    """All that is published: documents by name, summaries by year, files made of these, the page's, and errors."""

    van_ban: Mapping[str, Entry] = dataclasses.field(default_factory=dict)
    tong_hop: Mapping[str, SummaryEntry] = dataclasses.field(default_factory=dict)
    kem: Mapping[str, Kept] = dataclasses.field(default_factory=dict)
    trang: Mapping[str, str] = dataclasses.field(default_factory=dict)
    co_loi: Mapping[str, tuple[PublishedProblem, ...]] = dataclasses.field(default_factory=dict)


Value = TypeVar("Value")


def read_manifest(path: Path) -> tuple[Manifest, tuple[Problem, ...]]:
    """Read a manifest; give its content, and a warning for every damaged part, which counts as not there.

    A missing file gives an empty manifest. Names of files and documents of another form than ours are left out (path
    traversal): no file elsewhere is read or removed because a manifest names it.
    """
    try:
        parts = pydantic_core.from_json(read_plain(path), allow_inf_nan=False)
    except FileNotFoundError:
        return Manifest(), ()
    except (OSError, ValueError):
        return Manifest(), (_damage(path, "", "không đọc được"),)
    problems: list[Problem] = []

    def part(name: str, read: Callable[[Any], Value], fits: Callable[[str, Value], bool]) -> dict[str, Value]:
        values = parts.get(name) if isinstance(parts, dict) else None
        if not isinstance(values, dict):
            problems.append(_damage(path, name, "không có, hoặc không đúng dạng"))
            return {}
        entries = {}
        for key, value in values.items():
            try:
                entries[key] = read(value)
            except pydantic.ValidationError:
                problems.append(_damage(path, f"{name}, {short(key)}", "không đúng dạng"))
                continue
            if "\0" in key or not fits(key, entries[key]):
                problems.append(_damage(path, f"{name}, {short(key)}", "không phải tên của tệp do máy làm"))
                del entries[key]
        return entries

    manifest = Manifest(
        part("van_ban", Entry.model_validate, lambda name, _: bool(DOCUMENT.fullmatch(name))),
        part("tong_hop", SummaryEntry.model_validate, _is_summary),
        part("kem", _KEPT_VALUE.validate_python, lambda file_path, _: bool(_PAGE_OR_ZIP.fullmatch(file_path))),
        part("trang", _TEXT_VALUE.validate_python, lambda file_name, _: bool(_FILE.fullmatch(file_name))),
        part("co_loi", _PROBLEMS_VALUE.validate_python, lambda *_: True),
    )
    return manifest, tuple(problems)


_KEPT_VALUE: pydantic.TypeAdapter[Kept] = pydantic.TypeAdapter(Kept)
_TEXT_VALUE: pydantic.TypeAdapter[str] = pydantic.TypeAdapter(Text)
_PROBLEMS_VALUE: pydantic.TypeAdapter[tuple[PublishedProblem, ...]] = pydantic.TypeAdapter(tuple[PublishedProblem, ...])


def _damage(path: Path, part: str, what: str) -> Problem:
    message = f"bản kê{f', phần {part}' if part else ''}: {what}; coi như không có"
    hint = "chạy build (không chọn xã) để lập lại"
    return Problem(Place(path.as_posix()), "ban-ke-hong", message, hint, Severity.WARNING)


def _is_summary(year: str, entry: SummaryEntry) -> bool:
    files = {f"{summary_stem(year)}{ending}" for ending in (".xlsx", ".docx", ".pdf")}
    return bool(_YEAR.fullmatch(year)) and entry.tep.keys() <= files


def manifest_bytes(manifest: Manifest) -> tuple[bytes, bytes]:
    """Give the bytes of manifest.json, and of SHA256SUMS: the hashes of all files in the format of sha256sum."""
    parts = {
        "van_ban": {name: entry.fields() for name, entry in manifest.van_ban.items()},
        "tong_hop": {year: entry.fields() for year, entry in manifest.tong_hop.items()},
        "kem": manifest.kem,
        "trang": manifest.trang,
        "co_loi": {name: [each.fields() for each in problems] for name, problems in manifest.co_loi.items()},
    }
    content = to_json({key: dict(sorted(part.items())) for key, part in parts.items()})
    both = {name: entry.files for name, entry in manifest.van_ban.items()}
    both |= {year: entry.files for year, entry in manifest.tong_hop.items()}
    files = {f"{name}/{file}": each for name, hashes in both.items() for file, each in hashes.items()}
    files |= {path: each for path, (_, each) in manifest.kem.items()} | {**manifest.trang, MANIFEST: digest(content)}
    return content, "".join(f"{each}  {path}\n" for path, each in sorted(files.items())).encode()


Side = Record | Entry
"""What is known of a document: its record or, when that is lost, its manifest entry, which knows less."""


def entry_of(record: Record) -> Entry:
    """Make the manifest's entry of a document from its record; the record counts as one of its files."""
    own = {f"{Path(file).stem}.json": digest(record.content()) for file in record.tep if file.endswith(".docx")}
    return Entry(
        loai=record.loai,
        ten_loai=record.van_ban.TypeName,
        ma_don_vi=record.don_vi.ma_don_vi if record.don_vi else "",
        so_trang=record.van_ban.PageAmount,
        so_lieu_mau=record.so_lieu_mau,
        da_ban_hanh=record.da_ban_hanh,
        phien_ban=record.phien_ban,
        nguon=record.nguon,
        ten_don_vi=record.unit_name,
        tep={**record.tep, **own},
    )


def with_former(entry: Entry, *earlier: Entry | None) -> Entry:
    """Add to an entry the hashes of former .docx and PDFs, those of the last entry last, the newest MOST_FORMER."""
    now = set(entry.files.values())
    former = [
        *entry.ban_cu,
        *(
            each
            for old in earlier
            if old
            for each in (*old.ban_cu, *(each for file, each in old.files.items() if file.endswith((".docx", ".pdf"))))
        ),
    ]
    former = [each for each in dict.fromkeys(former) if each not in now]
    return entry.model_copy(update={"ban_cu": tuple(former[-MOST_FORMER:])})


def with_signature(entry: Entry, name: str, pdf: bytes) -> Entry:
    """Add to an entry the hash of its signed PDF; empty bytes mean that there is none."""
    return entry.model_copy(update={"da_ky": {f"{document_name(name)}.pdf": digest(pdf)} if pdf else {}})


def summary_stem(year: str) -> str:
    """Give the file name of a year's summary, without its ending."""
    return f"TONG-HOP-{year}"
