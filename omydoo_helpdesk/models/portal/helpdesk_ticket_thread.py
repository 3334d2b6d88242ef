# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import io
from datetime import timedelta

from markupsafe import escape

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, html2plaintext, is_html_empty

from ...const import GUARD
from ...tools.text import clean_file_name, get_extension, is_program

MAX_FILES = 20
MAX_DESCRIPTION_LENGTH = 50_000
# The same with the tags of a page that wrote it.
MAX_HTML_LENGTH = 10 * MAX_DESCRIPTION_LENGTH
# A message sent twice, by a double click or by going back to it.
REPEAT_DELAY = timedelta(minutes=2)
# What a customer may pass to a message. All else is dropped: to whom it goes, of whom
# it is, when it was written, whether it is internal.
CUSTOMER_PARAMETERS = ("body", "attachment_ids", "attachments")


class TicketThread(models.Model):
    """What customers write on tickets: by the page, Odoo's thread or an RPC call.

    One door for all: what they may pass, how much, how often, and once.
    """

    _name = "helpdesk.ticket"
    _inherit = ["helpdesk.ticket"]

    # === WHAT MAY BE PASSED === #

    @api.model
    def _get_allowed_message_params(self):
        params = super()._get_allowed_message_params() - {"rating_value"}
        if self.env.user.share:
            params &= {"email_add_signature"}
        return params

    def message_post(self, *, message_type="notification", **kwargs):
        """Post a message; what a customer writes is a message to the desk, no more.

        :return: the message; the one there is, if the same was just posted
        :raise UserError: if a customer writes too much or too often
        """
        # A satisfaction is said by the forms for it, by whoever may say it.
        kwargs.pop("rating_value", None)
        is_by_customer = self._is_share_user() and (
            not self.env.su or message_type == "comment"
        )
        # What Odoo posts in turn, as an out-of-office, comes by here again.
        if not is_by_customer or self.env.context.get("support_post") is GUARD:
            return super().message_post(message_type=message_type, **kwargs)
        self.ensure_one()
        if not self.env.su:
            self.check_access("read")
            kwargs = self._prepare_customer_post(kwargs)
        kwargs.pop("subtype_id", None)
        kwargs["subtype_xmlid"] = "mail.mt_comment"
        if self.env.context.get("support_counted") is not GUARD:
            self._count_customer("message")
        self._post_one_by_one()
        files = self._get_message_files(kwargs)
        message = self._find_repeated_message(kwargs, files)
        if message:
            return message
        self._check_customer_message(kwargs.get("body"), files)
        guarded = self.with_context(support_post=GUARD)
        message = super(TicketThread, guarded).message_post(
            message_type="comment", **kwargs
        )
        return message.with_env(self.env)

    @api.model
    def _prepare_customer_post(self, kwargs):
        """Return what is taken of the values that a customer posts by their own rights.

        :param dict kwargs: of ``message_post``
        :rtype: dict
        """
        kept = {name: kwargs[name] for name in CUSTOMER_PARAMETERS if name in kwargs}
        if kept.get("attachment_ids"):
            ids = [file_id for file_id in kept["attachment_ids"] if _is_id(file_id)]
            # In sudo mode because customers may not read files: only those are kept
            # that they have just sent, and that are in no record yet.
            files_sudo = self.env["ir.attachment"].sudo().browse(ids).exists()
            kept["attachment_ids"] = files_sudo.filtered(
                lambda file: file.create_uid == self.env.user
                and file.res_model == "mail.compose.message"
                and not file.res_id
            ).ids
        return kept

    def _get_message_files(self, kwargs):
        """Return the files of a message about to be posted.

        :param dict kwargs: of ``message_post``
        :return: names, and functions that return the content as a stream
        :rtype: list[tuple[str, callable]]
        """
        # In sudo mode because customers may not read files: those they send.
        files_sudo = (
            self.env["ir.attachment"].sudo().browse(kwargs.get("attachment_ids") or [])
        )
        return [
            (clean_file_name(file.name), lambda file=file: io.BytesIO(file.raw or b""))
            for file in files_sudo
        ] + [
            (clean_file_name(name), lambda content=content: _open(content))
            for name, content, *_info in kwargs.get("attachments") or []
        ]

    # === HOW MUCH === #

    def _check_customer_message(self, body, files):
        """Check what a customer sends against the limits of the form.

        :param body: str or Markup
        :param list files: as returned by ``_get_message_files``
        :raise UserError: if there is nothing, or too much, or what is not taken
        """
        body = body or ""
        text = html2plaintext(body) if len(body) <= MAX_HTML_LENGTH else body
        if not files and (not body.strip() or is_html_empty(body)):
            raise UserError(self.env._("Write your answer, or choose a file."))
        if len(text) > MAX_DESCRIPTION_LENGTH:
            raise UserError(
                self.env._(
                    "This is too long: %(length)s characters, and %(limit)s at most.",
                    length=len(text),
                    limit=MAX_DESCRIPTION_LENGTH,
                )
            )
        refusal = self._get_files_refusal(
            [(name, get_stream()) for name, get_stream in files[: MAX_FILES + 1]]
        )
        if refusal:
            raise UserError(refusal)

    @api.model
    def _get_files_refusal(self, files):
        """Return why files may not be sent: their number, their size, what they are.

        :param files: names, cleaned, and binary streams
        :type files: list[tuple[str, typing.BinaryIO]]
        :return: what to tell the customer, empty if they may
        :rtype: str
        """
        if len(files) > MAX_FILES:
            return self.env._(
                "Choose at most %(count)s files: put them in one archive, or send "
                "some later.",
                count=MAX_FILES,
            )
        limit = self.env["ir.http"]._get_max_upload_size()
        for name, stream in files:
            size = stream.seek(0, io.SEEK_END)
            stream.seek(0)
            if not size:
                return self.env._("The file “%(name)s” is empty.", name=name)
            if size > limit:
                return self.env._(
                    "The file “%(name)s” is larger than %(size)s.",
                    name=name,
                    size=self._format_portal_size(limit),
                )
            refusal = self._get_file_refusal(name, stream)
            if refusal:
                return refusal
        return ""

    @api.model
    def _get_file_refusal(self, name, stream):
        """Return why a file may not be sent because of what it is.

        :param str name: of the file, cleaned
        :param stream: binary
        :return: what to tell the customer, empty if it may
        :rtype: str
        """
        # In sudo mode because customers need not read companies.
        taken, refused = self.env.company.sudo()._get_support_file_types()
        extension = get_extension(name)
        if extension in refused or is_program(stream):
            return self.env._(
                "The file “%(name)s” could be a program, which is not taken: send a "
                "screenshot or a document, or put it in an archive.",
                name=name,
            )
        if taken and extension not in taken:
            return self.env._(
                "The file “%(name)s” is of a type that is not taken. These are: "
                "%(types)s.",
                name=name,
                types=", ".join(sorted(taken - refused)),
            )
        return ""

    @api.model
    def _format_portal_size(self, size):
        """Return a number of bytes in megabytes, as the reader writes numbers.

        :param int size: bytes
        :rtype: str
        """
        lang = self.env["res.lang"]._lang_get(self.env.lang)
        return self.env._("%(number)s MB", number=lang.format("%.3g", size / 1024**2))

    # === HOW OFTEN === #

    @api.model
    def _count_customer(self, kind):
        """Count a message or a file that a customer sends.

        Visitors who come by a link, where these may write, are one person.

        :param str kind: "message" or "file"
        :raise UserError: if it is one too many
        """
        # In sudo mode because nobody else writes counters, nor needs to read companies.
        limit = self.env.company.sudo().support_message_hour_limit
        if kind == "file":
            limit *= MAX_FILES
        counter_sudo = self.env["support.filing.counter"].sudo()
        hour_count, _day_count = counter_sudo._count(
            self.env.user, hour_limit=limit, kind=kind
        )
        if limit and hour_count > limit:
            raise UserError(
                self.env._(
                    "You have sent %(count)s messages or files within an hour, which "
                    "is the most that we take: wait a little, and send it again.",
                    count=limit,
                )
            )

    def _post_one_by_one(self):
        """Have customers' messages on this record follow each other.

        Of two at the same instant PostgreSQL has the second one start again, as Odoo
        does for a request that meets another: it finds the message of the first. A lock
        would not do, since the second would go on with what it saw before.
        """
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                "UPDATE helpdesk_ticket SET write_date = write_date WHERE id = %s",
                self.id,
            )
        )

    def _find_repeated_message(self, kwargs, files):
        """Return the last message if it is the one about to be posted, just posted.

        :param dict kwargs: of ``message_post``
        :param list files: as returned by ``_get_message_files``
        :rtype: recordset of mail.message
        """
        self.ensure_one()
        # In sudo mode because it is the last one, whoever may read it.
        last = (
            self.env["mail.message"]
            .sudo()
            .search_fetch(
                Domain("model", "=", self._name)
                & Domain("res_id", "=", self.id)
                & Domain("message_type", "=", "comment"),
                ["body", "date", "author_id", "attachment_ids"],
                order="id DESC",
                limit=1,
            )
        )
        text = html2plaintext(escape(kwargs.get("body") or ""))
        author_id = kwargs.get("author_id") or self.env.user.partner_id.id
        is_same = (
            last
            # Of two pictures alone nothing is known.
            and (text or files)
            and last.author_id.id == author_id
            and last.date >= fields.Datetime.now() - REPEAT_DELAY
            and html2plaintext(last.body or "") == text
            and sorted(last.attachment_ids.mapped("name"))
            == sorted(name for name, _stream in files)
        )
        return last.with_env(self.env) if is_same else last.browse().with_env(self.env)

    # === BY A LINK === #

    def _may_write_by_link(self):
        # In sudo mode because visitors may not read companies.
        return bool(self) and self.sudo().company_id.support_link_answers


def _is_id(value):
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _open(content):
    return io.BytesIO(content.encode() if isinstance(content, str) else content or b"")
