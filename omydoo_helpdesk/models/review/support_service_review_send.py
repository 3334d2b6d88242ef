# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import get_lang

from ...const import SEALED

MAIL = "omydoo_helpdesk.mail_template_review"
DESK = "base.group_user"


class ReviewSend(models.Model):
    """Who is sent a review, and who has read it."""

    _name = "support.service.review"
    _inherit = ["support.service.review"]

    recipient_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="support_review_recipient_rel",
        string="Sent To",
        groups=DESK,
        domain="[('commercial_partner_id', '=', partner_id), ('email', '!=', False)]",
        help="Contacts who get the mail; they read the review in the portal if they "
        "see all requests of their firm there.",
    )
    reading_ids = fields.One2many(
        comodel_name="support.review.reading",
        inverse_name="review_id",
        string="Read By",
        readonly=True,
        groups=DESK,
    )
    unread_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Not Read By",
        compute="_compute_unread",
        compute_sudo=True,
        groups=DESK,
    )
    is_unread = fields.Boolean(
        string="Not Read",
        compute="_compute_unread",
        compute_sudo=True,
        search="_search_is_unread",
        groups=DESK,
        help="It was sent, and nobody of the customer's has opened it.",
    )

    # === COMPUTE METHODS === #

    @api.depends("state", "recipient_ids", "reading_ids.partner_id")
    def _compute_unread(self):
        for review in self:
            readers = review.reading_ids.partner_id
            review.unread_ids = review.state == "sent" and (
                review.recipient_ids - readers
            )
            review.is_unread = review.state == "sent" and not readers

    def _search_is_unread(self, operator, value):
        if operator != "in":  # the ORM negates; a boolean value is always [True]
            return NotImplemented
        return Domain("state", "=", "sent") & Domain("reading_ids", "=", False)

    # === CONSTRAINT METHODS === #

    @api.constrains("recipient_ids")
    def _check_recipients(self):
        for review in self:
            strangers = review.recipient_ids.filtered(
                lambda contact, review=review: contact.commercial_partner_id
                != review.partner_id.commercial_partner_id
            )
            if strangers:
                raise ValidationError(
                    self.env._(
                        "%(contact)s does not belong to %(customer)s.",
                        contact=strangers[0].display_name,
                        customer=review.customer_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        reviews = super().create(vals_list)
        reviews.filtered(lambda review: not review.recipient_ids)._choose_recipients()
        return reviews

    @api.model
    def _get_guarded_fields(self):
        # Written by who reads.
        return super()._get_guarded_fields() | {"reading_ids": SEALED}

    # === ACTION METHODS === #

    def action_send(self):
        """Send these published reviews: a mail with the address of the page.

        :return: the action: a notification that tells how many mails leave
        :rtype: dict
        :raise UserError: if one of them is not published, or sent already
        """
        self.check_access("write")
        count = self._send_published()
        if count:
            message = self.env._(
                "Reviews sent: %(reviews)s; mails that leave: %(mails)s.",
                reviews=len(self),
                mails=count,
            )
        else:
            message = self.env._(
                "The customer reads it in the portal. No mail leaves: nobody is chosen "
                "who has an address, or your company does not send this mail."
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": message,
                "type": "success" if count else "warning",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_publish_and_send(self):
        """Publish and send the reviews of a selection that are not yet.

        :return: as ``action_send``
        :rtype: dict
        """
        self.filtered(lambda review: review.state == "draft").action_publish()
        return self.filtered(lambda review: review.state == "published").action_send()

    def action_send_selection(self):
        """Publish and send the reviews of a selection, with a progress bar.

        :return: the action that shows it: it calls ``send_each`` by batches
        :rtype: dict
        """
        self.check_access("write")
        return {
            "type": "ir.actions.client",
            "tag": "omydoo_helpdesk.review_send",
            "name": self.env._("Publish and Send"),
            "target": "new",
            "params": {"ids": self.filtered(lambda one: one.state != "sent").ids},
        }

    def send_each(self):
        """Publish and send these reviews; one that refuses keeps no other back.

        What was sent already is left as it is, so that whoever was interrupted begins
        again.

        :return: ``sent``, how many were; ``mails``, how many leave; and ``refused``, of
            each that was not its ``id``, its ``name`` and the ``reason``
        :rtype: dict
        """
        self.check_access("write")
        sent, mails, refused = 0, 0, []
        for review in self.filtered(lambda one: one.state != "sent"):
            try:
                with self.env.cr.savepoint():
                    mails += review._publish_and_send()
            except UserError as error:
                refused.append(
                    {
                        "id": review.id,
                        "name": review.display_name,
                        "reason": str(error),
                    }
                )
            else:
                sent += 1
        return {"sent": sent, "mails": mails, "refused": refused}

    # === BUSINESS METHODS === #

    def _publish_and_send(self):
        """Publish these reviews, if they are drafts, and send them.

        :return: how many mails leave
        :rtype: int
        :raise UserError: as ``action_publish`` and ``action_send``
        """
        self.filtered(lambda review: review.state == "draft").action_publish()
        return self._send_published()

    def _send_published(self):
        """Send these published reviews.

        :return: how many mails leave
        :rtype: int
        :raise UserError: if one of them is not published, or sent already
        """
        self._move("send", {"sent_at": fields.Datetime.now()})
        mails = self.env["mail.template"]._queue_support_mails(
            self._prepare_review_mails()
        )
        return len(mails)

    def _choose_recipients(self):
        """Choose who is sent these reviews: contacts who see all requests of the firm.

        Those who sign in at the portal; of a customer without any, the customer itself.
        """
        # In sudo mode because whoever drafts need not read users.
        users = (
            self.env["res.users"]
            .sudo()
            .search(
                Domain(
                    "partner_id.commercial_partner_id",
                    "in",
                    self.partner_id.commercial_partner_id.ids,
                )
                & Domain("share", "=", True)
                & Domain("partner_id.support_portal_access", "!=", "own")
                & Domain("partner_id.email", "!=", False)
            )
        )
        by_customer = users.partner_id.grouped("commercial_partner_id")
        for review in self:
            customer = review.partner_id.commercial_partner_id
            contacts = by_customer.get(customer.sudo())
            if not contacts and customer.email:
                contacts = customer
            if contacts:
                review.recipient_ids = contacts.sudo(False)

    def _prepare_review_mails(self):
        """Return the mails that tell about these reviews, in their readers' languages.

        :return: values of mails
        :rtype: list[dict]
        """
        templates = self.env["mail.template"]
        vals_list = []
        for review in self:
            template_sudo = templates._find_support_mail(MAIL, review.company_id)
            for contact in review.recipient_ids if template_sudo else ():
                if not contact.email:
                    continue
                lang = get_lang(
                    self.with_context(lang=review.company_id.partner_id.lang).env,
                    contact.lang,
                ).code
                vals_list.append(
                    # In sudo mode because the mail reads what customers may not.
                    template_sudo._prepare_support_mail(
                        review.sudo(),
                        contact.email_formatted,
                        lang,
                        support_name=contact.name,
                    )
                )
        return vals_list

    def _get_mail_frame(self):
        """Return what stands around the mail that sends this review.

        :return: as ``helpdesk.ticket._get_mail_frame``
        :rtype: dict[str, str]
        """
        self.ensure_one()
        return {
            "title": self.env._(
                "Support review, %(period)s", period=self._get_period_words()
            ),
            "url": f"{self.get_base_url()}{self._get_review_path()}",
            "button": self.env._("Read the review"),
            "note": self.env._(
                "You read it signed in at the portal, or as a PDF there."
            ),
        }

    def _get_review_path(self):
        """Return where the customer reads this review.

        :rtype: str
        """
        self.ensure_one()
        return f"/my/reviews/{self.id}"

    @api.model
    def _find_portal_reviews(self, limit=None):
        """Return the reviews that the user's own firm was told, the latest first.

        Of each period the version that counts.

        :param int limit: how many
        :rtype: recordset of support.service.review
        """
        if not self.has_access("read"):
            return self.browse()
        return self.search(
            self.env.user.get_support_review_domain()
            & Domain("company_id", "=", self.env.company.id)
            & Domain("next_ids", "not any", Domain("state", "!=", "draft")),
            order="date_to desc, id desc",
            limit=limit,
        )

    def _get_report_base_filename(self):
        """Return the name of the review's file, without extension.

        :rtype: str
        """
        self.ensure_one()
        return self.display_name
