"""Instagram speaks as Messenger does."""

from tests.channels.messenger.case import MessengerCase


class InstagramCase(MessengerCase):
    KIND, ADDRESS, OBJECT = "instagram", "@teapots", "instagram"
