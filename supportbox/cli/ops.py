"""`supportbox doctor`, `upgrade`, `backup` and `restore`: looking after an instance."""

import click


@click.command()
def doctor() -> None:
    pass


@click.command()
def upgrade() -> None:
    pass


@click.command()
def backup() -> None:
    pass


@click.command()
def restore() -> None:
    pass
