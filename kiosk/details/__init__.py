"""What a person tells about themselves, checked: as typed into the form, from a ``--details`` file, from a table of people.

A problem is a code with a text in every language (``problem.<code>``).
"""

from kiosk.details.check import PROBLEMS, Origin, check_details, checks_at
from kiosk.details.files import LineProblem, LookedAt, TableRow, look_at_people_csv, read_details, read_people_csv

__all__ = [
    "PROBLEMS",
    "LineProblem",
    "LookedAt",
    "Origin",
    "TableRow",
    "check_details",
    "checks_at",
    "look_at_people_csv",
    "read_details",
    "read_people_csv",
]
