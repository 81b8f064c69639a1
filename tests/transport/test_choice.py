"""One of several hubs."""

from __future__ import annotations

from dataclasses import replace

from sysmon.model.link import LinkState, Reason
from sysmon.model.peer import Peer
from sysmon.protocol import messages as m
from sysmon.protocol.messages import Hello
from sysmon.protocol.side import Side, greeting
from sysmon.runtime.bench.plain_trust import PlainTrust
from sysmon.transport.choice import Choice
from sysmon.transport.lease import Lease
from sysmon.transport.rounds import Rounds
from tests.transport.made import Program, closing, tell_address
from tests.transport.times import SteppedTimes


class PaperHubs:
    """Hubs that answer when a test says so."""

    def __init__(self) -> None:
        self.wanted: list[str] = []
        self.up: dict[str, Hello] = {}

    def want(self, peer: str) -> Lease:
        self.wanted.append(peer)
        return Lease(peer, lambda peer, _: self.wanted.remove(peer))

    def hello(self, peer: str) -> Hello | None:
        return self.up.get(peer)

    def answer(self, choice: Choice, peer: str, load: float, draining: bool = False) -> None:
        self.up[peer] = greeting("p", m.Host(peer, peer), 1, load=load, draining=draining)
        choice.greeted(peer)


class Chosen:
    def __init__(self, *peers: str) -> None:
        self.times = SteppedTimes()
        self.hubs = PaperHubs()
        self.choice = Choice(peers, self.hubs, Rounds(self.times), lambda a, _: a)

    def answer(self, peer: str, load: float, draining: bool = False) -> None:
        self.hubs.answer(self.choice, peer, load, draining)


async def test_two_are_asked_and_the_less_loaded_one_is_kept() -> None:
    chosen = Chosen("a", "b", "c")
    assert chosen.hubs.wanted == ["a", "b"]
    chosen.answer("a", 0.9)
    assert chosen.choice.current is None
    chosen.answer("b", 0.3)
    assert (chosen.choice.current, chosen.hubs.wanted) == ("b", ["b"])
    assert chosen.times.timers == 1, "for the next comparison"


async def test_the_second_one_is_not_waited_for_long() -> None:
    chosen = Chosen("a", "b")
    chosen.answer("a", 0.9)
    chosen.times.step(1.0)
    assert (chosen.choice.current, chosen.hubs.wanted) == ("a", ["a"])


async def test_one_that_is_about_to_end_is_the_last_choice() -> None:
    chosen = Chosen("a", "b")
    chosen.answer("a", 0.0, draining=True)
    chosen.answer("b", 1.0)
    assert chosen.choice.current == "b"


async def test_when_it_fails_others_are_asked_at_once() -> None:
    chosen = Chosen("a", "b", "c")
    chosen.answer("a", 0.1)
    chosen.answer("b", 0.5)
    chosen.hubs.up.clear()
    chosen.choice.failed("a")
    assert chosen.choice.current is None
    assert set(chosen.hubs.wanted) == {"b", "c"}
    chosen.answer("c", 0.2)
    chosen.answer("b", 0.5)
    assert (chosen.choice.current, chosen.hubs.wanted) == ("c", ["c"])


async def test_of_two_the_other_is_taken_without_waiting_for_the_one_that_failed() -> None:
    chosen = Chosen("a", "b")
    chosen.answer("a", 0.1)
    chosen.answer("b", 0.5)
    chosen.hubs.up.clear()
    chosen.choice.failed("a")
    assert set(chosen.hubs.wanted) == {"a", "b"}
    chosen.answer("b", 0.9)
    assert chosen.choice.current == "b"


async def test_a_small_difference_moves_nobody() -> None:
    chosen = Chosen("a", "b", "c")
    chosen.answer("a", 0.50)
    chosen.answer("b", 0.60)
    chosen.choice._hold_two(["c"])
    chosen.answer("c", 0.35)
    assert chosen.choice.current == "a"
    del chosen.hubs.up["c"]
    chosen.choice._hold_two(["c"])
    chosen.answer("c", 0.25)
    assert chosen.choice.current == "c"


async def test_sent_away_it_goes_where_it_is_told_and_leaves_only_then() -> None:
    chosen = Chosen("a", "b", "c")
    chosen.answer("a", 0.1)
    chosen.answer("b", 0.2)
    chosen.hubs.up = {"a": chosen.hubs.up["a"]}
    chosen.choice.moved("a", ["nonsense", "c"])
    assert set(chosen.hubs.wanted) == {"a", "c"}
    assert chosen.choice.current == "a"
    chosen.answer("c", 0.9)
    assert (chosen.choice.current, chosen.hubs.wanted) == ("c", ["c"])
    chosen.choice.moved("b", ["a"])
    assert chosen.hubs.wanted == ["c"], "only the one that serves us may send us away"


async def test_one_that_ends_names_those_that_are_asked_first() -> None:
    chosen = Chosen("a", "b", "c", "d")
    chosen.answer("a", 0.1)
    chosen.answer("b", 0.5)
    chosen.hubs.up.clear()
    chosen.choice.failed("a", ["nonsense", "a", "d", "d"])
    assert chosen.hubs.wanted == ["d", "b"]
    chosen.choice.failed("d", ["a"])
    assert "a" not in chosen.hubs.wanted, "one that has just failed is named in vain"


async def test_a_hub_that_comes_to_be_loaded_is_compared_with_another_one_and_left() -> None:
    chosen = Chosen("a", "b")
    chosen.answer("a", 0.05)
    chosen.answer("b", 0.1)
    assert (chosen.choice.current, chosen.hubs.wanted) == ("a", ["a"])
    del chosen.hubs.up["b"]
    chosen.times.step(60.0)
    assert chosen.hubs.wanted == ["a"], "no other one is asked while it has little to do"
    chosen.hubs.up["a"] = greeting("p", m.Host("a", "a"), 1, load=0.9)
    chosen.times.step(60.0)
    assert chosen.hubs.wanted == ["a", "b"]
    chosen.answer("b", 0.2)
    assert (chosen.choice.current, chosen.hubs.wanted) == ("b", ["b"])
    chosen.choice.close()
    assert chosen.times.timers == 0


async def test_a_comparison_that_nobody_answers_changes_nothing() -> None:
    chosen = Chosen("a", "b")
    chosen.answer("a", 0.9)
    chosen.answer("b", 0.95)
    del chosen.hubs.up["b"]
    chosen.times.step(60.0)
    assert chosen.hubs.wanted == ["a", "b"]
    chosen.times.step(2.0)
    assert (chosen.choice.current, chosen.hubs.wanted) == ("a", ["a"])


async def test_one_hub_alone_cannot_send_away() -> None:
    chosen = Chosen("a", "a")
    chosen.answer("a", 0.1)
    chosen.choice.moved("a", ["b"])
    chosen.choice.failed("a")
    assert chosen.hubs.wanted == ["a"]


async def test_closing_wants_none() -> None:
    chosen = Chosen("a", "b")
    chosen.answer("a", 0.1)
    chosen.choice.close()
    chosen.choice.close()
    chosen.choice.failed("b")
    chosen.choice.greeted("a")
    assert chosen.hubs.wanted == []
    assert chosen.times.timers == 0


def loaded(load: float) -> object:
    def side(given: Side) -> Side:
        return replace(given, hello=greeting("test 1", given.hello.host, 1, load=load))

    return side


async def test_an_agent_changes_hubs_when_its_hub_goes() -> None:
    agent = Program("agent", PlainTrust([Peer(hub, hub) for hub in ("one", "two")]))
    hubs = {name: Program(name, PlainTrust([Peer("agent", "agent")])) for name in ("one", "two")}
    async with closing(agent, *hubs.values()):
        for name, load in (("one", 0.2), ("two", 0.8)):
            hubs[name].sides["agent"] = loaded(load)  # type: ignore[assignment]
            tell_address(agent, name, await hubs[name].listen())
        choice = agent.links.want_any(["one", "two"])
        await agent.until_state("out:two", LinkState.DISABLED)
        await agent.until_state("out:one", LinkState.SYNCING)
        assert choice.current == "one"
        await hubs["one"].links.close(to=["two"])
        await agent.until_state("out:two", LinkState.SYNCING)
        assert choice.current == "two"
        assert any(step.reason is Reason.DRAINING for step in agent.steps)


async def test_a_load_that_is_none_counts_as_half() -> None:
    chosen = Chosen("a", "b")
    chosen.answer("a", float("nan"))
    chosen.answer("b", 0.6)
    assert chosen.choice.current == "a"
    chosen = Chosen("a", "b")
    chosen.answer("a", -5.0)
    chosen.answer("b", 0.4)
    assert chosen.choice.current == "b"
