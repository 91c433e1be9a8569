"""``kiosk validate``: one biometric validation at the account, from a picture or a camera, step by step."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from kiosk.cli.output import NO, emit, json_option, say
from kiosk.cli.station import open_station, profile_option, region_of
from kiosk.cli.validating import Asked, Validate
from kiosk.domain.person import Details
from kiosk.domain.record import ValidationType

WITHIN_S = 240.0
"""As long as a liveness session lives: a person may have to look for a code."""


@click.command("validate")
@click.option(
    "--type",
    "kind",
    required=True,
    type=click.Choice([kind.value for kind in ValidationType]),
    help="login: who is this? validation: a living person? onboarding: a new one. oneTimeLink: a link to send on.",
)
@click.option("--image", type=click.Path(path_type=Path), metavar="FILE", help="A picture of the person.")
@click.option("--camera", "camera_uri", metavar="URI", help="A camera, as for kiosk run.")
@click.option("--email", default="", help="Of the person: for the codes of an onboarding, a link, or a second factor.")
@click.option("--phone", default="", help="The same with a phone, +573001234567.")
@click.option("--details", "details_path", type=click.Path(path_type=Path), metavar="FILE.json", help="Who is new.")
@click.option("--document", type=click.Path(path_type=Path), metavar="FILE", help="Their document, for an onboarding.")
@click.option("--document-back", type=click.Path(path_type=Path), metavar="FILE", help="Its other side.")
@click.option("--2fa", "second_factor", is_flag=True, help="Want a code besides the face.")
@click.option("--code", "codes", multiple=True, metavar="CODE", help="Instead of asking; once for each code.")
@click.option(
    "--within", type=click.FloatRange(1, 3600), default=WITHIN_S, show_default=True, metavar="S", help="At most."
)
@profile_option
@json_option
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Create and run a biometric validation at the account. Exit status 0 validated, 1 refused, 3 no answer.

    The picture is checked by the account's rules first: the face 224 px, 25 px from the edge, 80 px between the pupils, turned
    by 30 degrees at most; one that breaks them is not sent, and what is wrong is said. A one-time link needs no picture.

    \b
    Examples:
      kiosk validate --type login --image visitor.jpg
      kiosk validate --type onboarding --image ana.jpg --details ana.json --json
      kiosk validate --type oneTimeLink --email ana@example.org
    """
    from kiosk.cli.told import as_object, in_words

    asked = _asked(given, region_of(ctx, given["profile_path"]))
    profile, settings = open_station(ctx, given["profile_path"], {"camera.uri": given["camera_uri"]})
    outcome = Validate(asked, settings, profile.root, silent=given["as_json"]).run()
    if given["as_json"]:
        emit(as_object(outcome))
    else:
        for line in in_words(outcome):
            say(line)
    if not outcome.is_yes:
        ctx.exit(NO)


def _asked(given: dict[str, Any], region: str | None) -> Asked:
    """Check the options against each other.

    Args:
        given: the options.
        region: see :func:`kiosk.cli.station.region_of`.

    Raises:
        UsageError: they do not fit together.
        InputError: the details file cannot be used.
    """
    from kiosk.details import Origin, check_details, read_details

    kind = ValidationType(given["kind"])
    if given["image"] is not None and given["camera_uri"] is not None:
        raise click.UsageError("Give either --image FILE or --camera URI.")
    asked = Asked(
        kind=kind,
        image=given["image"],
        has_camera=given["camera_uri"] is not None,
        details=Details(first_name="")
        if given["details_path"] is None
        else read_details(given["details_path"], region=region),
        document=given["document"],
        document_back=given["document_back"],
        second_factor=given["second_factor"],
        codes=given["codes"],
        within_s=given["within"],
    )
    if not asked.has_picture and kind is not ValidationType.ONE_TIME_LINK:
        raise click.UsageError("Give either --image FILE or --camera URI.")
    if kind is not ValidationType.ONBOARDING and (given["details_path"] is not None or given["document"] is not None):
        raise click.UsageError("--details and --document are for --type onboarding.")
    typed = {"first_name": "A", "email": given["email"], "phone": given["phone"]}
    told = {name: text for name, text in typed.items() if text}
    checked, problems = check_details(told, region=region, origin=Origin.FILE)
    if checked is None:
        raise click.UsageError(
            f"--{' and --'.join(sorted(problems))}: not an address, or not a number like +573001234567."
        )
    email, phone = checked.email or asked.details.email, checked.phone or asked.details.phone
    if kind is ValidationType.ONBOARDING and not email and not phone:
        raise click.UsageError("An onboarding needs --email, --phone, or --details with one of them.")
    return replace(asked, details=replace(asked.details, email=email, phone=phone))
