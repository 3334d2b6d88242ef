# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What several controllers do with a request."""

import json

from werkzeug.exceptions import RequestEntityTooLarge

from odoo import fields
from odoo.fields import Domain
from odoo.http import DEFAULT_MAX_CONTENT_LENGTH, SAFE_HTTP_METHODS, request

from odoo.addons.helpdesk_mgmt.controllers.main import HelpdeskTicketController

from ..models.portal.helpdesk_ticket_thread import MAX_DESCRIPTION_LENGTH
from ..tools.text import clean_file_name, clean_line, clean_text, parse_id
from .support import HIGH, NORMAL, OTHER, CustomerSupport


def format_size(env, size):
    """Return a number of bytes in megabytes, as the reader writes numbers.

    :param env: with the reader's language
    :param int size: bytes
    :rtype: str
    """
    return env["helpdesk.ticket"]._format_portal_size(size)


def reads_only(controller, rule, args):
    """Say whether a request only reads, so that a read replica can serve it.

    The value of ``readonly=`` for the routes of Odoo and OCA: one of them may only be
    made so by a function, and a method that changes something is never so.

    :rtype: bool
    """
    return request.httprequest.method in SAFE_HTTP_METHODS


def read_refused_form(error):
    """Return what was typed in a form that Odoo refuses before it is read, and why.

    :param error: the HTTP exception: too large a body, or an expired session
    :return: the parameters of the request, empty where it is too large even without
        its files, and for the field concerned what to tell
    :rtype: tuple[dict, dict[str, str]]
    """
    if isinstance(error, RequestEntityTooLarge):
        # Read the text nevertheless, up to a limit; files go to the disk and vanish
        # with the request.
        limit = request.httprequest.max_content_length
        request.httprequest.max_content_length = (
            limit or 0
        ) + DEFAULT_MAX_CONTENT_LENGTH
        errors = {
            "attachment": request.env._(
                "Your files are larger than %(size)s together: choose fewer or smaller "
                "ones. Your text was kept.",
                size=format_size(request.env, limit),
            )
        }
    else:
        errors = {
            "form": request.env._(
                "Your session had expired. Your text was kept: check it and send it "
                "again, with your files."
            )
        }
    try:
        params = request.get_http_params()
    except RequestEntityTooLarge:
        params = {}
    return params, errors


MAX_SUBJECT_LENGTH = 250
MAX_ANSWER_LENGTH = 2_000
# The fields of the form on one line, and those on several.
LINE_FIELDS = (
    "category",
    "claimed_priority",
    "blocking_who",
    "application",
    "custom_module",
    "environment",
    "team",
    "subject",
)
TEXT_FIELDS = ("blocking_what", "description")


# What the form looks at of what may be chosen: Odoo reads all else with it.
CATEGORY_COLUMNS = (
    "charter_clause",
    "company_id",
    "customer_description",
    "name",
    "parent_id",
    "portal_checklist",
    "portal_examples",
    "scope",
)
TEAM_COLUMNS = ("company_id", "name")
# Of a verdict: what the form tells.
VERDICT = ("scope", "label", "text", "balance")


class FormCheck:
    """What the form of a ticket and the forms of its page check alike: texts and files.

    Part of their controllers: what comes after the filing obeys the same limits.
    """

    def _parse_ticket_files(self):
        """Return the files of the request that have a name.

        :return: the names without their path, and the files
        :rtype: list[tuple[str, werkzeug.datastructures.FileStorage]]
        """
        return [
            (clean_file_name(file.filename) or request.env._("attachment"), file)
            for file in request.httprequest.files.getlist("attachment")
            if file.filename
        ]

    def _validate_text(self, typed, name, errors, limit, missing):
        """Note that a required text is missing or too long.

        :param int limit: of characters
        :param str missing: what to say if there is none
        """
        length = len(typed[name])
        if not length:
            errors[name] = missing
        elif length > limit:
            errors[name] = request.env._(
                "This is too long: %(length)s characters, and %(limit)s at most.",
                length=length,
                limit=limit,
            )

    def _validate_ticket_files(self, files, errors):
        refusal = request.env["helpdesk.ticket"]._get_files_refusal(
            [(name, file.stream) for name, file in files]
        )
        if refusal:
            errors["attachment"] = refusal

    def _get_file_types(self):
        """Return which files may be sent, as the form and its script read it.

        :rtype: dict[str, str]
        """
        # In sudo mode because customers do not read what is refused.
        company_sudo = request.env.company.sudo()
        taken, refused = company_sudo._get_support_file_types()
        # Those refused are never taken, whatever the other list says.
        return {
            "file_types": ",".join(sorted(taken - refused)),
            "refused_file_types": ",".join(sorted(refused)),
        }

    def _get_max_upload_size(self):
        return request.env["ir.http"]._get_max_upload_size()

    def _get_file_size(self, file):
        size = file.stream.seek(0, 2)
        file.stream.seek(0)
        return size


class TicketFormCheck(FormCheck, CustomerSupport, HelpdeskTicketController):
    """What a customer may choose from in the form, and what is wrong in it.

    Nothing of a request reaches a ticket but what ``_validate_ticket_form`` returns.
    """

    # === WHAT MAY BE CHOSEN === #

    def _get_categories(self, **kw):
        """Return the categories to choose from, whatever the company's settings:
        the scope depends on the category.
        """
        return request.env["helpdesk.ticket.category"].search_fetch(
            Domain("show_in_portal", "=", True) & self._get_our_company_domain(),
            CATEGORY_COLUMNS,
        )

    def _get_teams(self):
        env = request.env
        # The base looks for their ids alone.
        request.update_context(support_team_columns=TEAM_COLUMNS)
        try:
            teams = super()._get_teams()
        finally:
            request.env = env
        return teams and teams.with_env(env).filtered_domain(
            self._get_our_company_domain()
        )

    def _get_our_company_domain(self):
        return Domain("company_id", "in", [False, request.env.company.id])

    def _get_applications(self):
        return request.env["support.application"].search_fetch(Domain.TRUE, ["name"])

    def _get_environments(self):
        """Return the databases in which something may happen.

        :return: values and labels
        :rtype: list[tuple[str, str]]
        """
        field = request.env["helpdesk.ticket"]._fields["environment"]
        return field._description_selection(request.env)

    def _get_form_verdicts(self, categories, modules):
        """Return what will happen to each request that the form can make.

        :param categories: to choose from, maybe empty
        :param modules: custom modules to choose from
        :return: by category id, then by custom module id, 0 for none: a verdict as
            returned by ``_get_portal_verdicts``
        :rtype: dict[int, dict[int, dict]]
        """
        choices = [
            (category, module)
            for category in categories or [request.env["helpdesk.ticket.category"]]
            for module in (modules.browse(), *modules)
        ]
        # In sudo mode because customers may not read subscriptions, plans and packs:
        # the contact is the user, and the rest is what they may choose.
        tickets_sudo = request.env["helpdesk.ticket"].sudo()
        verdicts = tickets_sudo._get_portal_verdicts(
            [
                self._prepare_verdict_vals(category, module)
                for category, module in choices
            ]
        )
        table = {}
        for (category, module), verdict in zip(choices, verdicts, strict=True):
            table.setdefault(category.id or 0, {})[module.id or 0] = verdict
        return table

    def _prepare_verdict_vals(self, category, module):
        """Return the values of a ticket that its verdict depends on.

        :param category: chosen, maybe empty
        :param module: custom module chosen, maybe empty
        :rtype: dict
        """
        company = category.company_id or request.env.company
        return {
            "partner_id": request.env.user.partner_id.id,
            "company_id": company.id,
            "category_id": category.id,
            "custom_module_id": module.id,
        }

    def _get_module_choices(self, modules, verdicts):
        """Return the custom modules to choose from, marked where one is not covered.

        :param modules: custom modules
        :param dict verdicts: as returned by ``_get_form_verdicts``
        :return: ids and labels
        :rtype: list[tuple[int, str]]
        """
        marks = {
            module_id: verdict["reason"]
            for row in verdicts.values()
            for module_id, verdict in row.items()
            if verdict["is_custom_code"]
        }
        return [
            (
                module.id,
                request.env._(
                    "%(module)s (%(reason)s)",
                    module=module.display_name,
                    reason=marks[module.id],
                )
                if module.id in marks
                else module.display_name,
            )
            for module in modules
        ]

    def _pack_verdicts(self, verdicts):
        """Return the verdicts as the page's script reads them, each text once.

        :param dict verdicts: as returned by ``_get_form_verdicts``
        :rtype: str
        """
        texts = {}
        choices = {}
        for category_id, row in verdicts.items():
            for module_id, verdict in row.items():
                shown = tuple(verdict[name] for name in VERDICT)
                index = texts.setdefault(shown, len(texts))
                choices.setdefault(category_id or "", {})[module_id or ""] = index
        return json.dumps({"choices": choices, "verdicts": list(texts)})

    def _prepare_follow_values(self, categories, verdicts):
        """Return what is shown once a choice is made, on a page without scripts.

        What is the same for every request of the customer is said at the top.

        :param categories: to choose from, maybe empty
        :param dict verdicts: as returned by ``_get_form_verdicts``
        :return: ``static_verdicts``, each text once, and ``follows``: for the id of
            each part those of the choices that show it
        :rtype: dict
        """
        ids = {}
        for category_id, row in verdicts.items():
            verdict = row[0]
            if category_id and not verdict["is_general"]:
                shown = tuple(verdict[name] for name in VERDICT)
                ids.setdefault(shown, []).append(f"category_{category_id}")
        static_verdicts = [
            {
                "id": f"support_verdict_{number}",
                **dict(zip(VERDICT, shown, strict=True)),
            }
            for number, shown in enumerate(ids)
        ]
        follows = [
            (verdict["id"], choices)
            for verdict, choices in zip(static_verdicts, ids.values(), strict=True)
        ]
        follows += [
            (f"support_checklist_{category.id}", [f"category_{category.id}"])
            for category in categories or []
        ]
        follows += [
            (f"claimed_priority_{value}_promise", [f"claimed_priority_{value}"])
            for value in (HIGH, NORMAL, OTHER)
        ]
        # As a card of Bootstrap would be: see the style sheet.
        follows.append(("support_blocking", [f"claimed_priority_{HIGH}"]))
        return {"static_verdicts": static_verdicts, "follows": follows}

    def _get_checklists(self, categories):
        """Return what each kind of request should include, as the script reads it.

        :param categories: to choose from, maybe empty
        :return: JSON: by category id lines, each with its text and whether it is a
            heading
        :rtype: str
        """
        return json.dumps(
            {
                category.id: category._get_portal_checklist()
                for category in categories or []
            }
        )

    def _get_form_priorities(self, plan_sudo):
        """Return the priorities to claim, with what each gives if it is sent now.

        :param plan_sudo: the customer's plan, maybe empty
        :rtype: list[dict]
        """
        now = fields.Datetime.now()
        promises = plan_sudo._get_promises(now) if plan_sudo else {}
        return [
            {**priority, **self._get_promise_now(promises.get(priority["value"]))}
            for priority in self._get_priorities(plan_sudo)
        ]

    def _get_promise_now(self, promise):
        """Return in words what a priority gives if the request is sent now.

        :param promise: as in ``_get_promises``, None for none
        :return: ``deadline`` and ``later``, maybe empty
        :rtype: dict[str, str]
        """
        deadline = promise and promise["deadline"]
        if not deadline:
            return {"deadline": "", "later": ""}
        show = request.env["helpdesk.ticket"]._format_portal_datetime
        return {
            "deadline": request.env._(
                "Sent now: first response by %(moment)s", moment=show(deadline)
            ),
            "later": promise["later"]
            and request.env._(
                "The support is closed: the time counts from %(moment)s on.",
                moment=show(promise["later"]),
            ),
        }

    # === WHAT WAS SENT === #

    def _parse_ticket_form(self, params):
        """Return the fields of the form as text; other keys are ignored.

        :param dict params: of the request, anything
        :rtype: dict[str, str]
        """
        typed = {name: clean_line(params.get(name)) for name in LINE_FIELDS}
        typed.update((name, clean_text(params.get(name))) for name in TEXT_FIELDS)
        if "claimed_priority" not in params:
            typed["claimed_priority"] = clean_line(params.get("priority")) or NORMAL
        return typed

    def _validate_ticket_form(self, typed, errors):
        """Return the values that may be used, and note what is wrong.

        :param dict typed: as returned by ``_parse_ticket_form``
        :param dict errors: filled with a message for each field, in the page's order
        :return: for each field its text, or the id of a record the user may choose
        :rtype: dict
        """
        company = request.env.company
        teams = self._get_teams()
        categories = self._get_categories()
        values = dict(typed)

        def choose(name, records, required=None):
            values[name] = self._validate_choice(
                typed, name, records or [], errors, required
            )

        def choose_maybe(name, get_records):
            # What may be chosen is looked up only where something was.
            choose(name, typed[name] and get_records())

        choose(
            "category",
            categories,
            bool(categories) and request.env._("Choose what your request is about."),
        )
        choose_maybe("custom_module", self._get_custom_modules)
        self._validate_priority(typed, values, errors)
        choose_maybe("application", self._get_applications)
        self._validate_environment(typed, errors)
        choose(
            "team",
            teams,
            bool(teams)
            and company.helpdesk_mgmt_portal_team_id_required
            and request.env._("Choose a team."),
        )
        self._validate_text(
            typed,
            "subject",
            errors,
            MAX_SUBJECT_LENGTH,
            request.env._("Give your request a subject."),
        )
        self._validate_text(
            typed,
            "description",
            errors,
            MAX_DESCRIPTION_LENGTH,
            request.env._("Describe your request."),
        )
        return values

    def _validate_choice(self, typed, name, records, errors, required):
        """Return the id of the record chosen among those offered.

        :param records: what the user may choose from
        :param required: what to say if nothing is chosen, falsy if that is allowed
        :return: the id, empty for none
        """
        if not typed[name]:
            if required:
                errors[name] = required
            return ""
        record_id = parse_id(typed[name])
        if any(record.id == record_id for record in records):
            return record_id
        errors[name] = request.env._("This choice is not available: choose another.")
        return ""

    def _validate_priority(self, typed, values, errors):
        blocking = ("blocking_what", "blocking_who")
        if typed["claimed_priority"] not in (HIGH, NORMAL, OTHER):
            errors["claimed_priority"] = request.env._(
                "Choose one of the three priorities."
            )
        elif typed["claimed_priority"] == HIGH:
            self._validate_text(
                typed,
                "blocking_what",
                errors,
                MAX_ANSWER_LENGTH,
                request.env._("For a high priority, tell us what is blocked."),
            )
            self._validate_text(
                typed,
                "blocking_who",
                errors,
                MAX_SUBJECT_LENGTH,
                request.env._("For a high priority, tell us who cannot work."),
            )
        else:
            values.update(dict.fromkeys(blocking, ""))

    def _validate_environment(self, typed, errors):
        if typed["environment"] and typed["environment"] not in dict(
            self._get_environments()
        ):
            errors["environment"] = request.env._(
                "This choice is not available: choose another."
            )
