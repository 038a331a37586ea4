"""The sandbox's own pages: the contacts it holds and the imports it has received."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.template import Context, Engine

from sandbox import account, contacts
from sandbox.application import Route
from sandbox.exchange import HTML_TYPE, Request, Response
from sandbox.field_values import utc_text_of
from sandbox.intake import Intake, ReceivedImport
from sandbox.merging import Document
from sandbox.store import Store

ROWS_PER_PAGE = 50
MAX_FOUND_CONTACTS = 5_000

_HEADERS = (
    ("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
)
_STATUS_WORDS = {
    "noSubscription": "no subscription",
    "pendingOptIn": "waiting for opt-in",
    "whatsApp": "WhatsApp",
    "email": "e-mail",
    "sms": "SMS",
}


class Pages:
    """HTML over one store."""

    def __init__(self, store: Store, intake: Intake) -> None:
        self._store = store
        self._intake = intake
        # An engine of its own, used without Django's settings.
        self._engine = Engine(dirs=[str(Path(__file__).parent / "templates")], autoescape=True)

    def routes(self) -> list[Route]:
        return [Route("GET", "/", self.contacts_page), Route("GET", "/imports", self.imports_page)]

    def contacts_page(self, request: Request) -> Response:
        query = request.query.get("q", "").strip()
        with self._store.reading() as connection:
            total = contacts.count_contacts(connection)
            if query:
                found = contacts.find_contacts(connection, query, MAX_FOUND_CONTACTS)
                pager = _pager(request, len(found), {"q": query})
                documents = contacts.documents_of(connection, found[pager["skip"] :][:ROWS_PER_PAGE])
                shown = [documents[number] for number in sorted(documents)]
            else:
                pager = _pager(request, total, {})
                texts = contacts.contact_texts(connection, pager["skip"], ROWS_PER_PAGE)
                shown = [json.loads(text) for text in texts]
            list_names = account.list_names(connection)
        rows = [_contact_row(document, list_names) for document in shown]
        return self._page(
            "contacts.html", {"query": query, "total": f"{total:,}", "rows": rows, "pager": pager}
        )

    def imports_page(self, request: Request) -> Response:
        pager = _pager(request, self._intake.count_received(), {})
        received = self._intake.received(pager["skip"], ROWS_PER_PAGE, newest_first=True)
        return self._page("imports.html", {"rows": list(map(_import_row, received)), "pager": pager})

    def _page(self, template: str, content: dict[str, Any]) -> Response:
        context = Context(content, use_l10n=False, use_tz=False)
        text = self._engine.get_template(template).render(context)
        return Response(HTTPStatus.OK, text.encode(errors="replace"), HTML_TYPE, _HEADERS)


def _pager(request: Request, total: int, query: Mapping[str, str]) -> dict[str, Any]:
    """Where a page stands among `total` rows, and the links to its neighbours."""
    pages = max(1, -(-total // ROWS_PER_PAGE))
    text = request.query.get("page", "1")
    number = min(max(int(text), 1), pages) if text.isdecimal() and len(text) < 10 else 1
    skip = (number - 1) * ROWS_PER_PAGE

    def link(page: int) -> str:
        return "?" + urlencode({**query, "page": page}) if 1 <= page <= pages else ""

    return {
        "skip": skip,
        "total": f"{total:,}",
        "first": f"{min(skip + 1, total):,}",
        "last": f"{min(skip + ROWS_PER_PAGE, total):,}",
        "previous": link(number - 1),
        "next": link(number + 1),
    }


def _words(name: str) -> str:
    return _STATUS_WORDS.get(name, name)


def _contact_row(document: Document, list_names: Mapping[int, str]) -> dict[str, Any]:
    preferences = account.preference_names()
    return {
        "id": document["contactId"],
        "identifiers": sorted(document["identifiers"].items()),
        "fields": [(name, _shown_value(value)) for name, value in sorted(document["dataFields"].items())],
        "lists": [list_names.get(number, str(number)) for number in document["lists"]],
        "channels": [
            (_words(channel), _words(properties.get("status", "no status")))
            for channel, properties in document["channelProperties"].items()
        ],
        "preferences": [
            (preferences.get(choice["id"], str(choice["id"])), "yes" if choice["isOptedIn"] else "no")
            for choice in document["preferences"]
        ],
        "consent_records": len(document["consentRecords"]),
        "updated": _shown_time(document["updated"]),
    }


def _import_row(received: ReceivedImport) -> dict[str, Any]:
    summary = received.summary
    return {
        "id": received.import_id,
        "status": "in progress" if received.finished is None else received.status,
        "accepted": _shown_time(utc_text_of(received.accepted)),
        "merge_option": received.merge_option,
        "contacts": f"{received.contacts:,}",
        "kilobytes": f"{received.bytes / 1000:,.1f}",
        "figures": [f"{summary[name]:,}" for name in _FIGURES] if summary else ["–"] * len(_FIGURES),
    }


_FIGURES = ("newContacts", "updatedContacts", "globallySuppressed", "invalidEntries", "duplicateIdentifiers")


def _shown_value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).removesuffix("T00:00:00Z")


def _shown_time(text: str) -> str:
    """2026-04-03T12:00:00.123Z as 2026-04-03 12:00:00 UTC."""
    return f"{text[:10]} {text[11:19]} UTC"
