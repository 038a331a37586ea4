"""What the check says of e-mail addresses."""

from imports.contacts.problem_types import CHECK_RESULT, CORRECT, ProblemKind, ProblemType
from imports.messages import gettext_noop

PROBLEMS: dict[str, ProblemType] = {
    "email_without_at": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("E-mail addresses without @"),
        gettext_noop("“{original}” has no @, so it is not an e-mail address."),
        CORRECT,
    ),
    "email_two_ats": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("E-mail addresses with more than one @"),
        gettext_noop("“{original}” has more than one @."),
        CORRECT,
    ),
    "email_several": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Several e-mail addresses in one cell"),
        gettext_noop("“{original}” holds more than one e-mail address."),
        gettext_noop("Keep one of them in the cell and upload the file again."),
    ),
    "email_spaces": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("E-mail addresses with spaces"),
        gettext_noop("“{original}” has a space inside the address."),
        CORRECT,
    ),
    "email_too_long": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("E-mail addresses that are too long"),
        gettext_noop("“{original}” is longer than an e-mail address or one of its parts can be."),
        CORRECT,
    ),
    "email_local_part": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("E-mail addresses with a wrong name part"),
        gettext_noop(
            "In “{original}” the part before the @ is missing, or has a character or a dot out of place."
        ),
        CORRECT,
    ),
    "email_domain": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("E-mail addresses with a wrong domain"),
        gettext_noop("In “{original}” the part after the @ is not the name of a mail domain."),
        CORRECT,
    ),
    "email_repaired": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("E-mail addresses with other characters removed"),
        gettext_noop(
            "“{original}” had brackets, punctuation, mailto:, full-width or invisible characters in or "
            "around the address."
        ),
        CHECK_RESULT,
    ),
    "email_domain_typo": ProblemType(
        ProblemKind.DOUBTFUL,
        gettext_noop("E-mail addresses with a likely typing error in the domain"),
        gettext_noop("The domain of “{original}” looks like a typing error. Did you mean {result}?"),
        gettext_noop("Correct it in the file, or send it as it is if the domain is right."),
    ),
    "email_role": ProblemType(
        ProblemKind.DOUBTFUL,
        gettext_noop("Role-based e-mail addresses"),
        gettext_noop("“{original}” looks like the address of a role or a system, not of one person."),
        gettext_noop("Leave it out if nobody there agreed to get your messages."),
    ),
}
