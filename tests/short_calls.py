"""No web request waits long for Dotdigital: held for every test that asks for a page.

A web process has few threads. Whatever takes longer than PERSON_TIMEOUT is the business of workers.
"""

import functools
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.handlers.base import BaseHandler

from imports.accounts.connection import PERSON_TIMEOUT
from imports.dotdigital.client import DotdigitalClient

MAX_PERSON_SECONDS = 10.0


class _Thread(threading.local):
    is_answering = False


_thread = _Thread()


def watch(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note from now on each call that a web request would wait too long for."""
    assert max(PERSON_TIMEOUT) <= MAX_PERSON_SECONDS
    long: list[str] = []
    monkeypatch.setattr(BaseHandler, "get_response", _answering(BaseHandler.get_response))
    monkeypatch.setattr(DotdigitalClient, "_send", _watched(DotdigitalClient._send, long))
    return long


def _answering(get_response: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(get_response)
    def answering(*args: Any, **options: Any) -> Any:
        _thread.is_answering = True
        try:
            return get_response(*args, **options)
        finally:
            _thread.is_answering = False

    return answering


def _watched(send: Callable[..., Any], long: list[str]) -> Callable[..., Any]:
    @functools.wraps(send)
    def watched(client: DotdigitalClient, method: str, path: str, *args: Any, **options: Any) -> Any:
        if _thread.is_answering and max(client._timeout) > MAX_PERSON_SECONDS:
            long.append(f"{method} {path} may take {client._timeout}")
        return send(client, method, path, *args, **options)

    return watched
