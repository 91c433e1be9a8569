"""A login and an onboarding, step by step over the client, each under one deadline.

    places.py        which project and flow: from settings, else looked up once
    validating.py    a biometric validation of one of the four types: open, judge, open again once where the minutes ran out
    second_factor.py the code by e-mail or phone that a login may want besides the face
    onboarding.py    a registration: codes, document, selfie, comparison, end
    steps.py         what is told on the way, and how it ends

A refusal is a value (:class:`~kiosk.domain.remote.Answer`); no answer, no rights, no credits, no such project: an ``ApiError``.
Whoever is let in here was found, is live, and came with a login token in the same answer: silence is no success.
"""
