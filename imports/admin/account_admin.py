"""Accounts and their members, as admins keep them."""

from collections.abc import Iterator
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

from imports.access import has_role, may_manage, roles_by_person
from imports.accounts.catalogue import known_of, request_refresh
from imports.accounts.connection import PERSON_TIMEOUT, test_connection
from imports.admin.ended_sessions import end_sessions_of
from imports.admin.fresh_proof_admin import FreshProofAdmin
from imports.admin.scoped_admin import CHANGES, ScopedAdmin
from imports.admin.superusers_only import SuperusersChange
from imports.audit.recording import record
from imports.delivery.stopping import pause_account, resume_account
from imports.dotdigital.errors import DotdigitalError
from imports.dotdigital.hosts import normalise_endpoint
from imports.dotdigital.types import AccountInfo
from imports.jobs.removal import StillUnderWayError, remove_account
from imports.locale_forms import listed
from imports.models import DotdigitalAccount, GroupMembership, Membership, UploadJob
from imports.secrets import SecretUnreadableError
from imports.views.account.rule_fields import RULE_FIELDS, RuleFields, rules_in_force
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
PASSWORD_AGAIN = _("The endpoint or the API user is another one: enter the password again.")
TOKEN_AGAIN = _("The endpoint is another one: enter the integration token again, or remove it.")


class AccountForm(RuleFields, forms.ModelForm):
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
        fields = [
            "name",
            "endpoint",
            "api_user",
            "phone_region",
            "max_active_imports",
            "shares_jobs",
            "approvals_needed",
            "uploads_kept_days",
            "rows_kept_days",
            "downloads_kept_days",
            "unsent_kept_days",
            "digests_kept_days",
            "reads_contacts",
        ]

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

    def clean(self) -> dict[str, Any]:
        """What is stored goes only where it was entered for: for another host or API user it is entered again."""
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk is None:
            return cleaned
        moved = {name for name in IDENTITY if name in cleaned and cleaned[name] != self.initial[name]}
        if moved and not cleaned.get("api_password"):
            self.add_error("api_password", PASSWORD_AGAIN)
        keeps_token = not (cleaned.get("integration_token") or cleaned.get("remove_integration_token"))
        if "endpoint" in moved and self.instance.integration_token_encrypted and keeps_token:
            self.add_error("integration_token", TOKEN_AGAIN)
        return cleaned

    def save(self, commit: bool = True) -> DotdigitalAccount:
        if self.cleaned_data["api_password"]:
            self.instance.api_password = self.cleaned_data["api_password"]
        if self.cleaned_data.get("remove_integration_token"):
            self.instance.integration_token = ""
        elif self.cleaned_data["integration_token"]:
            self.instance.integration_token = self.cleaned_data["integration_token"]
        self.instance.approval_rules = self.chosen_rules
        return super().save(commit)


def _answer_words(account: DotdigitalAccount, info: AccountInfo) -> str:
    if info.name:
        words = gettext("{account}: {endpoint} answers as {name} ({id}).")
    else:
        words = gettext("{account}: {endpoint} answers as an account without a name ({id}).")
    return words.format(account=account, endpoint=info.api_endpoint, name=info.name, id=info.id)


CONNECTION = [
    "name",
    "endpoint",
    "api_user",
    "api_password",
    "integration_token",
    "remove_integration_token",
    "phone_region",
    "max_active_imports",
    "shares_jobs",
    "reads_contacts",
]
APPROVAL_WORDS = _(
    "Imports that one of these applies to are sent once approvers of the account have approved them. Nobody approves "
    "what they uploaded, mapped, repaired or started, superusers neither."
)


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


class GroupMembershipInline(SuperusersChange, admin.TabularInline):
    """Who is in a group is for superusers to say, and so is what a group is to an account."""

    model = GroupMembership
    formset = LabelledFormSet
    extra = 0
    autocomplete_fields = ["group"]


@admin.register(DotdigitalAccount)
class AccountAdmin(FreshProofAdmin, ScopedAdmin):
    account_path = "pk"
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
        "approval_words",
    ]
    inlines = [MembershipInline, GroupMembershipInline]
    actions = ["pause", "resume", "check_connection"]

    def get_fieldsets(self, request: HttpRequest, obj: DotdigitalAccount | None = None) -> Any:
        """Whoever may not change the account reads the rules of approval as a list."""
        may_change = self.has_change_permission(request, obj) if obj else True
        rules = [*RULE_FIELDS, "approvals_needed"] if may_change else ["approval_words", "approvals_needed"]
        state = [name for name in self.readonly_fields if name != "approval_words"]
        return [
            (None, {"fields": CONNECTION}),
            (_("Approval"), {"fields": rules, "description": APPROVAL_WORDS}),
            (_("State"), {"fields": state}),
        ]

    @admin.display(description=_("Imports to be approved"))
    def approval_words(self, account: DotdigitalAccount) -> str:
        return listed(rules_in_force(account)) or gettext("none")

    def save_model(
        self, request: HttpRequest, account: DotdigitalAccount, form: AccountForm, change: bool
    ) -> None:
        """Workers write to the account meanwhile: only what the form is about is saved."""
        saved = [*AccountForm.Meta.fields, *ENCRYPTED, "approval_rules"]
        if "endpoint" in form.changed_data:  # another way to Dotdigital may take more
            account.body_limit = account.body_limit_at = None
            saved += ["body_limit", "body_limit_at"]
        account.save(update_fields=saved if change else None)
        if not change or CREDENTIALS.intersection(form.changed_data):
            request_refresh(account, is_another=not IDENTITY.isdisjoint(form.changed_data))

    def account_id_of(self, obj: DotdigitalAccount) -> int:
        return obj.pk

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What is deleted with the accounts, and which imports keep it."""
        accounts = list(objs)
        jobs = UploadJob.objects.filter(account__in=accounts)
        counts = {
            str(DotdigitalAccount._meta.verbose_name_plural): len(accounts),
            gettext("Imports with all their files"): jobs.count(),
        }
        kept = [str(job) for job in jobs.light().in_delivery()]
        kept += [str(account) for account in accounts if not self.has_delete_permission(request, account)]
        return [str(account) for account in accounts], counts, set(), kept

    def delete_model(self, request: Any, obj: DotdigitalAccount) -> None:
        self.delete_queryset(request, DotdigitalAccount.objects.filter(pk=obj.pk))

    def delete_queryset(self, request: Any, queryset: QuerySet[DotdigitalAccount]) -> None:
        for account in queryset:
            try:
                remove_account(account, request.user)
            except StillUnderWayError:
                words = gettext("{account}: it was not deleted, because something is being imported into it.")
                self.message_user(request, words.format(account=account), messages.ERROR)

    def save_related(self, request: Any, form: AccountForm, formsets: Any, change: bool) -> None:
        """Whoever is something else to the account than before is signed out: a session never outlives a role."""
        before = roles_by_person(form.instance)
        super().save_related(request, form, formsets, change)
        if not change and not has_role(request.user, form.instance.pk, CHANGES):
            Membership.objects.update_or_create(
                account=form.instance, user=request.user, defaults={"role": CHANGES}
            )
            words = gettext("{account}: you are its manager, because you have added it.")
            self.message_user(request, words.format(account=form.instance), messages.INFO)
        after = roles_by_person(form.instance)
        changed = {
            person for person in before.keys() | after.keys() if before.get(person) != after.get(person)
        }
        end_sessions_of(request, changed)

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

    def _managed(
        self, request: PortalRequest, accounts: QuerySet[DotdigitalAccount]
    ) -> Iterator[DotdigitalAccount]:
        """Those of `accounts` that the person manages; of the others it is said that they do not."""
        for account in accounts:
            if may_manage(request.user, account):
                yield account
            else:
                words = gettext("{account}: you are not its manager.").format(account=account)
                self.message_user(request, words, messages.ERROR)

    @admin.action(description=_("Pause everything"), permissions=["change"])
    def pause(self, request: PortalRequest, accounts: QuerySet[DotdigitalAccount]) -> None:
        for account in self._managed(request, accounts):
            pause_account(account, request.user)
            self.message_user(
                request,
                gettext("{account}: paused; nothing more is sent into it.").format(account=account),
                messages.SUCCESS,
            )

    @admin.action(description=_("Resume"), permissions=["change"])
    def resume(self, request: PortalRequest, accounts: QuerySet[DotdigitalAccount]) -> None:
        for account in self._managed(request, accounts):
            resume_account(account, request.user)
            wake_account(account)
            self.message_user(
                request,
                gettext("{account}: resumed; its imports continue.").format(account=account),
                messages.SUCCESS,
            )

    @admin.action(description=_("Test connection"), permissions=["change"])
    def check_connection(self, request: PortalRequest, accounts: QuerySet[DotdigitalAccount]) -> None:
        for account in self._managed(request, accounts):
            record("connection_tested", by=request.user, on=account)
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
