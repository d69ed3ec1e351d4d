"""Check a finished .docx of ours with the layout checker for any document; here warnings are faults, too."""

from collections.abc import Iterator

from pipeline.problem import Problem, bad_output
from pipeline.the_thuc.check import check_the_thuc

_ROWS = 10
"""Rows of each table that are checked: more than the tables of the head and of the signing block have."""


def layout_problems(data: bytes, name: str, *, signer_known: bool) -> Iterator[Problem]:
    """Yield every finding of the layout checker as a problem.

    Of each table only the first rows are checked: the decree has no rule about table rows, and reading back compares
    every letter of them with the data.
    """
    for finding in check_the_thuc(data, _ROWS, strict=True):
        # Whoever signs may not be known yet; the data say so by an empty name.
        if finding.rule != "ho-ten-thieu" or signer_known:
            message = f"{finding.where}: {finding.found}; yêu cầu: {finding.asked} ({finding.clause})"
            yield bad_output(name, f"the-thuc-{finding.rule}", message, "sửa mẫu Word hoặc dữ liệu")
