"""What can go wrong between the portal and Dotdigital.

    DotdigitalError
    ├── EndpointRefusedError            the address is not one that credentials may be sent to
    ├── UnreachableError                certainly not processed                   transient
    ├── NoAnswerError                   sent, or perhaps sent; no answer          transient, maybe accepted
    │   └── UnreadableAnswerError       answered with success, but unreadably     transient, maybe accepted
    ├── RateLimitedError                no calls left; carries `until`            transient
    ├── TooManyActiveImportsError       no slot left                              transient
    ├── CredentialsRefusedError         wrong API user or password
    ├── WrongRegionError                the account lives in another region
    ├── RefusedError                    the request is wrong; see code and details
    │   ├── BodyTooLargeError
    │   ├── ImportNotFoundError
    │   └── RedirectedError             redirects are never followed
    └── ServerError                     a fault on their side                     transient, maybe accepted

Two attributes say what a caller may do. `is_transient`: the same call can succeed later without anybody doing
anything. `may_have_been_accepted`: for a call that changes something, repeating it may do it twice.

`description` and `details` are the vendor's own words and can repeat a contact's data: show them to people
who may see the contact, keep them out of logs. `str` and `repr` hold class, HTTP status and code only.
"""

from datetime import datetime
from typing import ClassVar

from imports.dotdigital.types import ErrorDetail
from imports.dotdigital.wording import wording_for


class DotdigitalError(Exception):
    """Anything that went wrong. `status` is None when there was no answer, `code` is "" when none is known.

    For an error without an answer, `code` names the underlying cause, for example "ConnectionRefusedError".
    """

    is_transient: ClassVar[bool] = False
    may_have_been_accepted: ClassVar[bool] = False

    def __init__(
        self,
        *,
        status: int | None = None,
        code: str = "",
        description: str = "",
        details: tuple[ErrorDetail, ...] = (),
    ) -> None:
        super().__init__()
        self.status = status
        self.code = code
        self.description = description
        self.details = details

    @property
    def sentence(self) -> str:
        """What is wrong, for people."""
        return wording_for(type(self), self.code).sentence

    @property
    def remedy(self) -> str:
        """What to do, for people."""
        return wording_for(type(self), self.code).remedy

    def __str__(self) -> str:
        facts = " ".join(str(fact) for fact in (self.status, self.code) if fact)
        return f"{type(self).__name__} ({facts})" if facts else type(self).__name__

    def __repr__(self) -> str:
        return f"<{self}>"


class EndpointRefusedError(DotdigitalError):
    """The address is not one of Dotdigital's and not one the portal was told to trust. Nothing was sent."""


class UnreachableError(DotdigitalError):
    """The request certainly was not processed: no connection, no TLS, or nothing of the body handed over."""

    is_transient = True


class NoAnswerError(DotdigitalError):
    """The request went out, or part of it did, and no answer came. It may have been accepted."""

    is_transient = True
    may_have_been_accepted = True


class UnreadableAnswerError(NoAnswerError):
    """The answer says success but lacks what is needed from it; `code` says what that is."""


class RateLimitedError(DotdigitalError):
    """The account's calls are used up. Nothing was processed; calls are allowed again at `until` (aware).

    `scope` is the tier whose calls are meant, "" when the answer named none. `is_flat` says that the API user is on
    the deprecated hourly scheme, which counts all calls of the account together.
    """

    is_transient = True

    def __init__(
        self,
        until: datetime,
        *,
        scope: str = "",
        is_flat: bool = False,
        status: int | None = None,
        code: str = "",
        description: str = "",
        details: tuple[ErrorDetail, ...] = (),
    ) -> None:
        super().__init__(status=status, code=code, description=description, details=details)
        self.args = (until,)
        self.until = until
        self.scope = scope
        self.is_flat = is_flat


class TooManyActiveImportsError(DotdigitalError):
    """The account already has as many running imports as it may. Nothing was processed."""

    is_transient = True


class CredentialsRefusedError(DotdigitalError):
    """The API user's name or password is wrong, or the user was disabled."""


class WrongRegionError(DotdigitalError):
    """The host belongs to another region than the account."""


class RefusedError(DotdigitalError):
    """The request was refused as a whole and would be refused again."""


class BodyTooLargeError(RefusedError):
    """The body is larger than the service takes in one call."""


class ImportNotFoundError(RefusedError):
    """The service does not know the import, or no longer does."""


class RedirectedError(RefusedError):
    """The service answered with a redirect. None is followed: credentials stay where they were sent."""


class ServerError(DotdigitalError):
    """A 5xx answer. It does not tell whether the request was taken before the fault.

    `retry_after_s` is how many seconds the answer asked to wait, None when it did not.
    """

    is_transient = True
    may_have_been_accepted = True

    def __init__(
        self,
        *,
        retry_after_s: float | None = None,
        status: int | None = None,
        code: str = "",
        description: str = "",
        details: tuple[ErrorDetail, ...] = (),
    ) -> None:
        super().__init__(status=status, code=code, description=description, details=details)
        self.retry_after_s = retry_after_s
