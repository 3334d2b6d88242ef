# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Who writes to the desk in a year, and what they write. Nobody here exists."""

# Name, city, post code, contacts with what they do, plan ("" for none), how much they
# write compared with the others. Those of the demo come first, with their own contacts.
KNOWN = {
    "delorme": 26,
    "kerguelen": 6,
    "vertige": 7,
    "librairie": 4,
}
CUSTOMERS = (
    (
        "Établissements Chaumeil & Fils",
        "Clermont-Ferrand",
        "63000",
        (("Aurélie Chaumeil", "Directrice"), ("Gaëtan Roche", "Magasinier")),
        "24h",
        6,
    ),
    (
        "Les Vergers de l’Authion",
        "Angers",
        "49000",
        (("Noëlle Ménard", "Achats"),),
        "48h",
        4,
    ),
    (
        "Société nouvelle de mécanique de précision du Haut-Forez (SNMP)",
        "Montbrison",
        "42600",
        (
            (
                "Jean-Baptiste de La Tour-Maubourg",
                "Responsable des systèmes d’information",
            ),
            ("Éloïse Faÿ", "Ordonnancement"),
        ),
        "full",
        7,
    ),
    ("Atelier Nacre", "Lorient", "56100", (("Solène Quéré", "Gérante"),), "48h", 3),
    (
        "Brasserie du Ruisseau",
        "Lille",
        "59000",
        (("Maxime Delattre", "Brasseur"),),
        "48h",
        4,
    ),
    (
        "Optique Saint-Clair",
        "Lyon",
        "69006",
        (("Hélène Vasseur", "Gérante"),),
        "24h",
        4,
    ),
    (
        "Transports Barbe",
        "Valence",
        "26000",
        (("Luc Barbe", "Exploitation"),),
        "24h",
        5,
    ),
    ("Fournil des Halles", "Nantes", "44000", (("Zoé Artaud", "Comptable"),), "48h", 3),
    ("Cycles Aubrac", "Rodez", "12000", (("François Puech", "Vendeur"),), "48h", 3),
    (
        "Laboratoire Sérénia",
        "Montpellier",
        "34000",
        (("Agnès Coëtmeur", "Qualité"),),
        "full",
        5,
    ),
    ("Menuiserie Lagarde", "Pau", "64000", (("Rémi Lagarde", "Gérant"),), "", 2),
    (
        "Papeterie Œillet",
        "Tours",
        "37000",
        (("Bénédicte Œillet", "Gérante"),),
        "48h",
        3,
    ),
    (
        "Hôtel de l’Étoile",
        "Annecy",
        "74000",
        (("Chloé Perrin", "Réception"),),
        "24h",
        4,
    ),
    (
        "Pépinières du Ponant",
        "Quimper",
        "29000",
        (("Gwenaël Morvan", "Serres"),),
        "48h",
        3,
    ),
    (
        "Électro-Ménager Dubreuil",
        "Reims",
        "51100",
        (("Cédric Dubreuil", "SAV"),),
        "24h",
        4,
    ),
    (
        "Association Les Mains Vertes",
        "Rennes",
        "35000",
        (("Anaïs Tréguer", "Trésorière"),),
        "",
        1,
    ),
)
AGENTS = (
    ("lea", "Léa Marchand", "Agente de support"),
    ("hugo", "Hugo Petit", "Agent de support"),
)

# Kind, application, subject, request. Kinds are the ends of the categories' names.
REQUESTS = (
    (
        "bug",
        "account",
        "La facture ne s’imprime plus",
        "Depuis ce matin le bouton Imprimer ne donne plus rien, ni sur la facture "
        "{number} ni sur les autres.",
    ),
    (
        "bug",
        "account",
        "Écart d’un centime sur la TVA de la facture {number}",
        "Le total de la TVA ne correspond pas à la somme des lignes. Le comptable "
        "refuse la pièce.",
    ),
    (
        "bug",
        "stock",
        "Le bon de livraison {number} reste « En attente »",
        "Le stock est là, compté hier, et la réservation ne se fait pas.",
    ),
    (
        "bug",
        "stock",
        "Écart d’inventaire après un transfert entre dépôts",
        "Douze pièces ont disparu entre le dépôt et la boutique, le mouvement "
        "{number} est pourtant validé.",
    ),
    (
        "bug",
        "point_of_sale",
        "La caisse affiche une page blanche",
        "À l’ouverture de la session, l’écran reste blanc sur les deux caisses. Les "
        "clients attendent.",
    ),
    (
        "bug",
        "point_of_sale",
        "Le ticket de caisse n’imprime plus le numéro de TVA",
        "Rien n’a changé de notre côté. L’expert-comptable nous le demande.",
    ),
    (
        "bug",
        "sale",
        "Le devis {number} perd sa remise à la confirmation",
        "La remise de 12 % est sur le devis et plus sur la commande.",
    ),
    (
        "bug",
        "sale",
        "Erreur à l’envoi du devis {number}",
        "« Vous n’êtes pas autorisé à accéder à ce document » : c’est pourtant notre "
        "devis.",
    ),
    (
        "bug",
        "website_sale",
        "Le panier se vide au moment de payer",
        "Trois clients nous ont appelés depuis hier soir, toujours avec le paiement "
        "par carte.",
    ),
    (
        "bug",
        "mrp",
        "L’ordre de fabrication {number} ne se clôt pas",
        "La dernière opération est terminée, le bouton reste gris.",
    ),
    (
        "bug",
        "mail",
        "Les réponses des clients n’arrivent plus dans les commandes",
        "Elles arrivent dans la boîte info@ et pas dans Odoo.",
    ),
    (
        "bug",
        "hr_expense",
        "La note de frais {number} est comptabilisée deux fois",
        "Deux écritures pour la même note, au même jour.",
    ),
    (
        "quick_help",
        "sale",
        "Ajouter un délai de paiement « 30 jours fin de mois, le 15 »",
        "Où le crée-t-on pour que la date soit juste ?",
    ),
    (
        "quick_help",
        "account",
        "Changer le logo des factures",
        "Nous avons un nouveau logo, joint à la demande.",
    ),
    (
        "quick_help",
        "stock",
        "Imprimer deux étiquettes par colis",
        "Une seule sort aujourd’hui.",
    ),
    (
        "quick_help",
        "purchase",
        "Recevoir une alerte sous 20 pièces",
        "Pour l’article {number} seulement.",
    ),
    (
        "quick_help",
        "base",
        "Donner accès à la nouvelle stagiaire",
        "Elle arrive lundi, avec les mêmes droits que {person}.",
    ),
    (
        "quick_help",
        "crm",
        "Renommer une étape du pipeline",
        "« Négociation » devient « Devis envoyé ».",
    ),
    (
        "quick_help",
        "website",
        "Corriger les horaires en bas du site",
        "Nous fermons désormais à 18 h 30 le samedi.",
    ),
    (
        "first_level",
        "account",
        "Comment saisir un avoir partiel ?",
        "Le client nous rend deux articles sur cinq de la facture {number}.",
    ),
    (
        "first_level",
        "stock",
        "Que veut dire « Disponible » sur une livraison ?",
        "Le mot change et personne ici n’est d’accord sur le sens.",
    ),
    (
        "first_level",
        "hr_holidays",
        "Où voit-on le solde de congés de l’équipe ?",
        "Je ne trouve que le mien.",
    ),
    (
        "first_level",
        "purchase",
        "Pourquoi deux commandes pour un seul besoin ?",
        "Le réapprovisionnement de cette nuit a créé {number} en double, il me semble.",
    ),
    (
        "first_level",
        "timesheet",
        "Corriger une feuille de temps validée",
        "J’ai compté deux heures de trop vendredi.",
    ),
    (
        "first_level",
        "project",
        "Les tâches terminées encombrent le tableau",
        "Peut-on les replier sans les archiver ?",
    ),
    (
        "first_level",
        "mass_mailing",
        "Pourquoi 40 % de nos e-mails sont-ils ignorés ?",
        "La lettre du mois est partie à 1 200 contacts.",
    ),
    (
        "training",
        "point_of_sale",
        "Former trois vendeuses à la caisse",
        "Une demi-journée avant les soldes, si possible sur place.",
    ),
    (
        "training",
        "account",
        "Formation : clôturer un exercice",
        "Notre comptable vient d’arriver, elle connaît un autre logiciel.",
    ),
    (
        "development",
        "sale",
        "Un devis par lots, avec sous-totaux par étage",
        "Nos clients du bâtiment le demandent ainsi.",
    ),
    (
        "development",
        "stock",
        "Étiquettes avec le poids et le QR code du lot",
        "Format 50 × 30, sur l’imprimante de l’atelier.",
    ),
    (
        "development",
        "account",
        "Exporter les écritures au format de notre cabinet",
        "Le fichier attendu est joint.",
    ),
    (
        "integration",
        "website_sale",
        "Relier la boutique à notre place de marché",
        "Environ 3 000 articles, stock et prix deux fois par jour.",
    ),
    (
        "integration",
        "base",
        "Reprendre les données de notre ancien logiciel",
        "Clients, articles et cinq ans de factures.",
    ),
    (
        "consulting",
        "mrp",
        "Revoir le calcul du coût de revient",
        "Nous ne savons plus expliquer l’écart avec la comptabilité.",
    ),
    (
        "third_party",
        "website_sale",
        "Le terminal de paiement refuse les cartes",
        "Le fournisseur dit que cela vient d’Odoo.",
    ),
    (
        "third_party",
        "mail",
        "Nos e-mails arrivent dans les indésirables",
        "Le domaine est chez un autre hébergeur.",
    ),
)
# How often each kind is asked; who writes by e-mail gives none.
KINDS = {
    "bug": 40,
    "quick_help": 22,
    "first_level": 20,
    "training": 3,
    "development": 6,
    "integration": 2,
    "consulting": 1,
    "third_party": 3,
    "": 3,
}
LONG_SUBJECT = (
    "URGENT – suite à notre échange téléphonique de vendredi avec votre collègue au "
    "sujet "
    "des livraisons partielles de la commande {number} qui ne se facturent plus "
    "depuis la "
    "mise à jour de la semaine dernière (voir aussi notre demande précédente restée "
    "sans suite)"
)
LONG_REQUEST = (
    "Bonjour, je reprends depuis le début, car plusieurs personnes ont écrit. Lundi, "
    "nous "
    "avons reçu la marchandise et validé la réception ; mardi, le dépôt a préparé la "
    "commande {number} en deux fois, comme toujours quand le camion est plein.",
    "La première livraison est partie avec son bon, la seconde aussi. Au moment de "
    "facturer, seule la seconde est proposée. Nous avons essayé depuis la commande, "
    "depuis "
    "la liste des commandes à facturer, et avec le compte de {person} : c’est pareil.",
    "Nous avons regardé l’historique : la quantité livrée est juste (18), la quantité "
    "facturée est à 0, et pourtant l’état dit « Rien à facturer ». Sur une commande de "
    "février, faite exactement de la même manière, tout est normal.",
    "Ce qui nous gêne : quatre clients attendent leur facture pour payer, et la "
    "clôture "
    "du mois est vendredi. Pouvez-vous nous dire au moins si nous pouvons facturer à "
    "la "
    "main sans tout casser ? Les captures d’écran sont jointes. Merci d’avance.",
)
ANSWERS = (
    "Bonjour, merci pour ces détails. Je reproduis sur votre base de test et je "
    "reviens vers vous.",
    "Bonjour, c’est noté. Pouvez-vous m’envoyer une capture de l’écran au moment de "
    "l’erreur ?",
    "J’ai trouvé : la règle de réapprovisionnement visait l’ancien dépôt. Elle est "
    "corrigée.",
    "Pour cela : Ventes > Configuration > Conditions de paiement, puis « Nouveau ». "
    "Dites-moi si le résultat vous convient.",
    "Le droit manquait au groupe de la vendeuse. Elle peut se reconnecter et "
    "réessayer.",
    "C’est une erreur connue, la correction viendra avec la mise à jour de la semaine.",
    "La séquence était bloquée par une facture restée en brouillon. Je l’ai signalée "
    "à votre comptable.",
    "Nous avons vidé le cache des assets : la caisse s’ouvre de nouveau de notre "
    "côté. Et chez vous ?",
)
REPLIES = (
    "Merci, c’est exactement cela.",
    "Voici la capture. Le message revient à chaque fois.",
    "Cela marche sur mon poste mais pas sur celui de l’atelier.",
    "Avez-vous du nouveau ? Nous attendons cette facture pour payer.",
    "Je viens d’essayer : toujours pareil, même après avoir vidé le cache.",
    "Parfait, merci pour votre rapidité !",
    "Une autre chose, sans rapport : où change-t-on le texte au pied des devis ?",
)
NOTES = (
    "Vu avec Paul : même cas que la semaine dernière.",
    "Reproduit en test avec le module de lots, pas sans.",
    "À rappeler demain matin, la personne est en réunion.",
)
WORK = (
    ("Analyse du journal, reproduction en test", "Recherche de la cause"),
    ("Correction de la règle, essai", "Correction et essai"),
    ("Appel avec le client", "Échange par téléphone"),
)
FEEDBACK = {
    5: (
        "Réponse rapide et claire, merci.",
        "Parfait !",
        "",
        "",
        "Léa a été très patiente.",
    ),
    3: ("Un peu long, mais réglé.", "", "J’ai dû relancer une fois."),
    1: (
        "Trois jours sans réponse alors que la caisse était arrêtée.",
        "Le problème est revenu le lendemain.",
        "",
    ),
}
BUGS = (
    ("Livraison partielle : rien à facturer après un retour", "core"),
    ("La marge affiche zéro sur les kits", "core"),
    ("L’export des écritures oublie les lignes analytiques", "generic"),
    ("Arrondi de la TVA sur les factures en devise", "core"),
    ("Étiquettes coupées sur l’imprimante thermique", "generic"),
)
CHANGES = (
    "Fusionner les fiches clients en double",
    "Changer la taxe des articles alimentaires",
    "Ajouter un motif aux retours",
    "Recalculer le coût de 340 articles",
    "Reprendre les soldes de congés",
    "Corriger l’adresse des factures d’avril",
    "Activer la facturation électronique",
    "Supprimer les règles de stock de l’ancien dépôt",
    "Renommer les séquences de livraison",
)
