"""Require the standard parts of an official document, each in its place and face, when a finished one is read back.

The text as a whole is compared with the template elsewhere (verify/expected.py); this holds the template itself to what
Nghị định 30/2020/NĐ-CP, Phụ lục I asks: a paper whose template prints no number is no right paper.
"""

from collections.abc import Iterator, Mapping

from pipeline.problem import Problem
from pipeline.verify.paper import BOLD, BOLD_ITALIC, ITALIC, Paper
from pipeline.verify.parts import PLAIN
from pipeline.verify.standard_parts import Line, Standard, part_problems
from pipeline.vietnamese import MOTTO, NATION, RECIPIENTS

_OFFICIAL_LETTER, _MINUTES = "CÔNG VĂN", "BIÊN BẢN"


def standard(fields: Mapping[str, object]) -> Standard:
    """Give the lines around the text, by Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II and V."""
    text = {name: value for name, value in fields.items() if isinstance(value, str)}
    lines = {name: value for name, value in fields.items() if isinstance(value, tuple)}
    kind, subject = text["ten_loai"], lines["trich_yeu"]
    agency = (
        *(((text["co_quan_chu_quan"], PLAIN),) if text["co_quan_chu_quan"] else ()),
        (text["ten_co_quan"], BOLD),
        *(((text["ten_don_vi_in_hoa"], BOLD),) if text["ten_don_vi_in_hoa"] else ()),
    )
    dated = ((f"{text['dia_danh']}, {text['ngay_ban_hanh']}", ITALIC),) if kind != _MINUTES else ()
    signing = tuple((each, BOLD) for each in (*lines["chuc_vu_ky"], text["ho_ten"]) if each.strip())
    if kind == _MINUTES:
        signing = (("CHỦ TỌA", BOLD), *signing)
    below_number: tuple[Line, ...] = ()
    title: tuple[Line, ...] = tuple((each, BOLD) for each in (kind, *subject))
    if kind == _OFFICIAL_LETTER:
        below_number = ((text["ve_viec"], PLAIN),)
        title = ()
    return Standard(
        head=(*agency, (NATION, BOLD), (MOTTO, BOLD), (f"Số: {text['so_ky_hieu']}", PLAIN), *dated, *below_number),
        subject=title,
        recipients=(
            (RECIPIENTS, BOLD_ITALIC),
            *((f"- {line};", PLAIN) for line in lines["noi_nhan"]),
            (f"- Lưu: {text['noi_luu']}.", PLAIN),
        ),
        signature=signing,
    )


def official_problems(paper: Paper, fields: Mapping[str, object], name: str) -> Iterator[Problem]:
    """Report every standard part that is not there, or not as the decree has it."""
    yield from part_problems(paper, standard(fields), name)
