"""What is tampered with is found, at the right place."""

import json
from io import StringIO
from typing import Any

import hypothesis.strategies as st
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings

from imports.audit import lanes
from imports.audit.recording import record
from imports.audit.subjects import Subject
from imports.auditing import audit_verification
from imports.auditing.audit_verification import missing_triggers, verify_events
from imports.auditing.checkpoints import last_anchor, make_checkpoint
from imports.models import AuditEvent, AuditLane
from portal.models import User
from tests.examples import examples
from tests.tampering import TABLE, forge

EVENTS = 12


@pytest.fixture
def empty_log(db) -> User:
    user = User.objects.create_user("alice")
    forge_away()
    return user


def forge_away() -> None:
    forge(f"DELETE FROM {TABLE}")
    AuditLane.objects.all().delete()


def write(count: int = EVENTS) -> list[int]:
    """Events of several kinds; their ids."""
    return [
        record("account_changed", by=None, on=Subject("dotdigitalaccount", str(n), f"Acme {n}", n), limit=n)
        for n in range(count)
    ]


def run(*options: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, what verify_audit prints and what it says."""
    out, said, code = StringIO(), StringIO(), 0
    try:
        call_command("verify_audit", *options, stdout=out, stderr=said)
    except SystemExit as end:
        code = int(str(end.code))
    return code, json.loads(out.getvalue()), said.getvalue()


def found() -> int | None:
    broken = verify_events(last_anchor()).first_break
    return None if broken is None else broken.event_id


@pytest.mark.django_db
class TestWhole:
    def test_an_empty_log_is_whole(self):
        forge_away()
        assert run()[:2] == (0, {"events": 0, "intact": True})

    def test_it_says_how_many_events_there_are(self, empty_log):
        write()
        assert run()[:2] == (0, {"events": EVENTS, "intact": True})

    def test_it_reads_in_pieces(self, empty_log, monkeypatch):
        monkeypatch.setattr(audit_verification, "READ_AT_ONCE", 5)
        write()
        assert found() is None

    def test_values_come_back_from_the_database_as_they_were_linked(self, empty_log):
        record(
            "account_changed",
            by=empty_log,
            name={"was": "Zoë ☎ 𝄞", "is": None},
            many=[1, True, {"b": 2**60, "a": "\x00 \ud800"}],
        )
        assert found() is None
        assert AuditEvent.objects.get().details["many"] == [1, True, {"b": 2**60, "a": " "}]

    def test_events_of_a_key_that_is_kept_are_believed(self, empty_log, settings):
        write(2)
        settings.AUDIT_KEYS = ["another", *settings.AUDIT_KEYS]
        ids = write(2)
        assert found() is None
        settings.AUDIT_KEYS = settings.AUDIT_KEYS[1:]
        assert found() == ids[0]

    def test_an_act_that_is_rolled_back_was_not_done(self, empty_log):
        write(2)
        with transaction.atomic():
            write(2)
            transaction.set_rollback(True)
        write(1)
        assert run()[1] == {"events": 3, "intact": True}


@pytest.mark.django_db
class TestRefusals:
    """The database takes no change of an event, whoever asks."""

    @pytest.mark.parametrize(
        "statement",
        [
            f"UPDATE {TABLE} SET actor_name = 'bob'",
            f"DELETE FROM {TABLE}",
            f"UPDATE {TABLE} SET mac = mac",
        ],
    )
    def test_changes(self, statement, empty_log):
        write(2)
        before = list(AuditEvent.objects.values())
        with pytest.raises(DatabaseError, match="never changed"):
            execute(statement)
        assert list(AuditEvent.objects.values()) == before

    def test_replacing(self, empty_log):
        """On SQLite a way round the trigger on deletion; PostgreSQL has no such statement, but empties tables."""
        write(1)
        columns = ", ".join(field.column for field in AuditEvent._meta.concrete_fields)
        statement = (
            f"TRUNCATE {TABLE}"
            if connection.vendor == "postgresql"
            else f"INSERT OR REPLACE INTO {TABLE} ({columns}) SELECT {columns} FROM {TABLE}"
        )
        with pytest.raises(DatabaseError, match="never changed"):
            execute(statement)
        assert AuditEvent.objects.count() == 1

    def test_their_absence_is_told(self, empty_log):
        assert missing_triggers() == set()
        with connection.cursor() as cursor:
            cursor.execute(
                f"ALTER TABLE {TABLE} DISABLE TRIGGER audit_event_no_delete"
                if connection.vendor == "postgresql"
                else "DROP TRIGGER audit_event_no_delete"
            )
        assert missing_triggers() == {"audit_event_no_delete"}
        assert "audit_event_no_delete" in run()[2]


def execute(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


FIELDS = {
    "at": "2020-01-01 00:00:00+00:00",
    "action": "signed_in",
    "actor_id": 77,
    "actor_name": "mallory",
    "address": "203.0.113.9",
    "agent": "curl",
    "kind": "user",
    "object_id": "77",
    "object_name": "other",
    "account_id": 77,
    "details": '{"limit": 77}',
    "key": "00000000",
    "mac": "0" * 64,
}


@pytest.mark.django_db
class TestTampering:
    @pytest.mark.parametrize("field", FIELDS)
    def test_a_changed_field(self, field, empty_log):
        ids = write()
        forge(f"UPDATE {TABLE} SET {field} = %s WHERE id = %s", FIELDS[field], ids[5])
        code, printed, _ = run()
        assert (code, printed["intact"], printed["first_broken"]) == (1, False, ids[5])
        assert printed["why"]

    @pytest.mark.parametrize("which", [0, 5, EVENTS - 1])
    def test_a_removed_event(self, which, empty_log):
        ids = write()
        forge(f"DELETE FROM {TABLE} WHERE id = %s", ids[which])
        assert found() == ids[which]

    def test_the_newest_removed_with_the_head_put_back(self, empty_log):
        """As far as somebody can who has no key."""
        ids = write()
        kept = AuditEvent.objects.get(pk=ids[8])
        forge(f"DELETE FROM {TABLE} WHERE id > %s", kept.pk)
        AuditLane.objects.update(count=kept.position, last_id=kept.pk, mac=kept.mac)
        assert found() == ids[9]

    def test_more_events_do_not_cover_it(self, empty_log):
        ids = write()
        kept = AuditEvent.objects.get(pk=ids[8])
        forge(f"DELETE FROM {TABLE} WHERE id > %s", kept.pk)
        AuditLane.objects.update(count=kept.position, last_id=kept.pk, mac=kept.mac)
        write(5)
        assert found() is not None
        assert AuditLane.objects.count() == 2, "the tampered lane is not written to any more"

    def test_two_that_changed_places(self, empty_log):
        ids = write()
        with_place = f"UPDATE {TABLE} SET position = %s WHERE id = %s"
        places = [AuditEvent.objects.get(pk=ids[n]).position for n in (3, 7)]
        for position, number in ((10_000, ids[3]), (places[0], ids[7]), (places[1], ids[3])):
            forge(with_place, position, number)
        assert found() == ids[7], "which stands where the other had been"

    def test_two_that_changed_numbers(self, empty_log):
        ids = write()
        for now, was in ((10_000, ids[3]), (ids[3], ids[7]), (ids[7], 10_000)):
            forge(f"UPDATE {TABLE} SET id = %s WHERE id = %s", now, was)
        assert found() in {ids[3], ids[7]}

    def test_an_event_that_the_portal_did_not_write(self, empty_log):
        ids = write()
        forged = AuditEvent.objects.get(pk=ids[5])
        forged.pk, forged.position = ids[-1] + 1_000, EVENTS + 1
        forged.save(force_insert=True)
        assert found() == forged.pk
        assert write(1), "and it does not stand in the way"

    def test_an_event_put_between_others(self, empty_log):
        ids = write()
        for number in reversed(ids[6:]):
            forge(f"UPDATE {TABLE} SET position = position + 1 WHERE id = %s", number)
        forged = AuditEvent.objects.get(pk=ids[5])
        forged.pk, forged.position = ids[-1] + 1, forged.position + 1
        forged.save(force_insert=True)
        assert found() == ids[-1] + 1

    def test_a_whole_log_removed(self, empty_log):
        ids = write()
        forge(f"DELETE FROM {TABLE}")
        assert found() == ids[0]

    def test_a_lane_that_is_gone(self, empty_log):
        ids = write()
        AuditLane.objects.all().delete()
        assert found() == ids[0]


@pytest.mark.django_db
class TestCheckpoints:
    def test_they_are_made_when_something_was_recorded(self, empty_log):
        write(2)
        assert make_checkpoint()
        assert not make_checkpoint()
        write(1)
        assert make_checkpoint()
        assert run()[1] == {"events": 5, "intact": True}

    def test_a_database_put_back_is_found_by_the_anchor(self, empty_log):
        """All that was written since is gone, with the heads as they were: nothing in the database can tell."""
        write(3)
        before = list(AuditLane.objects.values())
        last = AuditEvent.objects.order_by("-pk")[0].pk
        write(2)
        make_checkpoint()
        put_back(before, last)
        assert verify_events().first_break is None
        code, printed, said = run()
        assert (code, printed["first_broken"]) == (1, last + 1)
        assert "--accept-restore" in said

        write(5)
        make_checkpoint()
        assert found() is not None, "later checkpoints do not take the place of what proves it"

        code, printed, _ = run("--accept-restore")
        assert (code, printed["intact"]) == (0, True)
        told = AuditEvent.objects.get(action="restore_accepted")
        assert told.details["anchor"]["id"] > last
        assert run()[0] == 0

    def test_a_lane_put_back_is_found_by_the_checkpoint_of_another(self, empty_log, monkeypatch):
        write(3)
        before = list(AuditLane.objects.values())
        ids = write(2)
        # Another writer has the first lane, as on PostgreSQL.
        monkeypatch.setattr(lanes, "_is_sealed", lambda *fields: fields[2] != 1)
        make_checkpoint()
        monkeypatch.undo()
        put_back(before, ids[0] - 1, lane=1)
        broken = verify_events().first_break
        assert broken is not None
        assert broken.event_id == ids[0]

    def test_without_storage_the_rest_is_verified(self, empty_log):
        write(1)
        assert "no anchor" in run()[2]


def put_back(lanes: list[dict[str, Any]], last: int, lane: int | None = None) -> None:
    """The database as it was when `last` was the newest event."""
    forge(f"DELETE FROM {TABLE} WHERE id > {last}" + (f" AND lane = {lane}" if lane else ""))
    for one in lanes:
        AuditLane.objects.filter(pk=one["number"]).update(**one)


ACTS = st.sampled_from(["change", "remove", "remove newest", "swap", "insert"])


@pytest.mark.once
@pytest.mark.django_db
@settings(
    max_examples=examples(quick=15, deep=300),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(act=ACTS, data=st.data(), count=st.integers(3, 12))
def test_whatever_is_done_to_it_is_found_where_it_was_done(empty_log, act, data, count):
    forge_away()
    ids = write(count)
    first = data.draw(st.integers(0, count - 2))
    second = data.draw(st.integers(first + 1, count - 1))
    if act == "change":
        field = data.draw(st.sampled_from(sorted(FIELDS)))
        forge(f"UPDATE {TABLE} SET {field} = %s WHERE id = %s", FIELDS[field], ids[first])
        expected = {ids[first]}
    elif act == "remove":
        forge(f"DELETE FROM {TABLE} WHERE id >= %s AND id < %s", ids[first], ids[second])
        expected = {ids[first]}
    elif act == "remove newest":
        forge(f"DELETE FROM {TABLE} WHERE id >= %s", ids[first])
        expected = {ids[first]}
    elif act == "swap":
        places = {
            ids[first]: AuditEvent.objects.get(pk=ids[second]).position,
            ids[second]: AuditEvent.objects.get(pk=ids[first]).position,
        }
        for number in places:
            forge(f"UPDATE {TABLE} SET position = position + 1000 WHERE id = %s", number)
        for number, position in places.items():
            forge(f"UPDATE {TABLE} SET position = %s WHERE id = %s", position, number)
        expected = {ids[first], ids[second]}
    else:
        forged = AuditEvent.objects.get(pk=ids[first])
        forged.pk, forged.position = ids[-1] + 1, count + 1
        forged.save(force_insert=True)
        expected = {forged.pk}
    assert found() in expected
