"""What can go wrong between the portal and Dotdigital.

    DotdigitalError
    ├── EndpointRefusedError            the address is not one that credentials may be sent to
    ├── UnreachableError                certainly not processed
    ├── StrayAnswerError                something on the way answered in Dotdigital's place; not processed
    ├── NoAnswerError                   sent, or perhaps sent; no answer
    │   └── UnreadableAnswerError       answered with success, but unreadably
    │       └── UnusableImportIdError   accepted, under an id that cannot be asked for
    ├── RateLimitedError                no calls left; carries `until`
    ├── TooManyActiveImportsError       no slot left
    ├── TooManyDeletionsError           no deletion may begin now
    ├── CredentialsRefusedError         wrong API user or password
    ├── WrongRegionError                the account lives in another region
    ├── RefusedError                    the request is wrong; see code and details
    │   ├── BodyTooLargeError
    │   ├── ImportNotFoundError
    │   ├── ContactNotFoundError
    │   └── RedirectedError             redirects are never followed
    └── ServerError                     a fault on their side

What each of them means is in one table, `MEANINGS` at the end: whom it is about, and what helps. Steps look it up
there and have one line for each `Helps`; none of them asks for classes.

`description` and `details` are the vendor's own words and can repeat a contact's data: show them to people
who may see the contact, keep them out of logs. `str` and `repr` hold class, HTTP status and code only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar

from imports.dotdigital.types import ErrorDetail
from imports.dotdigital.wording import CATALOGUE, OF_CODES
from imports.messages import Message


class Helps(Enum):
    """What helps against an error."""

    REPEATING = (
        "the same call again, after a while; when many calls in a row fail so, the account has to wait"
    )
    WAITING_FOR_CALLS = "waiting until the account may make calls again"
    WAITING_FOR_A_SLOT = "waiting until an import, or a deletion, of the account has ended"
    A_PERSON = "a person, who corrects the account; until then nothing can be done for it"
    SMALLER_PIECES = "sending less at once"
    NOTHING = "nothing: the same call would be refused again"
    NOTHING_MORE_TO_LEARN = "nothing: the import is gone, and its report with it"


class About(Enum):
    """Whom an error is about."""

    CALL = "this call; the next may fare better"
    BATCH = "what was sent, or asked for"
    ACCOUNT = "every call of the account"


@dataclass(frozen=True)
class Meaning:
    """What an error says. `code` finds its words (`wording.OF_ERRORS`), unless Dotdigital's own code has some.

    `ends_waiting`: Dotdigital is there and knows the account, so an account that waited for that
    need not wait any more. `is_refusal`: this call, made by this caller, is not wanted.

    `may_have_been_accepted`: for a call that changes something, repeating it may do it twice.
    """

    code: str
    helps: Helps
    about: About
    ends_waiting: bool = False
    is_refusal: bool = False
    may_have_been_accepted: bool = False


class DotdigitalError(Exception):
    """Anything that went wrong. `status` is None when there was no answer, `code` is "" when none is known.

    For an error without an answer, `code` names the underlying cause, for example "ConnectionRefusedError".
    """

    meaning: ClassVar[Meaning]
    retry_after_seconds: float | None = None

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
    def may_have_been_accepted(self) -> bool:
        """Whether it is open if the call was carried out."""
        return self.meaning.may_have_been_accepted

    @property
    def reason(self) -> Message:
        """What is wrong, as it is stored: a message of `wording.CATALOGUE`."""
        known = self.code.casefold()
        return Message(known if known in OF_CODES else self.meaning.code)

    @property
    def sentence(self) -> str:
        """What is wrong, for people."""
        return CATALOGUE.sentence(self.reason)

    @property
    def remedy(self) -> str:
        """What to do, for people."""
        return CATALOGUE.remedy(self.reason)

    def __str__(self) -> str:
        facts = " ".join(str(fact) for fact in (self.status, self.code) if fact)
        return f"{type(self).__name__} ({facts})" if facts else type(self).__name__

    def __repr__(self) -> str:
        return f"<{self}>"


class EndpointRefusedError(DotdigitalError):
    """The address is not one of Dotdigital's and not one the portal was told to trust. Nothing was sent."""


class UnreachableError(DotdigitalError):
    """The request certainly was not processed: no connection, no TLS, or nothing of the body handed over."""


class StrayAnswerError(DotdigitalError):
    """A refusal that is not Dotdigital's: a gateway or proxy on the way says that it has no such page or method, in a
    page of its own and without a code. The request was not processed."""


class NoAnswerError(DotdigitalError):
    """The request went out, or part of it did, and no answer came. It may have been accepted."""


class UnreadableAnswerError(NoAnswerError):
    """The answer says success but lacks what is needed from it; `code` says what that is."""


class UnusableImportIdError(UnreadableAnswerError):
    """An import was accepted, but what was said to be its id can be no part of an address. `said` is what was said, as
    far as it fits."""

    said: str = ""


class RateLimitedError(DotdigitalError):
    """The account's calls are used up. Nothing was processed; calls are allowed again at `until` (aware).

    `scope` is the tier whose calls are meant, "" when the answer named none. `is_flat` says that the API user is on
    the deprecated hourly scheme, which counts all calls of the account together.
    """

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


class TooManyDeletionsError(DotdigitalError):
    """The account already has as many running deletions as it may. Nothing was processed."""


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


class ContactNotFoundError(RefusedError):
    """The account has no contact with this identifier."""


class RedirectedError(RefusedError):
    """The service answered with a redirect. None is followed: credentials stay where they were sent."""


class ServerError(DotdigitalError):
    """A 5xx answer. It does not tell whether the request was taken before the fault.

    `retry_after_seconds` is how many seconds the answer asked to wait, None when it did not.
    """

    def __init__(
        self,
        *,
        retry_after_seconds: float | None = None,
        status: int | None = None,
        code: str = "",
        description: str = "",
        details: tuple[ErrorDetail, ...] = (),
    ) -> None:
        super().__init__(status=status, code=code, description=description, details=details)
        self.retry_after_seconds = retry_after_seconds


_REPEAT: dict[str, Any] = {"helps": Helps.REPEATING, "about": About.CALL}
_DOUBT: dict[str, Any] = {**_REPEAT, "may_have_been_accepted": True}
_PERSON: dict[str, Any] = {"helps": Helps.A_PERSON, "about": About.ACCOUNT, "is_refusal": True}
_ANSWERED: dict[str, Any] = {"about": About.BATCH, "ends_waiting": True, "is_refusal": True}
_WAIT: dict[str, Any] = {"about": About.ACCOUNT, "ends_waiting": True}

MEANINGS: Mapping[type[DotdigitalError], Meaning] = {
    DotdigitalError: Meaning("call_failed", **_REPEAT),
    UnreachableError: Meaning("unreachable", **_REPEAT),
    StrayAnswerError: Meaning("stray_answer", **_REPEAT, is_refusal=True),
    NoAnswerError: Meaning("no_answer", **_DOUBT),
    UnreadableAnswerError: Meaning("unreadable_answer", **_DOUBT),
    UnusableImportIdError: Meaning("unusable_import_id", **_DOUBT),
    ServerError: Meaning("server", **_DOUBT),
    RateLimitedError: Meaning("rate_limited", helps=Helps.WAITING_FOR_CALLS, **_WAIT),
    TooManyActiveImportsError: Meaning("too_many_active_imports", helps=Helps.WAITING_FOR_A_SLOT, **_WAIT),
    TooManyDeletionsError: Meaning("too_many_deletions", helps=Helps.WAITING_FOR_A_SLOT, **_WAIT),
    EndpointRefusedError: Meaning("endpoint_refused", Helps.A_PERSON, About.ACCOUNT),
    CredentialsRefusedError: Meaning("credentials_refused", **_PERSON),
    WrongRegionError: Meaning("wrong_region", **_PERSON),
    RedirectedError: Meaning("redirected", **_PERSON),
    RefusedError: Meaning("call_refused", helps=Helps.NOTHING, **_ANSWERED),
    BodyTooLargeError: Meaning("body_too_large", helps=Helps.SMALLER_PIECES, **_ANSWERED),
    ContactNotFoundError: Meaning("contact_not_found", helps=Helps.NOTHING, **_ANSWERED),
    ImportNotFoundError: Meaning("import_not_found", helps=Helps.NOTHING_MORE_TO_LEARN, **_ANSWERED),
}
"""What each class means: the one place that says so."""

for _kind, _meaning in MEANINGS.items():
    _kind.meaning = _meaning
