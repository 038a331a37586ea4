"""How code that knows no framework says things to people, in the language of whoever reads them.

A table holds the English text, marked by `gettext_noop` so that `makemessages` finds it; the text becomes a sentence
when it is shown, by `gettext` or `ngettext`. Where Django runs, those are Django's (`ImportsConfig.ready`); elsewhere
the English text itself.
"""

from collections.abc import Callable

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
