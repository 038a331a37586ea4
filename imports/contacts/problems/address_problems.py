"""What the check says of e-mail addresses, and of the web and IP addresses of consent records."""

from imports.contacts.problem_types import CHECK_RESULT, CORRECT, ProblemKind, ProblemType
from imports.messages import gettext_noop

PROBLEMS: dict[str, ProblemType] = {
    # E-mail addresses
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
    # Web and IP addresses
    "url_spaces": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Web addresses with spaces"),
        gettext_noop("“{original}” has a space, or a character that nobody can see, inside the address."),
        CORRECT,
    ),
    "url_scheme": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Addresses that are not of the web"),
        gettext_noop("“{original}” begins with something other than http:// or https://."),
        gettext_noop("Use the address of the web page."),
    ),
    "url_invalid": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Not web addresses"),
        gettext_noop("“{original}” is not the address of a web page."),
        gettext_noop("Write the whole address, beginning with https://, and upload the file again."),
    ),
    "url_scheme_added": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Web addresses without https://"),
        gettext_noop("“{original}” began without https://, which was put in front."),
        CHECK_RESULT,
    ),
    "url_encoded": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Web addresses with letters that were encoded"),
        gettext_noop("“{original}” has letters or signs that a web address can only have in encoded form."),
        CHECK_RESULT,
    ),
    "url_unwrapped": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("Web addresses with other characters removed"),
        gettext_noop(
            "“{original}” had brackets, quotation marks or invisible characters in or around the address."
        ),
        CHECK_RESULT,
    ),
    "ip_several": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Several IP addresses in one cell"),
        gettext_noop("“{original}” holds more than one IP address."),
        gettext_noop("Keep the contact's own address in the cell and upload the file again."),
    ),
    "ip_anonymised": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Anonymised IP addresses"),
        gettext_noop("A part of “{original}” was made unreadable, and only whole IP addresses are taken."),
        gettext_noop("Use the whole address, or leave the cell blank."),
    ),
    "ip_leading_zeros": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("IP addresses with leading zeros"),
        gettext_noop(
            "“{original}” has zeros in front of a number, and programs do not agree on what that means."
        ),
        gettext_noop("Remove the zeros in the file and upload the file again."),
    ),
    "ip_invalid": ProblemType(
        ProblemKind.INVALID,
        gettext_noop("Not IP addresses"),
        gettext_noop("“{original}” is not an IP address."),
        CORRECT,
    ),
    "ip_unwrapped": ProblemType(
        ProblemKind.CHANGED,
        gettext_noop("IP addresses with other characters removed"),
        gettext_noop("“{original}” had a port, brackets or a zone with the address."),
        CHECK_RESULT,
    ),
}
