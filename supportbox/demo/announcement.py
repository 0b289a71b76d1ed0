"""What the demo says of itself when it is ready: to people on the screen, to programs in demo.json."""

from collections.abc import Mapping
from typing import Any

from supportbox.demo.cast import AGENTS, CLEO, CUSTOMERS, MAIL_USERS
from supportbox.demo.sandbox import HOST


def facts(
    url: str, reference: str, request_path: str, moving: Mapping[str, str], *, imap_port: int, smtp_port: int
) -> dict[str, Any]:
    """The content of demo.json; `request_path` leads to the page on which Cleo follows that ticket, `moving` are the
    addresses of the one whose customer goes from channel to channel."""
    return {
        "url": url,
        "agents": [{"email": one.email, "password": one.password, "role": one.role} for one in AGENTS],
        "imap": {
            "host": HOST,
            "port": imap_port,
            "users": [{"email": one.email, "password": one.password} for one in MAIL_USERS],
        },
        "smtp": {"host": HOST, "port": smtp_port},
        "request_url": f"{url}{request_path}",
        "reference": reference,
        **{f"{name}_url": f"{url}{path}" for name, path in moving.items()},
    }


def announcement(url: str, folder: str, *, imap_port: int, smtp_port: int) -> str:
    """What is printed."""
    logins = "\n".join(f"                {one.email}   password: {one.password}   ({one.role})" for one in AGENTS)
    players = " or ".join(one.name.partition(" ")[0] for one in CUSTOMERS)
    return f"""
SupportBox's demo is ready:  {url}

  The desk      {url}/login
{logins}
  The customers {url}/demo/   write as {players}, read what they got
  Help centre   {url}/help/
  Mail server   IMAP {HOST}:{imap_port}   SMTP {HOST}:{smtp_port}   (no TLS; nothing leaves this machine)
                {CLEO.email}   password: {CLEO.password}

  Everything lives in {folder}; start with --fresh to begin anew."""
