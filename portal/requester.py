"""Who acts, and from where: the request that is being answered, the command that runs, or the portal itself."""

from __future__ import annotations

import os
import pwd
import socket
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest

if TYPE_CHECKING:
    from portal.models import User

AGENT_MAX_CHARS = 120


@dataclass(frozen=True, slots=True)
class Requester:
    """Where an act came from. `address` is the IP address of a browser, "" for what has none; `agent` the browser as it
    names itself, shortened, or the command with the machine and its user."""

    address: str = ""
    agent: str = ""
    request: HttpRequest | None = None
    is_command: bool = False

    @property
    def person(self) -> User | None:
        """Who is signed in, as far as anybody is."""
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None


_current: ContextVar[Requester | None] = ContextVar("requester", default=None)


@contextmanager
def acting_for(requester: Requester) -> Iterator[None]:
    """What is done in the block is done for `requester`."""
    token = _current.set(requester)
    try:
        yield
    finally:
        _current.reset(token)


def current_requester() -> Requester:
    """Whom this thread acts for."""
    return _current.get() or this_process()


def requester_of(request: HttpRequest) -> Requester:
    """Whose request it is."""
    return Requester(address_of(request), shortened_agent(request.headers.get("User-Agent", "")), request)


def address_of(request: HttpRequest) -> str:
    """The IP address that `request` came from; "" where there is none, as at a socket of this machine.

    With BEHIND_PROXY it is what the outermost of our PROXY_HOPS proxies has seen. What stands before that in
    X-Forwarded-For comes from the browser, and is not believed. Source: RFC 7239, section 8.1.
    """
    address = _ip_address(request.META.get("REMOTE_ADDR", ""))
    if settings.BEHIND_PROXY:
        passed = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(passed) >= settings.PROXY_HOPS:
            return _ip_address(passed[-settings.PROXY_HOPS]) or address
    return address


def _ip_address(text: str) -> str:
    """The IP address in `text`, which may have a port; "" for anything else."""
    bare = text[1:].partition("]")[0] if text.startswith("[") else text
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        return str(ip_address(bare.partition("%")[0]))
    except ValueError:
        return ""


def shortened_agent(text: str) -> str:
    """The name that a browser gives itself, without characters that hide or reorder what it says."""
    visible = "".join(c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    return visible[:AGENT_MAX_CHARS]


def command_requester(name: str) -> Requester:
    """Who runs the command `name` on this machine."""
    return Requester(agent=f"manage.py {name} ({_user_of_machine()})"[:AGENT_MAX_CHARS], is_command=True)


@cache
def this_process() -> Requester:
    """The portal itself, as this process; or a command of Django's own, such as createsuperuser."""
    program = Path(sys.argv[0]).name if sys.argv else ""
    if program == "manage.py" and len(sys.argv) > 1:
        return command_requester(sys.argv[1])
    return Requester(agent=f"{program or 'python'} ({_user_of_machine()})"[:AGENT_MAX_CHARS])


def _user_of_machine() -> str:
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # in a container whose users have no names
        name = str(os.getuid())
    return f"{name}@{socket.gethostname()}"
