"""Calls to one Dotdigital account.

A client makes calls and says what came of them; when to repeat one is the caller's business. Each method is
one HTTP call, except `lists`, which is one per page.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import requests
from requests.auth import HTTPBasicAuth

from imports.dotdigital import answers, contact_answers
from imports.dotdigital.errors import NoAnswerError, UnreachableError, UnreadableAnswerError
from imports.dotdigital.hosts import is_regional, normalise_endpoint
from imports.dotdigital.import_status import ImportStatus, read_import_status
from imports.dotdigital.limits import CallAllowance, read_allowance
from imports.dotdigital.public_addresses import PublicAdapter
from imports.dotdigital.refusals import read_refusal
from imports.dotdigital.spool import Spool
from imports.dotdigital.transport import TRANSPORT_ERRORS, cause_name, was_never_sent
from imports.dotdigital.types import (
    AccountContact,
    AccountInfo,
    ContactList,
    ContactPage,
    ContactQuery,
    DataField,
    DeletionStatus,
    Preference,
)

CONNECT_TIMEOUT_SECONDS = 15.0
# The vendor asks to allow 121 seconds before giving up on a call.
READ_TIMEOUT_SECONDS = 130.0

PRIVATE = "Private"
FieldValue = str | float | bool | None
Params = Mapping[str, int | str]

LISTS_PER_PAGE = 1_000
CONTACTS_PER_PAGE = 5_000
MAX_CONTACTS_A_DELETION = 5_000
# The report of a full 50 MB import of contacts that all fail stays below this.
MAX_ANSWER_BYTES = 256_000_000
MAX_ERROR_BYTES = 1_000_000
ANSWER_BLOCK_BYTES = 65_536

USER_AGENT = "dotdigital-import-portal"
INTEGRATION_TOKEN_HEADER = "x-ddg-integration-token"  # noqa: S105

Timeout = tuple[float, float]
Answer = TypeVar("Answer")


def utc_now() -> datetime:
    """The time of day, aware."""
    return datetime.now(UTC)


class DotdigitalClient:
    """Calls as one API user, to one endpoint.

    `endpoint` is one of Dotdigital's regional addresses, or one whose `host:port` is among `extra_hosts`; any
    other raises EndpointRefusedError, so that no client exists that could send credentials there. Dotdigital's own are
    only reached at public addresses, unless they are among the `extra_hosts` as well.
    `timeout` is (seconds to connect, seconds between two bytes of the answer). `clock` tells the time of day. Reports
    that are too large for memory are kept in `spool_dir`, the system's directory for temporary files without one.

    `allowance` is what the last answer, to any call, said of the calls that are left; None if it said nothing, or
    there was none.

    Without a `session` the client makes its own and closes it in `close`. Its own session takes nothing from
    the environment; a network that needs a proxy or certificates of its own is the business of the session
    that the caller gives. A session that repeats calls by itself, or does not verify certificates, is refused
    with ValueError: the first could send an import twice, the second to anybody.
    """

    def __init__(
        self,
        endpoint: str,
        api_user: str,
        api_password: str,
        *,
        session: requests.Session | None = None,
        integration_token: str | None = None,
        timeout: Timeout = (CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS),
        clock: Callable[[], datetime] = utc_now,
        extra_hosts: Iterable[str] = (),
        spool_dir: Path | None = None,
    ) -> None:
        self.allowance: CallAllowance | None = None
        self.extra_hosts = tuple(extra_hosts)
        self.endpoint = normalise_endpoint(endpoint, self.extra_hosts)
        if session is not None:
            _check_session(session, self.endpoint)
        self._timeout = timeout
        self._clock = clock
        self._spool_dir = spool_dir
        # As bytes, because the library would encode text as Latin-1 and fail on anything beyond. Given with
        # each call, because a session fills a gap from the user's .netrc.
        self._auth = HTTPBasicAuth(api_user.encode(), api_password.encode())
        self._headers = {"Accept": "application/json", "User-Agent": USER_AGENT}
        token = (integration_token or "").strip()
        if token:
            self._headers[INTEGRATION_TOKEN_HEADER] = _checked_token(token)
        self._owns_session = session is None
        self._session = session or requests.Session()
        if self._owns_session:
            self._session.trust_env = False
            if is_regional(self.endpoint, self.extra_hosts):
                self._session.mount(self.endpoint, PublicAdapter())

    def __repr__(self) -> str:
        return f"<DotdigitalClient {self.endpoint}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the connections of the client's own session. A session that was given stays open."""
        if self._owns_session:
            self._session.close()

    def account_info(self) -> AccountInfo:
        """The account of the API user. The cheapest way to check credentials."""
        return self._get("/v2/account-info", answers.read_account_info)

    def data_fields(self) -> list[DataField]:
        """The account's contact data fields that an import can write."""
        return self._get("/v2/data-fields", answers.read_data_fields)

    def lists(self) -> list[ContactList]:
        """All lists of the account, each once: page after page until an empty one, as the vendor says.

        Ends as well when a page brings nothing new.
        """
        found: dict[int, ContactList] = {}
        skip = 0
        while True:
            page = self._get(
                "/v2/address-books",
                answers.read_contact_lists,
                params={"select": LISTS_PER_PAGE, "skip": skip},
            )
            new = {entry.id: entry for entry in page if entry.id not in found}
            if not new:
                return list(found.values())
            found |= new
            skip += len(page)

    def preferences(self) -> list[Preference]:
        """The account's marketing preferences, without the categories that hold them."""
        return self._get("/v2/preferences", answers.read_preferences)

    def custom_identifiers(self) -> list[str]:
        """The names of the account's own identifiers, as contacts can be matched by them.

        RefusedError, WrongRegionError or CredentialsRefusedError when the account or its API user may not ask.
        """
        return self._get("/configuration/v3/customIdentifiers", answers.read_custom_identifiers)

    def create_data_field(
        self, name: str, type_name: str, visibility: str = PRIVATE, default: FieldValue = None
    ) -> DataField:
        """Make a contact data field: `name` of 1 to 20 letters, digits, `_` and `-`, `type_name` one of
        `DATA_FIELD_TYPES`, `visibility` Private or Public, `default` of the field's type or None.

        RefusedError says why there cannot be one; after an error with `may_have_been_accepted` it is open
        whether there is.
        """
        given = DataField(name, type_name, visibility)
        body: dict[str, FieldValue] = {"name": name, "type": type_name, "visibility": visibility}
        if default is not None:
            body["defaultValue"] = default
        return self._post(
            "/v2/data-fields", body, partial(answers.read_created_data_field, given=given), may_be_empty=True
        )

    def create_list(self, name: str, visibility: str = PRIVATE) -> ContactList:
        """Make a list: `name` of 1 to 128 characters. Errors as in `create_data_field`."""
        return self._post(
            "/v2/address-books", {"name": name, "visibility": visibility}, answers.read_created_list
        )

    def import_contacts(self, body: bytes) -> str:
        """Hand over an import, a finished JSON document, and return the id to ask for its status with.

        The service has no idempotency key, and no way to look an import up without its id: after an error
        with `may_have_been_accepted` it is open whether the contacts will be imported. After any other
        error they will not be.
        """
        if not body:
            raise ValueError("an import needs a body")
        return self._call("PUT", "/contacts/v3/import", answers.read_accepted_import, body=body)

    def import_status(self, import_id: str) -> ImportStatus:
        """How far an import has come; its report once it is over; ImportNotFoundError when it is gone.

        The caller closes the status. Raises OSError when there is no room for the report in `spool_dir`.
        """
        if not answers.is_import_id(import_id):
            raise ValueError("not an import id")
        path = f"/contacts/v3/import/{quote(import_id, safe='')}"
        spool = Spool(self._spool_dir)
        try:
            status = self._exchange("GET", path, spool.write)
            with _naming_status(status):
                spool.finish()
                return read_import_status(spool, import_id)
        except BaseException:
            spool.close()
            raise

    def contact_page(
        self, query: ContactQuery, marker: str = "", limit: int = CONTACTS_PER_PAGE
    ) -> ContactPage:
        """A page of the account's contacts, in ascending order: the first, or the one that `marker` leads to, which is
        from a page of the same query. A page may repeat contacts, or lack some, when the account changes meanwhile."""
        params: dict[str, int | str] = {"limit": limit}
        if query.data_fields:
            params["data-fields"] = "|".join(query.data_fields)
        if query.sets:
            params["include"] = "|".join(query.sets)
        if query.modified_since is not None:
            since = query.modified_since.astimezone(UTC).isoformat(timespec="milliseconds")
            params["~modified"] = f"gte::{since.removesuffix('+00:00')}Z"
        if marker:
            params["marker"] = marker
        return self._get("/contacts/v3", contact_answers.read_contact_page, params=params)

    def contact(self, identifier: str, value: str) -> AccountContact:
        """The contact that has this value of an identifier, with everything. ContactNotFoundError when there is none.

        The value stands in the address of the call, as the service has it: it must not be logged.
        """
        if not answers.is_identifier_name(identifier) or not value:
            raise ValueError("not an identifier")
        if value in {".", ".."}:
            raise ValueError("a step in a path")
        path = f"/contacts/v3/{identifier}/{quote(value, safe='')}"
        return self._get(path, contact_answers.read_contact)

    def delete_contacts(self, contact_ids: Sequence[int]) -> str:
        """Have up to MAX_CONTACTS_A_DELETION contacts deleted, and return the id to ask for its status with.

        After an error with `may_have_been_accepted` it is open whether they will be. Asking again does no harm:
        contacts that are gone are reported as unknown.
        """
        if not 1 <= len(contact_ids) <= MAX_CONTACTS_A_DELETION:
            raise ValueError("too few or too many contacts for a deletion")
        keys = [{"contactId": contact_id} for contact_id in contact_ids]
        return self._post("/contacts/v3/delete", keys, contact_answers.read_accepted_deletion)

    def deletion_status(self, delete_id: str) -> DeletionStatus:
        """How far a deletion is; ImportNotFoundError when it is gone."""
        if not answers.is_import_id(delete_id):
            raise ValueError("not a deletion's id")
        path = f"/contacts/v3/delete/{quote(delete_id, safe='')}"
        return self._get(path, contact_answers.read_deletion_status)

    def _get(self, path: str, read: Callable[[Any], Answer], *, params: Params | None = None) -> Answer:
        return self._call("GET", path, read, params=params)

    def _post(
        self, path: str, content: object, read: Callable[[Any], Answer], *, may_be_empty: bool = False
    ) -> Answer:
        body = json.dumps(content, ensure_ascii=False).encode()
        return self._call("POST", path, read, body=body, may_be_empty=may_be_empty)

    def _call(
        self,
        method: str,
        path: str,
        read: Callable[[Any], Answer],
        *,
        params: Params | None = None,
        body: bytes | None = None,
        may_be_empty: bool = False,
    ) -> Answer:
        """One HTTP call whose answer fits into memory: the answer as `read` understands it.

        An answer without a body is read as None where it `may_be_empty`.
        """
        content = bytearray()
        status = self._exchange(method, path, content.extend, params=params, body=body)
        with _naming_status(status):
            is_empty = may_be_empty and not content.strip()
            return read(None if is_empty else answers.read_json(bytes(content)))

    def _exchange(
        self,
        method: str,
        path: str,
        take: Callable[[bytes], object],
        *,
        params: Params | None = None,
        body: bytes | None = None,
    ) -> int:
        """One HTTP call: the status of a success, whose whole body went to `take` block by block, or the error that
        says what is known."""
        self.allowance = None
        response = self._send(method, path, params, body)
        now, status = self._clock(), response.status_code
        self.allowance = read_allowance(response.headers, now)
        if status >= 300:
            explanation = bytearray()
            # A refusal stands even when its explanation broke off.
            _receive(response, explanation.extend, MAX_ERROR_BYTES)
            raise read_refusal(status, response.headers, bytes(explanation), now)
        with _naming_status(status):
            break_cause = _receive(response, take, MAX_ANSWER_BYTES)
        if status < 200 or break_cause:
            raise UnreadableAnswerError(status=status, code=break_cause or "status")
        return status

    def _send(self, method: str, path: str, params: Params | None, body: bytes | None) -> requests.Response:
        # As a file, so that it goes out in blocks: what was read of it says how far the request got, and the
        # socket's timeout counts for each block instead of for the whole body.
        stream = None if body is None else BytesIO(body)
        headers = self._headers if stream is None else {**self._headers, "Content-Type": "application/json"}
        try:
            return self._session.request(
                method,
                self.endpoint + path,
                params=params,
                data=stream,
                headers=headers,
                auth=self._auth,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            )
        except TRANSPORT_ERRORS as error:
            kind = UnreachableError if was_never_sent(error, stream) else NoAnswerError
            cause = cause_name(error)
        # Raised outside the handler: as context, the library's exception would carry request and credentials.
        raise kind(code=cause)


def _receive(response: requests.Response, take: Callable[[bytes], object], max_bytes: int) -> str:
    """Hand the answer's body to `take`, and name what broke it off ("" when it is whole)."""
    blocks = response.iter_content(ANSWER_BLOCK_BYTES)
    received = 0
    try:
        while True:
            try:
                block = next(blocks, None)
            except TRANSPORT_ERRORS as error:
                return cause_name(error)
            if block is None:
                return ""
            received += len(block)
            take(block[: len(block) - max(received - max_bytes, 0)])
            if received > max_bytes:
                return "tooLong"
    finally:
        response.close()


@contextmanager
def _naming_status(status: int) -> Iterator[None]:
    """Puts the HTTP status into the error of an answer that cannot be read."""
    try:
        yield
    except UnreadableAnswerError as error:
        error.status = status
        raise


def _check_session(session: requests.Session, endpoint: str) -> None:
    if session.verify is False:
        raise ValueError("the session does not verify certificates")
    retries = getattr(session.get_adapter(endpoint), "max_retries", None)
    if retries is not None and retries.total != 0:
        raise ValueError("the session repeats calls by itself")


def _checked_token(token: str) -> str:
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError("the integration token has characters that no header can carry")
    return token
