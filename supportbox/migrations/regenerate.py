"""Development, until the first release: write revision 0001 again from the models."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from alembic.autogenerate import api, render
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Index, Table, create_engine

from supportbox import models
from supportbox.base import Base, UtcDateTime

FIRST = Path(__file__).parent / "first"
HEADER = '''"""Of revision 0001: {module}. Written by `python -m supportbox.migrations regenerate`, never edited."""

import sqlalchemy as sa
from alembic import op
'''


def regenerate() -> list[Path]:
    """Write one module for each module of models below migrations/first; returns what was written."""
    assert models  # importing it fills Base.metadata with every table
    FIRST.mkdir(exist_ok=True)
    for old in FIRST.glob("*.py"):
        old.unlink()
    with create_engine("sqlite://").connect() as connection:
        context = api.AutogenContext(MigrationContext.configure(connection), metadata=Base.metadata, opts=_options())
        modules = _by_module(Base.metadata.sorted_tables)
        written = [_write(name, tables, context) for name, tables in modules.items()]
    written.append(_write_order(modules))
    for arguments in (["format", "-q"], ["check", "--fix", "-q"]):
        subprocess.run([sys.executable, "-m", "ruff", *arguments, str(FIRST)], check=True)  # noqa: S603 - our own files
    return written


def _by_module(tables: Iterable[Table]) -> dict[str, list[Table]]:
    homes = {mapper.local_table: mapper.class_.__module__.rpartition(".")[2] for mapper in Base.registry.mappers}
    modules: dict[str, list[Table]] = {}
    for table in tables:
        modules.setdefault(homes.get(table, "links"), []).append(table)
    return modules


def _write(module: str, tables: list[Table], context: api.AutogenContext) -> Path:
    path = FIRST / f"{module}.py"
    functions = []
    for table in tables:
        operations: list[ops.MigrateOperation] = [ops.CreateTableOp.from_table(table)]
        operations += [ops.CreateIndexOp.from_index(index) for index in sorted(table.indexes, key=_name)]
        lines = [line for operation in operations for line in render.render_op(context, operation)]
        body = "\n".join(lines).replace("\n", "\n    ")
        functions.append(f"\n\ndef {table.name}() -> None:\n    {body}\n")
    path.write_text(HEADER.format(module=module) + "".join(functions))
    return path


def _write_order(modules: dict[str, list[Table]]) -> Path:
    homes = {table: module for module, tables in modules.items() for table in tables}
    path = FIRST / "__init__.py"
    path.write_text(
        '"""The tables of revision 0001, in the order in which they need each other."""\n\n'
        + "".join(f"from supportbox.migrations.first import {module}\n" for module in sorted(modules))
        + "\nTABLES = (\n"
        + "".join(f"    {homes[table]}.{table.name},\n" for table in Base.metadata.sorted_tables)
        + ")\n"
    )
    return path


def _name(index: Index) -> str:
    return str(index.name)


def _options() -> dict[str, Any]:
    return {
        "sqlalchemy_module_prefix": "sa.",
        "alembic_module_prefix": "op.",
        "user_module_prefix": None,
        "render_item": _render_item,
        "render_as_batch": False,
    }


def _render_item(kind: str, thing: Any, context: api.AutogenContext) -> str | Literal[False]:
    # A migration must not change when our type does, so it names SQLAlchemy's.
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False
