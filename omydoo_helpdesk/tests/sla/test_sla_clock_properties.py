# Copyright 2026 Omydoo
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from dataclasses import replace
from datetime import timedelta

import hypothesis
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...tools.sla_clock import (
    ANSWERED,
    ASKED,
    BREACHED,
    FILED,
    HOLD,
    NEXT_RESPONSE,
    RESUME,
    Event,
    get_talk,
    resolution_clock,
)
from ...tools.working_time import WorkingTime
from .sla_clock_common import (
    BOUNDS,
    CLOCKS,
    EPISODES,
    HOUR,
    WEEKS,
    ZERO,
)
from .sla_oracle import (
    ALWAYS,
    MINUTE,
    WeeklyCalendar,
    consult,
    find_waiting,
    get_dates,
    talks,
)


@tagged("post_install", "-at_install")
class TestSlaClockProperties(BaseCase):
    """The clocks on random logs and calendars, against the oracle and themselves.

    The cases are drawn from the test itself, so that every run sees the same.
    """

    def _for_all(self, build, check, examples):
        """Check many cases, each a tuple of arguments made by `build(draw)`."""

        @hypothesis.settings(
            max_examples=examples,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        @hypothesis.given(st.composite(build)())
        def run(case):
            check(*case)

        run()

    # === WHAT IS DRAWN === #

    def _draw_calendar(self, draw, tz, start):
        if draw(st.sampled_from(range(10))) == 9:
            return ALWAYS
        hours = st.lists(st.sampled_from(BOUNDS), unique=True, max_size=6)
        days = []
        for _kind in range(3):  # three kinds of day, of up to three intervals
            bounds = sorted(draw(hours))
            days.append(list(zip(bounds[::2], bounds[1::2], strict=False)))
        week = st.lists(st.sampled_from(days), min_size=7, max_size=7)
        weeks = draw(st.lists(week, min_size=1, max_size=2))
        holidays = draw(st.sets(st.sampled_from(get_dates(start, 10)), max_size=2))
        return WeeklyCalendar(tz, [dict(enumerate(week)) for week in weeks], holidays)

    def _draw_working(self, draw):
        """:return: calendar, its working time, and a time of filing to start from"""
        tz, start = draw(st.sampled_from(WEEKS))
        calendar = self._draw_calendar(draw, tz, start)
        # Round hours make deadlines meet the bounds of the working hours
        minutes = st.integers(0, 2 * 24).map(lambda hour: hour * 60)
        filed = start + draw(minutes | st.integers(0, 2 * 24 * 60)) * MINUTE
        first, last = filed - 24 * HOUR, filed + 12 * 24 * HOUR
        working = WorkingTime(calendar.get_intervals(first, last), first, last)
        return calendar, working, filed

    def _draw_log(self, draw, filed):
        # Round hours make events meet
        minutes = st.integers(0, 4 * 24).map(lambda hour: hour * 60)
        minutes |= st.integers(-60, 4 * 24 * 60)
        parties = st.sampled_from(("customer", "editor", "third_party"))
        events = [Event(filed, FILED)]
        if draw(st.booleans()):
            # Answered and asked again: chance alone makes few of them
            at = filed + draw(st.integers(1, 24 * 60)) * MINUTE
            events.append(Event(at, ANSWERED))
            at += draw(st.integers(1, 24 * 60)) * MINUTE
            events.append(Event(at, ASKED))
        for _number in range(draw(st.sampled_from(range(7)))):
            begin, end, cause = draw(st.sampled_from(EPISODES))
            party = draw(parties) if begin == HOLD else ""
            clock = draw(st.sampled_from(tuple(CLOCKS))) if begin == BREACHED else ""
            at = filed + draw(minutes) * MINUTE
            # Many go on for good, some end, a few end without a beginning
            fate = draw(
                st.sampled_from(("begins", "begins", "passes", "passes", "ends"))
            )
            if fate != "ends":
                event = Event(at, begin, cause, party, clock)
                if begin == HOLD and draw(st.booleans()):
                    # Some end before they begin, or long after anything else
                    length = draw(st.integers(-1, 72).map(lambda hour: hour * 60))
                    event = replace(event, until=at + length * MINUTE)
                events.append(event)
            if fate != "begins":
                at += draw(st.integers(0, 24 * 60)) * MINUTE
                events.append(Event(at, end, cause))
        return events

    def _draw_case(self, draw):
        """:return: events, target, calendar, working time, present"""
        calendar, working, filed = self._draw_working(draw)
        events = self._draw_log(draw, filed)
        targets = st.integers(1, 40).map(lambda hours: hours * HOUR)
        targets |= st.integers(1, 12 * 60).map(lambda minutes: minutes * MINUTE)
        promised = draw(st.sampled_from((True, True, True, True, True, False)))
        target = draw(targets) if promised else None
        now = filed + draw(st.integers(0, 7 * 24 * 60)) * MINUTE
        return events, target, calendar, working, now

    # === THE ORACLE === #

    def test_clocks_agree_with_the_oracle(self):
        seen = set()

        def check(events, target, calendar, working, now):
            for name, clock in CLOCKS.items():
                result = clock(events, target, working, now)
                expected = consult(name, events, target, calendar, now, working.end)
                found = {field: getattr(result, field) for field in expected}
                self.assertEqual(found, expected, name)
                seen.add((name, result.state, bool(result.resumes_at)))

        self._for_all(self._draw_case, check, examples=250)
        # A draw that reaches few of the 16 states there are would prove little
        self.assertGreaterEqual(len({found[:2] for found in seen}), 14, seen)
        self.assertIn(("resolution", "held", True), seen)
        self.assertIn(("resolution", "held", False), seen)

    def test_turn_agrees_with_the_oracle(self):
        seen = set()

        def check(events, *_others):
            talk = get_talk(events)
            self.assertEqual(talk.waiting_since, find_waiting(events))
            self.assertEqual(
                talk.is_open, talks(sorted(events, key=lambda event: event.at))
            )
            seen.add((talk.is_open, bool(talk.waiting_since), bool(talk.exchange)))

        self._for_all(self._draw_case, check, examples=800)
        # Of the 6 there are: nobody waits on a closed one
        self.assertEqual(len(seen), 6, seen)

    # === THE CLOCKS AGAINST THEMSELVES === #

    def _get_gist(self, result):
        return (
            result.state,
            result.deadline,
            result.ended_at,
            result.spent,
            result.remaining,
            result.breached_at,
            result.held,
            result.reopenings,
        )

    def test_hold_out_of_hours_changes_nothing(self):
        def build(draw):
            case = self._draw_case(draw)
            return *case, draw(st.integers(0, 30)), draw(st.integers(1, 600))

        def check(events, target, calendar, working, now, skipped, length):
            # The first minutes of the idle stretch that follows some working one
            idle = (
                minute
                for minute in (events[0].at + n * MINUTE for n in range(7 * 24 * 60))
                if not calendar.works_at(minute)
                and (skipped == 0 or calendar.works_at(minute - MINUTE))
            )
            start = next(
                (minute for n, minute in enumerate(idle) if n == skipped), None
            )
            if start is None:
                return
            end = start
            while end < start + length * MINUTE and not calendar.works_at(end):
                end += MINUTE
            hold = [
                Event(start, HOLD, "idle", "nobody"),
                Event(end, RESUME, "idle"),
            ]
            now = max(now, end, *(event.at for event in events))
            before = resolution_clock(events, target, working, now)
            if before.deadline and start <= before.deadline <= end:
                return  # it covers the very deadline, which it puts off
            after = resolution_clock(events + hold, target, working, now)
            self.assertEqual(self._get_gist(after), self._get_gist(before))

        self._for_all(build, check, examples=100)

    def test_split_hold_changes_nothing(self):
        def build(draw):
            events, target, _calendar, working, now = self._draw_case(draw)
            return events, target, working, now, draw(st.integers(1, 6 * 24 * 60))

        def check(events, target, working, now, minutes):
            at = events[0].at + minutes * MINUTE
            held = [Event(events[0].at, HOLD, "long", "editor")]
            split = [Event(at, RESUME, "long"), Event(at, HOLD, "long", "editor")]
            now = max(now, at)
            self.assertEqual(
                resolution_clock(events + held + split, target, working, now),
                resolution_clock(
                    events + held + [Event(at, "of no concern")], target, working, now
                ),
            )

        self._for_all(build, check, examples=100)

    def test_longer_target_is_no_earlier_deadline(self):
        def build(draw):
            events, target, _calendar, working, now = self._draw_case(draw)
            return events, target or HOUR, working, now, draw(st.integers(0, 3000))

        def check(events, target, working, now, minutes):
            for clock in CLOCKS.values():
                short = clock(events, target, working, now)
                long = clock(events, target + minutes * MINUTE, working, now)
                if short.deadline is None:
                    self.assertIsNone(long.deadline)
                elif long.deadline is not None:
                    self.assertLessEqual(short.deadline, long.deadline)
                if long.state == "missed":
                    self.assertEqual(short.state, "missed")

        self._for_all(build, check, examples=100)

    def test_deadline_does_not_depend_on_when_it_is_asked(self):
        def build(draw):
            events, target, _calendar, working, now = self._draw_case(draw)
            return events, target, working, now, draw(st.integers(1, 3 * 24 * 60))

        def check(events, target, working, now, minutes):
            for clock in CLOCKS.values():
                soon = clock(events, target, working, now)
                later = clock(events, target, working, now + minutes * MINUTE)
                resumed = soon.resumes_at and later.resumes_at is None
                state = "ongoing" if resumed and target else soon.state
                if not resumed or soon.remaining:
                    # The one that has no time left is late from its end on.
                    self.assertEqual(later.deadline, soon.deadline)
                self.assertEqual(later.state, state)
                self.assertEqual(later.breached_at, soon.breached_at)
                if soon.ended_at:
                    self.assertEqual(later, soon)

        self._for_all(build, check, examples=100)

    def test_noted_end_of_a_hold_changes_nothing(self):
        """Whether the job has noted the ends of holds or not."""

        def build(draw):
            events, target, _calendar, working, now = self._draw_case(draw)
            return events, target, working, now

        def check(events, target, working, now):
            now = max(now, *(event.at for event in events))
            noted = [
                Event(max(event.until, event.at), RESUME, event.cause)
                for event in events
                if event.until
                and event.until <= now
                and not any(
                    other is not event
                    and other.cause == event.cause
                    and event.at <= other.at <= max(event.until, event.at)
                    for other in events
                )
            ]
            before = resolution_clock(events, target, working, now)
            after = resolution_clock(events + noted, target, working, now)
            self.assertEqual(after, before)

        self._for_all(build, check, examples=100)

    def test_order_given_matters_only_among_equals(self):
        def build(draw):
            events, target, _calendar, working, now = self._draw_case(draw)
            events = [  # no two of them at the same instant
                replace(event, at=event.at + n * timedelta(seconds=1))
                for n, event in enumerate(events)
            ]
            return events, draw(st.permutations(events)), target, working, now

        def check(events, shuffled, target, working, now):
            for clock in CLOCKS.values():
                self.assertEqual(
                    clock(shuffled, target, working, now),
                    clock(events, target, working, now),
                )

        self._for_all(build, check, examples=50)

    def test_segments_tell_the_whole_story(self):
        def build(draw):
            events, target, _calendar, working, now = self._draw_case(draw)
            return events, target, working, now

        def check(events, target, working, now):
            exchange = get_talk(events).exchange
            for name, clock in CLOCKS.items():
                result = clock(events, target, working, now)
                segments = result.segments
                first = exchange if name == NEXT_RESPONSE else events
                if not first:
                    self.assertFalse(segments)
                    continue
                self.assertEqual(segments[0].start, first[0].at)
                self.assertIsNone(segments[-1].end)
                for one, other in zip(segments, segments[1:], strict=False):
                    self.assertEqual(one.end, other.start)
                    self.assertLess(one.start, one.end)
                    self.assertNotEqual(
                        (one.kind, one.causes, one.parties),
                        (other.kind, other.causes, other.parties),
                    )
                self.assertEqual(sum((s.spent for s in segments), ZERO), result.spent)
                self.assertEqual(sum((s.held for s in segments), ZERO), result.held[""])

        self._for_all(build, check, examples=50)

    def test_add_is_the_inverse_of_between(self):
        def build(draw):
            _calendar, working, filed = self._draw_working(draw)
            start = filed + draw(st.integers(0, 5 * 24)) * HOUR
            hours = st.integers(0, 50).map(lambda hours: hours * HOUR)
            seconds = st.integers(0, 180_000).map(lambda n: timedelta(seconds=n))
            return working, start, draw(hours | seconds)

        def check(working, start, duration):
            end = working.add(start, duration)
            if end is None:
                self.assertLess(working.between(start, working.end), duration)
                return
            self.assertEqual(working.between(start, end), duration)
            if duration:
                before = end - timedelta.resolution
                self.assertLess(working.between(start, before), duration)
            else:
                self.assertEqual(end, start)

        self._for_all(build, check, examples=150)
