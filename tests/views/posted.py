"""What a browser would post of a page: the successful controls of one of its forms, read from the page's HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from django.http import QueryDict

_LOCAL_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,3})?)?")
_UNSENT = {"button", "submit", "file", "image", "reset"}


@dataclass
class _Select:
    name: str
    is_multiple: bool
    options: list[tuple[str, bool]] = field(default_factory=list)


class _FormReader(HTMLParser):
    def __init__(self, form_id: str) -> None:
        super().__init__()
        self._wanted, self._is_inside = form_id, False
        self._select: _Select | None = None
        self._textarea: str | None = None
        self._text = ""
        self.data = QueryDict(mutable=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._is_inside = given.get("id") == self._wanted
        if not self._is_inside:
            return
        if tag == "input" and "name" in given:
            self._take_input(given)
        elif tag == "select":
            self._select = _Select(given["name"], "multiple" in given)
        elif tag == "option" and self._select:
            self._select.options.append((given["value"], "selected" in given))
        elif tag == "textarea":
            self._textarea, self._text = given["name"], ""

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False
        elif tag == "select" and self._select:
            chosen = [value for value, is_selected in self._select.options if is_selected]
            if not self._select.is_multiple:
                chosen = chosen[-1:] or [value for value, _ in self._select.options[:1]]
            self.data.setlist(self._select.name, [*self.data.getlist(self._select.name), *map(_sent, chosen)])
            self._select = None
        elif tag == "textarea" and self._textarea is not None:
            self.data.appendlist(self._textarea, _sent(self._text.removeprefix("\n")))
            self._textarea = None

    def _take_input(self, given: dict[str, str]) -> None:
        kind, value = given.get("type", "text"), given.get("value", "")
        if kind in _UNSENT or (kind in {"radio", "checkbox"} and "checked" not in given):
            return
        if kind == "datetime-local":
            value = value if _LOCAL_MOMENT.fullmatch(value) else ""
        elif kind == "text":
            value = value.replace("\r", "").replace("\n", "")
        self.data.appendlist(given["name"], _sent(value))


def _sent(text: str) -> str:
    return re.sub(r"\r\n?|\n", "\r\n", text)


def form_data(html: str, form_id: str = "mapping-form") -> dict[str, str | list[str]]:
    """The fields of the form with this id, as they would be posted without pressing any of its buttons.

    A field that comes more than once is a list.
    """
    reader = _FormReader(form_id)
    reader.feed(html)
    return {name: values[0] if len(values) == 1 else values for name, values in reader.data.lists()}
