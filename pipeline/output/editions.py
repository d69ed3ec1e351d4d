"""Find what a build changed since the last publication, whose records are kept until the new manifest is written.

So the changes survive a build that is killed: the next one finds them all, as if there had been only one.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.files import read_plain
from pipeline.input.sources import document_name
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
from pipeline.output.folder import Side, former_records
from pipeline.output.manifest import MANIFEST, Entry, Manifest, read_manifest
from pipeline.output.origin import digest
from pipeline.output.records import Record, read_record
from pipeline.problem import UsageError

CHANGE_FILES = frozenset({JSON, MARKDOWN})

Entries = Mapping[str, Entry]
"""What a manifest says of documents, by document name."""


def changed_files(
    out: Path, entries: Entries, earlier: Manifest, since: Path | None, titles: Titles
) -> tuple[dict[str, bytes], Comparison]:
    """Give the files that say what changed, and what they say; the earlier ones when this build changed nothing.

    `entries` is what will be published now, `earlier` the last publication; `since` an output folder or its manifest
    to compare with, None for the last publication. Without an earlier publication there are no such files. Raises
    UsageError when there is nothing to compare with at `since`.
    """
    changes = _changes_since(out, entries, since, titles) if since else _changes_since_last(out, entries, titles)
    in_order = tuple(sorted(changes, key=lambda each: each.name))
    if in_order or since:
        comparison = Comparison(in_order, OTHER if since else PREVIOUS)
        return change_files(comparison), comparison
    files = _earlier(out, earlier.trang)
    return files, read_changes(files[JSON]) if files else Comparison()


def with_change(name: str, former: Side | None, record: Record, titles: Titles) -> Record:
    """Add to a record the differences between its document and the former one.

    When there are none, those of the former record stay: it is the same document, made again.
    """
    change = compare(name, former, record, titles) if former else None
    lines = change.lines if change else former.thay_doi if isinstance(former, Record) else ()
    return record.model_copy(update={"thay_doi": lines})


def _changes_since_last(out: Path, entries: Entries, titles: Titles) -> Iterator[Change]:
    for name, old in former_records(out):
        if change := compare(name, old, _side(out, name, entries), titles):
            yield change


def _changes_since(out: Path, entries: Entries, since: Path, titles: Titles) -> Iterator[Change]:
    folder = since if since.is_dir() else since.parent
    before = read_manifest(since if since.is_file() else folder / MANIFEST)[0].van_ban
    if not before:
        raise UsageError(f"`{since.as_posix()}` không phải bản kê manifest.json hay thư mục đã xuất bản")
    for name in sorted({*before, *entries}):
        if name in before and name in entries and before[name].tep == entries[name].tep:
            continue
        if change := compare(name, _side(folder, name, before), _side(out, name, entries), titles):
            yield change


def _side(out: Path, name: str, entries: Entries) -> Side | None:
    """Give a document's record, or its manifest entry when the record is missing or does not belong to the entry."""
    entry = entries.get(name)
    if entry is None:
        return None
    record = read_record(out, name, document_name(name))
    return record if record and record.tep.items() <= entry.tep.items() else entry


def _earlier(out: Path, hashes: Mapping[str, str]) -> dict[str, bytes]:
    """Read the files that say what changed last; none when one is not as it was published."""
    files = {}
    for file in (JSON, MARKDOWN):
        try:
            files[file] = read_plain(out / file)
        except OSError:
            return {}
        if hashes.get(file) != digest(files[file]):
            return {}
    return files
