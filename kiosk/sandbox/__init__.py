"""A local stand-in for the Verifik v2 API: real face matching and liveness behind the documented answers (extra ``sandbox``).

    server.py  line.py       binds a port and runs the application on it
    app.py  routing.py       from a request to a route and back: who may call, JSON, documented statuses
    mishaps.py  faults.py    what goes wrong on purpose, down to the socket
    control.py               /_sandbox/...: state, codes, faults, clock
    context.py               Sandbox: what every route gets besides the request
    storage.py  kinds.py     JSON documents and pictures, on the disk before the answer is sent
    tokens.py  codes.py  webhooks.py  seed.py
    replies.py  errors.py  fields.py  shapes.py  query.py  lookup.py  versions.py    what routes are written with
    onboarding.py  one_time.py  persons.py    rules that several routes share
    faces/  vision.py        what is seen in a picture
    routes/                  one module a resource

Imported only by ``kiosk sandbox`` and by tests. It knows nothing of the client in kiosk.api: the contract is what both keep to.
"""
