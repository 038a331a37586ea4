"""`manage.py check_deployment [--adopt-storage]`: whether this machine's part of the portal fits the rest."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from smtplib import SMTPException
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import get_connection
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from redis.exceptions import RedisError

from imports.accounts.key_rotation import credentials_by_key
from imports.auditing.audit_verification import missing_triggers
from imports.auditing.syslog_forwarding import events_waiting
from imports.models import AuditForwarding
from imports.secrets import UnderKey
from imports.storage.verification import adopt_storage, round_trip, verify_storage
from imports.work.queue import QUEUES, last_sweep, queue_lengths, workers_alive
from imports.work.schedule import SWEEP_EVERY_SECONDS
from portal.private_files import is_open_to_others

CLOCK_SECONDS = 2.0
# A worker that is idle shows a sign of life every quarter of a minute, one that works every half.
WORKER_SECONDS = 100.0
SWEEP_SECONDS = 30.0

OK, WARNING, BAD = "ok", "warning", "bad"
Finding = tuple[str, str]


class Command(BaseCommand):
    help = (
        "Check data folder, database, clock, storage, files at rest, Redis, workers, schedule, e-mail, credentials and "
        "audit log, a line for each. Exit 1 if one is bad."
    )
    # The checks say better themselves what is wrong.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--adopt-storage",
            action="store_true",
            help="From now on the storage that this process has is the right one; for after a move.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        checks: dict[str, Callable[[], Finding]] = {
            "data folder": check_data_folder,
            "database": check_database,
            "migrations": check_migrations,
            "clock": check_clock,
            "storage": check_storage,
            "shared storage": adopt if options["adopt_storage"] else check_shared_storage,
            "files at rest": check_files_at_rest,
            "redis": check_redis,
            "workers": check_workers,
            "schedule": check_schedule,
            "e-mail": check_mail,
            "credentials": check_credentials,
            "audit log": check_audit,
            "syslog": check_syslog,
        }
        found = {name: _found(check) for name, check in checks.items()}
        for name, (verdict, words) in found.items():
            self.stdout.write(f"{verdict:8}{name}: {words}")
        if any(verdict == BAD for verdict, _ in found.values()):
            sys.exit(1)


def _found(check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except ImproperlyConfigured as error:
        return BAD, str(error)
    except DatabaseError as error:
        return BAD, f"the database does not answer ({type(error).__name__})"
    except RedisError as error:
        return BAD, f"Redis does not answer ({type(error).__name__}); set REDIS_URL"
    except OSError as error:
        # Its text may be the system's, with a path; ours says no more than the kind of fault.
        return BAD, f"the storage or the disk cannot be used ({error.strerror or error})"


def check_data_folder() -> Finding:
    """It is closed at every start, where it is the portal's own; a volume that was handed in may not be."""
    if is_open_to_others(settings.DATA_DIR):
        return BAD, "other users of this machine can enter it; give it to the portal's user, with mode 0700"
    return OK, "the portal's alone"


def check_database() -> Finding:
    connection.ensure_connection()
    return OK, f"{connection.vendor} answers"


def check_migrations() -> Finding:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return BAD, f"{len(missing)} not applied; run: python manage.py migrate"
    return OK, "all applied"


def check_clock() -> Finding:
    """Leases and times to try again are written by one machine and read by others."""
    if connection.vendor != "postgresql":
        return OK, "one machine, one clock"
    with connection.cursor() as cursor:
        asked = datetime.now(UTC)
        cursor.execute("SELECT clock_timestamp()")
        told = cursor.fetchone()[0]
        answered = datetime.now(UTC)
    # The answer was made at some moment in between.
    off = max((asked - told).total_seconds(), (told - answered).total_seconds(), 0.0)
    if off > CLOCK_SECONDS:
        return WARNING, f"{off:.1f} seconds off the database's; have both machines keep time by NTP"
    return OK, "as the database's"


def check_storage() -> Finding:
    round_trip()
    return OK, "written, read back and removed"


def check_shared_storage() -> Finding:
    verify_storage()
    return OK, "the one that belongs to this database"


def adopt() -> Finding:
    adopt_storage()
    return OK, "from now on the one that belongs to this database"


def check_files_at_rest() -> Finding:
    """What is stored from now on; what was before says itself what it is."""
    if settings.ENCRYPT_FILES:
        return OK, "encrypted by the portal before they are stored"
    return OK, "not encrypted by the portal; ENCRYPT_FILES is not set"


def check_redis() -> Finding:
    words = ", ".join(f"{name} {length}" for name, length in queue_lengths().items()) + " waiting"
    url = urlsplit(settings.REDIS_URL)
    if url.scheme != "unix" and not url.password:
        return (
            WARNING,
            f"{words}; whoever reaches it gets in: give it a password, and put that into REDIS_URL",
        )
    return OK, words


def check_workers() -> Finding:
    alive = workers_alive(WORKER_SECONDS)
    words = ", ".join(f"{name} {alive[name]}" for name in QUEUES)
    idle = [name for name in QUEUES if not alive[name]]
    if idle:
        return BAD, f"{words}; nobody serves {' and '.join(idle)}: start its process of the Procfile"
    return OK, words


def check_schedule() -> Finding:
    at = last_sweep()
    if at is None:
        return BAD, "no sweep yet; start the process schedule of the Procfile"
    ago = (datetime.now(UTC) - at).total_seconds()
    if abs(ago) > SWEEP_SECONDS:
        return BAD, f"the last sweep was {ago:.0f} seconds ago, not {SWEEP_EVERY_SECONDS:.0f}"
    return OK, f"the last sweep was {max(ago, 0):.0f} seconds ago"


def check_credentials() -> Finding:
    found = credentials_by_key()
    if unknown := found[UnderKey.UNKNOWN]:
        return BAD, f"{unknown} are under a key that ENCRYPTION_KEY does not name; enter them again"
    if older := found[UnderKey.OLDER]:
        return WARNING, f"{older} are under an older key; run: python manage.py rotate_keys"
    return OK, "they and second factors are all under the newest key"


def check_audit() -> Finding:
    """Whether every event is as it was is for verify_audit, which takes its time."""
    if missing := missing_triggers():
        return BAD, f"the database does not refuse changes of events: it lacks {', '.join(sorted(missing))}"
    return OK, "the database refuses changes of events"


def check_syslog() -> Finding:
    if not settings.AUDIT_SYSLOG:
        return OK, "audit events are sent nowhere; AUDIT_SYSLOG is not set"
    waiting = events_waiting()
    since = AuditForwarding.objects.values_list("failing_since", flat=True).first()
    if since is not None:
        return BAD, f"it has not taken audit events since {since:%Y-%m-%d %H:%M} UTC; {waiting} wait"
    return OK, f"it takes audit events; {waiting} wait"


def check_mail() -> Finding:
    """Nobody waits for e-mails: whatever is wrong with them is no reason to stop."""
    if not settings.SENDS_MAIL:
        return WARNING, "people get none; set EMAIL_HOST and EMAIL_FROM to send them"
    try:
        with get_connection():
            pass
    except (OSError, SMTPException) as error:
        return (
            WARNING,
            f"the mail server does not let the portal in ({type(error).__name__}); see the settings EMAIL_…",
        )
    if not settings.PORTAL_URL:
        return WARNING, "they have no links; set PORTAL_URL to the address that people open"
    return OK, "shown on the console" if settings.EMAIL_ON_CONSOLE else "the mail server lets the portal in"
