"""Single sign-on by OpenID Connect: who comes in by it, and with which groups.

Somebody is known by the number that the provider has for them. Who comes for the first time is matched by an e-mail
address that the provider vouches for; whom nobody knows gets an account only if the address is of OIDC_DOMAINS.
"""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from portal.models import User, end_sessions

MEANS = "socialaccount"


class PortalSocialAdapter(DefaultSocialAccountAdapter):
    """What allauth asks the portal of single sign-on."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        claims = claims_of(sociallogin)
        if claims is None:
            raise ImmediateHttpResponse(_refused(request, sociallogin))
        if not sociallogin.is_existing:
            people = _people_of(trusted_email(claims))
            if len(people) > 1:
                raise ImmediateHttpResponse(_refused(request, sociallogin))
            if people:
                sociallogin.connect(request, people[0])
        if sociallogin.is_existing:
            take_over_groups(sociallogin.user, claims)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        domain = trusted_email(claims_of(sociallogin) or {}).rpartition("@")[2]
        if domain and domain in settings.OIDC_DOMAINS:
            return True
        raise ImmediateHttpResponse(_refused(request, sociallogin))

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: Any = None) -> User:
        person: User = super().save_user(request, sociallogin, form)
        take_over_groups(person, claims_of(sociallogin) or {})
        return person

    def on_authentication_error(self, request: HttpRequest, provider: Any, *_: Any, **__: Any) -> None:
        user_login_failed.send(sender=MEANS, credentials={}, request=request)


def is_set_up() -> bool:
    return bool(settings.SOCIALACCOUNT_PROVIDERS)


def sign_in_address() -> str:
    """Where single sign-on begins; "" where there is none."""
    if not is_set_up():
        return ""
    (app,) = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    return reverse("openid_connect_login", kwargs={"provider_id": app["provider_id"]})


def comes_from_there(request: HttpRequest, person: User) -> bool:
    """Whether the sign-in of `person` was by single sign-on."""
    return any(one["method"] == MEANS for one in get_authentication_records(request, person))


def can_come_from_there(person: User) -> bool:
    """Whether `person` has signed in by it before, and still could."""
    return is_set_up() and SocialAccount.objects.filter(user=person).exists()


def claims_of(sociallogin: SocialLogin) -> dict[str, Any] | None:
    """What the provider says of somebody. None if its two answers are about different people (OpenID Connect Core 1.0,
    section 5.3.2)."""
    data = sociallogin.account.extra_data
    token, info = data.get("id_token") or {}, data.get("userinfo") or {}
    if not token or (info and info.get("sub") != token.get("sub")):
        return None
    return {**token, **info}


def trusted_email(claims: dict[str, Any]) -> str:
    """The address in `claims`, if the provider vouches for it; else ""."""
    is_verified = claims.get("email_verified") in (True, "true") or settings.OIDC_TRUSTS_EMAILS
    email = claims.get("email")
    return email.lower() if is_verified and isinstance(email, str) else ""


def take_over_groups(person: User, claims: dict[str, Any]) -> None:
    """Make `person` a member of the groups that the provider names, and of no other. A group that the portal does not
    have is none. Where OIDC_GROUPS_CLAIM is not set, groups are kept here."""
    if not settings.OIDC_GROUPS_CLAIM:
        return
    named = claims.get(settings.OIDC_GROUPS_CLAIM) or []
    names = [named] if isinstance(named, str) else [name for name in named if isinstance(name, str)]
    groups = set(Group.objects.filter(name__in=names))
    if groups == set(person.groups.all()):
        return
    # Sessions first: broken off in between, nobody keeps what they were, and the next sign-in goes on.
    end_sessions(User.objects.filter(pk=person.pk))
    person.groups.set(groups)
    person.refresh_from_db(fields=["session_epoch"])


def _people_of(email: str) -> list[User]:
    return list(User.objects.filter(email__iexact=email)) if email else []


def _refused(request: HttpRequest, sociallogin: SocialLogin) -> HttpResponse:
    user_login_failed.send(sender=MEANS, credentials={}, request=request)
    return render(request, "socialaccount/refused.html", status=403)
