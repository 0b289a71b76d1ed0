"""Settings: read once from the environment and config.toml, checked, then frozen."""

import hashlib
import hmac
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from supportbox.errors import Refused

PREFIX = "SUPPORTBOX_"
KNOWN = {
    "instance", "database_url", "base_url", "secret_key", "threads", "poll_seconds", "undo_seconds",
    "max_mail_bytes", "trusted_proxies", "log", "search_engine",
}  # fmt: skip
# Read by the test run, not by the product.
NOT_OURS = {"require_services", "long_tests"}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the installation is told from outside. What an owner may change lives in the database instead."""

    instance: Path
    database_url: str
    base_url: str
    secret_key: str
    threads: int = 4
    poll_seconds: float = 60.0
    undo_seconds: int = 10
    max_mail_bytes: int = 25_000_000
    trusted_proxies: tuple[str, ...] = ()
    log: str = "text"
    search_engine: str = "whoosh"

    def key(self, purpose: str) -> bytes:
        """A 256-bit key for one purpose, derived from the secret key."""
        return hmac.digest(self.secret_key.encode(), purpose.encode(), hashlib.sha256)

    @property
    def files(self) -> Path:
        return self.instance / "files"

    @property
    def raw(self) -> Path:
        return self.instance / "raw"

    @property
    def index(self) -> Path:
        return self.instance / "index"


def load(environ: Mapping[str, str] = os.environ, *, instance: Path | None = None, port: int = 8000) -> Settings:
    """Settings of an instance; the environment wins over config.toml. Raises Refused with one sentence."""
    given = _from_environment(environ)
    folder = Path(instance or given.get("instance") or "instance").absolute()
    values = {**_from_file(folder / "config.toml"), **given}
    values.pop("instance", None)
    return Settings(
        instance=folder,
        database_url=values.get("database_url") or f"sqlite:///{folder / 'supportbox.db'}",
        base_url=_url(values.get("base_url") or f"http://127.0.0.1:{port}"),
        secret_key=values.get("secret_key") or _secret(folder / "secret.key"),
        threads=int(_number(values, "threads", 4, 1, 64)),
        poll_seconds=_number(values, "poll_seconds", 60, 0.2, 3600),
        undo_seconds=int(_number(values, "undo_seconds", 10, 0, 60)),
        max_mail_bytes=int(_number(values, "max_mail_bytes", 25_000_000, 10_000, 2_000_000_000)),
        trusted_proxies=tuple(p.strip() for p in values.get("trusted_proxies", "").split(",") if p.strip()),
        log=_choice(values, "log", ("text", "json")),
        search_engine=_choice(values, "search_engine", ("whoosh", "fts5")),
    )


def make_secret(folder: Path) -> None:
    """Write a fresh secret key into an instance folder, readable by its owner alone."""
    path = folder / "secret.key"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(os.urandom(32).hex() + "\n")


def _from_environment(environ: Mapping[str, str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in environ.items():
        if not name.startswith(PREFIX):
            continue
        key = name.removeprefix(PREFIX).lower()
        if key in NOT_OURS:
            continue
        if key.endswith("_file") and key.removesuffix("_file") in KNOWN:
            key, value = key.removesuffix("_file"), _read(Path(value), name)
        if key not in KNOWN:
            raise Refused(
                f"There is no setting {name}. Known are: {', '.join(PREFIX + k.upper() for k in sorted(KNOWN))}."
            )
        values[key] = value
    return values


def _from_file(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"{path} is not valid TOML: {error}.") from error
    unknown = sorted(set(content) - KNOWN)
    if unknown:
        raise Refused(f"{path} has an unknown setting, {unknown[0]!r}. Known are: {', '.join(sorted(KNOWN))}.")
    return {key: ",".join(map(str, value)) if isinstance(value, list) else str(value) for key, value in content.items()}


def _read(path: Path, name: str) -> str:
    try:
        return path.read_text("utf-8").strip()
    except OSError as error:
        raise Refused(f"{name} names a file that cannot be read: {path} ({error.strerror}).") from error


def _secret(path: Path) -> str:
    return path.read_text("utf-8").strip() if path.exists() else ""


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refused(f"base_url must be an address such as https://help.example.org, not {value!r}.")
    return value.rstrip("/")


def _number(values: Mapping[str, str], name: str, default: float, low: float, high: float) -> float:
    text = values.get(name, "")
    try:
        number = float(text) if text else float(default)
    except ValueError:
        number = low - 1
    if not low <= number <= high:
        raise Refused(f"{name} must be a number from {low:g} to {high:g}, not {text!r}.")
    return number


def _choice(values: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    value = values.get(name) or known[0]
    if value not in known:
        raise Refused(f"{name} must be one of {', '.join(known)}, not {value!r}.")
    return value
