"""Verifik v2 over httpx. The only room that knows httpx and the shapes of the wire.

    connect.py       everything put together: transport, client, gateway, account
    client.py        VerifikClient: one pool, one attribute a resource
    transport.py     one call: token, retries, errors;  retry.py  whether and when again;  skew.py  the server's clock
    exchange.py      one try;  pool.py  connections;  wire.py  sockets under one deadline;  tls.py  whom to trust
    server.py        base address and proxy;  payload.py  calls as bytes, bytes as JSON
    errors.py        every answer that is not the wanted one -> ApiError;  messages.py  NNN:token@score
    envelopes.py     {data}, {data,signature,id}, flat, three kinds of list -> what was asked for
    tokens.py        four kinds of token that cannot be mixed up; when each ends
    model.py         the base of every object; models/ the objects, a module a resource
    resources/       the operations, a module a resource: path, method, token kind, repeatable or not
    dialects.py      one domain Person, two shapes on the wire
    pictures.py      a picture to the API's rules
    conversation/    a login and an onboarding, step by step
    people.py        people in either dialect behind one interface
    gateway.py       the ports of ``kiosk.domain.remote``: who is this, now;  account.py  what the sync worker asks

Data flows   domain value -> dialect -> resource -> transport -> server -> envelope -> model -> domain value.
Nothing that was sent or received is ever in a log line or in the text of an exception.
"""
