"""Reads what a picture says of itself, without drawing it."""

import io
import struct
import zlib

from PIL import Image

from fundapp.services.uploads.refusals import RefusedFile

FORMATS = {"PNG": "png", "JPEG": "jpeg"}
MOST_PIXELS = 80_000_000
# What a broken or hostile picture makes its reader raise.
BROKEN = (OSError, SyntaxError, ValueError, LookupError, TypeError, ArithmeticError, struct.error, zlib.error)


def picture_type(content: bytes) -> str:
    """`png` or `jpeg`, or `RefusedFile`: damaged, or so large that showing it could stop a machine."""
    try:
        with Image.open(io.BytesIO(content), formats=tuple(FORMATS)) as picture:
            width, height = picture.size
            kind = FORMATS[str(picture.format)]
            picture.verify()
    except Image.DecompressionBombError:
        raise RefusedFile("is too large a picture to show. Make it smaller.") from None
    except BROKEN:
        raise RefusedFile("is a damaged picture. Save it anew and choose it again.") from None
    if width * height > MOST_PIXELS:
        raise RefusedFile(
            f"is a picture of {width:,} by {height:,} dots, too large to show. Make it smaller."
        )
    return kind
