"""Take a batch of documents of one kind through the stages between reading and publishing, in their order.

A batch is a pure function of values: whoever runs `render_batch` needs no disk in common with its caller.
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
    """Turn a batch of data files into finished documents or problems: one result for each, in their order.

    Raises MissingToolError where the code or the tools are not those that the batch names, TemplateError when the
    template cannot be used at all, and TypeError for a kind without data files.
    """
    check_worker(common.kind, common.code, common.tools)
    data = common.kind.data
    if data is None:
        raise TypeError(f"{common.kind.name} is not made of data files")
    preparations = [data.prepare(common.criteria_set, source) for source in sources]
    documents = [document for document, _ in preparations if document]
    tools = office() if common.tools else None
    outcomes = iter(render(common.kind, documents, common.template, tools, pictures=common.previews))
    results = []
    for source, (document, problems) in zip(sources, preparations, strict=True):
        if document is None:
            results.append(Result(source, problems))
            continue
        each = next(outcomes)
        record = None
        if each.files and each.paper:
            output = Made(each.pages, each.files, each.paper.text_digest(), origin(common, source.content))
            record = data.describe(document, output)
        results.append(Result(source, (*problems, *each.problems), each.files, record))
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
        for (number, document), pdf in zip(ready, convert(contents, tools), strict=True):
            drafts[number] = _add_pdf(kind, document, drafts[number], pdf, pictures=pictures)
    return drafts


@functools.lru_cache(maxsize=4)
def compiled(source: Source, fields: Fields) -> Template:
    """Compile a template, once in each process; raises TemplateError when it cannot be used at all."""
    return compile_template(source.content, source.path, fields)


def check_worker(kind: Kind, code: str, tools: str | None) -> None:
    """Refuse to render with other code or, for PDFs, another LibreOffice or font than the batch names.

    Raises MissingToolError.
    """
    if code_digest(kind.name) != code:
        raise MissingToolError(f"máy `{platform.node()}` chạy mã nguồn khác; cập nhật cho cùng phiên bản rồi chạy lại")
    if tools and (identity := office().identity) != tools:
        raise MissingToolError(f"máy `{platform.node()}` có {identity}, phải là {tools}")


def origin(common: Common, content: bytes) -> Origin:
    """Give the origin of the document that this data file would make: the digests of everything it depends on."""
    return Origin(
        ma_nguon=common.code,
        du_lieu=digest(content),
        bo_tieu_chi=digest(common.criteria_set.content),
        mau=digest(common.template.content),
        cong_cu=common.tools,
    )


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


def _add_pdf(kind: Kind, document: Document, draft: Rendered, raw: bytes | None, *, pictures: bool) -> Rendered:
    """Add a PDF to a draft: normalise it, so that it is the same bytes every time, read it back and draw it."""
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
    reading, pdf_problems = verify_pdf(
        pdf, draft.paper, document.pages, sample=document.sample, name=file, to_sign=kind.by_decree
    )
    problems, files = (*draft.problems, *pdf_problems), {**draft.files, file: pdf}
    if has_error(problems):
        return Rendered(problems)
    if pictures:
        first, others = previews(pdf)
        files |= {f"{document.name}.png": first} | ({f"{document.name}-tiep.png": others} if others else {})
    return Rendered(problems, files, draft.paper, reading.pages)
