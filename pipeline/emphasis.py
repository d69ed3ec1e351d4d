"""Parse inline emphasis in a data file's text: `**đậm**`, `*nghiêng*`, `***đậm nghiêng***`."""

import dataclasses
import itertools
import re

_TOKEN = re.compile(r"\\[*\\]|\*{1,3}|[^*\\]+|\\")


@dataclasses.dataclass(frozen=True, slots=True)
class Doan:
    """A stretch of text in one face; None leaves the face to the row's style in the template."""

    chu: str
    dam: bool | None = None
    nghieng: bool | None = None


def plain_text(text: str) -> str:
    """Give a text without its emphasis marks, as it reads on paper.

    Raises ValueError when a mark is not closed.
    """
    return "".join(stretch.chu for stretch in parse_emphasis(text))


def parse_emphasis(text: str) -> tuple[Doan, ...]:
    r"""Split a text into stretches, each in one face (bold, italic, both or neither).

    A text with any mark is printed exactly as its marks say; one without takes the face of its row.
    A literal asterisk is written `\*`.
    Raises ValueError when a mark is not closed.
    """
    if "*" not in text and "\\" not in text:
        return (Doan(text),)
    tokens: list[tuple[str, bool, bool]] = []
    bold = italic = False
    for token in _TOKEN.findall(text):
        if token.startswith("*"):
            bold ^= len(token) > 1
            italic ^= len(token) != 2  # noqa: PLR2004 - the length of the mark **
            continue
        letters = token[1] if len(token) == 2 and token[0] == "\\" else token  # noqa: PLR2004 - an escape
        tokens.append((letters, bold, italic))
    if bold or italic:
        raise ValueError(text)
    groups = itertools.groupby(tokens, lambda token: token[1:])
    stretches = [("".join(letters for letters, _, _ in group), *face) for face, group in groups]
    if not any(bold or italic for _, bold, italic in stretches):
        return tuple(Doan(letters) for letters, _, _ in stretches)
    return tuple(Doan(*stretch) for stretch in stretches)
