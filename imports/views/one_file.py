"""A field for one file, and what is said of a file that was too large to be taken."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy, ngettext

from imports.files.file_refusals import FileRefusedError, refusal
from imports.storage.uploads import TOO_LARGE_KEY


class OneFileInput(forms.FileInput):
    """Hands on all files that were sent; Django's would hand on the last and say nothing of the others."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        sent = files.getlist(name) if isinstance(files, MultiValueDict) else []
        return sent if len(sent) > 1 else super().value_from_datadict(data, files, name)


class OneFileField(forms.FileField):
    """Takes one file, which may be empty: that is refused with the words for it. Of several it takes none."""

    widget = OneFileInput

    def __init__(self, **options: Any) -> None:
        required = {"required": gettext_lazy("Choose a file first.")}
        super().__init__(allow_empty_file=True, error_messages=required, **options)

    def to_python(self, data: Any) -> Any:
        if isinstance(data, list):
            told = ngettext(
                "{count} file was sent, and not taken. Choose it again.",
                "{count} files were sent at once, and none of them was taken. Choose one.",
                len(data),
            )
            raise ValidationError(told.format(count=len(data)))
        return super().to_python(data)


def refusal_of_size(request: HttpRequest) -> FileRefusedError | None:
    """Why the file in `request` was not taken, where it is larger than UPLOAD_MAX_BYTES; else None."""
    if not request.META.get(TOO_LARGE_KEY):
        return None
    size_bytes = int(request.META.get("CONTENT_LENGTH") or 0)
    return refusal("file_too_large", size_bytes=size_bytes, limit_bytes=settings.UPLOAD_MAX_BYTES)
