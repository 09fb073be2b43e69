"""Files as people send them, honest and hostile, each made anew and small."""

import io
import struct
import zipfile
import zlib

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from workflows.rules.file_types import FileTerms

TERMS = FileTerms(("pdf", "docx", "xlsx", "png", "jpeg", "csv"), 1_000_000, 20, 3)
CSV = "month,litres\nMay,12\nJune,£9\n".encode()
PROGRAM = b"MZ\x90\x00\x03" + bytes(400)
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
DOCX_PARTS = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"}
XLSX_PARTS = {"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}


def pdf(pages: int = 1, *, password: str = "", script: bool = False) -> bytes:
    """A PDF of blank pages."""
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(100, 100)
    if script:
        named = DictionaryObject({NameObject("/JavaScript"): DictionaryObject()})
        writer.root_object[NameObject("/Names")] = named
    if password:
        writer.encrypt(password)
    return _written(writer)


def pdf_that_launches() -> bytes:
    """A PDF that starts a program when it is opened."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    action = {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("calc.exe")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    return _written(writer)


def pdf_bomb(megabytes: int = 600) -> bytes:
    """A PDF whose list of objects is packed so that reading it would need far more memory than there is."""
    packed = zlib.compressobj(9)
    chunk = bytes(1_000_000)
    body = b"".join(packed.compress(chunk) for _ in range(megabytes)) + packed.flush()
    head = b"%PDF-1.5\n1 0 obj<</Type/XRef/Size 9/W[1 2 1]/Root 2 0 R/Filter/FlateDecode/Length "
    return head + b"%d>>stream\n%s\nendstream endobj\nstartxref\n9\n%%%%EOF" % (len(body), body)


def packed(parts: dict[str, bytes]) -> bytes:
    """A zip of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(**others: bytes) -> bytes:
    """A Word document of almost nothing."""
    return packed(DOCX_PARTS | others)


def xlsx() -> bytes:
    """An Excel workbook of almost nothing."""
    return packed(XLSX_PARTS)


def zip_bomb() -> bytes:
    """A Word document of a few kilobytes that would unpack to fifty megabytes."""
    return docx(**{"word/media/blank.bin": bytes(50_000_000)})


def locked_docx() -> bytes:
    """A Word document whose parts are marked as encrypted."""
    content = bytearray(docx())
    at = content.find(b"PK\x01\x02")
    while at != -1:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 1)
    return bytes(content)


def picture(kind: str = "PNG", size: tuple[int, int] = (4, 3)) -> bytes:
    """A plain picture."""
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, kind)
    return out.getvalue()


def huge_picture() -> bytes:
    """A PNG of a few bytes that says it is 20,000 dots wide and high."""
    content = bytearray(picture())
    content[16:24] = struct.pack(">II", 20_000, 20_000)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    return bytes(content)


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
