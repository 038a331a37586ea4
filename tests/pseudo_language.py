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
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.test import override_settings
from django.utils import translation
from django.utils.translation import trans_real
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
LANGUAGE = "el"
_KEPT = re.compile(r"(<[^>]*>|%\([^)]*\)[sd]|%%|%[sd]|\{[^{}]*\}|&#?\w+;)")
_ACCENTED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "áƀçðéƒĝĥíĵķļɱñóþǫŕšţúṽŵẋýžÁƁÇÐÉƑĜĤÍĴĶĻṀÑÓÞǪŔŠŢÚṼŴẊÝŽ",
)
SPOKEN_ATTRIBUTES = {"alt", "aria-label", "aria-description", "data-label", "label", "placeholder", "title"}


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
def marked_texts() -> frozenset[str]:
    """Every text of the portal that is marked for translation, and those of Django."""
    found: set[str] = set()
    for path in [*(ROOT / "imports").rglob("*.py"), *(ROOT / "portal").rglob("*.py")]:
        found |= _marked_in(path.read_text(encoding="utf-8"))
    for path in (ROOT / "templates").rglob("*.html"):
        lines = templatize(path.read_text(encoding="utf-8")).splitlines()
        found |= _marked_in("\n".join(line.strip() for line in lines))
    for path in Path(django.__file__).parent.rglob("locale/en/LC_MESSAGES/django.po"):
        with path.open("rb") as catalogue:
            found |= {text for message in read_po(catalogue) for text in _forms(message.id)}
    return frozenset(found)


def _marked_in(source: str) -> set[str]:
    if "gettext" not in source and "_(" not in source:
        return set()
    messages = extract("python", BytesIO(source.encode()), keywords=_MARKS, options={"encoding": "utf-8"})
    return {text for _line, message, _comments, _context in messages for text in _forms(message)}


def _forms(message: str | tuple[str, ...] | list[str]) -> list[str]:
    return [message] if isinstance(message, str) else list(message)


class _Catalogue(NullTranslations):
    """What Django asks for texts in the language."""

    def gettext(self, message: str) -> str:
        text = message.rpartition("\x04")[2]  # without its context
        return pseudo(text) if text in marked_texts() else text

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)

    def language(self) -> str:
        return LANGUAGE

    def to_language(self) -> str:
        return LANGUAGE


@contextmanager
def speaking_pseudo() -> Iterator[None]:
    """Every page in the language, for as long as the block runs."""
    marked_texts()  # as long as another language is spoken
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
            self._kept.append(tag)
            return
        self._is_json = tag == "script" and dict(attrs).get("type") == "application/json"
        self._is_unseen = tag in {"script", "style"} and not self._is_json
        self.texts += [value for name, value in attrs if name in SPOKEN_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        if self._kept:
            self._kept.pop()
        if tag in {"script", "style"}:
            self._is_json = self._is_unseen = False

    def handle_data(self, data: str) -> None:
        if self._kept:
            return
        if self._is_json:  # what a script says, by its own names
            self.texts += json.loads(data).values()
        elif not self._is_unseen and data.strip():
            self.texts.append(" ".join(data.split()))


def spoken(page: str) -> list[str]:
    """All that a page says to people: texts, and attributes that are read out or shown; not what is marked as data by
    `translate="no"`."""
    reader = _Spoken()
    reader.feed(page)
    return reader.texts
