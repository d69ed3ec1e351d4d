"""Keep each year's summary beside its documents, as TONG-HOP-<year>.xlsx, .docx and .pdf; make a stale one anew."""

import importlib.metadata
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pipeline.files import MOVING
from pipeline.input.sources import Source, find_sources, named, read_source, readable
from pipeline.jobs.plan import Plan
from pipeline.jobs.render import Result
from pipeline.jobs.year_files import ProblemsByName, gather, make_files
from pipeline.kinds.ke_hoach.read import Year, read_year
from pipeline.kinds.tong_hop.kind import TONG_HOP, document_of
from pipeline.kinds.tong_hop.listing import listing
from pipeline.kinds.tong_hop.summary import Summary
from pipeline.output.folder import put_files, remove_file
from pipeline.output.manifest import Entry, SummaryEntry, summary_stem
from pipeline.output.origin import Origin, code_digest, digest
from pipeline.output.seen import State, are_intact
from pipeline.problem import Severity

MOST_UNITS = 1000
"""More units than a province has are no summary for an office, and would cost every build a quarter of a minute."""


class YearSummary(NamedTuple):
    """A year's entry for the manifest, None when there is no summary, and what went wrong in making it."""

    year: str
    entry: SummaryEntry | None
    results: tuple[Result, ...] = ()


def keep_summaries(
    plan: Plan, entries: Mapping[str, Entry], problems_by_name: ProblemsByName, state: State
) -> Iterator[YearSummary]:
    """Make every year's summary that would come out different now, and remove those whose year is gone.

    A year of over 1,000 units has none. A folder of templates without one for the summary asks for the workbook alone.
    """
    folders, earlier = plan.folders, plan.earlier.tong_hop
    years: set[str] = set()
    for criteria_path, paths in find_sources(folders.data, ()):
        if len(paths) > MOST_UNITS:
            continue
        criteria_source, year_name = read_source(criteria_path), criteria_path.parent.name
        years.add(year_name)
        previous = earlier.get(year_name)
        year = read_year(criteria_source)[0]
        if year is None:
            yield YearSummary(year_name, previous)
            continue
        path = folders.templates / TONG_HOP.template
        template = read_source(path) if path.is_file() else named(path)
        current = _origin(criteria_source, template, plan.tools, readable(paths), (entries, problems_by_name))
        same = previous and (current.same_pdf(previous.nguon) if plan.tools else current.same_docx(previous.nguon))
        if previous and same and are_intact(folders.out, year_name, previous.tep, state):
            yield YearSummary(year_name, previous)
        else:
            summary = gather(year, readable(paths), entries, problems_by_name)
            yield _publish_year(folders.out, year_name, (year, summary), template, current, state)
    for year_name, entry in earlier.items():
        for file in entry.tep if year_name not in years else ():
            remove_file(folders.out, f"{year_name}/{file}", state)


def _origin(
    criteria_set: Source,
    template: Source,
    tools: str | None,
    sources: Iterator[Source],
    documents: tuple[Mapping[str, Entry], ProblemsByName],
) -> Origin:
    """Give the origin that a year's summary would have now.

    The bytes of the data files stand for what they say, so that none is parsed only to compare.
    """
    entries, problems_by_name = documents
    units = [
        [
            source.name,
            digest(source.content),
            entries[source.name].fields() if source.name in entries else None,
            [
                [each.code, each.message]
                for each in problems_by_name.get(source.name, ())
                if each.severity is Severity.ERROR
            ],
        ]
        for source in sources
    ]
    code = f"{code_digest(TONG_HOP.name)} {importlib.metadata.version('xlsxwriter')}"
    return Origin(
        ma_nguon=digest(code.encode()),
        du_lieu=digest(json.dumps(units, sort_keys=True).encode()),
        bo_tieu_chi=digest(criteria_set.content),
        mau=digest(template.content),
        cong_cu=tools,
    )


def _publish_year(
    out: Path, year_name: str, year_data: tuple[Year, Summary], template: Source, origin: Origin, state: State
) -> YearSummary:
    """Make and publish a year's summary; a file that cannot be made is a problem and does not stop the others."""
    year, summary = year_data
    stem = summary_stem(year_name)
    # What a killed build leaves in that folder, the next one removes.
    room = out / MOVING
    date = year.criteria_set.van_ban_can_cu.ngay_ban_hanh.day
    document = document_of(listing(summary), stem, f"{out.as_posix()}/{year_name}/{stem}.docx", date)
    files, problems = make_files(summary, document, template, origin.cong_cu, room if room.is_dir() else None)
    for ending in (".pdf", ".docx"):
        if f"{stem}{ending}" not in files:
            remove_file(out, f"{year_name}/{stem}{ending}", state)
    put_files(out, year_name, files, state)
    # A summary with problems is to be made again by the next build, whatever it was made from.
    made_from = origin.model_copy(update={"du_lieu": ""}) if problems else origin
    entry = SummaryEntry(nguon=made_from, tep={file: digest(content) for file, content in files.items()})
    results = tuple(Result(named(Path(each.place.path)), (each,)) for each in problems)
    return YearSummary(year_name, entry, results)
