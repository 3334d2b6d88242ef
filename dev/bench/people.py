# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""People who use a desk over HTTP, each in a session of their own: agents by JSON-RPC
as the web client does, customers by the pages and forms of the portal.

What they do is drawn at random, the same for whoever has the same number: on each side
they want the same. What stands on a page decides the rest.

What is done counts as one, with all that a browser asks for by itself because of it:
the conversation of the base's page in the portal, by two requests (ours has it in the
page); the conversation beside a form and who follows it, after it was opened, saved or
answered in; with our addon also who else has it open, and the form once more after
an answer. Pictures, scripts and styles are left out, which browsers keep.
"""

import random
import re
import time
from collections import Counter, defaultdict
from contextlib import nullcontext

import requests

from .databases import BenchError
from .forms import (
    THREAD_LIMIT,
    fill_in,
    find_form,
    find_thread,
    get_secrets,
    get_text,
    get_thread_requests,
)

TIMEOUT = 60  # seconds
LIST_PAGE = 80
LIST_PAGES = 5  # of the open tickets, of which one in two opens the first
COUNT_LIMIT = 10001  # the web client counts no further
TICKET = "helpdesk.ticket"
TICKET_LINK = re.compile(r"/my/ticket/(\d+)")
TEXT = "It says error 7, as yesterday. What can we do?"
MY_DESK = "My Desk"
# Kinds of things that people do.
LIST, FORM, FIELD, STAGE, ANSWER = (
    "agent: list of 80",
    "agent: form opened",
    "agent: field saved",
    "agent: stage saved",
    "agent: answer",
)
OPEN_LIST, WHOLE_LIST, PAGE, NEW, FILING, REPLY = (
    "portal: list",
    "portal: list, all of them",
    "portal: a ticket's page",
    "portal: the form",
    "portal: a ticket filed",
    "portal: answer",
)
KINDS = (
    *(LIST, FORM, FIELD, STAGE, ANSWER),
    *(OPEN_LIST, WHOLE_LIST, PAGE, NEW, FILING, REPLY),
)
EXAMPLE_LENGTH = 300


class Record:
    """What was done on a side: the seconds of each kind, and the errors."""

    def __init__(self):
        self.requests = 0
        self.seconds = defaultdict(list)
        self.errors = Counter()  # by kind and what
        self.examples = {}  # the same: the first one, in words

    def count(self):
        """Return how many things were done."""
        return sum(map(len, self.seconds.values()))

    def add_error(self, kind, what, example):
        self.errors[kind, what] += 1
        self.examples.setdefault((kind, what), example[:EXAMPLE_LENGTH])


class RequestError(Exception):
    """A request failed, and was recorded."""


class Person:
    """Somebody.

    :param session: of requests, signed in
    :param str url: of the server
    :param int number: the same number does the same
    :param gate: entered while a request is sent, as that of a proxy
    """

    # How often each is done, by name of the method.
    habits = {}
    think = 0  # mean seconds between two of them

    def __init__(self, session, url, number, gate=None):
        self.session = session
        self.url = url
        self.dice = random.Random(f"{type(self).__name__} {number}")
        self.gate = gate or nullcontext()
        self.record = Record()

    def act(self, habits=None):
        """Do what comes next; an error is recorded.

        :param dict habits: other ones
        """
        habits = habits or self.habits
        [habit] = self.dice.choices(list(habits), habits.values())
        try:
            getattr(self, habit)()
        except RequestError:
            pass  # they try something else

    def act_until(self, end, habits=None):
        """Do one thing after the other.

        :param float end: of ``time.monotonic``, when nothing more is begun
        """
        while True:
            pause = self.dice.expovariate(1 / self.think)
            if time.monotonic() + pause >= end:
                return
            time.sleep(pause)
            self.act(habits)

    def _ask(self, kind, method, path, **options):
        """Send a request.

        The time is that which the person waits, before the gate too.

        :raise RequestError: if it failed
        """
        start = time.perf_counter()
        try:
            with self.gate:
                response = self.session.request(
                    method, self.url + path, timeout=TIMEOUT, **options
                )
        except requests.RequestException as error:
            self._fail(kind, type(error).__name__, str(error))
        if response.status_code >= 400:
            self._fail(kind, f"HTTP {response.status_code}", get_text(response))
        self.record.requests += 1
        return response, time.perf_counter() - start

    def _fail(self, kind, what, example):
        self.record.add_error(kind, what, example)
        raise RequestError

    def _get(self, kind, path):
        """Open a page, with its conversation."""
        response, seconds = self._ask(kind, "GET", path)
        if response.history:  # to the page where one signs in, most likely
            self._fail(kind, f"leads to {response.url}", path)
        for address, parameters in get_thread_requests(response):
            _result, more = self._ask_json(kind, address, parameters)
            seconds += more
        self.record.seconds[kind].append(seconds)
        return response

    def _send(self, kind, path, values, answer):
        """Send a form.

        :param str answer: what the address has in it that this leads to
        """
        response, seconds = self._ask(
            kind,
            "POST",
            path,
            data=values,
            files={"attachment": ("", b"")},
            allow_redirects=False,
        )
        location = response.headers.get("Location", "")
        if answer not in location:
            self._fail(kind, f"leads to {location or 'no other page'}", path)
        self.record.seconds[kind].append(seconds)
        return location

    def _call(self, kind, *requests):
        """Send requests of JSON-RPC, as what is done of one kind.

        :param requests: addresses and parameters
        :return: their results
        :rtype: list
        """
        results, times = zip(
            *(self._ask_json(kind, *request) for request in requests), strict=True
        )
        self.record.seconds[kind].append(sum(times))
        return results

    def _ask_json(self, kind, path, parameters):
        """Send a request of JSON-RPC and return its result, and how long it took."""
        request = {"jsonrpc": "2.0", "method": "call", "params": parameters}
        response, seconds = self._ask(kind, "POST", path, json=request)
        try:
            answer = response.json()
        except ValueError:
            self._fail(kind, "no JSON", get_text(response))
        if "error" in answer:
            error = answer["error"].get("data") or answer["error"]
            self._fail(
                kind, error.get("name", "error"), error.get("message", str(error))
            )
        return answer.get("result"), seconds  # there is none where it is None


class Agent(Person):
    """Somebody of the desk.

    :param dict views: what the web client reads of the views, as ``get_views``
    :param bool is_ours: whether the desk has our addon
    """

    habits = {
        "open_list": 25,
        "open_form": 35,
        "save_field": 12,
        "save_stage": 12,
        "answer": 16,
    }
    # Where there is our addon.
    habits_with_desk = {**habits, "open_my_desk": 20}
    think = 0.5

    def __init__(self, *args, views, is_ours, **options):
        super().__init__(*args, **options)
        self.views = views
        self.is_ours = is_ours
        self.listed = []
        self.ticket = None
        self.last_message = 0

    def open_list(self):
        """Open a page of the list of open tickets."""
        page = self.dice.choice((0, self.dice.randrange(LIST_PAGES)))
        request = self._prepare_call(
            "web_search_read",
            [],
            domain=[["closed", "=", False]],
            specification=self.views["list"],
            offset=page * LIST_PAGE,
            limit=LIST_PAGE,
            order=self.views["order"],
            count_limit=COUNT_LIMIT,
        )
        [found] = self._call(LIST, request)
        self.listed = [values["id"] for values in found["records"]]

    def open_form(self):
        """Open a ticket of the list."""
        if not self.listed:
            self.open_list()
        self.ticket, self.last_message = self.dice.choice(self.listed), 0
        requests = [
            self._prepare_reading(),
            self._prepare_call(
                "search_read",
                [],
                model="helpdesk.ticket.stage",
                domain=[["team_ids", "=", False]],
                fields=["display_name", "fold"],
            ),
            self._prepare_messages(),
            self._prepare_thread("activities", "attachments", "contact_fields"),
        ]
        if self.is_ours:
            # Others are hardly ever there, and nothing more is told to nobody.
            requests.append(
                self._prepare_call("tell_presence", [[self.ticket], "here", True])
            )
        self._take_messages(self._call(FORM, *requests)[2])

    def save_field(self):
        """Give the ticket that is open another name."""
        self._save(FIELD, {"name": f"The invoice {self.dice.random()} is printed"})

    def save_stage(self):
        """Bring the ticket that is open on."""
        [stage] = self.dice.choices(*zip(*self.views["stages"], strict=True))
        self._save(STAGE, {"stage_id": stage})

    def _save(self, kind, vals):
        self._ensure_open()
        results = self._call(
            kind,
            self._prepare_call(
                "web_save",
                [[self.ticket], vals],
                specification=self.views["form"],
            ),
            self._prepare_messages(),
            self._prepare_thread("activities", "attachments", "contact_fields"),
        )
        self._take_messages(results[1])

    def answer(self):
        """Answer on the ticket that is open."""
        self._ensure_open()
        requests = [
            get_post(self.ticket),
            self._prepare_messages(),
            self._prepare_thread("messages"),
        ]
        if self.is_ours:
            requests = [
                self._prepare_meantime(),
                *requests,
                self._prepare_reading(),
                self._prepare_thread("activities", "attachments", "contact_fields"),
            ]
        self._take_messages(self._call(ANSWER, *requests)[2 if self.is_ours else 1])

    def _ensure_open(self):
        if not self.ticket:
            self.open_form()

    def open_my_desk(self):
        self._call(MY_DESK, self._prepare_call("get_my_desk", []))

    # === WHAT THE WEB CLIENT ASKS FOR === #

    def _prepare_call(self, method, args, model=TICKET, **options):
        parameters = {
            "model": model,
            "method": method,
            "args": args,
            "kwargs": {"context": self.views["context"], **options},
        }
        return f"/web/dataset/call_kw/{model}/{method}", parameters

    def _prepare_reading(self):
        return self._prepare_call(
            "web_read", [[self.ticket]], specification=self.views["form"]
        )

    def _prepare_messages(self):
        """Return how the messages are fetched that the form does not show yet."""
        fetched = {"limit": THREAD_LIMIT}
        if self.last_message:
            fetched["after"] = self.last_message
        parameters = {
            "thread_model": TICKET,
            "thread_id": self.ticket,
            "fetch_params": fetched,
        }
        return "/mail/thread/messages", parameters

    def _take_messages(self, result):
        self.last_message = max([self.last_message, *result["messages"]])

    def _prepare_thread(self, *names):
        """Return how that is fetched what is shown around the messages.

        :param str names: of it, besides who follows and who would be written to
        """
        names = [*names, "followers", "scheduledMessages", "suggestedRecipients"]
        thread = {
            "access_params": {},
            "request_list": names,
            "thread_id": self.ticket,
            "thread_model": TICKET,
        }
        parameters = {
            "fetch_params": [["mail.thread", thread]],
            "context": self.views["context"],
        }
        return "/mail/data", parameters

    def _prepare_meantime(self):
        """Return how it is asked who answered since the form was read."""
        return self._prepare_call(
            "search_read",
            [],
            model="mail.message",
            order="id desc",
            limit=1,
            domain=[
                ["model", "=", TICKET],
                ["res_id", "=", self.ticket],
                ["id", ">", self.last_message],
                ["message_type", "in", ["comment", "email"]],
                ["subtype_id.internal", "=", False],
                ["author_id", "!=", self.views["partner"]],
            ],
            fields=["author_id", "email_from"],
        )


class Customer(Person):
    """Somebody who has requests.

    :param list tickets: ids of their open ones
    :param str whole_list: the address of the list of all of them
    """

    habits = {
        "open_list": 15,
        "open_whole_list": 10,
        "open_ticket": 40,
        "file": 15,
        "answer": 20,
    }
    think = 1

    def __init__(self, *args, tickets, whole_list, **options):
        super().__init__(*args, **options)
        self.tickets = tickets
        self.whole_list = whole_list
        self.listed = []

    def open_list(self):
        """Open the list as it comes, which with our addon is that of the open ones."""
        self._read_list(OPEN_LIST, "/my/tickets")

    def open_whole_list(self):
        self._read_list(WHOLE_LIST, self.whole_list)

    def _read_list(self, kind, path):
        self.listed = TICKET_LINK.findall(self._get(kind, path).text) or self.listed

    def open_ticket(self):
        """Open a ticket of the list."""
        if not self.listed:
            self.open_list()
        self._get(PAGE, f"/my/ticket/{self.dice.choice(self.listed)}")

    def file(self):
        """Fill in the form and send it."""
        values = self._fill_in(NEW, "/new/ticket", "/submitted/ticket")
        values["subject"] = f"The invoice {self.dice.random()} cannot be printed"
        values["description"] = "It says error.\n" * 5
        location = self._send(FILING, "/submitted/ticket", values, "/my/ticket/")
        self.tickets.append(TICKET_LINK.search(location)[1])

    def _fill_in(self, kind, path, action):
        response = self._get(kind, path)
        try:
            return fill_in(response, action)
        except BenchError as error:
            self._fail(kind, "no form", str(error))

    def answer(self):
        """Open one of their open tickets and answer, if it still takes an answer."""
        if not self.tickets:
            self.file()
        ticket = self.dice.choice(self.tickets)
        response = self._get(PAGE, f"/my/ticket/{ticket}")
        action = f"/my/ticket/{ticket}/answer"
        if find_form(response, action) is not None:
            values = {**fill_in(response, action), "answer": TEXT}
            self._send(REPLY, action, values, f"/my/ticket/{ticket}")
            return
        thread = find_thread(response)
        if thread is not None:
            path, parameters = get_post(int(ticket))
            self._call(REPLY, (path, {**parameters, **get_secrets(thread)}))


def get_post(ticket_id):
    """Return the address and the parameters of an answer to be posted."""
    return "/mail/message/post", {
        "thread_model": TICKET,
        "thread_id": ticket_id,
        "post_data": {
            "body": TEXT,
            "message_type": "comment",
            "subtype_xmlid": "mail.mt_comment",
        },
    }
