"""The rules of the kiosk: frozen values and pure functions over the standard library and numpy types.

Data that flows here: a :class:`~kiosk.domain.face.Sighting` (what vision saw in one frame, without pixels) is judged by
guidance, quality and liveness; the session machine turns judgements into effects; ports name what effects need done.
Nothing here reads a clock, a file or a device.
"""
