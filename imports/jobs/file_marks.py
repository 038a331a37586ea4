"""The mark of an import in the files of its report: a column of its own, by which a file that comes back is known.

A mark is the job's number and a signature by the portal's key, in letters and digits that no spreadsheet takes for a
number, a date or a formula. It tells nothing of anybody, and opens nothing: whoever brings one must be allowed to see
the import. It is the same in any letter case.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Iterator
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from imports.models import UploadJob

ID_BYTES, SIGNATURE_BYTES = 16, 9  # together 40 characters, without padding
MARK = re.compile(r"[a-z2-7]{40}")
_SALT = "imports.jobs.file_marks"


def mark_of(job: UploadJob) -> str:
    """The mark of `job`."""
    signature = next(_signatures(job.pk))
    return base64.b32encode(job.pk.bytes + signature).decode().lower()


def is_like_mark(text: str) -> bool:
    """Whether `text` could be a mark, ours or a forged one."""
    return MARK.fullmatch(normal_mark(text)) is not None


def normal_mark(text: str) -> str:
    """`text` without what programs put around a cell."""
    return text.strip().lstrip("'").lower()


def job_id_of(mark: str) -> UUID | None:
    """The number of the job that `mark` is of; None where we have not signed it."""
    try:
        told = base64.b32decode(normal_mark(mark).upper())
    except (binascii.Error, ValueError):
        return None
    if len(told) != ID_BYTES + SIGNATURE_BYTES:
        return None
    number, signature = UUID(bytes=told[:ID_BYTES]), told[ID_BYTES:]
    is_ours = any(hmac.compare_digest(signature, ours) for ours in _signatures(number))
    return number if is_ours else None


def _signatures(number: UUID) -> Iterator[bytes]:
    """By the portal's key, then by those that it had before."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield salted_hmac(_SALT, number.bytes, key, algorithm="sha256").digest()[:SIGNATURE_BYTES]
