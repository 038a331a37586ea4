"""What the check says of values of which there are only a few."""

from imports.contacts.problem_types import ProblemKind, ProblemType
from imports.messages import gettext_noop

PROBLEMS: dict[str, ProblemType] = {
    "choice_unknown": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Values that this column cannot have"),
        gettext_noop("“{original}” is not a value that Dotdigital accepts here, nor a known word for one."),
        gettext_noop("Say in the mapping what it means, or correct it."),
    ),
    "status_unknown": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Subscription statuses that are not understood"),
        gettext_noop(
            "“{original}” is not a known word for a subscription status. A new contact without a status "
            "would be subscribed, so the row is left out."
        ),
        gettext_noop("Say in the mapping what it means, or correct it."),
    ),
    "status_not_subscribed": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("People who have not subscribed"),
        gettext_noop(
            "“{original}” says that this person has not subscribed, or not yet. Dotdigital has no such "
            "e-mail status and would subscribe a new contact, so the row is left out."
        ),
        gettext_noop(
            "You do not need to do anything. To import these people as unsubscribed, say so in the mapping."
        ),
    ),
    "opt_out_no": ProblemType(
        ProblemKind.ABSENT,
        gettext_noop("People who did not opt out"),
        gettext_noop(
            "“{original}” says that this person did not opt out, which says nothing of a subscription. No "
            "status is sent."
        ),
        gettext_noop("You do not need to do anything. Where it means subscribed, say so in the mapping."),
    ),
}
