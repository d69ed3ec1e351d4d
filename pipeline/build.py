"""The stages in order, for one commune and for all.

A batch is values in and values out, so that whoever runs `render_batch` needs no disk in common with its caller.
"""

import dataclasses
import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.checks import check_commune, check_criteria_set
from pipeline.convert import convert
from pipeline.fill import Template, compile_template, fill
from pipeline.load import load, locate
from pipeline.model import BoTieuChi, Commune
from pipeline.parse import parse
from pipeline.present import Context, present
from pipeline.problem import ExitCode, Place, Problem, TemplateError, has_error, ordered
from pipeline.publish import manifest_entry, publish, publish_manifest
from pipeline.record import Sources, digest, record
from pipeline.sources import Folders, Source, find_sources, read_source
from pipeline.tools import Office
from pipeline.totals import Totals, totals
from pipeline.verify import verify_docx, verify_pdf

TEMPLATE_FILE = "ke-hoach.docx"
BATCH = 25
"""Documents for one LibreOffice: its start is paid once, and a crash costs no more than these."""


@dataclasses.dataclass(frozen=True, slots=True)
class Common:
    """What the documents of one year share; `office` is None when no PDF is wanted or possible."""

    criteria_set: Source
    template: Source
    office: Office | None


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """What became of one data file; with an error among the problems there are no files."""

    source: Source
    problems: tuple[Problem, ...]
    files: Mapping[str, bytes] = dataclasses.field(default_factory=dict)
    record: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Year:
    """A criteria set without errors, and its totals."""

    criteria_set: BoTieuChi
    totals: Totals


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """A commune's document as .docx, before its PDF."""

    source: Source
    commune: Commune
    context: Context
    docx: bytes
    warnings: tuple[Problem, ...]

    @property
    def stem(self) -> str:
        """Give the name of the files, such as KH-2023-15139-cam-luong."""
        return f"KH-{self.source.year}-{self.source.stem}"


def check(folders: Folders, selection: Sequence[str]) -> Iterator[Result]:
    """Load, parse and check data files, and add up the points; nothing is built."""
    for criteria_path, paths in find_sources(folders.data, selection):
        criteria_source = read_source(criteria_path)
        year, problems = read_year(criteria_source)
        if problems:
            yield Result(criteria_source, problems)
        if year:
            for source in map(read_source, paths):
                yield Result(source, read_commune(source, year)[1])


def build(folders: Folders, selection: Sequence[str], office: Office | None) -> Iterator[Result]:
    """Build, verify and publish documents, each result as it is done.

    A document with an error is not published, and its older files stay. Raises TemplateError when the template
    cannot be used at all.
    """
    template = read_source(folders.templates / TEMPLATE_FILE)
    compiled(template)
    records = {}
    for criteria_path, paths in find_sources(folders.data, selection):
        common = Common(read_source(criteria_path), template, office)
        year, problems = read_year(common.criteria_set)
        if problems:
            yield Result(common.criteria_set, problems)
        for start in range(0, len(paths) if year else 0, BATCH):
            for result in render_batch(common, [read_source(path) for path in paths[start : start + BATCH]]):
                if not has_error(result.problems):
                    name = f"{result.source.year}/{result.source.stem}"
                    publish(folders.out / name, result.files, result.record)
                    records[name] = manifest_entry(result.record)
                yield result
    publish_manifest(folders.out, records, complete=not selection)


def render_batch(common: Common, sources: Sequence[Source]) -> list[Result]:
    """Take a batch of communes through every stage between reading and publishing, in their order."""
    year, template = read_year(common.criteria_set)[0], compiled(common.template)
    if year is None:
        return []
    made = [_draft(source, year, template) for source in sources]
    drafts = [draft for draft in made if isinstance(draft, Draft)]
    pdfs = (
        convert([draft.docx for draft in drafts], common.office) if common.office and drafts else [None] * len(drafts)
    )
    finished = {
        draft.source: _finish(draft, pdf, common, year.criteria_set) for draft, pdf in zip(drafts, pdfs, strict=True)
    }
    return [finished[each.source] if isinstance(each, Draft) else each for each in made]


@functools.lru_cache(maxsize=8)
def read_year(source: Source) -> tuple[Year | None, tuple[Problem, ...]]:
    """Load, parse and check a criteria set and add up its points; None when there is an error."""
    tree, problems = load(source.content, source.path)
    if tree is None:
        return None, problems
    criteria_set, problems = parse(BoTieuChi, tree, source.path)
    if criteria_set is None:
        return None, ordered(locate(source.content, problems))
    computed, mismatches = totals(criteria_set, source.path)
    problems = ordered(locate(source.content, (*check_criteria_set(criteria_set, source.path), *mismatches)))
    return None if has_error(problems) else Year(criteria_set, computed), problems


def read_commune(source: Source, year: Year) -> tuple[Commune | None, tuple[Problem, ...]]:
    """Load, parse and check a commune's file; None when there is an error."""
    tree, problems = load(source.content, source.path)
    if tree is None:
        return None, problems
    commune, problems = parse(Commune, tree, source.path)
    if commune:
        problems = check_commune(commune, year.criteria_set, source.path)
    if problems:
        problems = ordered(locate(source.content, problems))
    return None if has_error(problems) else commune, problems


@functools.lru_cache(maxsize=4)
def compiled(source: Source) -> Template:
    """Compile a template once in each process."""
    return compile_template(source.content, source.path)


def _draft(source: Source, year: Year, template: Template) -> Draft | Result:
    """Take one commune from bytes to a verified .docx, or to the problems that stopped it."""
    commune, problems = read_commune(source, year)
    if commune is None:
        return Result(source, problems)
    context = present(year.criteria_set, commune, year.totals)
    try:
        draft = Draft(source, commune, context, fill(template, context), problems)
    except TemplateError as error:
        return Result(
            source, (*problems, Problem(Place(source.path), "mau-word", str(error), exit_code=ExitCode.TEMPLATE))
        )
    problems = (*problems, *verify_docx(draft.docx, context, f"{draft.stem}.docx"))
    return Result(source, problems) if has_error(problems) else draft


def _finish(draft: Draft, pdf: bytes | None, common: Common, criteria_set: BoTieuChi) -> Result:
    """Verify the PDF, if one is wanted, and describe the files."""
    problems, pages, files = draft.warnings, None, {f"{draft.stem}.docx": draft.docx}
    if common.office and pdf is None:
        message, hint = "LibreOffice không chuyển được sang PDF, đã thử hai lần", "chạy lại; xem `nox -s doctor`"
        place = Place(draft.source.path)
        problems = (*problems, Problem(place, "khong-co-pdf", message, hint, exit_code=ExitCode.CONVERSION))
    elif pdf is not None:
        files[f"{draft.stem}.pdf"] = pdf
        limits = range(criteria_set.so_trang_it_nhat, criteria_set.so_trang_nhieu_nhat + 1)
        reading, found = verify_pdf(pdf, draft.context, limits, f"{draft.stem}.pdf")
        problems, pages = (*problems, *found), reading.pages
    if has_error(problems):
        return Result(draft.source, problems)
    origin = Sources(
        du_lieu=digest(draft.source.content),
        bo_tieu_chi=digest(common.criteria_set.content),
        mau=digest(common.template.content),
        libreoffice=common.office.version if common.office else None,
        phong_chu=common.office.font.family if common.office else None,
    )
    return Result(
        draft.source, problems, files, record(criteria_set, draft.commune, draft.context, pages, origin, files)
    )
