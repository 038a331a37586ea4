"""Storage that several machines share: an S3-compatible service, by django-storages.

Nothing in it is public and nothing has a URL. Errors of the network and of the service come out as
StorageUnavailableError, a missing object as FileNotFoundError, whichever method met them.
"""

import http
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError
from django.core.exceptions import SuspiciousOperation
from s3transfer.exceptions import RetriesExceededError
from storages.backends.s3 import S3Storage

from imports.storage.sealed_storage import BLOCK_BYTES, SealingStorage
from imports.storage.sealed_stream import HEADER
from imports.storage.storage_errors import ObjectChangedError, StorageUnavailableError, disk_errors

NOT_SATISFIABLE = http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE


@contextmanager
def service_errors() -> Iterator[None]:
    """Raises what artefacts and steps know in the place of what boto raises."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if (
            status == http.HTTPStatus.NOT_FOUND
            and error.response.get("Error", {}).get("Code") != "NoSuchBucket"
        ):
            raise FileNotFoundError("nothing is stored under this key") from None
        if status == http.HTTPStatus.PRECONDITION_FAILED:
            raise ObjectChangedError from None
        # The service's own words may name the bucket or the key that was used.
        raise StorageUnavailableError(f"the storage answered with {status}") from None
    except (BotoCoreError, Boto3Error, RetriesExceededError) as error:
        raise StorageUnavailableError(f"the storage did not answer: {type(error).__name__}") from None


def _translated(name: str) -> Callable[..., Any]:
    """The method `name` of S3Storage, with its errors in our words."""
    method = getattr(S3Storage, name)

    @wraps(method)
    def translated(self: "TranslatedS3Storage", *args: Any, **options: Any) -> Any:
        with service_errors(), disk_errors():
            return method(self, *args, **options)

    return translated


class TranslatedS3Storage(S3Storage):
    """S3Storage whose errors are told in our words."""

    exists, size, delete, listdir, get_modified_time, _save, _open = map(
        _translated, ("exists", "size", "delete", "listdir", "get_modified_time", "_save", "_open")
    )


class PrivateS3Storage(SealingStorage, TranslatedS3Storage):
    """S3Storage without URLs, fit for threads, that can hand out one version of an object, and whose files may be
    encrypted."""

    @property
    def bucket(self) -> Any:
        # A resource belongs to the thread whose connection it was made of; S3Storage would share the first one's.
        return self.connection.Bucket(self.bucket_name)

    def url(self, *args: Any, **options: Any) -> str:
        raise SuspiciousOperation("Stored files have no URLs: views hand them out to whoever may see them.")

    def version(self, name: str) -> str:
        """For one request."""
        with service_errors():
            found = self._object(name)
            return f"{found.e_tag} {found.last_modified.isoformat()} {found.content_length}"

    def stored_blocks(self, name: str, version: str) -> Iterator[bytes]:
        with service_errors(), disk_errors():
            answer = self._object(name).get(IfMatch=version.split(" ", 1)[0])
            with closing(answer["Body"]) as body:
                yield from body.iter_chunks(BLOCK_BYTES)

    def clear_path(self, name: str) -> Path | None:
        return None

    def head(self, name: str) -> bytes:
        with service_errors():
            try:
                answer = self._object(name).get(Range=f"bytes=0-{HEADER.size - 1}")
            except ClientError as error:
                # An empty object has no such range.
                if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == NOT_SATISFIABLE:
                    return b""
                raise
            with closing(answer["Body"]) as body:
                return body.read()

    def close(self) -> None:
        """Close the connections that this thread has opened."""
        self.connection.meta.client.close()

    def _object(self, name: str) -> Any:
        return self.bucket.Object(self._normalize_name(name))
