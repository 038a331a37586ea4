"""What the administration is called, and that it has no sign-in of its own. What it keeps: `imports.admin`."""

from typing import Any

from allauth.account import admin as account_admin
from allauth.mfa import admin as mfa_admin
from allauth.socialaccount import admin as social_admin
from allauth.usersessions import admin as sessions_admin
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

admin.site.site_header = gettext_lazy("Import portal administration")
admin.site.site_title = gettext_lazy("Import portal")
admin.site.index_title = gettext_lazy("Accounts, people and jobs")

# What allauth keeps of people, their factors and their sessions is theirs.
for module in (account_admin, mfa_admin, sessions_admin, social_admin):
    for model in [model for model in admin.site._registry if model.__module__.startswith(module.__package__)]:
        admin.site.unregister(model)


@never_cache
@login_not_required
def admin_sign_in(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """The one sign-in page, which leads back; whoever has signed in and is not of the staff gets a 403."""
    if admin.site.has_permission(request):
        return redirect("admin:index")
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next") or request.path)


admin.site.login = admin_sign_in  # type: ignore[method-assign]
