"""Templates made to run code, reach outside, or stall: compiling and printing refuse them and do nothing else.

tests/hostile/mau/doan.txt has one attack a line, each put in place of `{{ ho_ten }}` in the document's XML.
"""

import random
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile_inputs import changed_package, repacked, untouched
from reading import compile_plan, with_fields

from pipeline.input.sources import Source
from pipeline.kinds.kind import Document
from pipeline.kinds.tong_hop.kind import TONG_HOP
from pipeline.problem import TemplateError
from pipeline.word.fill import compile_template, fill

ATTACKS = (Path(__file__).parents[1] / "hostile" / "mau" / "doan.txt").read_text(encoding="utf-8").splitlines()
TOKENS = tuple(attack.encode() for attack in ATTACKS) + tuple(
    b"{ } % {{ }} {% %} {# <w:p> </w:p> <w:r> <w:t> </w:t> <!-- --> & &#0; <![CDATA[ <?x ?> xmlns:w \xff".split()
)
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
RELATION = f'<Relationships xmlns="{PACKAGE}">{{}}</Relationships>'
KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BARE_NAMES = ("{{ context }}", "{{ config }}", "{{ environment }}")
LONGEST_SECONDS = 8.0


def _tried(data: bytes, plan: Document) -> bytes:
    """Compile and print, with nothing opened and in time; gives the document."""
    start = time.monotonic()
    try:
        with untouched():
            return fill(compile_plan(data, "mau.docx"), plan.fields)
    finally:
        assert time.monotonic() - start < LONGEST_SECONDS


def _with_text(data: bytes, new: str, part: str = "word/document.xml", old: str = "{{ ho_ten }}") -> bytes:
    def change(name: str, content: bytes) -> bytes:
        assert name != part or old.encode() in content
        return content.replace(old.encode(), new.encode(), 1) if name == part else content

    return repacked(data, change)


@pytest.fixture(scope="module", autouse=True)
def _warm(template_source: Source, plan: Document) -> None:
    """What is imported at the first use, is."""
    fill(compile_plan(template_source.content, "mau.docx"), plan.fields)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda text: ascii(text)[:60])
def test_an_attack_is_refused(template_source: Source, plan: Document, attack: str) -> None:
    """When it is compiled; a bare name, such as `{{ config }}`, may be a field of the data, and is that alone."""
    data = _with_text(template_source.content, attack)
    if attack in BARE_NAMES:
        name = attack.strip("{ }")
        assert name in compile_plan(data, "mau.docx").asked
        with pytest.raises(TemplateError, match=f"^mẫu Word: '{name}' is undefined"):
            _tried(data, plan)
        plain = with_fields(plan, **{name: plan.fields["ho_ten"]})
        assert _tried(data, plain) == _tried(template_source.content, plan)
        return
    with pytest.raises(TemplateError, match=r"^mau\.docx: word/document\.xml"):
        _tried(data, plan)


def test_a_closed_kind_refuses_bare_names_too() -> None:
    listing = (Path(__file__).parents[2] / "templates" / "tong-hop.docx").read_bytes()

    for attack in BARE_NAMES:
        with pytest.raises(TemplateError, match=r"^mau\.docx: word/document\.xml: không có trường"):
            compile_template(_with_text(listing, attack, old="{{ tong_so }}"), "mau.docx", TONG_HOP.fields)


@pytest.mark.parametrize(
    "tag",
    [
        "{{ self }}",
        "{% if self %}a{% endif %}",
        "{% for x in self %}{% endfor %}",
        "{% for x in noi_nhan %}{{ loop }}{% endfor %}",
        "{{ caller }}",
        "{{ la.x }}",
        "{{ _la }}",
        "{{ La }}",
        "{% for x in la %}{{ x.__class__ }}{% endfor %}",
    ],
)
def test_an_open_kind_asks_the_data_for_no_name_of_the_template_engine(template_source: Source, tag: str) -> None:
    """Nor for parts outside a loop, nor for names that no key of the data has: nobody could give them."""
    with pytest.raises(TemplateError, match=r"^mau\.docx: word/document\.xml: .* ở đoạn “"):
        compile_plan(_with_text(template_source.content, tag), "mau.docx")


@pytest.mark.parametrize("attack", ["{{ lipsum.__globals__ }}", "{% include 'x' %}", "{{ 'x' * 9999999999 }}"])
@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("word/header1.xml", "SỐ LIỆU MẪU", "{}"),
        ("docProps/core.xml", "{{{{ tieu_de }}}}", "{}"),
        ("word/document.xml", "<w:body>", '<w:body><w:p w:x="{}"/>'),
    ],
)
def test_tags_are_looked_at_in_every_part(
    template_source: Source, plan: Document, attack: str, part: str, old: str, new: str
) -> None:
    """Headers, properties, and the values of attributes."""
    data = _with_text(template_source.content, new.format(attack.replace("'", "&apos;")), part, old.format())

    with pytest.raises(TemplateError, match=part):
        _tried(data, plan)


@pytest.mark.parametrize("wrapped", ["<!-- {{ lipsum() }} -->", "<?x {{ lipsum() }} ?>"])
def test_comments_and_instructions_are_not_printed(template_source: Source, plan: Document, wrapped: str) -> None:
    changed = _with_text(template_source.content, f"<w:body>{wrapped}", old="<w:body>")

    assert _tried(changed, plan) == _tried(template_source.content, plan)


MODES = ('"External"', "'External'", '"Ext&#101;rnal"', '"external"', '"x"')
TARGETS = (
    *("http://x/y", "file:///etc/passwd", "//host/x", "\\\\host\\x", "/etc/passwd", "../../etc/passwd", "x.png"),
    *("%2e%2e/x", ""),
)
KINDS = (
    *("attachedTemplate", "oleObject", "aFChunk", "subDocument", "frame", "control", "package", "hyperlink"),
    *("vbaProject", "font", "comments", "glossaryDocument", "x", ""),
)


@pytest.mark.parametrize(
    "relation",
    [
        *(f'<Relationship Type="{KIND}/image" Target="styles.xml" TargetMode={mode}/>' for mode in MODES),
        *(f'<Relationship Type="{KIND}/image" Target="{target}"/>' for target in TARGETS),
        *(f'<Relationship Type="{KIND}/{kind}" Target="styles.xml"/>' for kind in KINDS),
        f"<a:Relationship xmlns:a='{PACKAGE}' TargetMode='External'/>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_relationships_stay_inside_and_are_of_known_kinds(
    template_source: Source, plan: Document, relation: str, encoding: str
) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>{RELATION.format(relation)}'
    data = repacked(template_source.content, lambda _, old: old, {"word/_rels/header1.xml.rels": text.encode(encoding)})

    with pytest.raises(TemplateError, match=r"header1\.xml\.rels"):
        _tried(data, plan)


ODD_NAMES = (
    *("../x.xml", "/word/x.xml", "word\\x.xml", "Word/Document.XML", "word/../x.xml", "C:/x.xml", "word/%2e%2e/x.xml"),
    *("word//x.xml", "x.exe", "word/x.bin", "word/\u00e9.xml", "word/x.xml\n"),
)
FORBIDDEN = (
    *("word/vbaProject.bin", "word/VBAPROJECT.xml", "word/embeddings/x.xml", "word/activeX/x.xml"),
    "word/comments.xml",
)
ENTITIES = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">{}]><a b="&l;">&l;</a>'.format(
    "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12))
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *((name, b"<a/>") for name in ODD_NAMES),
        *(
            (name, b"x")
            for name in (
                "word/vbaProject.bin",
                "word/VBAPROJECT.xml",
                "word/embeddings/x.xml",
                "word/activeX/x.xml",
                "word/comments.xml",
            )
        ),
        ("word/x.xml", ENTITIES.encode()),
        ("word/x.xml", f'<?xml version="1.0" encoding="UTF-16"?>{ENTITIES}'.encode("utf-16")),
        ("word/x.xml", b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'),
        ("word/x.xml", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'),
        ("word/x.xml", '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a SYSTEM "http://x/y"><a/>'.encode("utf-16")),
        ("word/x.xml", b"<a>" * 100_000),
        ("word/x.xml", b"<a>" + b" " * (20 << 20) + b"</a>"),
        ("word/x.xml", b'<w:s xmlns:w="w"><w:attachedTemplate/></w:s>'),
        ("word/x.xml", b'<w:s xmlns:w="w"><w:mailMerge/></w:s>'),
        ("word/x.xml", b'<w:s xmlns:w="w"><w:sdt><w:dataBinding/></w:sdt></w:s>'),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_parts_of_odd_names_or_kinds_are_refused(
    template_source: Source, plan: Document, name: str, content: bytes
) -> None:
    data = repacked(template_source.content, lambda _, old: old, {name: content})

    with pytest.raises(TemplateError, match=r"^mau\.docx: "):
        _tried(data, plan)


def test_zip_tricks_are_refused(template_source: Source, plan: Document) -> None:
    whole = template_source.content
    at = whole.index(b"PK\x01\x02")
    encrypted = whole[: at + 8] + bytes([whole[at + 8] | 1]) + whole[at + 9 :]
    many = repacked(whole, lambda _, old: old, {f"word/x{n}.xml": b"<a/>" for n in range(300)})
    packed = [
        repacked(whole, lambda _, old: old, {"word/x.xml": b"0" * (50 << 20)}, method)
        for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    ]
    with pytest.warns(UserWarning, match="Duplicate name"):
        double = repacked(whole, lambda _, old: old, {"word/document.xml": b"<a/>"})

    for data in (encrypted, many, *packed, double, whole + b"x" * 300_000, whole[:-30]):
        with pytest.raises(TemplateError, match=r"^mau\.docx: "):
            _tried(data, plan)


@pytest.mark.parametrize(
    "text",
    [
        "{{ " + "(" * 5000 + "ho_ten" + ")" * 5000 + " }}",
        "{{ " + "(" * 99 + "ho_ten" + ")" * 99 + " }}",
        *("{% if " + "not " * times + "ho_ten %}{% endif %}" for times in (40, 300, 5000)),
        *("{% if " + "ho_ten and " * times + "ho_ten %}{% endif %}" for times in (400, 5000)),
        "{% if ho_ten %}" * 110 + "{% endif %}" * 110,
        "{% if ho_ten == " + "9" * 5000 + " %}{% endif %}",
        "{% colspan" + " " * 100_000,
        "{% colspan" + "</w:t></w:r><w:r><w:t xml:space='preserve'>   </w:t></w:r><w:r><w:t>" * 400,
        *(mark * 200_000 for mark in ("{", "}", "-%}", "{%", "{#")),
        "</w:t></w:r></w:p><w:p><w:r><w:t>" * 20_000,
    ],
    ids=lambda text: text[:12],
)
def test_no_tag_takes_long(template_source: Source, plan: Document, text: str) -> None:
    with pytest.raises(TemplateError, match=r"word/document\.xml"):
        _tried(_with_text(template_source.content, text), plan)


def test_what_is_printed_is_bounded(template_source: Source, plan: Document) -> None:
    long = "{% for x in cac_hang %}" + "x" * 200_000 + "{% endfor %}"

    with pytest.raises(TemplateError, match="in ra hơn"):
        _tried(_with_text(template_source.content, long), plan)


def test_any_change_is_refused_or_printed(template_source: Source, plan: Document, seeds: Iterator[int]) -> None:
    """A fixed number of templates from fixed seeds; with --fuzz-seconds, for so long."""
    for seed in seeds:
        try:
            _tried(changed_package(template_source.content, random.Random(seed), TOKENS), plan)  # noqa: S311
        except TemplateError as error:
            assert str(error).startswith(("mau.docx: ", "mẫu Word: "))  # noqa: PT017 - most are refused, not all
        except BaseException as error:
            error.add_note(f"seed {seed}")
            raise
