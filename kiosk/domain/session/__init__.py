"""The session machine: ``step(kiosk, event, policy) -> (kiosk, effects)``, pure.

    Attract ─face─▶ Guiding ─ok─▶ Holding ─steady─▶ Liveness ─live─▶ [Challenge] ─▶ Capturing ─▶ Deciding ─▶ Granted | Denied
       │ enrolment                 ▲  │                 │ attack ───────────────────────────────────────────▶ Denied
       └▶ Consent ─▶ Details ──────┘  └─ not ok any more ┘        enrolment: Deciding ─▶ Review ─▶ Submitting ─▶ Granted
    results ─▶ Cooldown ─▶ Attract       too many attacks ─▶ LockedOut       any ─PartFailed─▶ Fault ─PartBack─▶ Attract

Invariants (each a hypothesis property in ``tests/properties/test_machine.py``):

- a door opens at most once a session, and only after a live verdict and an accepting decision of that session and track;
- spoof evidence is never outvoted; a track break, a second face or a swap starts a new session;
- every waiting state has a limit and a named next state; an event of an older session changes nothing;
- leaving a session always wipes it; Fault is reachable from everywhere and opens nothing.

``states`` is what there is, ``events`` what happens, ``effects`` what is to be done, ``machine`` the table, ``visit`` the part of
the table in which a face is followed.
"""
