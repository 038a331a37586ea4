"""Dutch, as written in the Netherlands and Belgium."""

HEADERS = {
    "email": "e-mailadres, mailadres, e-mail, mail, e-mailadressen, e-post, elektronisch adres",
    "mobile": (
        "mobiel, mobiele telefoon, mobiel nummer, mobiele nummer, gsm, gsm-nummer, mobiel telefoonnummer, "
        "06-nummer, mobiele telefoonnummer, telefoon mobiel, mobieltje, gsm nr, mobiel nr, "
        "telefoonnummer mobiel, 06"
    ),
    "phone": (
        "telefoon, telefoonnummer, tel, tel nr, telefoonnr, vaste telefoon, vast nummer, contactnummer, "
        "telefoonnummers, telefoon vast"
    ),
    "fax": "fax, faxnummer",
    "first_name": "voornaam, roepnaam, voornamen",
    "middle_name": "tussenvoegsel, tussenvoegsels, tweede naam, tussennaam, tweede voornaam",
    "last_name": "achternaam, familienaam, geslachtsnaam, naam",
    "full_name": (
        "naam, volledige naam, voor- en achternaam, voornaam en achternaam, naam klant, klantnaam, "
        "naam contact, contactpersoon, weergavenaam, voornaam achternaam, contactnaam, naam contactpersoon"
    ),
    "username": "gebruikersnaam, bijnaam, inlognaam",
    "salutation": "aanhef, titel, aanspreektitel, voorvoegsel, aanspreekvorm, aanspreking",
    "suffix": "achtervoegsel",
    "gender": "geslacht",
    "birthday": "geboortedatum, verjaardag, geb datum, geboren op, geboortedag",
    "age": "leeftijd",
    "company": (
        "bedrijf, bedrijfsnaam, organisatie, firma, onderneming, werkgever, naam bedrijf, "
        "naam organisatie, organisatienaam"
    ),
    "department": "afdeling",
    "job_title": "functie, functietitel, beroep, functieomschrijving, rol, functienaam, positie",
    "industry": "branche, sector, bedrijfstak",
    "address": (
        "adres, straat, straat en huisnummer, straatnaam, adresregel 1, adres 1, postadres, "
        "straat huisnummer, straat en nr, straat nr, woonadres, straatnaam en huisnummer"
    ),
    "address2": "adresregel 2, adres 2, toevoeging, adrestoevoeging, straat 2, huisnummer toevoeging",
    "postcode": "postcode, postkode, postcodes, postnummer",
    "city": "plaats, woonplaats, stad, gemeente, plaatsnaam, stad plaats",
    "region": "provincie, regio, staat provincie, provincie staat, provincie regio",
    "country": "land, landcode, land regio, landnaam, land van verblijf",
    "language": "taal, voorkeurstaal, taalcode, taal voorkeur",
    "timezone": "tijdzone",
    "website": "website, webadres, webpagina, internetadres, internetpagina, homepage",
    "notes": (
        "notitie, notities, opmerking, opmerkingen, aantekeningen, commentaar, toelichting, omschrijving"
    ),
    "tags": "labels, trefwoorden, categorieën, categorie, interesses, tags",
    "source": "bron, herkomst, leadbron, oorspronkelijke bron, hoe heeft u ons gevonden, bron van contact",
    "lead_status": "leadstatus, status van lead, contactstatus",
    "lifecycle_stage": "levenscyclusfase, fase in levenscyclus, lifecycle fase",
    "lead_score": "leadscore",
    "customer_number": "klantnummer, klant-id, klantnr, debiteurnummer, relatienummer, klantcode",
    "customer_group": "klantgroep, klanttype, klantsegment, soort klant, type klant",
    "membership_number": "lidnummer, lidmaatschapsnummer, klantenkaart, klantenkaartnummer, lidnr, pasnummer",
    "vat_number": "btw-nummer, btw-nr, btw-id",
    "currency": "valuta, munteenheid",
    "signup_date": (
        "aanmelddatum, inschrijfdatum, aangemaakt op, aangemeld op, registratiedatum, datum aangemaakt, "
        "datum van inschrijving, klant sinds, lid sinds, toegevoegd op, inschrijvingsdatum, "
        "aanmeldingsdatum, geregistreerd op, datum toegevoegd, ingeschreven op, datum inschrijving, "
        "datum aanmelding"
    ),
    "updated_date": (
        "gewijzigd op, laatst gewijzigd, bijgewerkt op, laatste wijziging, wijzigingsdatum, datum gewijzigd"
    ),
    "first_order": (
        "eerste bestelling, eerste aankoop, datum eerste bestelling, eerste besteldatum, datum eerste aankoop"
    ),
    "last_order": (
        "laatste bestelling, laatste aankoop, laatste besteldatum, datum laatste bestelling, "
        "datum laatste aankoop, laatste aankoopdatum, laatste order"
    ),
    "orders": "bestellingen, aantal bestellingen, aantal orders, totaal bestellingen, aantal aankopen",
    "average_order": "gemiddelde orderwaarde, gemiddelde bestelwaarde, gemiddeld bestelbedrag",
    "spend": (
        "omzet, totale omzet, totaal besteed, besteed bedrag, totale uitgaven, klantwaarde, totaalbedrag, "
        "totaal uitgegeven, besteding, totale besteding"
    ),
    "points": "punten, spaarpunten, puntensaldo, loyaliteitspunten",
    "rating": "beoordeling, waardering",
    "newsletter": (
        "nieuwsbrief, inschrijving nieuwsbrief, nieuwsbrief ontvangen, nieuwsbriefinschrijving, nieuwsbrieven"
    ),
    "vip": "vip-klant, vaste klant",
    "tax_exempt": "vrijgesteld van btw, belastingvrij, btw-vrij",
    "store": "winkel, filiaal, vestiging, favoriete winkel, voorkeurswinkel",
    "consent_date": (
        "datum toestemming, toestemmingsdatum, toestemming op, opt-in datum, datum opt-in, "
        "datum van toestemming, opt-in tijd, datum akkoord, bevestigd op"
    ),
    "consent_ip": "ip-adres, ip-adres inschrijving, opt-in ip, ip toestemming, ip-adres toestemming",
    "consent_text": "toestemmingstekst, tekst toestemming",
    "consent_url": "inschrijfpagina, aanmeldpagina, url toestemming, url inschrijving",
    "user_agent": "browser gebruiker",
    "email_status": (
        "e-mailstatus, ingeschreven, toestemming, abonnementsstatus, toestemming e-mail, "
        "accepteert marketing, opt-in e-mail, marketingtoestemming, abonneestatus, geabonneerd, "
        "avg-toestemming, accepteert e-mailmarketing, toestemming marketing, e-mail toestemming"
    ),
    "opt_out": (
        "uitgeschreven, afgemeld, niet mailen, niet benaderen, opt-out, afmelddatum, uitgeschreven op, "
        "geblokkeerd, geen e-mail, uitschrijfdatum, afgemeld op, zwarte lijst"
    ),
    "opt_in_type": "opt-in type, soort toestemming, dubbele opt-in, type toestemming, soort inschrijving",
    "sms_status": (
        "sms-status, sms-toestemming, toestemming sms, accepteert sms, sms-inschrijving, "
        "accepteert sms-marketing"
    ),
    "whatsapp_status": "toestemming whatsapp, whatsapp-status, whatsapp-toestemming",
    "lists": (
        "lijst, lijsten, mailinglijst, verzendlijst, groepen, groep, segmenten, adresboek, mailinglijsten"
    ),
    "contact_id": "contact-id",
}

QUALIFIERS = (
    "dd mm jjjj, factuuradres, bezorgadres, afleveradres, factuur, facturatie, bezorg, verzend, levering, "
    "privé, thuis, werk, zakelijk, zakelijke, primair, primaire, klant, contact, contactpersoon, ander, "
    "andere, overig, hoofd, uw, je, wat is uw, wat is je, persoonlijk, persoonlijke, standaard, deelnemer, "
    "koper, abonnee, ontvanger, secundair, verplicht, vul je, vul uw, kantoor, van deelnemer, van klant, "
    "relatie"
)

OTHERS = (
    "door, eigenaar, beheerder, assistent, verwijzer, echtgenoot, partner, ouder, moeder, vader, kind, "
    "huisdier, nood, noodgeval, leverancier, afzender, verkoper, vriend, voogd, accountmanager, type, "
    "soort, contract, bestelling, order, ordernummer, bestelnummer, factuurnummer, product, artikelnummer, "
    "referentie, code, grootte, geboorteplaats, nummer, nr, app, campagne, aanbieding, boeking, ticket, "
    "iban, rekeningnummer, toestel, netnummer, dossier"
)

PREFERENCE = "Voorkeur"

YES = "waar, ja, aan, aangevinkt, geaccepteerd"
NO = "onwaar, nee, neen, uit, uitgevinkt, geweigerd"

STATUSES = {
    "subscribed": "geabonneerd, ingeschreven, aangemeld, actief, bevestigd",
    "unsubscribed": "uitgeschreven, afgemeld, inactief",
    "suppressed": "onderdrukt, geblokkeerd",
    "noSubscription": "geen abonnement, niet geabonneerd",
}

LONGER_STATUSES = {
    "unsubscribed": "uitgeschrevene, opgezegd, ingetrokken, niet mailen, niet benaderen",
    "suppressed": (
        "gebouncet, gebounced, bounce, klacht, spamklacht, op zwarte lijst, zwarte lijst, ongeldig, "
        "opgeschoond"
    ),
    "notSubscribed": (
        "niet geabonneerd, nooit geabonneerd, niet ingeschreven, geen abonnement, in afwachting, in "
        "behandeling, onbevestigd, niet bevestigd, gearchiveerd, verwijderd, geen toestemming"
    ),
}

EMAIL_TYPES = {
    "plainText": "tekst, platte tekst, alleen tekst",
}

OPT_IN_TYPES = {
    "unknown": "onbekend",
    "single": "enkel, enkele opt-in, enkelvoudig",
    "double": "dubbel, dubbele opt-in",
    "verifiedDouble": "geverifieerd dubbel",
}

IDENTIFIERS = {
    "email": "e-mailadres",
    "mobileNumber": "mobiel, mobiel nummer, telefoon, telefoonnummer",
    "contactId": "contact-id",
}

PARTICLES = (
    "van, van de, van den, van der, van het, van 't, van ’t, de, den, der, in 't, ter, ten, te, op de, "
    "op den, op 't, uit de, uit den, in de, in den, aan de, vander"
)

TITLES = "dhr, mevr, mevrouw, meneer, mw, de heer, drs"

PERSONS = {
    "guest": "deelnemer, gast, reiziger",
    "recipient": "ontvanger, verzend, bezorg, aflever, lever",
    "buyer": "klant, factu, koper, besteller",
}
