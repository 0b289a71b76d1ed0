"""The runs, by value: what is promised first comes first."""

NAMES = (
    "kill_ingest",
    "kill_send",
    "hooks",
    "smtp_cut",
    "multi_poller",
    "poison",
    "powercut",
    "syncs",
    "imap_faults",
    "disk_full",
    "sigterm",
    "restore",
    "index_corrupt",
    "migrate_kill",
    "bigmail",
    "backlog",
)
