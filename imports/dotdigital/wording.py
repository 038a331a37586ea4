"""What to tell people about each error: one sentence that says what is wrong, one that says what to do.

Keyed by the error's class name; a class without an entry speaks with its parent's words. Some codes have words
of their own, which say more than those of their class.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wording:
    """Plain words for a person who has never heard of HTTP."""

    sentence: str
    remedy: str


WORDING: dict[str, Wording] = {
    "DotdigitalError": Wording(
        "Something went wrong between the portal and Dotdigital.",
        "Try again later; if it happens again, tell your administrator.",
    ),
    "EndpointRefusedError": Wording(
        "This address is not one that the portal may send credentials to.",
        "Use one of Dotdigital's regional addresses, for example https://r1-api.dotdigital.com.",
    ),
    "UnreachableError": Wording(
        "Dotdigital could not be reached, so nothing was imported by this attempt.",
        "The portal tries again by itself; if it lasts, check the network and the account's address.",
    ),
    "StrayAnswerError": Wording(
        "Something between the portal and Dotdigital answered in its place, so nothing was imported by this attempt.",
        "The portal tries again by itself; if it lasts, check the account's address, proxies and gateways.",
    ),
    "NoAnswerError": Wording(
        "Dotdigital was asked but gave no answer, so it is not known whether it took the request.",
        "Look in Dotdigital whether the contacts arrived before you send them again.",
    ),
    "UnreadableAnswerError": Wording(
        "Dotdigital took the request, but its answer could not be read.",
        "Look in Dotdigital whether the contacts arrived before you send them again.",
    ),
    "UnusableImportIdError": Wording(
        "Dotdigital took the request, but named no id by which the import could be followed.",
        "Look in Dotdigital whether the contacts arrived before you send them again.",
    ),
    "RateLimitedError": Wording(
        "The account has used up the calls it may make for now.",
        "The portal goes on by itself when Dotdigital allows it again.",
    ),
    "TooManyActiveImportsError": Wording(
        "Dotdigital is already working on as many imports as the account may have at once.",
        "The portal goes on by itself when one of them has finished.",
    ),
    "CredentialsRefusedError": Wording(
        "Dotdigital does not accept the account's API user or password.",
        "Ask your administrator to enter the API user's name and password again.",
    ),
    "WrongRegionError": Wording(
        "The account does not live in the region that was asked.",
        "Ask your administrator to test the account's connection, which finds the right region.",
    ),
    "RefusedError": Wording(
        "Dotdigital refused the request as a whole.",
        "Read the reason Dotdigital gave, correct what it names, and send the rows again.",
    ),
    "BodyTooLargeError": Wording(
        "One request carried more data than Dotdigital takes at once.",
        "Ask your administrator to lower the size of a batch, then send the rows again.",
    ),
    "ImportNotFoundError": Wording(
        "Dotdigital no longer knows this import, so its report cannot be fetched.",
        "Look the contacts up in Dotdigital; its own import history keeps reports for 30 days.",
    ),
    "RedirectedError": Wording(
        "The account's address answered that the service is somewhere else, where no credentials are sent.",
        "Ask your administrator to check the account's address.",
    ),
    "ServerError": Wording(
        "Dotdigital had a fault of its own while it dealt with the request.",
        "The portal tries again where that is safe; if it lasts, look at Dotdigital's status page.",
    ),
}


_LIMIT = "Use one that is there, or ask your administrator to remove one in Dotdigital."

WORDING_BY_CODE: dict[str, Wording] = {
    "error_non_unique_datafield": Wording(
        "The account has a data field of this name already.", "Use that one, or choose another name."
    ),
    "error_datafield_invalid": Wording(
        "Dotdigital does not take a data field of this name, type and default value.",
        "Use 1 to 20 letters without accents, digits, _ and -, no name that Dotdigital keeps for itself, "
        "and a default value that fits the type.",
    ),
    "error_datafield_limitexceeded": Wording("The account cannot have more data fields.", _LIMIT),
    "error_addressbook_duplicate": Wording(
        "The account has a list of this name already, or Dotdigital keeps the name for itself.",
        "Use that list, or choose another name.",
    ),
    "error_addressbook_invalid": Wording(
        "Dotdigital does not take a list of this name.", "Use a name of 1 to 128 characters."
    ),
    "error_addressbook_limitexceeded": Wording("The account cannot have more lists.", _LIMIT),
    "error_parameter_invalid": Wording(
        "Dotdigital does not take one of the values that it was given.",
        "Check what you entered, and try again.",
    ),
    "error_featurenotactive": Wording(
        "The account does not have this feature.", "Ask your administrator, who can have it turned on."
    ),
}
"""By the code in lower case (the vendor's list of error response types)."""


def wording_for(kind: type[BaseException], code: str = "") -> Wording:
    """The words for a code; without some of its own, those of the error class or its nearest ancestor."""
    if own := WORDING_BY_CODE.get(code.casefold()):
        return own
    return next(WORDING[parent.__name__] for parent in kind.__mro__ if parent.__name__ in WORDING)
