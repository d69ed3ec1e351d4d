"""The stages between reading and publishing, in order, for a batch of communes.

A batch is values in and values out: whoever runs `render_batch` needs no disk in common with its caller.
"""

import dataclasses
import functools
import platform
from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.input.sources import Source
from pipeline.kinds.ke_hoach.model import BoTieuChi, Commune
from pipeline.kinds.ke_hoach.present import Context, present
from pipeline.kinds.ke_hoach.read import Year, read_commune, read_year
from pipeline.output.origin import Origin, code_digest, digest, record
from pipeline.pdf.convert import convert
from pipeline.pdf.normalise import normalise
from pipeline.pdf.office import office
from pipeline.pdf.pictures import previews
from pipeline.problem import ExitCode, MissingToolError, Place, Problem, TemplateError, has_error
from pipeline.verify.paper import Paper
from pipeline.verify.pdf import verify_docx, verify_pdf
from pipeline.verify.standard_parts import body_lines
from pipeline.word.fill import Template, compile_template, fill


@dataclasses.dataclass(frozen=True, slots=True)
class Common:
    """What the documents of one year share.

    `code` is the digest of the code that must render them, `tools` names what must make their PDFs, None for none;
    `previews` asks for pictures of each PDF's pages.
    """

    criteria_set: Source
    template: Source
    code: str
    tools: str | None
    previews: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """What became of one data file; with an error among the problems there are no files."""

    source: Source
    problems: tuple[Problem, ...]
    files: Mapping[str, bytes] = dataclasses.field(default_factory=dict)
    record: Mapping[str, Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """A commune's document as .docx, and read back from it, before its PDF."""

    source: Source
    commune: Commune
    context: Context
    docx: bytes
    paper: Paper
    warnings: tuple[Problem, ...]


def render_batch(common: Common, sources: Sequence[Source]) -> list[Result]:
    """Take a batch of communes through every stage between reading and publishing, in their order.

    Raises MissingToolError where the code or the tools are not the wanted ones.
    """
    check_worker(common.code, common.tools)
    year, template = read_year(common.criteria_set)[0], compiled(common.template)
    if year is None:
        return []
    tools = office() if common.tools else None
    made = [_draft(source, year, template, body_lines(common.template.content)) for source in sources]
    drafts = [draft for draft in made if isinstance(draft, Draft)]
    pdfs = convert([draft.docx for draft in drafts], tools) if tools and drafts else [None] * len(drafts)
    finished = {
        draft.source.path: _finish(draft, pdf, common, year.criteria_set)
        for draft, pdf in zip(drafts, pdfs, strict=True)
    }
    return [finished[each.source.path] if isinstance(each, Draft) else each for each in made]


def check_worker(code: str, tools: str | None) -> None:
    """Raise MissingToolError unless this process has the wanted code and, for PDFs, the wanted LibreOffice and font."""
    if code_digest() != code:
        raise MissingToolError(f"máy `{platform.node()}` chạy mã nguồn khác; cập nhật cho cùng phiên bản rồi chạy lại")
    if tools and (found := office().identity) != tools:
        raise MissingToolError(f"máy `{platform.node()}` có {found}, phải là {tools}")


def origin(common: Common, content: bytes) -> Origin:
    """Give what a document made from these bytes would be made from."""
    return Origin(
        ma_nguon=common.code,
        du_lieu=digest(content),
        bo_tieu_chi=digest(common.criteria_set.content),
        mau=digest(common.template.content),
        cong_cu=common.tools,
    )


@functools.lru_cache(maxsize=4)
def compiled(source: Source) -> Template:
    """Compile a template once in each process."""
    return compile_template(source.content, source.path)


def _draft(source: Source, year: Year, template: Template, body: Sequence[str]) -> Draft | Result:
    """Take one commune from bytes to a verified .docx, or to the problems that stopped it."""
    commune, problems = read_commune(source, year)
    if commune is None:
        return Result(source, problems)
    context = present(year.criteria_set, commune, year.totals)
    try:
        content = fill(template, context)
    except TemplateError as error:
        return Result(
            source, (*problems, Problem(Place(source.path), "mau-word", str(error), exit_code=ExitCode.TEMPLATE))
        )
    paper, found = verify_docx(content, context, body, f"{source.document}.docx")
    problems = (*problems, *found)
    if paper is None or has_error(problems):
        return Result(source, problems)
    return Draft(source, commune, context, content, paper, problems)


def _finish(draft: Draft, pdf: bytes | None, common: Common, criteria_set: BoTieuChi) -> Result:
    """Verify the PDF, if one is wanted, and describe the files."""
    name = draft.source.document
    problems, pages, files = draft.warnings, None, {f"{name}.docx": draft.docx}
    if common.tools and pdf is None:
        message, hint = "LibreOffice không chuyển được sang PDF, đã thử hai lần", "chạy lại; xem `nox -s doctor`"
        place = Place(draft.source.path)
        problems = (*problems, Problem(place, "khong-co-pdf", message, hint, exit_code=ExitCode.CONVERSION))
    elif pdf is not None:
        try:
            signer = draft.context.chuc_vu_ky, draft.context.ho_ten
            files[f"{name}.pdf"] = pdf = normalise(pdf, draft.commune.ngay_ban_hanh, *signer)
        except ValueError as error:
            message = f"LibreOffice ghi ra một tệp PDF hỏng ({error})"
            problem = Problem(Place(f"{name}.pdf"), "khong-mo-duoc", message, exit_code=ExitCode.VERIFICATION)
            return Result(draft.source, (*problems, problem))
        limits = range(criteria_set.so_trang_it_nhat, criteria_set.so_trang_nhieu_nhat + 1)
        reading, found = verify_pdf(pdf, draft.paper, limits, sample=draft.context.so_lieu_mau, name=f"{name}.pdf")
        problems, pages = (*problems, *found), reading.pages
    if has_error(problems):
        return Result(draft.source, problems)
    if pdf is not None and common.previews:
        first, others = previews(pdf)
        files |= {f"{name}.png": first} | ({f"{name}-tiep.png": others} if others else {})
    made_from = origin(common, draft.source.content)
    about = record(criteria_set, draft.commune, draft.context, pages, made_from, files)
    return Result(draft.source, problems, files, {**about, "noi_dung": draft.paper.text_digest()})
