"""Define what a repair works on: the document as the checker sees it, and its XML."""

import dataclasses
import functools
from collections.abc import Iterator, Mapping, MutableMapping, Sequence

from lxml import etree

from pipeline.the_thuc.components.recognise import Components
from pipeline.the_thuc.mending.pen import Pen
from pipeline.the_thuc.reading.document import Document, Paragraph, Piece
from pipeline.the_thuc.reading.pages import section_properties
from pipeline.the_thuc.reading.runs import runs_of, text_of


@dataclasses.dataclass(frozen=True, eq=False)
class Job:
    """A document under repair: `trees` are the parsed parts by name, `main` is the name of the text's part."""

    pen: Pen
    document: Document
    components: Components
    trees: MutableMapping[str, etree._Element]
    main: str
    elements: Sequence[etree._Element]

    @functools.cached_property
    def by_order(self) -> Mapping[int, Paragraph]:
        """Return the paragraphs by their order."""
        return {paragraph.where.order: paragraph for paragraph in self.document.paragraphs}

    def sections(self) -> list[etree._Element]:
        """Return the properties of all sections."""
        return list(section_properties(self.trees[self.main]))

    def pieces(self, prefix: str, order: int) -> Iterator[Piece]:
        """Yield the pieces of the component that rules with a prefix are about, in the paragraph of an order."""
        annexes = self.components.annexes
        of_annexes = {
            "phu-luc": [each.label for each in annexes],
            "phu-luc-ten": [piece for each in annexes for piece in each.title],
            "phu-luc-dan": [each.reference for each in annexes if each.reference],
        }
        pieces = of_annexes.get(prefix) or self.components.pieces.get(prefix.replace("-", "_"), ())
        return (piece for piece in pieces if piece.paragraph.where.order == order)

    def runs(self, order: int, piece: Piece | None = None) -> Iterator[etree._Element]:
        """Yield the runs with words of a paragraph, or those that stand in one piece of it."""
        for run in runs_of(self.elements[order]):
            text = " ".join(text_of(run)[0].split())
            if text and (piece is None or piece.whole or text in piece.text):
                yield run
