"""Tell what a build changed since the last publication: the former records are kept until the new list is written.

So a build that was killed, and the one after it, tell the same as one that was not.
"""

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipeline.input.sources import Folders, document_name, read_source
from pipeline.kinds.ke_hoach.model import CRITERIA_SET_FILE
from pipeline.kinds.ke_hoach.read import read_year
from pipeline.output import folder as publish
from pipeline.output import manifest as published
from pipeline.output.changes import (
    JSON,
    MARKDOWN,
    OTHER,
    PREVIOUS,
    Change,
    Comparison,
    Titles,
    change_files,
    compare,
    read_changes,
)
from pipeline.problem import PipelineError, UsageError

CHANGE_FILES = frozenset({JSON, MARKDOWN})

Entries = Mapping[str, Mapping[str, Any]]
"""What a manifest says of documents, by name."""


def changed_files(folders: Folders, known: Entries, since: Path | None) -> tuple[dict[str, bytes], Comparison]:
    """Give the files that say what changed, and what they say; the earlier ones where this build changed nothing.

    `known` is what will be published now; `since` an output folder or its manifest to compare with, None for the
    publication before. Without an earlier publication there are no such files. Raises UsageError when there is
    nothing to compare with at `since`.
    """
    titles = criteria_titles(folders)
    found = _since(folders.out, known, since, titles) if since else _pending(folders.out, known, titles)
    changes = tuple(sorted(found, key=lambda each: each.name))
    if changes or since:
        told = Comparison(changes, OTHER if since else PREVIOUS)
        return change_files(told), told
    earlier = _earlier(folders.out)
    return earlier, read_changes(earlier[JSON]) if earlier else Comparison()


def criteria_titles(folders: Folders) -> Titles:
    """Give what tells the names of a year's criteria, and reads each year's criteria set once."""
    return functools.cache(functools.partial(_titles, folders))


def with_change(
    name: str, former: Mapping[str, Any] | None, record: Mapping[str, Any], titles: Titles
) -> dict[str, Any]:
    """Add to a record what makes its document another than the one before, old and new.

    Where nothing does, what the former record said stays: it is the same document, made again.
    """
    change = compare(name, former, record, titles) if former else None
    lines = [list(line) for line in change.lines] if change else (former or {}).get("thay_doi", [])
    return {**record, "thay_doi": lines} if lines else dict(record)


def _pending(out: Path, known: Entries, titles: Titles) -> Iterator[Change]:
    for name, old in publish.former_records(out):
        if change := compare(name, old, _side(out, name, known), titles):
            yield change


def _since(out: Path, known: Entries, since: Path, titles: Titles) -> Iterator[Change]:
    folder = since if since.is_dir() else since.parent
    before = published.read_manifest(folder, file=since.name if since.is_file() else published.MANIFEST)
    if not before:
        raise UsageError(f"`{since.as_posix()}` không phải bản kê manifest.json hay thư mục đã xuất bản")
    for name in sorted({*before, *known}):
        if name in before and name in known and before[name]["tep"] == known[name]["tep"]:
            continue
        if change := compare(name, _side(folder, name, before), _side(out, name, known), titles):
            yield change


def _side(out: Path, name: str, entries: Entries) -> Mapping[str, Any] | None:
    """Give a document's record, or what the list says of it where the record is not there or is another's."""
    entry = entries.get(name)
    if entry is None:
        return None
    record = published.read_record(out, name, document_name(name))
    return record if record and record["tep"].items() <= entry["tep"].items() else entry


def _earlier(out: Path) -> dict[str, bytes]:
    """Read the files of the last change, when both are as they were published."""
    hashes = published.read_page(out)
    files = {}
    for file in (JSON, MARKDOWN):
        try:
            files[file] = (out / file).read_bytes() if (out / file).is_file() else b""
        except OSError:
            return {}
        if hashes.get(file) != published.content_digest(files[file]):
            return {}
    return files


def _titles(folders: Folders, year: str) -> dict[str, str]:
    """Give the names of a year's criteria; none where the criteria set cannot be read."""
    try:
        found = read_year(read_source(folders.data / year / CRITERIA_SET_FILE))[0]
    except PipelineError:
        return {}
    return {row.dinh_danh: row.ten_tieu_chi for _, row in found.criteria_set.rows()} if found else {}
