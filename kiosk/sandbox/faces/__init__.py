"""What the sandbox sees in a picture: the kiosk's own tracker, liveness networks and matcher behind the service's scales.

    pictures.py   text of a request -> JPEG bytes, or why not
    seen.py       the faces of one picture; what of the service's picture rules each breaks
    scale.py      the kiosk's liveness score and cosine -> the service's 0..1
    eyes.py       Faces: the networks on one thread, loaded on first use
    people.py     1:N over templates that routes keep with their persons

Knows no HTTP and no storage. No picture is kept beyond the call, and none is logged.
"""

from kiosk.sandbox.faces.eyes import Faces, Likeness
from kiosk.sandbox.faces.people import Hit, People
from kiosk.sandbox.faces.pictures import PictureError, read_image
from kiosk.sandbox.faces.seen import FaceSeen, Flaw, Look, main_flaw, one_face_flaw

__all__ = [
    "FaceSeen",
    "Faces",
    "Flaw",
    "Hit",
    "Likeness",
    "Look",
    "People",
    "PictureError",
    "main_flaw",
    "one_face_flaw",
    "read_image",
]
