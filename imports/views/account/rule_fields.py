"""The fields by which somebody chooses which imports of an account are to be approved: one for each rule there is."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext, gettext_lazy

from imports.contacts.approval_rules import APPROVAL_RULES, WHOLE, ApprovalRule
from imports.locale_forms import number
from imports.models import DotdigitalAccount

MAX_CONTACTS = 1_000_000_000
RULE_FIELDS = {f"rule_{code}": rule for code, rule in APPROVAL_RULES.items()}
"""The names of the fields, and whose they are."""


def _field_of(rule: ApprovalRule) -> forms.Field:
    label, words = gettext_lazy(rule.title), gettext_lazy(rule.help)
    if not rule.has_limit:
        return forms.BooleanField(label=label, help_text=words, required=False)
    most = WHOLE if rule.is_percent else MAX_CONTACTS
    return forms.IntegerField(label=label, help_text=words, required=False, min_value=0, max_value=most)


class RuleFields(forms.Form):
    """Of a form of an account: a field for each rule, ticked, or with its limit filled in, where the account has the
    rule; and how many people have to approve."""

    instance: DotdigitalAccount

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rule in RULE_FIELDS.items():
            self.initial.setdefault(name, self.instance.approval_rules.get(rule.code))
        if "approvals_needed" in self.fields:
            self.fields["approvals_needed"].required = False

    def clean_approvals_needed(self) -> int:
        """Left out, it stays as it is."""
        return self.cleaned_data.get("approvals_needed") or self.instance.approvals_needed

    @property
    def chosen_rules(self) -> dict[str, int | bool]:
        """The rules as they are stored."""
        given = {rule.code: self.cleaned_data.get(name) for name, rule in RULE_FIELDS.items()}
        return {code: value for code, value in given.items() if value is not None and value is not False}


for _name, _rule in RULE_FIELDS.items():
    RuleFields.base_fields[_name] = RuleFields.declared_fields[_name] = _field_of(_rule)


class AccountApprovalForm(RuleFields, forms.ModelForm):
    """What a manager says of the approval of an account's imports."""

    class Meta:
        model = DotdigitalAccount
        fields: ClassVar = ["approvals_needed"]

    def save(self, commit: bool = True) -> DotdigitalAccount:
        """Keep the rules, and nothing else: workers write to the account meanwhile."""
        self.instance.approval_rules = self.chosen_rules
        account: DotdigitalAccount = super().save(commit=False)
        if commit:
            account.save(update_fields=["approval_rules", "approvals_needed"])
        return account


def rules_in_force(account: DotdigitalAccount) -> list[str]:
    """The rules of `account` in plain words, in the order in which they are chosen."""
    chosen = account.approval_rules
    return [
        gettext("{rule}: {limit}").format(rule=gettext(rule.title), limit=number(int(chosen[code])))
        if rule.has_limit
        else gettext(rule.title)
        for code, rule in APPROVAL_RULES.items()
        if code in chosen
    ]
