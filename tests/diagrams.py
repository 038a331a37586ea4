"""What documents draw of the code: the data models, and the pages with who may open them.

    make diagrams

writes them; `tests/test_documents.py` fails while a document says something else.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django

DOCS = Path(__file__).resolve().parents[1] / "docs"

_MODELS = """# Data models

`make diagrams` draws this from the models; what they mean is said in `imports/models/`. A line ends in a fork where
there may be several, and in a circle where there may be none.

```mermaid
erDiagram
{lines}
```
"""
_PAGES = """# Pages

`make diagrams` writes this from `imports/urls.py` and from the rows of `tests/views/test_access.py`, by which each page
is asked for. What somebody may not see does not exist for them; superusers may do what managers may. A file is uploaded
by members of the account that is chosen for it.

| Path | Name | View | Who may look | Who may act |
| --- | --- | --- | --- | --- |
{lines}
"""


def documents() -> dict[str, str]:
    """Name of each document in docs/ -> what it is to say. Django must be set up."""
    return {
        "models.md": _MODELS.format(lines="\n".join(_model_lines())),
        "pages.md": _PAGES.format(lines="\n".join(_page_lines())),
    }


def _model_lines() -> Iterator[str]:
    from django.apps import apps

    models = list(apps.get_app_config("imports").get_models())
    for model in models:
        yield f"    {model.__name__} {{"
        for field in model._meta.concrete_fields:
            key = (
                " PK" if field.primary_key else " FK" if field.is_relation else " UK" if field.unique else ""
            )
            yield f"        {field.get_internal_type()} {field.column}{key}"
        yield "    }"
    for model in models:
        for field in model._meta.concrete_fields:
            if field.is_relation:
                several = "|o" if field.unique else "}o"
                one = "o|" if field.null else "||"
                yield f"    {model.__name__} {several}--{one} {field.related_model.__name__} : {field.name}"


def _page_lines() -> Iterator[str]:
    from imports.urls import urlpatterns
    from tests.views.test_access import ROWS

    for pattern in urlpatterns:
        who: dict[str, str] = {row.method: _who(row) for row in ROWS if row.name == pattern.name}
        view = pattern.callback
        place = f"{view.__module__.removeprefix('imports.views.')}.{view.__name__}"
        if pattern.name == "change-mapping":  # it has tests of its own, by whose mapping it is
            who = {"post": "who made it, managers of the account"}
        path, looking, acting = str(pattern.pattern), who.get("get", ""), who.get("post", "")
        yield f"| `/{path}` | `{pattern.name}` | `{place}` | {looking} | {acting} |"


def _who(row: Any) -> str:
    """Who may ask for a page, by a row of `test_access`."""
    if row.is_of_upload:
        return "who began it"
    if row.is_for_managers:
        return "managers of the account"
    if row.is_act:
        return "the owner, managers of the account"
    if row.until or row.is_of_account:
        return "members of the account"
    return "whoever is signed in"


def write() -> None:
    """Write the documents anew."""
    for name, text in documents().items():
        (DOCS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    django.setup()
    write()
