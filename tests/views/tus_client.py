"""The requests of a client of the tus protocol, by Django's test client."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

BEGIN = reverse("imports:begin-upload")
TUS = {"Tus-Resumable": "1.0.0"}
PART = "application/offset+octet-stream"


def encoded(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


def checksum(content: bytes) -> str:
    return f"sha256 {encoded(hashlib.sha256(content).digest())}"


def begun(
    client: Client, account_id: object, size: object, name: str = "contacts.csv", **headers: str
) -> Any:
    """The answer to the wish to upload a file of `size`."""
    told = {
        "Upload-Length": str(size),
        "Upload-Metadata": f"filename {encoded(name)},account {encoded(str(account_id))}",
    }
    return client.post(BEGIN, headers={**TUS, **told, **headers})


@dataclass(frozen=True)
class TusUpload:
    """An upload that was begun, as its client speaks of it. Headers are given as `Upload_Offset="3"`."""

    client: Client
    url: str

    @classmethod
    def of(cls, client: Client, account_id: object, size: int, name: str = "contacts.csv") -> TusUpload:
        answer = begun(client, account_id, size, name)
        assert answer.status_code == 201
        return cls(client, answer["Location"])

    def patch(self, offset: object, content: bytes, content_type: str = PART, **headers: str) -> HttpResponse:
        # Of a body without a byte, Django's client would tell neither.
        told = {"Content-Type": content_type, "Content-Length": str(len(content))}
        told |= {"Upload-Offset": str(offset), "Upload-Checksum": checksum(content)}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.patch(self.url, content, content_type, headers={**TUS, **told})

    def offset(self) -> int:
        answer = self.client.head(self.url, headers=TUS)
        assert answer.status_code == 200
        return int(answer["Upload-Offset"])

    def delete(self) -> int:
        return self.client.delete(self.url, headers=TUS).status_code

    def finish(self) -> HttpResponse:
        return self.client.post(f"{self.url}finish/", headers=TUS)
