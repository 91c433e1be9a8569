"""The command line: one file a command, imported only when that command is used, so that ``--help`` is instant.

Every command module has a ``command``. The imports stand in functions of their own instead of in strings, so that a
packager that follows imports finds them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import click

from kiosk import __version__
from kiosk.cli.output import guarded
from kiosk.paths import is_frozen


def _run() -> click.Command:
    from kiosk.cli.run import command

    return command


def _enroll() -> click.Command:
    from kiosk.cli.enroll import command

    return command


def _identify() -> click.Command:
    from kiosk.cli.identify import command

    return command


def _people() -> click.Command:
    from kiosk.cli.people import command

    return command


def _operators() -> click.Command:
    from kiosk.cli.operators import command

    return command


def _validate() -> click.Command:
    from kiosk.cli.validate import command

    return command


def _sandbox() -> click.Command:
    from kiosk.cli.sandbox import command

    return command


def _evaluate() -> click.Command:
    from kiosk.cli.evaluate import command

    return command


def _sync() -> click.Command:
    from kiosk.cli.sync import command

    return command


def _bench() -> click.Command:
    from kiosk.cli.bench import command

    return command


def _doctor() -> click.Command:
    from kiosk.cli.doctor import command

    return command


def _models() -> click.Command:
    from kiosk.cli.models import command

    return command


def _audit() -> click.Command:
    from kiosk.cli.audit import command

    return command


def _update() -> click.Command:
    from kiosk.cli.update import command

    return command


def _config() -> click.Command:
    from kiosk.cli.config import command

    return command


def _support() -> click.Command:
    from kiosk.cli.support import command

    return command


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of ``kiosk --help`` and how to get at the command."""

    says: str
    load: Callable[[], click.Command]


COMMANDS = {
    "run": Entry("Start the station: an access door, or an enrolment desk.", _run),
    "enroll": Entry("Enrol people from pictures, without the window.", _enroll),
    "identify": Entry("Who is this? From a picture or a camera.", _identify),
    "people": Entry("List, show, change, delete and export people.", _people),
    "operators": Entry("Who may work at the station: add, list, disable, new PIN.", _operators),
    "validate": Entry("A biometric validation at the account: picture or camera.", _validate),
    "sync": Entry("What waits for the account: status, send now, review.", _sync),
    "sandbox": Entry("A local stand-in for the account, with faults on request.", _sandbox),
    "evaluate": Entry("Measure liveness or matching on a folder of real files.", _evaluate),
    "bench": Entry("Speed of every stage on this machine, beside its budget.", _bench),
    "doctor": Entry("Is this machine fit to be a kiosk?", _doctor),
    "models": Entry("List, verify and fetch the weights.", _models),
    "update": Entry("Bring in a signed new version from a folder.", _update),
    "audit": Entry("Is the audit whole? And a copy of it for others to check.", _audit),
    "support": Entry("A file for whoever helps, with nothing of anybody in it.", _support),
    "config": Entry("Show, check and change the settings of a profile.", _config),
}


class Root(click.Group):
    """Knows its commands by name; every error on the way becomes a message and an exit status in one place."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which people need them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        entry = COMMANDS.get(cmd_name)
        return entry.load() if entry else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.says) for name, entry in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Run, under the guard."""
        with guarded(ctx):
            return super().invoke(ctx)


@click.group(cls=Root, name="kiosk", context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="kiosk", message="%(prog)s %(version)s")
@click.pass_context
def root(ctx: click.Context) -> None:
    """An enrolment desk and an access door that look at a face and check for life, online or not.

    \b
    Examples:
      kiosk run --demo          a complete tour; needs no camera and no account
      kiosk doctor              is this machine fit to be a kiosk?
      kiosk identify --image visitor.jpg

    Exit status: 0 done, 1 the answer is no, 2 wrong usage or settings, 3 a part is missing or broken, 4 our bug.
    """
    if is_frozen():
        from kiosk.cli.update_start import hand_over

        status = hand_over(ctx.invoked_subcommand, sys.argv[1:])
        if status is not None:
            ctx.exit(status)
