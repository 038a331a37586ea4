"""Contacts whose words the detector of encodings was never tuned on, in capitals, small letters and both.

The detector's own words are those of CLDR (countries, languages, months, currencies) and, for East Asia, lists of
characters; its weights were chosen on `encoding_samples`. The words here are of neither.
"""

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from tests.files.encoding_samples import Language, table_of, written_in

CASES = ("mixed", "upper", "lower")
SIZES = (3, 10, 30, 100, 300)

_WEST = "cp1252 iso8859-15 mac-roman cp850"
_CENTRAL = "cp1250 iso8859-2 cp852"
_BALTIC = "cp1257 iso8859-13"

WORDS = {
    "german": Language(
        "Mail|Vorname|Name|Anschrift|Wohnort|Größe",
        "Jörn|Mareike|Götz|Wiebke|Lüder|Svenja|Thorben|Käte|Uwe|Jürg|Änni|Dörte|Lothar|Rüdger",
        "Bäumer|Vogt|Köpke|Stöhr|Früh|Wülfing|Weißbach|Kämmerer|Hoßfeld|Thöne|Lübbers|Rößler|Brandt|Jäckel",
        "Mörikestraße 7|Am Bühl 22|Gärtnerweg 3|Schloßplatz 1|Ährenweg 14|Ringstraße 5|Kölner Tor 9",
        "Saarbrücken|Görlitz|Osnabrück|Gütersloh|Neumünster|Bad Tölz|Ulm|Pößneck|Füssen|Jena",
        f"{_WEST} cp437",
    ),
    "french": Language(
        "Courriel|Prénom|Nom de famille|Rue|Commune|Société",
        "Cécile|Thibault|Mélanie|Anaïs|Océane|Gérald|Clémence|Régis|Maël|Agnès|Pierre|Éric|Héloïse|Solène",
        "Bézier|Crépin|Hérault|Moreau|Prévost|Labbé|Gaillard|Chrétien|Lévêque|Mallet|Thévenot|Rébillard|Sauzé",
        "9 impasse des Lilas|14 rue du Général Leclerc|2 quai de la Mégisserie|31 chemin du Pré|6 boulevard Hébert",
        "Épinal|Périgueux|Sélestat|Vélizy|Cholet|Nevers|Thouaré|Créteil|Montbéliard|Dole|Forcé|Bagnères",
        f"{_WEST} cp437",
    ),
    "spanish": Language(
        "Correo|Nombre|Apellido|Domicilio|Provincia|Años",
        "Joaquín|Nélida|Tomás|Verónica|Hernán|Inés|Rubén|Ximena|Agustín|Concepción|Nicolás|Aránzazu|Lidia|Efraín",
        "Cañizares|Bermúdez|Ordóñez|Villaseñor|Espinosa|Pérez|Ávalos|Quiñones|Escribá|Sepúlveda|Castañón|Rincón",
        "Calle Ordoño II 6|Avenida Peñalver 15|Ronda Sureña 2|Calle Cañaveral 8|Plaza Dúrcal 3|Calle Nº 3",
        "Cataluña|Vizcaya|Cárdenas|Peñíscola|Teruel|Ibiza|Marañón|Tucumán|Torrejón|Vinaròs|Lugo|Guantánamo",
        _WEST,
    ),
    "portuguese": Language(
        "Correio|Nome próprio|Sobrenome|Morada|Concelho|Função",
        "Sebastião|Lúcia|Vítor|Fátima|Damião|Graça|Cristóvão|Lígia|Zé|Érica|Nélson|Otávio|Verônica|Adão",
        "Galvão|Serrão|Esteves|Paixão|Mourão|Trindade|Bragança|Vilhena|Romão|Cabeção|Valadão|Assis|Rebelo",
        "Rua do Salvador 8|Largo da Estação 1|Travessa da Fundição 5|Rua João XXIII 17|Alameda dos Coqueirões 2",
        "Covilhã|Viseu|Alcobaça|Olhão|Ribeirão Preto|Niterói|Faro|Gondomar|Maringá|Macapá|Tomar|Estói",
        _WEST,
    ),
    "italian": Language(
        "Posta|Nome|Cognome|Via|Comune|Età",
        "Gesualda|Lucà|Ruggero|Teofilò|Mariù|Ninì|Corrado|Renzo|Totò|Fefè|Sarà|Bebè|Elda|Memè",
        "Patanè|Lombardi|Scirè|Bertolè|Monti|Salafià|Forgiarò|Cuccurù|Sanfilippo|Riccò|Donà|Moschè|Tricò",
        "Via Carità 7|Piazza Gioventù 2|Via Virtù 11|Viale Trento 5|Via Maestà 1|Via Sanità 30",
        "Cirò|Almè|Cassarà|Lodi|Nocera|Vietri|Roccaforte|Canicattì|Rosà|Sestù|Rho|Muggiò",
        f"{_WEST} cp437",
    ),
    "swedish": Language(
        "Epost|Tilltalsnamn|Släktnamn|Väg|Stad|Företag",
        "Jörgen|Åsa-Lena|Mårten|Hjördis|Bo|Pernilla|Göte|Härje|Märit|Östen|Sven|Åke|Lovisa|Ragnvör",
        "Hällström|Ekdahl|Bååth|Sjöstrand|Åkerblom|Lundqvist|Grönvall|Hörnell|Väster|Strömqvist|Rydén|Möller",
        "Bäckgränd 7|Sjövägen 4|Torggatan 12|Åsgränd 3|Skolvägen 22|Hökarvägen 5|Ängsbacken 1",
        "Södertälje|Kumla|Hässleholm|Ängelholm|Mjölby|Trollhättan|Säffle|Åmål|Boden|Sölvesborg",
        _WEST,
    ),
    "danish": Language(
        "Epost|Fornavn|Slægtsnavn|Vej|Kommune|Størrelse",
        "Rasmus|Jørn|Bøje|Signe|Åge|Mærete|Sølvi|Frøydis|Ingrid|Bjørg|Tormod|Gøran|Lone|Æsa",
        "Bjørnstad|Kjærgaard|Skov|Rødland|Næss|Børresen|Grønning|Håland|Vang|Sæther|Løkke|Bråten|Ørsted",
        "Bøgevænget 8|Skovbrynet 2|Åboulevarden 14|Tværgade 3|Kirkeveien 6|Fjællveien 1|Sønderjyllandsvej 4",
        "Frederikshavn|Sorø|Rønne|Ribe|Bærum|Tønsberg|Moss|Lillestrøm|Ærøskøbing|Farsø|Drøbak",
        _WEST,
    ),
    "finnish": Language(
        "Sähköposti|Etunimi|Sukunimi|Katuosoite|Kunta|Yhtiö",
        "Päivi|Jyrki|Väinö|Helmi|Yrjö|Tyyne|Eetu|Säde|Onni|Särkkä|Ääri|Mirja|Hämeen|Pöyry",
        "Hämäläinen|Virtanen|Mäkinen|Pöllänen|Järvinen|Lehto|Väisänen|Räty|Korpi|Kähkönen|Niemelä|Yli-Sipilä",
        "Mäkitie 4|Järvikatu 12|Pöytätie 3|Kirkkokatu 8|Hämeentie 6|Rantatie 9|Yläkuja 2",
        "Jyväskylä|Turku|Hämeenlinna|Seinäjoki|Kemijärvi|Oulu|Äänekoski|Mikkeli|Pietarsaari|Jämsä",
        _WEST,
    ),
    "polish": Language(
        "Poczta|Imię|Nazwisko|Adres|Miasto|Uwagi własne",
        "Grzegorz|Bogusława|Mirosław|Józefina|Wacław|Kazimiera|Bartłomiej|Iga|Żelisław|Rafał|Lucjan|Świętosława",
        "Szczęsny|Nowak|Żurawski|Gołębiewska|Błaszczyk|Wiśniewski|Kędzierska|Mróz|Sobczyńska|Łęcki|Przybył|Stępień",
        "ul. Piłsudskiego 6|ul. Źródlana 2|os. Złotej Jesieni 14|ul. Młyńska 3|ul. Wąska 8|ul. Krótka 1",
        "Świebodzin|Elbląg|Tarnów|Zabrze|Kołobrzeg|Słupsk|Żory|Bełchatów|Zamość|Ełk|Pułtusk",
        _CENTRAL,
    ),
    "czech": Language(
        "Pošta|Křestní jméno|Příjmení|Bydliště|Obec|Společnost",
        "Vojtěch|Jaroslava|Bedřich|Zdeňka|Přemysl|Alžběta|Radek|Květoslava|Matěj|Ludmila|Řehoř|Čeněk|Dušan",
        "Šimek|Zeman|Kolář|Hájek|Čermák|Vaněk|Doležal|Blažek|Přibyl|Ševčík|Říčný|Kopřiva|Hruška|Žák",
        "Nádražní 6|Školní 2|K Lesíku 14|Hřbitovní 3|Tř. Svobody 8|Pod Věží 1|Úzká 22",
        "Olomouc|Jihlava|Znojmo|Příbram|Mělník|Beroun|Náchod|Žatec|Kutná Hora|Šumperk|Litoměřice",
        _CENTRAL,
    ),
    "hungarian": Language(
        "Posta|Keresztnév|Vezetéknév|Lakcím|Helység|Cégnév",
        "Gábor|Ildikó|Csaba|Enikő|Zoltán|Orsolya|Szilárd|Réka|Béla|Emőke|Bendegúz|Hajnalka|Döme|Ágoston",
        "Balogh|Németh|Gyöngyösi|Török|Vörös|Kőhegyi|Juhász|Orbán|Csűrös|Mészáros|Bőhm|Sípos|Fűzfa|Göröcs",
        "Ady Endre út 6|Szőlő utca 2|Városház tér 14|Dózsa György út 3|Tölgyfa köz 8|Hősök tere 1",
        "Eger|Sopron|Keszthely|Békéscsaba|Tatabánya|Vác|Esztergom|Makó|Kőszárhegy|Zalalövő|Gyöngyös",
        _CENTRAL,
    ),
    "romanian": Language(
        "Poştă|Nume mic|Nume de familie|Stradă|Oraş|Ţară",
        "Gheorghiţă|Viorica|Dragoş|Ruxandra|Anişoara|Tănase|Crăciun|Nicuşor|Doiniţa|Horaţiu|Ştefania|Sorin|Ilinca",
        "Dumitraşcu|Popa|Ţurcanu|Băsescu|Mărginean|Sârbu|Chiriţă|Vasilache|Gârlea|Căpăţână|Şuteu|Negruţ",
        "Strada Mihai Bravu 6|Aleea Castanilor 2|Strada Ţepeş Vodă 14|Şoseaua Giurgiului 3|Strada Pădurii 8",
        "Suceava|Brăila|Sfântu Gheorghe|Hunedoara|Râmnicu Vâlcea|Târgovişte|Făgăraş|Mediaş|Deva|Huşi",
        _CENTRAL,
    ),
    "croatian": Language(
        "Pošta|Ime|Prezime|Adresa|Mjesto|Tvrtka",
        "Božidar|Jasna|Mišo|Vesna|Željka|Blaž|Matija|Ružica|Franjo|Višnja|Šime|Đuro|Stjepan|Čedomir",
        "Petrović|Šarić|Vidmar|Grgić|Žitnik|Bilić|Lončar|Tadić|Zupančič|Krznarić|Đokić|Pavlić|Črnko|Šuker",
        "Trg slobode 6|Ilica 2|Gundulićeva 14|Ulica Ćirila 3|Žrtava fašizma 8|Njegoševa 1|Cesta v Rožno dolino 4",
        "Rijeka|Karlovac|Županja|Pula|Čazma|Sisak|Križ|Metlika|Đurđevac|Celje|Domžale|Gospić",
        _CENTRAL,
    ),
    "turkish": Language(
        "Posta|Ad|Soyad|Adres|İlçe|Müşteri",
        "Gökhan|Nurşen|Süleyman|Elif|Oğuz|Şebnem|Tülay|Kağan|Ceyda|İlhan|Sıla|Berkay|Gülay|Yiğit",
        "Kaplan|Özdemir|Bozkurt|Şimşek|Korkmaz|Yalçın|Türkoğlu|Çetinkaya|Akın|Sağlam|Karadağ|Ünal|Güler|Ateş",
        "Barbaros Bulvarı 6|Kızılay Meydanı 2|Dağ Sokak 14|Şehitler Caddesi 3|Gazi Mah. 8|Yıldız Yokuşu 1",
        "Kütahya|Beşiktaş|Üsküdar|Antalya|Çorum|Ağrı|Nevşehir|Kadıköy|Tekirdağ|Isparta|Bingöl|Ordu",
        "cp1254 iso8859-9 cp857",
    ),
    "greek": Language(
        "Μέιλ|Μικρό όνομα|Επίθετο|Οδός|Δήμος|Εταιρεία",
        "Παναγιώτης|Κατερίνα|Στέλιος|Δέσποινα|Μιχάλης|Ευαγγελία|Ηλίας|Ζωή|Λευτέρης|Φωτεινή|Άγγελος|Ράνια",
        "Δημητριάδης|Καραμανλή|Πετρίδης|Λάμπρου|Ζαχαρίου|Τσιγγάνης|Μπακάλης|Φωτίου|Κωνσταντίνου|Ρήγας|Σκούρας",
        "Πατησίων 6|Λεωφόρος Αλεξάνδρας 2|Τσιμισκή 14|Μεγάλου Αλεξάνδρου 3|Πλατεία Ελευθερίας 8",
        "Τρίκαλα|Κοζάνη|Χαλκίδα|Σπάρτη|Ναύπλιο|Λαμία|Κομοτηνή|Μυτιλήνη|Ζάκυνθος|Δράμα",
        "cp1253 iso8859-7",
    ),
    "russian": Language(
        "Эл. адрес|Имя|Фамилия|Адрес|Населённый пункт|Компания",
        "Владимир|Светлана|Григорий|Любовь|Вячеслав|Зинаида|Артём|Галина|Павел|Жанна|Степан|Юлия|Эдуард|Яна",
        "Волков|Морозова|Зайцев|Семёнова|Голубев|Виноградова|Богданов|Крылова|Чернышёв|Шестакова|Быков|Яковлева",
        "ул. Гагарина, 6|бульвар Победы 2|ул. Чехова, д. 14|шоссе Энтузиастов 3|Школьный проезд 8|ул. Щорса 1",
        "Ростов-на-Дону|Краснодар|Иркутск|Ярославль|Волгоград|Хабаровск|Томск|Рязань|Ижевск|Сочи",
        "cp1251 koi8-r iso8859-5 cp866",
    ),
    "ukrainian": Language(
        "Ел. адреса|Ім'я|Прізвище|Адреса|Населений пункт|Підприємство",
        "Богдан|Людмила|Ігор|Зоряна|Тарас|Леся|Анатолій|Валерія|Мирослав|Поліна|Григорій|Євгенія|Степан|Юлія",
        "Гончаренко|Іваненко|Козак|Левченко|Мороз|Руденко|Павлюк|Білоус|Гриценко|Хоменко|Ющук|Яценко|Їжак",
        "вул. Садова 6|вул. Незалежності 2|пл. Ринок 14|вул. Грушевського 3|вул. Зелена 8|пров. Тихий 1",
        "Черкаси|Хмельницький|Луцьк|Миколаїв|Херсон|Біла Церква|Мукачеве|Ізмаїл|Нікополь|Бровари",
        "cp1251 koi8-u iso8859-5",
    ),
    "bulgarian": Language(
        "Поща|Собствено име|Фамилно име|Адрес|Населено място|Дружество",
        "Калоян|Силвия|Борислав|Гергана|Тодор|Надежда|Красимир|Яна|Румен|Ивайло|Снежана|Любомир|Ваня|Живко",
        "Маринов|Атанасова|Илиев|Захариева|Костов|Цветанов|Младенова|Йорданов|Русева|Божинов|Гълъбова|Ярков",
        "ул. Раковски 6|бул. Левски 2|ул. Преслав 14|ж.к. Младост 3|ул. Струма 8|ул. Любен Каравелов 1",
        "Благоевград|Добрич|Хасково|Сливен|Шумен|Видин|Казанлък|Самоков|Асеновград|Ловеч",
        "cp1251 iso8859-5 cp866",
    ),
    "serbian": Language(
        "Пошта|Име|Презиме|Улица|Место|Предузеће",
        "Милош|Јелена|Драган|Љиљана|Ђорђе|Снежана|Небојша|Јована|Његош|Слободан|Живорад|Миљана|Ћира|Раде",
        "Јовановић|Николић|Ђурић|Стојановић|Љубичић|Марјановић|Њежић|Павловић|Ћосић|Живковић|Џајић|Крстић",
        "Кнеза Милоша 6|Булевар ослобођења 2|Змај Јовина 14|Његошева 3|Улица липа 8|Цара Душана 1",
        "Београд|Нови Сад|Крагујевац|Чачак|Ваљево|Краљево|Шабац|Ужице|Лесковац|Суботица",
        "cp1251 iso8859-5",
    ),
    "hebrew": Language(
        "מייל|פרטי|משפחה|כתובת|יישוב|חברה",
        "נועה|איתן|מיכל|גדעון|רבקה|שמואל|אורית|בנימין|דליה|עוזי|טליה|צבי|יונתן|הדס",
        "שטרן|ברק|סבן|אלמוג|וקנין|רוזנברג|חדד|צור|קפלן|גבאי|מלכה|זוהר|עמר|פלד",
        "רחוב ויצמן 6|שדרות ירושלים 2|רחוב ביאליק 14|דרך יפו 3|רחוב השקמה 8|רחוב אלנבי 1",
        "אילת|טבריה|רחובות|מודיעין|לוד|נהריה|עכו|דימונה|גבעתיים|קיסריה",
        "cp1255 iso8859-8",
    ),
    "arabic": Language(
        "إيميل|الاسم الأول|اللقب|العنوان|المحافظة|الشركة",
        "طارق|سلمى|إسماعيل|هالة|بلال|جميلة|رامي|شيماء|وليد|غادة|كمال|ياسمين|عثمان|نادية",
        "التميمي|السعدي|الهاشمي|عبد الرحمن|الفاسي|بركات|شاهين|الجبوري|عواد|الدوسري|رزق|قاسمي|غانم",
        "شارع الزهور 6|حي الورود 2|شارع البحر 14|طريق الملك 3|ساحة التحرير 8|نهج قرطاج 1",
        "حلب|أسوان|الموصل|صيدا|مراكش|الشارقة|نابلس|طنجة|المنامة|حمص",
        "cp1256 iso8859-6",
    ),
    "thai": Language(
        "เมล|ชื่อจริง|สกุล|ที่อยู่|เมือง|บริษัท",
        "กิตติ|วารุณี|ปิยะ|อรทัย|สุรชัย|นภา|เอกชัย|จันทร์เพ็ญ|ธีรพงษ์|ดวงใจ|ภาณุ|ลัดดา",
        "จันทร์ดี|พูลสวัสดิ์|นาคสุข|อินทร์แก้ว|เพชรรัตน์|โชคดี|สายทอง|ปานทอง|หอมหวน|คงมั่น|ชัยชนะ",
        "ถนนสีลม 6|ถนนเพชรบุรี 2|ซอยทองหล่อ 14|ถนนรัชดาภิเษก 3|ถนนวิภาวดี 8|หมู่บ้านสวนสน 1",
        "อยุธยา|หัวหิน|สุราษฎร์ธานี|กระบี่|ลพบุรี|นครปฐม|เชียงราย|ตรัง|สกลนคร|พัทยา",
        "cp874",
    ),
    "vietnamese": Language(
        "Thư|Tên gọi|Họ đệm|Địa chỉ|Quận|Công ty",
        "Khánh|Hương|Quốc|Thủy|Cường|Nhung|Hiếu|Trâm|Đạt|Yến|Phúc|Loan|Trọng|Giàu",
        "Đinh|Trịnh|Lương|Mạc|Tô|Châu|Đoàn|Tạ|Quách|Lưu|Phùng|Thái|Đào",
        "Đường Hai Bà Trưng 6|Phố Tràng Tiền 2|Đường Cách Mạng 14|Ngõ Gốc Đề 3|Đường Võ Thị Sáu 8",
        "Hạ Long|Thủ Đức|Buôn Ma Thuột|Phan Thiết|Sóc Trăng|Thái Nguyên|Pleiku|Hội An|Bến Tre",
        "cp1258",
    ),
    "lithuanian": Language(
        "Paštas|Vardas|Pavardė|Adresas|Vietovė|Įmonė",
        "Gintarė|Mindaugas|Daiva|Šarūnė|Algirdas|Žygimantas|Birutė|Ričardas|Eimantė|Justė|Povilas|Ąžuolė|Vėjūnė",
        "Paulauskas|Butkutė|Šapokaitė|Urbonas|Žemaitis|Stankevičienė|Sakalauskas|Čepaitė|Mickevičius|Grybauskė",
        "Savanorių g. 6|Žvejų g. 2|Taikos pr. 14|Kęstučio g. 3|Aušros al. 8|Pušų g. 1|Ežero g. 4",
        "Alytus|Marijampolė|Jonava|Šilutė|Tauragė|Ukmergė|Visaginas|Druskininkai|Rokiškis|Kuršėnai",
        _BALTIC,
    ),
    "latvian": Language(
        "Pasts|Vārds|Uzvārds|Adrese|Novads|Uzņēmums",
        "Dzintra|Māris|Agnese|Ģirtsis|Inese|Kārlis|Sniedze|Žanis|Laimdota|Ēvalds|Ķirsons|Rūdolfs|Andžs|Lāsma",
        "Jansons|Ozola|Šmits|Grīnbergs|Zālīte|Ķēniņš|Lācis|Vanaga|Briedis|Strautiņš|Rudzītis|Ziediņa|Ļaksa",
        "Dārza iela 6|Tērbatas iela 2|Ganību dambis 14|Ūdens iela 3|Miera iela 8|Čaka iela 1|Bērzu gatve 4",
        "Daugavpils|Ventspils|Jelgava|Tukums|Salaspils|Saldus|Bauska|Talsi|Krāslava|Limbaži|Gulbene",
        _BALTIC,
    ),
    "japanese": Language(
        "メールアドレス|名前|苗字|番地|都市|会社名",
        "浩二|愛|誠|久美子|隆|友香|和也|奈々|修|千佳|ケンタ|みゆき|光男|詩織",
        "近藤|石井|遠藤|青木|坂本|西村|福田|太田|三浦|岡本|藤田|後藤|柴田|工藤",
        "大手町1-6|旭ヶ丘二丁目|新町14番|城南3-8|若葉台5丁目|天神橋筋2|宮の森1条",
        "仙台市|金沢市|静岡市|岡山市|熊本市|鹿児島市|長野市|高松市|奈良市|富山市",
        "cp932 euc_jp",
    ),
    "simplified_chinese": Language(
        "电邮|名字|姓氏|街道|省份|公司",
        "文博|雨涵|志强|佳怡|鹏飞|春梅|海燕|思远|子轩|红梅|永强|梦琪|振华|晓峰",
        "蔡|潘|田|任|姜|范|方|石|姚|谭|邹|熊|金|陆",
        "文化路6号|滨江大道2号|花园街14号|青年路3号|光明巷8号|工业北路1号",
        "合肥市|昆明市|石家庄市|哈尔滨市|厦门市|南宁市|太原市|兰州市|贵阳市|大连市",
        "gb18030",
    ),
    "traditional_chinese": Language(
        "電郵|名字|姓氏|街道|縣市|公司",
        "柏翰|欣怡|彥廷|佩珊|哲維|惠君|子涵|思妤|永昌|麗華|世傑|婉婷|柏宇|鳳英",
        "蕭|傅|方|宋|鄧|杜|阮|薛|丁|卓|馬|董|藍|石",
        "民權東路二段6號|文心路2號|成功街14號|光復路三段3號|自由路8號|莊敬路1號",
        "宜蘭縣|苗栗縣|南投縣|雲林縣|嘉義縣|臺東縣|金門縣|板橋區|中壢區|九龍",
        "cp950",
    ),
    "korean": Language(
        "메일|성함|성씨|거리|지역|회사",
        "예준|지우|하은|도윤|채원|시우|소율|건우|다인|태양|윤서|성호|미란|병철",
        "홍|유|고|문|손|배|백|허|노|심|하|곽|변|추",
        "퇴계로 6|한강대로 2길|충장로 14|동성로 3가|문화로 8번길|역삼로 1",
        "강릉시|춘천시|여수시|군산시|안동시|목포시|천안시|김해시|경주시|원주시",
        "cp949",
    ),
}


@dataclass(frozen=True, slots=True)
class HeldOut:
    """A table of so many `rows` and its bytes; `text` is what reading it should give."""

    language: str
    encoding: str
    case: str
    rows: int
    text: str
    data: bytes


def held_out(
    tables: int, sizes: tuple[int, ...] = SIZES, seed: str = "", languages: tuple[str, ...] = tuple(WORDS)
) -> Iterator[HeldOut]:
    """`tables` different tables of each language, encoding, letter case and size."""
    for language in languages:
        words = WORDS[language]
        for rows in sizes:
            for number in range(tables):
                # Of two tables, one has every second row in English.
                percent = (100, 50)[number % 2]
                chance = random.Random(f"{seed} {language} {rows} {number}")
                text = table_of(words, rows, percent, number, chance)
                for encoding in words.encodings.split():
                    written = written_in(text, encoding)
                    for case in CASES:
                        cased = in_case(written, case, language)
                        data = cased.encode(encoding, "ignore")
                        if data.decode(encoding) != written or case == "mixed":
                            yield HeldOut(language, encoding, case, rows, data.decode(encoding), data)


def in_case(text: str, case: str, language: str) -> str:
    """`text` in that letter case, by the rules of its language."""
    if case == "mixed":
        return text
    if language == "turkish":
        text = text.translate({ord("i"): "İ"} if case == "upper" else {ord("I"): "ı", ord("İ"): "i"})
    if case == "lower":
        return text.lower()
    if language == "greek":
        # Greek capitals have no accents.
        text = unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).replace("\u0301", ""))
    return text.upper()
