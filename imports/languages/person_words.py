"""Of which person a column speaks: an order has a buyer and a recipient, a ticket a buyer and a guest."""

from imports.languages.words import words_of

BUYER, RECIPIENT, GUEST = "buyer", "recipient", "guest"

PERSONS: dict[str, dict[str, str]] = {
    GUEST: {
        "en": "attendee, participant, guest, delegate, registrant, passenger, traveller, traveler, student, pupil",
        "de": "teilnehmer, gast, reisende",
        "fr": "participant, invite, passager",
        "es": "asistente, participante, invitado, pasajero",
        "it": "partecipante, ospite, passeggero",
        "nl": "deelnemer, gast, reiziger",
        "pl": "uczestnik, gosc, pasazer",
        "pt": "participante, convidado, passageiro",
    },
    RECIPIENT: {
        "en": "recipient, shipping, shipto, ship, delivery, consignee, giftee, receiver",
        "de": "empfanger, empfaenger, versand, liefer, beschenkte",
        "fr": "destinataire, livraison, expedition",
        "es": "destinatario, envio, entrega",
        "it": "destinatario, spedizione, consegna",
        "nl": "ontvanger, verzend, bezorg, aflever, lever",
        "pl": "odbiorca, odbiorcy, wysylk, dostaw",
        "pt": "destinatario, envio, entrega",
    },
    BUYER: {
        "en": "customer, client, billing, billto, bill, invoice, purchaser, buyer, payer, cardholder, booker",
        "de": "kunde, rechnung, kaufer, kaeufer, besteller, auftraggeber",
        "fr": "client, facturation, acheteur, payeur",
        "es": "cliente, facturacion, comprador, pagador",
        "it": "cliente, fatturazione, acquirente",
        "nl": "klant, factu, koper, besteller",
        "pl": "klient, faktur, kupujac, platnik, zamawiajac",
        "pt": "cliente, cobranca, faturacao, faturamento, comprador, pagador",
    },
}
"""Person -> language -> how words for them begin, without accents. Of a header that has several, the first counts."""

_STEMS = {
    person: tuple({stem for listed in languages.values() for stem in listed.split(", ")})
    for person, languages in PERSONS.items()
}


def person_of(header: str) -> str | None:
    """The person that a header names; None where it names none, as `Email` does, or `Home Phone`."""
    words = words_of(header)
    return next(
        (person for person, stems in _STEMS.items() if any(word.startswith(stems) for word in words)), None
    )
