"""Files that arrive in parts, by the tus protocol; and what is asked of them besides.

    POST   upload/parts/             begin: its size, its name and its account
    HEAD   upload/parts/<id>/        how much of it has arrived
    PATCH  upload/parts/<id>/        the next part, with its SHA-256
    DELETE upload/parts/<id>/        cancel
    GET    upload/parts/<id>/        the SHA-256 of what has arrived, to see whether a file is the one that was begun
    POST   upload/parts/<id>/finish/ all of it has arrived: its job

What has a reason that a person should read is answered with JSON: `sentence` and `remedy`.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, JsonResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from imports.access import get_own_upload
from imports.files.file_refusals import FileRefusedError
from imports.jobs.quotas import QuotaReachedError
from imports.jobs.resumable import (
    ChecksumError,
    OffsetError,
    PartTooLongError,
    TakenInError,
    TooManyPartsError,
    UploadGoneError,
    begin_upload,
    discard_upload,
    finish_upload,
    receive_part,
)
from imports.models import DotdigitalAccount, ResumableUpload
from imports.views.upload import tus_headers
from imports.views.upload.same_mapping import job_to_follow
from imports.views.upload.tus_headers import TusError, answer
from imports.views.wizard import job_url
from imports.work.queue import wake_job
from portal.requests import PortalRequest

BLOCK_BYTES = 64_000
# A client that speaks no tus may ask these.
FREE_METHODS = ("GET", "OPTIONS")

View = Callable[..., HttpResponseBase]


def tus(view: View) -> View:
    """`view`, for clients that speak the version of the protocol that the portal does."""

    @wraps(view)
    def checked(request: PortalRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response: HttpResponseBase
        version = request.headers.get("Tus-Resumable")
        if request.method not in FREE_METHODS and version != tus_headers.VERSION:
            response = answer(412, Tus_Version=tus_headers.VERSION)
        else:
            try:
                response = view(request, *args, **kwargs)
            except TusError as error:
                response = HttpResponse(str(error), status=error.status, content_type="text/plain")
                for name, value in error.headers.items():
                    response[name] = str(value)
        response["Tus-Resumable"] = tus_headers.VERSION
        return response

    return checked


@require_http_methods(["POST", "OPTIONS"])
@tus
def begin(request: PortalRequest) -> HttpResponse:
    """Expect a file; where its parts are to be sent."""
    if request.method == "OPTIONS":
        return answer(
            Tus_Version=tus_headers.VERSION,
            Tus_Extension=tus_headers.EXTENSIONS,
            Tus_Max_Size=settings.UPLOAD_MAX_BYTES,
            Tus_Checksum_Algorithm=tus_headers.CHECKSUM_ALGORITHM,
        )
    told = tus_headers.metadata(request)
    account_id = told.get("account", "")
    account = None
    if account_id.isdecimal() and len(account_id) < 16:
        usable = DotdigitalAccount.objects.usable_by(request.user).without_secrets()
        account = usable.filter(pk=account_id).first()
    if account is None:
        return refused(gettext("You cannot import into this account."), gettext("Choose another account."))
    try:
        upload = begin_upload(
            account=account,
            owner=request.user,
            file_name=told.get("filename", ""),
            file_bytes=tus_headers.whole_number(request, "Upload-Length"),
        )
    except FileRefusedError as error:
        return refused(error.sentence, error.remedy, 413 if error.code == "file_too_large" else 422)
    except QuotaReachedError as error:
        return refused(error.sentence, error.remedy)
    return answer(201, Location=reverse("imports:upload-part", args=[upload.pk]), Upload_Offset=0)


@require_http_methods(["GET", "HEAD", "PATCH", "DELETE"])
@tus
def part(request: PortalRequest, upload_id: UUID) -> HttpResponse:
    """How much of a file has arrived, the next part of it, or none: it is discarded."""
    upload = get_own_upload(request.user, upload_id)
    if request.method == "PATCH":
        return _receive(request, upload)
    if request.method == "DELETE":
        try:
            discard_upload(upload)
        except TakenInError:
            raise TusError(409, "the file has been taken in") from None
        return answer()
    if request.method == "HEAD":
        return answer(200, Upload_Offset=upload.received_bytes, Upload_Length=upload.file_bytes)
    parts = [{"bytes": one["bytes"], "sha256": one["sha256"]} for one in upload.parts]
    return JsonResponse({"offset": upload.received_bytes, "length": upload.file_bytes, "parts": parts})


def _receive(request: PortalRequest, upload: ResumableUpload) -> HttpResponse:
    if request.content_type != tus_headers.PART_CONTENT_TYPE:
        raise TusError(415, f"not {tus_headers.PART_CONTENT_TYPE}")
    try:
        offset = receive_part(
            upload,
            offset=tus_headers.whole_number(request, "Upload-Offset"),
            part_length=tus_headers.whole_number(request, "Content-Length"),
            sha256=tus_headers.sha256(request),
            blocks=_blocks(request),
        )
    except OffsetError as error:
        raise TusError(409, "the file goes on elsewhere", {"Upload-Offset": error.offset}) from None
    except PartTooLongError:
        raise TusError(413, "the part goes beyond the end of the file, or is too large") from None
    except TooManyPartsError:
        raise TusError(413, "the file came in too many parts") from None
    except ChecksumError:
        raise TusError(tus_headers.CHECKSUM_MISMATCH, "this is not what was sent") from None
    except UploadGoneError:
        raise TusError(404, "the upload was discarded") from None
    except UnreadablePostError:
        raise TusError(400, "the part did not arrive as a whole") from None
    return answer(Upload_Offset=offset)


def _blocks(request: PortalRequest) -> Iterator[bytes]:
    while block := request.read(BLOCK_BYTES):
        yield block


@require_POST
@tus
def finish(request: PortalRequest, upload_id: UUID) -> HttpResponse:
    """The job of a file that has arrived; asked again, the same one."""
    upload, like = get_own_upload(request.user, upload_id), job_to_follow(request)
    if like is not None and like.account_id != upload.account_id:
        return refused(
            gettext("The mapping is of another account than the file is for."),
            gettext("Upload the file without the mapping, or for the account of the mapping."),
        )
    try:
        job = finish_upload(upload, mapped_like=like)
    except OffsetError as error:
        raise TusError(409, "some of the file is missing", {"Upload-Offset": error.offset}) from None
    except UploadGoneError:
        raise TusError(404, "the upload was discarded") from None
    except FileRefusedError as error:
        return refused(error.sentence, error.remedy)
    wake_job(job)
    return JsonResponse({"url": job_url(job)})


@require_POST
def discard(request: PortalRequest, upload_id: UUID) -> HttpResponse:
    """Discard an unfinished upload, by the button on the page."""
    # One that has been taken in meanwhile is in the history.
    with suppress(TakenInError):
        discard_upload(get_own_upload(request.user, upload_id))
    return redirect("imports:upload")


def refused(sentence: str, remedy: str, status: int = 422) -> JsonResponse:
    """Why a file is not taken, for the person who sent it."""
    return JsonResponse({"sentence": sentence, "remedy": remedy}, status=status)
