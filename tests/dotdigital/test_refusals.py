import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.dotdigital.envelopes import MAX_DESCRIPTION_CHARS, MAX_DETAILS, ErrorEnvelope, read_envelope
from imports.dotdigital.errors import (
    BodyTooLargeError,
    ContactNotFoundError,
    CredentialsRefusedError,
    DotdigitalError,
    ImportNotFoundError,
    RateLimitedError,
    RedirectedError,
    RefusedError,
    ServerError,
    StrayAnswerError,
    TooManyActiveImportsError,
    UnreachableError,
    WrongRegionError,
)
from imports.dotdigital.limits import FLAT_WAIT_SECONDS, TIERED_WAIT_SECONDS
from imports.dotdigital.refusals import read_refusal
from imports.dotdigital.types import ErrorDetail
from tests.dotdigital.conftest import NOW
from tests.dotdigital.test_answers import JSON

HTML = b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>"


def v3(code: str, description: str = "words", **more: Any) -> bytes:
    return json.dumps({"errorCode": code, "description": description, **more}).encode()


def v2(message: str) -> bytes:
    return json.dumps({"message": message}).encode()


class TestEnvelope:
    def test_the_v3_envelope_with_both_spellings_of_details(self) -> None:
        body = v3(
            "contacts:invalidContacts",
            "Some contacts are invalid",
            details=[{"item": "0", "description": "no email"}, {"item": "1", "error": "no phone"}, "odd"],
        )
        assert read_envelope(body) == ErrorEnvelope(
            "contacts:invalidContacts",
            "Some contacts are invalid",
            (ErrorDetail("0", "no email"), ErrorDetail("1", "no phone")),
        )

    def test_the_v2_envelope_holds_its_code_in_its_words(self) -> None:
        assert read_envelope(v2("Error: ERROR_ADDRESSBOOK_DUPLICATE")) == ErrorEnvelope(
            "ERROR_ADDRESSBOOK_DUPLICATE", "Error:"
        )

    def test_key_spelling_and_byte_order_mark_do_not_matter(self) -> None:
        body = b'\xef\xbb\xbf{"Message": "Authorization has been denied for this request."}'
        assert read_envelope(body).description == "Authorization has been denied for this request."

    @pytest.mark.parametrize(
        ("body", "description"),
        [
            (b"", ""),
            (HTML, ""),
            (b"Forbidden: Access is denied", "Forbidden: Access is denied"),
            (b'"Forbidden"', "Forbidden"),
            (b"[1]", ""),
            (b"null", ""),
            (b'{"errorCode": "cut of', ""),
            (b"\xff\xfe", "\ufffd\ufffd"),
        ],
    )
    def test_without_an_envelope_only_plain_words_are_kept(self, body: bytes, description: str) -> None:
        assert read_envelope(body) == ErrorEnvelope(description=description)

    @pytest.mark.parametrize(
        "code", ["ada@example.com", "+447700900123", "447700900123", "a b", "x" * 200, 7, None]
    )
    def test_what_does_not_look_like_a_code_is_none(self, code: Any) -> None:
        assert read_envelope(json.dumps({"errorCode": code}).encode()).code == ""

    def test_a_long_story_is_cut(self) -> None:
        envelope = read_envelope(v3("c", "x" * 10_000, details=[{"item": "i"}] * 1_000))
        assert len(envelope.description) == MAX_DESCRIPTION_CHARS
        assert len(envelope.details) == MAX_DETAILS


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (400, v3("contacts:badJson"), RefusedError, "contacts:badJson"),
        (400, v3("contacts:badRequest"), RefusedError, "contacts:badRequest"),
        (400, v2("Error: ERROR_PARAMETER_INVALID"), RefusedError, "ERROR_PARAMETER_INVALID"),
        (400, HTML, RefusedError, ""),
        (400, v2("Error: ERROR_APIUSAGE_EXCEEDED"), RateLimitedError, "ERROR_APIUSAGE_EXCEEDED"),
        (400, v2("Error: ERROR_INVALID_LOGIN"), CredentialsRefusedError, "ERROR_INVALID_LOGIN"),
        (401, b"", CredentialsRefusedError, ""),
        (401, v2("Authorization has been denied for this request."), CredentialsRefusedError, ""),
        (403, b"Forbidden: Access is denied", WrongRegionError, ""),
        (403, HTML, WrongRegionError, ""),
        (403, v3("contacts:forbidden", "Access is denied"), WrongRegionError, "contacts:forbidden"),
        (403, v2("Error: ERROR_FEATURENOTACTIVE"), RefusedError, "ERROR_FEATURENOTACTIVE"),
        (404, HTML, StrayAnswerError, ""),
        (404, b"", StrayAnswerError, ""),
        (404, b'{"message": "no Route matched with those values"}', StrayAnswerError, ""),
        (404, v3("contacts:contactNotFound"), ContactNotFoundError, "contacts:contactNotFound"),
        (405, HTML, StrayAnswerError, ""),
        (410, HTML, StrayAnswerError, ""),
        (404, v3("contacts:importNotFound"), ImportNotFoundError, "contacts:importNotFound"),
        (408, b"", UnreachableError, ""),
        (413, HTML, BodyTooLargeError, ""),
        (429, b"", RateLimitedError, ""),
        (429, HTML, RateLimitedError, ""),
        (
            429,
            v3("Contacts:TooManyActiveImports"),
            TooManyActiveImportsError,
            "Contacts:TooManyActiveImports",
        ),
        (429, v3("contacts:somethingElse"), RateLimitedError, "contacts:somethingElse"),
        (301, HTML, RedirectedError, ""),
        (307, b"", RedirectedError, ""),
        (500, HTML, ServerError, ""),
        (503, v3("contacts:tooManyActiveImports"), ServerError, "contacts:tooManyActiveImports"),
        (418, b"", RefusedError, ""),
    ],
)
def test_each_answer_has_its_error(status: int, body: bytes, kind: type[DotdigitalError], code: str) -> None:
    error = read_refusal(status, {}, body, NOW)
    assert type(error) is kind
    assert (error.status, error.code) == (status, code)


@pytest.mark.parametrize(
    ("status", "body", "headers", "wait_seconds"),
    [
        (429, b"", {"X-RateLimit-Reset": "12"}, 12),
        (429, b"", {"X-RateLimit-Reset": str(int(NOW.timestamp()) + 34)}, 34),
        (429, b"", {}, TIERED_WAIT_SECONDS),
        (400, v2("ERROR_APIUSAGE_EXCEEDED"), {}, FLAT_WAIT_SECONDS),
        (400, v2("ERROR_APIUSAGE_EXCEEDED"), {"x-ratelimit-reset": "56"}, 56),
    ],
)
def test_rate_limits_say_until_when(
    status: int, body: bytes, headers: dict[str, str], wait_seconds: int
) -> None:
    error = read_refusal(status, headers, body, NOW)
    assert isinstance(error, RateLimitedError)
    assert error.until == NOW + timedelta(seconds=wait_seconds)


@pytest.mark.parametrize(
    ("status", "body", "headers", "scope", "is_flat"),
    [
        (429, b"", {"X-RateLimit-Scope": "lowCallRate"}, "lowCallRate", False),
        (429, b"", {"x-ratelimit-scope": " highCallRate ", "X-RateLimit-Reset": "9"}, "highCallRate", False),
        (429, b"", {"X-RateLimit-Scope": "ada@example.com"}, "", False),
        (429, b"", {}, "", False),
        (400, v2("ERROR_APIUSAGE_EXCEEDED"), {}, "", True),
        (
            400,
            v2("error_apiusage_exceeded ERROR_APIUSAGE_EXCEEDED"),
            {"X-RateLimit-Scope": "low"},
            "low",
            True,
        ),
    ],
)
def test_rate_limits_say_which_calls_are_meant(
    status: int, body: bytes, headers: dict[str, str], scope: str, is_flat: bool
) -> None:
    error = read_refusal(status, headers, body, NOW)
    assert isinstance(error, RateLimitedError)
    assert (error.scope, error.is_flat) == (scope, is_flat)


@pytest.mark.parametrize(
    ("headers", "wait_seconds"),
    [
        ({}, None),
        ({"Retry-After": "120"}, 120),
        ({"retry-after": "Wed, 04 Mar 2026 12:02:00 GMT"}, 120),
        ({"Retry-After": "whenever"}, None),
    ],
)
@pytest.mark.parametrize("status", [500, 503])
def test_a_fault_says_how_long_it_asks_to_wait(
    status: int, headers: dict[str, str], wait_seconds: float | None
) -> None:
    error = read_refusal(status, headers, HTML, NOW)
    assert isinstance(error, ServerError)
    assert error.retry_after_seconds == wait_seconds


def test_the_vendors_words_are_kept_for_people() -> None:
    body = v3("contacts:badRequest", "The Identifiers field is required", details=[{"item": "0"}])
    error = read_refusal(400, {}, body, NOW)
    assert error.description == "The Identifiers field is required"
    assert error.details == (ErrorDetail("0", ""),)


@given(st.integers(300, 999), st.dictionaries(st.text(), st.text()), st.binary() | JSON.map(json.dumps))
def test_every_answer_that_is_no_success_has_an_error(
    status: int, headers: dict[str, str], body: bytes | str
) -> None:
    raw = body if isinstance(body, bytes) else body.encode()
    error = read_refusal(status, headers, raw, NOW)
    assert error.status == status
    assert "@" not in str(error)
    error.description.encode()
