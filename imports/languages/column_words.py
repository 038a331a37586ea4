"""Words by which names of columns are told from values, as patterns, in the languages of the exports people have."""

import re

EMAIL_NAME = re.compile(r"mail|courriel|correo|poczta|post|адрес|почт|メール|邮箱|邮件|이메일", re.IGNORECASE)
"""In the name of a column of e-mail addresses."""

PHONE_NAME = re.compile(
    r"phone|fon|mobil|handy|cell|gsm|sms|fax|tel|portable|móvil|numm?er|numb|número|numer|nr|no\.|телефон|電話|电话",
    re.IGNORECASE,
)
"""In the name of a column of telephone numbers."""

DATE_NAME = re.compile(
    r"dat|birth|geb|naiss|nasc|nacim|urodz|fecha|day|tag|jour|día|time|zeit|heure|hora|since|seit|depuis|desde"
    r"|created|updated|joined|start|end|from|until|von|bis|period|дата|рожд|日",
    re.IGNORECASE,
)
"""In the name of a column of dates."""

NO_NAME = re.compile(
    r"(?:unknown|unbekannt|inconnue?|desconocid[oa]|none|nothing|keine?|null|nan|nil|n\.?/?a\.?|tb[dc]|missing|[-–—?.]+|x{2,})",
    re.IGNORECASE,
)
"""What people write where they know nothing."""

ANSWER_INSTEAD = re.compile(
    r"(?:by|per|via|no|not|never|see|ask|send|only|kein|keine|nur|nicht|siehe|sans|pas|par|voir|sin|por|ver|senza|non|geen"
    r"|niet|zie|brak|bez|nie|sem|não)\s",
    re.IGNORECASE,
)
"""What somebody writes who has no address, or wants to be reached in another way."""

NAME_WORDS = re.compile(
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
"""What columns of plain words are called; whole words of the name."""

GROUP_NAME = re.compile(
    r"(?:(?:billing|shipping|delivery|postal|home|work|business|private|company|contact|mailing|invoice) )?"
    r"(?:address(?:es)?|contact(?: details| info(?:rmation)?)?|person|names?|phones?|telephone|company|consents?|dates?"
    r"|orders?|account|details|demographics)"
    r"|(?:rechnungs|liefer|post|privat|firmen)?(?:anschrift|adresse)|kontakt(?:daten)?|ansprechpartner|telefon"
    r"|adresse(?: de (?:facturation|livraison))?|coordonnées|dirección|contacto|direccion|indirizzo|recapiti"
    r"|adres|contactgegevens|adres (?:dostawy|rozliczeniowy)|kontakty|endereço|contato",
    re.IGNORECASE,
)
"""A word that stands alone above several names of columns. Any other alone in the middle is a title."""

SURVEY_ANSWER = re.compile(
    r"(?:open[- ]ended )?response|antwort|(?:offene |freie )antwort|r[ée]ponse(?: ouverte)?|respuesta(?: abierta)?"
    r"|risposta(?: aperta)?|(?:open )?antwoord|(?:otwarta )?odpowiedź|resposta(?: aberta)?|ответ",
    re.IGNORECASE,
)
"""What surveys write below a question that has one answer."""
