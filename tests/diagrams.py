"""What documents draw of the code: the data models, and the pages with who may open them.

    make diagrams

writes them; `tests/test_documents.py` fails while a document says something else.
"""

from collections.abc import Iterator
from pathlib import Path

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
is asked for. What somebody may not see does not exist for them; superusers may do what managers may. Viewers act on
nothing, their own imports included, and a file is uploaded by members who are no viewers of the account that is chosen
for it. What each role may is said in [SECURITY.md](../SECURITY.md).

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
        who = {row.method: str(row.asked_by) for row in ROWS if row.name == pattern.name}
        view = pattern.callback
        place = f"{view.__module__.removeprefix('imports.views.')}.{view.__name__}"
        path, looking, acting = (
            str(pattern.pattern),
            who.get("get", ""),
            who.get("post", "") or who.get("patch", ""),
        )
        yield f"| `/{path}` | `{pattern.name}` | `{place}` | {looking} | {acting} |"


def write() -> None:
    """Write the documents anew."""
    for name, text in documents().items():
        (DOCS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    django.setup()
    write()
