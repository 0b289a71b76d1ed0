"""Whatever people may read has its French words, and what is compiled is what the .po files say."""

import re
from gettext import GNUTranslations

from babel.messages.catalog import Catalog

from supportbox.translations import ROOT
from supportbox.translations.gathering import extracted, languages, merged

PLACEHOLDER = re.compile(r"%\((\w+)\)s|\{(\w+)\}")


def texts(catalog: Catalog) -> list[tuple[str, str]]:
    """Pairs of an English and a translated sentence; of plurals, the last of each."""
    pairs = [(message.id, message.string) for message in catalog if message.id]
    return [(one[-1], two[-1]) if isinstance(one, (list, tuple)) else (one, two) for one, two in pairs]


def test_every_sentence_is_translated() -> None:
    for language in languages():
        known = {message.id if isinstance(message.id, str) else message.id[0] for message in merged(language)}
        missing = {
            message: place
            for message, place in extracted().items()
            if (message if isinstance(message, str) else message[0]) not in known
        }
        assert not missing, f"{language}: translate these, then run make messages"


def test_the_compiled_catalogue_is_current() -> None:
    for language in languages():
        with (ROOT / language / "messages.mo").open("rb") as file:
            compiled = GNUTranslations(file)
        for message in merged(language):
            if not message.id:
                continue
            if isinstance(message.id, str):
                assert compiled.gettext(message.id) == message.string, "run make messages"
            else:
                forms = [compiled.ngettext(*message.id, n) for n in (1, 5)]
                assert forms == list(message.string), "run make messages"


def test_translations_keep_the_placeholders() -> None:
    for language in languages():
        for english, translated in texts(merged(language)):
            assert set(PLACEHOLDER.findall(english)) == set(PLACEHOLDER.findall(translated)), english


def test_french_spacing() -> None:
    wrong = [text for _, text in texts(merged("fr")) if re.search(r" [:;!?»]|« |[a-zé][;!?](?!\w)", text)]
    assert not wrong, "before : ; ! ? and inside « » stands a no-break space"


def test_the_catalogue_speaks() -> None:
    with (ROOT / "fr" / "messages.mo").open("rb") as file:
        assert GNUTranslations(file).gettext("Nobody is waiting.") == "Personne n’attend."
