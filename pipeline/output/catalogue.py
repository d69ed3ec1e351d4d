"""What lies beside the documents: page, documents' own pages, years' zips, changes; and the list of everything.

All of it is made of what is published and of what keeps the rest from being so; only what would be another is written.
"""

import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import IO, Any

from pipeline.files import to_json
from pipeline.input.sources import Folders, document_name
from pipeline.output import folder as publish
from pipeline.output import manifest as published
from pipeline.output.archive import archive_name, packed_files, write_archive
from pipeline.output.editions import CHANGE_FILES, Entries, changed_files
from pipeline.output.git_days import last_changes
from pipeline.output.page import kit_digest, make_detail, make_page
from pipeline.output.page.row import Row, make_row

MOST_PACKED = 1000
"""A zip of more documents than a province has would be gigabytes, written anew at every change."""

Errors = Mapping[str, Sequence[Sequence[Any]]]
"""What keeps documents from being built, by name."""


def publish_catalogue(
    folders: Folders, entries: Entries, summaries: Entries, errors: Errors, since: Path | None, state: published.State
) -> None:
    """Publish everything beside the documents, the list of all files last.

    `summaries` are the entries of the years' summaries, by year; `since` is a former publication to compare with,
    other than the last one here.
    """
    out = folders.out
    files, told = changed_files(folders, entries, since)
    for file in CHANGE_FILES - files.keys():
        publish.remove_file(out, file, state)
    days = {PurePath(path).with_suffix("").as_posix(): day for path, day in last_changes(folders.data).items()}
    sizes = {name: size for name, (size, _) in state.items()}
    rows = {
        name: make_row(name, entries.get(name), errors.get(name, ()), sizes, days.get(name, ""))
        for name in sorted({*entries, *errors})
    }
    wanted = itertools.chain(_archives(out, entries, summaries), _details(out, rows, entries, errors))
    made = publish.keep_made(out, wanted, state)
    archives = [path for path in made if path.endswith(".zip")]
    gathered = [*archives, *(f"{year}/{file}" for year, entry in summaries.items() for file in entry["tep"])]
    shown = make_page(rows.values(), entries, {path: state[path][0] for path in gathered}, told)
    page = publish.put_page(out, {**shown, **files}, state)
    publish.publish_manifest(out, entries, summaries, page, errors, made)
    publish.forget_former(out)


def _archives(out: Path, entries: Entries, summaries: Entries) -> Iterator[publish.Wanted]:
    """Want a zip of every year's documents and summary; without pictures, which are for the page."""
    for year in sorted({name.partition("/")[0] for name in entries}):
        own = {name: entry for name, entry in entries.items() if name.startswith(f"{year}/")}
        if len(own) > MOST_PACKED:
            continue
        own |= {year: summaries[year]} if year in summaries else {}
        files = packed_files(own)
        yield publish.Wanted(
            f"{year}/{archive_name(year)}", _digest(files), functools.partial(write_archive, out, files)
        )


def _details(out: Path, rows: Mapping[str, Row], entries: Entries, errors: Errors) -> Iterator[publish.Wanted]:
    """Want a page of its own for every document that is published or has problems."""
    for name, row in rows.items():
        entry = entries.get(name, {})
        if row.detail:
            key = _digest([kit_digest(), entry.get("tep"), entry.get("da_ky"), errors.get(name), row.date])
            yield publish.Wanted(row.detail, key, functools.partial(_write_detail, out, name, row, entry))


def _write_detail(out: Path, name: str, row: Row, entry: Mapping[str, Any], target: IO[bytes]) -> None:
    record = published.read_record(out, name, document_name(name)) if entry else None
    target.write(make_detail(row, entry, record or {}))


def _digest(value: Any) -> str:
    return published.content_digest(to_json(value))
