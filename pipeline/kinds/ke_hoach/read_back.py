"""Compare a finished plan, as read back, with its Context: every text in its place, every face, every sum."""

import dataclasses
from collections.abc import Iterator

from pipeline.kinds.bang_tieu_chi.read_back import COLUMNS, cells, row_problems, table_of, table_problems
from pipeline.kinds.ke_hoach.present import Context
from pipeline.kinds.van_ban.read_back import standard
from pipeline.problem import Problem, bad_output
from pipeline.verify.paper import Paper
from pipeline.verify.standard_parts import (
    blank_problems,
    body_lines,
    sample_problems,
    tag_problems,
    text_problems,
    title_problems,
)

_MAY_BE_BLANK = frozenset({"ho_ten"})


def docx_problems(paper: Paper, context: Context, template: bytes, name: str) -> Iterator[Problem]:
    """Compare a .docx with its Context; with an empty `template` the text around the fields is not compared."""
    texts = _texts(context)
    yield from blank_problems({field: each for field, each in texts.items() if field not in _MAY_BE_BLANK}, name)
    yield from row_problems(context, name)
    expected_texts = [text for each in texts.values() for text in each]
    expected_texts += [context.tieu_de, *(text for row in context.cac_hang for text in cells(row))]
    yield from tag_problems(paper, expected_texts, name)
    yield from title_problems(paper, context.tieu_de, name)
    if context.so_lieu_mau:
        yield from sample_problems(paper, name)
    tables = table_of(paper)
    if len(tables) != 1:
        yield bad_output(name, "thieu-bang", f"tệp .docx có {len(tables)} bảng sáu cột, phải có đúng 1")
        return
    yield from table_problems(paper, tables[0], context, name)
    body = body_lines(template) if template else ()
    single = {field: each[0] for field, each in texts.items() if isinstance(getattr(context, field), str)}
    yield from text_problems(paper, tables[0], standard(context), body, single, name)


def _texts(context: Context) -> dict[str, tuple[str, ...]]:
    """Give the texts of each field outside the table's rows."""
    texts: dict[str, tuple[str, ...]] = {}
    for field in dataclasses.fields(context):
        value = getattr(context, field.name)
        if isinstance(value, str):
            texts[field.name] = (value,)
        elif isinstance(value, tuple) and field.name != "cac_hang":
            texts[field.name] = value
    return texts | {"tieu_de_cot": tuple(getattr(context.tieu_de_cot, column) for column in COLUMNS)}
