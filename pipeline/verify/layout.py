"""Hold our own finished .docx to the decree, as the checker does anybody's: warnings count, too."""

from collections.abc import Iterator

from pipeline.problem import Problem, bad_output
from pipeline.the_thuc.check import check_the_thuc

_ROWS = 10
"""More than the head and the signing block have."""


def layout_problems(data: bytes, name: str, *, signer_known: bool) -> Iterator[Problem]:
    """Give every finding of the layout checker as a problem.

    The decree says nothing of a table's rows, and reading back holds every letter of them to the data: a few will do.
    """
    for found in check_the_thuc(data, _ROWS):
        # Whoever signs may not be known yet; the data say so by an empty name.
        if found.rule != "ho-ten-thieu" or signer_known:
            message = f"{found.where}: {found.found}; yêu cầu: {found.asked} ({found.clause})"
            yield bad_output(name, f"the-thuc-{found.rule}", message, "sửa mẫu Word hoặc dữ liệu")
