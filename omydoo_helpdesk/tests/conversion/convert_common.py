# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import Form

from ..pack_common import PackCase


class ConvertCase(PackCase):
    """An out-of-scope ticket of customer A, who runs the 24 h plan."""

    @classmethod
    def default_env_context(cls):
        # What is tracked must not tell the customer about internal projects.
        return {
            **super().default_env_context(),
            "tracking_disable": False,
            "mail_notrack": False,
        }

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.subscription = cls._create_subscription(cls.customer_a, cls.plan_24)
        cls.customer_a.write({"city": "Lyon", "country_id": cls.env.ref("base.fr").id})
        cls.service = cls.env["product.product"].create(
            cls._prepare_service("Project manager", cls.hour)
        )
        cls.company.support_sale_product_id = cls.service
        cls.stage_taken_over = cls.env.ref(
            "omydoo_helpdesk.helpdesk_ticket_stage_taken_over"
        )
        cls.ticket = cls._create_ticket(
            name="A new report",
            description="<p>Sales by <b>region</b>, please.</p>"
            '<img src="/web/image/1?access_token=secret">',
            category_id=cls.category_out.id,
        )
        # As if committed: changes of what was created just now are not tracked.
        cls.env.flush_all()
        cls.env.cr.precommit.run()

    @classmethod
    def _prepare_service(cls, name, uom, price=100.0):
        return {
            "name": name,
            "type": "service",
            "list_price": price,
            "uom_id": uom.id,
            "taxes_id": False,
        }

    def _open(self, tickets=None, user=None):
        """Open the wizard as the project manager does."""
        tickets = (tickets or self.ticket).with_user(user or self.project_manager)
        action = tickets.action_convert()
        return Form(
            self.env[action["res_model"]]
            .with_user(user or self.project_manager)
            .with_context(**action["context"])
        )

    def _convert(self, action, ticket=None, **vals):
        """Convert a ticket and return what the client is told to open."""
        form = self._open(ticket)
        form.action = action
        for name, value in vals.items():
            form[name] = value
        result = form.save().action_convert()
        self.env.flush_all()
        self.env.cr.precommit.run()  # where changes are tracked
        return self.env[result["res_model"]].browse(result["res_id"])

    def _attach(self, name, user=None, **vals):
        return (
            self.env["ir.attachment"]
            .with_user(user or self.env.user)
            .sudo()
            .create(
                {
                    "name": name,
                    "raw": b"content of the file",
                    "res_model": "helpdesk.ticket",
                    "res_id": self.ticket.id,
                    **vals,
                }
            )
        )

    def _customer_messages(self, ticket=None):
        comment = self.env.ref("mail.mt_comment")
        return (ticket or self.ticket).message_ids.filtered(
            lambda message: message.subtype_id == comment
        )
