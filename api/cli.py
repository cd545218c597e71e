"""The command line: `elijah`. Commands are imported only when they are called, so that a cold search stays quick.

Exit codes: 0 done, 1 done with rejected rows or findings, 2 could not run. A traceback is shown with `ELIJAH_DEBUG=1` only.
"""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from pathlib import Path

import click

from matcher.errors import InputError

# Command -> (module in api.commands, help line).
_COMMANDS = {
    "demo": ("demo", "Load the samples, reconcile, print the best matches, open the pages."),
    "load": ("load", "Load reports and intakes from CSV or XLSX files."),
    "search": ("search", "Look for a child by what is known."),
    "check": ("check", "Check a spreadsheet of arrivals or reports, without storing it."),
    "match": ("search", "The candidates of one stored record."),
    "reconcile": ("reconcile", "The night job: everything changed against everything open."),
    "review": ("review", "List possible matches and decide."),
    "evaluate": ("evaluate", "Measure the matches against known pairs."),
    "fit": ("fit", "Re-estimate the weights from own records and decisions; go back."),
    "names": ("names", "How names are read and compared."),
    "dates": ("dates", "How dates and ages are read."),
    "places": ("places", "How places are read; import an official gazetteer."),
    "index": ("index", "The state of the candidate index; rebuild it."),
    "serve": ("serve", "Serve the pages and the HTTP interface."),
    "withdraw": ("records", "Remove a record for good."),
    "export": ("records", "Write the stored records to a CSV or XLSX file."),
}


class _Commands(click.Group):
    """Finds a command in its module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"api.commands.{_COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in _COMMANDS.items()])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="elijah", prog_name="elijah")
def elijah() -> None:
    """Elijah finds missing children: it ranks and explains who may be whom. People decide."""


def main() -> None:
    """Run the command line and end the process with its exit code."""
    try:
        sys.exit(elijah.main(standalone_mode=False) or 0)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(130)
    except InputError as error:
        _fail(error.message + (f" (column {error.column})" if error.column else ""))
    except BrokenPipeError:
        # The reader (`| head`) has gone; point standard output elsewhere so that the interpreter's own flush is silent.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # noqa: BLE001  # the last wall before the user: a traceback may carry a child's name
        if os.environ.get("ELIJAH_DEBUG"):
            traceback.print_exc()
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno}"
        _fail(f"unexpected {place}; set ELIJAH_DEBUG=1 to see more, and report it")


def _fail(message: str) -> None:
    click.echo(f"elijah: {message}", err=True)
    sys.exit(2)
