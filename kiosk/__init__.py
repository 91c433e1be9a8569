"""kiosk: an enrolment desk and an access door that look at a face, check for life and say how true the answer is.

The rooms and who may import whom: ``cli > ui > station > {camera, vision, gallery, store, door} > domain``.
"""

__version__ = "0.1.0"
