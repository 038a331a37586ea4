"""A forgotten password: a link by e-mail, where e-mails are sent.

An address that nobody has is answered like any other, after the same work; only the e-mail is not sent. It is sent by a
thread, so that the server's time does not tell either.
"""

from __future__ import annotations

import logging
import threading
from email.errors import MessageError
from typing import Any, ClassVar

from allauth.account.forms import ResetPasswordForm, ResetPasswordKeyForm, default_token_generator
from allauth.account.internal.flows.password_reset import request_password_reset
from django.conf import settings
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.models import User
from portal.sign_in.sign_in_forms import WordedForm

logger = logging.getLogger(__name__)

NOBODY = 0


class ForgottenPasswordForm(WordedForm, ResetPasswordForm):
    """Whose address it is. People who sign in elsewhere have no password to reset."""

    labels: ClassVar = {"email": _("E-mail address")}

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        people = User.objects.filter(email__iexact=email, is_active=True)
        self.users = [
            one for one in people if one.email.lower() == email.lower() and one.has_usable_password()
        ]
        return email

    def save(self, request: HttpRequest, **_: Any) -> str:
        email = str(self.cleaned_data["email"])
        people = self.users or [User(pk=NOBODY, username="nobody")]
        request_password_reset(request, email, people, default_token_generator)
        return email


class NewPasswordForm(WordedForm, ResetPasswordKeyForm):
    labels: ClassVar = {"password1": _("New password"), "password2": _("New password again")}


def send_link(person: User, email: str, url: str) -> None:
    """Tell `person` how to choose another password."""
    with translation.override(person.spoken_language or translation.get_language()):
        message = EmailMessage(
            gettext("Choose another password"),
            "\n\n".join(
                [
                    gettext("Somebody, probably you, has asked for another password of the import portal."),
                    gettext("You sign in as {name}.").format(name=person.get_username()),
                    gettext("Choose one here within {minutes} minutes:").format(
                        minutes=settings.PASSWORD_RESET_TIMEOUT // 60
                    ),
                    url,
                    gettext("If it was not you, do nothing: your password stays as it is."),
                ]
            ),
            to=[person.email or email],
        )
    if person.pk == NOBODY:
        return
    threading.Thread(target=_send, args=(message,), name="password-reset").start()


def _send(message: EmailMessage) -> None:
    try:
        message.send()
    except (OSError, MessageError) as error:  # smtplib's errors are such
        logger.error("a link to choose another password was not sent: %s", type(error).__name__)
