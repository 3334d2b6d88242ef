# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How long a customer waits for the look-alikes of a subject, among many tickets.

The tickets get subjects as customers write them, made of what goes wrong, with what and
where; a portal user of one of the customers then types some of their own.
"""

import statistics
import time

from odoo.fields import Command

from .worker import Worker, serve

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


class LookalikeWorker(Worker):
    def lookalikes(self, desk, runs):
        """Have a customer type the subject of a request.

        :param dict desk: ids of what the tickets belong to
        :param int runs: of each text
        :return: the slowest text's median and its statements, and the time of each;
            None where this database has nothing like it
        :rtype: dict
        """
        with self._environment(context={"no_reset_password": True}) as env:
            if not hasattr(env["helpdesk.ticket"], "_find_portal_lookalikes"):
                return None
            user_id = self._prepare(env, desk)
        figures = {text: self._measure(text, user_id, runs) for text in TYPED}
        return {
            "seconds": max(figure[0] for figure in figures.values()),
            "statements": max(figure[1] for figure in figures.values()),
            "texts": figures,
        }

    def _prepare(self, env, desk):
        """Give the tickets subjects, and make a portal user of a customer.

        :return: the id of the user
        """
        values = {"verbs": VERBS, "things": THINGS, "places": PLACES}
        env.cr.execute(SUBJECTS, values)
        env.cr.execute("ANALYZE helpdesk_ticket")
        user = env["res.users"].create(
            {
                "login": "bench_customer",
                # All tickets of the first one are closed: see tickets.py.
                "partner_id": desk["contacts"][1],
                "group_ids": [Command.set(env.ref("base.group_portal").ids)],
            }
        )
        return user.id

    def _measure(self, text, user_id, runs):
        """Look for what resembles a text, each time in a new transaction.

        :return: the median of the seconds, the statements, and how many were found
        """
        seconds = []
        for number in range(runs + 1):
            with self._environment(user_id, {"lang": "en_US"}) as env:
                env.user.has_group("base.group_portal")  # as after signing in
                statements, start = env.cr.sql_log_count, time.perf_counter()
                found = env["helpdesk.ticket"]._find_portal_lookalikes(text)
                if number:  # the first one warms up
                    seconds.append(time.perf_counter() - start)
                statements = env.cr.sql_log_count - statements
                env.cr.rollback()
        return statistics.median(seconds), statements, len(found)


if __name__ == "__main__":
    serve(LookalikeWorker)
