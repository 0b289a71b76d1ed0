"""Text in every charset that letters claim, and in those that they do not."""

import pytest

from supportbox.mail import charsets

GERMAN = "Überweisung für größere Bestellungen – „sofort“"


@pytest.mark.parametrize(
    ("words", "written", "claimed"),
    [
        (GERMAN, "cp1252", "iso-8859-1"),
        (GERMAN, "cp1252", "us-ascii"),
        (GERMAN, "utf-8", "us-ascii"),
        (GERMAN, "utf-8", "UTF-8"),
        (GERMAN, "cp1252", "utf-8"),
        (GERMAN, "cp1252", "x-nonsense"),
        (GERMAN, "utf-8-sig", "iso-8859-1"),
        (GERMAN, "utf-16", "utf-16"),
        ("中文支付宝", "gb18030", "gb2312"),
        ("한국어 주문 확인", "cp949", "ks_c_5601-1987"),
        ("ご注文①番", "cp932", "shift_jis"),
        ("ご注文の番号", "iso2022_jp", "iso-2022-jp"),
        ("ご注文の番号", "iso2022_jp", ""),
        ("Заказ не пришёл", "koi8-r", "koi8-r"),
        ("Hello", "utf-7", "utf-7"),
    ],
)
def test_the_words_are_read(words: str, written: str, claimed: str) -> None:
    assert charsets.decode(words.encode(written), claimed)[0] == words


@pytest.mark.parametrize(
    "name", ["idna", "punycode", "hex", "undefined", "unicode_escape", "rot13", "utf-16\x00", "", "é"]
)
def test_what_is_no_charset_of_letters_is_never_used(name: str) -> None:
    assert charsets.codec(name) is None or name == "utf-16\x00"
    assert charsets.decode(b"\xe4b\xff", name)[0].startswith("ä")


def test_wrong_claims_are_noted() -> None:
    assert charsets.decode(b"\xe4", "utf-8")[1]
    assert charsets.decode(b"\xc3\xa4", "utf-8")[1] == ""
    assert "x-nonsense" in charsets.decode(b"abc", "x-nonsense")[1]
