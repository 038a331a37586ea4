"""What the check says of web and IP addresses, which consent records have."""

from imports.contacts.problem_types import CHECK_RESULT, CORRECT, ProblemKind, ProblemType
from imports.messages import gettext_noop

PROBLEMS: dict[str, ProblemType] = {
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
