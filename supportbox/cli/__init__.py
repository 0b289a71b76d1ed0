"""Every command, by name; a command's module is loaded only when it is asked for, so that each starts fast."""

import os
import sys
from importlib import import_module
from typing import Any

import click

from supportbox import __version__
from supportbox.errors import Refused

# name: (where the command is, what it is for)
COMMANDS = {
    "init": ("supportbox.cli.init:init", "Make an instance folder: keys, database, first owner."),
    "serve": ("supportbox.cli.serve:serve", "Serve the web pages, with the worker in the same process."),
    "work": ("supportbox.cli.work:work", "Fetch, deliver and index, without web pages."),
    "demo": ("supportbox.cli.demo:demo", "A desk with a sandbox mail server and sample people."),
    "doctor": ("supportbox.cli.ops:doctor", "Say how every part is doing, and what to do about it."),
    "upgrade": ("supportbox.cli.ops:upgrade", "Back up, then bring the database up to date."),
    "agent": ("supportbox.cli.agent:agent", "Add and list the people who answer; a new password."),
    "mailbox": ("supportbox.cli.mailbox:mailbox", "Add, list and test the addresses that receive mail."),
    "mail": ("supportbox.cli.mail:mail", "Read letters, list what came in, replay what was set aside."),
    "ticket": ("supportbox.cli.ticket:ticket", "List, show and export tickets."),
    "reply": ("supportbox.cli.ticket:reply", "Answer a ticket from a script."),
    "customer": ("supportbox.cli.customer:customer", "Hand out or erase what is kept of a person."),
    "kb": ("supportbox.cli.kb:kb", "Import, export and search articles."),
    "reindex": ("supportbox.cli.kb:reindex", "Build the search index again from the database."),
    "backup": ("supportbox.cli.ops:backup", "Put everything into one file."),
    "restore": ("supportbox.cli.ops:restore", "Make an instance from a backup."),
    "sending": ("supportbox.cli.sending:sending", "Say, switch on or off whether letters leave."),
}


class Commands(click.Group):
    """Finds commands in the table above and turns a refusal into one sentence on standard error."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, purpose) for name, (_, purpose) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        sentence, code = "", 1
        try:
            return super().invoke(ctx)
        except Refused as refusal:
            sentence = str(refusal)
        except KeyboardInterrupt:
            code = 130
        except Exception as error:
            sentence = _database_sentence(error)
            if not sentence:
                raise
        if sentence:
            click.echo(sentence, err=True)
        return ctx.exit(code)


def _database_sentence(error: Exception) -> str:
    """What to say of a database that is locked, full or broken; nothing for other errors."""
    # Looked up instead of imported: not every command needs a database, and its library takes a third of a second.
    library = sys.modules.get("sqlalchemy.exc")
    if library is None or not isinstance(error, library.OperationalError):
        return ""
    return f"The database could not be used: {error.orig}. Look with: supportbox doctor"


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="SupportBox")
def group() -> None:
    """SupportBox: an inbox and a help centre for a small business.

    The instance is the folder ./instance, or the one that SUPPORTBOX_INSTANCE names.
    """
    # Whatever a command writes belongs to the person who runs it, and to nobody else.
    os.umask(0o077)


def main() -> None:
    """The command line's entry point."""
    for stream in (sys.stdout, sys.stderr):
        # A machine without a locale would otherwise fail at the first accent.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace" if stream is sys.stderr else "strict")
    group(prog_name="supportbox")
