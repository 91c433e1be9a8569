"""The operator's room behind the screens: what may be asked of the station, by whom, and who answers.

    requests.py    OfficeRequest, what every question is; OfficeReply, what every answer comes in
    registry.py    which handler answers which question; Extension adds some
    room.py        Office: rights, an own pair of threads, deadlines
    tools.py       Tools: what handlers work with
    signing.py     SignedIn: who is signed in, and for how long;  names and PINs
    people.py results.py queue.py refusals.py operators.py exports.py   the questions and their handlers

To add something: a frozen ``OfficeRequest`` with ``needs`` (and ``deadline_s`` where 5 s are too short), a handler
``(request, Caller) -> frozen value``, and an extension ``(Registry, Tools) -> None`` that adds it; name the extension in
``kiosk.cli.office.extensions``. Its page goes into ``kiosk.ui.office.catalog``.

A handler runs on an office thread, never on the flow's or the GUI's. A question without the right is refused here, whatever the
screen offered, and an answer that comes after its operator has signed out is not delivered.
"""
