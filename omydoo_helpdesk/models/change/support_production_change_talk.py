# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.text import given_text

# Of the ledger: what the contacts are told on their page. The rest is how the desk
# came there, and is in the record of the change.
TOLD_KINDS = (
    "asked",
    "agreed",
    "refused",
    "withdrawn",
    "voided",
    "expired",
    "phone",
    "confirmed",
    "disputed",
    "applied",
    "undone",
    "cancelled",
)


class ChangeTalk(models.Model):
    """What is said about a change: questions, their answers, a receipt of each step.

    A question is a message of the ticket too, and so is its answer: the conversation
    is one, and who follows it misses nothing. While it has no answer the ticket does
    not wait for the customer.
    """

    _name = "support.production.change"
    _inherit = ["support.production.change"]

    open_question = fields.Text(
        string="Question of the Customer", compute="_compute_open_question"
    )

    # === COMPUTE METHODS === #

    @api.depends("event_ids")
    def _compute_open_question(self):
        for change in self:
            change.open_question = change._find_open_questions()[-1:].note

    # === ACTION METHODS === #

    def action_answer(self, answer=""):
        """Answer what a contact asked: on their page, and in the ticket.

        :param str answer: plain text
        :raise UserError: if nothing is asked, or there is nothing to read
        """
        self.check_access("write")
        answer = given_text(answer)
        for change in self:
            asked_by = change._find_open_questions().partner_id
            change._move("answered", note=answer)
            change.ticket_id.message_post(
                body=change._get_talk_body(answer, is_answer=True),
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=asked_by.ids,
            )

    # === MOVES === #

    def _ask_question(self, partner, note, origin):
        """Take a question of a contact; the agreement stays open.

        :param partner: who asks
        :param str note: the question
        :param dict origin: ``ip_address`` and ``user_agent``
        :raise UserError: if nothing is asked of them
        """
        note = (note or "").strip()
        if not note:
            raise UserError(self.env._("Write your question."))
        self._move("question", partner, note=note, origin=origin)
        # In sudo mode because the page of the change is the access check.
        self.ticket_id.sudo()._post_from_portal(
            self._get_talk_body(note), author_id=partner.id
        )

    def _prepare_move_question(self, note, partner, origin):
        self._check_time_to_answer()
        return [{**self._prepare_contact_vals(partner, origin), "note": note}], {}

    def _prepare_move_answered(self, note):
        if not self._find_open_questions():
            raise UserError(self._get_question_gap())
        if not note:
            raise UserError(self.env._("Write the answer."))
        return [{"note": note}], {}

    def _get_question_gap(self):
        self.ensure_one()
        return self.env._(
            "Nothing is asked about “%(change)s” that has no answer.", change=self.name
        )

    def _get_talk_body(self, text, is_answer=False):
        """Return a question, or its answer, as a message of the ticket.

        :param str text: plain text
        :param bool is_answer: of the desk
        :rtype: Markup
        """
        self.ensure_one()
        # In the language of the customer: both read it.
        change = self._for_ledger()
        title = (
            change.env._("Answer about the change “%(change)s”:", change=change.name)
            if is_answer
            else change.env._(
                "Question about the change “%(change)s”:", change=change.name
            )
        )
        lines = Markup("<br>").join(text.strip().split("\n"))
        return Markup("<p><strong>%s</strong></p><p>%s</p>") % (title, lines)

    # === THE LEDGER, AS IT IS TOLD === #

    def _find_open_questions(self):
        """Return the questions without answer, oldest first.

        One answer is to all that was asked before it.

        :rtype: recordset of support.change.event
        """
        self.ensure_one()
        talk = self.event_ids.filtered(
            lambda event: event.kind in ("question", "answered")
        ).sorted("id")
        last = talk.filtered(lambda event: event.kind == "answered")[-1:]
        return talk.filtered(
            lambda event: event.kind == "question" and event.id > (last.id or 0)
        )

    def _get_portal_questions(self):
        """Return what was asked and answered, oldest first, for the contacts.

        :return: for each its ``who``, ``moment``, ``text`` and ``is_answer``
        :rtype: list[dict]
        """
        self.ensure_one()
        return [
            self._tell_event(event) | {"is_answer": event.kind == "answered"}
            for event in self.event_ids.sorted("id")
            if event.kind in ("question", "answered")
        ]

    def _get_portal_story(self):
        """Return what happened to this change, oldest first, for the contacts.

        What is asked in two languages at the same instant is told once.

        :return: see ``_tell_event``
        :rtype: list[dict]
        """
        self.ensure_one()
        events = self.event_ids.filtered(lambda event: event.kind in TOLD_KINDS)
        once = events.sorted("id").grouped(lambda event: (event.kind, event.at))
        return [self._tell_event(same[0]) for same in once.values()]

    def _tell_event(self, event):
        """Return an entry of the ledger in words, in the zone of the change's text.

        :param event: recordset of support.change.event
        :return: ``label``, ``who``, ``moment`` and ``text``
        :rtype: dict[str, str]
        """
        self.ensure_one()
        return {
            "label": event.with_env(self.env)._get_kind_labels(),
            "who": event.contact_name or self.company_id.name,
            "moment": self._format_moment(event.at),
            "text": event.note or "",
        }

    def _get_portal_receipt(self):
        """Return what is to be told first of the last step, for the contacts.

        :return: False where nothing was answered yet; otherwise ``style`` of the alert,
            ``title``, ``lines`` of text and the ``note`` of who took the step
        :rtype: dict or bool
        """
        self.ensure_one()
        get_receipt = {
            "awaiting": self._get_receipt_awaiting,
            "agreed": self._get_receipt_agreed,
            "refused": self._get_receipt_refused,
            "withdrawn": self._get_receipt_withdrawn,
            "applied": self._get_receipt_applied,
            "undone": self._get_receipt_applied,
        }.get(self.state)
        return get_receipt() if get_receipt else False

    def _get_receipt_awaiting(self):
        question = self._find_open_questions()[-1:]
        if question:
            return self._get_receipt(
                "info",
                self.env._("Your question has been sent."),
                question,
                self.env._(
                    "The answer comes on this page, in the conversation of request "
                    "%(ticket)s and by email. You may agree or refuse meanwhile.",
                    ticket=self.ticket_id.number,
                ),
            )
        answer = self.event_ids.sorted("id")[-1:]
        if answer.kind != "answered":
            return False
        return self._get_receipt(
            "info", self.env._("Your question has an answer."), answer
        )

    def _get_receipt_agreed(self):
        if not self.confirmed_at and self.is_emergency:
            # The page asks whether it is so.
            return False
        planned = (
            self.env._(
                "It is planned for %(moment)s.",
                moment=self._format_moment(self.planned_at),
            )
            if self.planned_at
            else self.env._("We tell you when it is done.")
        )
        return self._get_receipt(
            "success",
            self.env._("Thank you: this change is agreed to."),
            self._find_last_event("confirmed") or self.consent_event_id,
            planned,
            self.env._("You may withdraw your agreement until it is applied."),
        )

    def _get_receipt_refused(self):
        return self._get_receipt(
            "secondary",
            self.env._("Your refusal is noted: nothing is done in your database."),
            self._find_last_event("refused", "disputed"),
        )

    def _get_receipt_withdrawn(self):
        return self._get_receipt(
            "secondary",
            self.env._("The agreement is withdrawn: nothing is done in your database."),
            self._find_last_event("withdrawn"),
        )

    def _get_receipt_applied(self):
        event = self._find_last_event("confirmed", "disputed")
        if not event or event.kind == "confirmed" and not self.confirmed_at:
            return False
        title = (
            self.env._("Thank you: your agreement is confirmed.")
            if event.kind == "confirmed"
            else self.env._("What you say is noted: we come back to you.")
        )
        return self._get_receipt("info", title, event)

    def _find_last_event(self, *kinds):
        self.ensure_one()
        return self.event_ids.filtered(lambda event: event.kind in kinds).sorted("id")[
            -1:
        ]

    def _get_receipt(self, style, title, event, *lines):
        """Return a receipt: who did what, and when.

        :param str style: of the alert
        :param str title: what it comes to
        :param event: recordset of support.change.event, of whoever took the step
        :param str lines: what follows from it
        :rtype: dict
        """
        told = self._tell_event(event)
        step = self.env._(
            "%(what)s: %(who)s, %(moment)s.",
            **{
                "what": told["label"],
                "who": told["who"],
                "moment": told["moment"],
            },
        )
        if event.signed_name:
            step = self.env._(
                "%(step)s Signed: %(name)s.", step=step, name=event.signed_name
            )
        return {
            "style": style,
            "title": title,
            "lines": [step, *lines],
            "note": told["text"],
        }
