"""What the check says of values of which there are only a few."""

from imports.contacts.problem_types import ProblemKind, ProblemType

PROBLEMS: dict[str, ProblemType] = {
    "choice_unknown": ProblemType(
        ProblemKind.INVALID,
        "Values that this column cannot have",
        "“{original}” is none of the values that Dotdigital takes here, and no known word for one of them.",
        "Say in the mapping what it means, or correct it.",
    ),
    "status_unknown": ProblemType(
        ProblemKind.INVALID,
        "Subscription statuses that are not understood",
        "“{original}” is no known word for a subscription. A new contact without a status would be subscribed, so the "
        "row is left out.",
        "Say in the mapping what it means, or correct it.",
    ),
    "status_not_subscribed": ProblemType(
        ProblemKind.INVALID,
        "People who have not subscribed",
        "“{original}” says that this person has not subscribed, or not yet. Dotdigital has no such e-mail status and "
        "would subscribe a new contact, so the row is left out.",
        "Nothing needs doing. To import these people as unsubscribed, say so in the mapping.",
    ),
    "opt_out_no": ProblemType(
        ProblemKind.ABSENT,
        "People who did not opt out",
        "“{original}” says that this person did not opt out, which says nothing of a subscription. No status is sent.",
        "Nothing needs doing. Where it means subscribed, say so in the mapping.",
    ),
}
