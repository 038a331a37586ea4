"""The documented calls, and the sandbox's own helpers for tests."""

import json
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from sandbox import account, contacts
from sandbox.application import Route
from sandbox.contact_pages import contact_page, one_contact, read_query
from sandbox.deletions import Deletions
from sandbox.error_answers import message, v2_refusal, v3_refusal
from sandbox.exchange import Request, Response, json_response
from sandbox.fault_answers import PAGE_FAULTS, read_rules
from sandbox.faults import PAGE, Faults, RuleError
from sandbox.intake import Intake
from sandbox.statistics import Statistics, activity
from sandbox.store import Store

DEFAULT_SELECT = 1000
MAX_HELPER_SELECT = 100_000


class Api:
    """Answers over one store. `address` is host:port, for callers that name no host."""

    def __init__(
        self,
        store: Store,
        intake: Intake,
        deletions: Deletions,
        address: str,
        faults: Faults,
        statistics: Statistics,
    ) -> None:
        self._faults = faults
        self._statistics = statistics
        self._store = store
        self._intake = intake
        self._deletions = deletions
        self._address = address

    def routes(self) -> list[Route]:
        return [
            Route("PUT", "/contacts/v3/import", self.import_contacts),
            Route("GET", "/contacts/v3/import/(?P<import_id>[^/]+)", self.import_status),
            Route("GET", "/contacts/v3", self.contact_page),
            Route("POST", "/contacts/v3/delete", self.delete_contacts),
            Route("GET", "/contacts/v3/delete/(?P<delete_id>[^/]+)", self.delete_status),
            Route("GET", "/contacts/v3/(?P<name>[-A-Za-z0-9_]{1,50})/(?P<value>.{1,256})", self.one_contact),
            Route("GET", "/configuration/v3/customIdentifiers", self.custom_identifiers),
            Route("GET", "/v2/account-info", self.account_info),
            Route("GET", "/v2/data-fields", self.data_fields),
            Route("POST", "/v2/data-fields", self.create_data_field),
            Route("GET", "/v2/address-books", self.lists),
            Route("POST", "/v2/address-books", self.create_list),
            Route("GET", "/v2/preferences", self.preferences),
            Route("GET", "/sandbox/contacts", self.sandbox_contacts),
            Route("GET", "/sandbox/imports", self.sandbox_imports),
            Route("GET", "/sandbox/statistics", self.sandbox_statistics),
            Route("GET", "/sandbox/faults", self.sandbox_faults),
            Route("POST", "/sandbox/faults", self.sandbox_set_faults),
            Route("POST", "/sandbox/foreign-imports", self.sandbox_foreign_imports),
            Route("POST", "/sandbox/reset", self.sandbox_reset),
        ]

    def import_contacts(self, request: Request) -> Response:
        media_type = (request.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise v3_refusal(
                HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "badRequest", "The Content-Type must be application/json"
            )
        import_id = self._intake.accept(request.body)
        return json_response({"importId": import_id}, HTTPStatus.ACCEPTED)

    def import_status(self, request: Request, import_id: str) -> Response:
        return Response(HTTPStatus.OK, self._intake.status(import_id))

    def contact_page(self, request: Request) -> Response:
        query = read_query(request.query)
        rule = self._faults.take(PAGE, PAGE_FAULTS)
        with self._store.reading() as connection:
            return json_response(contact_page(connection, query, rule.fault if rule else ""))

    def one_contact(self, request: Request, name: str, value: str) -> Response:
        with self._store.reading() as connection:
            return json_response(one_contact(connection, name, value))

    def delete_contacts(self, request: Request) -> Response:
        return json_response({"deleteId": self._deletions.accept(request.body)}, HTTPStatus.ACCEPTED)

    def delete_status(self, request: Request, delete_id: str) -> Response:
        return json_response(self._deletions.status(delete_id))

    def custom_identifiers(self, request: Request) -> Response:
        return json_response(account.custom_identifiers())

    def account_info(self, request: Request) -> Response:
        address = request.headers.get("Host") or self._address
        return json_response(account.account_info(f"http://{address}/"))

    def data_fields(self, request: Request) -> Response:
        with self._store.reading() as connection:
            return json_response(account.data_fields(connection))

    def create_data_field(self, request: Request) -> Response:
        content = _v2_content(request)
        with self._store.writing() as connection:
            return json_response(account.create_data_field(connection, content), HTTPStatus.CREATED)

    def lists(self, request: Request) -> Response:
        select, skip = _paging(request, account.MAX_SELECT)
        with self._store.reading() as connection:
            return json_response(account.lists(connection, skip, select))

    def create_list(self, request: Request) -> Response:
        content = _v2_content(request)
        with self._store.writing() as connection:
            return json_response(account.create_list(connection, content))

    def preferences(self, request: Request) -> Response:
        return json_response(account.preferences())

    def sandbox_contacts(self, request: Request) -> Response:
        select, skip = _paging(request, MAX_HELPER_SELECT)
        with self._store.reading() as connection:
            texts = contacts.contact_texts(connection, skip, select)
        return Response(HTTPStatus.OK, f"[{','.join(texts)}]".encode())

    def sandbox_imports(self, request: Request) -> Response:
        select, skip = _paging(request, MAX_HELPER_SELECT)
        return json_response([received.content() for received in self._intake.received(skip, select)])

    def sandbox_statistics(self, request: Request) -> Response:
        spans, now = self._intake.spans()
        counts = {**self._statistics.content(), "accepted": len(spans)}
        return json_response({**counts, **activity(spans, now)})

    def sandbox_faults(self, request: Request) -> Response:
        return json_response(self._faults.content())

    def sandbox_set_faults(self, request: Request) -> Response:
        try:
            self._faults.replace(read_rules(_v2_content(request)))
        except RuleError as error:
            return message(str(error), HTTPStatus.BAD_REQUEST)
        return json_response(self._faults.content())

    def sandbox_foreign_imports(self, request: Request) -> Response:
        content = _v2_content(request)
        count, seconds = _member(content, "count"), _member(content, "seconds")
        self._intake.occupy(int(count), seconds)
        return json_response({"count": int(count), "seconds": seconds})

    def sandbox_reset(self, request: Request) -> Response:
        self._store.reset()
        self._faults.replace([])
        self._statistics.reset()
        self._intake.occupy(0, 0)
        return json_response({"contacts": 0, "imports": 0})


def _member(content: Any, name: str) -> float:
    """A number of a call's body, 0 where it is not given; refused when it is less, or none."""
    value: Any = content.get(name, 0) if isinstance(content, dict) else None
    if not isinstance(value, int | float) or value < 0:
        raise v2_refusal("ERROR_PARAMETER_INVALID")
    return value


def _v2_content(request: Request) -> Any:
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        raise v2_refusal("ERROR_PARAMETER_INVALID") from None


def _paging(request: Request, max_select: int) -> tuple[int, int]:
    """`select` and `skip` of the query, refused when they are no numbers or out of range."""

    def number(name: str, default: int, is_allowed: Callable[[int], bool]) -> int:
        text = request.query.get(name, str(default))
        value = int(text) if re.fullmatch("[0-9]{1,9}", text) else -1
        if not is_allowed(value):
            raise v2_refusal("ERROR_PARAMETER_INVALID")
        return value

    return number("select", DEFAULT_SELECT, lambda n: 1 <= n <= max_select), number(
        "skip", 0, lambda n: n >= 0
    )
