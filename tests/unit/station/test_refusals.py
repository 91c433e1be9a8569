"""The operator's memory of the last refusals, and what an explanation says."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import fields, replace

from support.heads import Held, head, picture
from support.visits import ASKING, Visit, seen_as

from kiosk.camera.obeying import Obeying
from kiosk.camera.relief import SyntheticPose
from kiosk.domain.challenge.motion import Ask, Motion, Sequence
from kiosk.domain.challenge.trace import EVERY_MS, MOST, Trace, TraceFrame, points_of
from kiosk.domain.explain import PassiveSeen, Veto, as_lines, as_svg, explain
from kiosk.domain.face import Face, PassiveSample
from kiosk.domain.session import events as ev
from kiosk.domain.session.machine import step
from kiosk.station.refusals import KEPT, Refusals

LEFT = Sequence((Ask(Motion.LEFT, 450.0),))


def tilted_picture() -> Visit:
    actor = Obeying(lambda t: SyntheticPose())

    def shown(at_ms: float, asked: Motion | None) -> Face:
        actor.ask(asked)
        return picture(Held(yaw=actor(at_ms).yaw))

    return Visit(sequence=LEFT).run(shown)


def test_an_operator_sees_which_cue_refused_and_what_would_have_passed() -> None:
    refused = tilted_picture().announced[0]
    told = explain(refused.visit, refused.decision, ASKING)
    assert told.decided_by in {"active.1.residual", "active.1.parallax"}
    by_name = {cue.name: cue for cue in told.cues}
    assert by_name["passive"].passes
    assert not by_name["active.1.residual"].passes
    assert by_name["active.1.residual"].limit == ASKING.active.min_residual
    assert told.score is not None
    assert told.score < 0.5
    words = "\n".join(as_lines(told))
    assert "NO  active.1.residual" in words
    assert "at least 0.022 passes" in words
    assert "asked: left" in words


def refused_by_a_veto() -> tuple[Refusals, Visit]:
    memory, visit, at_ms = Refusals(ASKING), Visit(sequence=LEFT), 0.0
    while not visit.announced:
        sample = PassiveSample(0.99, {"a": 0.7}, ("bezel",) if at_ms >= 100.0 else ())
        before, event = visit.kiosk, ev.Seen(replace(seen_as(at_ms, head(Held())), passive=sample))
        memory(before, event, *step(before, event, ASKING), "s")
        visit.step(event)
        at_ms += 50.0
    return memory, visit


def test_a_veto_says_in_how_many_frames_and_a_network_what_would_have_passed() -> None:
    (refusal,) = refused_by_a_veto()[0].last()
    told = refusal.explanation
    assert (told.vetoes, told.decided_by) == ((Veto("bezel", 1),), "bezel")
    words = "\n".join(as_lines(told))
    assert "veto: bezel, in 1 frames; in none passes" in words
    assert "network a: 0.7, at least 0.048 of all together" in words


def test_a_veto_that_was_latched_long_before_is_still_the_reason() -> None:
    refused = refused_by_a_veto()[1].announced[0]
    seen = PassiveSeen()
    for vetoes in ((), ("bezel",), ("bezel", "stream_frozen"), (), ()):
        seen = seen.add(PassiveSample(0.99, vetoes=vetoes), refused.visit.session)
    seen = seen.add(None, refused.visit.session)
    told = explain(refused.visit, refused.decision, ASKING, seen)
    assert told.vetoes == (Veto("bezel", 2), Veto("stream_frozen", 1))
    assert told.decided_by == "bezel"


def test_a_veto_of_another_session_is_not_a_reason() -> None:
    seen = PassiveSeen().add(PassiveSample(0.9, vetoes=("bezel",)), None)
    assert seen.vetoes == (Veto("bezel", 1),)
    refused = tilted_picture().announced[0]
    assert seen.add(PassiveSample(0.9), refused.visit.session).vetoes == ()
    assert explain(refused.visit, refused.decision, ASKING, seen).vetoes == ()  # nothing was latched


def test_somebody_who_did_nothing_was_not_measured_rather_than_flat() -> None:
    refused = Visit(sequence=LEFT).run(lambda t, m: head(Held())).announced[0]
    told = explain(refused.visit, refused.decision, ASKING)
    assert told.failure == "no_answer"
    assert {c.name: c.value for c in told.cues}["active.1.reaction_ms"] is None


def test_the_replay_is_landmarks_alone_and_draws_itself() -> None:
    trace = tilted_picture().announced[0].visit.trace
    assert 5 < len(trace.frames) <= MOST
    assert {f.name for f in fields(TraceFrame)} == {"at_ms", "yaw", "pitch", "asked", "points"}
    assert any(frame.asked is Motion.LEFT for frame in trace.frames)
    assert all(b.at_ms - a.at_ms >= EVERY_MS for a, b in zip(trace.frames, trace.frames[1:], strict=False))
    drawing = ET.fromstring(as_svg(trace))
    assert len(drawing[1]) == len(trace.frames)
    assert not [e for e in drawing.iter() if e.tag.endswith(("image", "script", "use"))]
    assert ET.fromstring(as_svg(Trace())) is not None


def test_a_trace_is_bounded_and_leaves_broken_frames_out() -> None:
    trace = Trace()
    for i in range(3 * MOST):
        trace = trace.add(head(Held(yaw=i % 10)), i * 100.0, width=1280, asked=None)
    assert len(trace.frames) == MOST
    broken = head(Held(yaw=float("nan")))
    assert trace.add(broken, 1e9, width=1280, asked=None) is trace
    x, y = points_of(trace.frames[-1])[4]
    assert 400 < x < 600
    assert 200 < y < 400


def test_the_last_refusals_are_kept_the_newest_first_and_can_be_forgotten() -> None:
    memory = Refusals(ASKING)
    for number in range(KEPT + 2):
        visit = Visit(sequence=LEFT)
        at_ms = 0.0
        while not visit.announced:
            before, event = visit.kiosk, ev.Seen(seen_as(at_ms, head(Held())))
            memory(before, event, *step(before, event, ASKING), f"s{number}")
            visit.step(event)
            at_ms += 50.0
    assert [r.session for r in memory.last()] == [f"s{n}" for n in range(KEPT + 1, 1, -1)]
    assert all(r.explanation.failure == "no_answer" for r in memory.last())
    memory.forget()
    assert memory.last() == ()
