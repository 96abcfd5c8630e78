"""The commands. Each is one step of `naer run`, to be used alone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from core.database import Database
from core.settings import Settings

app = typer.Typer(
    help="Nær: first point of contact for relatives.", no_args_is_help=True, pretty_exceptions_enable=False
)
kb = typer.Typer(help="The knowledge base.", no_args_is_help=True)
staff = typer.Typer(help="Staff accounts.", no_args_is_help=True)
app.add_typer(kb, name="kb")
safety = typer.Typer(help="The crisis screen.", no_args_is_help=True)
app.add_typer(staff, name="staff")
app.add_typer(safety, name="safety")


def main() -> None:
    """Entry point; wrong settings are named plainly."""
    app()


def _say(text: str) -> None:
    typer.echo(f"  {text}")


def _settings() -> Settings:
    from pydantic import ValidationError

    try:
        return Settings()
    except ValidationError as error:
        for problem in error.errors():
            typer.echo(f"NAER_{str(problem['loc'][0]).upper()}: {problem['msg']}", err=True)
        raise typer.Exit(2) from error


def _database(settings: Settings) -> Database:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Database(settings.resolved_database_url)


@app.command()
def run() -> None:
    """Set up what is missing, then start engine and app, and keep them running until Ctrl-C."""
    from channels.cli import supervisor

    sys.exit(supervisor.run(_settings(), _say))


@app.command()
def train(force: Annotated[bool, typer.Option(help="Train even if nothing has changed.")] = False) -> None:
    """Train Rasa, if its inputs have changed."""
    from channels import setup
    from channels.cli import training

    settings = _settings()
    database = _database(settings)
    setup.migrate(database)
    training.train(settings, database, _say, force=force)


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema and seed what is missing."""
    from channels import setup

    settings = _settings()
    setup.prepare(settings, _database(settings), _say)


@app.command()
def doctor() -> None:
    """Look at every part and say what is wrong and how to mend it."""
    from channels.cli import doctor as doctor_module

    settings = _settings()
    sys.exit(0 if doctor_module.examine(settings, _database(settings), typer.echo) else 1)


@app.command("webhook-secret")
def webhook_secret(municipality: str) -> None:
    """Show what a municipality checks the signatures of its webhook with."""
    from channels.notices import senders

    typer.echo(senders.webhook_secret(_settings(), municipality))


@kb.command("import")
def kb_import(folder: Annotated[Path, typer.Argument(help="<scope>/<slug>/<language>.md")]) -> None:
    """Import articles from Markdown: everything, or with any problem nothing at all."""
    from channels import setup
    from knowledge_base import importer
    from knowledge_base.content_format import ContentError

    settings = _settings()
    database = _database(settings)
    setup.migrate(database)
    try:
        with database.writing() as session:
            written = importer.import_folder(session, folder, author="import")
    except ContentError as error:
        for problem in error.problems:
            typer.echo(str(problem), err=True)
        typer.echo(f"{len(error.problems)} problems; nothing was imported.", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{written} articles imported. A running app takes them up within seconds.")


@kb.command("export")
def kb_export(folder: Path) -> None:
    """Export the published articles as Markdown."""
    from knowledge_base import exporter

    with _database(_settings()).reading() as session:
        typer.echo(f"{exporter.export_folder(session, folder)} articles exported to {folder}.")


@kb.command("check")
def kb_check(strict: Annotated[bool, typer.Option(help="Exit with 1 if anything is found.")] = False) -> None:
    """Find missing languages, stale translations, past review dates, dead links, long answers, near-duplicate questions."""
    from channels import setup
    from knowledge_base import checker

    settings = _settings()
    database = _database(settings)
    setup.migrate(database)
    with database.reading() as session:
        found = checker.check(session, settings.embedding_model)
    for finding in found:
        typer.echo(str(finding))
    typer.echo(f"{len(found)} findings.")
    if strict and found:
        raise typer.Exit(1)


@kb.command("reindex")
def kb_reindex(
    relearn: Annotated[bool, typer.Option(help="Learn projection and calibration anew, too.")] = True,
) -> None:
    """Embed what is new and learn the ranking from the content."""
    from knowledge_base.retrieval.embeddings import Embedder
    from knowledge_base.service import KnowledgeBase

    settings = _settings()
    knowledge = KnowledgeBase(_database(settings), Embedder(settings.embedding_model))
    last = ""

    def progress(what: str, done: int, total: int) -> None:
        nonlocal last
        text = f"  Index: {what} {done}/{total}" if total > 1 else f"  Index: {what}"
        if what != last or done >= total or done % 640 == 0:
            typer.echo(text)
        last = what

    index = knowledge.rebuild(relearn=relearn, progress=progress)
    typer.echo(f"  Index: {index.size} texts of {len(index.articles)} articles, content version {index.version}")


@kb.command("vectors")
def kb_vectors() -> None:
    """For developers: write the vectors of the shipped content beside it, so that a first start need not make them."""
    from channels.cli import training
    from knowledge_base.retrieval import shipped_vectors

    settings = _settings()
    count, size = shipped_vectors.write(_database(settings), settings.embedding_model, training.sentences())
    typer.echo(f"{count} vectors, {size / 1e6:.1f} MB")


@kb.command("courses")
def kb_courses(file: Path, municipality: Annotated[str, typer.Option(help="id of the municipality")]) -> None:
    """Import courses from a portal's export: iCalendar, CSV or JSON. Bad rows are named, good ones kept."""
    from core.errors import AppError
    from knowledge_base.courses import service

    try:
        report = service.import_file(_database(_settings()), file, municipality)
    except AppError as error:
        typer.echo(error.message, err=True)
        raise typer.Exit(1) from error
    for problem in report.problems:
        typer.echo(str(problem), err=True)
    typer.echo(f"{report.created} new, {report.updated} changed, {report.unchanged} as before.")


@safety.command("learn")
def safety_learn() -> None:
    """Learn the crisis screen's second opinion anew from its example sentences; needs an installation that is set up."""
    from channels import setup
    from channels.cli import safety_learning

    settings = _settings()
    database = _database(settings)
    setup.migrate(database)
    typer.echo(safety_learning.learn(settings, database))


@staff.command("add")
def staff_add(
    email: str,
    name: str,
    role: Annotated[str, typer.Option(help="counsellor, editor or admin")],
    municipality: str = typer.Option(..., help="id of the municipality"),
    password: str = typer.Option(..., prompt=True, confirmation_prompt=True, hide_input=True),
) -> None:
    """Make an account."""
    from channels.auth import accounts
    from core.errors import AppError

    with _database(_settings()).writing() as session:
        try:
            accounts.add(session, email=email, name=name, role=role, municipality=municipality, password=password)
        except AppError as error:
            typer.echo(error.message, err=True)
            raise typer.Exit(1) from error
    typer.echo(f"{email} can log in.")


@staff.command("remove-demo")
def staff_remove_demo() -> None:
    """Deactivate the demo's accounts, before production."""
    from channels import setup
    from channels.auth import accounts

    settings = _settings()
    with _database(settings).writing() as session:
        count = accounts.remove_demo(session, setup.accounts_path(settings))
    typer.echo(f"{count} demo accounts deactivated.")
