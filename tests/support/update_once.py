"""A process that updates a world and kills itself where its caller says: ``update_once.py FOLDER SOURCE STEP COUNT``.

It dies by SIGKILL at the ``COUNT``-th sign of progress of the step (each unpacked file is one); step ``-`` runs to the end.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from support.updating import World

from kiosk.cli.update_helpers import back_up_as_owner, problem_of
from kiosk.update.apply import Helpers, Update
from kiosk.update.journal import Step
from kiosk.update.trust import Source


def main(folder: Path, source: Path, step: str, count: int) -> None:
    world = World(folder)
    profile = folder / "profile"
    left = count

    def tell(at: Step, _: float) -> None:
        nonlocal left
        if at.value == step:
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    helpers = Helpers(
        test=lambda program, copied: problem_of(program, profile, copied), back_up=lambda: back_up_as_owner(profile)
    )
    with world.installation.alone():
        Update(world.installation, helpers, tell).apply(Source(source, world.installation, world.trust))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
