# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta

from odoo.tests import HttpCase, tagged

from ..browser_common import BrowserCase
from ..sla_common import SlaCase

# Fields that a person sees when the form opens, and where the rest stands.
LOOK = """(() => {
    const shown = (node) => node.checkVisibility() && node.offsetHeight > 0;
    const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
    const bottom = (selector) =>
        Math.max(...all(selector).map((node) => node.getBoundingClientRect().bottom));
    return {
        fields: all(".o_form_view .o_field_widget:not(.o-mail-Chatter *)").map(
            (node) => node.getAttribute("name")
        ),
        buttons: all(".o_statusbar_buttons > button:not(.o_omydoo_actions)").length,
        primary: all(".o_form_statusbar .btn-primary").length,
        bottoms: [
            ".oe_title", "[name=support_strip]", "[name=description] p",
            ".o-mail-Chatter-sendMessage", "[name=support_panel] summary",
            "[name=user_id]", ".o-mail-Message", ".o-mail-AttachmentList",
        ].map(bottom),
        right: document.documentElement.scrollWidth,
    };
})()"""
READY = """document.querySelector(".o_form_view .o-mail-Message")
    && document.querySelector(".o_form_view .o-mail-AttachmentList")
    && document.querySelector("[name=description] p")"""
MAX_FIELDS = 16
MAX_BUTTONS = 4


@tagged("post_install", "-at_install")
class TestTicketFormLook(SlaCase, BrowserCase):
    """What an agent sees at once, in each state of a ticket."""

    def _create_states(self):
        """Return a ticket in each state that an agent meets.

        :rtype: dict[str, record]
        """
        vals = {"description": "<p>The labels come out empty.</p>"}
        tickets = {
            "new": self._create_ticket(**vals),
            "taken": self._create_ticket(**vals, user_id=self.agent.id),
            "to qualify": self._create_ticket(**vals, category_id=False),
            "out of scope": self._create_ticket(
                **vals, category_id=self.category_out.id, user_id=self.agent.id
            ),
            "held": self._create_ticket(**vals, stage_id=self.stage_awaiting.id),
            "closed": self._create_ticket(**vals, stage_id=self.stage_done.id),
            "urgent": self._create_ticket(
                **vals,
                claimed_priority="3",
                blocking_what="Shipping",
                blocking_who="The warehouse",
            ),
        }
        for ticket in tickets.values():
            ticket.message_post(body="Good morning", subtype_xmlid="mail.mt_comment")
            self.env["ir.attachment"].create(
                {
                    "name": "label.txt",
                    "raw": b"empty",
                    "res_model": ticket._name,
                    "res_id": ticket.id,
                }
            )
        return tickets

    def test_seen_at_once(self):
        tickets = self._create_states()
        with self._browse(self.agent) as browser:
            for state, ticket in tickets.items():
                with self.subTest(state):
                    self._open_page(browser, f"/odoo/helpdesk.ticket/{ticket.id}", 1440)
                    self._wait_until(browser, READY, timeout=60)
                    look = self._evaluate(browser, LOOK)
                    # What is blocked, and for whom, is what an urgent one is about.
                    most = MAX_FIELDS + 2 * (state == "urgent")
                    self.assertLessEqual(len(look["fields"]), most, look)
                    self.assertLessEqual(look["buttons"], MAX_BUTTONS, look)
                    self.assertLessEqual(look["primary"], 1, look)
                    for bottom in look["bottoms"]:
                        self.assertTrue(bottom and 0 < bottom <= 900, look)

    def test_narrow(self):
        """On a telephone nothing is wider than the screen; the request is seen."""
        ticket = self._create_states()["taken"]
        with self._browse(self.agent) as browser:
            self._open_page(browser, f"/odoo/helpdesk.ticket/{ticket.id}", 375, 812)
            self._wait_until(browser, READY, timeout=60)
            look = self._evaluate(browser, LOOK)
            self.assertLessEqual(look["right"], 375)
            self.assertLessEqual(max(look["bottoms"][:3]), 812)
            # No hour matters of what is so far away.
            said = self._evaluate(
                browser,
                """[9, 10, 362].map((days) =>
                    odoo.loader.modules.get("@omydoo_helpdesk/core/remaining.esm")
                        .formatRemaining((days * 24 + 3) * 3600000))""",
            )
            self.assertEqual(said, ["9 d 3 h", "10 d", "362 d"])


class TicketFormTourCase(SlaCase, HttpCase):
    """Tours of the form of a ticket, with tickets filed now."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan_4.calendar_id = False  # every hour counts, whenever this runs

    def _file_now(self, hours=0, **vals):
        moment = datetime.now().replace(microsecond=0) - timedelta(hours=hours)
        # Nobody's, be whoever types it in its default.
        return self._file(str(moment), **{"user_id": False, **vals})

    def _set_up_time(self):
        """Let the agent log time.

        :return: the values of a ticket on which it is logged
        :rtype: dict
        """
        self.team.default_project_id = self.env["project.project"].create(
            {"name": "Support", "allow_timesheets": True}
        )
        self.env["hr.employee"].create({"user_id": self.agent.id, "name": "Agent"})
        return {"project_id": self.team.default_project_id.id}

    def _tour(self, name, ticket=None):
        action = "/odoo/action-helpdesk_mgmt.helpdesk_ticket_action"
        self.env.flush_all()
        self.start_tour(
            f"{action}/{ticket.id}" if ticket else "/odoo/helpdesk-tickets",
            f"omydoo_helpdesk_form_{name}",
            login=self.agent.login,
        )
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestTicketFormPhone(TicketFormTourCase):
    """The agent on the way: answer, log the time, close."""

    browser_size = "375x812"
    touch_enabled = True

    def test_on_a_phone(self):
        ticket = self._file_now(**self._set_up_time())
        self._tour("on_a_phone", ticket)
        self.assertEqual(
            (ticket.user_id, ticket.closed, ticket.total_hours),
            (self.agent, True, 0.5),
        )


@tagged("post_install", "-at_install")
class TestTicketFormTours(TicketFormTourCase):
    """How many clicks the agent's day takes, and what the form tells."""

    browser_size = "1440x900"

    def test_answer_and_take(self):
        ticket = self._file_now()
        self._tour("answer_and_take", ticket)
        self.assertEqual((ticket.user_id, ticket.response_state), (self.agent, "met"))

    def test_qualify(self):
        ticket = self._file_now(category_id=False)
        self._tour("qualify", ticket)
        self.assertEqual(
            (ticket.category_id, ticket.scope), (self.category_in, "in_scope")
        )

    def test_telephone(self):
        self._tour("telephone")
        ticket = self.env["helpdesk.ticket"].search(
            [("name", "=", "Called from the shop")]
        )
        self.assertEqual(
            (ticket.partner_id, ticket.channel_id.is_phone),
            (self.a1.partner_id, True),
        )

    def test_close_with_answer(self):
        ticket = self._file_now(user_id=self.agent.id)
        self._tour("close_with_answer", ticket)
        self.assertEqual(
            (ticket.closed, ticket.response_state, ticket.resolution_state),
            (True, "met", "met"),
        )

    def test_log_time(self):
        ticket = self._file_now(user_id=self.agent.id, **self._set_up_time())
        self._tour("log_time", ticket)
        self.assertEqual(ticket.total_hours, 0.5)

    def _file_queue(self):
        return [
            self._file_now(hours, name=name, **vals)
            for hours, name, vals in (
                (3, "First in the queue", {"user_id": False}),
                (2, "Second in the queue", {"user_id": self.agent.id}),
            )
        ]

    def test_next_ticket(self):
        first, _second = self._file_queue()
        self._tour("next_ticket", first)

    def test_keyboard(self):
        first, _second = self._file_queue()
        self._tour("keyboard", first)
        self.assertEqual(first.user_id, self.agent)

    def test_told(self):
        ticket = self._file_now(name="As filed")
        self._tour("told", ticket)
        self.assertEqual((ticket.name, ticket.environment), ("As filed", "test"))

    def test_meantime(self):
        """An answer begun before a colleague's came is not sent without asking."""
        ticket = self._file_now()
        self._tour("meantime", ticket)
        answers = ticket.message_ids.filtered(lambda message: "Mine" in message.body)
        self.assertFalse(answers)

    def test_quotes(self):
        solved = self._file_now(
            name="The zeppelin is grounded",
            partner_id=self.b1.partner_id.id,
        )
        solved.with_user(self.agent).message_post(
            body="Fill the balloon again",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        solved.stage_id = self.stage_done
        self._file_now(name="Another open ticket")
        self._tour("quotes", self._file_now(name="Our zeppelin is grounded"))
