"""Take a batch of papers of one kind through the stages between reading and publishing, in their order.

A batch is a pure function of values: whoever runs `render_batch` needs no disk in common with its caller.
"""

import dataclasses
import functools
import platform
from collections.abc import Mapping, Sequence

from pipeline.input.sources import Source
from pipeline.kinds.kind import Document, Kind, Made, read_back
from pipeline.kinds.loai.dependence import uses_criteria
from pipeline.kinds.loai.kinds import PaperKind
from pipeline.kinds.loai.prepare import prepare
from pipeline.kinds.loai.read_back import printed_kind
from pipeline.kinds.loai.record import describe
from pipeline.kinds.loai.template import compiled
from pipeline.kinds.loai.year import Year, YearSources, read_year
from pipeline.output.origin import Origin, code_digest, digest
from pipeline.output.records import Record
from pipeline.pdf.convert import convert
from pipeline.pdf.normalise import normalise
from pipeline.pdf.office import Office, office
from pipeline.pdf.pictures import picture
from pipeline.problem import ExitCode, MissingToolError, Place, Problem, TemplateError, has_error
from pipeline.verify.paper import Paper
from pipeline.verify.pdf import Setting, verify_pdf
from pipeline.word.fill import Template, fill


@dataclasses.dataclass(frozen=True, slots=True)
class Common:
    """What the papers of one kind and year share.

    `kind` is its name, `code` the digest of the code that must render them, `tools` names what must make their PDFs,
    None for none; `previews` asks for a picture of each PDF's first page.
    """

    year: YearSources
    kind: str
    code: str
    tools: str | None
    previews: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Task:
    """A paper to make: its place below the output folder, the data file that it is about, the files it is made of."""

    name: str
    path: str
    sources: tuple[Source, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """What became of one paper; with an error among the problems there are no files and no record.

    `known` is a hash of the bytes that it was read from; `is_absent` tells that the data have no such paper.
    `notes` are lines that a person may want to read.
    """

    name: str
    path: str
    problems: tuple[Problem, ...]
    files: Mapping[str, bytes] = dataclasses.field(default_factory=dict)
    record: Record | None = None
    known: str = ""
    is_absent: bool = False
    notes: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Rendered:
    """What became of one document; with an error among the problems there are no files."""

    problems: tuple[Problem, ...]
    files: Mapping[str, bytes] = dataclasses.field(default_factory=dict)
    paper: Paper | None = None
    pages: int | None = None


def render_batch(common: Common, tasks: Sequence[Task]) -> list[Result]:
    """Turn a batch of tasks into finished papers or problems: one result for each, in their order.

    Raises MissingToolError where the code or the tools are not those that the batch names, TemplateError when the
    template cannot be used at all.
    """
    check_worker(common.code, common.tools)
    year = read_year(common.year)
    kind = year.kinds[common.kind]
    preparations = [prepare(kind, year, task.sources) for task in tasks]
    documents = [each.document for each in preparations if each.document]
    tools = office() if common.tools else None
    outcomes = iter(render(printed_kind(kind.name), documents, kind.template, tools, pictures=common.previews))
    results = []
    for task, (document, problems, is_absent) in zip(tasks, preparations, strict=True):
        known = known_bytes(common, kind, task.sources)
        if document is None:
            results.append(Result(task.name, task.path, problems, known=known, is_absent=is_absent))
            continue
        each = next(outcomes)
        record = None
        if each.files and each.paper:
            made = Made(each.pages, each.files, each.paper.text_digest(), origin(common, year, kind, document))
            record = describe(document, made)
        results.append(Result(task.name, task.path, (*problems, *each.problems), each.files, record, known))
    return results


def render(
    kind: Kind, documents: Sequence[Document], template: Source, tools: Office | None, *, pictures: bool = False
) -> list[Rendered]:
    """Fill the template with each document, convert it to PDF, and read both files back; results are in their order.

    Without tools there are no PDFs. Raises TemplateError when the template cannot be used at all.
    """
    compiled_template = compiled(template, kind.fields)
    drafts = [_draft(kind, document, compiled_template, template.content) for document in documents]
    ready = [(number, document) for number, document in enumerate(documents) if drafts[number].files]
    if tools and ready:
        contents = [drafts[number].files[f"{document.name}.docx"] for number, document in ready]
        said: dict[int, str] = {}
        for place, ((number, document), pdf) in enumerate(zip(ready, convert(contents, tools, said=said), strict=True)):
            words = said.get(place, "")
            drafts[number] = _add_pdf(kind, document, drafts[number], pdf, words, pictures=pictures)
    return drafts


def check_worker(code: str, tools: str | None) -> None:
    """Refuse to render with other code or, for PDFs, another LibreOffice or font than the batch names.

    Raises MissingToolError.
    """
    if code_digest() != code:
        raise MissingToolError(f"máy `{platform.node()}` chạy mã nguồn khác; cập nhật cho cùng phiên bản rồi chạy lại")
    if tools and (identity := office().identity) != tools:
        raise MissingToolError(f"máy `{platform.node()}` có {identity}, phải là {tools}")


@functools.lru_cache(maxsize=64)
def shared_origin(year: Year, kind: PaperKind, code: str = "", tools: str | None = None) -> Origin:
    """Give the origin that all papers of a kind and year have in common, without the data of any."""
    sources = year.sources
    criteria = sources.criteria.content if sources.criteria and uses_criteria(kind, year) else None
    return Origin(
        ma_nguon=code,
        du_lieu="",
        loai=digest(kind.source.content),
        bo_tieu_chi="" if criteria is None else digest(criteria),
        mau=digest(kind.template.content),
        cong_cu=tools,
    )


def origin(common: Common, year: Year, kind: PaperKind, document: Document) -> Origin:
    """Give the origin of a paper: the digests of everything it depends on."""
    return shared_origin(year, kind, common.code, common.tools).model_copy(
        update={"du_lieu": document.data, "loai_truoc": document.before}
    )


def known_bytes(common: Common, kind: PaperKind, sources: Sequence[Source]) -> str:
    """Give a hash of all bytes that a paper's data are read from, and of the code: by it data are known again."""
    return digest("\0".join([_shared_bytes(common, kind), *(digest(each.content) for each in sources)]).encode())


@functools.lru_cache(maxsize=64)
def _shared_bytes(common: Common, kind: PaperKind) -> str:
    year = common.year
    shared = [*(each for each in (year.criteria, year.defaults) if each), *year.kinds, kind.template]
    return "\0".join([common.code, kind.name, *(digest(each.content) for each in shared)])


def _draft(kind: Kind, document: Document, template: Template, template_bytes: bytes) -> Rendered:
    """Fill the template and read the .docx back; without files where it has an error."""
    try:
        content = fill(template, document.fields)
    except TemplateError as error:
        return Rendered((Problem(Place(document.place), "mau-word", str(error), exit_code=ExitCode.TEMPLATE),))
    paper, problems = read_back(kind, content, document, template_bytes, f"{document.name}.docx")
    if paper is None or has_error(problems):
        return Rendered(problems)
    return Rendered(problems, {f"{document.name}.docx": content}, paper)


def _add_pdf(
    kind: Kind, document: Document, draft: Rendered, raw: bytes | None, said: str, *, pictures: bool
) -> Rendered:
    """Add a PDF to a draft: normalise it, so that it is the same bytes every time, read it back and draw it.

    `said` are LibreOffice's last words where there is none.
    """
    file = f"{document.name}.pdf"
    if raw is None or draft.paper is None:
        message, hint = "LibreOffice không chuyển được sang PDF, đã thử hai lần", "chạy lại; xem `nox -s doctor`"
        message += f"; LibreOffice nói: {said}" if said else ""
        problem = Problem(Place(document.place), "khong-co-pdf", message, hint, exit_code=ExitCode.CONVERSION)
        return Rendered((*draft.problems, problem))
    try:
        pdf = normalise(raw, document.date, document.posts, document.signer)
    except ValueError as error:
        message = f"LibreOffice ghi ra một tệp PDF hỏng ({error})"
        problem = Problem(Place(file), "khong-mo-duoc", message, exit_code=ExitCode.VERIFICATION)
        return Rendered((*draft.problems, problem))
    reading, pdf_problems = verify_pdf(
        pdf,
        draft.paper,
        document.pages,
        sample=document.sample,
        name=file,
        setting=Setting((*document.posts, document.signer) if kind.by_decree else None, document.headings),
    )
    problems, files = (*draft.problems, *pdf_problems), {**draft.files, file: pdf}
    if has_error(problems):
        return Rendered(problems)
    if pictures:
        files[f"{document.name}.png"] = picture(pdf)
    return Rendered(problems, files, draft.paper, reading.pages)
