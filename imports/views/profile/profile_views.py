"""A person's own page, and the change of their password."""

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext, override
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from imports.audit.recording import record
from imports.transactions import unit_of_work
from imports.views.profile.profile_form import ProfileForm
from imports.views.wizard import Look
from portal.models import User
from portal.requester import shortened_agent
from portal.requests import PortalRequest
from portal.sign_in.open_sessions import end_other_sessions, keep_this_session, sessions_of
from portal.sign_in.second_factor import has_factor

ANSWERS = ["GET", "HEAD", "POST"]


def posted(request: PortalRequest) -> QueryDict | None:
    """What a form is filled with; None while the page is only looked at. A post without a field is a post, too."""
    return request.POST if request.method == "POST" else None


@require_http_methods(ANSWERS)
def profile(request: PortalRequest) -> HttpResponse:
    """Who the person is to the portal, and how it speaks to them; posting it keeps that."""
    # Not request.user: what cannot be kept must not be shown at the top of the page as theirs.
    person = User.objects.get(pk=request.user.pk)
    form = ProfileForm(posted(request), instance=person)
    if request.method == "POST" and form.is_valid():
        with unit_of_work():
            # Nothing else: what an administrator changes meanwhile stays changed.
            form.save(commit=False).save(update_fields=ProfileForm.Meta.fields)
        # In the language that has just been chosen.
        with override(person.spoken_language or get_language()):
            words = gettext("Your settings are saved.")
        messages.success(request, words, extra_tags=Look.GOOD)
        return redirect("imports:profile")
    context = {
        "page": "profile",
        "form": form,
        "sends_mail": settings.SENDS_MAIL,
        "has_factor": has_factor(person),
        "sessions": [(session, shortened_agent(session.user_agent)) for session in sessions_of(request)],
    }
    return render(request, "imports/profile/profile.html", context, status=422 if form.errors else 200)


@sensitive_post_parameters()
@require_http_methods(ANSWERS)
def password(request: PortalRequest) -> HttpResponse:
    """Ask for the old password and the new one; posting them changes it. This session goes on, all others end."""
    if response := ratelimit.consume_or_429(request, action="change_password", user=request.user):
        return response
    form = PasswordChangeForm(request.user, posted(request))
    if request.method == "POST" and form.is_valid():
        with unit_of_work():
            person = form.save()
        keep_this_session(request, person)
        messages.success(
            request,
            gettext("Your password is changed. Wherever else you were signed in, you are signed out."),
            extra_tags=Look.GOOD,
        )
        return redirect("imports:profile")
    context = {"page": "profile", "form": form}
    return render(request, "imports/profile/password.html", context, status=422 if form.errors else 200)


@require_POST
def sign_out_elsewhere(request: PortalRequest) -> HttpResponse:
    """End every session of the person but this one."""
    with unit_of_work():
        end_other_sessions(request)
        record("signed_out_elsewhere", by=request.user, on=request.user)
    messages.success(
        request, gettext("Wherever else you were signed in, you are signed out."), extra_tags=Look.GOOD
    )
    return redirect("imports:profile")
