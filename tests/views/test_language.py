"""The language of a page is what the browser asks for, as far as there is a catalogue; without one it is English."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.urls import reverse
from django.utils import translation

PLURALS = {("%(rows)s row", "%(rows)s rows"): ("%(rows)s Zeile", "%(rows)s Zeilen")}


@pytest.fixture
def german(tmp_path: Path, settings):
    """German, of which only a few texts are there: what CONTRIBUTING.md says of adding a language, in a folder."""
    catalogue = Catalog(locale="de")
    catalogue.add("Imports", "Importe")
    for texts, translated in PLURALS.items():
        catalogue.add(texts, translated)
    folder = tmp_path / "locale" / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "django.mo").open("wb") as compiled:
        write_mo(compiled, catalogue)
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    settings.LANGUAGES = [*settings.LANGUAGES, ("de", "Deutsch")]
    yield
    translation.deactivate()


def test_a_page_is_in_english(as_alice, settings):
    settings.LANGUAGES = [("en-gb", "English")]

    response = as_alice.get(reverse("imports:home"), headers={"accept-language": "de"})

    assert '<html lang="en-gb">' in response.text
    assert response["Content-Language"] == "en-gb"
    assert "Accept-Language" in response["Vary"]


@pytest.mark.usefixtures("german")
class TestAnotherLanguage:
    def test_it_is_spoken_to_who_asks_for_it(self, as_alice):
        response = as_alice.get(
            reverse("imports:home"), headers={"accept-language": "de-AT,de;q=0.9,en;q=0.5"}
        )

        assert '<html lang="de">' in response.text
        assert "<h1>Importe</h1>" in response.text
        assert response["Content-Language"] == "de"

    def test_who_asks_for_another_gets_english(self, as_alice):
        response = as_alice.get(reverse("imports:home"), headers={"accept-language": "fr"})

        assert "<h1>Imports</h1>" in response.text

    def test_plurals_and_numbers_are_the_languages_own(self, as_alice, make_job):
        job = make_job("Email\r\n" + "".join(f"a{number}@example.com\r\n" for number in range(1_200)))

        page = as_alice.get(reverse("imports:mapping", args=[job.pk]), headers={"accept-language": "de"})

        assert "1.200 Zeilen" in page.text
