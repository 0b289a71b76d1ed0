"""What the channels beside mail say of a message or a test: kept in English, listed here to be said in others."""

from supportbox.translations.told import mark

# What providers say in brackets is theirs and stays as it is. A test reads the channels' source and asks for each.
PROVIDERS = (
    mark("%(name)s cannot be reached (%(fault)s)."),
    mark("%(name)s did not say whether it took the message: it may have arrived, or not."),
    mark("%(name)s asks for fewer messages at a time."),
    mark("%(name)s cannot take messages now."),
    mark("%(name)s stumbled (status %(status)s): it may have arrived, or not."),
    mark("%(name)s does not accept our key any more. Enter a new one in the settings."),
    mark("%(name)s does not accept our key any more (%(words)s). Enter a new one in the settings."),
    mark("%(name)s refused the message (status %(status)s)."),
    mark("%(name)s refused the message (status %(status)s) (%(words)s)."),
    mark("This message has %(count)s characters and %(name)s takes %(most)s: send it in parts, or another way."),
    mark("Providers are called over https:// only."),
    mark("A file is fetched over https:// from the world, and from nowhere else."),
    mark("A file could not be fetched (%(file)s): %(name)s did not answer."),
    mark("A file could not be fetched (%(file)s): %(name)s has it no more."),
    mark("A file could not be fetched (%(file)s): %(name)s does not accept our key for it."),
    mark("A file could not be fetched (%(file)s): %(name)s answered with status %(status)s."),
    mark("A file could not be fetched (%(file)s): %(name)s sent a page in its place."),
    mark("A file was left out (%(file)s): its content is no base64."),
    mark("A file was left out (%(file)s): its address is not one of %(name)s's."),
    mark("A file was left out (%(file)s, %(size)s): at most %(most)s MB are taken from %(name)s."),
    mark("A file was left out: it does not lie with Twilio."),
    mark("A recording was left out: it does not lie with Twilio."),
    mark("A call cannot be answered in writing: call back, or choose another way."),
    mark("%(name)s: the 24 hours after the customer's last words are over. Answer another way."),
    mark("%(name)s accepts the account and its token."),
    mark("%(name)s does not answer."),
    mark("This desk has no https:// address: most providers call no other."),
    mark("The customer has blocked the bot. Answer another way."),
    mark("Telegram knows the bot @%(bot)s."),
    mark("Telegram will bring messages here."),
    mark("The network refused it (error %(code)s)."),
    mark("WhatsApp did not deliver it (%(words)s)."),
    mark("The other side answers."),
    mark("The other side answers with status %(status)s."),
    mark(
        "All before %(file)s (message %(number)s of %(many)s) has left and is not sent again; "
        "what comes after it has not left. %(why)s"
    ),
    mark(
        "All before message %(number)s of this answer has left and is not sent again; "
        "what comes after it has not left. %(why)s"
    ),
    mark("The channel by which it was to leave was deleted. Answer another way."),
)
