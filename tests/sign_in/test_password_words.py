"""Passwords that whoever knows the portal tries first."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


@pytest.mark.parametrize(
    "password", ["Dotdigital2026!", "import-portal", "contactcontact1", "Passwort123", "portal99"]
)
def test_a_word_of_the_portal_with_little_more_is_refused(password):
    with pytest.raises(ValidationError, match="little more than a word"):
        validate_password(password)


@pytest.mark.parametrize(
    "password", ["quiet harbour seven", "my portal of blue doors", "9f4kz-dotdigital-w82p"]
)
def test_a_password_of_its_own_is_not(password):
    validate_password(password)
