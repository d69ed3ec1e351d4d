"""Make the document of a record again from today's data, as far as these are still the record's."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.input.sources import Folders, Source, read_source, year_files
from pipeline.jobs.render import shared_origin
from pipeline.kinds.kind import Document
from pipeline.kinds.loai.kinds import PaperKind
from pipeline.kinds.loai.prepare import paper_place, prepare
from pipeline.kinds.loai.year import Year, read_year, year_sources
from pipeline.output.records import Record
from pipeline.problem import UsageError


def year_now(folders: Folders, name: str) -> tuple[Sequence[Path], Year] | None:
    """Read a year as it is today, and give its units' files and it; None where it is not there or cannot be read."""
    folder = folders.data / name
    if not folder.is_dir() or folder.is_symlink():
        return None
    files = year_files(folder)
    try:
        return files.communes, read_year(year_sources(folders, files)[0])
    except UsageError:
        return None


def document_from_data(
    now: tuple[Sequence[Path], Year] | None, name: str, record: Record
) -> tuple[PaperKind | None, Document | None]:
    """Give a document's kind, and the document that the data make; None where the data are not those of the record."""
    paths, year = now or ((), None)
    kind = year.kinds.get(record.loai) if year else None
    if year is None or kind is None:
        return None, None
    if kind.is_for_each_unit:
        paths = [path for path in paths if paper_place(kind, year.name, path.stem) == name]
    try:
        return kind, _made_by(kind, year, [read_source(path) for path in paths], record) if paths else None
    except UsageError:
        return None, None


def _made_by(kind: PaperKind, year: Year, units: Sequence[Source], record: Record) -> Document | None:
    """Give the document that a kind makes of units' files, if kind, criteria and data are those of a record."""
    origin = record.nguon
    if not shared_origin(year, kind).same_shared(origin):
        return None
    document = prepare(kind, year, units).document
    return document if document and document.data == origin.du_lieu else None
