"""Words that whoever knows this portal tries first, and that no password may stand on."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

WORDS = ("dotdigital", "portal", "import", "contact", "marketing", "newsletter", "password", "passwort")
LEFT_CHARS = 8
"""How much of a password must be its own once these words are taken out of it."""


class PortalWordsValidator:
    """Refuses passwords that are little more than words of the portal's own: `Dotdigital2026!`."""

    def validate(self, password: str, user: object = None) -> None:
        own = re.sub("|".join(WORDS), "", password.casefold())
        if len(own) < min(LEFT_CHARS, len(password)):
            raise ValidationError(
                gettext("The password is little more than a word that others would try first here."),
                code="password_of_portal",
            )

    def get_help_text(self) -> str:
        return gettext("Your password can’t be little more than a word such as dotdigital, portal or import.")
