"""What a page of another language says in English."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
COMMON_WORDS = re.compile(
    r"\b(?:the|and|of|is|are|not|with|this|that|these|those|you|your|for|from|to|been|have|has|it|its|be|will|would|"
    r"what|which|when|where|who|how|row|rows|column|columns|value|values|file|files|contact|contacts|account|by|"
    r"added|change|changed|delete|save|select|search|view|add)\b",
    re.IGNORECASE,
)
"""Words that hardly an English sentence does without, and that are none of German."""
FILLED_IN = re.compile(r"\{\w+\}|\([a-z]{2}(?:-[A-Z]{2})?\)|„row“")
"""What a script fills in, codes of languages, and a column of the files that are downloaded."""


@cache
def translated_texts(language: str) -> frozenset[str]:
    """The English texts that are others in `language`."""
    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return frozenset(
            message.id
            for message in read_po(file)
            if isinstance(message.id, str) and message.id != message.string
        )


def english_in(texts: Iterable[str], supplied: Iterable[str] = (), language: str = "de") -> list[str]:
    """Those of `texts` that say something in English; `supplied` is what people, files and accounts call things."""
    known = re.compile("|".join(map(re.escape, sorted(supplied, key=len, reverse=True))) or r"(?!)")
    unknown = {text: FILLED_IN.sub("", known.sub("", text)).strip() for text in texts}
    return [
        text
        for text, rest in unknown.items()
        if rest and (rest in translated_texts(language) or COMMON_WORDS.search(rest))
    ]
