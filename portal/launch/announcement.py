"""Tells the person where the portal is, once it answers."""

from __future__ import annotations

import http.client
from collections.abc import Sequence

from imports.demo import DEMO_USERS
from portal.launch.ports import Listener

HEALTH_PATH = "/health/"
HEALTH_TIMEOUT_SECONDS = 5.0


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


def announcement(web: Listener, sandbox: Listener, *, has_demo_users: bool) -> str:
    """The block of text that is shown when the portal can be used."""
    lines = [f"The portal:  http://{web.visitable.authority}/"]
    if has_demo_users:
        for user in DEMO_USERS:
            lines.append(f"Sign in as   {user.username} with password {user.password} ({user.purpose})")
    lines.append(
        f"The sandbox: http://{sandbox.authority}/ (stands in for Dotdigital and shows what arrived)"
    )
    if has_demo_users and not web.is_local:
        lines.append("Take care: other machines can reach this portal, and its demo passwords are public.")
    lines.append("Ctrl-C ends everything.")
    return _framed(lines)


def _framed(lines: Sequence[str]) -> str:
    rule = "-" * max(map(len, lines))
    return "\n".join(["", rule, *lines, rule, ""])
