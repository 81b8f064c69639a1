"""What can be done to the chosen processes, what is asked before, and what came of it, in plain words.

A question names exactly what will be hit, and what is left alone although it was chosen. Knows no
pixels and does nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sysmon.control.guards import guard
from sysmon.model.action import (
    Action,
    End,
    Kill,
    Outcome,
    Resume,
    SendSignal,
    SetAffinity,
    SetIoPriority,
    SetLimit,
    SetNice,
    Stop,
    Target,
    Trouble,
)
from sysmon.model.printable import printable
from sysmon.viewmodels import format as fmt
from sysmon.viewmodels.processes import ProcessEntry

KILL_AFTER: Final = 3.0
"""Seconds after which killing is offered for what was asked to end and has not."""
_MOST_REASONS: Final = 5
"""Different reasons that are told; the audit log has all."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Processes that something is to be done to, and how a person calls them together."""

    targets: tuple[Target, ...]
    of: str = ""
    """Of what they are part: the name of an application or of a parent; empty for picked ones."""
    stopped: int = 0
    """How many of them are stopped."""
    zombies: int = 0
    """How many have ended already and wait for their parent."""
    nice: int | None = None
    """Their nice value, None where they differ."""
    elsewhere: bool = False
    """Whether they are another machine's: what must not be touched there is known there only, and refused there."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before something is done. ``action`` and ``targets`` are what a yes means."""

    title: str
    """"End 31 processes of firefox?"."""
    text: str
    """What that means."""
    button: str
    names: tuple[str, ...]
    """Everyone that will be hit: "rustc (90180)"."""
    spared: tuple[str, ...]
    """Everyone that is left alone although chosen, with the reason."""
    action: Action
    targets: tuple[Target, ...]
    with_rights: bool = False
    """Whether a yes means that the system is asked for administrator rights first."""

    @property
    def possible(self) -> bool:
        """Whether there is anybody to hit."""
        return bool(self.targets)


@dataclass(frozen=True, slots=True)
class Told:
    """What came of an action."""

    text: str
    """"Ended 29 of 31 processes."."""
    reasons: tuple[str, ...] = ()
    """Why the rest was not done, each reason once."""
    refused: tuple[Target, ...] = ()
    """Those for which more rights would help."""

    @property
    def good(self) -> bool:
        """Whether all was done."""
        return not self.reasons


def choose(entries: Sequence[ProcessEntry], of: str = "", *, elsewhere: bool = False) -> Chosen:
    """``entries`` as targets; ``elsewhere``: of another machine."""
    rows = [entry.row for entry in entries]
    nices = {row.nice for row in rows}
    return Chosen(
        tuple(Target(row.key, row.name, row.kernel) for row in rows),
        of,
        sum(row.state == "stopped" for row in rows),
        sum(row.state in ("zombie", "dead") for row in rows),
        next(iter(nices)) if len(nices) == 1 else None,
        elsewhere,
    )


def why_not(action: Action, chosen: Chosen) -> str | None:
    """Why ``action`` makes no sense for ``chosen``, or None where it does."""
    targets = chosen.targets
    if not targets:
        return "choose a process first"
    if chosen.zombies == len(targets):
        return "it has ended already and waits for its parent to notice"
    if isinstance(action, Resume):
        return None if chosen.stopped else "nothing here is stopped"
    if isinstance(action, Stop) and chosen.stopped == len(targets):
        return "it is stopped already"
    if chosen.elsewhere:
        return None
    refusals = [guard(target) for target in targets]
    return refusals[0] if all(refusal is not None for refusal in refusals) else None


def needs_asking(action: Action, chosen: Chosen) -> bool:
    """Whether a person confirms before it is done: what loses work, and what hits several at once."""
    if isinstance(action, Resume):
        return False
    return isinstance(action, End | Kill | SendSignal | SetLimit) or len(chosen.targets) > 1


def question(action: Action, chosen: Chosen) -> Question:
    """What to ask before ``action`` is done to ``chosen``."""
    guarded = () if chosen.elsewhere else chosen.targets
    spared = [(target, refusal) for target in guarded if (refusal := guard(target)) is not None]
    left = {target.key for target, _ in spared}
    targets = tuple(target for target in chosen.targets if target.key not in left)
    verb, object_ = _verb(action)[0], _object(targets, chosen.of)
    return Question(
        title=f"{_with(verb, object_)}?",
        text=_consequence(action, many=len(targets) > 1),
        button=_with(verb, _count(targets)) if len(targets) > 1 else _short(verb),
        names=tuple(named(target) for target in targets),
        spared=tuple(f"{named(target)}: {refusal}" for target, refusal in spared),
        action=action,
        targets=targets,
    )


def stubborn(targets: Sequence[Target], *, elsewhere: bool = False) -> Question:
    """What to ask where ``targets`` were asked to end and have not; ``elsewhere``: of another machine."""
    base = question(Kill(), Chosen(tuple(targets), elsewhere=elsewhere))
    who = named(targets[0]) if len(targets) == 1 else f"{fmt.count(len(targets))} processes"
    verb = "has" if len(targets) == 1 else "have"
    return Question(
        title=f"{who} {verb} not ended",
        text=f"{who} {verb} been asked to end and may be saving work, or hang. {base.text}",
        button=base.button,
        names=base.names,
        spared=base.spared,
        action=base.action,
        targets=base.targets,
    )


def again_with_rights(action: Action, refused: Sequence[Target]) -> Question:
    """What to ask where the user's rights did not allow ``action`` for ``refused``."""
    base = question(action, Chosen(tuple(refused)))
    verb = "needs" if len(refused) == 1 else "need"
    whom = named(refused[0]) if len(refused) == 1 else _count(refused)
    return replace(
        base,
        title=f"{base.title.removesuffix('?')} as an administrator?",
        text=f"Your rights do not allow it: {whom} {verb} those of an administrator. The system asks for the password. {base.text}",
        button="Ask for rights",
        with_rights=True,
    )


def on_words(machine: str) -> str:
    """ " on atlas" for another machine, nothing for this one (empty)."""
    return f" on {printable(machine)}" if machine else ""


def on_machine(asked: Question, machine: str) -> Question:
    """``asked`` with the name of the machine whose processes are meant, where it is another one."""
    if not machine:
        return asked
    ending = "?" if asked.title.endswith("?") else ""
    return replace(asked, title=f"{asked.title.removesuffix('?')}{on_words(machine)}{ending}")


def whose_words(chosen: Chosen) -> str:
    """Who is chosen: "web (5)", "31 processes of firefox"."""
    return _object(chosen.targets, chosen.of)


def told(action: Action, outcomes: Sequence[Outcome]) -> Told:
    """What came of ``action``, those that were done first, each reason of the others once."""
    done = [outcome.target for outcome in outcomes if outcome.done]
    rest = [outcome for outcome in outcomes if not outcome.done]
    past = _verb(action)[1]
    if not outcomes:
        return Told("Nothing was chosen.")
    if len(outcomes) == 1:
        text = _with(past, named(outcomes[0].target)) if done else f"Not done: {_short(_verb(action)[0])}"
    elif not rest:
        text = _with(past, _count(done))
    else:
        text = _with(past, f"{fmt.count(len(done))} of {_count([o.target for o in outcomes])}")
    return Told(
        f"{text}.",
        tuple(_reasons(rest)),
        tuple(outcome.target for outcome in rest if outcome.trouble is Trouble.NOT_PERMITTED),
    )


def named(target: Target) -> str:
    """ "rustc (90180)"."""
    return f"{printable(target.name) or 'unnamed'} ({target.key.pid})"


def _reasons(rest: Sequence[Outcome]) -> list[str]:
    reasons: dict[str, int] = {}
    for outcome in rest:
        if outcome.trouble is Trouble.GONE:
            reason = "had ended already" if len(rest) > 1 else printable(outcome.reason)
        else:
            reason = printable(outcome.reason)
        reasons[reason] = reasons.get(reason, 0) + 1
    listed = [reason if count == 1 else f"{fmt.count(count)}: {reason}" for reason, count in reasons.items()]
    if len(listed) > _MOST_REASONS:
        more = len(listed) - _MOST_REASONS
        listed = [*listed[:_MOST_REASONS], f"and {fmt.count(more)} more, all in the audit log"]
    return listed


def _object(targets: Sequence[Target], of: str) -> str:
    if len(targets) == 1:
        return named(targets[0])
    names = {target.name for target in targets}
    whose = of or (next(iter(names)) if len(names) == 1 else "")
    return f"{_count(targets)} of {printable(whose)}" if whose else _count(targets)


def _count(targets: Sequence[Target]) -> str:
    return fmt.counted(len(targets), "process", "processes")


def _with(verb: str, object_: str) -> str:
    """``verb`` with its object in its place: "Set nice of {} to 5", or at its end."""
    return verb.replace("{}", object_) if "{}" in verb else f"{verb} {object_}"


def _short(verb: str) -> str:
    """``verb`` without its object: "Set nice 5"."""
    bare = verb.replace(" {}", "")
    return next((bare.removesuffix(end) for end in (" to", " for", " of") if bare.endswith(end)), bare)


def _verb(action: Action) -> tuple[str, str]:
    """What is to be done, and what was."""
    match action:
        case End():
            return "End", "Asked to end:"
        case Kill():
            return "Kill", "Killed"
        case Stop():
            return "Stop", "Stopped"
        case Resume():
            return "Continue", "Continued"
        case SendSignal(name):
            return f"Send {name} to", f"Sent {name} to"
        case SetNice(nice):
            return f"Set nice {nice} for", f"Set nice {nice} for"
        case SetIoPriority(io_class, level):
            words = f"I/O priority {io_class}" + (f" {level}" if io_class in ("realtime", "best-effort") else "")
            return f"Set {words} for", f"Set {words} for"
        case SetAffinity(cpus):
            words = fmt.counted(len(cpus), "CPU", "CPUs")
            return "Bind {} to " + words, "Bound {} to " + words
        case SetLimit():
            return "Limit the group of", "Limited the group of"


def _consequence(action: Action, *, many: bool) -> str:
    them = "They" if many else "It"
    match action:
        case End():
            return f"{them} may save work and end, or refuse."
        case Kill():
            return f"{them} cannot refuse, and what was not saved is lost."
        case Stop():
            return f"{them} will stand still until continued."
        case SendSignal(name):
            return f"What {name} leads to is up to the receiver."
        case SetLimit():
            return "The limit holds for everybody in the control group."
        case _:
            return "This takes effect at once."
