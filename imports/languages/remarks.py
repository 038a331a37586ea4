"""The words of what stands around a table and is no contact: totals and remarks, in the languages of the exports
people have."""

import re

_FLAGS = re.IGNORECASE | re.DOTALL

_TOTAL_WORDS = (
    r"(?:grand |sub-?)?total(?:s|e|en|es|er)?|summe|(?:gesamt|end)(?:summe|zahl)?|insgesamt|total g[ée]n[ée]ral|somme"
    r"|totale(?: complessivo| generale)?|total (?:general|geral)|(?:eind|sub)?totaal|razem|łącznie|suma końcowa|celkem"
    r"|итого|всего|合計|总计|total(?:s|e)? (?:rows|records|contacts|count)"
)
TOTAL = re.compile(_TOTAL_WORDS, _FLAGS)
"""A cell that says that its row is a total; what follows it is a number or nothing."""

TOTAL_SET_APART = re.compile(r"sum|suma|soma", _FLAGS)
"""The same where a blank row is above it: these may be names."""

_RECORDS = (
    r"(?:rows?|records?|contacts?|entries|results?|members?|zeilen|datens[äa]tze|kontakte|eintr[äa]ge|lignes?"
    r"|enregistrements?|r[ée]sultats?|filas?|registros?|contactos?|righe|risultati|contatti|rijen|contacten|resultaten"
    r"|wiersz[ey]|rekord[óo]w|kontakt[óo]w|linhas?|contatos?)"
)
_FILE = (
    r"(?:(?:this |the )?(?:report|file|list|data|export)|(?:der |dieser )?bericht|(?:die |diese )?(?:liste|datei)"
    r"|(?:ce )?rapport|(?:cette )?liste|(?:este )?(?:informe|listado|relat[óo]rio)|(?:questo )?rapporto)"
)
_MADE = "|".join(
    (
        r"(?:was |is )?(?:generated|exported|created|printed|downloaded|produced|prepared|extracted)"
        r" (?:on|by|at|from|with|using|for)",
        r"(?:wurde )?(?:erstellt|exportiert|gedruckt|generiert|erzeugt|heruntergeladen) (?:am|von|mit|um|durch)",
        r"(?:a été )?(?:généré|exporté|créé|imprimé|édité|téléchargé)e? (?:le|par|avec|à)",
        r"(?:generado|exportado|creado|impreso|descargado)s? (?:el|por|con|a las)",
        r"(?:generato|esportato|creato|stampato|scaricato) (?:il|da|con|alle)",
        r"(?:gegenereerd|geëxporteerd|gemaakt|afgedrukt|aangemaakt|gedownload) (?:op|door|met|om)",
        r"(?:wygenerowano|wyeksportowano|utworzono|wydrukowano|pobrano)(?: dnia| przez| z)?",
        r"(?:gerado|exportado|criado|impresso|baixado)s? (?:em|por|com|às)",
    )
)
REMARK = re.compile(
    r"(?:©|\(c\)|copyright\b).*"
    r"|.*\b(?:all rights reserved|alle rechte vorbehalten|tous droits réservés|(?:todos )?(?:los )?derechos reservados"
    r"|tutti i diritti riservati|alle rechten voorbehouden|wszelkie prawa zastrzeżone|todos os direitos reservados)\b.*"
    r"|(?:page|seite|p[áa]gina|pagina|strona) \d+(?: ?(?:of|von|sur|de|di|van|z|/) ?\d+)?"
    rf"|(?:{_FILE} )?(?:{_MADE})\b.*"
    r"|(?:report|export|bericht|rapport|informe) (?:generated|completed?|erstellt|généré|generado)\b.*"
    r"|end of (?:report|file|list|data|export)\b.*|ende (?:des berichts|der liste|der datei|des exports)\b.*"
    r"|fin (?:du rapport|de la liste|du fichier|del informe|de la lista|del archivo)\b.*"
    r"|fine (?:del rapporto|dell'elenco|del file)\b.*|einde (?:van het rapport|van de lijst|rapport|bestand)\b.*"
    r"|koniec (?:raportu|listy|pliku)\b.*|fim (?:do relatório|da lista|do arquivo)\b.*"
    r"|filters? applied\b.*|(?:applied )?filters? ?:.*|(?:filtered|sorted) by\b.*|(?:angewandte |gesetzte )?filter ?:.*"
    r"|filtres?(?: appliqués)? ?:.*|filtros?(?: aplicados)? ?:.*|filtri(?: applicati)? ?:.*"
    r"|(?:toegepaste )?filters ?:.*|(?:zastosowane )?filtry ?:.*"
    r"|(?:date range|report (?:name|period|date)|run date|zeitraum|berichtszeitraum|période|periodo|per[íi]odo|periode"
    r"|okres|search criteria|selection criteria) ?:.*"
    rf"|\(?\d[\d,. ]* {_RECORDS}"
    r"(?: (?:affected|selected|returned|exported|in set|total|found|exportiert|gefunden))?\.?\)?"
    rf"|(?:(?:total )?(?:number of |count of )?|anzahl (?:der )?|nombre de |n[úu]mero (?:total )?de |numero di "
    rf"|aantal |liczba ){_RECORDS} ?[:=] ?\d[\d,. ]*"
    rf"|(?:{_TOTAL_WORDS})(?: {_RECORDS})? ?[:=]? ?\(?\d[\d,. ]*(?: {_RECORDS})?\)?",
    _FLAGS,
)
"""A row that can be nothing but a remark, its cells joined by blanks."""

CONFIDENTIAL = re.compile(
    r"(?:strictly )?(?:confidential|vertraulich|streng vertraulich|confidentiel|confidencial|riservato|confidenziale"
    r"|vertrouwelijk|poufne|internal use only|for internal use|nur für den internen gebrauch|do not distribute)\b.*",
    _FLAGS,
)
"""A remark where a blank row is above it: a company may be called so."""

REMARK_SET_APART = re.compile(
    r"(?:source|quelle|note|notes|hinweis|nota|remarque) ?:.*|(?:\S+\s+){3,}\S.*", _FLAGS
)
"""The same, of words that say less."""

RULE = re.compile(r"[-=_*~+|:\s\u2010-\u2015\u2500-\u257f]+")
"""A cell of a row that only draws a line."""

NOTE_LABEL = re.compile(
    r".*:|.*\b(?:by|from|owner|author|contact|creator|sender|support|questions?|help)|(?:erstellt|exportiert) von"
    r"|ansprechpartner(?:in)?|absender|par|auteur|autor|propietario|autore|da|door|eigenaar|przez|por",
    _FLAGS,
)
"""What a note above a table is introduced by: who made it, and whom to ask."""
