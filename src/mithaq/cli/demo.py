"""`mithaq demo`: the whole main job on a pretend provider, told step by step, and then the console.

Every step is one of the commands that a provider would type, shown before it runs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import typer

from mithaq.cli.output import print_document
from mithaq.kernel.errors import StateError

_MARK: Final = ".mithaq-demo"
_PEOPLE: Final = "people.txt"
_CODES: Final = 5
"""Codes that are shown for each person; all of them stand nowhere else than in their account."""
_MITHAQ: Final = "from mithaq.cli import main; main()"

_TITLES: Final = {
    "simulate": ("A pretend provider writes its logs", "مزوّد افتراضي يكتب سجلّاته"),
    "ingest": ("The logs are read without seeing content", "تُقرأ السجلّات دون رؤية المحتوى"),
    "case": ("A provider's people work on a dozen cases", "يعمل أشخاص لدى المزوّد على اثنتي عشرة قضية"),
    "review": ("An allegation is tested claim by claim", "يُختبر ادّعاء زعمًا زعمًا"),
}


class DemoFailed(StateError):
    """A step of the demo did not do its work."""

    code = "demo-failed"


def demo(
    port: int = typer.Option(8000, "--port", help="Port of the console; 0 takes any free one."),
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
    story = _story(out, provider, lake, telling)
    _keep(out / _PEOPLE, _sign_ins(story))
    if as_json:
        people = [{"email": each["email"], "roles": each["roles"]} for each in story.pop("people")]
        del story["password"]  # it stands in the file, and goes into no log
        print_document(_document(reviews) | {"case": story, "people": people})
        return
    typer.echo(f"  mithaq ledger proof {story['ledger']} --key {story['key']} --case {story['case']}")
    for name, place in reviews.items():
        typer.echo(f"  {name}: {place / 'review.html'}")
    typer.echo(f"\n{_sign_ins(story)}")
    if not no_serve:
        _serve(out, lake, port)


def _story(out: Path, provider: Path, lake: Path, telling: Any) -> dict[str, Any]:  # noqa: ANN401  # a text stream
    """Tell the story of a dozen cases in a process of its own; raises DemoFailed."""
    english, arabic = _TITLES["case"]
    print(f"\n{english} · {arabic}", file=telling, flush=True)
    command = [sys.executable, "-m", "mithaq.cli.story", str(_home(out)), str(provider)]
    with subprocess.Popen(  # noqa: S603  # our own command
        command,
        env=_environment(out, lake),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as telling_it:
        for line in telling_it.stderr or ():  # what it answers is one line, so the other pipe never fills
            print(line, file=telling, end="", flush=True)
        answer = telling_it.stdout.read() if telling_it.stdout else ""
    if telling_it.returncode:
        raise DemoFailed("the story was not told to its end", hint="What it said stands just above.")
    told: dict[str, Any] = json.loads(answer)
    return told


def _home(out: Path) -> Path:
    return (out / "home").absolute()


def _environment(out: Path, lake: Path) -> dict[str, str]:
    """Give what the demo's own Mithaq runs with, whatever Mithaq the person's environment names."""
    own = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "MITHAQ_NOW", "MITHAQ_URL", "MITHAQ_KEY_FILE")
    others = {name: value for name, value in os.environ.items() if name not in own}
    return {**others, "MITHAQ_HOME": str(_home(out)), "MITHAQ_LAKE": str(lake.absolute())}


def _sign_ins(story: dict[str, Any]) -> str:
    """Write down as whom one can sign in."""
    lines = [
        "Sign in as any of these people. All have this password:",
        "يمكن الدخول باسم أيٍّ من هؤلاء، وكلمة المرور واحدة للجميع:",
        f"  {story['password']}",
        "Signing in asks for a code as well. So does an act that restricts or cannot be undone, once the",
        "last code is five minutes old. Each code works once:",
        "ويُطلب عند الدخول رمز أيضًا، وكذلك قبل كلّ فعل يقيّد أو لا رجعة فيه إذا مضت على آخر رمز خمس دقائق.",
        "ويعمل كلّ رمز مرة واحدة:",
        "",
    ]
    for each in story["people"]:
        codes = " ".join(each["codes"][:_CODES])
        lines.append(f"  {each['email']:<28}{', '.join(each['roles']):<18}{codes}")
    return "\n".join(lines)


def _keep(place: Path, text: str) -> None:
    """Write a file that only its owner reads."""
    place.touch(mode=0o600, exist_ok=False)
    place.write_text(f"{text}\n", encoding="utf-8")


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


def _serve(out: Path, lake: Path, port: int) -> None:
    """Serve the console, with a worker beside it, until Ctrl-C; raises DemoFailed if it does not start."""
    environment = _environment(out, lake)
    typer.echo("")
    with (
        _beside(["worker"], environment, out / "worker.log") as worker,
        _beside(["serve", "--port", str(port)], environment, out / "serve.log") as server,
    ):
        try:
            code = server.wait()
        except KeyboardInterrupt:
            code = 0
        finally:
            for process in (server, worker):
                process.terminate()
    if code:
        raise DemoFailed(
            "the console was not served", hint=f"See {out / 'serve.log'}; --port 0 takes any free port."
        )


def _beside(arguments: list[str], environment: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start a command of ours whose log goes into a file."""
    command = [sys.executable, "-c", _MITHAQ, *arguments]
    with log.open("wb") as stream:
        return subprocess.Popen(command, env=environment, stderr=stream)  # noqa: S603  # our own command
