# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...const import COMPUTED, GUARD, MAIL_LAYOUT

SPLIT_MAIL = "omydoo_helpdesk.mail_template_split"
MERGED_MAIL = "omydoo_helpdesk.mail_template_merged"


class TicketSplit(models.Model):
    """Two requests in one thread become two tickets; one in two tickets becomes one.

    What was asked in a message is a ticket of its own, whose clocks start when the
    customer wrote it; where it was asked nobody waits for its answer. What belongs to a
    duplicate goes to the ticket that is kept: who follows it, its files, and the
    answers to come (see ``TicketAnswer``). Either way the customer is told once, in
    the conversation that goes on for them.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    split_from_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        readonly=True,
        copy=False,
        check_company=True,
        index="btree_not_null",
        groups="base.group_user",
        help="The ticket in whose thread this was asked.",
    )
    split_message_id = fields.Many2one(
        comodel_name="mail.message",
        string="Split From the Message",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        if not vals.get("duplicate_id"):
            return super().write(vals)
        before = {record: record.duplicate_id for record in self}
        res = super().write(vals)
        for record in self:
            if record.duplicate_id != before[record]:
                record._give_to_kept_ticket()
        return res

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "split_from_id": COMPUTED,
            "split_message_id": COMPUTED,
        }

    # === ACTION METHODS === #

    def action_split(self, message_id):
        """Open the dialog that makes a ticket of its own of a message.

        :param int message_id: of a message on this ticket
        :return: an action
        :rtype: dict
        :raise AccessError: if the user may not change this ticket, or read the message
        :raise UserError: if it cannot be
        """
        self.ensure_one()
        self.check_access("write")
        message = self.env["mail.message"].browse(message_id).exists()
        message.check_access("read")
        obstacle = self._get_split_obstacle(message)
        if obstacle:
            raise UserError(obstacle)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Ticket from This Message"),
            "res_model": "helpdesk.ticket.split",
            "view_mode": "form",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "default_ticket_id": self.id,
                "default_message_id": message.id,
            },
        }

    # === A MESSAGE BECOMES A TICKET === #

    def _get_split_obstacle(self, message):
        """Return why a message cannot become a ticket of its own.

        :param message: a mail.message that the user may read, maybe none
        :return: a sentence; False if nothing is in the way
        :rtype: str or bool
        """
        self.ensure_one()
        if message.model != self._name or message.res_id != self.id:
            return self.env._("This message is not on the ticket.")
        if not self._is_answer_of_customer(message):
            return self.env._(
                "Only what the customer wrote becomes a ticket of its own."
            )
        # In sudo mode because it may have been given to an agent whose tickets the
        # user does not read: its number is told.
        split_sudo = self.sudo().search(
            Domain("split_message_id", "=", message.id), limit=1
        )
        if split_sudo:
            return self.env._(
                "A ticket was made of this message already: %(number)s.",
                number=split_sudo.number,
            )
        return False

    def _split(self, message, vals):
        """Make a ticket of its own of a message.

        :param message: a mail.message on this ticket, without an obstacle
        :param dict vals: what the agent decided: ``name``, ``category_id``
        :return: the new ticket
        :rtype: recordset of helpdesk.ticket
        """
        self.ensure_one()
        made = self.with_context(
            support_guard=GUARD, mail_create_nosubscribe=True
        ).create(self._prepare_split(message) | vals)
        ticket = made.with_env(self.env)
        ticket.message_subscribe(ticket.partner_id.ids)
        for record, words, other in (
            (
                self,
                self.env._("A message of this ticket goes on in %(ticket)s."),
                ticket,
            ),
            (ticket, self.env._("Made of a message of %(ticket)s."), self),
        ):
            link = other._get_html_link(title=other.display_name)
            record._message_log(body=_put(words, link))
        self._let_message_go(message)
        # In sudo mode because files of messages are read with their message.
        ticket._post_moved(SPLIT_MAIL, ticket, message.sudo().attachment_ids)
        return ticket

    def _let_message_go(self, message):
        """Have nobody wait here any more for an answer to what became a ticket.

        :param message: a mail.message on this ticket
        """
        self.ensure_one()
        asked_at = self._sla_move_question(message)
        if not asked_at:
            return
        self._hold_again(asked_at)
        if self.stage_id.closed:
            # Whoever was to read it has.
            self._close_answer_activities()

    def _prepare_split(self, message):
        """Return the values of the ticket that is made of a message.

        It was filed when the customer wrote: nobody waits longer because somebody had
        to notice that it is another matter. Not before the ticket on which they wrote,
        whatever the clock of their computer says.

        :param message: a mail.message on this ticket
        :rtype: dict
        """
        self.ensure_one()
        author = message.author_id
        root = self.commercial_partner_id._get_support_root()
        is_known = author and author._get_support_root() == root
        partner = author if is_known else self.partner_id
        vals = {
            "description": message.body or "<p></p>",
            "partner_id": partner.id,
            "partner_name": partner.name or self.partner_name,
            "partner_email": partner.email or self.partner_email,
            "company_id": self.company_id.id,
            "channel_id": self.channel_id.id,
            "user_id": self.user_id.id,
            "filed_at": max(message.date, self.filed_at),
            "split_from_id": self.id,
            "split_message_id": message.id,
        }
        if self.team_id.active:
            vals["team_id"] = self.team_id.id
        return vals

    # === A DUPLICATE === #

    def _give_to_kept_ticket(self):
        """Give what belongs to this duplicate to the ticket that is kept.

        Nothing goes to another customer's. Nobody comes to read what they could not
        read before: who may not read the other ticket does not follow it, and what one
        of them may not read is kept there for the desk alone. An agent decides
        otherwise, as ever, by making them followers.
        """
        self.ensure_one()
        # In sudo mode because an agent need not read followers, nor the files of notes.
        record_sudo = self.sudo()
        kept_sudo = record_sudo._get_kept_ticket()
        if not kept_sudo:
            return
        people = record_sudo._get_people()
        foreign = kept_sudo._get_foreign_partners(people)
        excluded = kept_sudo._get_excluded_partners(people - foreign)
        is_apart = record_sudo._is_merged_apart(kept_sudo)
        kept_sudo.message_subscribe((people - foreign - excluded).ids)
        shown, internal = record_sudo._get_files_to_give(kept_sudo)
        kept = kept_sudo.sudo(self.env.su)
        kept._message_log(
            body=self._describe_merge(excluded, is_apart),
            attachment_ids=kept._take_copies(
                shown | internal if is_apart else internal
            ),
        )
        if is_apart:
            self._post_moved(MERGED_MAIL, self, shown.browse())
        else:
            kept._post_moved(MERGED_MAIL, self, shown)

    def _get_people(self):
        """Return who files and who follows this ticket, ours included.

        To be called in sudo mode.

        :rtype: recordset of res.partner
        """
        self.ensure_one()
        return self.message_partner_ids | self.partner_id

    def _get_excluded_partners(self, partners):
        """Return those of some people of the customer who may not read this ticket.

        To be called in sudo mode.

        :param partners: recordset of res.partner
        :rtype: recordset of res.partner
        """
        self.ensure_one()
        return partners.filtered(
            lambda partner: all(user.share for user in partner.user_ids)
            and not self.filtered_domain(partner._get_support_ticket_domain())
        )

    def _is_merged_apart(self, kept=None):
        """Say whether this duplicate and the ticket that is kept have other readers.

        Its contact may not read the one that is kept, or somebody whose that is may
        not read this one. Each reads on in their own.

        To be called in sudo mode.

        :param kept: the other ticket, if it is known
        :rtype: bool
        """
        self.ensure_one()
        kept = kept or self._get_kept_ticket()
        theirs = kept and kept._get_people() - kept._get_foreign_partners(
            kept._get_people()
        )
        return bool(kept) and bool(
            kept._get_excluded_partners(self.partner_id)
            or self._get_excluded_partners(theirs)
        )

    def _describe_merge(self, excluded, is_apart):
        """Return what the desk is told on the ticket that is kept.

        :param excluded: who does not follow it because they may not read it
        :param bool is_apart: whether each reads on in their own
        :rtype: Markup
        """
        self.ensure_one()
        link = self._get_html_link(title=self.display_name)
        parts = [_put(self.env._("%(ticket)s was merged into this one."), link)]
        if excluded:
            parts.append(
                escape(
                    self.env._(
                        "May not read this one, and does not follow it: %(names)s.",
                        names=", ".join(excluded.mapped("display_name")),
                    )
                )
            )
        if is_apart:
            parts.append(
                _put(
                    self.env._(
                        "The customers do not read each other's requests: files and "
                        "answers of %(ticket)s come here as notes, and whoever filed "
                        "it is answered there. For them to read the same, make them "
                        "followers of both."
                    ),
                    link,
                )
            )
        return Markup("<br/>").join(parts)

    def _get_files_to_give(self, kept):
        """Return the files of this ticket that another one has not.

        To be called in sudo mode.

        :param kept: the other ticket
        :return: those that the customer is shown, and those of the desk alone
        :rtype: tuple[recordset, recordset]
        """
        self.ensure_one()
        files = self.env["ir.attachment"].search(
            Domain("res_model", "=", self._name)
            & Domain("res_id", "in", (self + kept).ids)
            & Domain("res_field", "=", False)
        )
        known = set(
            files.filtered(lambda file: file.res_id == kept.id).mapped("checksum")
        )
        files = files.filtered(
            lambda file: file.res_id == self.id and file.checksum not in known
        )
        messages = self.env["mail.message"].search(
            Domain("model", "=", self._name)
            & Domain("res_id", "=", self.id)
            & Domain("attachment_ids", "in", files.ids)
        )
        told = messages.filtered_domain(messages._get_search_domain_share())
        apart = files - messages.attachment_ids
        shown = files & (
            told.attachment_ids
            | apart.filtered(lambda file: file._is_support_file_shown(self))
        )
        return shown, files - shown

    # === TOLD === #

    def _take_copies(self, files):
        """Return the ids of copies of files, which belong to this ticket.

        :param files: in sudo mode, the caller having checked who may see them
        :rtype: list[int]
        """
        self.ensure_one()
        owner = {"res_model": self._name, "res_id": self.id}
        return [file.copy(owner).id for file in files]

    def _post_moved(self, template_xmlid, source, files):
        """Tell the customer what was moved to this ticket, in its conversation.

        No answer to the request: the clocks run on. Where nobody is to be told, the
        files are kept in a note.

        :param str template_xmlid: of the mail template
        :param source: the ticket that the template is about
        :param files: of those that the customer may see, in sudo mode
        """
        self.ensure_one()
        template_sudo = self.env["mail.template"]._find_support_mail(
            template_xmlid, self.company_id
        )
        copies = self._take_copies(files)
        contact_sudo = source.sudo().partner_id
        is_gone = contact_sudo and not contact_sudo.active
        if not template_sudo or not self._may_send_mails() or is_gone:
            if copies:
                self._message_log(body="", attachment_ids=copies)
            return
        texts = {
            name: template_sudo._render_field(name, source.ids, compute_lang=True)[
                source.id
            ]
            for name in ("subject", "body_html")
        }
        address = not contact_sudo and source.sudo().partner_email
        self.message_post(
            subject=texts["subject"],
            body=texts["body_html"],
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=contact_sudo.ids,
            outgoing_email_to=address or False,
            attachment_ids=copies,
            email_layout_xmlid=MAIL_LAYOUT,
        )


def _put(words, link):
    """Return a sentence with a link in it.

    :param str words: with ``%(ticket)s``
    :param Markup link: to put there
    :rtype: Markup
    """
    return escape(words) % {"ticket": link}
