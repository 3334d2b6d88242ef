# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A desk of OCA's that lives already, before our addon comes."""

from .desk_setup import make_desk
from .worker import Worker, serve

MESSAGES = """
    INSERT INTO mail_message
           (model, res_id, message_type, subtype_id, author_id, date, body, create_date,
            message_id)
    SELECT 'helpdesk.ticket', ticket.id, 'comment', %(subtype)s,
           CASE WHEN step %% 2 = 0 THEN ticket.partner_id ELSE %(author)s END,
           ticket.create_date + step * interval '1 hour', '<p>It says so.</p>',
           ticket.create_date + step * interval '1 hour',
           '<' || ticket.id || '-' || step || '@bench>'
      FROM helpdesk_ticket ticket, generate_series(1, 6) AS step
"""


class PlaceWorker(Worker):
    def set_up(self, customers):
        """Make a desk with many customers.

        :param int customers: how many
        :return: the ids of what tickets belong to
        """
        with self._environment(context={"no_reset_password": True}) as env:
            return make_desk(env, customers)

    def add_messages(self):
        """Write six messages on each ticket, of its customer and the desk in turn."""
        with self._environment() as env:
            env.cr.execute(
                MESSAGES,
                {
                    "subtype": env.ref("mail.mt_comment").id,
                    "author": env.ref("base.partner_root").id,
                },
            )
            env.cr.execute("ANALYZE mail_message")


if __name__ == "__main__":
    serve(PlaceWorker)
