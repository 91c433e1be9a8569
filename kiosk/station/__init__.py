"""The running kiosk: threads, mailboxes, a supervisor, and the flow that turns the session machine's effects into work.

    camera thread ──Frame──▶ latest slot ──▶ vision thread ──Sighting──▶ flow thread ──effects──▶ io pool, door, vision
         │                        │                                          │
         └── state ──▶ flow       └── pixels pulled by the GUI timer         └── Snapshot ──▶ listeners (GUI bridge, event log)

Only :class:`~kiosk.station.snapshot.Snapshot` values leave the station towards the screen; they hold no pixels and no
template. The person's name is in a snapshot while the result is on screen, and gone with it.
"""
