# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import io
import re

from markupsafe import Markup

from odoo import Command, api, models
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize, formataddr, plaintext2html

from ...tools.desk_format import CUSTOMER, DESK, NOTE, NOTICE, REPLY, SYSTEM
from ...tools.desk_history import name_question
from ...tools.desk_pictures import take_pictures
from ...tools.harmless_html import make_harmless
from ...tools.text import clean_file_name

PICTURE = re.compile(r"\bcid:([\w.@+-]+)")
# What a message is in Odoo: its type and its subtype
TYPES = {
    REPLY: ("comment", "mail.mt_comment"),
    NOTE: ("comment", "mail.mt_note"),
    NOTICE: ("auto_comment", "mail.mt_comment"),
    SYSTEM: ("notification", "mail.mt_note"),
}


class TicketMoveBelongings(models.Model):
    """What belongs to a ticket of another desk: messages, files, followers, time.

    As it was: by whom, when, and for whom to read. Who wrote and is nobody's contact
    here keeps their name and address on what they wrote.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # === BUSINESS METHODS === #

    def _add_moved_belongings(self, run, works):
        """Add what belongs to tickets that were just made.

        :param Run run: of this file
        :param list works: line, ticket of the file and what was made of it
        """
        # By the identity of its values in the file, the record of a file here
        files = self._add_moved_files(run, works)
        self._add_moved_messages(run, works, files)
        self._add_moved_followers(run, works)
        self._add_moved_times(run, works)
        self._add_moved_ratings(run, works)

    # === FILES === #

    def _add_moved_files(self, run, works):
        """Keep the files of tickets and messages, but for those that are programs.

        :return: the records, by the identity of the values of each
        :rtype: dict[int, recordset of ir.attachment]
        """
        vals_list, places = [], []
        for record, (number, ticket, _work) in zip(self, works, strict=True):
            messages = ticket.get("messages", ())
            for message in messages:
                if "body" in message:
                    message["body"], pictures = take_pictures(message["body"])
                    message.setdefault("files", []).extend(pictures)
            for holder in (ticket, *messages):
                for file in holder.get("files", ()):
                    name = clean_file_name(file["name"]) or self.env._("attachment")
                    refusal = self._get_file_refusal(name, io.BytesIO(file["data"]))
                    if refusal:
                        run.note(number, ticket["id"], refusal)
                        continue
                    vals_list.append(
                        {
                            "name": name,
                            "raw": file["data"],
                            "res_model": self._name,
                            "res_id": record.id,
                        }
                    )
                    places.append((record, holder is ticket, file))
        files = self.env["ir.attachment"].create(vals_list)
        run.counts["files"] += len(files)
        owners = {}
        for file, (record, is_loose, values) in zip(files, places, strict=True):
            if is_loose and values.get("by") == CUSTOMER:
                user = record.partner_id.user_ids.filtered("share")[:1]
                owners.setdefault(user.id, []).append(file.id)
        for user_id, ids in owners.items():
            if user_id:
                # Customers are shown what they have sent themselves.
                self.env.cr.execute(
                    SQL(
                        "UPDATE ir_attachment SET create_uid = %s WHERE id = ANY(%s)",
                        user_id,
                        ids,
                    )
                )
        by_place = {
            id(values): file
            for file, (_record, _is_loose, values) in zip(files, places, strict=True)
        }
        for record, (_number, ticket, _work) in zip(self, works, strict=True):
            if "cid:" in (record.description or ""):
                record.description = self._show_pictures(
                    record.description, ticket, by_place
                )
        return by_place

    @api.model
    def _show_pictures(self, body, holder, files):
        """Return HTML that shows the files which it names.

        :param str body: HTML
        :param dict holder: the ticket or message that it is of
        :param dict files: records, by the identity of the values of each
        :rtype: Markup
        """
        ids = {
            file["id"]: files[id(file)].id
            for file in holder.get("files", ())
            if "id" in file and id(file) in files
        }
        return Markup(
            PICTURE.sub(
                lambda match: f"/web/image/{ids[match[1]]}"
                if match[1] in ids
                else match[0],
                body,
            )
        )

    # === MESSAGES === #

    def _add_moved_messages(self, run, works, files):
        vals_list, names = [], []
        reply_to = self._notify_get_reply_to()
        for record, (_number, ticket, _work) in zip(self, works, strict=True):
            messages = ticket.get("messages", ())
            for message in sorted(messages, key=lambda message: message["at"]):
                vals_list.append(
                    {
                        **record._prepare_moved_message(run, message, files),
                        "reply_to": reply_to.get(record.id),
                    }
                )
                names.append((record.id, message.get("id")))
        messages = self.env["mail.message"].create(vals_list)
        run.counts["messages"] += len(messages)
        if messages:
            messages.flush_recordset()
            self.env.cr.execute(
                SQL(
                    "UPDATE mail_message SET create_date = date WHERE id IN %s",
                    messages._ids,
                )
            )
            self.env["support.ticket.event"]._name_causes(
                [
                    (ticket_id, name_question(name), str(message.id))
                    for (ticket_id, name), message in zip(names, messages, strict=True)
                    if name
                ]
            )

    def _prepare_moved_message(self, run, message, files):
        """Return the values of a message as it was.

        :param Run run: of this file
        :param dict message: of the format
        :param dict files: records, by the identity of the values of each
        :rtype: dict
        """
        self.ensure_one()
        kind, subtype = TYPES[message["kind"]]
        if message.get("by_mail") and message["kind"] in (REPLY, NOTE):
            kind = "email"
        author, email_from = self._find_moved_author(run, message)
        body = message.get("body") or ""
        if "text" in message and not body:
            body = plaintext2html(message["text"])
        elif not author or (
            message["by"] == CUSTOMER
            and not any(not user.share for user in author.user_ids)
        ):
            body = make_harmless(body)
        body = self._show_pictures(body, message, files)
        attachments = [
            files[id(file)].id for file in message.get("files", ()) if id(file) in files
        ]
        vals = {
            "model": self._name,
            "res_id": self.id,
            "date": message["at"],
            "message_type": kind,
            "subtype_id": self.env["ir.model.data"]._xmlid_to_res_id(subtype),
            "is_internal": message["kind"] in (NOTE, SYSTEM),
            "author_id": author.id,
            "email_from": email_from,
            "subject": message.get("subject"),
            "body": body,
            "attachment_ids": [Command.link(file_id) for file_id in attachments],
        }
        if "message_id" in message:
            vals["message_id"] = message["message_id"]
        return vals

    def _find_moved_author(self, run, message):
        """Return who wrote a message, and as which address it is shown.

        :return: a contact, maybe none, and an address
        :rtype: tuple[recordset of res.partner, str]
        """
        self.ensure_one()
        links = self.env["support.move.link"]
        partners = self.env["res.partner"]
        person = message.get("author", {})
        author = partners
        if message["by"] == DESK:
            user_id = links._match_user(run, person)
            author = self.env["res.users"].browse(user_id or ()).partner_id
            if not author and links._is_own_company(person):
                author = self.env.company.partner_id
        elif message["by"] == SYSTEM:
            author = self.env.ref("base.partner_root")
        else:
            author = self._find_moved_contact(run, person)
        if author:
            return author, author.email_formatted or author.name
        name, address = person.get("name"), person.get("email")
        if address:
            return author, formataddr((name or False, address))
        return author, name or self.partner_email or self.partner_name or False

    def _find_moved_contact(self, run, person):
        """Return the contact of this ticket's customer who is meant.

        :param dict person: of the format; nobody is the ticket's own contact
        :rtype: recordset of res.partner
        """
        self.ensure_one()
        links = self.env["support.move.link"]
        contact = self.partner_id
        address = email_normalize(person.get("email") or "")
        if not person or (address and address == contact.email_normalized):
            return contact
        family = contact.commercial_partner_id
        key = ("family", family.id, address or person.get("name"), person.get("name"))
        if key not in run.found:
            within = [("commercial_partner_id", "=", family.id)] if family else []
            found = within and links._find_partners(Domain(within), person)
            run.found[key] = (found and links._choose_partner(found, person)) or False
        return contact.browse(run.found[key] or ())

    # === FOLLOWERS === #

    def _add_moved_followers(self, run, works):
        """Have those follow who did: the customer, if nobody says who.

        :param list works: as given to ``_add_moved_belongings``
        """
        links = self.env["support.move.link"]
        _all, internal, external = self.env["mail.message.subtype"].default_subtypes(
            self._name
        )
        vals_list = []
        for record, (_number, ticket, _work) in zip(self, works, strict=True):
            followers = record.partner_id.browse()
            for person in ticket.get("followers", ()):
                user_id = links._match_user(run, person, quietly=True)
                if user_id:
                    followers |= self.env["res.users"].browse(user_id).partner_id
                else:
                    followers |= record._find_moved_contact(run, person)
            if "followers" not in ticket:
                followers = record.partner_id | record.user_id.partner_id
            for partner in followers:
                is_ours = any(not user.share for user in partner.user_ids)
                subtypes = internal | external if is_ours else external
                vals_list.append(
                    {
                        "res_model": self._name,
                        "res_id": record.id,
                        "partner_id": partner.id,
                        "subtype_ids": [Command.set(subtypes.ids)],
                    }
                )
        self.env["mail.followers"].create(vals_list)

    # === TIME === #

    def _add_moved_times(self, run, works):
        """Note the time that was spent; it was charged there, and is not again.

        :param list works: as given to ``_add_moved_belongings``
        """
        links = self.env["support.move.link"]
        vals_list = []
        for record, (_number, ticket, _work) in zip(self, works, strict=True):
            for time in ticket["times"]:
                user_id = links._match_user(run, time["by"])
                free = time.get("free")
                vals_list.append(
                    {
                        "ticket_id": record.id,
                        "date": time["on"],
                        "name": time.get("text") or "/",
                        "user_id": user_id,
                        "employee_id": self._find_move_employee(run, user_id),
                        "support_real_hours": time["hours"],
                        "support_customer_note": time.get("told"),
                        "support_no_charge": bool(free),
                        "support_no_charge_reason": free,
                        # No pack of today pays for it.
                        "so_line": False,
                        "is_so_line_edited": not free,
                    }
                )
        if vals_list:
            self.env["account.analytic.line"].create(vals_list)
        run.counts["times"] += len(vals_list)

    # === RATINGS === #

    def _add_moved_ratings(self, run, works):
        vals_list, moments = [], []
        for record, (_number, ticket, _work) in zip(self, works, strict=True):
            ratings = ticket.get("ratings", ())
            for rating in sorted(ratings, key=lambda rating: rating["at"]):
                partner = record._find_moved_contact(run, rating.get("by", {}))
                vals_list.append(
                    {
                        "res_model_id": self.env["ir.model"]._get_id(self._name),
                        "res_id": record.id,
                        "rating": min(max(rating["value"], 0), 5),
                        "feedback": rating.get("text"),
                        "partner_id": partner.id,
                        "rated_partner_id": record.user_id.partner_id.id,
                        "consumed": True,
                    }
                )
                moments.append(rating["at"])
        if vals_list:
            ratings = self.env["rating.rating"].create(vals_list)
            # Odoo dates what is given now.
            for rating, moment in zip(ratings, moments, strict=True):
                rating.rated_on = moment
            # The last one is looked for in the database.
            ratings.flush_recordset()
            self.modified(["rating_ids"])
        run.counts["ratings"] += len(vals_list)
