"""The stages between reading and publishing, in their order, for a batch of documents of one kind.

A batch is values in and values out: whoever runs `render_batch` needs no disk in common with its caller.
"""

import dataclasses
import functools
import platform
from collections.abc import Mapping, Sequence

from pipeline.input.sources import Source
from pipeline.kinds.kind import Document, Kind, Made, read_back
from pipeline.output.origin import Origin, code_digest, digest
from pipeline.output.records import Record
from pipeline.pdf.convert import convert
from pipeline.pdf.normalise import normalise
from pipeline.pdf.office import Office, office
from pipeline.pdf.pictures import previews
from pipeline.problem import ExitCode, MissingToolError, Place, Problem, TemplateError, has_error
from pipeline.verify.paper import Paper
from pipeline.verify.pdf import verify_pdf
from pipeline.word.fill import Fields, Template, compile_template, fill


@dataclasses.dataclass(frozen=True, slots=True)
class Common:
    """What the documents of one kind and year share.

    `code` is the digest of the code that must render them, `tools` names what must make their PDFs, None for none;
    `previews` asks for pictures of each PDF's pages.
    """

    kind: Kind
    criteria_set: Source
    template: Source
    code: str
    tools: str | None
    previews: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """What became of one data file; with an error among the problems there are no files and no record."""

    source: Source
    problems: tuple[Problem, ...]
    files: Mapping[str, bytes] = dataclasses.field(default_factory=dict)
    record: Record | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Rendered:
    """What became of one document; with an error among the problems there are no files."""

    problems: tuple[Problem, ...]
    files: Mapping[str, bytes] = dataclasses.field(default_factory=dict)
    paper: Paper | None = None
    pages: int | None = None


def render_batch(common: Common, sources: Sequence[Source]) -> list[Result]:
    """Take a batch of data files through every stage between reading and publishing.

    Raises MissingToolError where the code or the tools are not the wanted ones.
    """
    check_worker(common.kind, common.code, common.tools)
    data = common.kind.data
    if data is None:
        raise TypeError(f"{common.kind.name} is not made of data files")
    prepared = [data.prepare(common.criteria_set, source) for source in sources]
    documents = [document for document, _ in prepared if document]
    tools = office() if common.tools else None
    rendered = iter(render(common.kind, documents, common.template, tools, pictures=common.previews))
    results = []
    for source, (document, problems) in zip(sources, prepared, strict=True):
        if document is None:
            results.append(Result(source, problems))
            continue
        each = next(rendered)
        record = None
        if each.files and each.paper:
            made = Made(each.pages, each.files, each.paper.text_digest(), origin(common, source.content))
            record = data.describe(document, made)
        results.append(Result(source, (*problems, *each.problems), each.files, record))
    return results


def render(
    kind: Kind, documents: Sequence[Document], template: Source, tools: Office | None, *, pictures: bool = False
) -> list[Rendered]:
    """Fill, read back, convert, normalise, read back: documents of one kind to files, in their order.

    Without tools there are no PDFs. Raises TemplateError when the template cannot be used at all.
    """
    compiled_template = compiled(template, kind.fields)
    drafts = [_draft(kind, document, compiled_template, template.content) for document in documents]
    contents = [content for content, _ in drafts if content]
    pdfs = iter(convert(contents, tools) if tools and contents else [None] * len(contents))
    finished = []
    for document, (content, draft) in zip(documents, drafts, strict=True):
        if not content:
            finished.append(draft)
        elif tools is None:
            finished.append(draft)
            next(pdfs)
        else:
            finished.append(_with_pdf(kind, document, draft, next(pdfs), pictures=pictures))
    return finished


@functools.lru_cache(maxsize=4)
def compiled(source: Source, fields: Fields) -> Template:
    """Compile a template once in each process."""
    return compile_template(source.content, source.path, fields)


def check_worker(kind: Kind, code: str, tools: str | None) -> None:
    """Raise MissingToolError unless this process has the wanted code and, for PDFs, the wanted LibreOffice and font."""
    if code_digest(kind.name) != code:
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


def _draft(kind: Kind, document: Document, template: Template, written: bytes) -> tuple[bytes, Rendered]:
    """Fill and read back; gives the .docx, empty where it must not be published, and what is known of it."""
    try:
        content = fill(template, document.fields)
    except TemplateError as error:
        return b"", Rendered((Problem(Place(document.place), "mau-word", str(error), exit_code=ExitCode.TEMPLATE),))
    paper, problems = read_back(kind, content, document, written, f"{document.name}.docx")
    if paper is None or has_error(problems):
        return b"", Rendered(problems)
    return content, Rendered(problems, {f"{document.name}.docx": content}, paper)


def _with_pdf(kind: Kind, document: Document, draft: Rendered, raw: bytes | None, *, pictures: bool) -> Rendered:
    """Normalise a PDF, read it back and draw it."""
    file = f"{document.name}.pdf"
    if raw is None or draft.paper is None:
        message, hint = "LibreOffice không chuyển được sang PDF, đã thử hai lần", "chạy lại; xem `nox -s doctor`"
        problem = Problem(Place(document.place), "khong-co-pdf", message, hint, exit_code=ExitCode.CONVERSION)
        return Rendered((*draft.problems, problem))
    try:
        pdf = normalise(raw, document.date, document.posts, document.signer)
    except ValueError as error:
        message = f"LibreOffice ghi ra một tệp PDF hỏng ({error})"
        problem = Problem(Place(file), "khong-mo-duoc", message, exit_code=ExitCode.VERIFICATION)
        return Rendered((*draft.problems, problem))
    reading, found = verify_pdf(
        pdf, draft.paper, document.pages, sample=document.sample, name=file, to_sign=kind.by_decree
    )
    problems, files = (*draft.problems, *found), {**draft.files, file: pdf}
    if has_error(problems):
        return Rendered(problems)
    if pictures:
        first, others = previews(pdf)
        files |= {f"{document.name}.png": first} | ({f"{document.name}-tiep.png": others} if others else {})
    return Rendered(problems, files, draft.paper, reading.pages)
