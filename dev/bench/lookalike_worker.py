# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How long a customer waits for the look-alikes of a subject, among many tickets.

The tickets get subjects as customers write them, made of what goes wrong, with what and
where; a portal user of one of the customers then types some of their own.
"""

import statistics
import time

from odoo import SUPERUSER_ID, Command, api

SUBJECTS = """
    UPDATE helpdesk_ticket
       SET name = (%(verbs)s)[1 + id %% 12] || ' '
               || (%(things)s)[1 + (id / 12) %% 16] || ' '
               || (%(places)s)[1 + (id / 192) %% 10] || ' ' || (id %% 7919)
"""
VERBS = [
    "Impossible d’imprimer",
    "Erreur à la validation de",
    "ÉCHEC de l’envoi de",
    "Comment modifier",
    "Je ne trouve plus",
    "Doublon sur",
    "Le total est faux sur",
    "Message d’erreur en ouvrant",
    "Masquer une colonne sur",
    "Le bouton a disparu de",
    "Lenteur à l’ouverture de",
    "Ajouter un champ sur",
]
THINGS = [
    "la facture client",
    "la facture fournisseur",
    "le devis",
    "le bon de livraison",
    "la commande",
    "l’écriture comptable",
    "le rapprochement bancaire",
    "la fiche article",
    "la main-d’œuvre",
    "l’ordre de fabrication",
    "la relance",
    "le stock",
    "la note de frais",
    "l’étiquette de transport",
    "le contrat d’abonnement",
    "la feuille de temps",
]
PLACES = [
    "depuis ce matin",
    "dans la base de test",
    "pour la société de Nîmes",
    "après la mise à jour",
    "en caisse",
    "sur le téléphone",
    "avec la TVA à 5,5 %",
    "du mois d’août",
    "pour un client étranger",
    "au format PDF",
]
# What is typed, from the first letters to a whole sentence.
TYPED = (
    "fac",
    "facture",
    "echec envoi",
    "imprimer la facture client",
    "Impossible d’imprimer les factures clients depuis la mise à jour de ce matin",
    "main d'oeuvre",
    "zzzz qqqq wwww",
)


def prepare(cr, desk):
    """Give the tickets of a bench subjects, and make a portal user of a customer.

    :param cr: cursor of the registry
    :param dict desk: ids of what the tickets belong to
    :return: the id of the user
    """
    cr.execute(SUBJECTS, {"verbs": VERBS, "things": THINGS, "places": PLACES})
    cr.execute("ANALYZE helpdesk_ticket")
    env = api.Environment(cr, SUPERUSER_ID, {"no_reset_password": True})
    user = env["res.users"].create(
        {
            "login": "bench_customer",
            # All tickets of the first one are closed: see bench_tickets.py.
            "partner_id": desk["contacts"][1],
            "group_ids": [Command.set(env.ref("base.group_portal").ids)],
        }
    )
    return user.id


def measure(registry, user_id, runs):
    """Look for what resembles each text, as a customer, each time in a new transaction.

    :param registry: of a database that was prepared
    :param int user_id: the customer
    :param int runs: of each text
    :return: the slowest text's median and its statements, and the time of each
    :rtype: dict
    """
    figures = {}
    for text in TYPED:
        seconds = []
        for number in range(runs + 1):
            with registry.cursor() as cr:
                env = api.Environment(cr, user_id, {"lang": "en_US"})
                env.user.has_group("base.group_portal")  # as after signing in
                statements, start = cr.sql_log_count, time.perf_counter()
                found = env["helpdesk.ticket"]._find_portal_lookalikes(text)
                if number:  # the first one warms up
                    seconds.append(time.perf_counter() - start)
                statements = cr.sql_log_count - statements
                cr.rollback()
        figures[text] = (statistics.median(seconds), statements, len(found))
    return {
        "seconds": max(figure[0] for figure in figures.values()),
        "statements": max(figure[1] for figure in figures.values()),
        "texts": figures,
    }
