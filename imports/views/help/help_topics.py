"""The topics of the help. Prose stands in their templates; what the code has tables of is shown from those tables."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy

from imports.contacts.approval_rules import APPROVAL_RULES
from imports.contacts.policies import FILE_POLICIES, MATCHING, Policy, PolicyOption
from imports.contacts.problems import PROBLEM_TOPICS, ProblemKind, ProblemType
from imports.contacts.targets import CHANNEL_PROPERTY_TARGETS, CONSENT_PARTS
from imports.jobs.stage import upload_limits
from imports.reports.ledger import BUCKETS


@dataclass(frozen=True)
class HelpTopic:
    """A page of the help: the last part of its address, what it is called, what it tells, and what its template
    `imports/help/<key>.html` shows from tables."""

    key: str
    title: Promise
    lead: Promise
    context: Callable[[], dict[str, Any]] = dict

    @property
    def template(self) -> str:
        return f"imports/help/{self.key}.html"


@dataclass(frozen=True)
class Choice:
    """Something that a person chooses for a whole file, with what each answer means."""

    question: str
    options: list[tuple[str, str]]
    is_default_first: bool


@dataclass(frozen=True)
class ProblemHelp:
    """What is said of a problem that no file has at the moment: {original} and the like are left open."""

    code: str
    title: str
    sentence: str
    effect: str
    remedy: str


LEFT_OPEN = "…"
EFFECTS: dict[ProblemKind, Promise] = {
    ProblemKind.INVALID: gettext_lazy("The value is left out, or its whole row if you chose that."),
    ProblemKind.DOUBTFUL: gettext_lazy("The value is sent as it is. Please check it."),
    ProblemKind.CHANGED: gettext_lazy("The value is sent as repaired."),
    ProblemKind.FORMATTED: gettext_lazy("The value means the same, and is sent in Dotdigital’s format."),
    ProblemKind.ABSENT: gettext_lazy("Nothing is sent for this cell."),
    ProblemKind.ROW: gettext_lazy("Nothing of the row is sent."),
}
"""What each kind of problem does, when nothing else was chosen."""


def _limits() -> dict[str, Any]:
    return asdict(upload_limits())


def _choices() -> dict[str, Any]:
    return {"choices": [_choice(policy) for policy in FILE_POLICIES]}


def _choice(policy: Policy[PolicyOption]) -> Choice:
    return Choice(
        gettext(policy.question),
        [(gettext(option.label), gettext(option.help)) for option in policy],
        # The identifier is suggested by the columns of the file.
        is_default_first=policy.key != MATCHING.key,
    )


def _consent() -> dict[str, Any]:
    return {
        "channel_properties": [(one.label, gettext(one.help)) for one in CHANNEL_PROPERTY_TARGETS],
        "consent_parts": [(gettext(part.title), gettext(part.help)) for part in CONSENT_PARTS.values()],
    }


def _problems() -> dict[str, Any]:
    return {
        "problem_topics": [
            (topic.title, [problem_help(code, problem) for code, problem in topic.problems.items()])
            for topic in PROBLEM_TOPICS
        ]
    }


def problem_help(code: str, problem: ProblemType) -> ProblemHelp:
    sentence = problem.sentence.format(original=LEFT_OPEN, result=LEFT_OPEN, rows=gettext("another row"))
    return ProblemHelp(code, problem.title, sentence, str(EFFECTS[problem.kind]), problem.remedy)


def _rules() -> dict[str, Any]:
    return {"rules": [(gettext(rule.title), gettext(rule.help)) for rule in APPROVAL_RULES.values()]}


def _buckets() -> dict[str, Any]:
    return {"buckets": BUCKETS}


HELP_TOPICS: dict[str, HelpTopic] = {
    topic.key: topic
    for topic in (
        HelpTopic(
            "files",
            gettext_lazy("Files that can be read"),
            gettext_lazy("Which files you can upload, and how to save them so that nothing gets damaged."),
            _limits,
        ),
        HelpTopic(
            "columns",
            gettext_lazy("Mapping columns"),
            gettext_lazy("How to say what each column of your file becomes in Dotdigital."),
        ),
        HelpTopic(
            "existing",
            gettext_lazy("Contacts that exist already"),
            gettext_lazy("How rows find their contacts, and what happens to the values that contacts have."),
            _choices,
        ),
        HelpTopic(
            "consent",
            gettext_lazy("Subscriptions and consent"),
            gettext_lazy("Who gets messages after an import, and how to keep the proof that they agreed."),
            _consent,
        ),
        HelpTopic(
            "problems",
            gettext_lazy("Problems that the check finds"),
            gettext_lazy("What each of them means, what happens to the value, and what you can do."),
            _problems,
        ),
        HelpTopic(
            "approval",
            gettext_lazy("Approval"),
            gettext_lazy("Which imports wait for the approval of others, and who can give it."),
            _rules,
        ),
        HelpTopic(
            "results",
            gettext_lazy("Results in the report"),
            gettext_lazy(
                "What can become of a row. Every row of your file has exactly one of these results."
            ),
            _buckets,
        ),
    )
}
"""The topics by their keys, in the order of the help's own page."""
