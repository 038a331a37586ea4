"""A mail server on the loopback that keeps what it is sent, refuses it, or answers only when it is told to."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from portal.launch.ports import LOOPBACK
from tests.environment import free_port

ACCEPTED = "250 OK"


@dataclass
class MailServer:
    """What has been sent to it, and how it answers: to a sender, to a recipient, and to a whole e-mail. Where it
    `breaks_off`, an e-mail is never answered.

    It greets once `greets` is set, and answers to an e-mail once `answers` is; `is_called` and `has_message` say that
    somebody waits for that.
    """

    to_sender: str = ACCEPTED
    to_recipient: str = ACCEPTED
    to_message: str = ACCEPTED
    breaks_off: bool = False
    received: list[EmailMessage] = field(default_factory=list)
    greets: threading.Event = field(default_factory=threading.Event)
    answers: threading.Event = field(default_factory=threading.Event)
    is_called: threading.Event = field(default_factory=threading.Event)
    has_message: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, host_name: str, responses: list[str]
    ) -> list[str]:
        self.is_called.set()
        await asyncio.to_thread(self.greets.wait)
        session.host_name = host_name
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_sender == ACCEPTED:
            envelope.mail_from = address
        return self.to_sender

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_recipient == ACCEPTED:
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.to_message == ACCEPTED:
            content = envelope.content or b""
            mail = message_from_bytes(
                content if isinstance(content, bytes) else content.encode(), policy=policy.default
            )
            self.received.append(mail)
        self.has_message.set()
        if self.breaks_off and server.transport is not None:
            server.transport.close()
        await asyncio.to_thread(self.answers.wait)
        return self.to_message


@contextmanager
def running_mail_server(port: int = 0) -> Iterator[MailServer]:
    """A mail server at `port`, or at any that is free."""
    mails = MailServer(port=port or free_port())
    mails.greets.set()
    mails.answers.set()
    controller = Controller(mails, hostname=LOOPBACK, port=mails.port)
    controller.start()
    try:
        yield mails
    finally:
        mails.greets.set()
        mails.answers.set()
        controller.stop()
