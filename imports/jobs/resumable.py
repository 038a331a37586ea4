"""Takes a file in a part at a time, so that an upload that was broken off goes on where it stopped.

Several processes may be sent parts of the same file at once. Each stores its part first and then names it in the row
of the upload, on condition that the row has not changed since it was read: of two, one is taken and the other told.
"""

import logging
import uuid
from collections.abc import Iterable
from dataclasses import asdict
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from imports.files.file_refusals import refusal
from imports.jobs.quotas import require_quota
from imports.jobs.upload import clean_file_name, make_job, store_upload
from imports.models import DotdigitalAccount, ResumableUpload, UploadJob
from imports.storage import artefacts
from imports.storage.upload_parts import Part, PartLostError, drop_part, drop_parts, read_part, store_part
from imports.storage.uploads import HashedUpload
from imports.transactions import assign, unit_of_work
from portal.models import User

logger = logging.getLogger(__name__)

PART_BYTES = 4_000_000
MAX_PARTS = 1_000


class OffsetError(Exception):
    """What was sent does not begin where the part that has arrived ends; `offset` is where that is."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class ChecksumError(Exception):
    """What has arrived is not what was sent."""


class PartTooLongError(Exception):
    """The part goes on after the end of the file, or is larger than parts may be."""


class TooManyPartsError(Exception):
    """The file came in more parts than are kept of one."""


class TakenInError(Exception):
    """The file has a job already."""


class UploadGoneError(Exception):
    """The upload was discarded, or swept, meanwhile."""


class _ChangedError(Exception):
    """The row of the upload is not as it was read any more."""


def part_bytes() -> int:
    """How much is best sent at once: little is lost with a connection, and the largest file has few enough parts."""
    return max(PART_BYTES, 2 * settings.UPLOAD_MAX_BYTES // MAX_PARTS)


def max_part_bytes() -> int:
    return 4 * part_bytes()


def begin_upload(
    *, account: DotdigitalAccount, owner: User, file_name: str, file_bytes: int
) -> ResumableUpload:
    """Expect a file of `file_bytes`.

    Raises FileRefusedError when it is empty or larger than the limit, QuotaReachedError when its owner or the account
    has too much under way or stored.
    """
    if file_bytes == 0:
        raise refusal("empty_file")
    if file_bytes > settings.UPLOAD_MAX_BYTES:
        raise refusal("file_too_large", size_bytes=file_bytes, limit_bytes=settings.UPLOAD_MAX_BYTES)
    require_quota(account, owner, file_bytes)
    return ResumableUpload.objects.create(
        account=account, owner=owner, file_name=clean_file_name(file_name), file_bytes=file_bytes
    )


def receive_part(
    upload: ResumableUpload, *, offset: int, part_length: int, sha256: str, blocks: Iterable[bytes]
) -> int:
    """Add a part of `part_length` bytes, which `blocks` are, to `upload`; where the next one begins.

    Nothing of it is kept when this raises OffsetError, PartTooLongError, TooManyPartsError, ChecksumError (it is not
    the part with that SHA-256, or not as long as it was to be), UploadGoneError or StorageUnavailableError.
    """
    if offset != upload.received_bytes:
        raise OffsetError(upload.received_bytes)
    if part_length > min(max_part_bytes(), upload.file_bytes - offset):
        raise PartTooLongError
    if part_length and len(upload.parts) >= MAX_PARTS:
        raise TooManyPartsError
    with HashedUpload("part") as file:
        for block in blocks:
            file.append(block)
        if (file.size, file.sha256) != (part_length, sha256):
            raise ChecksumError
        if not part_length:
            return offset
        try:
            part = store_part(upload.pk, file)
        except FileNotFoundError:  # the folder was removed between two steps: it was discarded, or is over
            raise OffsetError(_now(upload.pk).received_bytes) from None
    received = offset + part_length
    if not _write(upload, parts=[*upload.parts, asdict(part)], received_bytes=received):
        drop_part(upload.pk, part)
        raise OffsetError(_now(upload.pk).received_bytes)
    return received


def finish_upload(upload: ResumableUpload, *, mapped_like: UploadJob | None = None) -> UploadJob:
    """The job of a file that has arrived as a whole, made by whoever asks first, and mapped as `mapped_like` was.

    Raises OffsetError when something is missing, also because stored parts were lost; FileRefusedError;
    UploadGoneError; StorageUnavailableError.
    """
    if upload.job is not None:
        return upload.job
    if not upload.is_complete:
        raise OffsetError(upload.received_bytes)
    try:
        job = _make_job(upload, mapped_like)
    except _ChangedError:
        now = _now(upload.pk)
        if now.job is None:
            raise OffsetError(now.received_bytes) from None
        return now.job
    drop_parts(upload.pk)
    return job


def discard_upload(upload: ResumableUpload) -> None:
    """Remove an unfinished upload and its parts. Raises TakenInError when it has a job by now."""
    if not ResumableUpload.objects.filter(pk=upload.pk).unfinished().delete()[0]:
        if ResumableUpload.objects.filter(pk=upload.pk).exists():
            raise TakenInError
        return
    drop_parts(upload.pk)


def _make_job(upload: ResumableUpload, mapped_like: UploadJob | None) -> UploadJob:
    with HashedUpload("whole") as whole:
        _put_together(upload, whole)
        whole.seek(0)
        stored = asdict(store_upload(whole))
    try:
        with unit_of_work():
            job = make_job(
                account=upload.account,
                owner=upload.owner,
                file_name=upload.file_name,
                mapped_like=mapped_like,
                **stored,
            )
            if not _write(upload, job=job, parts=[]):
                raise _ChangedError
    except _ChangedError:
        artefacts.drop_upload(stored["upload"])
        raise
    return job


def _put_together(upload: ResumableUpload, whole: HashedUpload) -> None:
    """Write all parts of `upload` to `whole`, each held against its SHA-256. Where one was lost, it and those after it
    are forgotten, so that they are sent again."""
    parts = [Part(**one) for one in upload.parts]
    for number, part in enumerate(parts):
        try:
            for block in read_part(upload.pk, part):
                whole.append(block)
        except PartLostError:
            received = sum(one.bytes for one in parts[:number])
            if _write(upload, parts=upload.parts[:number], received_bytes=received):
                logger.error("upload=%s part=%s was lost", upload.pk, number)
            raise _ChangedError from None


def _write(upload: ResumableUpload, **changes: object) -> bool:
    """Write `changes` if nobody has written since `upload` was read; whether that was so."""
    changes |= {"token": uuid.uuid4(), "changed_at": timezone.now()}
    unchanged = ResumableUpload.objects.filter(pk=upload.pk, token=upload.token).unfinished()
    if not unchanged.update(**changes):
        return False
    assign(upload, changes)
    return True


def _now(upload_id: UUID) -> ResumableUpload:
    """The upload as it is now. Raises UploadGoneError."""
    found = ResumableUpload.objects.select_related("job").filter(pk=upload_id).first()
    if found is None:
        raise UploadGoneError
    return found
