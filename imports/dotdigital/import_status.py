"""How far an import has come, and its report, read entry by entry so that no report is too large to read.

The body is one JSON object whose three arrays can have an entry for every contact that was sent. It is gone through
once when the status is made, which finds everything that could be wrong with it, and again for each reading.

Source: the vendor's Contacts specification 3.4.3.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from types import TracebackType
from typing import Any, Self

import ijson

from imports.dotdigital import answers
from imports.dotdigital.errors import UnreadableAnswerError
from imports.dotdigital.import_states import ImportState, import_state
from imports.dotdigital.spool import Spool
from imports.dotdigital.types import ImportSummary, ReportEntry
from imports.fates import EntryKind

# An entry has some identifiers and some reasons. One of more values than this would be read until memory is full.
MAX_VALUES_OF_ENTRY = 10_000

# What the parser raises for text that is no JSON, and Python for text or numbers that it cannot represent.
PARSER_ERRORS = (ijson.JSONError, UnicodeDecodeError, ArithmeticError)

Event = tuple[str, Any]

ARRAYS: Mapping[str, tuple[EntryKind, Callable[[EntryKind, Any], ReportEntry]]] = {
    "created": (EntryKind.CREATED, answers.read_reference),
    "updated": (EntryKind.UPDATED, answers.read_reference),
    "failures": (EntryKind.FAILED, answers.read_failure),
}
"""The arrays of a report: the kind of their entries, and what reads one."""

VALUES = ("status", "summary")
KNOWN_NAMES = frozenset((*VALUES, *ARRAYS))


@dataclass(frozen=True)
class ImportStatus:
    """How far an import has come, and its report once it is over. A context manager: `close` gives the report up.

    There are no row numbers in a report: entries are joined to rows by their identifiers. One contact can be
    among those created or updated and among those failed as well.
    """

    import_id: str
    status: str
    summary: ImportSummary | None
    _spool: Spool = field(repr=False, compare=False)
    _places: Mapping[int, str] = field(repr=False, compare=False)

    @property
    def state(self) -> ImportState:
        """What the status means, and the words for it."""
        return import_state(self.status)

    @property
    def is_terminal(self) -> bool:
        """Whether the status will not change any more."""
        return self.state.is_terminal

    @property
    def is_finished(self) -> bool:
        """Whether the import went through, so that its report says what became of each contact."""
        return self.state.is_finished

    def entries(self) -> Iterator[ReportEntry]:
        """The report, entry by entry as it came. Can be read several times, also side by side, until `close`."""
        for place, _, content in _members(_events(self._spool)):
            if place in self._places and isinstance(content, Iterator):
                kind, read = ARRAYS[self._places[place]]
                for entry in content:
                    yield read(kind, entry)

    def close(self) -> None:
        """Let go of the report."""
        self._spool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def read_import_status(spool: Spool, import_id: str) -> ImportStatus:
    """The status whose body is in `spool`, which it keeps. `import_id` is the one that was asked for.

    Raises UnreadableAnswerError if there is anything in the body that cannot be read.
    """
    members: dict[str, _Member] = {}
    for place, name, content in _members(_events(spool)):
        # A name that comes twice counts the last time, as in any JSON reader; so do the faults of what it holds.
        members[name] = _Member(place, *_checked(name.lower(), content))

    def found(name: str) -> _Member:
        member: _Member = answers.member(members, name) or _Member(place=-1, value=None, fault="")
        if member.fault:
            raise UnreadableAnswerError(code=member.fault)
        return member

    status = answers.read_text(found("status").value).strip()
    if not status:
        raise UnreadableAnswerError(code="status")
    summary = found("summary").value
    places = {found(name).place: name for name in ARRAYS}
    return ImportStatus(import_id, status, summary, spool, places)


@dataclass(frozen=True)
class _Member:
    """A member of the body's object: the how-manieth it is, its value unless it is an array of the report, and the
    code of what is wrong with it, if anything."""

    place: int
    value: Any
    fault: str


def _checked(name: str, content: Any) -> tuple[Any, str]:
    """The value of a member and "", or None and the code of what is wrong with it."""
    if name == "status":
        return content, ""
    if name == "summary":
        try:
            return answers.read_summary(content), ""
        except UnreadableAnswerError as error:
            return None, error.code
    if content is not None and not isinstance(content, Iterator):
        return None, name
    kind, read = ARRAYS[name]
    for entry in content or ():
        try:
            read(kind, entry)
        except UnreadableAnswerError as error:
            return None, error.code
    return None, ""


def _events(spool: Spool) -> Iterator[Event]:
    """The parser's events. UnreadableAnswerError for what is no JSON."""
    try:
        yield from ijson.basic_parse(spool.open())
        return
    except PARSER_ERRORS:
        # Raised below, outside the handler: the parser's errors quote the body.
        pass
    raise UnreadableAnswerError(code="json")


def _members(events: Iterator[Event]) -> Iterator[tuple[int, str, Any]]:
    """The members of the body's object that a report has: the how-manieth it is, its name as spelt, and its content.

    An array comes as an iterator, which is of no use any more when the next member has been asked for.
    """
    event, _ = next(events)
    is_object = event == "start_map"
    for place, (event, name) in enumerate(events if is_object else ()):
        if event == "end_map":
            break
        event, value = next(events)
        if name.lower() not in KNOWN_NAMES:
            _pass_over(events, event)
        elif event == "start_array":
            elements = _elements(events)
            yield place, name, elements
            for _ in elements:
                pass
        else:
            yield place, name, _built(events, event, value)
    # To the end of the body, so that whatever is wrong with it is noticed.
    for _ in events:
        pass
    if not is_object:
        raise UnreadableAnswerError(code="import")


def _elements(events: Iterator[Event]) -> Iterator[Any]:
    """What the array that has just begun holds."""
    for event, value in events:
        if event == "end_array":
            return
        yield _built(events, event, value)


def _built(events: Iterator[Event], event: str, value: Any) -> Any:
    """The value that begins with this event, as `json.loads` would have it."""
    if event not in _EMPTY:
        return _scalar(value)
    outermost: dict[str, Any] | list[Any] = _EMPTY[event]()
    innermost, key = outermost, ""
    around: list[dict[str, Any] | list[Any]] = []
    for event, value in islice(events, MAX_VALUES_OF_ENTRY):
        if event == "map_key":
            key = value
        elif event == "end_map" or event == "end_array":
            if not around:
                return outermost
            innermost = around.pop()
        else:
            held = _EMPTY[event]() if event in _EMPTY else _scalar(value)
            if isinstance(innermost, dict):
                innermost[key] = held
            else:
                innermost.append(held)
            if event in _EMPTY:
                around.append(innermost)
                innermost = held
    raise UnreadableAnswerError(code="tooLong")


_EMPTY: Mapping[str, type[dict[str, Any]] | type[list[Any]]] = {"start_map": dict, "start_array": list}


def _scalar(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _pass_over(events: Iterator[Event], event: str) -> None:
    """Go to the end of the value that begins with this event."""
    depth = int(event.startswith("start"))
    while depth:
        event, _ = next(events)
        depth += event.startswith("start") - event.startswith("end")
