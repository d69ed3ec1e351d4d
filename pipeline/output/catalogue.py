"""What lies beside the documents: page, documents' own pages, years' zips, changes; and the list of everything.

All of it is made of what is published and of what keeps the rest from being so; only what would be another is written.
"""

import dataclasses
import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import IO

from pipeline.files import to_json
from pipeline.input.sources import Folders, document_name
from pipeline.output.archive import archive_name, packed_files, write_archive
from pipeline.output.changes import Titles
from pipeline.output.editions import CHANGE_FILES, Entries, changed_files
from pipeline.output.folder import Wanted, forget_former, keep_made, publish_manifest, put_page, remove_file
from pipeline.output.git_days import last_changes
from pipeline.output.manifest import Entry, Manifest, PublishedProblem, SummaryEntry
from pipeline.output.origin import digest
from pipeline.output.page import kit_digest, make_detail, make_page
from pipeline.output.page.row import Row, make_row
from pipeline.output.records import read_record
from pipeline.output.seen import State, size_of

MOST_PACKED = 1000
"""A zip of more documents than a province has would be gigabytes, written anew at every change."""

Errors = Mapping[str, Sequence[PublishedProblem]]
"""What keeps documents from being built, by name."""
Summaries = Mapping[str, SummaryEntry]


def publish_catalogue(
    folders: Folders, now: Manifest, earlier: Manifest, since: Path | None, titles: Titles, state: State
) -> None:
    """Publish everything beside the documents, the list of all files last.

    `now` has what is published: documents, summaries, errors; `earlier` is the last publication. `since` is a former
    publication to compare with, other than that.
    """
    out, entries, summaries, errors = folders.out, now.van_ban, now.tong_hop, now.co_loi
    files, told = changed_files(out, entries, earlier, since, titles)
    for file in CHANGE_FILES - files.keys():
        remove_file(out, file, state)
    days = {PurePath(path).with_suffix("").as_posix(): day for path, day in last_changes(folders.data).items()}
    rows = {
        name: make_row(
            name, entries.get(name), errors.get(name, ()), lambda path: size_of(out, path, state), days.get(name, "")
        )
        for name in sorted({*entries, *errors})
    }
    wanted = itertools.chain(_archives(out, entries, summaries), _details(out, rows, entries, errors))
    made = keep_made(out, wanted, earlier.kem, state)
    archives = [path for path in made if path.endswith(".zip")]
    gathered = [*archives, *(f"{year}/{file}" for year, entry in summaries.items() for file in entry.tep)]
    shown = make_page(rows.values(), entries, {path: size_of(out, path, state) for path in gathered}, told)
    page = put_page(out, {**shown, **files}, earlier.trang, state)
    publish_manifest(out, dataclasses.replace(now, trang=page, kem=made))
    forget_former(out)


def _archives(out: Path, entries: Entries, summaries: Summaries) -> Iterator[Wanted]:
    """Want a zip of every year's documents and summary; without pictures, which are for the page."""
    for year in sorted({name.partition("/")[0] for name in entries}):
        own = {name: entry.files for name, entry in entries.items() if name.startswith(f"{year}/")}
        if len(own) > MOST_PACKED:
            continue
        own |= {year: summaries[year].files} if year in summaries else {}
        files = packed_files(own)
        yield Wanted(f"{year}/{archive_name(year)}", _digest(files), functools.partial(write_archive, out, files))


def _details(out: Path, rows: Mapping[str, Row], entries: Entries, errors: Errors) -> Iterator[Wanted]:
    """Want a page of its own for every document that is published or has problems."""
    for name, row in rows.items():
        entry = entries.get(name)
        if row.detail:
            problems = [each.fields() for each in errors.get(name, ())]
            key = _digest([kit_digest(), entry and entry.tep, entry and entry.da_ky, problems, row.date])
            yield Wanted(row.detail, key, functools.partial(_write_detail, out, name, row, entry))


def _write_detail(out: Path, name: str, row: Row, entry: Entry | None, target: IO[bytes]) -> None:
    record = read_record(out, name, document_name(name)) if entry else None
    target.write(make_detail(row, entry, record))


def _digest(value: object) -> str:
    return digest(to_json(value))
