"""What Dotdigital's codes for single contacts mean, in a few words, and what to do about them.

The reference page on import status lists the capitalised codes and says that there are others; the specification's
examples write some of them otherwise. They are looked up in lower case, and one that is not here is shown as it is.
"""

from imports.messages import Wording, gettext_noop

_CORRECT = gettext_noop("Correct the values in the file, and import these rows again.")
_SUPPRESSED = gettext_noop(
    "These people must not be contacted from this account, so importing them again does not help."
)
_ASK = gettext_noop("Ask your administrator whether the account still has what these rows name.")
_TOOK_REST = gettext_noop("Dotdigital took the rest of these contacts.")
_LOOK_UP = gettext_noop(
    "Dotdigital does not say why. Look some of these people up in Dotdigital before you import them again."
)
_SHARED = Wording(
    gettext_noop("Another contact has this identifier"),
    gettext_noop("Remove the identifier from one of the contacts, and import these rows again."),
)

_OF_BARRED = {
    "globallysuppressed": Wording(gettext_noop("Suppressed in Dotdigital"), _SUPPRESSED),
    "suppressedbydomain": Wording(gettext_noop("The domain is suppressed in Dotdigital"), _SUPPRESSED),
}
BARRED = frozenset(_OF_BARRED)
"""Codes of contacts that Dotdigital takes from nobody: they are suppressed for the account, or their domain is. Sending
them again changes nothing."""

HOPELESS = BARRED | {
    "apischemaviolation",
    "invalidemail",
    "invaliddomain",
    "invalidphonenumber",
    "invalidcontactid",
    "novalididentifiers",
}
"""These, and the codes of contacts whose own values Dotdigital does not take: sent again as they are, they fail."""

CONSENT_NOT_STORED = "consentrecordsnotapplied"
"""The code of contacts that arrived, but their consent records did not."""

OF_CONTACTS: dict[str, Wording] = {
    **_OF_BARRED,
    "apischemaviolation": Wording(gettext_noop("A value does not fit its field in Dotdigital"), _CORRECT),
    "blocker": Wording(gettext_noop("Blocked by Dotdigital"), _LOOK_UP),
    "duplicate": _SHARED,
    "invalidemail": Wording(gettext_noop("Not an e-mail address for Dotdigital"), _CORRECT),
    "invalidcontactid": Wording(gettext_noop("Not a contact id of this account"), _CORRECT),
    "invalidphonenumber": Wording(gettext_noop("Not a telephone number for Dotdigital"), _CORRECT),
    "invaliddomain": Wording(gettext_noop("The domain of the e-mail address is not valid"), _CORRECT),
    "invalidcontact": Wording(gettext_noop("Not a contact for Dotdigital"), _CORRECT),
    "invalidaddressbookids": Wording(gettext_noop("A list is not in the account"), _ASK),
    "invalidmatchidentifier": Wording(gettext_noop("Not an identifier of this account"), _ASK),
    "invalidcontactstatus": Wording(gettext_noop("Not a subscription status for Dotdigital"), _CORRECT),
    "novalididentifiers": Wording(
        gettext_noop("Nothing by which Dotdigital can match the contact"),
        gettext_noop("Fill in what the contacts are matched by, and import these rows again."),
    ),
    "duplicateidentifier": _SHARED,
    CONSENT_NOT_STORED: Wording(gettext_noop("The consent record was not stored"), _TOOK_REST),
    "preferencesnotapplied": Wording(gettext_noop("Preferences were not stored"), _TOOK_REST),
}
"""By the code in lower case: a title, and what to do."""
