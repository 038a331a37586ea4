"""Forwards audit events to syslog, if AUDIT_SYSLOG names one.

Each is sent at least once, in the order of its lane: how far it has gone stands in the database and is moved on only
when the server has taken it. A server that is away holds up nothing but this; `check_deployment` says how many wait.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone

from imports.auditing.syslog_connection import SyslogAddress, SyslogUnavailableError, send_events
from imports.models import AuditEvent, AuditForwarding, AuditLane
from imports.querysets import MAX_LEASE, MAX_WAIT, is_over

logger = logging.getLogger(__name__)

THE_ONE = 1
SENT_AT_ONCE, BATCHES_AT_ONCE = 500, 20
LEASE = timedelta(minutes=1)
MIN_WAIT = timedelta(seconds=5)


def forward_events() -> int:
    """Send what has not been sent yet, unless another process is at it or the server is given time. How many."""
    if not settings.AUDIT_SYSLOG or not events_waiting():
        return 0
    state = _claimed()
    if state is None:
        return 0
    address, sent = SyslogAddress.from_url(settings.AUDIT_SYSLOG), 0
    try:
        for _ in range(BATCHES_AT_ONCE):
            batch = _next_batch(state)
            if not batch:
                break
            send_events(address, batch)
            _note_sent(state, batch)
            sent += len(batch)
    except SyslogUnavailableError as error:
        _note_failure(state, error)
    else:
        if state.failing_since is not None:
            logger.warning("syslog takes audit events again")
        _mine(state).update(lease_until=None, failing_since=None, not_before=None, failures=0)
    return sent


def events_waiting() -> int:
    """How many events have not been forwarded."""
    state = AuditForwarding.objects.filter(pk=THE_ONE).first()
    positions = state.positions if state else {}
    lanes = AuditLane.objects.values_list("number", "count")
    return sum(max(count - positions.get(str(number), 0), 0) for number, count in lanes)


def _claimed() -> AuditForwarding | None:
    """The row that says how far events have gone, held by this process; None where another has it, or it is to wait."""
    state, _ = AuditForwarding.objects.get_or_create(pk=THE_ONE)
    now = timezone.now()
    free = AuditForwarding.objects.filter(
        is_over("lease_until", now, MAX_LEASE), is_over("not_before", now, MAX_WAIT), pk=THE_ONE
    ).filter(lease_until=state.lease_until)
    until = now + LEASE
    if not free.update(lease_until=until):
        return None
    state.refresh_from_db()
    return state if state.lease_until == until else None


def _mine(state: AuditForwarding) -> QuerySet[AuditForwarding]:
    return AuditForwarding.objects.filter(pk=THE_ONE, lease_until=state.lease_until)


def _next_batch(state: AuditForwarding) -> list[AuditEvent]:
    for lane in AuditLane.objects.order_by("number"):
        gone = state.positions.get(str(lane.pk), 0)
        if gone < lane.count:
            events = AuditEvent.objects.filter(lane=lane.pk, position__gt=gone, position__lte=lane.count)
            if batch := list(events.order_by("position")[:SENT_AT_ONCE]):
                return batch
    return []


def _note_sent(state: AuditForwarding, batch: list[AuditEvent]) -> None:
    positions = {**state.positions, str(batch[-1].lane): batch[-1].position}
    until = timezone.now() + LEASE
    if not _mine(state).update(positions=positions, lease_until=until):
        raise SyslogUnavailableError("another process forwards by now")
    state.positions, state.lease_until = positions, until


def _note_failure(state: AuditForwarding, error: SyslogUnavailableError) -> None:
    now = timezone.now()
    wait = min(MIN_WAIT * 2 ** min(state.failures, 10), MAX_WAIT)
    _mine(state).update(
        lease_until=None,
        failing_since=state.failing_since or now,
        not_before=now + wait,
        failures=F("failures") + 1,
    )
    logger.warning("syslog does not take audit events (%s): waiting=%s", error, events_waiting())
