"""What an output folder holds: its list of documents, their records, and whether files are as they were published."""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.files import to_json
from pipeline.input.sources import document_name
from pipeline.output.records import is_entry, is_record
from pipeline.pdf.signed import is_signed
from pipeline.problem import UsageError

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
PICTURE, PICTURES = ".png", "-tiep.png"
"""Endings of the picture of a document's first page, and of the picture of all others."""
MAY_LACK = (PICTURES, PICTURE, ".pdf")
"""Endings of the files that a document may have beside its .docx and its record."""

MOST_FORMER = 40
"""Hashes of former files that are kept for each document."""

_MADE = re.compile(r"[0-9]{4}/[0-9a-z-]{1,100}\.(?:html|zip)")

Stat = tuple[int, int]
State = dict[str, Stat]
"""Size and mtime of published files when their bytes were last known good, by path below the output folder."""


class DamagedError(UsageError):
    """A published file is not as the list of all documents has it."""


def read_record(out: Path, name: str, document: str) -> dict[str, Any] | None:
    """Give the record of a document published earlier, if there is a readable one."""
    found = read_former(out / name / f"{document}.json")
    return found if found and "van_ban" in found else None


def read_former(path: Path) -> dict[str, Any] | None:
    """Give a record or, of a document whose record was lost, an entry of the list, if there is a readable one."""
    try:
        found = json.loads(_read(path))
    except (OSError, ValueError, RecursionError):
        return None
    return found if is_record(found) or (is_entry(found) and "van_ban" not in found) else None


def is_intact(out: Path, name: str, document: str, entry: Mapping[str, Any], state: State) -> bool:
    """Tell whether a document's record and the files that it names are there with the right bytes.

    A file whose size and time have not moved since it was last read is not read again.
    """
    return f"{document}.json" in entry["tep"] and are_intact(out, name, published_files(entry), state)


def are_intact(out: Path, name: str, files: Mapping[str, str], state: State) -> bool:
    """Tell whether the files of a folder are there with these hashes."""
    for file, wanted in files.items():
        if not _unmoved(out, f"{name}/{file}", state):
            try:
                if content_digest(_read(out / name / file)) != wanted:
                    return False
            except OSError:
                return False
            state[f"{name}/{file}"] = stat(out / name / file)
    return True


def published_files(entry: Mapping[str, Any]) -> dict[str, str]:
    """Give the SHA-256 of each file of a document; a PDF that has been signed since counts as it is now."""
    return {**entry["tep"], **entry.get("da_ky", {})}


def signed_pdf(out: Path, name: str, document: str) -> bytes | None:
    """Give the PDF that lies under a document's name when somebody has signed it."""
    try:
        content = (out / name / f"{document}.pdf").read_bytes()
    except OSError:
        return None
    return content if is_signed(content) else None


def signed_since(out: Path, name: str, state: State) -> bytes | None:
    """Give a document's PDF when somebody has signed it since it was last known good."""
    document = document_name(name)
    return None if _unmoved(out, f"{name}/{document}.pdf", state) else signed_pdf(out, name, document)


def with_signature(entry: Mapping[str, Any], name: str, pdf: bytes) -> dict[str, Any]:
    """Add to an entry the hash of its signed PDF."""
    return {**entry, "da_ky": {f"{document_name(name)}.pdf": content_digest(pdf)}}


def published_names(out: Path) -> list[str]:
    """Give the names of all documents below the output folder, such as 2023/15139-cam-luong."""
    folders = out.glob("[0-9][0-9][0-9][0-9]/*-*")
    return sorted(f"{path.parent.name}/{path.name}" for path in folders if path.is_dir())


def has_record(out: Path, name: str) -> bool:
    """Tell whether a document is published under a name such as 2023/15139-cam-luong."""
    return (out / name / f"{document_name(name)}.json").is_file()


def manifest_entry(record: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the list of all documents says of one; its files are those of the record, and the record itself."""
    kept = {key: record[key] for key in ("so_lieu_mau", "da_ban_hanh", "phien_ban", "nguon")}
    content = to_json(record)
    own = {f"{Path(file).stem}.json": content_digest(content) for file in record["tep"] if file.endswith(".docx")}
    unit = record["don_vi"]
    kept["ten_don_vi"] = f"{unit['loai_don_vi']} {unit['ten_don_vi']}"
    return {"so_trang": record["van_ban"]["PageAmount"], **kept, "tep": {**record["tep"], **own}}


def with_former(entry: Mapping[str, Any], earlier: Mapping[str, Any] | None) -> dict[str, Any]:
    """Add to an entry the hashes of former .docx and PDFs, the newest last, so that an old copy can be told."""
    former = list(earlier.get("ban_cu", [])) if earlier else []
    if earlier:
        now = set(published_files(entry).values())
        former += [each for file, each in published_files(earlier).items() if file.endswith((".docx", ".pdf"))]
        former = [each for each in dict.fromkeys(former) if each not in now]
    return {**entry, "ban_cu": former[-MOST_FORMER:]} if former else dict(entry)


def summary_stem(year: str) -> str:
    """Give the name of a year's summary files without ending."""
    return f"TONG-HOP-{year}"


def read_summaries(out: Path) -> dict[str, Any]:
    """Read the list of the years' summaries, by year; an entry that names other files than a summary's is none.

    A manifest may be anybody's: no file elsewhere is read or removed because it says so.
    """
    return {
        year: entry
        for year, entry in read_manifest(out, "tong_hop").items()
        if re.fullmatch("[0-9]{4}", year)
        and entry["tep"].keys() <= {f"{summary_stem(year)}{ending}" for ending in (".xlsx", ".docx", ".pdf")}
    }


def read_page(out: Path) -> dict[str, str]:
    """Read the hashes of the download page's files."""
    try:
        return {str(file): str(each) for file, each in json.loads(_read(out / MANIFEST))["trang"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def read_made(out: Path) -> dict[str, tuple[str, str]]:
    """Read keys and hashes of the files that are made of other published ones, by their paths.

    A manifest may be anybody's: paths of another form than those of documents' pages and years' zips are left out.
    """
    try:
        found = json.loads(_read(out / MANIFEST))["kem"].items()
        return {path: (str(key), str(each)) for path, (key, each) in found if _MADE.fullmatch(path)}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def read_errors(out: Path) -> dict[str, list[list[Any]]]:
    """Read what kept documents from being built, by their names, as the last build wrote it."""
    try:
        found = json.loads(_read(out / MANIFEST))["co_loi"]
        return {
            name: [[str(p), int(n), int(c), str(k), str(m), str(h)] for p, n, c, k, m, h in each]
            for name, each in found.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def read_manifest(out: Path, part: str = "van_ban", file: str = MANIFEST) -> dict[str, Any]:
    """Read the list of all documents, or of all summaries; one that is missing or damaged counts as empty."""
    try:
        entries = json.loads(_read(out / file))[part]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return {}
    return {name: entry for name, entry in entries.items() if is_entry(entry)} if isinstance(entries, dict) else {}


def content_digest(content: bytes) -> str:
    """Give the SHA-256 of some bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _unmoved(out: Path, name: str, state: State) -> bool:
    try:
        return state.get(name) == stat(out / name)
    except OSError:
        return False


def _read(path: Path) -> bytes:
    """Read a plain file; a pipe or a device, which may have no end, counts as damage."""
    if not path.is_file():
        raise FileNotFoundError(path)
    return path.read_bytes()


def stat(path: Path) -> Stat:
    """Give what tells that a file has not been touched."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def read_state(path: Path) -> State:
    """Read what was known of the files after the last build; nothing where that is missing or damaged."""
    try:
        return {name: (size, mtime) for name, (size, mtime) in json.loads(_read(path)).items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}
