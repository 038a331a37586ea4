"""What the check says of e-mail addresses."""

from imports.contacts.problem_types import CHECK_RESULT, CORRECT, ProblemKind, ProblemType

PROBLEMS: dict[str, ProblemType] = {
    "email_without_at": ProblemType(
        ProblemKind.INVALID,
        "E-mail addresses without @",
        "“{original}” has no @, so it is no e-mail address.",
        CORRECT,
    ),
    "email_two_ats": ProblemType(
        ProblemKind.INVALID,
        "E-mail addresses with more than one @",
        "“{original}” has more than one @.",
        CORRECT,
    ),
    "email_several": ProblemType(
        ProblemKind.INVALID,
        "Several e-mail addresses in one cell",
        "“{original}” holds more than one e-mail address.",
        "Keep one of them in the cell and upload the file again.",
    ),
    "email_spaces": ProblemType(
        ProblemKind.INVALID,
        "E-mail addresses with spaces",
        "“{original}” has a space inside the address.",
        CORRECT,
    ),
    "email_too_long": ProblemType(
        ProblemKind.INVALID,
        "E-mail addresses that are too long",
        "“{original}” is longer than an e-mail address or one of its parts can be.",
        CORRECT,
    ),
    "email_local_part": ProblemType(
        ProblemKind.INVALID,
        "E-mail addresses with a wrong name part",
        "In “{original}” the part before the @ is missing, or has a character or a dot out of place.",
        CORRECT,
    ),
    "email_domain": ProblemType(
        ProblemKind.INVALID,
        "E-mail addresses with a wrong domain",
        "In “{original}” the part after the @ is not the name of a mail domain.",
        CORRECT,
    ),
    "email_repaired": ProblemType(
        ProblemKind.CHANGED,
        "E-mail addresses freed of what was around them",
        "“{original}” had brackets, punctuation, mailto:, full-width or invisible characters in or around the address.",
        CHECK_RESULT,
    ),
    "email_domain_typo": ProblemType(
        ProblemKind.DOUBTFUL,
        "E-mail addresses with a slip in a well-known domain",
        "The domain of “{original}” looks like a slip in a well-known one, such as gamil.com for gmail.com.",
        "Correct it in the file, or send it as it is if the domain is right.",
    ),
    "email_role": ProblemType(
        ProblemKind.DOUBTFUL,
        "E-mail addresses of offices",
        "“{original}” looks like the address of an office or a machine, not of one person.",
        "Leave it out if nobody there agreed to get your messages.",
    ),
}
