"""What is known about a request whose exchange broke: was it sent, and what broke it.

The library's exceptions stay in this module's hands: they hold the request, and with it the credentials and
the body.
"""

import http.client
import ssl
from collections.abc import Iterator
from io import BytesIO

import urllib3.exceptions

# requests' own exceptions are OSErrors; the others slip through it in rare cases.
TRANSPORT_ERRORS = (OSError, urllib3.exceptions.HTTPError, http.client.HTTPException)

_BEFORE_SENDING = (
    urllib3.exceptions.LocationValueError,
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.ProxyError,
    ssl.SSLError,
)
MAX_CAUSES = 20


def was_never_sent(error: Exception, body: BytesIO | None) -> bool:
    """Whether the request certainly was not processed.

    A body is read, block by block, only once the connection stands and the headers are out: while none of it
    was read, the other side cannot have had a whole request. That holds whatever the error is called; a TLS
    error, for one, can come before the request or instead of its answer.
    """
    if body is not None:
        return body.tell() == 0
    return any(isinstance(cause, _BEFORE_SENDING) for cause in _causes(error))


def cause_name(error: Exception) -> str:
    """The class name of the innermost cause, for example "ConnectionRefusedError"."""
    *_, innermost = _causes(error)
    return type(innermost).__name__


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, and what is wrapped in it, outermost first."""
    current: BaseException | None = error
    for _ in range(MAX_CAUSES):
        if current is None:
            return
        yield current
        wrapped = [getattr(current, "reason", None), *reversed(current.args), current.__cause__]
        current = next((cause for cause in wrapped if isinstance(cause, BaseException)), None)
