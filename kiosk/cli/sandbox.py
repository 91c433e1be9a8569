"""``kiosk sandbox``: a local stand-in for the account, on this machine, until a signal ends it."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from types import FrameType

import click

from kiosk.cli.output import json_option, say

_NATIVE_LOG = "native.log"
_HIGHEST_PORT = 65_535


@click.command("sandbox")
@click.option("--port", type=click.IntRange(0, _HIGHEST_PORT), default=0, help="0, the default, takes a free one.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="What it keeps. Default: in the user data folder.",
)
@click.option("--fault", default="", metavar="SPEC", help="What goes wrong: lost_reply=0.1,http500=0.05,latency=300 …")
@click.option("--seed", type=int, default=0, help="Of the dice that are thrown for faults.")
@click.option("--credits", type=click.IntRange(min=0), default=100_000, help="Of a new account; used up is 402.")
@click.option("--print-token", is_flag=True, help="The account's token, alone on the first line.")
@click.option("--host", default="127.0.0.1", help="Address to listen on.")
@click.option("--expose", is_flag=True, help="Allow a --host that other machines reach.")
@click.option("--tls", is_flag=True, help="https, by an authority of its own; see authority.pem in --data.")
@json_option
def command(
    *,
    port: int,
    data: Path | None,
    fault: str,
    seed: int,
    credits: int,
    print_token: bool,
    host: str,
    expose: bool,
    tls: bool,
    as_json: bool,
) -> None:
    """A server on this machine that answers like the Verifik v2 API: real matching and liveness, its data in a folder.

    No code is mailed: read it at /_sandbox/codes. PUT {"spec": "http500=1"} to /_sandbox/faults changes what goes wrong.
    Faults: lost_reply, truncated, not_json, reset, http401, http402, http429, http500, tls (a share, 0 to 1), latency,
    slow_drip (milliseconds). Ctrl-C ends it.

    \b
    Example, in two terminals:
      kiosk sandbox --port 8787 --data ./account --print-token
      KIOSK_API__BASE_URL=http://127.0.0.1:8787 KIOSK_API__TOKEN=<the token> kiosk run --mode access
    """
    from kiosk import log
    from kiosk.paths import user_data
    from kiosk.sandbox.server import Server, demand_extra

    demand_extra()
    from kiosk.sandbox.context import Options

    folder = data or user_data() / "sandbox"
    server = Server(
        Options(data=folder, fault=fault, seed=seed, credits=credits), host=host, port=port, tls=tls, exposed=expose
    )

    def stop(_: int, __: FrameType | None) -> None:
        server.stop()

    try:
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, stop)
        if not server.is_local:
            click.echo(
                "Warning: other machines can reach this sandbox, and whoever has the token its people's faces.",
                err=True,
            )
        if as_json:
            token = {"token": server.account_token()} if print_token else {}
            say(json.dumps({**token, "base_url": server.base_url, "data": str(folder)}))
        else:
            if print_token:
                say(server.account_token())
            say(f"The sandbox listens on {server.base_url}")
        with log.quiet_native_stderr(folder / _NATIVE_LOG):
            server.run()
    finally:
        server.close()
