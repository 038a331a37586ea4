"""How far an import has come, and its report, of any size.

The body is one JSON object whose three arrays can have an entry for every contact that was sent. A body of an ordinary
size is read at once, and its entries are kept. A larger one is gone through entry by entry: once when the status is
made, which finds everything that could be wrong with it, and again for each reading. What the first way does not take,
the second judges, so that both find the same.

Source: the vendor's Contacts specification 3.4.3.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import chain, islice
from types import TracebackType
from typing import Any, Self

import ijson

from imports.dotdigital import answers
from imports.dotdigital.errors import UnreadableAnswerError
from imports.dotdigital.import_states import ImportState, import_state
from imports.dotdigital.spool import Spool
from imports.dotdigital.types import ImportSummary, ReportEntry
from imports.fates import EntryKind

# The report of a batch of usual size is below this; read entry by entry it takes ten times the processor.
MAX_BYTES_AT_ONCE = 2_000_000
# An entry has some identifiers and some reasons. One of more values than a body that is read at once can have would be
# read until memory is full.
MAX_VALUES_OF_ENTRY = MAX_BYTES_AT_ONCE

# What the parser raises for text that is no JSON, and Python for text or numbers that it cannot represent.
PARSER_ERRORS = (ijson.JSONError, UnicodeDecodeError, ArithmeticError)

Event = tuple[str, Any]
Named = tuple[int, str, Any]

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
    _read: Callable[[], Iterable[ReportEntry]] = field(repr=False, compare=False)

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
        self._spool.check_open()
        yield from self._read()

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
    whole = _object_at_once(spool)
    found = _members(_events(spool)) if whole is None else _members_of(whole)
    members: dict[str, _Member] = {}
    for place, name, content in found:
        # A name that comes twice counts the last time, as in any JSON reader; so do the faults of what it holds.
        members[name] = _Member(place, *_checked(name.lower(), content, keeps=whole is not None))

    def sound(name: str) -> _Member:
        member: _Member = answers.member(members, name) or _Member(place=-1, value=None, fault="")
        if member.fault:
            raise UnreadableAnswerError(code=member.fault)
        return member

    status = answers.read_text(sound("status").value).strip()
    if not status:
        raise UnreadableAnswerError(code="status")
    summary = sound("summary").value
    arrays = {name: sound(name) for name in ARRAYS}
    if whole is not None:
        kept = [array.value or () for array in sorted(arrays.values(), key=lambda array: array.place)]
        return ImportStatus(import_id, status, summary, spool, partial(chain.from_iterable, kept))
    places = {array.place: name for name, array in arrays.items()}
    return ImportStatus(import_id, status, summary, spool, partial(_streamed, spool, places))


def _streamed(spool: Spool, places: Mapping[int, str]) -> Iterator[ReportEntry]:
    """The entries of the arrays at these places of the body."""
    for place, _, content in _members(_events(spool)):
        if place in places and isinstance(content, Iterator):
            kind, read = ARRAYS[places[place]]
            for entry in content:
                yield read(kind, entry)


@dataclass(frozen=True)
class _Member:
    """A member of the body's object: the how-manieth it is, its value, which of an array of the report are its entries
    or None where they are not kept, and the code of what is wrong with it, if anything."""

    place: int
    value: Any
    fault: str


def _checked(name: str, content: Any, *, keeps: bool) -> tuple[Any, str]:
    """The value of a member and "", or None and the code of what is wrong with it. `keeps`: the value of an array are
    its entries; otherwise they are only looked at."""
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
    kept = []
    for given in content or ():
        try:
            entry = read(kind, given)
        except UnreadableAnswerError as error:
            return None, error.code
        if keeps:
            kept.append(entry)
    return kept, ""


def _object_at_once(spool: Spool) -> Mapping[str, Any] | None:
    """The body's object if it is of a size to be read at once; None for any other body, sound or not."""
    if spool.size > min(MAX_BYTES_AT_ONCE, MAX_VALUES_OF_ENTRY):
        return None
    try:
        whole = json.loads(spool.text(), parse_float=_float, parse_constant=_refused)
    except (ValueError, RecursionError, ArithmeticError):
        return None
    return whole if isinstance(whole, dict) else None


def _float(digits: str) -> float:
    """A number as the parser of larger bodies has it."""
    return float(Decimal(digits))


def _refused(name: str) -> None:
    raise ValueError(name)


def _members_of(whole: Mapping[str, Any]) -> Iterator[Named]:
    """What `_members` tells, of a body that was read at once."""
    for place, (name, value) in enumerate(whole.items()):
        if name.lower() in KNOWN_NAMES:
            yield place, name, iter(value) if isinstance(value, list) else value


def _events(spool: Spool) -> Iterator[Event]:
    """The parser's events. UnreadableAnswerError for what is no JSON."""
    try:
        yield from ijson.basic_parse(spool.open())
        return
    except PARSER_ERRORS:
        # Raised below, outside the handler: the parser's errors quote the body.
        pass
    raise UnreadableAnswerError(code="json")


def _members(events: Iterator[Event]) -> Iterator[Named]:
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
