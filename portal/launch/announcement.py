"""Tells the person where the portal is, once it answers."""

from __future__ import annotations

import http.client
from collections.abc import Sequence
from dataclasses import dataclass

from imports.management.demo import DEMO_USERS
from portal.launch.ports import Listener

HEALTH_PATH = "/health/"
HEALTH_TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True)
class SignIn:
    """A user of the demo whose password may be told: it is public, or was made just now."""

    username: str
    password: str


def is_healthy(web: Listener) -> bool:
    """Whether the web process answers its health page with 200 now."""
    connection = http.client.HTTPConnection(web.host, web.port, timeout=HEALTH_TIMEOUT_SECONDS)
    try:
        connection.request("GET", HEALTH_PATH)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def announcement(web: Listener, sandbox: Listener, sign_ins: Sequence[SignIn]) -> str:
    """The block of text that is shown when the portal can be used."""
    lines = [f"The portal:  http://{web.visitable.authority}/"]
    lines += [_sign_in_line(sign_in) for sign_in in sign_ins]
    if sign_ins and not web.is_local:
        lines.append("These passwords were made just now and are shown this once: note them down.")
    lines.append(
        f"The sandbox: http://{sandbox.authority}/ (stands in for Dotdigital and shows what arrived)"
    )
    if not web.is_local:
        lines.append("Take care: other machines can reach this portal.")
    lines.append("Ctrl-C ends everything.")
    return _framed(lines)


def _sign_in_line(sign_in: SignIn) -> str:
    purpose = next((user.purpose for user in DEMO_USERS if user.username == sign_in.username), "")
    line = f"Sign in as   {sign_in.username} with password {sign_in.password}"
    return f"{line} ({purpose})" if purpose else line


def _framed(lines: Sequence[str]) -> str:
    rule = "-" * max(map(len, lines))
    return "\n".join(["", rule, *lines, rule, ""])
