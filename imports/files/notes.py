"""Rows right below the names of the columns that are no contact: lines, units, types of values, technical ids,
instructions, examples."""

import re
from collections.abc import Sequence
from enum import StrEnum

from imports.files.evidence import TYPED, CellKind, stands_for_nothing
from imports.files.footer import is_rule
from imports.files.row_features import RowFeatures, dominant_kind

_FLAGS = re.IGNORECASE | re.DOTALL


class Note(StrEnum):
    """What a row below the names of the columns holds; `file_problems.NOTES` has the words."""

    RULE = "rule"
    IDS = "ids"
    UNITS = "units"
    TYPES = "types"
    REQUIREMENTS = "requirements"
    INSTRUCTIONS = "instructions"
    EXAMPLE = "example"


_IDS = re.compile(r"\{\s*[\"\\'].*:.*\}", re.DOTALL)
_UNITS = re.compile(
    r"[(\[<{].{1,60}[)\]>}]|%|[€£$¥]|EUR|USD|GBP|CHF|PLN|kg|cm|mm|km|[ydmhs/.:\- ]*yyyy[ydmhs/.:\- ]*"
    r"|[tjm/.: \-]*jjjj[tjm/.: \-]*|[jma/.: \-]*aaaa[jmd/.: \-]*",
    _FLAGS,
)
_TYPES = re.compile(
    r"(?:(?:long|short|single line|multi-?line) ?)?(?:text|string|str|n?varchar2?|char|clob|int(?:eger)?|bigint"
    r"|smallint|number|numeric|decimal|double|float|real|currency|percent|date|date ?time|time ?stamp|time"
    r"|bool(?:ean)?|yes/no|e-?mail|phone|url|uuid|guid|id|enum|picklist|lookup|checkbox|zahl|datum|ganzzahl|texte"
    r"|nombre|fecha|número|testo|numero|data|tekst|getal|liczba|texto)(?: ?\(\d+(?:, ?\d+)?\))?",
    _FLAGS,
)
_REQUIREMENTS = re.compile(
    r"\*?(?:required|mandatory|optional|recommended|not required|pflicht(?:feld|angabe)?|erforderlich|freiwillig"
    r"|obligatoire|facultatif|optionnel|requis|obligatorio|opcional|requerido|obbligatorio|facoltativo|opzionale"
    r"|verplicht|optioneel|wymagane|opcjonalne|obrigatório|facultativo)\*?",
    _FLAGS,
)
_INSTRUCTION = re.compile(
    r"(?:please|enter|must|should|max(?:imum|\.)?|min(?:imum)?|format|choose|select|do not|don't|type in|fill in|insert"
    r"|leave (?:blank|empty)|bitte|geben sie|tragen sie|maximal|höchstens|nicht|veuillez|saisir|saisissez|indiquez"
    r"|ne pas|introduzca|indique|escriba|no (?:cambiar|modificar)|inserire|indicare|massimo|non|vul|voer|maximaal|wpisz"
    r"|podaj|maksymalnie|insira|informe|preencha|máx(?:imo|\.)?)\b.*\s.*",
    _FLAGS,
)
# Somebody may be called Example: the word alone says nothing.
_EXAMPLE = re.compile(
    r"[(\[]?(?:(?:e\. ?g\.|e\.?g[.:]|ex[.:]|for example|z\. ?b\.|bspw\.|p\. ?ex\.|par exemple|ej[.:]|p\. ?ej\."
    r"|por ejemplo|es[.:]|ad es\.|per esempio|bijv\.|bijvoorbeeld|np\.|na przykład|por exemplo)(?:\W.*)?"
    r"|(?:example|sample|beispiel|muster|exemple|ejemplo|esempio|voorbeeld|przykład|exemplo)"
    r"(?: ?(?:row|line|data|entry|record|contact|zeile|daten|ligne|fila|riga|rij|wiersz|linha)\b|-?zeile\b| ?:).*)",
    _FLAGS,
)

_BY_EVERY_CELL = (
    (Note.IDS, _IDS),
    (Note.UNITS, _UNITS),
    (Note.REQUIREMENTS, _REQUIREMENTS),
    (Note.TYPES, _TYPES),
)
_MOSTLY = 0.5


def is_technical(row: RowFeatures) -> bool:
    """Whether the row is for machines or for the eye, wherever it stands: a line, or ids as JSON."""
    return note_of(row, ()) in {Note.RULE, Note.IDS}


def note_of(row: RowFeatures, below: Sequence[RowFeatures]) -> Note | None:
    """What the row holds, if it is no contact by its words; `below` are the rows under it.

    An example or an instruction may hold an address: whether it is left out is for the caller to say.
    """
    cells = [row.cell(place) for place in row.places()]
    if not cells:
        return None
    if is_rule(row):
        return Note.RULE
    if is_example(row, below):
        return Note.EXAMPLE
    if sum(map(_is_instruction, cells)) > len(cells) * _MOSTLY and not _has_values(row, below):
        return Note.INSTRUCTIONS
    if row.may_be_contact and not all(map(_IDS.fullmatch, cells)):
        return None
    for note, shape in _BY_EVERY_CELL:
        if all(map(shape.fullmatch, cells)) and not _is_usual(row, below, shape):
            return None if all(map(stands_for_nothing, (cell.strip("()[]<>{}") for cell in cells))) else note
    return None


def is_example(row: RowFeatures, below: Sequence[RowFeatures]) -> bool:
    """Whether the row says of itself that it is an example; where rows below say so too, it is a word of theirs."""
    places = [place for place in row.places() if _EXAMPLE.fullmatch(row.cell(place))]
    return bool(places) and not any(
        _EXAMPLE.fullmatch(other.cell(place)) for other in below for place in places
    )


def _is_instruction(cell: str) -> bool:
    return bool(_INSTRUCTION.fullmatch(cell) or _EXAMPLE.fullmatch(cell) or _REQUIREMENTS.fullmatch(cell))


def _has_values(row: RowFeatures, below: Sequence[RowFeatures]) -> bool:
    """Whether the row has a value such as those below it have, other than in an instruction."""
    return any(
        (kind := row.kind(place)) in TYPED
        and kind is not CellKind.FLAG
        and kind is dominant_kind(below, place)
        for place in row.places()
        if not _is_instruction(row.cell(place))
    )


def _is_usual(row: RowFeatures, below: Sequence[RowFeatures], shape: re.Pattern[str]) -> bool:
    """Whether cells of that shape are what the table holds: then the row is one of its own."""
    places = row.places()
    return any(
        all(shape.fullmatch(other.cell(place)) for place in places if other.cell(place))
        and any(other.cell(place) for place in places)
        for other in below
    )
