"""Make the document of a record again from today's data, as far as these are still the record's."""

from collections.abc import Sequence

from pipeline.input.sources import Folders, Source, read_source, year_files
from pipeline.kinds.kind import Document
from pipeline.kinds.loai.dependence import uses_criteria
from pipeline.kinds.loai.kinds import PaperKind
from pipeline.kinds.loai.prepare import paper_place, prepare
from pipeline.kinds.loai.year import Year, read_year, year_sources
from pipeline.output.origin import digest
from pipeline.output.records import Record
from pipeline.problem import UsageError


def document_from_data(folders: Folders, name: str, record: Record) -> tuple[PaperKind | None, Document | None]:
    """Give a document's kind, and the document that the data make; None where the data are not those of the record."""
    folder = folders.data / name.partition("/")[0]
    if not folder.is_dir() or folder.is_symlink():
        return None, None
    files = year_files(folder)
    try:
        sources, _ = year_sources(folders, files)
        year = read_year(sources)
        kind = year.kinds.get(record.loai)
        if kind is None:
            return None, None
        paths = files.communes
        if kind.is_for_each_unit:
            paths = tuple(path for path in paths if paper_place(kind, year.name, path.stem) == name)
        document = _made_by(kind, year, [read_source(path) for path in paths], record) if paths else None
    except UsageError:
        return None, None
    return kind, document


def _made_by(kind: PaperKind, year: Year, units: Sequence[Source], record: Record) -> Document | None:
    """Give the document that a kind makes of units' files, if kind, criteria and data are those of a record."""
    origin, shared = record.nguon, year.sources
    criteria = digest(shared.criteria.content) if shared.criteria and uses_criteria(kind, year) else ""
    if (digest(kind.source.content), criteria) != (origin.loai, origin.bo_tieu_chi):
        return None
    document = prepare(kind, year, units).document
    return document if document and document.data == origin.du_lieu else None
