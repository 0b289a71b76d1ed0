"""The files in a letter: their names as far as they can be known, their types, their contents."""

import re

from supportbox.mail import transfer
from supportbox.mail.clean_text import header_text
from supportbox.mail.letter import Enclosure
from supportbox.mail.mime import Part, field_text
from supportbox.mail.parameters import split

_ENDINGS = {
    "application/ms-tnef": "winmail.dat",
    "application/pdf": ".pdf",
    "application/pgp-encrypted": "version.asc",
    "application/pgp-keys": ".asc",
    "application/pgp-signature": "signature.asc",
    "application/pkcs7-mime": "smime.p7m",
    "application/pkcs7-signature": "smime.p7s",
    "application/rtf": ".rtf",
    "application/x-pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-signature": "smime.p7s",
    "application/zip": ".zip",
    "audio/amr": ".amr",
    "audio/mp4": ".m4a",
    "audio/mpeg": ".mp3",
    "image/bmp": ".bmp",
    "image/gif": ".gif",
    "image/heic": ".heic",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/png": ".png",
    "image/svg+xml": ".svg",
    "image/tiff": ".tif",
    "image/webp": ".webp",
    "message/delivery-status": "delivery-status.txt",
    "message/disposition-notification": "receipt.txt",
    "message/feedback-report": "feedback-report.txt",
    "message/global": ".eml",
    "message/global-delivery-status": "delivery-status.txt",
    "message/rfc822": ".eml",
    "text/calendar": "invitation.ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/rfc822-headers": "headers.txt",
    "text/vcard": "contact.vcf",
    "text/x-vcard": "contact.vcf",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
}
_PATH = re.compile(r"^.*[/\\]")
_NESTED_SUBJECT = re.compile(rb"^subject:[ \t]*([^\r\n]{1,200})", re.IGNORECASE | re.MULTILINE)
_UNFIT_FOR_NAMES = re.compile(r'[/\\:*?"<>|\x00-\x1f]+')
_LONGEST_NAME = 180
_NESTED_HEADER_BYTES = 16 * 1024


def disposition(part: Part) -> tuple[str, dict[str, str]]:
    """Content-Disposition's word and parameters."""
    value = part.first("content-disposition")
    return split(value) if value else ("", {})


def given_name(part: Part, params: dict[str, str]) -> str:
    """The file's name as the letter says it, without any folder, or ""."""
    name = params.get("filename") or part.params.get("name") or ""
    return fitting(_PATH.sub("", name)) if name else ""


def enclosure(part: Part, number: int) -> Enclosure:
    """One part as a file; `number` names it when nothing else does."""
    word, params = disposition(part)
    data = transfer.content(part)
    content_id = field_text(part, "content-id").strip("<> ")
    return Enclosure(
        filename=given_name(part, params) or _made_name(part.content_type, data, number),
        content_type=part.content_type,
        content=data,
        inline=word == "inline" or bool(content_id and word != "attachment"),
        content_id=content_id or None,
    )


def _made_name(content_type: str, data: bytes, number: int) -> str:
    ending = _ENDINGS.get(content_type, ".txt" if content_type.startswith("text/") else ".bin")
    if content_type in ("message/rfc822", "message/global"):
        from supportbox.mail import encoded_words

        subject = _NESTED_SUBJECT.search(data[:_NESTED_HEADER_BYTES])
        words = fitting(encoded_words.decode(subject.group(1)))[:80].strip(" .") if subject else ""
        return f"{words or f'letter-{number}'}.eml"
    return ending if not ending.startswith(".") else f"attachment-{number}{ending}"


def fitting(name: str) -> str:
    """A file name without characters that no folder takes, and not too long; its ending is kept."""
    name = _UNFIT_FOR_NAMES.sub("_", header_text(name)).strip(" .")
    if len(name) <= _LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    return f"{stem[: _LONGEST_NAME - 12]}.{ending[:10]}" if dot else name[:_LONGEST_NAME]
