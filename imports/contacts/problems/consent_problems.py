"""What the check says of web and IP addresses, which consent records have."""

from imports.contacts.problem_types import CHECK_RESULT, CORRECT, ProblemKind, ProblemType

PROBLEMS: dict[str, ProblemType] = {
    "url_spaces": ProblemType(
        ProblemKind.INVALID,
        "Web addresses with spaces",
        "“{original}” has a space, or a character that nobody can see, inside the address.",
        CORRECT,
    ),
    "url_scheme": ProblemType(
        ProblemKind.INVALID,
        "Addresses that are not of the web",
        "“{original}” begins with something other than http:// or https://.",
        "Use the address of the web page.",
    ),
    "url_invalid": ProblemType(
        ProblemKind.INVALID,
        "Not web addresses",
        "“{original}” is not the address of a web page.",
        "Write the whole address, beginning with https://, and upload the file again.",
    ),
    "url_scheme_added": ProblemType(
        ProblemKind.CHANGED,
        "Web addresses without https://",
        "“{original}” began without https://, which was put in front.",
        CHECK_RESULT,
    ),
    "url_encoded": ProblemType(
        ProblemKind.CHANGED,
        "Web addresses with letters that were encoded",
        "“{original}” has letters or signs that a web address can only have in encoded form.",
        CHECK_RESULT,
    ),
    "url_unwrapped": ProblemType(
        ProblemKind.CHANGED,
        "Web addresses freed of what was around them",
        "“{original}” had brackets, quotation marks or invisible characters in or around the address.",
        CHECK_RESULT,
    ),
    "ip_several": ProblemType(
        ProblemKind.INVALID,
        "Several IP addresses in one cell",
        "“{original}” holds more than one IP address.",
        "Keep the contact's own address in the cell and upload the file again.",
    ),
    "ip_anonymised": ProblemType(
        ProblemKind.INVALID,
        "Anonymised IP addresses",
        "A part of “{original}” was made unreadable, and only whole IP addresses are taken.",
        "Use the whole address, or leave the cell blank.",
    ),
    "ip_leading_zeros": ProblemType(
        ProblemKind.INVALID,
        "IP addresses with leading zeros",
        "“{original}” has zeros in front of a number, and programs do not agree on what that means.",
        "Remove the zeros in the file and upload the file again.",
    ),
    "ip_invalid": ProblemType(
        ProblemKind.INVALID, "Not IP addresses", "“{original}” is not an IP address.", CORRECT
    ),
    "ip_unwrapped": ProblemType(
        ProblemKind.CHANGED,
        "IP addresses freed of what was around them",
        "“{original}” had a port, brackets or a zone with the address.",
        CHECK_RESULT,
    ),
}
