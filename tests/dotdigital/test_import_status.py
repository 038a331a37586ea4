import json
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import chain, zip_longest
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.dotdigital import answers
from imports.dotdigital import import_status as import_status_module
from imports.dotdigital.errors import UnreadableAnswerError
from imports.dotdigital.import_status import ImportStatus, read_import_status
from imports.dotdigital.spool import Spool
from imports.dotdigital.types import FailureReason, ImportSummary, ReportEntry
from imports.fates import EntryKind
from tests.dotdigital.test_answers import IMPORT_ID, JSON, WIRE_NAMES

FINISHED = {
    "importId": IMPORT_ID,
    "status": "Finished",
    "summary": {"newContacts": 1, "updatedContacts": 1, "invalidEntries": 1, "somethingNew": 7},
    "created": [{"contactId": 50010001, "identifiers": {"email": "ada@example.com", "mobileNumber": None}}],
    "updated": [{"contactId": "50010002", "identifiers": {"email": "grace@example.com", "crm-id": "C-1"}}],
    "failures": [
        {
            "matchIdentifier": "email",
            "identifiers": {"email": "broken@@example.com"},
            "failures": [{"failureCode": "invalidEmail", "description": "Invalid value for 'email'"}],
        },
        {
            "contactId": 50010002,
            "matchIdentifier": "email",
            "identifiers": {"email": "grace@example.com"},
            "failures": [
                {"failureCode": "consentRecordsNotApplied", "description": "Badly formed"},
                {"failureCode": "Other"},
            ],
        },
    ],
    "links": {},
}

ADA = ReportEntry("created", 50010001, {"email": "ada@example.com"})
GRACE = ReportEntry("updated", 50010002, {"email": "grace@example.com", "crm-id": "C-1"})
BROKEN = ReportEntry(
    "failed",
    None,
    {"email": "broken@@example.com"},
    (FailureReason("invalidEmail", "Invalid value for 'email'"),),
)
GRACES_CONSENT = ReportEntry(
    "failed",
    50010002,
    {"email": "grace@example.com"},
    (FailureReason("consentRecordsNotApplied", "Badly formed"), FailureReason("Other", "")),
)


@contextmanager
def read_at_once_up_to(size: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_status_module, "MAX_BYTES_AT_ONCE", size)
        yield


@pytest.fixture(params=[0, import_status_module.MAX_BYTES_AT_ONCE], ids=["entry by entry", "at once"])
def either_way(request: pytest.FixtureRequest) -> Iterator[None]:
    """Reports are read entry by entry, or at once."""
    with read_at_once_up_to(request.param):
        yield


def spooled(body: bytes, block_bytes: int = 65_536) -> Spool:
    spool = Spool()
    try:
        for start in range(0, len(body), block_bytes):
            spool.write(body[start : start + block_bytes])
        spool.finish()
    except UnreadableAnswerError:
        spool.close()
        raise
    return spool


def read(body: bytes | dict[str, Any]) -> tuple[ImportStatus, list[ReportEntry]]:
    """The status in a body, and its entries."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    with closing(spooled(raw)) as spool:
        status = read_import_status(spool, IMPORT_ID)
        return status, list(status.entries())


def fault_of(body: bytes | dict[str, Any]) -> str:
    with pytest.raises(UnreadableAnswerError) as caught:
        read(body)
    assert caught.value.__context__ is None or isinstance(caught.value.__context__, UnreadableAnswerError)
    return caught.value.code


@pytest.mark.usefixtures("either_way")
class TestReport:
    def test_a_finished_report_is_read_in_full(self) -> None:
        status, entries = read(FINISHED)
        assert (status.import_id, status.status) == (IMPORT_ID, "Finished")
        assert status.is_finished
        assert status.is_terminal
        assert status.summary == ImportSummary(new_contacts=1, updated_contacts=1, invalid_entries=1)
        assert entries == [ADA, GRACE, BROKEN, GRACES_CONSENT]

    def test_keys_come_in_any_order(self) -> None:
        status, entries = read(dict(reversed(FINISHED.items())))
        assert status.is_finished
        assert entries == [BROKEN, GRACES_CONSENT, GRACE, ADA]

    def test_keys_come_in_any_letter_case(self) -> None:
        status, entries = read({name.upper(): value for name, value in FINISHED.items()})
        assert status.is_finished
        assert status.summary is not None
        assert entries == [ADA, GRACE, BROKEN, GRACES_CONSENT]

    def test_a_key_in_its_own_letter_case_comes_first(self) -> None:
        status, entries = read({**FINISHED, "STATUS": "Failed", "Created": []})
        assert status.is_finished
        assert ADA in entries

    def test_the_last_of_two_same_keys_counts_as_in_any_json_reader(self) -> None:
        body = json.dumps(FINISHED).encode()
        doubled = b'{"created": {"not": "read"}, "status": 1, "updated": [7], ' + body[1:]
        assert read(doubled) == read(body)
        assert fault_of(body[:-1] + b', "updated": [7]}') == "contact"

    def test_it_can_be_read_again_and_side_by_side(self) -> None:
        with closing(spooled(json.dumps(FINISHED).encode())) as spool:
            status = read_import_status(spool, IMPORT_ID)
            pairs = list(zip_longest(status.entries(), status.entries()))
            assert pairs == [(entry, entry) for entry in status.entries()]
            assert len(pairs) == 4

    def test_it_is_gone_when_it_was_closed(self) -> None:
        with read_import_status(spooled(json.dumps(FINISHED).encode()), IMPORT_ID) as status:
            assert list(status.entries())
        with pytest.raises(ValueError, match="closed"):
            next(status.entries())

    def test_the_text_form_shows_no_contact(self) -> None:
        status, entries = read(FINISHED)
        assert IMPORT_ID in repr(status)
        for shown in (status, *entries):
            assert "example.com" not in repr(shown)
            assert "Badly formed" not in repr(shown)

    def test_a_report_larger_than_memory_allows_is_read_from_disk(self) -> None:
        count = 30_000
        report = {
            "status": "Finished",
            "updated": [{"contactId": number, "identifiers": {"n": "x" * 40}} for number in range(count)],
        }
        _, entries = read(report)
        assert [entry.contact_id for entry in entries] == list(range(count))

    def test_text_that_nothing_can_store_is_made_storable(self) -> None:
        body = rb'{"status": "Finished", "failures": [{"identifiers": {"n": "\ud83d\u0000\ud83d\ude00"}}]}'
        assert read(body)[1][0].identifiers == {"n": "\ufffd\ufffd😀"}

    def test_numbers_are_what_they_are_to_python(self) -> None:
        body = (
            b'{"status": "Finished", "failures": [{"identifiers": {"i": 7, "f": 7.0, "e": 1e3, "h": 1e400}}]}'
        )
        identifiers = read(body)[1][0].identifiers
        assert identifiers == {"i": 7, "f": 7.0, "e": 1000.0, "h": float("inf")}
        assert [type(value) for value in identifiers.values()] == [int, float, float, float]


@pytest.mark.usefixtures("either_way")
class TestStatus:
    @pytest.mark.parametrize(
        "report",
        [
            {"importId": IMPORT_ID, "status": "NotFinished", "summary": None},
            {"status": "notfinished", "created": None, "updated": None, "failures": None},
        ],
    )
    def test_a_running_import_has_no_report(self, report: dict[str, Any]) -> None:
        status, entries = read(report)
        assert not status.is_terminal
        assert status.summary is None
        assert entries == []

    @pytest.mark.parametrize("name", ["RejectedByWatchdog", "failed", "EXCEEDSALLOWEDCONTACTLIMIT"])
    def test_a_terminal_status_need_not_be_a_finished_one(self, name: str) -> None:
        status, _ = read({"status": name})
        assert status.is_terminal
        assert not status.is_finished
        assert status.state.remedy

    def test_an_unknown_status_is_still_running(self) -> None:
        status, _ = read({"status": "Pondering"})
        assert status.status == "Pondering"
        assert not status.is_terminal
        assert not status.is_finished
        assert status.state.sentence


@pytest.mark.usefixtures("either_way")
class TestFaults:
    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"status": None}, "status"),
            ({"status": " "}, "status"),
            ({"status": ["Finished"]}, "status"),
            ({"status": {}}, "status"),
            ({"summary": []}, "summary"),
            ({"summary": 7}, "summary"),
            ({"created": {}}, "created"),
            ({"created": "none"}, "created"),
            ({"updated": 7}, "updated"),
            ({"failures": True}, "failures"),
            ({"created": ["ada"]}, "contact"),
            ({"created": [[]]}, "contact"),
            ({"created": [{"identifiers": {"email": "ada@example.com"}}]}, "contactId"),
            ({"created": [{"contactId": -1, "identifiers": {}}]}, "contactId"),
            ({"created": [{"contactId": True, "identifiers": {}}]}, "contactId"),
            ({"created": [{"contactId": 2**63, "identifiers": {}}]}, "contactId"),
            ({"updated": [{"contactId": 1, "identifiers": ["ada"]}]}, "identifiers"),
            ({"failures": [None]}, "failure"),
            ({"failures": [{"failures": "invalidEmail"}]}, "failures"),
            ({"failures": [{"failures": ["invalidEmail"]}]}, "failures"),
            ({"status": "", "failures": [None], "created": {}}, "status"),
            ({"failures": [None], "created": {}}, "created"),
        ],
    )
    def test_a_report_that_cannot_be_trusted_is_unreadable(self, change: dict[str, Any], code: str) -> None:
        changed = {**FINISHED, **change}
        assert fault_of(changed) == code
        assert fault_of(dict(reversed(changed.items()))) == code

    def test_a_report_without_a_status_is_unreadable(self) -> None:
        assert fault_of({"created": []}) == "status"
        assert fault_of({}) == "status"

    @pytest.mark.parametrize("body", [b"[]", b"null", b"7", b'"Finished"', b"[[1], {}]"])
    def test_a_body_that_is_no_object_is_unreadable(self, body: bytes) -> None:
        assert fault_of(body) == "import"

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"  ",
            b"<html>",
            b"{",
            b"\xff\xfe\x00",
            b"[" * 100_000,
            b'{"status": 1e99999999999999999999}',
            b'{"status": "Finished"} x',
            b'{"status": "Finished"}{}',
            b'{"status": "Finished",}',
            b'{"status": "Fin\x01ished"}',
            b'{"status": "Finished", "created": [{"contactId": 1, "identifiers": {"email": "ada@example',
            b'{"status": "Finished", "more": tru}',
            b'{"status": "Finished", "more": "\xff"}',
        ],
    )
    def test_what_is_not_json_is_unreadable_and_leaves_no_trace_of_itself(self, body: bytes) -> None:
        with pytest.raises(UnreadableAnswerError) as caught:
            read(body)
        assert caught.value.code == "json"
        assert caught.value.__context__ is None

    def test_a_report_is_unreadable_wherever_it_breaks_off(self) -> None:
        body = json.dumps(FINISHED).encode()
        assert {fault_of(body[:length]) for length in range(len(body))} == {"json"}

    def test_an_entry_without_end_is_given_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(import_status_module, "MAX_VALUES_OF_ENTRY", 100)
        assert fault_of({"status": "Finished", "created": [{"contactId": 1, "more": [0] * 200}]}) == "tooLong"

    def test_a_number_of_thousands_of_digits_is_no_id(self) -> None:
        digits = b"1" * 5_000
        assert fault_of(digits) == "import"
        for body in (
            b'{"status": "Finished", "created": [{"contactId": ' + digits + b"}]}",
            b'{"created": [{"contactId": ' + digits + b'}], "status": "Finished"}',
        ):
            assert fault_of(body) == "contactId"

    def test_what_is_not_a_part_of_a_report_may_be_of_any_size_and_depth(self) -> None:
        deep = b"[" * 50_000 + b"]" * 50_000
        status, entries = read(b'{"links": ' + deep + b', "status": "Finished", "x": {"created": [1]}}')
        assert status.is_finished
        assert entries == []


def read_at_once(body: bytes) -> tuple[str, ImportSummary | None, list[ReportEntry]] | str:
    """The status, summary and entries of a body, or the code of its fault, without streaming."""
    try:
        data = answers.read_json(body)
        if not isinstance(data, dict):
            return "import"
        status = answers.read_text(data.get("status")).strip()
        if not status:
            return "status"
        summary = answers.read_summary(data.get("summary"))
        entries: list[ReportEntry] = []
        for name, (kind, reader) in import_status_module.ARRAYS.items():
            if not isinstance(data.get(name) or [], list) or data.get(name) in ({}, "", 0, False):
                return name
            entries += [reader(kind, entry) for entry in data.get(name) or []]
        return status, summary, entries
    except UnreadableAnswerError as error:
        return error.code


def read_streamed(body: bytes) -> tuple[str, ImportSummary | None, list[ReportEntry]] | str:
    try:
        status, entries = read(body)
    except UnreadableAnswerError as error:
        return error.code
    order = ("created", "updated", "failed")
    return status.status, status.summary, sorted(entries, key=lambda entry: order.index(entry.kind))


def read_both_ways(body: bytes) -> tuple[str, ImportSummary | None, list[ReportEntry]] | str:
    """As `read_streamed`, where that is the same whether the body is read at once or entry by entry."""
    with read_at_once_up_to(0):
        streamed = read_streamed(body)
    assert read_streamed(body) == streamed
    return streamed


def sound(values: Iterable[Any]) -> bool:
    """Whether no value is one that Python writes and JSON does not have."""
    return all(name not in json.dumps(value) for value in values for name in ("NaN", "Infinity"))


reference = st.fixed_dictionaries(
    {"contactId": st.integers(-1, 2**63) | st.text(max_size=3)},
    optional={"identifiers": st.none() | st.dictionaries(st.text(max_size=3), JSON, max_size=3)},
)
failure = st.fixed_dictionaries(
    {},
    optional={
        "contactId": st.integers(0, 9) | JSON,
        "identifiers": JSON,
        "failures": st.lists(st.fixed_dictionaries({"failureCode": JSON, "description": JSON}), max_size=2),
    },
)
bodies = st.fixed_dictionaries(
    {"status": st.just("Finished") | JSON},
    optional={
        "summary": JSON,
        "created": st.lists(reference, max_size=3) | JSON,
        "updated": st.lists(reference, max_size=3) | JSON,
        "failures": st.lists(failure, max_size=3) | JSON,
        "links": JSON,
    },
)


@given(
    bodies.filter(lambda body: sound([body])),
    st.booleans(),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_a_streamed_report_is_the_one_that_is_read_at_once(
    data: dict[str, Any], ascii_only: bool, encoding: str
) -> None:
    body = json.dumps(data, ensure_ascii=ascii_only).encode(encoding, "surrogatepass")
    assert read_both_ways(body) == read_at_once(body)


@given(st.dictionaries(st.sampled_from(WIRE_NAMES), JSON) | JSON, st.integers(0, 400))
def test_no_json_whole_or_broken_makes_the_reader_raise_anything_else(data: Any, length: int) -> None:
    body = json.dumps(data).encode()
    for given_body in (body, body[:length]):
        read_both_ways(given_body)


@given(st.binary())
def test_no_bytes_make_the_reader_raise_anything_else(body: bytes) -> None:
    read_both_ways(body)
    read_both_ways(b'{"status": "' + body)


@pytest.mark.parametrize(
    "value",
    [
        *("1e400", "1E5", "-0", "-0.0", "7.0", "1e99999999999999999999", "NaN", "Infinity", "-Infinity"),
        *(
            '"\\ud83d"',
            '"\\u0000"',
            '"\x01"',
            '"\\/"',
            "01",
            "1.",
            "tru",
            "\ufeff1",
            '{"a": 1, "a": 2}',
            "[1,]",
        ),
    ],
)
def test_what_json_readers_differ_in_is_the_same_both_ways(value: str) -> None:
    for body in (
        '{"status": "Finished", "created": [{"contactId": 1, "identifiers": {"email": ...}, "Identifiers": 1}]}',
        '{"status": "Finished", "links": ...}',
        '{"status": "Finished"}...',
    ):
        read_both_ways(body.replace("...", value).encode())


def test_of_a_report_of_usual_size_each_entry_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    count, seen, begun = 5_000, [0], [0]
    kind, read_entry = import_status_module.ARRAYS["created"]

    def counted(kind: EntryKind, data: Any) -> ReportEntry:
        seen[0] += 1
        return read_entry(kind, data)

    monkeypatch.setattr(
        import_status_module, "ARRAYS", {**import_status_module.ARRAYS, "created": (kind, counted)}
    )
    monkeypatch.setattr(import_status_module.ijson, "basic_parse", lambda _: begun.append(1) or iter(()))
    created = [
        {
            "contactId": number,
            "identifiers": {"email": f"ada{number}@example.com", "mobileNumber": "447700900123"},
        }
        for number in range(count)
    ]
    _, entries = read({"status": "Finished", "created": created})

    assert [entry.contact_id for entry in entries] == list(range(count))
    assert (seen, begun) == ([count], [0])


def test_every_known_key_is_read_from_the_arrays_or_as_a_value() -> None:
    assert (
        set(chain(import_status_module.ARRAYS, import_status_module.VALUES))
        == import_status_module.KNOWN_NAMES
    )
