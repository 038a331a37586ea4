"""Tables of fictional contacts in many languages, and the encodings that each language is or was written in."""

import random
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """Words to make contacts of: `|` stands between them. `encodings` are Python codecs without Unicode's."""

    header: str
    first_names: str
    last_names: str
    streets: str
    towns: str
    encodings: str


PLAIN = Language(
    "E-Mail|First name|Last name|Street|Town|Phone",
    "Anna|Peter|Martin|Robert|Maria|David|Eva|Thomas|Laura|Simon",
    "Miller|Fischer|Jansen|Novak|Martin|Peters|Brown|Rossi|Weber|Santos",
    "High Street 4|Main Road 12|Park Lane 7|Station Road 31|Mill Lane 2|Church Street 15",
    "London|Berlin|Madrid|Paris|Roma|Wien|Boston|Leeds|Gent|Oslo",
    "",
)

LANGUAGES = {
    "german": Language(
        "E-Mail|Vorname|Nachname|Straße|Ort|Telefon",
        "Jürgen|Käthe|Björn|Anna|Günther|Sören|Zoë|Jörg|Peter|Bärbel|Ulrich|Änne|Hans-Jürgen|Heike|Rüdiger|Martin",
        "Müller|Schäfer|Weiß|Groß|Schröder|Köhler|Krüger|Becker|Grünwald|Böttcher|Lühmann|Wagner|Voß|Österle|Schmidt",
        "Hauptstraße 4|Mühlenweg 12|Am Römerhof 3|Goethestraße 18|Königsallee 77|Lindenweg 5|Grüner Weg 9",
        "München|Köln|Düsseldorf|Nürnberg|Lübeck|Würzburg|Göttingen|Bremen|Gießen|Dresden|Zürich|Fürth|Jülich",
        "cp1252 iso8859-15 mac-roman cp850 cp437",
    ),
    "french": Language(
        "Courriel|Prénom|Nom|Adresse|Ville|Téléphone",
        "François|Hélène|Zoé|Rémi|Chloé|Jean|Benoît|Aurélie|Loïc|Gaëlle|André|Marie|Noël|Éloïse|Jérôme|Frédérique",
        "Lefèvre|Béranger|Dupont|Gérard|Bénard|Lemaître|Leclère|Gauthier|Besançon|Château|Martin|Noël|Forêt|Desprès",
        "12 rue de l'Église|4 allée des Chênes|8 place du Marché|3 avenue de la République|21 rue Molière",
        "Orléans|Besançon|Béziers|Nîmes|Lyon|Saint-Étienne|Angoulême|Sète|Paris|Évreux|Châlons|Mâcon|Liège|Alès",
        "cp1252 iso8859-15 mac-roman cp850 cp437",
    ),
    "spanish": Language(
        "Correo|Nombre|Apellidos|Dirección|Población|Teléfono",
        "José|María|Íñigo|Ángel|Begoña|Sofía|Raúl|Andrés|Carmen|Jesús|Lucía|Martín|Adrián|Mónica|Óscar|Iván|Pilar",
        "García Núñez|Muñoz|Peña|López|Fernández|Ibáñez|Gómez|Castaño|Ruiz|Sánchez|Argüelles|Jiménez|Ordóñez|Vega",
        "Calle Alcalá 4|Avenida de la Constitución 12|Plaza España 3|Calle Peñón 8|Paseo Marítimo 2|Calle Mayor 9",
        "Cádiz|Málaga|Córdoba|León|Logroño|Sevilla|A Coruña|Jaén|Ávila|Almería|Cáceres|Bogotá|Asunción|Madrid|Mérida",
        "cp1252 iso8859-15 mac-roman cp850",
    ),
    "spanish_of_the_south": Language(
        "Nombre|Email|Apellido|Calle|Ciudad|Compañía",
        "Begoña|José|Iñaki|Íñigo|Toño|Ana|Nuño|Luis|Rocío|Belén|Germán|Félix|Ramón|Mª Luz",
        "Muñoz|Peña|Ñúñez|Castañeda|Ordóñez|Ibáñez|Nuñez|Cañas|Zúñiga|Acuña|Marín|Pérez|Vega|Rondón",
        "Calle Ñuñoa 4|Avenida España 12, 3º|Cañada Real 7|Calle Peñas 9|Camino Viñedos 2, 1ª|Calle Sol 8",
        "A Coruña|Logroño|Viña del Mar|Córdoba|Málaga|Cañete|Madrid|Ñemby|La Línea|Jaén|Bogotá",
        "cp1252 iso8859-15 mac-roman cp850",
    ),
    "catalan": Language(
        "Correu|Nom|Cognoms|Adreça|Població|Telèfon",
        "Núria|Àngels|Jordi|Òscar|Mercè|Lluís|Roser|Martí|Eulàlia|Joaquím|Gisèla|Sònia|Anna|Víctor|Marià",
        "Català|Solà|Güell|Puigdengolàs|Camprubí|Muñoz|Farràs|Bellpuç|Vilà|Gràcia|Torró|Bonfill|Mir|Serrà",
        "Carrer de València 4|Plaça Major 12|Passeig de Gràcia 3|Avinguda Diagonal 8|Carrer del Parlament, 6",
        "Lleida|València|Mataró|Vic|L'Hospitalet|Castelló|Alcúdia|Mollò|Palamós|Sabadell|Ciutadella|Maó|Gavà",
        "cp1252 iso8859-15 mac-roman cp850",
    ),
    "dutch": Language(
        "E-mail|Voornaam|Achternaam|Straat|Plaats|Coördinatie",
        "Daniël|Zoë|Noëlle|Jan|Loïs|André|Chloë|Joël|Pieter|Michaël|Gaël|Ruben|Raphaël|Eloïse",
        "De Vries|Beëlen|Jansen|Van België|Reünis|Coömans|Boër|Bakker|Hooft|Geërts|De Bruïne|Smit|Traüwen",
        "Oranjelaan 4|Industriële Weg 12|Financiëlestraat 3|Coöperatieweg 8|Hoofdstraat 6|Zuidzeeëiland 2",
        "Amsterdam|Heiloo|Groningen|Zoërsel|Utrecht|IJsseloïd|Gent|Oss|Bergeijk|Tiël|Daniëlburg",
        "cp1252 iso8859-15 mac-roman cp850 cp437",
    ),
    "english": Language(
        "E-mail|First name|Last name|Company|Town|Phone (work – home)",
        "Ada\xa0Jane|Bob|“Ted” Edward|Carol (don’t call – she’s away)|Ben – Ted|Mary\xa0Ann|William “Bill”|Lou…|Peter",
        "O’Neill|Brown|D’Arcy|O’Brien|Smith\xa0Jones|Miller|Mc\xa0Leod|St.\xa0John|Baker — Hill|Clark",
        "Bob’s Diner|Acme® Ltd|Mill Lane 2½|Widgets™ Inc|‘Corner’ Shop|5 € Store|No.\xa04|20° West|High Street 4",
        "King’s Lynn|Leeds|Bishop’s Stortford|London|St.\xa0Ives|Boston|Land’s End|York – North|Oslo",
        "cp1252",
    ),
    "portuguese": Language(
        "E-mail|Nome|Apelido|Endereço|Município|Observações",
        "João|Inês|António|Conceição|Luís|Vânia|Simão|Maria|Flávia|Estêvão|Ângela|Mário|Patrícia|Tomé|Assunção|Rui",
        "Gonçalves|Magalhães|Simões|Araújo|Conceição|Guimarães|Silva|Brandão|Frazão|Leitão|Falcão|Lourenço|Sá|Souza",
        "Rua da Conceição 4|Avenida São João 12|Praça da República 3|Rua Três Irmãos 9|Travessa do Açougue 2",
        "São Paulo|Évora|Guimarães|Maceió|Brasília|Lisboa|Portimão|Belém|Goiânia|Santarém|Setúbal|Curitiba|Fundão",
        "cp1252 iso8859-15 mac-roman cp850",
    ),
    "italian": Language(
        "E-mail|Nome|Cognome|Indirizzo|Città|Attività",
        "Nicolò|Mosè|Noè|Luca|Giosuè|Niccolò|Maria|Zoè|Paolo|Salomè|Aimé|Carla|Elia|Desirè|Gioia|Andrea",
        "D'Alò|Rossi|Cantù|Scalfò|Bianchi|Mardarò|Viganò|Calabrò|Muscarà|Esposito|Forlì|Nicolè|Zanè|Cefalù|Foà",
        "Via Libertà 4|Corso Unità d'Italia 12|Via Nicolò Pisano 3|Viale Università 9|Via Roma 2|Largo Gesù 1",
        "Forlì|Cefalù|Cantù|Roma|Pordenone|Nardò|Mondovì|Patti|Torino|Agliè|Santhià|Milano|Salò|Viggiù|Almè",
        "cp1252 iso8859-15 mac-roman cp850 cp437",
    ),
    "swedish": Language(
        "E-post|Förnamn|Efternamn|Gatuadress|Ort|Anmärkning",
        "Åsa|Björn|Göran|Märta|Örjan|Anna|Håkan|Ingegärd|Pär|Åke|Lars|Sören|Kjell-Åke|Gösta|Malin|Torbjörn",
        "Sjöberg|Åkesson|Lindström|Nyström|Öberg|Svensson|Bäckström|Hägg|Månsson|Ångström|Löfgren|Persson|Sandström",
        "Storgatan 4|Björkvägen 12|Åkergatan 3|Kungsgatan 8|Ängsvägen 6|Södra Förstadsgatan 9|Lövstigen 2",
        "Göteborg|Malmö|Örebro|Västerås|Jönköping|Umeå|Norrköping|Luleå|Växjö|Gävle|Östersund|Borås|Lund|Skövde",
        "cp1252 iso8859-15 mac-roman cp850",
    ),
    "danish": Language(
        "E-mail|Fornavn|Efternavn|Gade|By|Bemærkning",
        "Søren|Jørgen|Bjørn|Kåre|Åse|Anne|Jesper|Mærsk|Torbjørn|Pål|Øystein|Birthe|Maibritt|Bodil|Lærke|Håkon",
        "Sørensen|Nørgaard|Jørgensen|Kjær|Ødegård|Møller|Hansen|Bakkegård|Østergaard|Krogh|Dræby|Hægeland|Ravn|Bøgh",
        "Nørregade 4|Søndergade 12|Ågade 3|Østerbrogade 8|Vestergade 6|Kærvej 9|Strandvejen 2|Møllevænget 1",
        "København|Århus|Ålborg|Odense|Tromsø|Næstved|Køge|Helsingør|Ålesund|Bodø|Vejle|Hillerød|Sønderborg|Ærø",
        "cp1252 iso8859-15 mac-roman cp850",
    ),
    "polish": Language(
        "E-mail|Imię|Nazwisko|Ulica|Miejscowość|Województwo",
        "Łukasz|Małgorzata|Stanisław|Paweł|Grażyna|Michał|Anna|Wiesława|Bożena|Zdzisław|Żaneta|Piotr|Józef",
        "Wójcik|Kowalski|Dąbrowski|Zieliński|Woźniak|Kozłowski|Jabłońska|Majewska|Pawłowski|Gołąb|Wróbel|Kaźmierczak",
        "ul. Świętokrzyska 4|ul. Łąkowa 12|ul. Kościuszki 3|al. Niepodległości 8|ul. Długa 6|ul. Polna 9",
        "Łódź|Kraków|Wrocław|Gdańsk|Poznań|Częstochowa|Rzeszów|Białystok|Bielsko-Biała|Toruń|Gdynia|Zgierz|Świdnica",
        "cp1250 iso8859-2 cp852",
    ),
    "czech": Language(
        "E-mail|Jméno|Příjmení|Ulice|Město|Poznámka",
        "Jiří|Tomáš|Lukáš|Zdeněk|Věra|Hana|Bořivoj|Eliška|Kateřina|Ondřej|Jan|Šárka|Žofie|Štěpán|Milan|Růžena|Aleš",
        "Dvořák|Černý|Procházka|Kučera|Veselý|Horák|Němec|Pokorný|Růžička|Beneš|Novák|Fiala|Šťastný|Říha|Žďárský",
        "Příčná 4|Náměstí Míru 12|Dlouhá 3|Žižkova 8|U Hřiště 6|Masarykova 9|Křížová 2|Na Výsluní 5|Květná 7",
        "Plzeň|Děčín|Ústí nad Labem|Praha|Hradec Králové|České Budějovice|Třebíč|Zlín|Brno|Kroměříž|Kladno|Břeclav",
        "cp1250 iso8859-2 cp852",
    ),
    "hungarian": Language(
        "E-mail|Utónév|Családnév|Utca|Város|Megjegyzés",
        "László|György|Zsófia|Ernő|Jenő|Katalin|Erzsébet|Gergő|Ágnes|Péter|Győző|Dezső|Tünde|Tamás|Ödön|Márta|Kálmán",
        "Szabó|Kovács|Tóth|Erdős|Szőke|Nagy|Mezőssy|Sűrű|Fekete|Dudás|Kőműves|Pintér|Hegedűs|Lengyel|Szűcs|Bíró",
        "Fő utca 4|Kossuth Lajos tér 12|Petőfi Sándor utca 3|Széchenyi út 8|Erdő sor 6|Rózsa utca 9",
        "Győr|Pécs|Kőszeg|Debrecen|Székesfehérvár|Hódmezővásárhely|Szeged|Mezőtúr|Gödöllő|Nyíregyháza|Füzesgyarmat",
        "cp1250 iso8859-2 cp852",
    ),
    "romanian": Language(
        "E-mail|Prenume|Nume|Adresă|Localitate|Observaţii",
        "Ştefan|Ioana|Mihăiţă|Răzvan|Ionuţ|Andrei|Cătălina|Sânziana|Bogdan|Mădălina|Costică|Lăcrămioara|Ilie|Viorel",
        "Bălan|Ionescu|Rădulescu|Munteanu|Ţăranu|Constantinescu|Păun|Moraru|Lupaşcu|Şerban|Drăgan|Ungureanu|Câmpeanu",
        "Strada Ştefan cel Mare 4|Bulevardul Unirii 12|Strada Păcii 3|Calea Victoriei 8|Strada Fântânii 6",
        "Bucureşti|Braşov|Timişoara|Iaşi|Constanţa|Cluj-Napoca|Târgu Mureş|Piteşti|Bacău|Ploieşti|Galaţi|Reşiţa|Arad",
        "cp1250 iso8859-2 cp852",
    ),
    "croatian": Language(
        "E-pošta|Ime|Prezime|Ulica|Grad|Županija",
        "Željko|Ivana|Krešimir|Anđela|Siniša|Marko|Dražen|Nađa|Špela|Đurđa|Tomislav|Hrvoje|Snježana|Lovro|Žarko|Maša",
        "Kovačević|Horvat|Babić|Jurišić|Šimić|Đurić|Perić|Novak|Marković|Žagar|Brkić|Vuković|Čović|Knežević|Mlinarič",
        "Ulica kneza Branimira 4|Šetalište 12|Vukovarska 3|Savska cesta 8|Čakovečka 6|Obala Riječka 9|Prešernova 2",
        "Zagreb|Šibenik|Čakovec|Osijek|Požega|Varaždin|Đakovo|Split|Kranj|Škofja Loka|Novska|Križevci|Beograd|Niš",
        "cp1250 iso8859-2 cp852",
    ),
    "turkish": Language(
        "E-posta|Adı|Soyadı|Cadde|Şehir|Açıklama",
        "Ayşe|Mehmet|Çağla|Işıl|Gülşen|Barış|Ömer|İbrahim|Uğur|Zeynep|Şükrü|Özge|Emre|Doğan|Tuğba|Yıldız|Hüseyin",
        "Yılmaz|Öztürk|Şahin|Çelik|Kılıç|Aydın|Doğan|Demir|Yıldırım|Güneş|Koç|Arslan|Erdoğdu|Işık|Kaya|Aktaş|Güçlü",
        "Atatürk Caddesi 4|İstiklal Caddesi 12|Çiçek Sokak 3|Bağdat Caddesi 8|Gül Sokağı 6|Cumhuriyet Mah. 9",
        "İstanbul|İzmir|Diyarbakır|Eskişehir|Muğla|Ankara|Şanlıurfa|Çanakkale|Kırıkkale|Bursa|Niğde|Balıkesir|Iğdır",
        "cp1254 iso8859-9 cp857",
    ),
    "greek": Language(
        "Ηλ. ταχυδρομείο|Όνομα|Επώνυμο|Διεύθυνση|Πόλη|Τηλέφωνο",
        "Γιώργος|Ελένη|Δημήτρης|Κώστας|Άννα|Σοφία|Χρήστος|Βασίλης|Αικατερίνη|Ιωάννης|Μαρία|Σπύρος|Έλλη|Θανάσης",
        "Παπαδόπουλος|Οικονόμου|Νικολαΐδης|Γεωργίου|Βλάχος|Αντωνίου|Καραγιάννη|Μακρής|Ιωάννου|Σταύρου|Ξενάκης",
        "Οδός Ερμού 4|Λεωφόρος Κηφισίας 12|Πλατεία Συντάγματος 3|Αγίου Δημητρίου 8|Εθνικής Αντιστάσεως 6",
        "Αθήνα|Θεσσαλονίκη|Πάτρα|Ηράκλειο|Λάρισα|Βόλος|Ιωάννινα|Χανιά|Καβάλα|Ρόδος|Άρτα|Λευκωσία|Σέρρες|Κέρκυρα",
        "cp1253 iso8859-7",
    ),
    "russian": Language(
        "Почта|Имя|Фамилия|Улица|Город|Телефон",
        "Анна|Иван|Дмитрий|Ольга|Сергей|Наталья|Алексей|Екатерина|Юрий|Татьяна|Михаил|Ирина|Фёдор|Игорь|Людмила",
        "Иванов|Петрова|Смирнов|Кузнецова|Соколов|Попова|Лебедев|Новикова|Щербаков|Жукова|Филиппов|Цветкова|Горбачёв",
        "ул. Ленина, д. 4|пр. Мира, 12|Невский проспект 3|ул. Пушкина 8|Садовая улица 6|наб. Фонтанки 9|пер. Южный 2",
        "Москва|Санкт-Петербург|Новосибирск|Екатеринбург|Казань|Челябинск|Омск|Самара|Уфа|Пермь|Воронеж|Тверь|Тюмень",
        "cp1251 koi8-r iso8859-5 cp866",
    ),
    "ukrainian": Language(
        "Пошта|Ім'я|Прізвище|Вулиця|Місто|Область",
        "Олена|Андрій|Тетяна|Сергій|Оксана|Юрій|Наталія|Євген|Ірина|Василь|Надія|Їжакевич|Микола|Соломія|Ярослав",
        "Шевченко|Коваленко|Бондаренко|Ткачук|Кравченко|Олійник|Поліщук|Лисенко|Мельник|Савчук|Марчук|Єременко",
        "вул. Хрещатик 4|вул. Шевченка 12|пр. Перемоги 3|вул. Лесі Українки 8|вул. Київська 6|бульв. Франка 9",
        "Київ|Львів|Харків|Одеса|Чернівці|Запоріжжя|Вінниця|Тернопіль|Рівне|Полтава|Житомир|Суми|Дніпро|Ужгород",
        "cp1251 koi8-u iso8859-5",
    ),
    "bulgarian": Language(
        "Имейл|Име|Фамилия|Улица|Град|Бележка",
        "Георги|Мария|Иван|Елена|Димитър|Радка|Стоян|Цветелина|Пламен|Ралица|Христо|Виолета|Васил|Десислава|Ангел",
        "Димитров|Иванова|Петров|Георгиева|Стоянов|Николова|Тодоров|Ангелова|Кръстев|Желязкова|Колев|Щерева|Първанов",
        "ул. Шипка 4|бул. Витоша 12|ул. Христо Ботев 3|пл. Възраждане 8|бул. България 6|ул. Граф Игнатиев 9",
        "София|Пловдив|Варна|Бургас|Русе|Стара Загора|Плевен|Велико Търново|Габрово|Ямбол|Кърджали|Враца|Перник",
        "cp1251 iso8859-5 cp866",
    ),
    "hebrew": Language(
        "דואר|שם פרטי|שם משפחה|רחוב|עיר|טלפון",
        "אברהם|שרה|יצחק|רחל|משה|לאה|דוד|מרים|יעקב|אסתר|יוסף|נעמי|שלמה|חנה|אליהו|תמר|עמית|ציפי",
        "כהן|לוי|מזרחי|פרץ|ביטון|דהן|אברהם|פרידמן|שפירא|גולן|אזולאי|בן דוד|קליין|הרשקוביץ|רוזן|אוחיון",
        "רחוב הרצל 4|שדרות רוטשילד 12|רחוב דיזנגוף 3|רחוב בן גוריון 8|דרך השלום 6|רחוב הגפן 9|סמטת האלון 2",
        "תל אביב|ירושלים|חיפה|באר שבע|נתניה|אשדוד|פתח תקווה|רמת גן|חולון|הרצליה|כפר סבא|רעננה|עפולה|צפת",
        "cp1255 iso8859-8",
    ),
    "arabic": Language(
        "البريد|الاسم|اسم العائلة|الشارع|المدينة|الهاتف",
        "محمد|فاطمة|أحمد|عائشة|علي|مريم|خالد|نورة|يوسف|ليلى|إبراهيم|سارة|عمر|هدى|حسن|زينب|عبد الله|رانيا",
        "الحسن|العلي|المصري|النجار|الخطيب|حداد|منصور|الشامي|القاسم|صالح|درويش|الزهراني|البغدادي|سليمان",
        "شارع الملك فهد 4|شارع الجمهورية 12|شارع النيل 3|طريق المطار 8|شارع الحمراء 6|حي السلام 9|شارع التحرير 2",
        "القاهرة|الرياض|بيروت|دمشق|بغداد|عمان|الدوحة|جدة|الإسكندرية|تونس|الدار البيضاء|الكويت|مكة|صنعاء|طرابلس",
        "cp1256 iso8859-6",
    ),
    "thai": Language(
        "อีเมล|ชื่อ|นามสกุล|ถนน|จังหวัด|โทรศัพท์",
        "สมชาย|สมหญิง|ประเสริฐ|มาลี|วิชัย|สุดา|ณรงค์|พรทิพย์|อนุชา|กัญญา|ธนพล|ศิริพร|ชัยวัฒน์|รัตนา|เกรียงไกร",
        "ใจดี|รักไทย|สุขสวัสดิ์|ทองคำ|แสงจันทร์|ศรีสุข|บุญมี|วงศ์สว่าง|พงษ์พันธุ์|แก้วมณี|เจริญสุข|มั่นคง|ชูวิทย์",
        "ถนนสุขุมวิท 4|ถนนพหลโยธิน 12|ถนนราชดำเนิน 3|ซอยอารีย์ 8|ถนนเจริญกรุง 6|ถนนนิมมานเหมินท์ 9|หมู่ที่ 2",
        "กรุงเทพมหานคร|เชียงใหม่|ขอนแก่น|ภูเก็ต|นครราชสีมา|อุดรธานี|สงขลา|ชลบุรี|พิษณุโลก|ระยอง|ลำปาง|นนทบุรี",
        "cp874",
    ),
    "vietnamese": Language(
        "E-mail|Tên|Họ|Đường|Thành phố|Điện thoại",
        "Hùng|Lan|Đức|Thị Hồng|Minh|Phương|Tuấn|Hạnh|Dũng|Thảo|Việt|Ngọc Ánh|Quỳnh|Bảo|Mỹ Linh|Thắng|Sơn",
        "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý",
        "Đường Nguyễn Huệ 4|Phố Huế 12|Đường Trần Hưng Đạo 3|Đường Láng 8|Phố Hàng Bạc 6|Đường Lê Lợi 9|Ngõ Chợ 2",
        "Hà Nội|Đà Nẵng|Huế|Cần Thơ|Hải Phòng|Nha Trang|Đà Lạt|Vũng Tàu|Biên Hòa|Quy Nhơn|Mỹ Tho|Vĩnh Long",
        "cp1258",
    ),
    "lithuanian": Language(
        "El. paštas|Vardas|Pavardė|Gatvė|Miestas|Apskritis",
        "Jūratė|Rūta|Žydrūnas|Ąžuolas|Šarūnas|Jonas|Eglė|Aušra|Vytautas|Živilė|Kęstutis|Giedrė|Ūla|Česlovas|Rasa",
        "Kazlauskienė|Petrauskas|Žukauskaitė|Jankauskas|Šimkūnas|Balčiūnas|Rimkevičius|Vaičiulytė|Mažeika|Navickas",
        "Gedimino pr. 4|Laisvės alėja 12|Šviesos g. 3|Žalgirio g. 8|Ąžuolyno g. 6|Vilniaus g. 9|Liepų g. 2|Rūtų g. 5",
        "Vilnius|Kaunas|Klaipėda|Šiauliai|Panevėžys|Mažeikiai|Kėdainiai|Telšiai|Utena|Plungė|Palanga|Biržai|Kupiškis",
        "cp1257 iso8859-13 iso8859-4",
    ),
    "latvian": Language(
        "E-pasts|Vārds|Uzvārds|Iela|Pilsēta|Piezīmes",
        "Jānis|Līga|Pēteris|Ilze|Mārtiņš|Kristīne|Ēriks|Ģirts|Zane|Ķemeris|Ināra|Ļubova|Aija|Guntis|Žanete|Šarlote",
        "Bērziņš|Kalniņa|Ozoliņš|Krūmiņa|Liepiņš|Zariņš|Pētersone|Vītols|Balodis|Kļaviņš|Eglītis|Āboliņa|Cīrulis",
        "Brīvības iela 4|Lāčplēša iela 12|Krišjāņa Barona iela 3|Ķengaraga iela 8|Rīgas iela 6|Skolas iela 9",
        "Rīga|Liepāja|Jēkabpils|Jūrmala|Rēzekne|Cēsis|Kuldīga|Ogre|Sigulda|Ādaži|Mārupe|Ķekava|Līvāni|Valmiera",
        "cp1257 iso8859-13 iso8859-4",
    ),
    "estonian": Language(
        "E-post|Eesnimi|Perekonnanimi|Tänav|Linn|Märkus",
        "Tõnu|Kadri|Jüri|Mõtus|Ülle|Õie|Tiit|Märt|Külli|Siim|Hõbe|Ööbik|Andres|Pärtel|Põld|Kärt",
        "Tamm|Mägi|Sepp|Rebane|Kõiv|Pärn|Põder|Mölder|Rüütel|Õunapuu|Kask|Jõgi|Vähi|Lääts|Šestakov|Võsu",
        "Pikk tänav 4|Võru tänav 12|Lõuna 3|Sõpruse pst 8|Õismäe tee 6|Tartu mnt 9|Kõrtsi 2|Jõe 5",
        "Tallinn|Pärnu|Võru|Põlva|Rakvere|Jõgeva|Jõhvi|Viljandi|Põltsamaa|Tõrva|Sillamäe|Kärdla|Haapsalu|Türi",
        "cp1257 iso8859-13 cp1252 iso8859-15",
    ),
    "japanese": Language(
        "メール|名|姓|住所|市区町村|電話番号",
        "太郎|花子|健一|美咲|翔太|陽子|直樹|恵子|大輔|由美|ヒロシ|さくら|拓也|真理|一郎|あかり|悠斗|千尋",
        "佐藤|鈴木|高橋|田中|渡辺|伊藤|山本|中村|小林|加藤|吉田|山田|斎藤|松本|井上|木村|林|清水",
        "中央一丁目4番地|本町2-12|栄町3-5-8|丸の内1丁目|緑ヶ丘6|桜通り9番|北大通り2|神田駿河台4-1",
        "東京都|横浜市|大阪市|名古屋市|札幌市|神戸市|京都市|福岡市|川崎市|さいたま市|広島市|仙台市|千葉市|新潟市",
        "cp932 euc_jp iso2022_jp",
    ),
    "japanese_of_banks": Language(
        "ﾒｰﾙ|ﾅﾏｴ|ｾｲ|ｼﾞｭｳｼｮ|ﾄｼ|ﾃﾞﾝﾜ",
        "ﾀﾛｳ|ﾊﾅｺ|ｹﾝｲﾁ|ﾐｻｷ|ﾖｳｺ|ﾅｵｷ|ﾕﾐ|ﾀﾞｲｽｹ|ｻｸﾗ|ﾏﾘ|ｲﾁﾛｳ",
        "ｻﾄｳ|ｽｽﾞｷ|ﾔﾏﾀﾞ|ﾜﾀﾅﾍﾞ|ﾀｶﾊｼ|ｺﾊﾞﾔｼ|ﾏﾂﾓﾄ|ﾖｼﾀﾞ|ｼﾐｽﾞ|ﾓﾘ",
        "ｻｶｴﾏﾁ 3-5|ﾁｭｳｵｳ 1ﾁｮｳﾒ|ﾎﾝﾁｮｳ 2-12|ﾐﾄﾞﾘｶﾞｵｶ 6|ﾏﾙﾉｳﾁ 1",
        "ﾄｳｷｮｳ|ﾖｺﾊﾏｼ|ｵｵｻｶｼ|ﾅｺﾞﾔｼ|ｻｯﾎﾟﾛｼ|ｾﾝﾀﾞｲｼ|ﾋﾛｼﾏｼ",
        "cp932",
    ),
    "simplified_chinese": Language(
        "邮箱|名|姓|地址|城市|电话",
        "伟|芳|娜|秀英|敏|静|丽|强|磊|军|洋|勇|艳|杰|娟|涛|明|超|秀兰|霞|建国|晓东",
        "王|李|张|刘|陈|杨|赵|黄|周|吴|徐|孙|胡|朱|高|林|何|郭|马|罗|欧阳|诸葛",
        "人民路4号|解放大道12号|中山东路3号|建设街8号|长安街6号|和平里9号楼|学院路2号|新华西路15号",
        "北京市|上海市|广州市|深圳市|成都市|杭州市|武汉市|西安市|南京市|重庆市|天津市|苏州市|长沙市|郑州市",
        "gb18030",
    ),
    "traditional_chinese": Language(
        "電子郵件|名|姓|地址|城市|電話",
        "志明|淑芬|家豪|美玲|俊傑|雅婷|建宏|怡君|宗翰|佳穎|冠宇|淑惠|承恩|品妤|文雄|秀英|詩涵|國華",
        "陳|林|黃|張|李|王|吳|劉|蔡|楊|許|鄭|謝|郭|洪|邱|曾|廖|賴|徐|歐陽|葉",
        "中山路4號|忠孝東路一段12號|民生路3號|復興南路8號|和平東路6號|信義路五段9號|彌敦道2號|羅斯福路四段1號",
        "臺北市|高雄市|臺中市|臺南市|新竹市|基隆市|嘉義市|桃園市|新北市|香港|彰化縣|屏東縣|花蓮縣|澎湖縣",
        "cp950",
    ),
    "korean": Language(
        "이메일|이름|성|주소|도시|전화",
        "민준|서연|지훈|수진|현우|은지|영호|미경|성민|하늘|동현|유진|재석|보람|준호|혜진|상철|나영",
        "김|이|박|최|정|강|조|윤|장|임|한|오|서|신|권|황|남궁|선우",
        "세종대로 4|테헤란로 12길|강남대로 3|종로 8가|을지로 6|중앙로 9번길|해운대로 2|월드컵북로 15",
        "서울특별시|부산광역시|대구|인천|광주|대전|울산|수원시|창원시|성남시|전주시|청주시|제주시|포항시",
        "cp949",
    ),
}

UNICODE = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "utf-32-le",
    "utf-32-be",
)

# Rows, and how many of a hundred of them are in the language; the others, and the names of the columns where
# there are any, are plain.
SIZES = {3: 100, 10: 100, 20: 50, 60: 100, 300: 20}

_DELIMITERS = ",;\t"
_LINE_ENDS = ("\r\n", "\n")
_TONES = "\u0300\u0301\u0303\u0309\u0323"


@dataclass(frozen=True, slots=True)
class Sample:
    """A table of `rows` contacts and its bytes in one encoding. `text` is what reading it should give."""

    language: str
    encoding: str
    rows: int
    text: str
    data: bytes


def samples(tables: int, languages: Iterable[str] = LANGUAGES) -> Iterator[Sample]:
    """Each of `languages` in every encoding that it is written in: `tables` different ones of each size."""
    for name in languages:
        language = LANGUAGES[name]
        for rows, percent in SIZES.items():
            for number in range(tables):
                text = table_of(language, rows, percent, number, random.Random(f"{name} {rows} {number}"))
                for encoding in (*UNICODE, *language.encodings.split()):
                    written = written_in(text, encoding)
                    yield Sample(name, encoding, rows, written, written.encode(encoding))


def table_of(language: Language, rows: int, percent: int, number: int, chance: random.Random) -> str:
    delimiter = _DELIMITERS[number % len(_DELIMITERS)]
    line_end = _LINE_ENDS[number % len(_LINE_ENDS)]
    header = language.header if percent == 100 else PLAIN.header
    lines = [header.replace("|", delimiter)]
    for row in range(rows):
        words = language if chance.randrange(100) < percent or row == rows // 2 else PLAIN
        cells = (words.first_names, words.last_names, words.streets, words.towns)
        picked = (chance.choice(cell.split("|")) for cell in cells)
        contact = (f"contact{row}@example.com", *picked, f"020 7946 0{chance.randrange(1000):03}")
        lines.append(delimiter.join(contact))
    return line_end.join([*lines, ""])


def written_in(text: str, encoding: str) -> str:
    """`text` as programs of that encoding write it."""
    if encoding == "cp1258":
        return "".join(_with_tone_apart(letter) for letter in text)
    return text


def _with_tone_apart(letter: str) -> str:
    """Windows-1258 has some letters with their tones, and for the others the tones by themselves."""
    try:
        letter.encode("cp1258")
    except UnicodeEncodeError:
        marks = unicodedata.normalize("NFD", letter)
        tone = "".join(mark for mark in marks if mark in _TONES)
        return unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in _TONES)) + tone
    return letter
