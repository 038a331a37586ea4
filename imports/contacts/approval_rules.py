"""Which imports an account wants to have approved before they are sent: its rules, and which of them apply.

What an account has chosen is stored as JSON: the code of each of its rules -> its limit, or true for a rule that has
none. What applies is told from the counts of the check alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from imports.contacts.targets import (
    EMAIL_STATUS,
    OPT_IN_TYPE,
    RESUBSCRIBE_AT_ONCE,
    SMS_STATUS,
    WHATSAPP_STATUS,
)
from imports.contacts.values.statuses import SUBSCRIBED
from imports.fates import Fate
from imports.messages import Catalogue, Message, Wording, gettext_noop

VERIFIED_DOUBLE = "verifiedDouble"
SUBSCRIPTIONS = (EMAIL_STATUS, SMS_STATUS, WHATSAPP_STATUS)
WHOLE = 100

ApprovalRules = Mapping[str, int | bool]
"""The rules of an account: code -> limit, or true."""


@dataclass(frozen=True, slots=True)
class CheckedFacts:
    """What rules look at: the summary of a check and the mapping, as JSON, and how many data fields and lists were
    created in the account for the import."""

    summary: Mapping[str, Any]
    mapping: Mapping[str, Any]
    created: int = 0

    def rows(self, *fates: Fate) -> int:
        """How many rows have one of `fates`."""
        counted = self.summary.get("fates", {})
        return sum(counted.get(fate, 0) for fate in fates)

    @property
    def found(self) -> Mapping[str, Any]:
        """What the contacts that are ready would bring about."""
        preflight: Mapping[str, Any] = self.summary.get("preflight", {})
        return preflight


@dataclass(frozen=True, slots=True)
class ApprovalRule:
    """A rule. `title`: what it is called where it is chosen, and `help` what it takes in; `applied`: what is said of an
    import that it applies to, of its {figure}, {limit} and how many there are in all ({whole}).

    `figure` counts what the rule is about, `whole` among how many. A rule with a limit applies to more than that: of a
    rule in percent, to a larger share of the whole; one without, to any.
    """

    code: str
    title: str
    help: str
    applied: str
    figure: Callable[[CheckedFacts], int]
    whole: Callable[[CheckedFacts], int] = lambda _: 0
    has_limit: bool = False
    is_percent: bool = False

    def applies(self, facts: CheckedFacts, limit: int) -> bool:
        """Whether the import of `facts` is to be approved by this rule."""
        if self.is_percent:
            return self.figure(facts) * WHOLE > limit * self.whole(facts)
        return self.figure(facts) > limit


def _ready(facts: CheckedFacts) -> int:
    return facts.rows(Fate.READY)


def _subscribed(facts: CheckedFacts) -> int:
    """Contacts set to subscribed in a channel, or resubscribed without being asked: of the channel with the most."""
    statuses: Mapping[str, Mapping[str, int]] = facts.found.get("statuses", {})
    counts = [statuses.get(target.name, {}).get(SUBSCRIBED, 0) for target in SUBSCRIPTIONS]
    return max(*counts, _resubscribed(facts))


def _resubscribed(facts: CheckedFacts) -> int:
    entries = (*facts.mapping.get("columns", []), *facts.mapping.get("constants", []))
    said = [entry for entry in entries if entry.get("target") == RESUBSCRIBE_AT_ONCE.name]
    if not said or all(entry.get("value") is False for entry in said):
        return 0
    return int(facts.summary.get("filled", {}).get(RESUBSCRIBE_AT_ONCE.name) or _ready(facts))


def _verified_double(facts: CheckedFacts) -> int:
    statuses: Mapping[str, Mapping[str, int]] = facts.found.get("statuses", {})
    return statuses.get(OPT_IN_TYPE.name, {}).get(VERIFIED_DOUBLE, 0)


def _without_consent(facts: CheckedFacts) -> int:
    """Contacts without any complete record. Of several records only each on its own is counted, so that the most
    frequent is taken: rather one approval too many."""
    records = facts.found.get("consent", {}).values()
    complete = max((one.get("complete", 0) + one.get("repeated", 0) for one in records), default=0)
    return max(_ready(facts) - complete, 0)


APPROVAL_RULES: dict[str, ApprovalRule] = {
    rule.code: rule
    for rule in (
        ApprovalRule(
            "always",
            gettext_noop("Every import"),
            gettext_noop("Nothing is sent into this account without approval."),
            gettext_noop("Every import into this account is to be approved."),
            lambda _: 1,
        ),
        ApprovalRule(
            "contacts",
            gettext_noop("More contacts than"),
            gettext_noop("Imports of more contacts than this. Left blank: however many there are."),
            gettext_noop("Contacts to be imported: {figure}. Allowed without approval: {limit}."),
            _ready,
            has_limit=True,
        ),
        ApprovalRule(
            "clears",
            gettext_noop("Values are erased"),
            gettext_noop("Imports by which blank cells erase values that contacts have."),
            gettext_noop("Values to be erased, at most: {figure}."),
            lambda facts: int(facts.summary.get("values_to_clear", 0)),
        ),
        ApprovalRule(
            "subscribed",
            gettext_noop("Somebody is set to subscribed"),
            gettext_noop(
                "Imports that set contacts to “Subscribed” in any channel, or resubscribe them without asking. New "
                "contacts whose status is not said are subscribed by Dotdigital, and do not count here."
            ),
            gettext_noop("Contacts set to subscribed: {figure}."),
            _subscribed,
        ),
        ApprovalRule(
            "double",
            gettext_noop("Verified double opt-in"),
            gettext_noop(
                "Imports with the opt-in type “Verified double”: Dotdigital mails the people to confirm."
            ),
            gettext_noop("Contacts with verified double opt-in: {figure}."),
            _verified_double,
        ),
        ApprovalRule(
            "creates",
            gettext_noop("Lists or data fields are created"),
            gettext_noop("Imports for which lists or data fields were created in the account."),
            gettext_noop("Lists and data fields created for it: {figure}."),
            lambda facts: facts.created,
        ),
        ApprovalRule(
            "consent",
            gettext_noop("A consent record is missing or incomplete"),
            gettext_noop(
                "Imports with contacts for whom no complete consent record is sent, or none at all."
            ),
            gettext_noop("Contacts without a complete consent record: {figure}."),
            _without_consent,
        ),
        ApprovalRule(
            "rejected",
            gettext_noop("More rows that are not valid than, in percent"),
            gettext_noop(
                "Imports of whose rows more than this share is not valid. Blank rows and rows that somebody left out "
                "do not count. Left blank: however many there are."
            ),
            gettext_noop(
                "Rows that are not valid: {figure} of {whole}. Allowed without approval: {limit} %."
            ),
            lambda facts: facts.rows(Fate.REJECTED),
            lambda facts: facts.rows(Fate.READY, Fate.REJECTED, Fate.DUPLICATE),
            has_limit=True,
            is_percent=True,
        ),
    )
}
"""The rules that there are, in the order in which pages show them."""

APPLIED_WORDS = Catalogue({code: Wording(rule.applied) for code, rule in APPROVAL_RULES.items()})
"""What is said of an import that a rule applies to."""


@dataclass(frozen=True, slots=True)
class AppliedRule:
    """That the rule of this code applies to an import, with the counts by which it does."""

    code: str
    figure: int
    whole: int = 0
    limit: int = 0

    @property
    def sentence(self) -> str:
        """The same for people."""
        counts = {"figure": self.figure, "whole": self.whole, "limit": self.limit}
        return APPLIED_WORDS.sentence(Message(self.code, counts))

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON-safe values; `from_dict` is its inverse."""
        return {"code": self.code, "figure": self.figure, "whole": self.whole, "limit": self.limit}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """What `to_dict` gave."""
        return cls(**values)


def applied_rules(chosen: ApprovalRules, facts: CheckedFacts) -> list[AppliedRule]:
    """Those of the `chosen` rules that apply to the import of `facts`. A code that is not known any more applies to
    everything: rather one approval too many."""
    found = []
    for code, limit in chosen.items():
        rule = APPROVAL_RULES.get(code)
        allowed = int(limit) if rule and rule.has_limit else 0
        if rule is None:
            found.append(AppliedRule(code, 1))
        elif rule.applies(facts, allowed):
            found.append(AppliedRule(code, rule.figure(facts), rule.whole(facts), allowed))
    return found
