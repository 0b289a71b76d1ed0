"""SIGKILL of what answers providers' calls, of what writes answers and of the worker: nothing lost, nothing doubled."""

import random
import time
from collections import Counter
from importlib import import_module

from bench.torture.desk import Desk, Doing
from bench.torture.drive import Run, Tally
from bench.torture.shop import Shop
from supportbox import clock
from supportbox.work.understand import STOPPED
from tests.channels.case import Case, StandIn

KINDS = ("webhook", "sms", "whatsapp", "telegram", "messenger", "instagram", "voice")
MESSAGES, ANSWERS, KILLS = 250, 50, 25  # of one round, of which each kind has four
# What a provider sees of an answer. Cut at "asked" it never takes it; from "taken" on the customer has it.
MOMENTS = ("asked", "taken", "answered")
TOKEN = "a-token-that-nobody-can-guess"
CUSTOMERS = 20
HOURS = 3600.0
_FIRST = "SELECT ticket_id FROM message WHERE kind = 'customer' ORDER BY id LIMIT 1"


class Round:
    """One desk with one channel, its provider, and what is still to be told or answered."""

    def __init__(self, shop: Shop, kind: str, dice: random.Random, broken: str, is_short: bool) -> None:
        self.case: Case = next(
            value() for name, value in vars(import_module(f"tests.channels.{kind}.case")).items()
            if name.lower() == f"{kind}case"
        )  # fmt: skip
        self.dice, self.tally, self.stand_in = dice, Tally(), StandIn(self.case)
        self.desk: Desk = shop.desk(shop.mailbox(), broken=broken)
        # One after another, so that one loaded product forks for all of them.
        self.web = self.worker = self.desk.products[0]
        # No letters: each round would knock at a mail server for nothing.
        self.desk.write("UPDATE mailbox SET is_active = 0")
        self.moments = MOMENTS[1:2] if broken == "retry-after-data" else MOMENTS
        self.victims = (
            ("web", "worker", "sender", "web", "sender", "writer") if self.case.can_answer else ("web", "worker")
        )
        self.calls = list(range(1, (24 if is_short else MESSAGES) + 1))
        self.answers = list(range(1, (8 if is_short else ANSWERS) + 1)) if self.case.can_answer else []
        self.kills = 6 if is_short else KILLS
        self.count, self.seconds = len(self.calls), 0.3

    def play(self) -> Tally:
        with self.stand_in.running():
            self.desk.products[0].do(
                "channel", self.case.KIND, self.case.ADDRESS, TOKEN, self.case.options(self.stand_in.url)
            )
            self._tell(self.calls[:1], doubled=0).wait()
            self.worker.do("once")
            if not self.desk.rows(_FIRST):
                self.tally.wrong.append(f"{self.case.KIND}: message 1 was taken and is lost")
                return self.tally
            while self.tally.counts["kills"] < self.kills:
                self._step()
            while self.calls:
                self._hear_out(self._tell(self.calls))
            if self.answers:
                self._answer(self.answers).wait()
            for later in (0, 2 * HOURS, 80 * HOURS):
                self.worker.do("once", later)
            self._replay()
            self._check()
        return self.tally

    def _step(self) -> None:
        """Calls, answers or a round of the worker, killed: the worker at any moment, the others at a step of theirs."""
        share = max(2, 2 * self.count // self.kills)
        numbers = self.dice.sample(self.calls, min(share, len(self.calls))) if self.calls else [1]
        victim = self.dice.choice(self.victims)
        if victim in ("writer", "sender") and self.answers:
            self._kill_answer(self.answers[: max(2, share // 4)], victim)
        elif victim == "worker":
            rounding = self.worker.order("once")
            self._kill_worker(rounding)
            self._hear_out(self._tell(numbers))
        else:
            heard = self._tell(numbers)
            self._kill_at(heard, "heard", len(numbers))
            self._hear_out(heard)

    def _kill_answer(self, wanted: list[int], victim: str) -> None:
        """While Ada saves them, or while they are handed to the provider."""
        if victim == "writer":
            self._kill_at(self._answer(wanted), "saved", len(wanted))
        else:
            self._answer(wanted).wait()
            self._kill_sender()
        saved = self._saved()
        self.answers = [number for number in self.answers if number not in saved]

    def _kill_sender(self) -> None:
        """At a moment that the provider sees, or soon after it, when the next answer may be in hand."""
        doings: list[Doing] = []
        aim, skip = self.dice.choice(self.moments), self.dice.choice((0, 0, 1))
        pause = self.dice.choice((0, self.dice.random() * 0.02)) if aim == "answered" else 0
        met: list[str] = []

        def goes_on(moment: str) -> bool:
            met.extend([moment] if moment == aim else [])
            if moment != aim or len(met) <= skip or not doings:
                return True
            time.sleep(pause)
            doings[0].kill()
            return False

        self.stand_in.goes_on = goes_on
        doings.append(self.worker.order("once"))
        doings[0].wait()
        self.stand_in.goes_on = lambda moment: True
        self._count_kill(doings[0])

    def _kill_worker(self, rounding: Doing) -> None:
        """Anywhere within the time that a round takes by now: longer after each that was cut, shorter after each that
        was not."""
        rounding.wait(self.dice.uniform(0, self.seconds))
        rounding.kill()
        rounding.wait()
        self._count_kill(rounding)
        self.seconds = min(30.0, self.seconds * 1.3) if rounding.was_killed else max(0.1, self.seconds * 0.6)

    def _kill_at(self, doing: Doing, word: str, most: int) -> None:
        """Soon after it said a word so many times, of which the number is a matter of luck."""
        wanted = self.dice.randrange(most)
        while len(doing.heard(word)) < wanted and not doing.wait(0.001):
            continue
        time.sleep(self.dice.random() * 0.01)
        doing.kill()
        doing.wait()
        self._count_kill(doing)

    def _count_kill(self, doing: Doing) -> None:
        self.tally.counts["kills" if doing.was_killed else "rounds that ended before their kill"] += 1

    def _tell(self, numbers: list[int], doubled: float = 0.2) -> Doing:
        """The provider's calls; that share of them comes twice, as after an answer that was lost."""
        again = [*numbers, *(number for number in numbers if self.dice.random() < doubled)]
        calls = []
        for number in again:
            hook = f"http://127.0.0.1:8000/hooks/{self.case.KIND}/{TOKEN}"
            sender = f"{self.case.CLEO[:-2]}{number % CUSTOMERS + 10}"
            words = f"This is message {number}."
            call = self.case.message(hook, sender, words, outside_id=f"m{number}", at=clock.now())
            calls.append([number, call.body.decode(), dict(call.headers), call.query])
        return self.web.order("hear", f"/hooks/{self.case.KIND}/{TOKEN}", calls)

    def _answer(self, numbers: list[int]) -> Doing:
        ((ticket,),) = self.desk.rows(_FIRST)
        return self.web.order("answer", ticket, numbers)

    def _hear_out(self, heard: Doing) -> None:
        """What was acknowledged is never told again by itself; the rest is."""
        heard.wait()
        done = {number for number, status in heard.heard("heard") if status == 200}
        refused = [one for one in heard.heard("heard") if one[1] != 200]
        self.tally.check(not refused, f"calls refused: {refused[:3]}")
        self.calls = [number for number in self.calls if number not in done]

    def _replay(self) -> None:
        """What a worker was killed over three times is set aside, as promised, and read again by hand."""
        query = "SELECT count(*) FROM intake WHERE state = 'quarantined' AND attempts = 3 AND reason = ?"
        ((aside,),) = self.desk.rows(query, STOPPED)
        if aside:
            self.worker.do("mail", "replay", "--quarantined")
            self.tally.counts["set aside after three kills in them, and replayed"] += aside

    def _saved(self) -> set[int]:
        texts = self.desk.rows("SELECT text FROM message WHERE kind = 'agent'")
        return {int(text.split()[-1].rstrip(".")) for (text,) in texts}

    def _check(self) -> None:
        tally, query = self.tally, "SELECT text FROM message WHERE kind = 'customer'"
        found = Counter(int(text.split()[-1].rstrip(".")) for (text,) in self.desk.rows(query))
        for number in range(1, self.count + 1):
            tally.check(found[number] > 0, f"{self.case.KIND}: message {number} was taken and is lost")
            tally.check(found[number] < 2, f"{self.case.KIND}: message {number} is there {found[number]} times")
        states = Counter(state for (state,) in self.desk.rows("SELECT state FROM intake"))
        tally.check(set(states) <= {"done"}, f"intakes that are not done: {dict(states)}")
        arrived = Counter(int(text.split()[-1].rstrip(".")) for _, text in self.stand_in.sent)
        fates = self.desk.rows("SELECT text, delivery.state FROM message LEFT JOIN delivery "
                               "ON delivery.message_id = message.id WHERE message.kind = 'agent'")  # fmt: skip
        for text, state in fates:
            number = int(text.split()[-1].rstrip("."))
            tally.check(state in ("sent", "uncertain"), f"answer {number} is {state}")
            tally.check(arrived[number] < 2, f"answer {number} arrived {arrived[number]} times")
            tally.check(state != "sent" or arrived[number] == 1, f"answer {number} counts as sent and did not arrive")
            tally.counts[f"answers {state}"] += 1
            tally.counts["uncertain ones that arrived"] += state == "uncertain" and arrived[number]
        tally.counts["messages"] += self.count
        tally.counts[self.case.KIND] += self.count


def play(shop: Shop, seed: int, broken: str, is_short: bool) -> Tally:
    """A round on one kind of channel; the next seed of a long run is another kind."""
    began = time.monotonic()
    one = Round(shop, KINDS[seed // 1000 % len(KINDS)], random.Random(seed), broken, is_short)
    tally = one.play()
    tally.counts["seconds"] += round(time.monotonic() - began)
    return tally


RUN = Run(
    name="hooks",
    bar="7 kinds, each 1,000 messages, 200 answers (voice: none) and 100 kills: 0 lost, 0 doubled",
    play=play,
    goal=("kills", 700),
    catches=("heard-before-kept", "each-call-is-new", "retry-after-data"),
)
