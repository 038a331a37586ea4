"""How code that knows no framework says things to people, in the language of whoever reads them.

A table holds the English text, marked by `gettext_noop` so that `makemessages` finds it; the text becomes a sentence
when it is shown, by `gettext` or `ngettext`. Where Django runs, those are Django's (`ImportsConfig.ready`); elsewhere
the English text itself.

What is stored is never a sentence but a `Message`: the code of one, and its parameters. Its `Catalogue` makes the
sentence of it, each time it is shown.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Any, ClassVar, Self

import polars as pl

from imports.locale_forms import listed, number

_Translate = Callable[[str], str]
_TranslatePlural = Callable[[str, str, int], str]


def _one_or_more(singular: str, plural: str, number: int) -> str:
    return singular if number == 1 else plural


_translate: _Translate = str
_translate_plural: _TranslatePlural = _one_or_more


def use_catalogue(translate: _Translate, translate_plural: _TranslatePlural) -> None:
    """Have texts translated by these two from now on, as the process starts."""
    global _translate, _translate_plural  # set once, by whoever composes the process
    _translate, _translate_plural = translate, translate_plural


def gettext_noop(text: str) -> str:
    """The text itself, marked for translation: for tables that are read when no language is chosen yet."""
    return text


def gettext(text: str) -> str:
    """The text in the language of whoever reads it."""
    return _translate(text)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form of the text that `number` asks for, in the language of whoever reads it."""
    return _translate_plural(singular, plural, number)


_UNNAMED_COLUMN = re.compile(r"Column ([0-9]+)(?: \(([0-9]+)\))?")


def unnamed_column(place: int) -> str:
    """What stands for the name of a column that has none, the `place`-th of its sheet: a key, the same in every
    language. Mappings, templates and whoever writes a mapping by hand name the column by it."""
    return f"Column {place}"


def column_label(name: str) -> str:
    """The name of a column as it is shown: a column without one is called by its place, in the reader's language."""
    key = _UNNAMED_COLUMN.fullmatch(name)
    if key is None:
        return name
    label = gettext("Column {number}").format(number=key[1])
    return f"{label} ({key[2]})" if key[2] else label


AS_TOLD = "as_told"
"""The code of a message that is a text already: what older versions stored, by its parameters `sentence`, `remedy`."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be said, as it is stored: the code of a sentence, and the parameters that the sentence names.

    Parameters are JSON-safe, or messages themselves: words within a sentence are made when it is shown, too. A list,
    of texts and messages, becomes one phrase in it.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __bool__(self) -> bool:
        """Whether there is something to say."""
        return bool(self.code)

    def to_json(self) -> dict[str, Any]:
        """JSON-safe: `{"code", "params"}`, without the latter when there are none; `{}` for nothing to say."""
        if not self.code:
            return {}
        params = {name: _stored(value) for name, value in self.params.items()}
        return {"code": self.code, "params": params} if params else {"code": self.code}

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> Self:
        """What `to_json` gave."""
        return cls(
            given.get("code", ""), {name: _restored(value) for name, value in given.get("params", {}).items()}
        )


def _stored(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_stored(one) for one in value]
    return value.to_json() if isinstance(value, Message) else value


def _restored(value: Any) -> Any:
    if isinstance(value, list):
        return [_restored(one) for one in value]
    return Message.from_json(value) if isinstance(value, Mapping) and "code" in value else value


NOTHING = Message("")


@dataclass(frozen=True, slots=True)
class Wording:
    """What a code says: a sentence that says what is wrong, and one that says what to do about it.

    Both are marked by `gettext_noop`, and may name {parameters} as `str.format` takes them.
    """

    sentence: str
    remedy: str = ""


@dataclass(frozen=True)
class Catalogue:
    """The texts of one kind of message, by code; `columns` are the parameters that are names of columns."""

    texts: Mapping[str, Wording]
    columns: frozenset[str] = frozenset({"column"})

    def __contains__(self, code: object) -> bool:
        return code in self.texts

    def sentence(self, message: Message) -> str:
        """The sentence of `message` in the language of whoever reads it; a code that is not known as it is."""
        if message.code == AS_TOLD:
            return str(message.params.get("sentence", ""))
        text = self.texts.get(message.code)
        return self._filled(text.sentence, message) if text else message.code

    def remedy(self, message: Message) -> str:
        """What to do about it; "" when there is nothing to say."""
        if message.code == AS_TOLD:
            return str(message.params.get("remedy", ""))
        text = self.texts.get(message.code)
        return self._filled(text.remedy, message) if text and text.remedy else ""

    def _filled(self, text: str, message: Message) -> str:
        words = {
            name: column_label(value)
            if name in self.columns and isinstance(value, str)
            else self._said(value)
            for name, value in message.params.items()
        }
        return gettext(text).format_map(_Params(words))

    def _said(self, value: Any) -> Any:
        """A parameter as it stands in a sentence: of a message its own, of several things all of them in one phrase."""
        if isinstance(value, Message):
            return self.sentence(value)
        if isinstance(value, list | tuple):
            return listed(str(self._said(one)) for one in value)
        return LocalNumber(value) if isinstance(value, float) or type(value) is int else value


class WordedError(Exception):
    """Something that was to be expected and that people are told: `reason` is a message of the class's `catalogue`.

    `sentence` says what is wrong, `remedy` what to do, in the language of whoever reads them.
    """

    catalogue: ClassVar[Catalogue]

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def code(self) -> str:
        return self.reason.code

    @property
    def sentence(self) -> str:
        return self.catalogue.sentence(self.reason)

    @property
    def remedy(self) -> str:
        return self.catalogue.remedy(self.reason)

    def __str__(self) -> str:
        return f"{self.sentence} {self.remedy}"


class LocalNumber(float):
    """A number whose thousands are marked as the reader's language has them, where a text asks for it by `:,`."""

    def __format__(self, spec: str) -> str:
        is_whole = self.is_integer() or spec.endswith(".0f")
        plain = round(self) if is_whole else float(self)
        return number(plain) if spec.startswith(",") else format(plain, spec)


class _Params(dict[str, Any]):
    """The parameters of a message. One that is missing leaves a gap: a page must not fail for it."""

    def __missing__(self, name: str) -> "_Gap":
        return _Gap()


class _Gap:
    def __format__(self, spec: str) -> str:
        return "…"

    def __repr__(self) -> str:
        return "…"


def filled(template: str, **params: pl.Expr) -> pl.Expr:
    """The text of `template` with a column in the place of each {parameter}; null where one of them is.

    A parameter that has no column stays as it is written.
    """
    pieces: list[pl.Expr] = []
    for words, name, _, _ in Formatter().parse(template):
        if words:
            pieces.append(pl.lit(words))
        if name is not None:
            pieces.append(params[name].cast(pl.String) if name in params else pl.lit(f"{{{name}}}"))
    return pl.concat_str(pieces) if pieces else pl.lit("")
