# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""People who use a desk over HTTP, each in a session of their own: agents by JSON-RPC
as the web client does, customers by the pages and forms of the portal.

What they do is drawn at random, the same for whoever has the same number: on each side
they want the same. What stands on a page decides the rest.

A page is what the server answers to its address. On the base's page of a ticket a
browser asks for the conversation afterwards, by two more requests; ours has it in the
page. They are not sent here, which is in the base's favour.
"""

import random
import re
import time
from collections import Counter, defaultdict
from contextlib import nullcontext

import requests
from lxml import html

from .databases import BenchError
from .forms import fill_in, find_form, get_text

TIMEOUT = 60  # seconds
LIST_PAGE = 80
LIST_PAGES = 5  # of the open tickets, of which one in two opens the first
COUNT_LIMIT = 10001  # the web client counts no further
TICKET = "helpdesk.ticket"
TICKET_LINK = re.compile(r"/my/ticket/(\d+)")
TEXT = "It says error 7, as yesterday. What can we do?"
MY_DESK = "My Desk"
# Kinds of request.
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
    """What was asked on a side: the seconds of each kind of request, and the errors."""

    def __init__(self):
        self.seconds = defaultdict(list)
        self.errors = Counter()  # by kind and what
        self.examples = {}  # the same: the first one, in words

    def count(self):
        """Return how many requests were answered."""
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
        seconds = time.perf_counter() - start
        return response, seconds

    def _fail(self, kind, what, example):
        self.record.add_error(kind, what, example)
        raise RequestError

    def _get(self, kind, path):
        """Open a page."""
        response, seconds = self._ask(kind, "GET", path)
        if response.history:  # to the page where one signs in, most likely
            self._fail(kind, f"leads to {response.url}", path)
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

    def _call(self, kind, path, parameters):
        """Send a request of JSON-RPC and return its result."""
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
        self.record.seconds[kind].append(seconds)
        return answer["result"]


class Agent(Person):
    """Somebody of the desk.

    :param dict views: what the web client reads of the views, as ``get_views``
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

    def __init__(self, *args, views, **options):
        super().__init__(*args, **options)
        self.views = views
        self.listed = []
        self.ticket = None

    def _call_model(self, kind, method, args, **options):
        return self._call(
            kind,
            f"/web/dataset/call_kw/{TICKET}/{method}",
            {
                "model": TICKET,
                "method": method,
                "args": args,
                "kwargs": {"context": self.views["context"], **options},
            },
        )

    def open_list(self):
        """Open a page of the list of open tickets."""
        page = self.dice.choice((0, self.dice.randrange(LIST_PAGES)))
        found = self._call_model(
            LIST,
            "web_search_read",
            [],
            domain=[["closed", "=", False]],
            specification=self.views["list"],
            offset=page * LIST_PAGE,
            limit=LIST_PAGE,
            order=self.views["order"],
            count_limit=COUNT_LIMIT,
        )
        self.listed = [values["id"] for values in found["records"]]

    def open_form(self):
        """Open a ticket of the list."""
        if not self.listed:
            self.open_list()
        self.ticket = self.dice.choice(self.listed)
        specification = self.views["form"]
        self._call_model(FORM, "web_read", [[self.ticket]], specification=specification)

    def save_field(self):
        """Give the ticket that is open another name."""
        self._save(FIELD, {"name": f"The invoice {self.dice.random()} is printed"})

    def save_stage(self):
        """Bring the ticket that is open on."""
        [stage] = self.dice.choices(*zip(*self.views["stages"], strict=True))
        self._save(STAGE, {"stage_id": stage})

    def _save(self, kind, vals):
        self._ensure_open()
        specification = self.views["form"]
        self._call_model(
            kind, "web_save", [[self.ticket], vals], specification=specification
        )

    def answer(self):
        """Answer on the ticket that is open."""
        self._ensure_open()
        self._call(ANSWER, *get_post(self.ticket))

    def _ensure_open(self):
        if not self.ticket:
            self.open_form()

    def open_my_desk(self):
        self._call_model(MY_DESK, "get_my_desk", [])


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
        page = html.fromstring(response.content)
        threads = page.xpath("//*[contains(@class, 'o_portal_chatter')]")
        if threads:
            thread = threads[0]
            secrets = {
                name: thread.get(f"data-{name}")
                for name in ("token", "pid", "hash")
                if thread.get(f"data-{name}")
            }
            path, parameters = get_post(int(ticket))
            self._call(REPLY, path, {**parameters, **secrets})


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
