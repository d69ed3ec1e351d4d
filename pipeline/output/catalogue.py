"""Publish what lies beside the documents: page, documents' own pages, years' zips, changes, and the manifest.

All of it is made of what is published and of the errors that keep the rest back; only what has changed is written.
"""

import dataclasses
import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import IO

from pipeline.files import to_json
from pipeline.input.sources import Folders, document_name
from pipeline.output.archive import archive_name, packed_files, write_archive
from pipeline.output.changes import Titles
from pipeline.output.editions import CHANGE_FILES, Entries, changed_files
from pipeline.output.folder import Wanted, forget_former, keep_made, publish_manifest, put_page, remove_file
from pipeline.output.former import Former
from pipeline.output.git_days import last_changes
from pipeline.output.manifest import DOCUMENT, Entry, Manifest, PublishedProblem, SummaryEntry
from pipeline.output.origin import digest
from pipeline.output.page import kit_digest, make_detail, make_page, make_unit_page
from pipeline.output.page.row import Row, make_row
from pipeline.output.records import read_record
from pipeline.output.seen import State, size_of

MOST_PACKED = 1000
"""A year with more documents than a province has gets no zip: gigabytes would be written anew at every change."""

Errors = Mapping[str, Sequence[PublishedProblem]]
"""The problems that keep documents from being built, by document name."""
Summaries = Mapping[str, SummaryEntry]


def publish_catalogue(
    folders: Folders, now: Manifest, earlier: Manifest, since: Former, titles: Titles, state: State
) -> None:
    """Publish everything beside the documents, the manifest last: it names only files that are in place.

    `now` has what is published: documents, summaries, errors; `earlier` is the last publication. `since` is another
    publication to compare with, without a manifest for the last.
    """
    out, entries, summaries, errors = folders.out, now.van_ban, now.tong_hop, now.co_loi
    files, comparison = changed_files(out, entries, earlier, since, titles)
    for file in CHANGE_FILES - files.keys():
        remove_file(out, file, state)
    days = {PurePath(path).with_suffix("").as_posix(): day for path, day in last_changes(folders.data).items()}
    rows = {
        name: make_row(
            name,
            entries.get(name),
            errors.get(name, ()),
            lambda path: size_of(out, path, state),
            days.get(_data_name(name, entries.get(name)), ""),
        )
        for name in _newest_first({*entries, *errors})
    }
    derived = itertools.chain(_archives(out, entries, summaries), _details(out, rows, entries, errors), _units(rows))
    extras = keep_made(out, derived, earlier.kem, state)
    archives = [path for path in extras if path.endswith(".zip")]
    downloads = [*archives, *(f"{year}/{file}" for year, entry in summaries.items() for file in entry.tep)]
    page_files = make_page(rows.values(), entries, {path: size_of(out, path, state) for path in downloads}, comparison)
    page_hashes = put_page(out, {**page_files, **files}, earlier.trang, state)
    publish_manifest(out, dataclasses.replace(now, trang=page_hashes, kem=extras))
    forget_former(out)


def _newest_first(names: Iterable[str]) -> list[str]:
    """Sort places of documents by their year, the newest first, and by name within it."""
    return sorted(sorted(names), key=lambda name: name.partition("/")[0], reverse=True)


def _archives(out: Path, entries: Entries, summaries: Summaries) -> Iterator[Wanted]:
    """Give every year's zip, of its documents and summary without pictures, as a file to be kept up to date."""
    for year in sorted({name.partition("/")[0] for name in entries}):
        hashes = {name: entry.files for name, entry in entries.items() if name.startswith(f"{year}/")}
        if len(hashes) > MOST_PACKED:
            continue
        hashes |= {year: summaries[year].files} if year in summaries else {}
        files = packed_files(hashes)
        yield Wanted(f"{year}/{archive_name(year)}", _digest(files), functools.partial(write_archive, out, files))


def _details(out: Path, rows: Mapping[str, Row], entries: Entries, errors: Errors) -> Iterator[Wanted]:
    """Give the page of every document that is published or has problems, as a file to be kept up to date."""
    for name, row in rows.items():
        entry = entries.get(name)
        if row.detail:
            problems = [each.fields() for each in errors.get(name, ())]
            key = _digest([kit_digest(), entry and entry.tep, entry and entry.da_ky, problems, row.date])
            yield Wanted(row.detail, key, functools.partial(_write_detail, out, name, row, entry))


def _units(rows: Mapping[str, Row]) -> Iterator[Wanted]:
    """Give the page of every unit that has a paper, with all its papers, as a file to be kept up to date."""
    by_unit: dict[str, list[Row]] = {}
    for row in rows.values():
        if row.unit:
            by_unit.setdefault(row.unit, []).append(row)
    for path, own in by_unit.items():
        key = _digest([kit_digest(), [dataclasses.astuple(row) for row in own]])
        yield Wanted(path, key, functools.partial(_write_unit, tuple(own)))


def _write_unit(rows: Sequence[Row], target: IO[bytes]) -> None:
    target.write(make_unit_page(rows))


def _data_name(name: str, entry: Entry | None) -> str:
    """Give year and stem of the data file that a document is about: the unit's or, for a year's paper, the kind's."""
    year, _, own = name.partition("/")
    unit = own.partition("-")[2] if DOCUMENT.fullmatch(name) else own
    return f"{year}/{unit or (entry.loai if entry else '')}"


def _write_detail(out: Path, name: str, row: Row, entry: Entry | None, target: IO[bytes]) -> None:
    record = read_record(out, name, document_name(name)) if entry else None
    target.write(make_detail(row, entry, record))


def _digest(value: object) -> str:
    return digest(to_json(value))
