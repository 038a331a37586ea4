"""Every catalogue in `locale/` has every text of the source, with the same placeholders and all plural forms."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import to_locale

from tests.pseudo_language import own_texts, texts_of

ROOT = Path(__file__).resolve().parents[1]
LOCALE = ROOT / "locale"
PERCENT = re.compile(r"%\(\w+\)[sd]|%%|%[sd]")
SOURCES = ("imports", "portal", "templates")


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Catalog:
    """What `makemessages` finds, without a translation."""
    folder = tmp_path_factory.mktemp("makemessages")
    for name in SOURCES:
        (folder / name).symlink_to(ROOT / name, target_is_directory=True)
    (folder / "locale").mkdir()
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "--locale", "de", "--symlinks", "--no-location"],
        cwd=folder,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": str(ROOT)},
        check=True,
        capture_output=True,
    )
    return catalogue_in(folder / "locale" / "de" / "LC_MESSAGES" / "django.po")


def catalogue_in(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def compiled_in(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_mo(file)


def by_text(catalogue: Catalog) -> dict[tuple[str | None, ...], list[str]]:
    """The translations of a catalogue, by context and text. Babel leaves the contexts of a compiled one as bytes."""
    return {
        (one.context.decode() if isinstance(one.context, bytes) else one.context, *forms(one.id)): forms(
            one.string
        )
        for one in catalogue
        if one.id
    }


def forms(texts: str | tuple[str, ...] | list[str]) -> list[str]:
    return [texts] if isinstance(texts, str) else list(texts)


def named(text: str) -> set[str]:
    """What is filled into a text, `{name}` and `%(name)s`."""
    percent = set(PERCENT.findall(text)) - {"%%"}
    if percent:
        return percent
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:  # braces that stand for themselves
        return set()


def lacks(source: Catalog, translated: Catalog) -> Iterator[str]:
    """What is wrong with a catalogue, a line each."""
    for message in source:
        if not message.id:
            continue
        found = translated.get(forms(message.id)[0], message.context)
        if found is None or not all(forms(found.string)) or found.fuzzy:
            yield f"not translated: {forms(message.id)[0]}"
            continue
        if isinstance(message.id, tuple) and len(forms(found.string)) != translated.num_plurals:
            yield f"{len(forms(found.string))} of {translated.num_plurals} plural forms: {message.id[0]}"
        yield from _wrong_names(message, found)


def _wrong_names(message: Message, found: Message) -> Iterator[str]:
    allowed = set.union(*map(named, forms(message.id)))
    needed = named(forms(message.id)[-1])
    texts = forms(found.string)
    for place, text in enumerate(texts):
        is_enough = needed <= named(text) or (len(texts) > 1 and place < len(texts) - 1)
        if not is_enough or not named(text) <= allowed:
            yield f"other placeholders than {sorted(needed)}: {text}"


@pytest.mark.parametrize(
    "path", sorted(LOCALE.glob("*/LC_MESSAGES/django.po")), ids=lambda path: path.parts[-3]
)
def test_a_catalogue_is_complete(path, source):
    assert list(lacks(source, catalogue_in(path))) == []


@pytest.mark.parametrize(
    "path", sorted(LOCALE.glob("*/LC_MESSAGES/django.po")), ids=lambda path: path.parts[-3]
)
def test_what_pages_read_is_what_was_translated(path):
    assert by_text(compiled_in(path.with_suffix(".mo"))) == by_text(catalogue_in(path))


def test_a_language_that_can_be_chosen_is_one_with_a_catalogue():
    translated = {path.parts[-3] for path in LOCALE.glob("*/LC_MESSAGES/django.mo")}

    assert {to_locale(code) for code, _ in settings.LANGUAGES} == {
        to_locale(settings.LANGUAGE_CODE),
        *translated,
    }


def test_what_is_marked_in_the_source_is_what_makemessages_finds(source):
    """As code that runs has it: xgettext reads no \\N{NAME}, for one, and what it has instead is never asked for."""
    with_plural = {forms[0] for forms in own_texts() if len(forms) > 1}
    marked = {forms for forms in own_texts() if len(forms) > 1 or forms[0] not in with_plural}

    assert texts_of(source) == marked


def translated(source: Catalog, folder: Path, plurals: int = 2) -> Catalog:
    """A whole catalogue, as a translator would hand it in: texts as they are, in brackets."""
    whole = Catalog(locale="de")
    for message in source:
        if message.id:
            is_plural = isinstance(message.id, tuple)
            string = tuple(f"[{text}]" for text in message.id)[:plurals] if is_plural else f"[{message.id}]"
            whole.add(message.id, string, context=message.context)
    path = folder / "django.po"
    with path.open("wb") as file:
        write_po(file, whole)
    return catalogue_in(path)


class TestWhatIsWrongIsFound:
    def test_nothing_with_a_whole_one(self, source, tmp_path):
        assert len(source) > 1_000
        assert list(lacks(source, translated(source, tmp_path))) == []

    def test_a_text_that_is_missing(self, source, tmp_path):
        catalogue = translated(source, tmp_path)
        catalogue.delete("Upload a file")

        assert list(lacks(source, catalogue)) == ["not translated: Upload a file"]

    def test_one_that_is_blank_or_fuzzy(self, source, tmp_path):
        catalogue = translated(source, tmp_path)
        catalogue.get("Upload a file").string = ""
        catalogue.get("Created").flags.add("fuzzy")

        assert sorted(lacks(source, catalogue)) == [
            "not translated: Created",
            "not translated: Upload a file",
        ]

    def test_another_placeholder(self, source, tmp_path):
        catalogue = translated(source, tmp_path)
        catalogue.get("{file}: paused.").string = "{Datei}: angehalten."

        assert list(lacks(source, catalogue)) == ["other placeholders than ['file']: {Datei}: angehalten."]

    def test_a_plural_form_that_is_missing(self, source, tmp_path):
        catalogue = translated(source, tmp_path)
        message = catalogue.get("{count} row left out")
        message.string = message.string[:1]

        assert "1 of 2 plural forms: {count} row left out" in list(lacks(source, catalogue))

    def test_a_text_that_was_changed_and_not_compiled_again(self, source, tmp_path):
        catalogue = translated(source, tmp_path)
        with (tmp_path / "django.mo").open("wb") as file:
            write_mo(file, catalogue)
        compiled = by_text(compiled_in(tmp_path / "django.mo"))
        assert compiled == by_text(catalogue)

        catalogue.get("Upload a file").string = "Datei hochladen"

        assert compiled != by_text(catalogue)
