"""Accounts and their members, as admins keep them."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.forms.utils import pretty_name
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from imports.accounts.catalogue import known_of, request_refresh
from imports.accounts.connection import PERSON_TIMEOUT, test_connection
from imports.delivery.stopping import pause_account, resume_account
from imports.dotdigital.errors import DotdigitalError
from imports.dotdigital.hosts import normalise_endpoint
from imports.dotdigital.types import AccountInfo
from imports.models import DotdigitalAccount, Membership
from imports.secrets import SecretUnreadableError
from imports.work.queue import wake_account
from portal.requests import PortalRequest

# The form of x-ddg-integration-token: a GUID, braces optional.
GUID_IN_BRACES_OR_NOT = r"^\{?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?$"

# Where the credentials are kept, which the form sets by other names.
ENCRYPTED = ("api_password_encrypted", "integration_token_encrypted")

# With others of these, the account is another one; with others of those, Dotdigital may tell more of it, or less.
IDENTITY = frozenset({"endpoint", "api_user"})
CREDENTIALS = IDENTITY | {"api_password", "integration_token", "remove_integration_token"}

STORED = _("Stored. Enter another one to replace it.")


class AccountForm(forms.ModelForm):
    """Credentials go in and never come out: a blank field leaves what is stored."""

    api_password = forms.CharField(
        label=_("API password"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    integration_token = forms.RegexField(
        GUID_IN_BRACES_OR_NOT,
        label=_("Integration token"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("For verified partners."),
        error_messages={"invalid": _("This is not a token of Dotdigital's: it has the form of a GUID.")},
    )
    remove_integration_token = forms.BooleanField(
        label=_("Remove the stored integration token"), required=False
    )

    class Meta:
        model = DotdigitalAccount
        fields = ["name", "endpoint", "api_user", "phone_region", "max_active_imports"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = bool(self.instance.api_password_encrypted)
        self.fields["api_password"].required = not stored
        self.fields["api_password"].help_text = STORED if stored else ""
        if self.instance.integration_token_encrypted:
            self.fields["integration_token"].help_text = STORED

    def clean_endpoint(self) -> str:
        try:
            return normalise_endpoint(self.cleaned_data["endpoint"], settings.DOTDIGITAL_EXTRA_HOSTS)
        except DotdigitalError as error:
            raise forms.ValidationError(f"{error.sentence} {error.remedy}") from None

    def clean_phone_region(self) -> str:
        return self.cleaned_data["phone_region"].upper()

    def save(self, commit: bool = True) -> DotdigitalAccount:
        if self.cleaned_data["api_password"]:
            self.instance.api_password = self.cleaned_data["api_password"]
        if self.cleaned_data.get("remove_integration_token"):
            self.instance.integration_token = ""
        elif self.cleaned_data["integration_token"]:
            self.instance.integration_token = self.cleaned_data["integration_token"]
        return super().save(commit)


def _answer_words(account: DotdigitalAccount, info: AccountInfo) -> str:
    if info.name:
        words = gettext("{account}: {endpoint} answers as {name} ({id}).")
    else:
        words = gettext("{account}: {endpoint} answers as an account without a name ({id}).")
    return words.format(account=account, endpoint=info.api_endpoint, name=info.name, id=info.id)


class LabelledFormSet(BaseInlineFormSet):
    """Forms in the rows of a table: the heading of the column is no label to a screen reader, so each field has one."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            if not field.widget.is_hidden:
                field.widget.attrs.setdefault("aria-label", field.label or pretty_name(name))


class MembershipInline(admin.TabularInline):
    model = Membership
    formset = LabelledFormSet
    extra = 0
    autocomplete_fields = ["user"]


@admin.register(DotdigitalAccount)
class AccountAdmin(admin.ModelAdmin):
    form = AccountForm
    list_display = [
        "name",
        "endpoint",
        "api_user",
        "phone_region",
        "is_paused",
        "blocked_words",
        "failed_calls",
        "not_before",
    ]
    list_filter = ["is_paused"]
    search_fields = ["name", "api_user"]
    readonly_fields = [
        "page",
        "is_paused",
        "blocked_words",
        "failed_calls",
        "not_before",
        "slot_ceiling",
        "unread_reason",
        "read_at",
        "created_at",
    ]
    inlines = [MembershipInline]
    actions = ["pause", "resume", "check_connection"]

    def save_model(
        self, request: HttpRequest, account: DotdigitalAccount, form: AccountForm, change: bool
    ) -> None:
        """Workers write to the account meanwhile: only what the form is about is saved."""
        saved = [*AccountForm.Meta.fields, *ENCRYPTED]
        if "endpoint" in form.changed_data:  # another way to Dotdigital may take more
            account.body_limit = account.body_limit_at = None
            saved += ["body_limit", "body_limit_at"]
        account.save(update_fields=saved if change else None)
        if not change or CREDENTIALS.intersection(form.changed_data):
            request_refresh(account, is_another=not IDENTITY.isdisjoint(form.changed_data))

    @admin.display(description=_("In the portal"))
    def page(self, account: DotdigitalAccount) -> str:
        if account.pk is None:
            return "–"
        return format_html(
            '<a href="{}">{}</a>',
            reverse("imports:account", args=[account.pk]),
            gettext("What goes into it now"),
        )

    @admin.display(description=_("Not read because"))
    def unread_reason(self, account: DotdigitalAccount) -> str:
        return "–" if account.pk is None else known_of(account).unread_words or "–"

    @admin.display(description=_("Cannot be used because"))
    def blocked_words(self, account: DotdigitalAccount) -> str:
        return account.blocked_words

    @admin.display(description=_("Last read"))
    def read_at(self, account: DotdigitalAccount) -> datetime | None:
        return None if account.pk is None else known_of(account).read_at

    @admin.action(description=_("Pause everything"), permissions=["change"])
    def pause(self, request: PortalRequest, accounts: QuerySet[DotdigitalAccount]) -> None:
        for account in accounts:
            pause_account(account, request.user)
            self.message_user(
                request,
                gettext("{account}: paused; nothing more is sent into it.").format(account=account),
                messages.SUCCESS,
            )

    @admin.action(description=_("Resume"), permissions=["change"])
    def resume(self, request: PortalRequest, accounts: QuerySet[DotdigitalAccount]) -> None:
        for account in accounts:
            resume_account(account, request.user)
            wake_account(account)
            self.message_user(
                request,
                gettext("{account}: resumed; its imports continue.").format(account=account),
                messages.SUCCESS,
            )

    @admin.action(description=_("Test connection"), permissions=["change"])
    def check_connection(self, request: HttpRequest, accounts: QuerySet[DotdigitalAccount]) -> None:
        for account in accounts:
            try:
                info = test_connection(account, timeout=PERSON_TIMEOUT)
            except DotdigitalError as error:
                self.message_user(request, f"{account}: {error.sentence} {error.remedy}", messages.ERROR)
            except SecretUnreadableError as error:
                self.message_user(request, f"{account}: {error}", messages.ERROR)
            else:
                wake_account(account)  # if it was blocked, that is over
                self.message_user(
                    request,
                    _answer_words(account, info),
                    messages.SUCCESS,
                )
