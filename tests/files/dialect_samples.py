r"""Small files in the shape of real exports, each with the way its cells are separated, quoted and escaped.

All people are fictional. `delimiter` is None where the file is one column; `quote` is None where no cell is quoted,
`escape` where quotes inside quotes are doubled. `first` is the first row of data, cell by cell.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    name: str
    text: str
    delimiter: str | None
    quote: str | None
    first: tuple[str, ...]
    escape: str | None = None


SAMPLES = (
    Sample(
        "mailchimp audience",
        '"Email Address","First Name","Last Name",Address,"Phone Number",MEMBER_RATING,OPTIN_TIME,TAGS\n'
        'ana@example.com,Ana,Lopez,"1 High St, Leeds LS1 4AB",,2,"2023-01-05 10:11:12","""VIP"",""News"""\n'
        'bo@example.org,Bo,Smith,,"020 7946 0123",2,"2023-02-05 11:12:13",\n',
        ",",
        '"',
        (
            "ana@example.com",
            "Ana",
            "Lopez",
            "1 High St, Leeds LS1 4AB",
            "",
            "2",
            "2023-01-05 10:11:12",
            '"VIP","News"',
        ),
    ),
    Sample(
        "mailchimp merge fields with a space after the comma",
        '"Email", "First Name", "Tags"\n'
        '"ana@example.com", "Ana", "VIP, News"\n"bo@example.org", "Bo", "News"\n',
        ",",
        '"',
        ("ana@example.com", "Ana", "VIP, News"),
    ),
    Sample(
        "hubspot contacts",
        '"Record ID","First Name","Last Name","Email","Phone Number","Contact owner","Create Date"\n'
        '"51","Ana","Lopez","ana@example.com","","Kim Lee (kim@example.org)","2023-04-01 09:30"\n'
        '"101","Bo","","bo@example.org","+44 20 7946 0123","","2023-04-02 10:00"\n',
        ",",
        '"',
        ("51", "Ana", "Lopez", "ana@example.com", "", "Kim Lee (kim@example.org)", "2023-04-01 09:30"),
    ),
    Sample(
        "hubspot multiple checkboxes",
        "Email,First name,Interests\n"
        "ana@example.com,Ana,Golf;Tennis;Chess\nbo@example.org,Bo,Golf;Tennis;Chess\ncy@example.org,Cy,Chess;Go;Golf\n",
        ",",
        None,
        ("ana@example.com", "Ana", "Golf;Tennis;Chess"),
    ),
    Sample(
        "salesforce report",
        '"First Name","Last Name","Title","Account Name","Mailing Street","Email"\n'
        '"Ana","Lopez","VP, Sales","Acme, Inc.","1 High St\nFloor 2","ana@example.com"\n'
        '"Bo","Smith","","Other Ltd","","bo@example.org"\n\n\n'
        '"Customers"\n"Copyright (c) 2000-2024 example.com, inc. All rights reserved."\n',
        ",",
        '"',
        ("Ana", "Lopez", "VP, Sales", "Acme, Inc.", "1 High St\nFloor 2", "ana@example.com"),
    ),
    Sample(
        "salesforce data loader with multi-select",
        '"ID","EMAIL","TOPICS__C"\n"0035g00000AbCdE","ana@example.com","News;Events;Offers"\n'
        '"0035g00000AbCdF","bo@example.org","News;Events"\n',
        ",",
        '"',
        ("0035g00000AbCdE", "ana@example.com", "News;Events;Offers"),
    ),
    Sample(
        "shopify customers",
        "First Name,Last Name,Email,Accepts Email Marketing,Default Address Phone,Phone,Total Spent,Tags\n"
        "Ana,Lopez,ana@example.com,yes,'+442079460123,'+442079460124,120.00,\"vip, newsletter\"\n"
        "Bo,Smith,bo@example.org,no,'+442079460125,,0.00,\n",
        ",",
        '"',
        (
            "Ana",
            "Lopez",
            "ana@example.com",
            "yes",
            "'+442079460123",
            "'+442079460124",
            "120.00",
            "vip, newsletter",
        ),
    ),
    Sample(
        "shopify phones with an apostrophe in every row",
        "Email,Phone,Zip\nana@example.com,'+442079460123,'01234\nbo@example.org,'+442079460125,'04567\n",
        ",",
        None,
        ("ana@example.com", "'+442079460123", "'01234"),
    ),
    Sample(
        "woocommerce customers",
        "user_id,user_email,display_name,billing_address_1,orders,total_spent,meta:roles\n"
        '3,ana@example.com,"Lopez, Ana","Flat 2, 1 High St",2,"1,234.50","a:1:{s:8:""customer"";b:1;}"\n'
        '4,bo@example.org,Bo,,0,0,"a:1:{s:8:""customer"";b:1;}"\n',
        ",",
        '"',
        (
            "3",
            "ana@example.com",
            "Lopez, Ana",
            "Flat 2, 1 High St",
            "2",
            "1,234.50",
            'a:1:{s:8:"customer";b:1;}',
        ),
    ),
    Sample(
        "eventbrite attendees",
        "Order #,Order Date,First Name,Surname,Email,Ticket Type,Attendee Status\n"
        '123,"3 Apr 2023, 10:15",Ana,Lopez,ana@example.com,"Early bird, adult",Attending\n'
        '124,"4 Apr 2023, 11:20",Bo,Smith,bo@example.org,Standard,Attending\n',
        ",",
        '"',
        ("123", "3 Apr 2023, 10:15", "Ana", "Lopez", "ana@example.com", "Early bird, adult", "Attending"),
    ),
    Sample(
        "outlook english",
        '"Title","First Name","Last Name","E-mail Address","Business Street","Birthday","Categories"\n'
        '"","Ana","Lopez","ana@example.com","1 High St\r\nLeeds","0/0/00","Red;Blue"\r\n'
        '"Dr","Bo","Smith","bo@example.org","","1/2/80",""\r\n',
        ",",
        '"',
        ("", "Ana", "Lopez", "ana@example.com", "1 High St\r\nLeeds", "0/0/00", "Red;Blue"),
    ),
    Sample(
        "outlook german",
        '"Anrede";"Vorname";"Nachname";"E-Mail-Adresse";"Straße";"Geburtstag"\r\n'
        '"Frau";"Anna";"Weiß";"anna@example.com";"Hauptstr. 5, 2. OG";"00.00.00"\r\n'
        '"Herr";"Bernd";"Groß";"bernd@example.org";"Am Markt 1, Hof";"01.02.80"\r\n',
        ";",
        '"',
        ("Frau", "Anna", "Weiß", "anna@example.com", "Hauptstr. 5, 2. OG", "00.00.00"),
    ),
    Sample(
        "outlook french",
        "Titre;Prénom;Nom;Adresse de messagerie;Rue (bureau);Anniversaire\r\n"
        "Mme;Anaïs;Lefèvre;anais@example.com;1, rue de la Paix;01/02/1980\r\n"
        "M.;Benoît;Durand;benoit@example.org;2, rue Haute;03/04/1975\r\n",
        ";",
        None,
        ("Mme", "Anaïs", "Lefèvre", "anais@example.com", "1, rue de la Paix", "01/02/1980"),
    ),
    Sample(
        "google contacts",
        "Name,Given Name,Family Name,Notes,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Value\n"
        "Ana Lopez,Ana,Lopez,,* myContacts ::: Friends,* Home,ana@example.com,+44 20 7946 0123\n"
        "Bo Smith,Bo,Smith,,* myContacts ::: Friends,* Work,bo@example.org,+44 20 7946 0124 ::: +44 20 7946 0125\n",
        ",",
        None,
        (
            "Ana Lopez",
            "Ana",
            "Lopez",
            "",
            "* myContacts ::: Friends",
            "* Home",
            "ana@example.com",
            "+44 20 7946 0123",
        ),
    ),
    Sample(
        "sap list with bars at both ends",
        "|Kunde   |Name          |Ort      |E-Mail           |\n"
        "|10001   |Muster GmbH   |Berlin   |ana@example.com  |\n"
        "|10002   |Beispiel AG   |Köln     |bo@example.org   |\n",
        "|",
        None,
        ("", "10001   ", "Muster GmbH   ", "Berlin   ", "ana@example.com  ", ""),
    ),
    Sample(
        "sap spool with title and rules",
        "21.11.2023          Dynamische Listenausgabe            1\n\n"
        "---------------------------------------------------------\n"
        "|Kunde   |Name          |Ort      |E-Mail           |\n"
        "---------------------------------------------------------\n"
        "|10001   |Muster GmbH   |Berlin   |ana@example.com  |\n"
        "|10002   |Beispiel AG   |Köln     |bo@example.org   |\n"
        "|10003   |Firma KG      |Bonn     |cy@example.org   |\n"
        "---------------------------------------------------------\n",
        "|",
        None,
        ("", "10001   ", "Muster GmbH   ", "Berlin   ", "ana@example.com  ", ""),
    ),
    Sample(
        "sap with tabs and a leading tab",
        "Debitoren\n\n\tKunde\tName\tOrt\tUmsatz\n\n\t10001\tMuster, GmbH\tBerlin\t1.234,50\n"
        "\t10002\tBeispiel, AG\tKöln\t2.000,00\n",
        "\t",
        None,
        ("", "10001", "Muster, GmbH", "Berlin", "1.234,50"),
    ),
    Sample(
        "mysql select into outfile, tabs and nulls",
        "1\tana@example.com\tAna\t\\N\t2023-01-05 10:11:12\n2\tbo@example.org\tBo\tLeeds, UK\t\\N\n",
        "\t",
        None,
        ("1", "ana@example.com", "Ana", "\\N", "2023-01-05 10:11:12"),
    ),
    Sample(
        "mysql enclosed and escaped",
        '"1","ana@example.com","Ana \\"Annie\\" Lopez","1 High St, Leeds"\n'
        '"2","bo@example.org","Bo Smith","C:\\\\temp"\n"3","cy@example.org","Cy","x"\n',
        ",",
        '"',
        ("1", "ana@example.com", 'Ana "Annie" Lopez', "1 High St, Leeds"),
        "\\",
    ),
    Sample(
        "phpmyadmin",
        '"id";"email";"name";"note"\n"1";"ana@example.com";"Ana";"said \\"hi\\"; left"\n'
        '"2";"bo@example.org";"Bo";NULL\n',
        ";",
        '"',
        ("1", "ana@example.com", "Ana", 'said "hi"; left'),
        "\\",
    ),
    Sample(
        "json in a cell, escaped",
        'id,email,meta\n1,ana@example.com,"{\\"plan\\": \\"pro\\", \\"seats\\": 3}"\n'
        '2,bo@example.org,"{\\"plan\\": \\"free\\", \\"seats\\": 1}"\n',
        ",",
        '"',
        ("1", "ana@example.com", '{"plan": "pro", "seats": 3}'),
        "\\",
    ),
    Sample(
        "json in a cell, doubled",
        'id,email,meta\n1,ana@example.com,"{""plan"": ""pro"", ""seats"": 3}"\n'
        '2,bo@example.org,"{""plan"": ""free"", ""seats"": 1}"\n',
        ",",
        '"',
        ("1", "ana@example.com", '{"plan": "pro", "seats": 3}'),
    ),
    Sample(
        "folders that end in a backslash are no escapes",
        '"email","folder","name"\n"ana@example.com","C:\\home\\","Ana"\n"bo@example.org","C:\\home\\","Bo"\n',
        ",",
        '"',
        ("ana@example.com", "C:\\home\\", "Ana"),
    ),
    Sample(
        "escaped line breaks inside quotes",
        '"email","note"\n"ana@example.com","first \\"line\\"\nsecond, line"\n"bo@example.org","x"\n',
        ",",
        '"',
        ("ana@example.com", 'first "line"\nsecond, line'),
        "\\",
    ),
    Sample(
        "access",
        '1;"ana@example.com";"Ana";1980-02-01 00:00:00;12,50\n2;"bo@example.org";"Bo";1975-04-03 00:00:00;7,00\n',
        ";",
        '"',
        ("1", "ana@example.com", "Ana", "1980-02-01 00:00:00", "12,50"),
    ),
    Sample(
        "libreoffice with apostrophes",
        "'Email','Name','City'\n'ana@example.com','Ana','Leeds, UK'\n'bo@example.org','Bo','O''Fallon'\n",
        ",",
        "'",
        ("ana@example.com", "Ana", "Leeds, UK"),
    ),
    Sample(
        "apostrophes only around cells that need them",
        "Email,Name,Address\nana@example.com,Ana,'1 High St, Leeds'\nbo@example.org,Bo,'2 Low Rd, York'\n"
        "cy@example.org,Cy,Bonn\n",
        ",",
        "'",
        ("ana@example.com", "Ana", "1 High St, Leeds"),
    ),
    Sample(
        "names with apostrophes",
        "Email,Name,Place\nana@example.com,Ana O'Neil,'s-Gravenhage\nbo@example.org,Bo D'Arcy,'t Harde\n",
        ",",
        None,
        ("ana@example.com", "Ana O'Neil", "'s-Gravenhage"),
    ),
    Sample(
        "hashes as quotes",
        "id|name\n1|#german#\n2|#english | british#\n",
        "|",
        "#",
        ("1", "german"),
    ),
    Sample(
        "dollars as quotes",
        "$email$,$name$\n$ana@example.com$,$Lopez, Ana$\n$bo@example.org$,$Bo$\n",
        ",",
        "$",
        ("ana@example.com", "Lopez, Ana"),
    ),
    Sample(
        "hashtags quote nothing",
        "Email,Tags\nana@example.com,#vip\nbo@example.org,#news\ncy@example.org,#vip #news\n",
        ",",
        None,
        ("ana@example.com", "#vip"),
    ),
    Sample(
        "prices quote nothing",
        "Email,Spent,Saved\nana@example.com,$12.50,$1\nbo@example.org,$7,$2\n",
        ",",
        None,
        ("ana@example.com", "$12.50", "$1"),
    ),
    Sample(
        "a word processor's quotes",
        "“Email”,“Name”,“Address”\n“ana@example.com”,“Ana”,“1 High St, Leeds”\n“bo@example.org”,“Bo”,“York”\n",
        ",",
        "“",
        ("ana@example.com", "Ana", "1 High St, Leeds"),
    ),
    Sample(
        "german quotes",
        "„E-Mail“;„Name“\n„ana@example.com“;„Weiß; Anna“\n„bo@example.org“;„Bo“\n",
        ";",
        "„",
        ("ana@example.com", "Weiß; Anna"),
    ),
    Sample(
        "typographic quotes inside cells",
        "Email,Company\nana@example.com,The “Crown” Inn\nbo@example.org,“Star” Ltd\ncy@example.org,Plain\n",
        ",",
        None,
        ("ana@example.com", "The “Crown” Inn"),
    ),
    Sample(
        "inches",
        'SKU,Description,Contact\n1,6" pipe,ana@example.com\n2,8" pipe,bo@example.org\n3,elbow 4",cy@example.org\n',
        ",",
        None,
        ("1", '6" pipe', "ana@example.com"),
    ),
    Sample(
        "nicknames in a database's tab file without quoting",
        'id\tname\temail\n1\t"Bob" Smith\tbob@example.com\n2\t"Annie" Lopez\tana@example.com\n'
        '3\t"Cy" Young\tcy@example.org\n',
        "\t",
        None,
        ("1", '"Bob" Smith', "bob@example.com"),
    ),
    Sample(
        "decimal commas, one in each line",
        "Name;Umsatz\nAna;4,20\nBo;1,00\nCy;7,35\n",
        ";",
        None,
        ("Ana", "4,20"),
    ),
    Sample(
        "decimal commas in several columns",
        "Kunde;Umsatz;Rabatt\n1001;4,20;1,5\n1002;1,00;2,5\n1003;7,35;0,5\n",
        ";",
        None,
        ("1001", "4,20", "1,5"),
    ),
    Sample(
        "addresses with two commas in a tab file",
        "Name\tAddress\nAna\t1 High St, Leeds, UK\nBo\t2 Low Rd, York, UK\nCy\t3 Mid Ln, Bath, UK\n",
        "\t",
        None,
        ("Ana", "1 High St, Leeds, UK"),
    ),
    Sample(
        "last, first in a semicolon file",
        "Name;Email\nLopez, Ana;ana@example.com\nSmith, Bo;bo@example.org\nYoung, Cy;cy@example.org\n",
        ";",
        None,
        ("Lopez, Ana", "ana@example.com"),
    ),
    Sample(
        "last, first alone",
        "Name\nLopez, Ana\nSmith, Bo\nYoung, Cy\nWeiß, Di\n",
        None,
        None,
        ("Lopez, Ana",),
    ),
    Sample(
        "tags with pipes",
        "Email,Tags\nana@example.com,a|b|c|d\nbo@example.org,a|b|c|d\n",
        ",",
        None,
        ("ana@example.com", "a|b|c|d"),
    ),
    Sample(
        "tags with commas in a pipe file",
        "Email|Name|Tags\nana@example.com|Ana|a,b,c,d,e\nbo@example.org|Bo|a,b,c,d,e\n",
        "|",
        None,
        ("ana@example.com", "Ana", "a,b,c,d,e"),
    ),
    Sample(
        "times",
        "Name,Start,End\nAna,10:00,11:00\nBo,12:30,13:30\nCy,09:15,10:15\n",
        ",",
        None,
        ("Ana", "10:00", "11:00"),
    ),
    Sample(
        "one column of addresses",
        "Email\nana@example.com\nbo@example.org\ncy.young@example.org\n",
        None,
        None,
        ("ana@example.com",),
    ),
    Sample(
        "one column of addresses without a name",
        "ana@example.com\nbo@example.org\ncy@example.org\n",
        None,
        None,
        ("bo@example.org",),
    ),
    Sample(
        "one column of quoted addresses",
        '"Email"\n"ana@example.com"\n"bo@example.org"\n',
        None,
        '"',
        ("ana@example.com",),
    ),
    Sample(
        "one column of telephone numbers",
        "Mobile\n+44 7700 900 123\n+44 7700 900 124\n+44 7700 900 125\n",
        None,
        None,
        ("+44 7700 900 123",),
    ),
    Sample(
        "one column of telephone numbers with hyphens, no name",
        "020-7946-0123\n020-7946-0124\n020-7946-0125\n",
        None,
        None,
        ("020-7946-0123",),
    ),
    Sample(
        "one column of dates with times",
        "Joined\n2024-01-02 10:00:00\n2024-01-03 11:30:00\n2024-01-04 12:45:00\n",
        None,
        None,
        ("2024-01-02 10:00:00",),
    ),
    Sample(
        "one column of american dates with a comma",
        "Joined\n01/02/2024, 10:00 AM\n01/03/2024, 11:30 AM\n01/04/2024, 12:45 PM\n",
        None,
        None,
        ("01/02/2024, 10:00 AM",),
    ),
    Sample(
        "one column of full names",
        "Full name\nAna Lopez\nBo Smith\nCy Young\nDi White\n",
        None,
        None,
        ("Ana Lopez",),
    ),
    Sample(
        "one column of names and addresses of a mail program",
        "To\nAna Lopez <ana@example.com>\nBo Smith <bo@example.org>\nCy Young <cy@example.org>\n",
        None,
        None,
        ("Ana Lopez <ana@example.com>",),
    ),
    Sample(
        "one column of web addresses",
        "Site\nhttps://www.example.com/?id=1\nhttps://www.example.org/?id=2\nhttps://example.com/?id=3\n",
        None,
        None,
        ("https://www.example.com/?id=1",),
    ),
    Sample(
        "one column of postal addresses",
        "Address\n1 High Street, Leeds, LS1 4AB\n2 Low Road, York, YO1 7HH\n3 Mid Lane, Bath, BA1 1AA\n",
        None,
        None,
        ("1 High Street, Leeds, LS1 4AB",),
    ),
    Sample(
        "one column of prices with decimal commas",
        "Betrag\n4,20\n1,00\n7,35\n",
        None,
        None,
        ("4,20",),
    ),
    Sample(
        "a declared semicolon",
        "sep=;\r\nEmail;Note\r\nana@example.com;a,b,c\r\nbo@example.org;d,e,f\r\n",
        ";",
        None,
        ("ana@example.com", "a,b,c"),
    ),
    Sample(
        "a declared tab in two characters",
        '"sep=\\t"\nEmail\tNote\nana@example.com\ta,b,c\nbo@example.org\td,e,f\n',
        "\t",
        None,
        ("ana@example.com", "a,b,c"),
    ),
    Sample(
        "a title and a note above",
        "Customers, by town\nExported on 3 April 2023; confidential\n\n"
        "Name\tTown\tEmail\nAna\tLeeds, UK\tana@example.com\nBo\tYork, UK\tbo@example.org\n",
        "\t",
        None,
        ("Ana", "Leeds, UK", "ana@example.com"),
    ),
    Sample(
        "ten lines of notes above",
        "".join(f"Note {number}: please do not pass this list on, thank you.\n" for number in range(10))
        + "Email;Name;Town\nana@example.com;Ana;Leeds\nbo@example.org;Bo;York\ncy@example.org;Cy;Bath\n",
        ";",
        None,
        ("ana@example.com", "Ana", "Leeds"),
    ),
    Sample(
        "notes above with as many commas as the table has",
        "Report, customers\nFilter, all\n\nEmail,Name\nana@example.com,Ana\nbo@example.org,Bo\n",
        ",",
        None,
        ("ana@example.com", "Ana"),
    ),
    Sample(
        "rows without their last empty cells",
        "Email,First,Last,Town,Phone\nana@example.com,Ana\nbo@example.org,Bo,Smith\ncy@example.org\n"
        "di@example.org,Di,White,Leeds,020 7946 0123\ned@example.org,Ed,Black,York\n",
        ",",
        None,
        ("ana@example.com", "Ana"),
    ),
    Sample(
        "a header shorter than its rows",
        "Email;Name\nana@example.com;Ana;x;1,5\nbo@example.org;Bo;y;2,5\ncy@example.org;Cy;z;3,5\n",
        ";",
        None,
        ("ana@example.com", "Ana", "x", "1,5"),
    ),
    Sample(
        "many lines in quoted cells",
        'Email,Note\nana@example.com,"Dear Ana;\nthank you; see you;\n\nregards; Bo"\n'
        'bo@example.org,"one;\ntwo;\nthree;"\n',
        ",",
        '"',
        ("ana@example.com", "Dear Ana;\nthank you; see you;\n\nregards; Bo"),
    ),
    Sample(
        "old macintosh line ends",
        'Email,Name\rana@example.com,"Lopez, Ana"\rbo@example.org,Bo\r',
        ",",
        '"',
        ("ana@example.com", "Lopez, Ana"),
    ),
    Sample(
        "a header and nothing else",
        "Email,First Name,Last Name\n",
        ",",
        None,
        ("Email", "First Name", "Last Name"),
    ),
    Sample(
        "one contact without a header",
        "ana@example.com;Ana;Lopez, née Weiß\n",
        ";",
        None,
        ("ana@example.com", "Ana", "Lopez, née Weiß"),
    ),
    Sample(
        "hand-made with spaces after commas",
        "Name, Email, Town\nAna, ana@example.com, Leeds\nBo, bo@example.org, York\n",
        ",",
        None,
        ("Ana", " ana@example.com", " Leeds"),
    ),
    Sample(
        "hand-made with spaces around pipes",
        "Name | Email | Town\nAna Lopez | ana@example.com | Leeds, UK\nBo Smith | bo@example.org | York, UK\n",
        "|",
        None,
        ("Ana Lopez ", " ana@example.com ", " Leeds, UK"),
    ),
    Sample(
        "hand-made with spaces",
        "name email\nAna ana@example.com\nBo bo@example.org\nCy cy@example.org\n",
        " ",
        None,
        ("Ana", "ana@example.com"),
    ),
    Sample(
        "tildes",
        "Email~Name~Address\nana@example.com~Ana~1 High St, Leeds\nbo@example.org~Bo~2 Low Rd, York\n",
        "~",
        None,
        ("ana@example.com", "Ana", "1 High St, Leeds"),
    ),
    Sample(
        "carets",
        "Email^Name^Joined\nana@example.com^Ana^2023-01-02\nbo@example.org^Bo^2023-01-03\n",
        "^",
        None,
        ("ana@example.com", "Ana", "2023-01-02"),
    ),
    Sample(
        "colons",
        "ana:ana@example.com:Leeds\nbo:bo@example.org:York\ncy:cy@example.org:Bath\n",
        ":",
        None,
        ("bo", "bo@example.org", "York"),
    ),
    Sample(
        "hive",
        "1\x01ana@example.com\x01Ana\n2\x01bo@example.org\x01Bo\n3\x01cy@example.org\x01Cy\n",
        "\x01",
        None,
        ("1", "ana@example.com", "Ana"),
    ),
    Sample(
        "unit separators",
        "id\x1femail\x1fname\n1\x1fana@example.com\x1fLopez, Ana\n2\x1fbo@example.org\x1fSmith, Bo\n",
        "\x1f",
        None,
        ("1", "ana@example.com", "Lopez, Ana"),
    ),
    Sample(
        "broken bars",
        "Email¦Name¦Town\nana@example.com¦Ana¦Leeds\nbo@example.org¦Bo¦York\n",
        "¦",
        None,
        ("ana@example.com", "Ana", "Leeds"),
    ),
    Sample(
        "section signs",
        "Email§Name§Town\nana@example.com§Ana§Leeds, UK\nbo@example.org§Bo§York, UK\n",
        "§",
        None,
        ("ana@example.com", "Ana", "Leeds, UK"),
    ),
    Sample(
        "chinese commas of full width",
        "邮箱，姓名，城市\nana@example.com，安娜，利兹\nbo@example.org，博，约克\n",
        "，",
        None,
        ("ana@example.com", "安娜", "利兹"),
    ),
    Sample(
        "hindi names in a comma file",
        "ईमेल,नाम,शहर\nana@example.com,अनीता शर्मा,दिल्ली\nbo@example.org,सुरेश कुमार,मुंबई\n",
        ",",
        None,
        ("ana@example.com", "अनीता शर्मा", "दिल्ली"),
    ),
    Sample(
        "several addresses in one cell",
        'Family,Emails\nLopez,"ana@example.com; al@example.com"\nSmith,"bo@example.org; ben@example.org"\n',
        ",",
        '"',
        ("Lopez", "ana@example.com; al@example.com"),
    ),
    Sample(
        "mail program's list with semicolons in a comma file",
        "Team,Members,Size\nRed,Ana <ana@example.com>; Bo <bo@example.org>,2\n"
        "Blue,Cy <cy@example.org>; Di <di@example.org>,2\n",
        ",",
        None,
        ("Red", "Ana <ana@example.com>; Bo <bo@example.org>", "2"),
    ),
    Sample(
        "empty columns",
        "Email;;Name;;\nana@example.com;;Ana;;\nbo@example.org;;Bo;;\n",
        ";",
        None,
        ("ana@example.com", "", "Ana", "", ""),
    ),
    Sample(
        "a quote that is never closed",
        'Email,Name,Note\nana@example.com,Ana,"fine, thanks"\nbo@example.org,Bo,"open\ncy@example.org,Cy,x\n',
        ",",
        '"',
        ("ana@example.com", "Ana", "fine, thanks"),
    ),
    Sample(
        "doubled quotes after a space, and escaped ones",
        'ID, Note\n1, "line one"\n2, "line ""two"""\n3, "line \\"three\\", the last"\n',
        ",",
        '"',
        ("1", "line one"),
        "\\",
    ),
    Sample(
        "one contact, a line for each of its facts",
        "Name: Ana\nEmail: ana@example.com\nPhone: 020 7946 0123\n",
        None,
        None,
        ("Email: ana@example.com",),
    ),
    Sample(
        "dates with times and an empty column in a tab file",
        "At\tNote\n2023-01-02 10:35\t\n2023-01-09 19:32\t\n2023-01-06 11:38\t\n",
        "\t",
        None,
        ("2023-01-02 10:35", ""),
    ),
    Sample(
        "web addresses in a pipe file below a title",
        "Customers\nUrl|Name|Email\nhttps://example.com/?a=7&b=2|Ana|ana@example.com\n"
        "https://example.com/?a=8&b=2|Bo|bo@example.org\n",
        "|",
        None,
        ("https://example.com/?a=7&b=2", "Ana", "ana@example.com"),
    ),
)
