"""`mithaq demo`: the whole main job on a pretend provider, told step by step.

Every step is one of the commands that a provider would type, shown before it runs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from html import escape
from pathlib import Path
from typing import Any, Final

import typer

from mithaq.cli.output import print_document
from mithaq.cli.serving import HOST, server
from mithaq.kernel.errors import StateError

_MARK: Final = ".mithaq-demo"

_TITLES: Final = {
    "simulate": ("A pretend provider writes its logs", "مزوّد افتراضي يكتب سجلّاته"),
    "ingest": ("The logs are read without seeing content", "تُقرأ السجلّات دون رؤية المحتوى"),
    "case": ("People carry a case through the API to a decision", "يحمل أشخاص قضية عبر الواجهة إلى قرار"),
    "review": ("An allegation is tested claim by claim", "يُختبر ادّعاء زعمًا زعمًا"),
}


class DemoFailed(StateError):
    """A step of the demo did not do its work."""

    code = "demo-failed"


def demo(
    port: int = typer.Option(8000, "--port", help="Port to show the reports on; 0 takes any free one."),
    no_serve: bool = typer.Option(False, "--no-serve", help="Stop after the last step."),
    out: Path = typer.Option(Path("mithaq-demo"), "--out", help="Folder for everything the demo writes."),
    as_json: bool = typer.Option(False, "--json", help="Print one JSON document; implies --no-serve."),
) -> None:
    """Run the whole main job on a pretend provider's logs, step by step."""
    _prepare(out)
    telling = sys.stderr if as_json else sys.stdout
    steps = _Steps(out, telling)
    provider, lake = out / "provider", out / "lake"
    steps.run("simulate", "--out", str(provider))
    for source in sorted(path.name for path in (provider / "logs").iterdir()):
        steps.run("ingest", source, str(provider / "logs" / source), "--lake", str(lake))
    reviews = {}
    for allegation in sorted(provider.glob("allegation-*.yaml")):
        place = out / "reviews" / allegation.stem.removeprefix("allegation-")
        steps.run(
            "review", str(allegation), "--lake", str(lake),
            "--register", str(provider / "register.csv"), "--out", str(place),
        )  # fmt: skip
        reviews[place.name] = place
    case = _carry_case(out, provider, telling)
    if as_json:
        print_document(_document(reviews) | {"case": case})
        return
    typer.echo(f"  mithaq ledger proof {case['ledger']} --key {case['key']} --case {case['case']}")
    for name, place in reviews.items():
        typer.echo(f"  {name}: {place / 'review.html'}")
    if not no_serve:
        _serve(reviews, port)


def _carry_case(out: Path, provider: Path, telling: Any) -> dict[str, Any]:  # noqa: ANN401  # a text stream
    """Carry one case to an approved decision, in a process of its own; raises DemoFailed."""
    english, arabic = _TITLES["case"]
    print(f"\n{english} · {arabic}", file=telling, flush=True)
    home = (out / "home").absolute()
    command = [sys.executable, "-m", "mithaq.cli.demo_case", str(home), str(provider)]
    own = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "MITHAQ_NOW", "MITHAQ_URL")
    environment = {name: value for name, value in os.environ.items() if name not in own}
    done = subprocess.run(  # noqa: S603  # our own command
        command,
        env={**environment, "MITHAQ_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stderr, file=telling, end="", flush=True)
    if done.returncode:
        raise DemoFailed("the case was not carried through", hint="What it said stands just above.")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


class _Steps:
    """Runs commands as a person would type them, and says which."""

    def __init__(self, out: Path, telling: Any) -> None:  # noqa: ANN401  # a text stream
        self._out = out
        self._telling = telling
        self._number = 0

    def run(self, command: str, *arguments: str) -> None:
        """Show a command and run it; raises DemoFailed when it does not do its work."""
        from mithaq.cli.app import run  # noqa: PLC0415  # the dispatcher imports commands, not the reverse

        self._number += 1
        english, arabic = _TITLES[command]
        print(f"\n{self._number}. {english} · {arabic}", file=self._telling)
        print(f"   $ mithaq {command} {' '.join(arguments)}", file=self._telling, flush=True)
        stdout, sys.stdout = sys.stdout, self._telling
        try:
            code = run([command, *arguments])
        finally:
            sys.stdout = stdout
        if code:
            raise DemoFailed(
                f"step {self._number} ended with exit code {code}", hint="What it said stands just above."
            )


def _prepare(out: Path) -> None:
    """Make the folder anew; never one that a demo did not make."""
    if out.exists():
        if not (out / _MARK).exists():
            raise DemoFailed(
                "the folder is there and was not made by a demo",
                file=str(out),
                hint="Name another with --out.",
            )
        shutil.rmtree(out)
    out.mkdir(parents=True)
    (out / _MARK).touch()


def _document(reviews: dict[str, Path]) -> dict[str, Any]:
    rows = []
    for name, place in reviews.items():
        review = json.loads((place / "review.json").read_text("utf-8"))
        rows.append(
            {
                "name": name,
                "claims": {claim["id"]: claim["verdict"] for claim in review["claims"]},
                "clauses": {clause["id"]: clause["assessment"] for clause in review["clauses"]},
                "report": str(place / "review.html"),
            }
        )
    return {"mithaq": "demo/v1", "reviews": rows}


def _index(reviews: dict[str, Path]) -> str:
    rows = "".join(
        f'<li><bdi>{escape(name)}</bdi>: <a href="/{escape(name)}" hreflang="en">English</a> · '
        f'<a href="/{escape(name)}#ar" hreflang="ar" lang="ar">العربية</a></li>'
        for name in reviews
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Mithaq · ميثاق</title>'
        '<meta name="viewport" content="width=device-width"><style>body{font:1.1rem/1.7 system-ui,sans-serif;'
        "max-inline-size:42rem;margin:3rem auto;padding-inline:1.5rem}</style><main>"
        f'<h1>Mithaq · <span lang="ar" dir="rtl">ميثاق</span></h1><p>Reviews of the demo · '
        f'<span lang="ar" dir="rtl">مراجعات العرض</span></p><ul>{rows}</ul></main></html>'
    )


def _serve(reviews: dict[str, Path], port: int) -> None:
    pages = {"/": _index(reviews)}
    pages |= {f"/{name}": (place / "review.html").read_text("utf-8") for name, place in reviews.items()}
    with server(pages, port) as running:
        typer.echo(f"\nOpen http://{HOST}:{running.server_address[1]}/ (Ctrl-C ends it).")
        try:
            running.serve_forever()
        except KeyboardInterrupt:
            typer.echo("")
