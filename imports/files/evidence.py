"""What a cell looks like, judged quickly: enough to tell names of columns from values, and a table from noise.

Nothing is validated here. It takes microseconds and is only ever used on samples.
"""

import re
from enum import StrEnum


class CellKind(StrEnum):
    """What a cell looks like."""

    BLANK = "blank"
    EMAIL = "email"
    DATE = "date"
    PHONE = "phone"
    NUMBER = "number"
    FLAG = "flag"
    LINK = "link"
    TEXT = "text"


TYPED = frozenset(
    {CellKind.EMAIL, CellKind.DATE, CellKind.PHONE, CellKind.NUMBER, CellKind.FLAG, CellKind.LINK}
)
"""What hardly ever names a column: a cell of these kinds is a value."""

_MAX_SAMPLED_CHARS = 200
_DIGITS = "-.0123456789"

# An address anywhere in the cell: it may have a name before it, a remark behind it, or be one of several.
_EMAIL = re.compile(r"[^@]{0,150}?[^\s@,;|<>\"]@[^\s@,;|<>\"]{1,150}\.[^\s@,;|<>\"]{2}.{0,150}", re.DOTALL)
_DATE = re.compile(
    r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})|\d{1,2}[ -]\w{3,9}\.?[ -]\d{2,4})"
    r"(?:[T ,]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?"
)
_PHONE = re.compile(r"'?(?!0[.,]\d+$)(?:\+|00|\(?0|\()[\d\s().\-/‐‑–]{6,22}(?:\s*(?:x|ext\.?)\s*\d{1,6})?")
_NUMBER = re.compile(
    r"'?[-+]?[$€£¥]?\s?(?:\d+|\d{1,3}(?:[ ,.'\u00a0\u202f]\d{3})+)(?:[.,]\d+)?(?:[eE][-+]?\d+)?\s?[%€$£¥]?"
)
_FLAG = re.compile(r"(?:true|false|yes|no|y|n|ja|nein|oui|non|si|sí|sì|nee|tak|nie|sim|não)", re.IGNORECASE)
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)

_SHAPES = (
    (CellKind.EMAIL, _EMAIL),
    (CellKind.DATE, _DATE),
    (CellKind.PHONE, _PHONE),
    (CellKind.NUMBER, _NUMBER),
    (CellKind.FLAG, _FLAG),
    (CellKind.LINK, _LINK),
)


# What columns of a kind are called, in the languages of the exports people have; a part of the name is enough.
_NAMES = {
    CellKind.EMAIL: re.compile(
        r"mail|courriel|correo|poczta|post|адрес|почт|メール|邮箱|邮件|이메일", re.IGNORECASE
    ),
    CellKind.PHONE: re.compile(
        r"phone|fon|mobil|handy|cell|gsm|sms|fax|tel|portable|móvil|numm?er|numb|número|numer|nr|no\.|телефон|電話|电话",
        re.IGNORECASE,
    ),
    CellKind.DATE: re.compile(
        r"dat|birth|geb|naiss|nasc|nacim|urodz|fecha|day|tag|jour|día|time|zeit|heure|hora|since|seit|depuis|desde"
        r"|created|updated|joined|start|end|from|until|von|bis|period|дата|рожд|日",
        re.IGNORECASE,
    ),
}
_NO_NAME = re.compile(
    r"(?:unknown|unbekannt|inconnue?|desconocid[oa]|none|nothing|keine?|null|nan|nil|n\.?/?a\.?|tb[dc]|missing|[-–—?.]+|x{2,})",
    re.IGNORECASE,
)
# What somebody writes who has no address, or wants to be reached in another way.
_ANSWER = re.compile(
    r"(?:by|per|via|no|not|never|see|ask|send|only|kein|keine|nur|nicht|siehe|sans|pas|par|voir|sin|por|ver|senza|non|geen"
    r"|niet|zie|brak|bez|nie|sem|não)\s",
    re.IGNORECASE,
)
# What columns of plain words are called; whole words of the name.
_NAME_WORDS = re.compile(
    r"\b(?:names?|first|last|middle|full|surname|forename|initials?|title|salutation|gender|sex|company|organi[sz]ation"
    r"|business|job|position|role|department|team|street|address|city|town|postcode|zip|county|state|region|province"
    r"|country|language|locale|currency|status|type|source|channel|campaign|segment|category|group|list|tags?|notes?"
    r"|comments?|description|message|subject|id|key|code|number|reference|customer|contact|member|user(?:name)?|owner|e-?mail"
    r"|(?:tele|cell|mobile)?phone|mobile|fax|birthday|website|url|date|age"
    r"|vorname|nachname|familienname|anrede|titel|firma|unternehmen|abteilung|strasse|straße|adresse|ort|stadt|plz|land"
    r"|sprache|kunde|kundennummer|bemerkung|notiz|quelle|typ|beschreibung"
    r"|pr[ée]nom|nom|soci[ée]t[ée]|entreprise|rue|ville|pays|code postal|langue|civilit[ée]|remarques?|statut"
    r"|nombre|apellidos?|empresa|calle|ciudad|pa[ií]s|provincia|idioma|notas|estado|cliente"
    r"|nome|cognome|azienda|via|citt[àa]|paese|lingua|note|cliente"
    r"|voornaam|achternaam|bedrijf|straat|plaats|woonplaats|postcode|taal|klant|opmerkingen"
    r"|imi[ęe]|nazwisko|firma|ulica|miasto|kraj|j[ęe]zyk|uwagi"
    r"|sobrenome|apelido|empresa|rua|cidade|observa[çc][õo]es"
    r"|имя|фамилия|город|компания|姓名|名前|氏名|会社|住所)\b",
    re.IGNORECASE,
)


def is_known_name(cell: str) -> bool:
    """Whether `cell` has a word by which columns are called."""
    return len(cell) <= _MAX_SAMPLED_CHARS and bool(_NAME_WORDS.search(cell.replace("_", " ")))


def stands_for_nothing(cell: str) -> bool:
    """Whether `cell` is what people write where they know nothing: `n/a`, `unknown`, `-`."""
    return bool(_NO_NAME.fullmatch(cell.strip()))


def names_kind(cell: str, kind: CellKind) -> bool:
    """Whether `cell` may be what a column of that kind is called; what stands for no value names nothing."""
    text = cell.strip()
    if kind_of(text) in TYPED - {CellKind.FLAG} or stands_for_nothing(text):
        return False
    if kind in {CellKind.EMAIL, CellKind.PHONE} and _ANSWER.match(text):
        return False
    return kind not in _NAMES or bool(_NAMES[kind].search(text))


def kind_of(cell: str) -> CellKind:
    """What `cell` looks like; blanks around it do not count."""
    text = cell.strip()
    if not text:
        return CellKind.BLANK
    if len(text) > _MAX_SAMPLED_CHARS:
        return CellKind.TEXT if text.strip(_DIGITS) else CellKind.NUMBER
    return next((kind for kind, shape in _SHAPES if shape.fullmatch(text)), CellKind.TEXT)
