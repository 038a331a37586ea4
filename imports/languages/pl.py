"""Polish."""

HEADERS = {
    "email": (
        "adres e-mail, e-mail, adres mailowy, poczta elektroniczna, mail, adres poczty elektronicznej, "
        "adres mail, email klienta, poczta e-mail"
    ),
    "mobile": (
        "telefon komórkowy, komórka, numer komórki, tel komórkowy, numer telefonu komórkowego, nr komórki, "
        "nr telefonu komórkowego, tel kom, komórkowy, telefon kom, nr kom, numer komórkowy"
    ),
    "phone": (
        "telefon, numer telefonu, nr telefonu, tel, nr tel, telefon stacjonarny, telefon kontaktowy, "
        "numer kontaktowy, numer tel, stacjonarny, telefony"
    ),
    "fax": "faks, fax, numer faksu",
    "first_name": "imię, imiona, pierwsze imię, imię klienta",
    "middle_name": "drugie imię",
    "last_name": "nazwisko, nazwisko rodowe, nazwisko klienta",
    "full_name": (
        "imię i nazwisko, nazwisko i imię, imię nazwisko, nazwisko imię, pełna nazwa, "
        "pełne imię i nazwisko, nazwa klienta, nazwa kontaktu, osoba kontaktowa, imię i nazwisko klienta, "
        "nazwa wyświetlana"
    ),
    "username": "nazwa użytkownika, pseudonim, użytkownik, login",
    "salutation": "zwrot grzecznościowy, tytuł, forma grzecznościowa, zwrot, pan pani, tytuł grzecznościowy",
    "suffix": "sufiks, przyrostek",
    "gender": "płeć",
    "birthday": (
        "data urodzenia, urodziny, data ur, dzień urodzin, ur, data urodzin, urodzony, dzień urodzenia"
    ),
    "age": "wiek",
    "company": (
        "firma, nazwa firmy, przedsiębiorstwo, organizacja, pracodawca, nazwa organizacji, spółka, "
        "nazwa przedsiębiorstwa, nazwa spółki"
    ),
    "department": "dział, oddział firmy",
    "job_title": "stanowisko, funkcja, zawód, rola, stanowisko pracy, nazwa stanowiska",
    "industry": "branża, sektor",
    "address": (
        "adres, ulica, adres 1, ulica i numer, adres pocztowy, ulica i nr domu, adres zamieszkania, "
        "ulica nr domu, ulica i numer domu, adres wiersz 1, adres linia 1, ul, ulica nr"
    ),
    "address2": "adres 2, adres wiersz 2, adres linia 2, nr mieszkania, ulica 2, numer mieszkania, adres cd",
    "postcode": "kod pocztowy, kod poczt, kody pocztowe",
    "city": "miasto, miejscowość, miasto zamieszkania, gmina",
    "region": "województwo, region, stan województwo, prowincja, województwo stan, powiat",
    "country": "kraj, państwo, kod kraju, kraj region, kraj zamieszkania, nazwa kraju",
    "language": "język, preferowany język, kod języka, język komunikacji",
    "timezone": "strefa czasowa",
    "website": (
        "strona internetowa, strona www, witryna, www, strona, adres www, witryna internetowa, strona domowa"
    ),
    "notes": "uwagi, notatki, komentarz, notatka, komentarze, uwaga, opis, dodatkowe uwagi",
    "tags": "tagi, etykiety, kategorie, kategoria, słowa kluczowe, zainteresowania",
    "source": "źródło, pochodzenie, źródło kontaktu, źródło leada, skąd o nas wiesz, źródło pozyskania",
    "lead_status": "status leada, status kontaktu, status potencjalnego klienta",
    "lifecycle_stage": "etap cyklu życia, faza cyklu życia",
    "lead_score": "ocena leada",
    "customer_number": "numer klienta, nr klienta, kod klienta, id klienta, identyfikator klienta",
    "customer_group": "grupa klientów, typ klienta, rodzaj klienta, segment klienta, grupa klienta",
    "membership_number": (
        "numer karty, numer członkowski, nr karty, karta lojalnościowa, nr karty lojalnościowej, "
        "numer karty klienta"
    ),
    "vat_number": "nip, numer nip, numer vat, nip firmy",
    "currency": "waluta",
    "signup_date": (
        "data rejestracji, data zapisu, data utworzenia, utworzono, data dodania, zarejestrowano, "
        "data dołączenia, klient od, zapisano, dodano, data zapisania, członek od, data przystąpienia, "
        "utworzony, data założenia konta"
    ),
    "updated_date": (
        "zmodyfikowano, data modyfikacji, ostatnia modyfikacja, zaktualizowano, data aktualizacji, "
        "ostatnia zmiana"
    ),
    "first_order": "pierwsze zamówienie, pierwszy zakup, data pierwszego zamówienia, data pierwszego zakupu",
    "last_order": (
        "ostatnie zamówienie, ostatni zakup, data ostatniego zamówienia, data ostatniego zakupu, "
        "ostatnie zakupy, data ostatnich zakupów"
    ),
    "orders": "zamówienia, liczba zamówień, ilość zamówień, suma zamówień, liczba zakupów",
    "average_order": "średnia wartość zamówienia, średnie zamówienie",
    "spend": (
        "suma wydatków, łączne wydatki, obrót, wartość zamówień, łączna kwota, przychód, wydatki, "
        "wartość zakupów, suma zakupów, wydana kwota, łączna wartość zamówień, obroty, wartość klienta"
    ),
    "points": "punkty, punkty lojalnościowe, saldo punktów, liczba punktów",
    "rating": "ocena, ocena kontaktu",
    "newsletter": "newsletter, biuletyn, zapis na newsletter, subskrypcja newslettera, zgoda na newsletter",
    "vip": "klient vip, stały klient",
    "tax_exempt": "zwolniony z podatku",
    "store": "sklep, oddział, salon, ulubiony sklep, placówka",
    "consent_date": (
        "data zgody, data wyrażenia zgody, zgoda z dnia, data opt-in, data udzielenia zgody, "
        "data potwierdzenia, czas wyrażenia zgody, data akceptacji"
    ),
    "consent_ip": "adres ip, ip zapisu, ip rejestracji, ip zgody, adres ip zapisu, adres ip rejestracji",
    "consent_text": "treść zgody, tekst zgody",
    "consent_url": "strona zapisu, adres strony zapisu, url zgody, strona zgody",
    "user_agent": "przeglądarka",
    "email_status": (
        "status e-mail, zapisany, zgoda, status subskrypcji, zgoda marketingowa, zgoda na e-mail, "
        "subskrybent, zgoda na marketing, akceptuje marketing, zgoda e-mail, zgoda rodo, zgody, "
        "zgoda na mailing, zgoda na wysyłkę, zgoda na kontakt"
    ),
    "opt_out": (
        "wypisany, wypisano, rezygnacja, data wypisania, nie kontaktować, opt-out, zrezygnował, "
        "nie wysyłać, czarna lista, data rezygnacji, sprzeciw, zablokowany, brak zgody"
    ),
    "opt_in_type": "typ opt-in, rodzaj zgody, podwójny opt-in, typ zgody",
    "sms_status": (
        "status sms, zgoda na sms, zgoda sms, akceptuje sms, subskrypcja sms, zgoda na marketing sms"
    ),
    "whatsapp_status": "zgoda na whatsapp, status whatsapp, zgoda whatsapp",
    "lists": "lista, listy, lista mailingowa, grupy, grupa, segmenty, lista odbiorców, książka adresowa",
    "contact_id": "id kontaktu, identyfikator kontaktu",
}

QUALIFIERS = (
    "dd mm rrrr, pln, adres rozliczeniowy, adres dostawy, adres wysyłki, rozliczeniowy, dostawy, wysyłki, "
    "domowy, służbowy, prywatny, prywatne, służbowe, firmowy, podstawowy, główny, główna, klienta, "
    "kontaktowy, kontaktowa, kontaktu, twój, twoje, twoja, pani pana, pana pani, podaj, podaj swój, "
    "podaj swoje, proszę podać, jaki jest twój, inny, inna, dodatkowy, zamieszkania, uczestnika, "
    "kupującego, odbiorcy, subskrybenta, do faktury, do wysyłki, domyślny, wymagane, osoby"
)

OTHERS = (
    "przez, właściciel, opiekun, opiekuna, asystent, polecający, polecającego, małżonek, partner, matka, "
    "ojciec, dziecko, dziecka, zwierzę, dostawca, nadawca, sprzedawca, handlowiec, znajomy, typ, rodzaj, "
    "umowa, umowy, zamówienie, zamówienia, faktura, faktury, produkt, produktu, referencyjny, wielkość, "
    "miejsce, numer, nr, aplikacja, kampania, oferta, rezerwacja, bilet, kierunkowy, konto, konta, "
    "rachunek, wewnętrzny, regon, pesel, przesyłki"
)

PREFERENCE = "Preferencja"

YES = "prawda, tak, wł., włączone, zaznaczone"
NO = "fałsz, falsz, nie, wył., wyłączone, niezaznaczone"

STATUSES = {
    "subscribed": "zapisany, zapisana, subskrybowany, subskrybuje, aktywny, potwierdzony",
    "unsubscribed": "wypisany, wypisana, nieaktywny, zrezygnował",
    "suppressed": "zablokowany, wykluczony",
    "noSubscription": "brak subskrypcji, niezapisany",
}

LONGER_STATUSES = {
    "unsubscribed": "wypisano, rezygnacja, wycofana, wycofano, nie wysyłać, sprzeciw",
    "suppressed": (
        "odbity, odbita, odrzucony, skarga, zgłoszono spam, czarna lista, na czarnej liście, "
        "nieprawidłowy, wyczyszczony"
    ),
    "notSubscribed": (
        "niezapisany, niezapisana, nigdy niezapisany, brak subskrypcji, oczekujący, oczekująca, "
        "oczekuje, oczekuje na potwierdzenie, niepotwierdzony, niepotwierdzona, zarchiwizowany, "
        "usunięty, usunięta, brak zgody"
    ),
}

EMAIL_TYPES = {
    "plainText": "zwykły tekst, tylko tekst",
}

OPT_IN_TYPES = {
    "unknown": "nieznany, nieznane",
    "single": "pojedynczy, pojedyncze",
    "double": "podwójny, podwójne",
    "verifiedDouble": "podwójny zweryfikowany",
}

IDENTIFIERS = {
    "email": "adres e-mail",
    "mobileNumber": "komórka, numer telefonu",
    "contactId": "identyfikator, id kontaktu",
}

PARTICLES = ""

TITLES = "pan, pani, inż, mgr, hab"

PERSONS = {
    "guest": "uczestnik, gosc, pasazer",
    "recipient": "odbiorca, odbiorcy, wysylk, dostaw",
    "buyer": "klient, faktur, kupujac, platnik, zamawiajac",
}
