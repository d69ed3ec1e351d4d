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
from pipeline.output.folder import former_records
from pipeline.output.former import Former
from pipeline.output.manifest import Entry, Manifest, Side
from pipeline.output.origin import digest
from pipeline.output.records import Record, parse_record, read_record

CHANGE_FILES = frozenset({JSON, MARKDOWN})

Entries = Mapping[str, Entry]
"""What a manifest says of documents, by document name."""


def changed_files(
    out: Path, entries: Entries, earlier: Manifest, since: Former, titles: Titles
) -> tuple[dict[str, bytes], Comparison]:
    """Give the files that say what changed, and what they say; the earlier ones when this build changed nothing.

    `entries` is what will be published now, `earlier` the last publication; `since` another one to compare with,
    without a manifest for the last. Without an earlier publication there are no such files.
    """
    other = since.manifest is not None
    changes = _changes_since(out, entries, since, titles) if other else _changes_since_last(out, entries, titles)
    in_order = tuple(sorted(changes, key=lambda each: each.name))
    if in_order or other:
        comparison = Comparison(in_order, OTHER if other else PREVIOUS)
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


def _changes_since(out: Path, entries: Entries, since: Former, titles: Titles) -> Iterator[Change]:
    before = since.entries
    for name in sorted({*before, *entries}):
        if name in before and name in entries and before[name].tep == entries[name].tep:
            continue
        if change := compare(name, _former_side(since, name), _side(out, name, entries), titles):
            yield change


def _former_side(since: Former, name: str) -> Side | None:
    """Give a document's record in a former publication, or its manifest entry when the record cannot be had."""
    entry, file = since.entries.get(name), f"{document_name(name)}.json"
    if entry is None:
        return None
    content = since.file(f"{name}/{file}", entry.tep.get(file, ""))
    return (parse_record(content) if content else None) or entry


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
