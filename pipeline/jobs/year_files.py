"""Make the files of a year's summary: gather its units, write the workbook, print the list by the common stages."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipeline.input.sources import Source
from pipeline.jobs.render import render
from pipeline.kinds.ke_hoach.read import Year, read_commune
from pipeline.kinds.kind import Document
from pipeline.kinds.tong_hop.kind import TONG_HOP
from pipeline.kinds.tong_hop.summary import Reading, Summary, summarise
from pipeline.kinds.tong_hop.workbook import workbook
from pipeline.output.manifest import Entry
from pipeline.pdf.office import Office, office
from pipeline.problem import ExitCode, MissingToolError, Place, Problem, TemplateError

ProblemsByName = Mapping[str, Sequence[Problem]]
"""The problems of a build by document name, such as 2023/15139-cam-luong."""


def gather(
    year: Year, sources: Iterator[Source], entries: Mapping[str, Entry], problems_by_name: ProblemsByName
) -> Summary:
    """Read a year's data files again, and put together what its summary says of each unit."""

    def readings() -> Iterator[Reading]:
        for source in sources:
            commune, problems = read_commune(source, year)
            all_problems = tuple(dict.fromkeys((*problems, *problems_by_name.get(source.name, ()))))
            targets = commune.chi_tieu if commune else {}
            yield Reading(source.stem, commune, targets, all_problems, entries.get(source.name))

    criteria_set = year.criteria_set
    return summarise(
        criteria_set.loai_van_ban.ten_loai, criteria_set.nam_ke_hoach, criteria_set, year.totals, readings()
    )


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
        (rendered,) = render(TONG_HOP, [document], template, _office(tools))
    except TemplateError as error:
        return files, (Problem(Place(template.path), "mau-word", str(error), exit_code=ExitCode.TEMPLATE),)
    return {**files, **rendered.files}, rendered.problems


def _office(identity: str | None) -> Office | None:
    """Give LibreOffice if it is the one named, else None: the machine that sends work to a cluster may have none."""
    try:
        return office() if identity and office().identity == identity else None
    except MissingToolError:
        return None
