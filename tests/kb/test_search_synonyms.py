"""The owner's synonyms, as they are written down."""

from supportbox.kb.synonyms import read_rules


def test_words_that_mean_the_same() -> None:
    assert read_rules(["password, passcode,  pass   phrase"]) == [
        (("password", "passcode", "pass phrase"), ("password", "passcode", "pass phrase"))
    ]


def test_one_way() -> None:
    assert read_rules(["wifi, wlan => network"]) == [(("wifi", "wlan"), ("network",))]


def test_lines_that_make_no_rule_are_passed_over() -> None:
    assert read_rules(["", "# a remark", "alone", "=> network", "wifi =>", ",,,", "a, b # why"]) == [
        (("a", "b"), ("a", "b"))
    ]


def test_a_long_list_is_cut() -> None:
    assert len(read_rules(f"a{n}, b{n}" for n in range(5_000))) == 2_000
