"""A language that only tests speak: English with accents on every letter, in brackets.

What a page says without it was not translated. Names in braces, `%(...)s`, tags and entities stay as they are. It goes
by the code of a language with letters of its own, so that what comes of CLDR, as names of languages do, is not English.

Only what `makemessages` would find is translated: a text that code hands to gettext, and nothing marks, stays English.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from gettext import NullTranslations
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import django
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.test import override_settings
from django.utils import translation
from django.utils.translation import trans_real
from django.utils.translation.template import templatize
from django.utils.translation.trans_real import CONTEXT_SEPARATOR

ROOT = Path(__file__).resolve().parents[1]
LANGUAGE = "el"
_KEPT = re.compile(r"(<[^>]*>|%\([^)]*\)[sd]|%%|%[sd]|\{[^{}]*\}|&#?\w+;)")
_ACCENTED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "áƀçðéƒĝĥíĵķļɱñóþǫŕšţúṽŵẋýžÁƁÇÐÉƑĜĤÍĴĶĻṀÑÓÞǪŔŠŢÚṼŴẊÝŽ",
)
SPOKEN_ATTRIBUTES = {"alt", "aria-label", "aria-description", "data-label", "label", "placeholder", "title"}

BUTTONS = {"submit", "button", "reset"}
VOID_ELEMENTS = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
}  # fmt: skip


def pseudo(text: str) -> str:
    """The text in the language: ⟦Úþļóáð á ƒíļé⟧."""
    if not text.strip():
        return text
    return f"⟦{''.join(part if _KEPT.fullmatch(part) else part.translate(_ACCENTED) for part in _KEPT.split(text))}⟧"


# What `makemessages` looks for, and which of the arguments are texts.
_MARKS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy", "ngettext_noop"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}


@cache
def own_texts() -> frozenset[tuple[str, ...]]:
    """Every text of the portal that is marked for translation: its one form or both, as gettext is asked for."""
    found: set[tuple[str, ...]] = set()
    for path in [*(ROOT / "imports").rglob("*.py"), *(ROOT / "portal").rglob("*.py")]:
        found |= _marked_in(path.read_text(encoding="utf-8"))
    for path in (ROOT / "templates").rglob("*.html"):
        lines = templatize(path.read_text(encoding="utf-8")).splitlines()
        found |= _marked_in("\n".join(line.strip() for line in lines))
    return frozenset(found)


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    """The texts that a whole catalogue and Django's have, by their first form; and those of them with a plural."""
    found = set(own_texts())
    for path in Path(django.__file__).parent.rglob("locale/en/LC_MESSAGES/django.po"):
        with path.open("rb") as catalogue:
            found |= texts_of(read_po(catalogue))
    return frozenset(forms[0] for forms in found), frozenset(forms[0] for forms in found if len(forms) > 1)


def texts_of(catalogue: Catalog) -> set[tuple[str, ...]]:
    """The texts of a catalogue, as `own_texts` has them."""
    return {_asked_for(message.id, message.context) for message in catalogue if message.id}


def _marked_in(source: str) -> set[tuple[str, ...]]:
    if "gettext" not in source and "_(" not in source:
        return set()
    messages = extract("python", BytesIO(source.encode()), keywords=_MARKS, options={"encoding": "utf-8"})
    return {_asked_for(message, context) for _line, message, _comments, context in messages if message}


def _asked_for(message: str | tuple[str, ...] | list[str], context: str | None) -> tuple[str, ...]:
    forms = (message,) if isinstance(message, str) else tuple(message)
    return tuple(f"{context}{CONTEXT_SEPARATOR}{form}" if context else form for form in forms)


class _Catalogue(NullTranslations):
    """What Django asks for texts in the language. It finds what a real one would: a text with the context that it is
    marked with, and two forms where both are marked together."""

    def gettext(self, message: str) -> str:
        return _spoken_if(message in _known()[0], message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return _spoken_if(msgid1 in _known()[1], msgid1 if n == 1 else msgid2)

    def language(self) -> str:
        return LANGUAGE

    def to_language(self) -> str:
        return LANGUAGE


def _spoken_if(is_known: bool, message: str) -> str:
    text = message.rpartition(CONTEXT_SEPARATOR)[2]
    return pseudo(text) if is_known else text


@contextmanager
def speaking_pseudo() -> Iterator[None]:
    """Every page in the language, for as long as the block runs."""
    _known()  # as long as another language is spoken
    with override_settings(LANGUAGE_CODE=LANGUAGE, LANGUAGES=[(LANGUAGE, "Pseudo")]):
        trans_real._translations[LANGUAGE] = _Catalogue()
        try:
            with translation.override(LANGUAGE):
                yield
        finally:
            del trans_real._translations[LANGUAGE]


class _Spoken(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._is_json = self._is_unseen = False
        self._kept: list[str] = []  # the elements that are open within one that is not to be translated

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._kept or dict(attrs).get("translate") == "no":
            if tag not in VOID_ELEMENTS:
                self._kept.append(tag)
            return
        self._is_json = tag == "script" and dict(attrs).get("type") == "application/json"
        self._is_unseen = tag in {"script", "style"} and not self._is_json
        shown = SPOKEN_ATTRIBUTES | ({"value"} if dict(attrs).get("type") in BUTTONS else set())
        self.texts += [value for name, value in attrs if name in shown and value]

    def handle_endtag(self, tag: str) -> None:
        if self._kept:
            self._kept.pop()
        if tag in {"script", "style"}:
            self._is_json = self._is_unseen = False

    def handle_data(self, data: str) -> None:
        if self._kept:
            return
        if self._is_json:  # what a script says, by its own names
            said = json.loads(data)
            self.texts += said.values() if isinstance(said, dict) else []  # a list is of data
        elif not self._is_unseen and data.strip():
            self.texts.append(" ".join(data.split()))


def spoken(page: str) -> list[str]:
    """All that a page says to people: texts, and attributes that are read out or shown; not what is marked as data by
    `translate="no"`."""
    reader = _Spoken()
    reader.feed(page)
    return reader.texts
