"""Every photo that was posted, and whether it got its one honest answer."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stress.faults.answers import Right, refusal_in
from stress.faults.log import ANSWERED, Fault, FaultLog
from stress.faults.real_time import ids_of, text_of

SILENT, WRONG, EXPIRED = "silent", "wrong", "no first answer in 3 s"
FIRST_ANSWER_S = 3.0
"""Discord's own limit for a command; whoever is later may not answer at all, and people read so."""
HANDED_OVER_S = 5.0
"""Seconds after the bot took up other artifacts in which it may still ask workers of those before: it looks round every
second."""
STANDSTILL_S = 5.0
"""Seconds for which nothing goes on in this process: the machine stands still, workers and downloads included."""
LATE_S = 0.3
"""An event loop so late comes too late for a first answer, which takes it several turns."""
LOST_AFTER_S = 100.0
"""Seconds after which a photo that waits has been forgotten: a minute's deadline, and what a busy machine adds."""
AWAY_FOR = frozenset({"workers", "redis", "artifacts"})
"""What has to be broken for somebody to be told that recognisers are away; of the disk, a worker can't start."""
MOST_FINDINGS = 200
PERCENT = re.compile(r"\d+%")
FIRST_LINK = re.compile(r"\*\*1\.\*\* \[[^\]]*\]\([^)]*\)")


@dataclass(eq=False)
class Photo:
    """A photo somebody posted.

    Attributes:
        ident: by which its answer is known: the message's, or the interaction's.
        number: which of the drawn photos it is.
        way: how it was asked about.
        user: who asked.
        since: the oldest of the bot's versions that may answer it, as a place in their order.
        faults: what was broken while it waited.
        key: of the answer in the store.
        channel, reply: where the answer stands, and its message.
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
        """From being posted to being answered."""
        return self.answered_at - self.posted_at


@dataclass
class Ledger:
    """Judges answers.

    Attributes:
        rights: what the engine says by itself, by version.
        rights_of: the version of each sound folder.
        versions: all that the bot has had, in order.
        group_of: what a kind of fault breaks.
        on_answer: called with each photo that was answered by name.
        findings: what went wrong.
        standstills: when the machine stood still, and for how long, in seconds.
    """

    rights: Mapping[str, Right]
    rights_of: Mapping[str, str]
    log: FaultLog
    deadline_s: float
    group_of: Mapping[str, str]
    bot_id: int = 0
    versions: list[str] = field(default_factory=list)
    _took_over_at: list[float] = field(default_factory=list)
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
        """Note a photo that was just posted."""
        faults = list(self.log.at_work)
        photo = Photo(ident, number, way, user, self._since(), time.monotonic(), faults)
        for fault in faults:
            fault.open += 1
        self.waiting[ident] = photo
        self._answers[ident] = 0
        self.ways[way] += 1
        return photo

    def took_over(self, version: str) -> None:
        """Note that the bot has other artifacts from now on."""
        self.versions.append(version)
        self._took_over_at.append(time.monotonic())

    def _since(self) -> int:
        """Return which version may be the oldest to answer a photo that is posted now."""
        oldest = len(self.versions) - 1
        while oldest and time.monotonic() - self._took_over_at[oldest] < HANDED_OVER_S:
            oldest -= 1
        return oldest

    def begin(self, kind: str, detail: str) -> Fault:
        """Note that something breaks, for all photos that wait."""
        fault = self.log.begin(kind, detail, len(self.waiting))
        for photo in self.waiting.values():
            photo.faults.append(fault)
        return fault

    def heard(self, event: str, payload: Mapping[str, Any]) -> None:
        """Take note of an event of Discord's: a message of the bot's that replies to another."""
        if event != "MESSAGE_CREATE" or int(payload["author"]["id"]) != self.bot_id:
            return
        reference = int((payload.get("message_reference") or {}).get("message_id") or 0)
        if reference in self._answers:
            self.answered(reference, payload)

    def answered(self, ident: int, message: Mapping[str, Any]) -> None:
        """Note an answer."""
        self._answers[ident] += 1
        if self._answers[ident] > 1:
            self.find(f"a second answer to {ident}: {text_of(message)!r}")
        photo = self.waiting.get(ident)
        if photo is None:
            return
        photo.channel, photo.reply = int(message["channel_id"]), int(message["id"])
        photo.key = next((ident.split(":")[2] for ident in ids_of(message) if ident.count(":") == 3), None)
        outcome = self._judged(photo, text_of(message))
        if outcome == ANSWERED and photo.way != "similar" and bool(message.get("attachments")) != self._pictured(photo):
            self.find(f"{self._told(photo)} came with {len(message.get('attachments') or ())} pictures")
        self.come_out(photo, outcome)

    def come_out(self, photo: Photo, outcome: str) -> None:
        """Note what became of a photo."""
        del self.waiting[photo.ident]
        photo.answered_at, photo.outcome = time.monotonic(), outcome
        self.outcomes[outcome] += 1
        for fault in photo.faults:
            self.log.came_out(fault, outcome)
        if not photo.faults:
            self.untroubled[outcome] += 1
        if outcome == ANSWERED:
            self.seconds.append(photo.seconds)
            self.on_answer(photo)

    def give_up(self) -> None:
        """Find photos that nobody answers any more."""
        for photo in list(self.waiting.values()):
            if time.monotonic() - photo.posted_at > LOST_AFTER_S:
                self.find(f"{self._told(photo)} was never answered")
                self.come_out(photo, SILENT)

    def late(self, seconds: float) -> None:
        """Note how late the event loop was; commands given meanwhile may have no answer."""
        self.latest_s, self._ticked_at = max(self.latest_s, seconds), time.monotonic()
        if seconds > STANDSTILL_S:
            self.standstills.append((round(self.log.at_s - seconds, 1), round(seconds, 1)))
            self._stood_still_at = time.monotonic()
        if seconds > LATE_S:
            self._late_at.append(time.monotonic() - seconds)

    def expire(self, photo: Photo) -> None:
        """Note a command that Discord gave up, which only a machine that is far too busy makes happen."""
        self.hold_late(photo.posted_at, self._told(photo))
        self.come_out(photo, EXPIRED)

    def hold_late(self, at: float, what: str) -> None:
        """See that the event loop was late when something got no first answer in time."""
        if not any(abs(at - late) < 2 * FIRST_ANSWER_S for late in self._late_at):
            self.find(f"{what} got no first answer, and the event loop was on time")

    def find(self, what: str) -> None:
        """Note something that must not be."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(f"{self.log.at_s:.1f} s: {what}")
            print(f"FOUND {self.findings[-1]}", flush=True)

    def _judged(self, photo: Photo, text: str) -> str:
        possible = {self.rights[version] for version in self.versions[photo.since :]}
        if any(self._is_right(photo, text, one) for one in possible):
            return ANSWERED
        refusal = refusal_in(text)
        if refusal is None:
            self.find(f"{self._told(photo)} was told {text!r}")
            return WRONG
        if not self._is_true(photo, refusal):
            self.find(f"{self._told(photo)} was told {refusal} ({text!r}), which was not so")
        return refusal

    def _is_right(self, photo: Photo, text: str, right: Right) -> bool:
        if photo.way == "similar":
            # What people have confirmed counts there: the same card may be more alike than it was.
            return FIRST_LINK.findall(text)[:1] == FIRST_LINK.findall(right.similar[photo.number])[:1]
        # How sure the engine is may grow by what people confirm; what it says and by which word may not.
        return PERCENT.sub("%", text) == PERCENT.sub("%", right.texts[photo.number])

    def _pictured(self, photo: Photo) -> bool:
        """Whether the photo itself comes back with numbers on it, as those of several cards do."""
        return len(self.rights[self.versions[-1]].names[photo.number]) > 1

    def _is_true(self, photo: Photo, refusal: str) -> bool:
        if refusal in ("recognisers-away", "photo-late") and self._stood_still_since(photo.posted_at):
            return True
        broken = {self.group_of[fault.kind] for fault in photo.faults}
        match refusal:
            case "too-late":
                return time.monotonic() - photo.posted_at > self.deadline_s - 1
            case "recognisers-away":
                return bool(broken & AWAY_FOR)
            case "photo-not-had" | "photo-late":
                return "cdn" in broken
            case "busy":
                return self._is_busy(photo.user)
        return False

    def _stood_still_since(self, moment: float) -> bool:
        return self._stood_still_at > moment or time.monotonic() - self._ticked_at > STANDSTILL_S

    def _is_busy(self, user: int) -> bool:
        own = sum(one.user == user for one in self.waiting.values())
        return own >= 20 or len(self.waiting) >= 200

    def _told(self, photo: Photo) -> str:
        age = time.monotonic() - photo.posted_at
        broken: Sequence[str] = [f"{fault.kind} at {fault.at_s:.0f}" for fault in photo.faults]
        return f"photo {photo.number} ({photo.way} {photo.ident}, {age:.1f} s old, meanwhile {broken})"
