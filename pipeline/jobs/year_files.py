"""Make the files of a year's summary: gather its units, write the workbook, print the list by the common stages."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.input.sources import Source
from pipeline.jobs.render import render
from pipeline.kinds.bang_tieu_chi.table import Bang
from pipeline.kinds.bang_tieu_chi.totals import maxima
from pipeline.kinds.kind import Document
from pipeline.kinds.loai.prepare import paper_place
from pipeline.kinds.loai.probe import probe_fault
from pipeline.kinds.loai.template import compiled
from pipeline.kinds.loai.unit import is_usable, read_unit
from pipeline.kinds.loai.year import Year
from pipeline.kinds.tong_hop.kind import TONG_HOP
from pipeline.kinds.tong_hop.summary import Reading, Summary, summarise
from pipeline.kinds.tong_hop.workbook import workbook
from pipeline.output.manifest import Entry
from pipeline.pdf.office import Office, office
from pipeline.problem import ExitCode, MissingToolError, Place, Problem, TemplateError

ProblemsByName = Mapping[str, Sequence[Problem]]
"""The problems of a build by document, such as 2023/KH-15139-cam-luong."""


def papers_of(year: Year, stem: str) -> list[str]:
    """Give the places that a unit's papers may have below the output folder, in the order of their kinds."""
    return [paper_place(kind, year.name, stem) for kind in year.kinds.values() if kind.is_for_each_unit]


def gather(
    year: Year, table: Bang, sources: Iterator[Source], entries: Mapping[str, Entry], problems_by_name: ProblemsByName
) -> Summary:
    """Read a year's data files again, and put together what its summary says of each unit."""
    abbreviations = {kind.name: kind.abbreviation for kind in year.kinds.values()}

    def readings() -> Iterator[Reading]:
        for source in sources:
            unit, problems = read_unit(source, year)
            papers = papers_of(year, source.stem)
            found = [problem for name in papers for problem in problems_by_name.get(name, ())]
            all_problems = tuple(dict.fromkeys((*problems, *found)))
            usable = unit if is_usable(unit, all_problems) else None
            yield Reading(
                stem=source.stem,
                content=unit.content if unit else None,
                targets=_targets(table, usable.values.texts) if usable else {},
                problems=all_problems,
                entries=tuple(entries[name] for name in papers if name in entries),
                abbreviations=abbreviations,
            )

    return summarise(_title(year), year.number, table, maxima(table), readings())


def _title(year: Year) -> str:
    """Say what a year's papers are: their kind where all are of one, else just papers."""
    kinds = {kind.keys.ten_loai for kind in year.kinds.values()}
    return kinds.pop() if len(kinds) == 1 else "Văn bản"


def _targets(table: Bang, texts: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """Give a unit's own targets, by criterion: of the columns that are filled in where criteria are left to it."""
    own: dict[str, str] = {}
    for key, column in table.columns.items():
        own |= texts.get(key, {}) if column.hang_can == "xa_tu_dien" else {}
    return own


def make_files(
    summary: Summary, document: Document, template: Source, tools: str | None, room: Path | None
) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """Make the workbook and, with a template that is not empty, the list: files by name, and what went wrong.

    `tools` names what makes the PDF, None for none; `room` is where the workbook's rows lie meanwhile.
    """
    files = {f"{document.name}.xlsx": workbook(summary, room)}
    if not template.content:
        return files, ()
    try:
        fault = probe_fault(compiled(template, TONG_HOP.fields), template.content)
        rendered = [] if fault else render(TONG_HOP, [document], template, _office(tools))
    except TemplateError as error:
        fault, rendered = str(error), []
    if not rendered:
        message = f"mẫu của danh sách: {fault}"
        return files, (Problem(Place(template.path), "mau-word", message, exit_code=ExitCode.TEMPLATE),)
    return {**files, **rendered[0].files}, rendered[0].problems


def _office(identity: str | None) -> Office | None:
    """Give LibreOffice if it is the one named, else None: the machine that sends work to a cluster may have none."""
    try:
        return office() if identity and office().identity == identity else None
    except MissingToolError:
        return None
