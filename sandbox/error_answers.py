"""The error answers of the two API generations.

v3 answers `{"errorCode", "description", "details"}`, v2 answers `{"message"}` with an ERROR_ token inside.
An operation that refuses a call raises; the application turns the exception into its answer.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from sandbox.exchange import Response, json_response

UNAUTHORISED_MESSAGE = "Authorization has been denied for this request."


class CallRefusedError(Exception):
    """The whole call is refused; carries the answer to give."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"refused with HTTP {response.status}")
        self.response = response


def v3_refusal(
    status: int, code: str, description: str, details: Sequence[tuple[str, str]] = ()
) -> CallRefusedError:
    """A v3 error; `code` is given without its "contacts:" prefix, `details` are (item, description) pairs."""
    content: dict[str, Any] = {"errorCode": f"contacts:{code}", "description": description}
    if details:
        content["details"] = [{"item": item, "description": text} for item, text in details]
    return CallRefusedError(json_response(content, status))


def v2_refusal(token: str, status: int = HTTPStatus.BAD_REQUEST) -> CallRefusedError:
    """A v2 error that carries `token`, for example ERROR_PARAMETER_INVALID."""
    return CallRefusedError(json_response({"message": f"Error: {token}"}, status))


def message(text: str, status: int, headers: tuple[tuple[str, str], ...] = ()) -> Response:
    """A bare `{"message"}` answer."""
    return json_response({"message": text}, status, headers)
