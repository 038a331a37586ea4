"""Italian."""

HEADERS = {
    "email": (
        "indirizzo e-mail, posta elettronica, indirizzo di posta elettronica, e-mail, mail, "
        "indirizzo mail, casella di posta, recapito email, indirizzo posta elettronica"
    ),
    "mobile": (
        "cellulare, telefono cellulare, numero di cellulare, cell, telefono mobile, numero cellulare, "
        "tel cellulare, n cellulare, telefonino, numero di telefono cellulare, tel cell, nr cellulare, "
        "mobile"
    ),
    "phone": (
        "telefono, numero di telefono, tel, n telefono, telefono fisso, recapito telefonico, "
        "n di telefono, numero telefono, numero telefonico, fisso, nr telefono"
    ),
    "fax": "fax, numero di fax",
    "first_name": "nome, nome di battesimo, nome proprio",
    "middle_name": "secondo nome",
    "last_name": "cognome",
    "full_name": (
        "nome completo, nome e cognome, cognome e nome, nome cognome, cognome nome, nominativo, "
        "nome del cliente, nome cliente, nome contatto, nome del contatto"
    ),
    "username": "nome utente, utente, soprannome",
    "salutation": "titolo, appellativo, saluto, titolo di cortesia",
    "suffix": "suffisso",
    "gender": "sesso, genere",
    "birthday": "data di nascita, compleanno, data nascita, nascita, nato il, nata il, nato/a il, d nascita",
    "age": "età",
    "company": (
        "azienda, società, ragione sociale, nome azienda, ditta, organizzazione, nome società, impresa, "
        "nome dell'azienda, datore di lavoro, nome della società"
    ),
    "department": "reparto, dipartimento, ufficio di appartenenza",
    "job_title": (
        "qualifica, ruolo, posizione, professione, mansione, funzione, titolo professionale, "
        "posizione lavorativa"
    ),
    "industry": "settore, settore di attività, industria",
    "address": (
        "indirizzo, via, indirizzo 1, via e numero civico, indirizzo riga 1, indirizzo postale, "
        "via e numero, indirizzo di residenza, residenza, via e n civico"
    ),
    "address2": "indirizzo 2, indirizzo riga 2, complemento indirizzo, via 2, interno",
    "postcode": "cap, codice postale, codice di avviamento postale",
    "city": "città, comune, località, città di residenza, paese comune",
    "region": (
        "provincia, regione, prov, stato provincia, sigla provincia, provincia regione, regione provincia"
    ),
    "country": (
        "paese, nazione, stato, codice paese, paese area geografica, paese di residenza, codice nazione"
    ),
    "language": "lingua, lingua preferita, codice lingua",
    "timezone": "fuso orario",
    "website": "sito web, sito internet, sito, pagina web, homepage, indirizzo web",
    "notes": "note, nota, osservazioni, commenti, commento, annotazioni",
    "tags": "etichette, etichetta, categorie, categoria, interessi, parole chiave",
    "source": "fonte, origine, provenienza, fonte originale, origine del contatto, come ci hai conosciuto",
    "lead_status": "stato del lead, stato del contatto, stato lead",
    "lifecycle_stage": "fase del ciclo di vita, ciclo di vita, fase ciclo di vita",
    "lead_score": "punteggio lead, punteggio del lead",
    "customer_number": (
        "codice cliente, numero cliente, id cliente, n cliente, numero di cliente, cod cliente"
    ),
    "customer_group": (
        "gruppo clienti, tipo cliente, tipologia cliente, segmento cliente, gruppo cliente, categoria cliente"
    ),
    "membership_number": (
        "numero tessera, tessera, numero socio, carta fedeltà, numero carta fedeltà, codice tessera"
    ),
    "vat_number": "partita iva, p iva, codice fiscale",
    "currency": "valuta, moneta",
    "signup_date": (
        "data di iscrizione, data iscrizione, data di registrazione, data registrazione, "
        "data di creazione, creato il, iscritto il, registrato il, cliente dal, socio dal, data creazione, "
        "data di inserimento, aggiunto il, data inserimento, data di adesione, membro dal, data adesione"
    ),
    "updated_date": (
        "modificato il, data di modifica, ultima modifica, aggiornato il, ultimo aggiornamento, data modifica"
    ),
    "first_order": (
        "primo ordine, primo acquisto, data primo acquisto, data primo ordine, data del primo ordine"
    ),
    "last_order": (
        "ultimo ordine, ultimo acquisto, data ultimo acquisto, data ultimo ordine, "
        "data dell'ultimo ordine, data dell'ultimo acquisto"
    ),
    "orders": (
        "ordini, numero di ordini, numero ordini, totale ordini, n ordini, ordini totali, numero acquisti"
    ),
    "average_order": "valore medio ordine, scontrino medio, ordine medio",
    "spend": (
        "totale speso, spesa totale, fatturato, importo totale, totale acquisti, importo speso, spesa, "
        "valore cliente, ricavi, speso totale, fatturato totale, spesa complessiva"
    ),
    "points": "punti, punti fedeltà, saldo punti, punti accumulati",
    "rating": "valutazione, punteggio",
    "newsletter": "newsletter, iscrizione newsletter, iscritto alla newsletter, iscrizione alla newsletter",
    "vip": "cliente vip",
    "tax_exempt": "esente iva, esente da imposte",
    "store": "negozio, punto vendita, filiale, negozio preferito",
    "consent_date": (
        "data consenso, data del consenso, data di consenso, consenso il, data opt-in, data accettazione, "
        "data e ora del consenso, data conferma, data di accettazione"
    ),
    "consent_ip": (
        "indirizzo ip, ip di iscrizione, ip iscrizione, ip registrazione, ip consenso, ip del consenso"
    ),
    "consent_text": "testo del consenso, testo consenso",
    "consent_url": "url iscrizione, pagina di iscrizione, url del consenso, pagina iscrizione",
    "user_agent": "browser utente, agente utente",
    "email_status": (
        "stato email, iscritto, consenso, stato iscrizione, consenso marketing, accetta marketing, "
        "consenso email, stato dell'iscrizione, consenso privacy, accetta comunicazioni, "
        "accetta email marketing, consenso gdpr, consenso newsletter, stato abbonamento"
    ),
    "opt_out": (
        "disiscritto, cancellato, data di cancellazione, non contattare, opt-out, data disiscrizione, "
        "non inviare email, lista nera, disiscrizione, annullato, bloccato, cancellazione"
    ),
    "opt_in_type": "tipo di opt-in, doppio opt-in, tipo consenso, tipo di consenso, tipo iscrizione",
    "sms_status": "stato sms, consenso sms, accetta sms, iscrizione sms, accetta marketing via sms",
    "whatsapp_status": "consenso whatsapp, accetta whatsapp, stato whatsapp",
    "lists": "lista, liste, elenco, mailing list, lista di distribuzione, gruppi, gruppo, segmenti, rubrica",
    "contact_id": "id contatto, id del contatto",
}

QUALIFIERS = (
    "gg mm aaaa, in euro, indirizzo di fatturazione, indirizzo di spedizione, fatturazione, spedizione, "
    "di fatturazione, di spedizione, casa, di casa, ufficio, lavoro, di lavoro, personale, privato, "
    "privata, principale, secondario, secondaria, cliente, del cliente, contatto, del contatto, "
    "di contatto, tuo, tua, suo, sua, il tuo, la tua, qual è il tuo, qual è la tua, altro, altra, "
    "abitazione, aziendale, professionale, partecipante, acquirente, iscritto, del partecipante, "
    "predefinito, obbligatorio, inserisci il tuo, inserisci la tua, di residenza, residenza, consegna, "
    "di consegna"
)

OTHERS = (
    "da, proprietario, responsabile, referente, segnalatore, coniuge, partner, moglie, marito, madre, "
    "padre, figlio, figlia, animale, emergenza, fornitore, mittente, venditore, agente, amico, tutore, "
    "assistente, tipo, contratto, ordine, fattura, prodotto, riferimento, codice, dimensione, luogo, "
    "numero, applicazione, campagna, offerta, prenotazione, biglietto, prefisso, iban, pratica, interno"
)

PREFERENCE = "Preferenza"

YES = "vero, sì, si, si', attivo, attivato, accettato"
NO = "falso, no, disattivato, rifiutato"

STATUSES = {
    "subscribed": "iscritto, iscritta, attivo, confermato",
    "unsubscribed": "disiscritto, disiscritta, cancellato, inattivo",
    "suppressed": "soppresso, bloccato, escluso",
    "noSubscription": "nessuna iscrizione, non iscritto",
}

LONGER_STATUSES = {
    "unsubscribed": "disiscrizione, cancellata, revocato, rimosso, non contattare",
    "suppressed": (
        "rimbalzato, rimbalzata, hard bounce, reclamo, reclamo spam, segnalato come spam, lista nera, "
        "in lista nera, non valido, pulito, bounce"
    ),
    "notSubscribed": (
        "non iscritto, non iscritta, mai iscritto, mai iscritta, nessuna iscrizione, in attesa, in "
        "attesa di conferma, non confermato, non confermata, archiviato, archiviata, eliminato, "
        "eliminata, senza consenso, nessun consenso"
    ),
}

EMAIL_TYPES = {
    "plainText": "testo, testo semplice, solo testo",
}

OPT_IN_TYPES = {
    "unknown": "sconosciuto",
    "single": "singolo, opt-in singolo",
    "double": "doppio, opt-in doppio, doppio opt-in",
    "verifiedDouble": "doppio verificato",
}

IDENTIFIERS = {
    "email": "indirizzo e-mail, posta elettronica",
    "mobileNumber": "cellulare, telefono",
    "contactId": "id contatto",
}

PARTICLES = "di, de, del, della, dello, dei, degli, dalla, dal, da"

TITLES = "signor, signora, signorina, sig.ra, sig.na, dott, dott.ssa"

PERSONS = {
    "guest": "partecipante, ospite, passeggero",
    "recipient": "destinatario, spedizione, consegna",
    "buyer": "cliente, fatturazione, acquirente",
}
