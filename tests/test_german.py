"""German as it is to be read: whole, without English, and without words that have a better one."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po
from django.utils import translation
from django.utils.formats import date_format, number_format
from django.utils.timezone import datetime

from imports.locale_forms import country_name, listed, number, one_of
from imports.views.formatting import byte_size, percent, quoted
from tests.english_words import COMMON_WORDS, ROOT, english_in

TAG = re.compile(r"<[^>]+>")
END = re.compile(r"[.:?…,]?$")
NUMBER_AND_WORD = re.compile(
    r"(?:\d|%\((?:rows|contacts|values|count|number|total|batches|repairs|records)\)s|\{count(?::,)?\}) "
    r"(?:Zeile|Kontakt|Wert|Paket|Aufruf|Spalte|Zeichen|Minute|Stunde|Ziffer|%)"
)
# Of English, German has these.
ALIKE = {
    *(
        "Status",
        "Name",
        "Option",
        "Problem",
        "Text",
        "Portal",
        "Archive",
        "Person",
        "Import",
        "Download",
        "Administration",
    ),
    *("HTML", "Unicode", "installation", "Installation", "status", "Excel 2003 XML", "Uploads", "Imports"),
}
# They name things by the words of the source, or are words of both languages.
WITH_COMMON_WORDS = re.compile(r"row\b|for=|\bimports\.|Account|mapping:|E-Mail")


def texts() -> Iterator[tuple[str, str]]:
    """Each English text of the catalogue with its German one, a form of a plural on its own."""
    with (ROOT / "locale/de/LC_MESSAGES/django.po").open("rb") as file:
        for message in read_po(file):
            if not message.id:
                continue
            if isinstance(message.id, tuple):
                yield from zip(message.id, message.string, strict=True)
            else:
                yield message.id, message.string


def wrong(is_wrong) -> list[str]:
    return [f"{english} → {german}" for english, german in texts() if is_wrong(english, german)]


def words(text: str) -> str:
    """The text without what is filled in and without tags."""
    return re.sub(r"<[^>]*>|%\(\w+\)\w|\{[^{}]*\}|https?:\S+", " ", text)


class TestTheCatalogue:
    def test_no_text_was_left_in_english(self):
        def is_english(english: str, german: str) -> bool:
            return english == german and bool(re.search(r"[a-z]{3}", words(german))) and german not in ALIKE

        assert wrong(is_english) == []

    def test_no_english_word_is_in_it(self):
        assert (
            wrong(
                lambda _, german: COMMON_WORDS.search(words(german)) and not WITH_COMMON_WORDS.search(german)
            )
            == []
        )

    def test_quotation_marks_are_german(self):
        def is_wrong(english: str, german: str) -> bool:
            return (
                bool(re.search("[“]", german.replace("“", "", german.count("„"))))
                or "”" in german
                or (german.count("„") != german.count("“"))
            )

        assert wrong(is_wrong) == []

    def test_what_is_quoted_in_english_is_quoted_in_german(self):
        assert wrong(lambda english, german: german.count("„") < english.count("“")) == []

    def test_tags_are_the_same(self):
        assert (
            wrong(lambda english, german: Counter(TAG.findall(english)) != Counter(TAG.findall(german))) == []
        )

    def test_a_sentence_stays_a_sentence(self):
        def ending(text: str) -> str:
            return END.search(TAG.sub("", text).strip()).group()

        assert wrong(lambda english, german: ending(english) != ending(german)) == []

    def test_what_surrounds_a_text_stays(self):
        def edges(text: str) -> tuple[str, str]:
            return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]

        assert wrong(lambda english, german: edges(english) != edges(german)) == []

    def test_a_number_stays_with_what_it_counts(self):
        assert wrong(lambda _, german: NUMBER_AND_WORD.search(german)) == []

    def test_a_line_does_not_end_within_e_mail(self):
        """Short texts are names of targets, among which people search for “E-Mail”: they have the hyphen alone."""
        assert wrong(lambda _, german: len(german) > 40 and "E-Mail" in german) == []
        assert wrong(lambda _, german: len(german) <= 40 and "E-\N{WORD JOINER}" in german) == []

    def test_people_are_spoken_to_formally(self):
        assert wrong(lambda _, german: re.search(r"\b(du|dich|dir|dein\w*|euch|euer)\b", german)) == []

    @pytest.mark.parametrize(
        "word",
        [
            "Mapping",
            "Batch",
            "Slot",
            "Header",
            "Handynummer",
            "überspringen",
            "Emailadresse",
            "Email-",
            "eMail",
            "Default",
        ],
    )
    def test_words_that_have_a_better_one_are_not_used(self, word):
        assert wrong(lambda _, german: word in words(german)) == []


class TestNumbersAndDates:
    @pytest.fixture(autouse=True)
    def _german(self) -> Iterator[None]:
        with translation.override("de"):
            yield

    @pytest.mark.parametrize(
        ("month", "shown"),
        [(3, "9. März 2026"), (4, "9. April 2026"), (9, "9. Sept. 2026"), (11, "9. Nov. 2026")],
    )
    def test_a_month_is_a_word(self, month, shown):
        assert date_format(datetime(2026, month, 9, 14, 5), "DATE_FORMAT") == shown
        assert date_format(datetime(2026, month, 9, 14, 5), "DATETIME_FORMAT") == f"{shown}, 14:05"

    def test_a_time_has_24_hours(self):
        assert date_format(datetime(2026, 4, 3, 14, 5), "TIME_FORMAT") == "14:05"

    def test_thousands_have_a_point_and_decimals_a_comma(self):
        assert number_format(1234.5, 1, force_grouping=True) == "1.234,5"
        assert number(1_234_567) == "1.234.567"
        assert byte_size(4_200_000) == "4,2\N{NO-BREAK SPACE}MB"
        assert percent(1, 8, 1) == "12,5\N{NO-BREAK SPACE}%"

    def test_lists_quotes_and_countries_are_german(self):
        assert listed(["Anna", "Ben", "Cem"]) == "Anna, Ben und Cem"
        assert one_of(["Anna", "Ben"]) == "Anna oder Ben"
        assert quoted("Köln") == "„Köln“"
        assert country_name("DE") == "Deutschland"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (["Upload a file", "Datei hochladen"], ["Upload a file"]),
        (["Zeile 3: the row is blank"], ["Zeile 3: the row is blank"]),
        (["Status", "Acme and Sons", "Name"], []),
    ],
)
def test_what_is_english_is_found(said, found):
    assert english_in(said, ["Acme and Sons"]) == found
