"""allauth's forms in the portal's words, which its catalogues translate; a label says what a placeholder would."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm, LoginWebAuthnForm
from django import forms
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.utils.translation import gettext_lazy as _

PASSKEY_NAME = _("Name, for example of the device that it is on")


class WordedForm(forms.Form):
    """A form whose fields are called as `labels` says, with the `help_texts`."""

    labels: ClassVar[dict[str, Any]] = {}
    help_texts: ClassVar[dict[str, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.help_texts.get(name, "")


class SignInForm(WordedForm, LoginForm):
    """`ended_by`: why the session before this sign-in has ended, if it has: `time` or `idle`."""

    labels: ClassVar = {"login": _("Username"), "password": _("Password")}

    @property
    def ended_by(self) -> str:
        return str(self.request.session.get("ended_by", ""))

    @property
    def single_sign_on(self) -> str:
        """Where that begins; "" where there is none."""
        from portal.sign_in.single_sign_on import sign_in_address

        return sign_in_address()

    @property
    def sends_mail(self) -> bool:
        """Whether a forgotten password can be replaced by e-mail."""
        return bool(settings.SENDS_MAIL)


class PasswordAgainForm(WordedForm, ReauthenticateForm):
    labels: ClassVar = {"password": _("Password")}


class CodeForm(WordedForm, AuthenticateForm):
    labels: ClassVar = {"code": _("Code")}
    help_texts: ClassVar = {"code": _("From your authenticator app, or one of your recovery codes.")}


class CodeAgainForm(WordedForm, ReauthenticateByCodeForm):
    labels: ClassVar = CodeForm.labels
    help_texts: ClassVar = CodeForm.help_texts


class NewAppForm(WordedForm, ActivateTOTPForm):
    labels: ClassVar = {"code": _("Code that the app shows")}


class NewPasskeyForm(WordedForm, AddWebAuthnForm):
    labels: ClassVar = {"name": PASSKEY_NAME, "passwordless": _("Sign in with it alone, without a password")}
    help_texts: ClassVar = {
        "passwordless": _("The device then asks for a PIN, a fingerprint or the like each time.")
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class PasskeySignInForm(LoginWebAuthnForm):
    """A passkey that is not taken is a sign-in that failed, as a wrong password is."""

    def clean_credential(self) -> Authenticator:
        try:
            return super().clean_credential()
        except forms.ValidationError:
            user_login_failed.send(sender="passkey", credentials={}, request=context.request)
            raise


class PasskeyNameForm(WordedForm, EditWebAuthnForm):
    labels: ClassVar = {"name": PASSKEY_NAME}
