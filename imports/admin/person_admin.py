"""People and groups, as admins keep them. What gives rights is for superusers alone."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext, gettext_lazy

from imports.access import may_change_person
from imports.admin.ended_sessions import end_sessions_of
from imports.admin.fresh_proof_admin import FreshProofAdmin
from imports.admin.superusers_only import SuperusersOnly
from portal.models import User
from portal.sign_in.fresh_proof import ask_for_proof, is_fresh
from portal.sign_in.open_sessions import keep_this_session

PRIVILEGES = ("is_staff", "is_superuser", "groups", "user_permissions")
# Changing these of a person is not noticed by `User.save`.
HELD_ELSEWHERE = frozenset({"groups", "user_permissions"})

# Nobody administers what allauth keeps, so there is nothing to permit.
UNADMINISTERED = ("account", "mfa", "usersessions", "socialaccount")

admin.site.unregister(Group)


class PermissionsForm(admin.ModelAdmin):
    """A form that offers the permissions for what the administration has pages of."""

    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **options: Any) -> Any:
        field: Any = super().formfield_for_manytomany(db_field, request, **options)
        if db_field.related_model is Permission and field is not None:
            field.queryset = field.queryset.exclude(content_type__app_label__in=UNADMINISTERED)
        return field


@admin.register(User)
class PersonAdmin(FreshProofAdmin, PermissionsForm, UserAdmin):
    # Only the portal knows these.
    readonly_fields = ("last_login", "date_joined")
    actions = ("remove_factors",)
    # Django's widget with two lists has labels that screen readers are not told.
    filter_horizontal = ()
    fieldsets = (
        *(UserAdmin.fieldsets or ()),
        (gettext_lazy("Preferences"), {"fields": ["time_zone", "language", "mails", "notices"]}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        """A field that is only shown is none of the form: what is posted for it is not looked at."""
        shown = super().get_readonly_fields(request, obj)
        return shown if request.user.is_superuser else (*shown, *PRIVILEGES)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and _may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody is removed: what they have done would lose its name. Who has left is made inactive."""
        return False

    def user_change_password(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return (
            super().user_change_password(request, *args, **kwargs)
            if is_fresh(request)
            else ask_for_proof(request)
        )

    @admin.action(description=gettext_lazy("Remove second factors"), permissions=["change"])
    def remove_factors(self, request: Any, people: QuerySet[User]) -> HttpResponseBase | None:
        """For whoever has lost theirs. With their password alone they are in then, so their sessions end."""
        if not is_fresh(request):
            return ask_for_proof(request)
        for person in people:
            if person.pk == request.user.pk or not may_change_person(request.user, person):
                words, level = gettext("{name}: you cannot remove their second factors."), messages.ERROR
            elif Authenticator.objects.filter(user=person).delete()[0]:
                end_sessions_of(request, [person.pk])
                words, level = gettext("{name}: has no second factor any more."), messages.SUCCESS
            else:
                words, level = gettext("{name}: had no second factor."), messages.WARNING
            self.message_user(request, words.format(name=person.get_username()), level)
        return None

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change and HELD_ELSEWHERE.intersection(form.changed_data):
            end_sessions_of(request, [form.instance.pk])
        elif form.instance.pk == request.user.pk:
            # Whoever takes a right from themselves stays signed in where they do it.
            keep_this_session(request, form.instance)


def _may_change(request: Any, person: User | None) -> bool:
    return person is None or may_change_person(request.user, person)


@admin.register(Group)
class PortalGroupAdmin(PermissionsForm, SuperusersOnly, GroupAdmin):
    """A group's permissions are everybody's in it, and so are its memberships of accounts."""

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "permissions" in form.changed_data:
            people = User.objects.filter(groups=form.instance).values_list("pk", flat=True)
            end_sessions_of(request, list(people))
