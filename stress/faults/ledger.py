"""Record every posted photo, and check that it gets exactly one honest answer."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from stress.faults.answers import ExpectedAnswers, refusal_key
from stress.faults.log import ANSWERED, Fault, FaultLog
from stress.faults.real_time import ids_of, text_of

SILENT, WRONG, EXPIRED = "silent", "wrong", "no first answer in 3 s"
FIRST_ANSWER_S = 3.0
"""Discord's limit for the first answer to a command."""
HANDED_OVER_S = 5.0
"""Seconds after the bot switched artifacts in which it may still ask workers with the previous ones: it looks for
workers every second."""
STANDSTILL_S = 5.0
"""Seconds without progress in this process from which the whole machine counts as standing still, workers included."""
LATE_S = 0.3
"""Delay of the event loop that makes a first answer too late, because that takes several turns of the loop."""
LOST_AFTER_S = 100.0
"""Seconds after which a waiting photo counts as lost: a minute's deadline and some delay on a busy machine."""
AWAY_FOR = frozenset({"workers", "redis", "artifacts"})
"""Groups of faults that justify the answer that recognisers are away."""
MOST_FINDINGS = 200
MOST_OWN, MOST_WAITING = 20, 200
"""Waiting photos of one person, and of all, from which the bot may say that it is busy."""
PERCENT = re.compile(r"\d+%")
FIRST_LINK = re.compile(r"\*\*1\.\*\* \[[^\]]*\]\([^)]*\)")


@dataclass(eq=False)
class Photo:
    """A posted photo.

    Attributes:
        ident: id by which its answer is recognised: the message's or the interaction's.
        number: which of the drawn photos it is.
        way: how it was posted.
        user: who posted it.
        since: position of the oldest of the bot's versions that may answer it.
        faults: faults that were active while it waited.
        key: of the answer in the store.
        channel, reply: ids of the reply's channel and message.
    """

    ident: int
    number: int
    way: str
    user: int
    since: int
    posted_at: float
    faults: list[Fault]
    answered_at: float = 0.0
    outcome: str | None = None
    key: str | None = None
    channel: int = 0
    reply: int = 0

    @property
    def seconds(self) -> float:
        """Seconds from post to answer."""
        return self.answered_at - self.posted_at


@dataclass
class Ledger:
    """Checks answers.

    Attributes:
        expected: the engine's own answers, by version.
        version_of: the version of each sound folder.
        versions: all versions that the bot has had, in order.
        group_of: the group of each kind of fault.
        on_answer: called with each photo that was answered with names.
        findings: everything that went wrong.
        standstills: when the machine stood still, and for how long, in seconds.
    """

    expected: Mapping[str, ExpectedAnswers]
    version_of: Mapping[str, str]
    log: FaultLog
    deadline_s: float
    group_of: Mapping[str, str]
    bot_id: int = 0
    versions: list[str] = field(default_factory=list)
    _switched_at: list[float] = field(default_factory=list)
    on_answer: Callable[[Photo], None] = lambda _: None
    waiting: dict[int, Photo] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)
    ways: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    untroubled: Counter[str] = field(default_factory=Counter)
    findings: list[str] = field(default_factory=list)
    latest_s: float = 0.0
    standstills: list[tuple[float, float]] = field(default_factory=list)
    _stood_still_at: float = 0.0
    _ticked_at: float = field(default_factory=time.monotonic)
    _late_at: list[float] = field(default_factory=list)
    _answers: Counter[int] = field(default_factory=Counter)

    def post(self, ident: int, number: int, way: str, user: int) -> Photo:
        """Record a photo that was just posted."""
        oldest = len(self.versions) - 1
        while oldest and time.monotonic() - self._switched_at[oldest] < HANDED_OVER_S:
            oldest -= 1
        faults = list(self.log.active)
        photo = Photo(ident, number, way, user, oldest, time.monotonic(), faults)
        for fault in faults:
            fault.open += 1
        self.waiting[ident] = photo
        self._answers[ident] = 0
        self.ways[way] += 1
        return photo

    def switch_version(self, version: str) -> None:
        """Record that the bot uses other artifacts from now on."""
        self.versions.append(version)
        self._switched_at.append(time.monotonic())

    def begin(self, kind: str, detail: str) -> Fault:
        """Record the beginning of a fault, for all waiting photos too."""
        fault = self.log.begin(kind, detail, len(self.waiting))
        for photo in self.waiting.values():
            photo.faults.append(fault)
        return fault

    def on_event(self, event: str, payload: Mapping[str, Any]) -> None:
        """Take an event of Discord's: a message of the bot that replies to a photo is its answer."""
        if event != "MESSAGE_CREATE" or int(payload["author"]["id"]) != self.bot_id:
            return
        reference = int((payload.get("message_reference") or {}).get("message_id") or 0)
        if reference in self._answers:
            self.add_answer(reference, payload)

    def add_answer(self, ident: int, message: Mapping[str, Any]) -> None:
        """Record and check an answer."""
        self._answers[ident] += 1
        if self._answers[ident] > 1:
            self.report(f"a second answer to {ident}: {text_of(message)!r}")
        photo = self.waiting.get(ident)
        if photo is None:
            return
        photo.channel, photo.reply = int(message["channel_id"]), int(message["id"])
        photo.key = next((ident.split(":")[2] for ident in ids_of(message) if ident.count(":") == 3), None)
        outcome = self._check(photo, text_of(message))
        if outcome == ANSWERED and photo.way != "similar":
            # A photo of several cards comes back with numbers on it.
            several = len(self.expected[self.versions[-1]].names[photo.number]) > 1
            if bool(message.get("attachments")) != several:
                pictures = len(message.get("attachments") or ())
                self.report(f"{self._describe(photo)} came with {pictures} pictures")
        self.close(photo, outcome)

    def close(self, photo: Photo, outcome: str) -> None:
        """Record the outcome of a photo."""
        del self.waiting[photo.ident]
        photo.answered_at, photo.outcome = time.monotonic(), outcome
        self.outcomes[outcome] += 1
        for fault in photo.faults:
            self.log.add_outcome(fault, outcome)
        if not photo.faults:
            self.untroubled[outcome] += 1
        if outcome == ANSWERED:
            self.seconds.append(photo.seconds)
            self.on_answer(photo)

    def report_lost(self) -> None:
        """Report photos that have waited too long."""
        for photo in list(self.waiting.values()):
            if time.monotonic() - photo.posted_at > LOST_AFTER_S:
                self.report(f"{self._describe(photo)} was never answered")
                self.close(photo, SILENT)

    def add_delay(self, seconds: float) -> None:
        """Record a delay of the event loop; commands given meanwhile may have no answer."""
        self.latest_s, self._ticked_at = max(self.latest_s, seconds), time.monotonic()
        if seconds > STANDSTILL_S:
            self.standstills.append((round(self.log.at_s - seconds, 1), round(seconds, 1)))
            self._stood_still_at = time.monotonic()
        if seconds > LATE_S:
            self._late_at.append(time.monotonic() - seconds)

    def expire(self, photo: Photo) -> None:
        """Close a command without a first answer, which may only happen on an overloaded machine."""
        self.check_delayed(photo.posted_at, self._describe(photo))
        self.close(photo, EXPIRED)

    def check_delayed(self, at: float, what: str) -> None:
        """Check that the event loop was late when something got no first answer in time."""
        if not any(abs(at - late) < 2 * FIRST_ANSWER_S for late in self._late_at):
            self.report(f"{what} got no first answer, and the event loop was on time")

    def report(self, what: str) -> None:
        """Add a finding: something that must not happen."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(f"{self.log.at_s:.1f} s: {what}")
            print(f"FOUND {self.findings[-1]}", flush=True)

    def _check(self, photo: Photo, text: str) -> str:
        """Return the outcome of a photo with this answer, and report a wrong or unjustified one."""
        expected = [self.expected[version] for version in {*self.versions[photo.since :]}]
        if photo.way == "similar":
            # People's confirmations count there: the same card may be more similar than it was.
            first = FIRST_LINK.findall(text)[:1]
            right = any(first == FIRST_LINK.findall(one.similar[photo.number])[:1] for one in expected)
        else:
            # People's confirmations may raise the engine's confidence, but not change its answer or its wording.
            said = PERCENT.sub("%", text)
            right = any(said == PERCENT.sub("%", one.texts[photo.number]) for one in expected)
        if right:
            return ANSWERED
        refusal = refusal_key(text)
        if refusal is None:
            self.report(f"{self._describe(photo)} was told {text!r}")
            return WRONG
        if not self._is_justified(photo, refusal):
            self.report(f"{self._describe(photo)} was told {refusal} ({text!r}), which was not so")
        return refusal

    def _is_justified(self, photo: Photo, refusal: str) -> bool:
        broken = {self.group_of[fault.kind] for fault in photo.faults}
        now = time.monotonic()
        stood_still = self._stood_still_at > photo.posted_at or now - self._ticked_at > STANDSTILL_S
        match refusal:
            case "too-late":
                return now - photo.posted_at > self.deadline_s - 1
            case "recognisers-away":
                return stood_still or bool(broken & AWAY_FOR)
            case "photo-late":
                return stood_still or "cdn" in broken
            case "photo-not-had":
                return "cdn" in broken
            case "busy":
                own = sum(one.user == photo.user for one in self.waiting.values())
                return own >= MOST_OWN or len(self.waiting) >= MOST_WAITING
        return False

    def _describe(self, photo: Photo) -> str:
        age = time.monotonic() - photo.posted_at
        broken = [f"{fault.kind} at {fault.at_s:.0f}" for fault in photo.faults]
        return f"photo {photo.number} ({photo.way} {photo.ident}, {age:.1f} s old, meanwhile {broken})"
