"""French, as written in France, Belgium, Switzerland and Canada."""

HEADERS = {
    "email": (
        "adresse e-mail, adresse mail, courriel, adresse courriel, adresse électronique, mél, "
        "adresse de messagerie, e-mail, courrier électronique, adresse de courriel, "
        "adresse courrier électronique"
    ),
    "mobile": (
        "portable, téléphone portable, mobile, téléphone mobile, numéro de portable, numéro de mobile, "
        "gsm, tél portable, tel mobile, n° de portable, numéro de téléphone portable, "
        "numéro de téléphone mobile, cellulaire, numéro gsm, téléphone cellulaire, n° mobile, "
        "numéro mobile, portable 1"
    ),
    "phone": (
        "téléphone, numéro de téléphone, tél, n° de téléphone, n° téléphone, téléphone fixe, "
        "no de téléphone, numéro téléphone, fixe, n° tél, numéro de tél, téléphone 1"
    ),
    "fax": "fax, télécopie, télécopieur, numéro de fax",
    "first_name": "prénom, prénoms, prénom usuel",
    "middle_name": "deuxième prénom, autres prénoms, second prénom",
    "last_name": "nom, nom de famille, nom usuel, patronyme, nom d'usage",
    "full_name": (
        "nom complet, nom et prénom, prénom et nom, nom prénom, prénom nom, nom prénoms, nom du client, "
        "nom du contact, nom et prénoms, nom affiché"
    ),
    "username": "nom d'utilisateur, identifiant, pseudo, pseudonyme",
    "salutation": "civilité, titre, titre de civilité, formule de politesse, politesse",
    "suffix": "suffixe",
    "gender": "sexe, genre",
    "birthday": (
        "date de naissance, anniversaire, né le, née le, naissance, date naissance, ddn, date anniversaire"
    ),
    "age": "âge",
    "company": (
        "société, entreprise, raison sociale, organisation, nom de la société, nom de l'entreprise, "
        "employeur, organisme, nom société, établissement, compte, nom du compte, nom entreprise"
    ),
    "department": "service, département de l'entreprise",
    "job_title": (
        "fonction, poste, profession, métier, titre du poste, intitulé du poste, emploi, "
        "titre professionnel, rôle"
    ),
    "industry": "secteur, secteur d'activité, branche, industrie",
    "address": (
        "adresse, rue, adresse postale, adresse 1, ligne d'adresse 1, adresse ligne 1, voie, "
        "numéro et rue, numéro et voie, rue et numéro, n° et rue, adresse rue"
    ),
    "address2": (
        "complément d'adresse, adresse 2, ligne d'adresse 2, adresse ligne 2, complément adresse, rue 2"
    ),
    "postcode": "code postal, cp, npa, code postaux",
    "city": "ville, localité, commune, ville de résidence",
    "region": (
        "région, département, province, canton, état, état province, dép mt, état ou province, code région"
    ),
    "country": "pays, pays région, code pays, pays de résidence, pays iso, nom du pays, pays ou région",
    "language": "langue, langue préférée, code langue, langue de correspondance, langue maternelle",
    "timezone": "fuseau horaire",
    "website": "site web, site internet, site, page web, adresse web, page d'accueil, url du site",
    "notes": "notes, note, remarque, remarques, commentaire, commentaires, observations, observation",
    "tags": "étiquettes, étiquette, mots-clés, catégories, catégorie, centres d'intérêt, libellés",
    "source": (
        "source, origine, provenance, source du prospect, origine du contact, comment nous avez-vous connus"
    ),
    "lead_status": "statut du prospect, statut du lead, état du prospect",
    "lifecycle_stage": "phase du cycle de vie, étape du cycle de vie, cycle de vie",
    "lead_score": "score du prospect, score du lead",
    "customer_number": (
        "numéro client, numéro de client, code client, n° client, id client, référence client, n° de client"
    ),
    "customer_group": (
        "groupe de clients, groupe client, type de client, type client, segment client, catégorie client"
    ),
    "membership_number": (
        "numéro d'adhérent, n° adhérent, numéro de membre, numéro de carte, carte de fidélité, "
        "n° carte de fidélité, numéro adhérent, numéro de carte de fidélité"
    ),
    "vat_number": "numéro de tva, n° tva, tva intracommunautaire, numéro tva, n° tva intracommunautaire",
    "currency": "devise, monnaie",
    "signup_date": (
        "date d'inscription, date de création, créé le, inscrit le, date inscription, date d'ajout, "
        "ajouté le, client depuis, membre depuis, date création, date d'adhésion, date d'enregistrement, "
        "date de souscription, inscription le, date d'abonnement, date ajout, inscription"
    ),
    "updated_date": (
        "modifié le, date de modification, dernière modification, mis à jour le, date de mise à jour, "
        "date modif"
    ),
    "first_order": "première commande, premier achat, date de première commande, date du premier achat",
    "last_order": (
        "dernière commande, dernier achat, date de dernière commande, date de la dernière commande, "
        "date du dernier achat, date dernière commande, date dernier achat, date de dernier achat"
    ),
    "orders": (
        "commandes, nombre de commandes, nb commandes, total des commandes, nb de commandes, nombre d'achats"
    ),
    "average_order": "panier moyen, montant moyen",
    "spend": (
        "total dépensé, montant dépensé, chiffre d'affaires, ca, total des achats, ca total, "
        "montant total, montant total dépensé, valeur client, dépenses totales, montant des achats, "
        "total des dépenses"
    ),
    "points": "points, points de fidélité, points fidélité, solde de points, nombre de points",
    "rating": "évaluation, note du contact",
    "newsletter": (
        "newsletter, infolettre, lettre d'information, abonnement newsletter, abonné newsletter, bulletin"
    ),
    "vip": "client vip, client fidèle",
    "tax_exempt": "exonéré de taxe, exonéré de tva",
    "store": "magasin, boutique, point de vente, agence, magasin préféré",
    "consent_date": (
        "date de consentement, date du consentement, consentement le, date d'opt-in, date opt-in, "
        "date d'acceptation, date consentement, heure du consentement, date de confirmation, "
        "date double opt-in"
    ),
    "consent_ip": (
        "adresse ip, ip d'inscription, ip opt-in, ip du consentement, adresse ip d'inscription, "
        "ip inscription"
    ),
    "consent_text": "texte du consentement, texte de consentement, mention de consentement",
    "consent_url": "url du consentement, page d'inscription, url d'inscription, page du consentement",
    "user_agent": "navigateur, agent utilisateur",
    "email_status": (
        "statut e-mail, abonné, consentement, opt-in, statut d'abonnement, consentement e-mail, "
        "optin email, accepte les e-mails, accepte le marketing, consentement rgpd, "
        "statut de l'abonnement, statut abonné, accepte les e-mails marketing, rgpd, consentement marketing"
    ),
    "opt_out": (
        "désabonné, désinscrit, désinscription, opt-out, ne pas contacter, ne pas envoyer d'e-mail, "
        "liste noire, date de désinscription, désinscrit le, bloqué, refus, stop sms, désabonné le, "
        "refus e-mail"
    ),
    "opt_in_type": "type d'opt-in, type d'inscription, double opt-in, type de consentement",
    "sms_status": "statut sms, consentement sms, opt-in sms, accepte les sms, accepte le marketing par sms",
    "whatsapp_status": "consentement whatsapp, statut whatsapp, opt-in whatsapp",
    "lists": (
        "liste, listes, liste de diffusion, listes de diffusion, groupe, groupes, segments, carnet d'adresses"
    ),
    "contact_id": "id contact, identifiant du contact, id du contact",
}

QUALIFIERS = (
    "jj mm aaaa, prof, en euros, adresse de facturation, adresse de livraison, facturation, livraison, "
    "domicile, bureau, professionnel, professionnelle, pro, personnel, personnelle, perso, principal, "
    "principale, secondaire, client, du client, contact, du contact, de contact, votre, quel est votre, "
    "quelle est votre, autre, privé, privée, travail, de facturation, de livraison, participant, "
    "du participant, acheteur, abonné, destinataire, obligatoire, par défaut, de l'abonné, entrez votre, "
    "saisissez votre, veuillez saisir votre, adresse domicile, adresse bureau"
)

OTHERS = (
    "par, propriétaire, responsable, assistant, assistante, parrain, filleul, conjoint, conjointe, mère, "
    "père, enfant, parent, urgence, fournisseur, expéditeur, commercial, vendeur, ami, animal, type, "
    "contrat, commande, facture, produit, référence, code, taille, lieu, numéro, n, nombre, application, "
    "campagne, offre, réservation, billet, indicatif, iban, siret, siren, dossier"
)

PREFERENCE = "Préférence"

YES = "vrai, oui, activé, accepté, coché"
NO = "faux, non, désactivé, refusé, non coché"

STATUSES = {
    "subscribed": "abonné, abonnée, inscrit, inscrite, actif, confirmé",
    "unsubscribed": "désabonné, désabonnée, désinscrit, désinscrite, inactif",
    "suppressed": "supprimé, bloqué, bloquée",
    "noSubscription": "aucun abonnement, non abonné, pas abonné",
}

LONGER_STATUSES = {
    "unsubscribed": "désinscription, désabonnement, retiré, refus, refusé, opposition, ne pas contacter",
    "suppressed": (
        "rebond, rebond dur, hard bounce, plainte, plainte pour spam, indésirable, liste noire, sur "
        "liste noire, non valide, invalide, adresse invalide, nettoyé, nettoyée"
    ),
    "notSubscribed": (
        "non abonné, non abonnée, pas abonné, jamais abonné, non inscrit, non inscrite, aucun "
        "abonnement, en attente, en attente de confirmation, non confirmé, non confirmée, archivé, "
        "archivée, supprimée, sans consentement, pas de consentement, effacé"
    ),
}

EMAIL_TYPES = {
    "plainText": "texte, texte brut, texte seul",
}

OPT_IN_TYPES = {
    "unknown": "inconnu",
    "single": "inscription simple, opt-in simple",
    "double": "double inscription, opt-in double",
    "verifiedDouble": "double vérifié, double opt-in vérifié",
}

IDENTIFIERS = {
    "email": "adresse e-mail, courriel, adresse mail",
    "mobileNumber": "portable, numéro de portable, téléphone, mobile téléphone",
    "contactId": "identifiant, identifiant du contact, id contact",
}

PARTICLES = "de, de la, du, des, le, la"

TITLES = "monsieur, madame, mademoiselle, mme, mlle, maître, docteur"

PERSONS = {
    "guest": "participant, invite, passager",
    "recipient": "destinataire, livraison, expedition",
    "buyer": "client, facturation, acheteur, payeur",
}
