"""Every text that people see is marked for translation: in templates, and in the code that answers a browser."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

# What is the same in every language.
SAME_EVERYWHERE = {"UTF-8"}

LETTERS = re.compile(r"[^\W\d_]")

# Templates

SPOKEN_ATTRIBUTES = {"alt", "aria-label", "aria-description", "data-label", "label", "placeholder", "title"}
UNSEEN_ELEMENTS = {"script", "style"}
# `add` builds ids, and its pieces begin with a hyphen or a digit.
FILTER_WITH_WORDS = re.compile(
    r"\|(?:default|default_if_none|yesno|pluralize|add):[\"']([^\"'\-][^\"']*)[\"']"
)
ARGUMENT = re.compile(r"\b\w+=[\"'](?![a-z\-]+[\"'])([^\"']*)[\"']")  # one small word is no text


class _Untranslated(HTMLParser):
    """Collects what a page says of itself: texts and spoken attributes with letters in them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in UNSEEN_ELEMENTS
        self.found += [
            f"{name}={value}" for name, value in attrs if name in SPOKEN_ATTRIBUTES and says(value)
        ]

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in UNSEEN_ELEMENTS

    def handle_data(self, data: str) -> None:
        if not self._unseen and says(data):
            self.found.append(data.strip())


def says(text: str | None) -> bool:
    return bool(text and LETTERS.search(text) and text.strip() not in SAME_EVERYWHERE)


def untranslated(source: str) -> list[str]:
    """The texts of a template that stand outside of translation tags."""
    html, found, inside = [], [], ""
    for token in Lexer(source).tokenize():
        tag = token.contents.split()[0] if token.contents.split() else ""
        if token.token_type == TokenType.BLOCK and inside:
            inside = "" if tag == f"end{inside}" else inside
        elif token.token_type == TokenType.BLOCK and tag in {"blocktranslate", "comment"}:
            inside = tag
        elif token.token_type == TokenType.TEXT and not inside:
            html.append(token.contents)
        if token.token_type in {TokenType.BLOCK, TokenType.VAR}:
            found += [text for text in FILTER_WITH_WORDS.findall(token.contents) if says(text)]
        if token.token_type == TokenType.BLOCK and tag in {"include", "with"}:
            found += [text for text in ARGUMENT.findall(token.contents) if says(text)]
    page = _Untranslated()
    page.feed("".join(html))
    return found + page.found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_text_of_a_template_is_marked(path):
    assert untranslated(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Upload</p>", ["Upload"]),
        ('<p>{% translate "Upload" %} · 3</p>', []),
        ("<p>{% blocktranslate %}Upload <b>it</b>{% endblocktranslate %}</p>", []),
        ("<p>{% comment %}Why{% endcomment %}{# so #}</p>", []),
        ('<nav aria-label="Pages{{ x }}">', ["aria-label=Pages"]),
        ('<input placeholder="{% translate \'Name\' %}" name="first name">', []),
        ('{{ name|default:"none" }}', ["none"]),
        ('{% include "a.html" with label="Its value" %}', ["Its value"]),
        ("<script>const a = 1;</script>", []),
    ],
)
def test_what_is_not_marked_is_found(source, found):
    assert untranslated(source) == found


# Code

# Where code answers a browser, and where the words are that it shows.
SPEAKING = (
    "imports/access.py",
    "imports/admin",
    "imports/apps.py",
    "imports/contacts/mapping_problems.py",
    "imports/contacts/policies.py",
    "imports/contacts/problems",
    "imports/contacts/suggestions",
    "imports/contacts/targets.py",
    "imports/contacts/value_types",
    "imports/dotdigital/contact_failures.py",
    "imports/dotdigital/errors.py",
    "imports/dotdigital/wording.py",
    "imports/files/decisions.py",
    "imports/files/file_problems.py",
    "imports/files/file_refusals.py",
    "imports/files/text/encoding_names.py",
    "imports/models",
    "imports/reasons.py",
    "imports/reports",
    "imports/secrets.py",
    "imports/standing.py",
    "imports/states.py",
    "imports/templatetags",
    "imports/views",
    "portal/admin.py",
    "portal/apps.py",
    "portal/middleware.py",
    "portal/models.py",
)
TRANSLATING = re.compile(r"_|(?:n|p|np)?gettext(?:_lazy|_noop)?|ngettext_noop")
# What only whoever works on the portal reads.
BUGS = {"AssertionError", "LookupError", "NotImplementedError", "RuntimeError", "TypeError", "ValueError"}
SENTENCE = re.compile(r"[A-Z“][^\n]* [^\n]*|[^\n]* [^\n]*[.?!…]|[A-Z][a-z]+[.?!…]?", re.DOTALL)

# What looks like a sentence and is none, or is said to no person: by file.
NOT_SAID: dict[str, set[str]] = {
    # Names of types, as Dotdigital spells them.
    "imports/contacts/value_types/boolean_type.py": {"Boolean"},
    "imports/contacts/value_types/date_type.py": {"Date", "Dec", "December"},
    "imports/contacts/value_types/number_type.py": {"Numeric"},
    "imports/contacts/value_types/text_types.py": {"String"},
    # Names that Dotdigital and the database of time zones know.
    "imports/views/mapping/column_cards.py": {"Private"},
    "imports/views/mapping/new_target_form.py": {"Private", "Public"},
    "imports/views/mapping/option_lists.py": {
        "Europe", "Africa", "America", "Asia", "Atlantic", "Australia", "Indian", "Pacific",
    },
    "imports/views/upload/sample_files.py": {
        # What stands in the template and the sample, which are files.
        "Email", "Mobile number", "Country", "First name", "Last name", "Birthday",
        "Ada", "Example", "Grace", "Sample", "Muestra", "Greta", "Muster", "Sam", "Specimen",
    },
}  # fmt: skip


def python_files(*places: str) -> list[Path]:
    return sorted(
        path
        for place in places
        for path in ([ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py"))
    )


def unmarked(tree: ast.AST) -> list[tuple[int, str]]:
    """The line and text of every constant that looks like a sentence, outside of what translates it."""
    return list(_unmarked(tree))


def _unmarked(node: ast.AST) -> Iterator[tuple[int, str]]:
    if _is_unsaid(node):
        return
    if isinstance(node, ast.JoinedStr):
        text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        if SENTENCE.fullmatch(text) and LETTERS.search(text.replace("{}", "")):
            yield node.lineno, text
            return
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and SENTENCE.fullmatch(node.value):
        yield node.lineno, node.value
    for child in ast.iter_child_nodes(node):
        yield from _unmarked(child)


def _is_unsaid(node: ast.AST) -> bool:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True  # a docstring
    if isinstance(node, ast.Call):
        name = _name_of(node.func)
        is_log = isinstance(node.func, ast.Attribute) and _name_of(node.func.value) == "logger"
        return bool(TRANSLATING.fullmatch(name)) or is_log or name in BUGS or name == "TypeVar"
    if isinstance(node, ast.Assign):
        return any(_name_of(target) == "__all__" for target in node.targets)
    # An annotation that names a class, and the key by which something is looked up.
    return isinstance(node, ast.arg) or (
        isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)
    )


def _name_of(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


@pytest.mark.parametrize("path", python_files(*SPEAKING), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_sentence_of_the_code_is_marked(path):
    name = str(path.relative_to(ROOT))
    found = unmarked(ast.parse(path.read_text(encoding="utf-8")))
    assert [(line, text) for line, text in found if text not in NOT_SAID.get(name, ())] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('a = "Upload a file"', ["Upload a file"]),
        ('a = f"{b} is paused."', ["{} is paused."]),
        ('a = "Finished"', ["Finished"]),
        ('a = gettext("Upload a file").format(b="Another one")', ["Another one"]),
        ('a = gettext_lazy("Upload a file")', []),
        ('a = ngettext("one row.", "two rows.", 2)', []),
        ('logger.info("Nothing was found.")', []),
        ('raise ValueError("There is no such thing.")', []),
        ('"""What it does."""', []),
        ('a = "select"', []),
    ],
)
def test_what_is_not_marked_in_code_is_found(source, found):
    assert [text for _, text in unmarked(ast.parse(source))] == found
