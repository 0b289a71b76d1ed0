"""Refusals of rooms that know no request: the English sentence comes with its values, and is said again in others."""

from supportbox.translations.told import mark

WRITTEN = (
    # mailboxes
    mark("There is a mailbox %(address)s already."),
    mark("The IMAP address has no password: put it after the user name, or use --password-stdin."),
    mark("%(text)s is no mail address. One looks like support@example.org."),
    mark("The %(protocol)s address must begin with one of %(known)s"),
    mark("The SMTP address ends after the port: there are no folders on the way out."),
    mark("The %(protocol)s address is missing."),
    mark("The %(protocol)s address has a space in it: write %%20 where one belongs."),
    mark("The %(protocol)s address has a %% that begins nothing: write %%25 for a percent sign."),
    mark(
        "The %(protocol)s address cannot be read: in user name, password and folder, "
        "write @ as %%40, : as %%3A, / as %%2F, ? as %%3F and # as %%23."
    ),
    mark("The IMAP address names no user: write it as %(address)s"),
    mark("The port in the %(protocol)s address is no number from 1 to 65535. %(why)s"),
    mark("The %(protocol)s address names no server."),
    mark("The %(protocol)s address holds a line break or another control sign."),
    mark("%(scheme)s:// would send the password to %(host)s in clear: use %(safe)s"),
    mark("%(name)s is no possible name of a domain."),
    mark("%(server)s is no address of a DNS server, such as 9.9.9.9."),
    # articles
    mark("The title is longer than %(most)s characters."),
    mark("The body is longer than %(most)s characters: make several articles of it."),
    mark("%(slug)s cannot be a slug: use letters, digits and hyphens."),
    mark("%(lang)s is not the code of a language, such as en or fr."),
    mark("The status must be draft, internal or public, not %(status)s."),
    mark("%(name)s must be text, not %(value)s."),
    mark("%(name)s holds characters that are no text."),
    mark("tags must be a list of texts, not %(value)s."),
    mark("The address %(slug)s is taken, or holds more than letters, digits and hyphens."),
    # tickets and people
    mark("A ticket cannot become %(status)s with a reply."),
    mark(
        "%(most)s letters to %(address)s came back for good, so no more are sent there. If the address is good again, "
        "send one of them again first."
    ),
    mark("%(value)s is neither an address nor a domain such as @example.org."),
    mark("The export could not be written to %(place)s: %(fault)s."),
    mark("Another process is writing the search index. Please try again in a moment."),
    mark("There is no intake %(number)s. See: supportbox mail list"),
    mark("Intake %(number)s is not in quarantine: it is %(state)s, and is not replayed."),
    # why a way to a customer is closed
    mark("Letters to this address came back."),
    mark("No mailbox of ours is on this channel."),
    mark("The %(hours)s hours after the customer’s last words are over."),
)
