"""What to tell people about each error: one sentence that says what is wrong, one that says what to do.

By the code that `errors.MEANINGS` has for the error. Some of Dotdigital's own codes have words of their own, which say
more than those of the error. The statuses in which an import can end are here as well.
"""

from imports.messages import Catalogue, Wording, gettext_noop

OF_ERRORS: dict[str, Wording] = {
    "call_failed": Wording(
        gettext_noop("Something went wrong between the portal and Dotdigital."),
        gettext_noop("Try again later; if it happens again, tell your administrator."),
    ),
    "endpoint_refused": Wording(
        gettext_noop("This address is not one that the portal may send credentials to."),
        gettext_noop(
            "Use one of Dotdigital's regional addresses, for example https://r1-api.dotdigital.com."
        ),
    ),
    "unreachable": Wording(
        gettext_noop("Dotdigital could not be reached, so nothing was imported by this attempt."),
        gettext_noop(
            "The portal tries again by itself; if it lasts, check the network and the account's address."
        ),
    ),
    "stray_answer": Wording(
        gettext_noop(
            "Something between the portal and Dotdigital answered instead, so nothing was imported "
            "by this attempt."
        ),
        gettext_noop(
            "The portal tries again by itself; if it lasts, check the account's address, proxies and "
            "gateways."
        ),
    ),
    "no_answer": Wording(
        gettext_noop(
            "Dotdigital was asked but gave no answer, so it is not known whether it took the request."
        ),
        gettext_noop("Look in Dotdigital whether the contacts arrived before you send them again."),
    ),
    "unreadable_answer": Wording(
        gettext_noop("Dotdigital took the request, but its answer could not be read."),
        gettext_noop("Look in Dotdigital whether the contacts arrived before you send them again."),
    ),
    "unusable_import_id": Wording(
        gettext_noop("Dotdigital took the request, but named no id by which the import could be followed."),
        gettext_noop("Look in Dotdigital whether the contacts arrived before you send them again."),
    ),
    "rate_limited": Wording(
        gettext_noop("The account has used up the calls it may make for now."),
        gettext_noop("The portal goes on by itself when Dotdigital allows it again."),
    ),
    "too_many_active_imports": Wording(
        gettext_noop("Dotdigital is already working on as many imports as the account may have at once."),
        gettext_noop("The portal goes on by itself when one of them has finished."),
    ),
    "too_many_deletions": Wording(
        gettext_noop(
            "Dotdigital is already deleting as many lots of contacts as the account may have at once."
        ),
        gettext_noop("The portal goes on by itself when one of them has finished."),
    ),
    "credentials_refused": Wording(
        gettext_noop("Dotdigital does not accept the account's API user or password."),
        gettext_noop("Ask your administrator to enter the API user's name and password again."),
    ),
    "wrong_region": Wording(
        gettext_noop("The account does not live in the region that was asked."),
        gettext_noop(
            "Ask your administrator to test the account's connection, which finds the right region."
        ),
    ),
    "call_refused": Wording(
        gettext_noop("Dotdigital refused the request as a whole."),
        gettext_noop("Read the reason Dotdigital gave, correct what it names, and send the rows again."),
    ),
    "body_too_large": Wording(
        gettext_noop("One request carried more data than Dotdigital takes at once."),
        gettext_noop("Ask your administrator to lower the size of a batch, then send the rows again."),
    ),
    "import_not_found": Wording(
        gettext_noop("Dotdigital no longer knows this import, so its report cannot be fetched."),
        gettext_noop("Look the contacts up in Dotdigital; its own import history keeps reports for 30 days."),
    ),
    "contact_not_found": Wording(
        gettext_noop("The account has no contact with this identifier."),
        gettext_noop("Check the identifier; the contact may have been deleted in Dotdigital."),
    ),
    "redirected": Wording(
        gettext_noop(
            "The account's address answered that the service is somewhere else, where no credentials are "
            "sent."
        ),
        gettext_noop("Ask your administrator to check the account's address."),
    ),
    "server": Wording(
        gettext_noop("Dotdigital had a fault of its own while it dealt with the request."),
        gettext_noop(
            "The portal tries again where that is safe; if it lasts, look at Dotdigital's status page."
        ),
    ),
}


_LIMIT = gettext_noop("Use one that is there, or ask your administrator to remove one in Dotdigital.")

OF_CODES: dict[str, Wording] = {
    "error_non_unique_datafield": Wording(
        gettext_noop("The account has a data field of this name already."),
        gettext_noop("Use that one, or choose another name."),
    ),
    "error_datafield_invalid": Wording(
        gettext_noop("Dotdigital does not take a data field of this name, type and default value."),
        gettext_noop(
            "Use 1 to 20 letters without accents, digits, _ and -, no name that Dotdigital keeps for "
            "itself, and a default value that fits the type."
        ),
    ),
    "error_datafield_limitexceeded": Wording(
        gettext_noop("The account cannot have more data fields."), _LIMIT
    ),
    "error_addressbook_duplicate": Wording(
        gettext_noop("The account has a list of this name already, or Dotdigital keeps the name for itself."),
        gettext_noop("Use that list, or choose another name."),
    ),
    "error_addressbook_invalid": Wording(
        gettext_noop("Dotdigital does not take a list of this name."),
        gettext_noop("Use a name of 1 to 128 characters."),
    ),
    "error_addressbook_limitexceeded": Wording(gettext_noop("The account cannot have more lists."), _LIMIT),
    "error_parameter_invalid": Wording(
        gettext_noop("Dotdigital does not take one of the values that it was given."),
        gettext_noop("Check what you entered, and try again."),
    ),
    "error_featurenotactive": Wording(
        gettext_noop("The account does not have this feature."),
        gettext_noop("Ask your administrator, who can have it turned on."),
    ),
}
"""By the code in lower case (the vendor's list of error response types)."""


OF_IMPORT_STATES: dict[str, Wording] = {
    "import_not_finished": Wording(gettext_noop("Dotdigital is working on the import.")),
    "import_finished": Wording(gettext_noop("Dotdigital has finished the import.")),
    "import_rejected_by_watchdog": Wording(
        gettext_noop("Dotdigital's data-quality check stopped the whole import."),
        gettext_noop(
            "Ask Dotdigital's support to look at the import, and check where the addresses come from."
        ),
    ),
    "import_failed": Wording(
        gettext_noop("Dotdigital could not carry out the import."),
        gettext_noop(
            "Import the rows again; if it fails again, ask Dotdigital's support and give them the "
            "import's id."
        ),
    ),
    "import_exceeds_allowed_contact_limit": Wording(
        gettext_noop("The import would take the account above the number of contacts it may hold."),
        gettext_noop(
            "Remove contacts in Dotdigital or raise the account's allowance, then import the rows again."
        ),
    ),
}
"""What the status of an import means, by the code of its `ImportState`."""

CATALOGUE = Catalogue({**OF_ERRORS, **OF_CODES, **OF_IMPORT_STATES})
"""Everything that is said of calls and imports."""
