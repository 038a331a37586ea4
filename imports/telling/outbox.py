"""Sends the e-mails of notifications: each once, however often workers are killed, and without anybody waiting for it.

A worker claims a notification, connects to the mail server, notes that it hands the e-mail over, does so, and notes
that it is sent. Killed before the first note, it leaves an e-mail that another sends. Killed between the two, or where
the line breaks, a doubt is left: the e-mail is not sent again, and its notification says so. A server that cannot be
reached, that says no for now, or that does not let the portal in, is tried again, longer apart each time.
"""

import logging
import random
import uuid
from datetime import datetime, timedelta
from smtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPConnectError,
    SMTPException,
    SMTPHeloError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from imports.models import Notification, UploadJob
from imports.querysets import LARGE, MAX_WAIT, SECRETS
from imports.states import MailState
from imports.telling.notification_mail import mail_of
from imports.transactions import assign
from imports.work.lease import NotHeldError, lease_end, renewed
from portal.models import Telling

logger = logging.getLogger(__name__)

# What keeps nobody waiting at the screen for long; the rest is for the next wake-up.
MAILS_AT_ONCE = 50
GIVEN_UP_AFTER = timedelta(days=2)
MIN_WAIT_SECONDS = 15.0
PERMANENT = 500  # SMTP's replies from here on will not change
OF_THE_PORTAL = (SMTPAuthenticationError, SMTPConnectError, SMTPHeloError, SMTPSenderRefused)
"""What a server has against the portal and not against one e-mail: somebody will correct it."""

LOADED = (
    *(f"job__{name}" for name in LARGE),
    *(f"job__account__{name}" for name in SECRETS),
    "person__password",
)


def send_due() -> None:
    """Send the e-mails that are due, until there are none or the mail server does not answer."""
    connection: BaseEmailBackend = get_connection()
    try:
        for _ in range(MAILS_AT_ONCE):
            notification = take_next()
            if notification is None or not send(notification, connection):
                return
    finally:
        _close(connection)


def take_next() -> Notification | None:
    """Claim the notification whose e-mail has been due for longest; None when there is none."""
    while True:
        now = timezone.now()
        due = Notification.objects.to_be_mailed(now)
        found = due.select_related("person", "job__account").defer(*LOADED).order_by("made_at", "pk").first()
        if found is None:
            return None
        doubtful = found.mail == MailState.HANDED_OVER
        changes = (
            {"mail": MailState.UNKNOWN, "run": None, "lease_until": None}
            if doubtful
            else {"run": uuid.uuid4(), "lease_until": lease_end()}
        )
        if not due.filter(pk=found.pk, mail=found.mail, run=found.run).update(**changes):
            continue  # another was quicker
        if doubtful:
            logger.warning("notification=%s: whoever sent it has died; it is not sent again", found.pk)
            continue
        assign(found, changes)
        return found


def send(notification: Notification, connection: BaseEmailBackend) -> bool:
    """Send the e-mail of a claimed `notification`. False when the server is not to be asked again for now."""
    try:
        with renewed(Notification.objects.filter(pk=notification.pk, run=notification.run)):
            return _send(notification, connection)
    except NotHeldError:
        logger.info("notification=%s is another's", notification.pk)
        return True


def _send(notification: Notification, connection: BaseEmailBackend) -> bool:
    if not is_wanted(notification):
        _settle(notification, MailState.UNWANTED)
        return True
    try:
        mail = mail_of(notification)
    except Exception as error:  # a fault in the portal, which is not to keep the others from being sent
        logger.error("notification=%s: no e-mail can be made", notification.pk, exc_info=error)
        _settle(notification, MailState.FAILED)
        return True
    try:
        _connect(connection)
        _settle(notification, MailState.HANDED_OVER, keeps=True)
        connection.send_messages([mail])
    except (OSError, SMTPException, ValueError) as error:
        _close(connection)
        if notification.mail == MailState.HANDED_OVER and is_unanswered(error):
            logger.warning("notification=%s: no answer to its e-mail; it is not sent again", notification.pk)
            _settle(notification, MailState.UNKNOWN)
            return False
        is_at_an_end = is_final(error) or timezone.now() - notification.made_at > GIVEN_UP_AFTER
        if is_at_an_end:
            logger.error("notification=%s not mailed: %s", notification.pk, type(error).__name__)
            _settle(notification, MailState.FAILED)
        else:
            _put_off(notification, error)
        return is_final(error)
    _settle(notification, MailState.SENT, mailed_at=timezone.now())
    logger.info("notification=%s mailed", notification.pk)
    return True


def is_wanted(notification: Notification) -> bool:
    """Whether its person is to have an e-mail: they want one, have an address, may still see the job, and it is still
    so."""
    person = notification.person
    if not (settings.SENDS_MAIL and person.is_active and person.email) or notification.over_at is not None:
        return False
    if person.mails == Telling.NEVER or (person.mails == Telling.NEEDED and not notification.is_needed):
        return False
    this = Notification.objects.filter(pk=notification.pk)
    if not this.open().exists() or this.outdated().exists():
        return False
    return UploadJob.objects.visible_to(person).filter(pk=notification.job_id).exists()


def is_final(error: Exception) -> bool:
    """Whether this e-mail can never be sent: the server says so, or the address cannot be written in a mail."""
    if isinstance(error, ValueError):
        return True
    if isinstance(error, OF_THE_PORTAL):
        return False
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _ in error.recipients.values())
    return isinstance(error, SMTPResponseException) and error.smtp_code >= PERMANENT


def is_unanswered(error: Exception) -> bool:
    """Whether the line broke, so that nobody knows if the server has taken the e-mail that it was being given."""
    is_of_the_line = isinstance(error, OSError) and not isinstance(error, SMTPException)
    return is_of_the_line or isinstance(error, SMTPServerDisconnected)


def wait_after(tries: int) -> timedelta:
    """How long to wait after `tries` in a row: doubling, bounded, spread."""
    seconds = min(MAX_WAIT.total_seconds(), MIN_WAIT_SECONDS * 2.0 ** min(tries - 1, 10))
    return timedelta(seconds=seconds * random.uniform(0.5, 1.0))  # noqa: S311


def _put_off(notification: Notification, error: Exception) -> None:
    """Try again later, and with it all others that are due: the server is the same."""
    now, tries = timezone.now(), notification.mail_tries + 1
    again_at = now + wait_after(tries)
    logger.warning("no e-mail can be sent for now: %s", type(error).__name__)
    _settle(notification, MailState.WAITING, mail_tries=tries, mail_not_before=again_at)
    others = Notification.objects.to_be_mailed(now).filter(mail=MailState.WAITING, run=None)
    others.update(mail_not_before=again_at)


def _settle(
    notification: Notification, state: MailState, *, keeps: bool = False, **changes: int | datetime
) -> None:
    """Write down how far the e-mail is; `keeps`: this worker goes on with it. Raises NotHeldError."""
    written = {"mail": state, **changes, **({} if keeps else {"run": None, "lease_until": None})}
    held = Notification.objects.filter(pk=notification.pk, run=notification.run, mail=notification.mail)
    if not held.update(**written):
        raise NotHeldError
    assign(notification, written)


def _connect(connection: BaseEmailBackend) -> None:
    """Have a mail server that answers: whoever dies while it does not has handed nothing over."""
    connection.open()
    server = getattr(connection, "connection", None)
    if isinstance(server, SMTP):
        server.ehlo_or_helo_if_needed()


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (OSError, SMTPException) as error:
        logger.info("the mail server did not say goodbye: %s", type(error).__name__)
