"""Keep each year's summary beside its documents, as TONG-HOP-<year>.xlsx, .docx and .pdf; make a stale one anew."""

import datetime as dt
import importlib.metadata
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from pipeline.files import MOVING
from pipeline.input.selection import select
from pipeline.input.sources import Source, named, read_source, readable
from pipeline.jobs.plan import Plan
from pipeline.jobs.render import Result
from pipeline.jobs.year_files import ProblemsByName, gather, make_files, papers_of
from pipeline.kinds.loai.year import Year, YearSources, read_year, year_sources
from pipeline.kinds.tong_hop.kind import TEMPLATE, TONG_HOP, document_of
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
    for each in select(folders.data, ()):
        paths = each.files.communes
        if len(paths) > MOST_UNITS or not paths:
            continue
        sources, _ = year_sources(folders, each.files)
        year = read_year(sources)
        if year.table is None and not year.is_broken:
            continue
        years.add(year.name)
        previous = earlier.get(year.name)
        if year.table is None:
            yield YearSummary(year.name, previous)
            continue
        path = folders.templates / TEMPLATE
        template = read_source(path) if path.is_file() else named(path)
        current = _origin(year, template, plan.tools, readable(paths), (entries, problems_by_name))
        same = previous and (current.same_pdf(previous.nguon) if plan.tools else current.same_docx(previous.nguon))
        if previous and same and are_intact(folders.out, year.name, previous.tep, state):
            yield YearSummary(year.name, previous)
        else:
            summary = gather(year, year.table, readable(paths), entries, problems_by_name)
            yield _publish_year(folders.out, year, summary, template, current, state)
    for year_name, entry in earlier.items():
        for file in entry.tep if year_name not in years else ():
            remove_file(folders.out, f"{year_name}/{file}", state)


def _origin(
    year: Year,
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
            source.stem,
            digest(source.content),
            [entries[name].fields() for name in papers_of(year, source.stem) if name in entries],
            [
                [each.code, each.message]
                for name in papers_of(year, source.stem)
                for each in problems_by_name.get(name, ())
                if each.severity is Severity.ERROR
            ],
        ]
        for source in sources
    ]
    shared: YearSources = year.sources
    both = [each.content for each in (shared.criteria, shared.defaults, *shared.kinds) if each]
    code = f"{code_digest(TONG_HOP.name)} {importlib.metadata.version('xlsxwriter')}"
    return Origin(
        ma_nguon=digest(code.encode()),
        du_lieu=digest(json.dumps(units, sort_keys=True).encode()),
        bo_tieu_chi=digest(b"\0".join(both)),
        mau=digest(template.content),
        cong_cu=tools,
    )


def _publish_year(
    out: Path, year: Year, summary: Summary, template: Source, origin: Origin, state: State
) -> YearSummary:
    """Make and publish a year's summary; a file that cannot be made is a problem and does not stop the others."""
    year_name, stem = year.name, summary_stem(year.name)
    # What a killed build leaves in that folder, the next one removes.
    room = out / MOVING
    date = dt.date(year.number, 1, 1)
    document = document_of(listing(summary), stem, f"{out.as_posix()}/{year_name}/{stem}.docx", date)
    files, problems = make_files(summary, document, template, origin.cong_cu, room if room.is_dir() else None)
    for ending in (".pdf", ".docx"):
        if f"{stem}{ending}" not in files:
            remove_file(out, f"{year_name}/{stem}{ending}", state)
    put_files(out, year_name, files, state)
    # A summary with problems is to be made again by the next build, whatever it was made from.
    made_from = origin.model_copy(update={"du_lieu": ""}) if problems else origin
    entry = SummaryEntry(nguon=made_from, tep={file: digest(content) for file, content in files.items()})
    results = tuple(Result(f"{year_name}/{stem}", each.place.path, (each,)) for each in problems)
    return YearSummary(year_name, entry, results)
