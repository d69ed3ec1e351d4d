"""Define what the checker reports: which rule is broken, where, what was found, what is asked."""

import dataclasses
from typing import NamedTuple

from pipeline.problem import Severity

_MAX_LETTERS = 60


class Where(NamedTuple):
    """A place in a document, in a person's terms.

    `order` is the paragraph's index in the body, from 0, cells included; -1 stands for the document as a whole.
    `words` are the paragraph's first words.
    """

    order: int = -1
    label: str = "cả văn bản"
    words: str = ""

    def __str__(self) -> str:
        """Return the place and its first words."""
        words = " ".join(self.words.split())
        short = words if len(words) <= _MAX_LETTERS else words[: _MAX_LETTERS - 1] + "…"
        return f"{self.label} “{short}”" if short else self.label


class Hit(NamedTuple):
    """A broken rule as a check reports it, before the rule's own data is added."""

    rule: str
    where: Where
    found: str


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A broken rule as a person sees it: where, what was found, what is asked.

    `more` counts the further places with the same fault.
    """

    where: Where
    rule: str
    found: str
    asked: str
    clause: str
    severity: Severity
    more: int = 0

    def __str__(self) -> str:
        """Return the two lines that a person reads."""
        more = f" (và {self.more} chỗ nữa)" if self.more else ""
        clause = f" ({self.clause})" if self.clause else ""
        return f"{self.where}: {self.severity} [{self.rule}] {self.found}{more}\n    yêu cầu: {self.asked}{clause}"
