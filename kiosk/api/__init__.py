"""Verifik v2 over httpx. The only room that knows httpx and the shapes of the wire.

    client.py        VerifikClient: one pool, one attribute a resource
    transport.py     one call: time limits, retries, reading, errors;  retry.py  whether and when again
    errors.py        every answer that is not the wanted one -> ApiError;  messages.py  NNN:token@score
    envelopes.py     {data}, {data,signature,id}, flat, three kinds of list -> what was asked for
    tokens.py        four kinds of token that cannot be mixed up; when each ends
    model.py         the base of every object; models/ the objects, a module a resource
    resources/       the operations, a module a resource: path, method, token kind, repeatable or not
    dialects.py      one domain Person, two shapes on the wire
    pictures.py      a picture to the API's rules
    conversation/    a login and an onboarding, step by step
    gateway.py       the ports of ``kiosk.domain.remote``

Data flows   domain value -> dialect -> resource -> transport -> server -> envelope -> model -> domain value.
Nothing that was sent or received is ever in a log line or in the text of an exception.
"""
