"""Plain text: what is folded, what stays, and that nothing is lost."""

import gc
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supportbox.mail.quotes import split_text

HEADER = "On Tue, 6 Jan 2026 at 09:14, Desk <desk@example.org> wrote:"


def test_an_answer_on_top() -> None:
    assert split_text(f"Yes, please.\n\n{HEADER}\n> Shall we send one?\n> Desk") == (
        "Yes, please.",
        f"{HEADER}\n> Shall we send one?\n> Desk",
    )


def test_an_answer_below() -> None:
    assert split_text(f"{HEADER}\n> Shall we send one?\n\nYes, please.\n")[0] == "Yes, please."


def test_answers_between_stay_with_what_they_answer() -> None:
    text = f"{HEADER}\n> Which lamp?\n\nThe green one.\n\n> Since when?\n\nSince Monday.\n\n> Desk\n"
    visible, quoted = split_text(text)
    assert visible == "> Which lamp?\n\nThe green one.\n\n> Since when?\n\nSince Monday."
    assert quoted == f"{HEADER}\n> Desk"


def test_a_long_answer_below_keeps_its_question() -> None:
    visible, _ = split_text(f"Hello,\n{HEADER}\n> Which lamp?\n\nThe green one.\nIt blinks.\nSince Monday.")
    assert visible == "Hello,\n> Which lamp?\n\nThe green one.\nIt blinks.\nSince Monday."


def test_a_quotation_without_a_header_stays_when_words_follow() -> None:
    text = "The display says\n> E42\nand then nothing."
    assert split_text(text) == (text, "")


def test_words_below_a_signature_and_a_quotation_are_shown() -> None:
    assert split_text(f"Yes.\n-- \nAnn\n\n{HEADER}\n> Two?\n\nNo, three.")[0] == "Yes.\n\n\nNo, three."


def test_a_letter_that_is_all_quotation_is_shown() -> None:
    assert split_text("> Only this.\n> And this.") == ("> Only this.\n> And this.", "")


@pytest.mark.parametrize(
    "mark",
    [
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "-------- Message transféré --------",
        "-------- Weitergeleitete Nachricht --------",
        "Début du message réexpédié :",
        "Anfang der weitergeleiteten Nachricht:",
        "---------- Mensaje reenviado ----------",
        "Inizio messaggio inoltrato:",
        "---------- Doorgestuurd bericht ---------",
        "---------- Пересылаемое сообщение ----------",
        "---------- 転送メッセージ ----------",
        "-------- 转发的邮件 --------",
    ],
)
def test_a_forwarded_letter_is_shown(mark: str) -> None:
    text = (
        f"Is this from you?\n\n{mark}\nFrom: Shop <shop@example.org>\nDate: 6 Jan 2026\nSubject: Bill\n\nPay.\n\n> Now."
    )
    assert split_text(text) == (text, "")


def test_a_letter_that_begins_with_a_header_block_is_shown() -> None:
    text = "From: Shop <shop@example.org>\nSent: 6 Jan 2026 09:14\nTo: Ann\nSubject: Bill\n\nPlease pay."
    assert split_text(text) == (text, "")


@pytest.mark.parametrize(
    "text",
    [
        "On 6 January 2026 at 10:30 your technician came.\n\nOn the other hand, he said:\n\nNothing at all.",
        "On Monday I wrote:\n\nThe lamp is broken.\n\nNobody answered.",
        "On 6 January 2026 your technician wrote:\n\nAll is well.\n\nIt is not.",
        "On 6 January 2026 at 10:00 these parts were sent to us:\n\nTwo lamps.",
        "On 6 January 2026 at 10:00 the board will present:\n\nTwo lamps.",
        "On 6 January 2026 at 10:00 please call Bob <bob@example.org>:\n\nHe has the key.",
        "We leave as follows.\n\nFrom: Paris\nTo: London\nDate: 3 May 2026\n\nTwo seats, please.",
        "The error:\n\nSubject: too long\n\nWhat now?",
        "Cart:\n----\nTwo lamps\n----\nOne chair\n\nIs that right?",
        "Sent from my desk, where the lamp is broken.\n\nPlease help.",
        "The lamp is broken.\n\nSent from the shop on Friday, and it never came.",
        "Steps:\n\n-Open\n\n-Press\n\n-Wait",
        "Steps:\n\n-Open the lid\n-Press the button\n\nThen it stops.",
        "Please keep this confidential: the lamp is broken, and the recipient was my mother.",
        "Am 6. Januar 2026 schrieb mir Ihr Kollege Folgendes:\n\nDie Lampe kommt.\n\nSie kam nicht.",
        "Le 6 janvier 2026, votre collègue a écrit :\n\nLa lampe arrive.\n\nElle n'est pas arrivée.",
        "10:30 the lamp <green@lamp> blinked:\n\nthen it went out.",
        "It printed\n-----\nE42\n-----\nand stopped.",
        "Your site says \"Original Message\".\n\nOriginal Message\n\nWhat is that?",
        "Kimden aldım bilmiyorum.\n\nTarih: yarın\nKonu: lamba",
        "The headers:\n\nReceived: from a.example by b.example\nDate: 6 Jan 2026 09:14\nFrom: Shop <shop@example.org>\n"
        "To: ann@example.net\nSubject: Bill\n\nIs that really from you?",
        "Your letter\n  To: Ann <ann@example.net>\n  Subject: Bill\n  Sent: 6 Jan 2026 09:14\n\nhas not arrived.",
        "Outlook for Mac has these limits:\n\nnone",
        "I typed\n\n>>> import lamp",
        "> nobody\nanswers",
        "Merci\n\nCordialement, mais la lampe ne marche toujours pas depuis lundi.",
        "a > b\n>:\nb",
    ],
)  # fmt: skip
def test_in_doubt_words_are_shown(text: str) -> None:
    assert split_text(text) == (text, "")


def test_signatures() -> None:
    assert split_text("Hello.\n\n-- \nAnn Example\nExample Ltd") == ("Hello.", "-- \nAnn Example\nExample Ltd")
    assert split_text("Hello.\n\n-Ann Example")[0] == "Hello."
    assert split_text("Hello.\n--\n" + "A long story.\n" * 40)[1] == ""


def test_a_rule_used_twice_is_no_signature() -> None:
    text = "First.\n--\nSecond.\n--\nThird."
    assert split_text(text)[0] == "First.\n--\nSecond."


def test_a_list_footer_is_folded() -> None:
    footer = "_______________________________________________\nlamps mailing list\nlamps@example.org"
    assert split_text(f"Hello.\n\n{footer}") == ("Hello.", footer)


def test_a_disclaimer_is_folded() -> None:
    notice = (
        "This message is confidential and may be privileged. If you are not the intended recipient, please\n"
        "notify the sender and delete it; any disclosure is strictly prohibited."
    )
    assert split_text(f"Hello.\n\n{notice}\n") == ("Hello.", notice)
    assert split_text(notice) == (notice, "")


@pytest.mark.parametrize(
    "header",
    [
        "On Tue, 6 Jan 2026 at 09:14, Desk with a long name\n<desk@example.org> wrote:",
        "On Tue, 6 Jan 2026 at 09:14, Desk <\ndesk@example.org> wrote:",
        "On Tue, 6 Jan 2026 at 09:14, Desk <desk@example.org\n> wrote:",
        "On Jan 6, 2026, at 9:14 AM, Desk\n<desk@example.org>\nwrote:",
        "Am Di., 6. Jan. 2026 um 09:14 Uhr schrieb Desk <desk@example.org\n>:",
        "Le mar. 6 janv. 2026 à 09:14, Desk\n<desk@example.org>\na écrit :",
    ],
)
def test_a_wrapped_attribution(header: str) -> None:
    assert split_text(f"Yes.\n\n{header}\n\n> Two?\n")[0] == "Yes."


@pytest.mark.parametrize(
    "header",
    [
        "Desk <desk@example.org> schrieb:",
        "Desk <desk@example.org> schrieb am Di., 6. Jan. 2026 um 09:14 Uhr:",
        "##- Please type your reply above this line -##",
        "________________________________\nSaatja: Desk <desk@example.org>\nSaadetud: 6. jaanuar 2026",
        "From: Desk <desk@example.org> Sent: 6 January 2026 To: Ann <ann@example.net> Subject: Lamp",
        "2026/1/6 Desk <desk@example.org>",
        "On Tue, 6 Jan 2026 09:14:43 +0100 Desk <desk@example.org> wrote",
        "*From:* Desk [mailto:desk@example.org]\n*Sent:* 6 January 2026\n*To:* Ann;\n Bob\n*Subject:* Lamp",
        "From: Desk <desk@example.org>\n\nDate: 6 January 2026\n\nTo: Ann\n\nSubject: Lamp",
    ],
)
def test_headers_of_other_kinds(header: str) -> None:
    visible, quoted = split_text(f"Yes.\n\n{header}\n\nTwo?\n")
    assert (visible, quoted) == ("Yes.", f"{header}\n\nTwo?")


def test_an_attribution_on_the_line_of_the_answer() -> None:
    assert split_text(f"Yes, two. {HEADER}\n> Two?") == ("Yes, two.", f"{HEADER}\n> Two?")


def test_a_rule_over_a_header_block_goes_with_it() -> None:
    block = "From: Desk <desk@example.org>\nSent: 6 Jan 2026\nTo: Ann\nSubject: Lamp"
    assert split_text(f"Yes.\n\n________________________________\n{block}\n\nTwo?")[0] == "Yes."
    assert split_text(f"Yes.\n\n{block}\n\n> Two?\n\nNo, three.")[0].split() == ["Yes.", "No,", "three."]


GROWING = {
    "blank": lambda n: "hello\n" + "\n" * n + "bye",
    "dashes": lambda n: "-" * 6 * n,
    "dash lines": lambda n: "-\n" * n,
    "quoted": lambda n: "> quoted\n" * n,
    "alternating": lambda n: "> q\n\ntext\n\n" * n,
    "on on": lambda n: "On " * n + "wrote:",
    "on lines": lambda n: "On wrote:\n" * n,
    "attributions": lambda n: f"{HEADER}\n\n" * n,
    "answered": lambda n: f"hello\n{HEADER}\n> q\n\n\n" * n,
    "brackets": lambda n: "(" * 30 * n,
    "signatures": lambda n: "text\n--\n" * n,
    "labels": lambda n: "From: a@example.org\n" * n,
    "open brackets": lambda n: "a <\n> wrote:\n" * n,
    "figures": lambda n: "1." * 10 * n + " wrote:",
    "rules": lambda n: "_____\n" * n,
    "wrapped links": lambda n: "> http://a\nb\n" * n,
}


@pytest.mark.parametrize("shape", GROWING)
def test_time_grows_with_length(shape: str) -> None:
    def cost(n: int) -> float:
        text, best = GROWING[shape](n), float("inf")
        gc.disable()  # its walks over the objects of other tests are no part of what is measured
        for _ in range(3):
            started = time.process_time()
            split_text(text)
            best = min(best, time.process_time() - started)
        gc.enable()
        return best

    # Twice twofold, and three tries: on a machine shared with others one measurement alone may be lost in noise.
    tries = [(cost(10_000), cost(2_500))]
    while tries[-1][0] > max(2.5**2 * tries[-1][1], 0.02) and len(tries) < 3:
        tries.append((cost(10_000), cost(2_500)))
    assert any(large <= max(2.5**2 * small, 0.02) for large, small in tries), tries


PIECES = st.sampled_from(
    ["", "", "Hello there.", "> quoted", ">> older", HEADER, "-- ", "Ann", "Sent from my iPhone", "From: a@example.org",
     "Sent: 6 Jan 2026", "To: b@example.org", "Subject: lamp", "-----Original Message-----", "Yes. " + HEADER, "wrote:",
     "On 6 Jan 2026 Desk <", "desk@example.org> wrote:", ">:", "________", "Cordialement", "Begin forwarded message:"]
)  # fmt: skip


def _words(text: str) -> list[str]:
    return sorted(text.split())


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.text(max_size=12), max_size=14).map("\n".join))
def test_no_word_is_lost_and_some_are_shown(text: str) -> None:
    visible, quoted = split_text(text)
    assert _words(visible + "\n" + quoted) == _words(text)
    assert bool(visible) == bool(text.strip())


OWN = st.lists(st.sampled_from(["Hello there.", "", "The lamp is broken.", "It blinks.", "Who knows why?"]), min_size=1)
BELOW = st.sampled_from(
    ["", "\n-- \nAnn", "\nSent from my iPhone", f"\n{HEADER}\n> Two?", "\n-----Original Message-----\nTwo?"]
)


@given(OWN.map("\n".join), BELOW)
def test_visible_words_are_wholly_visible_when_read_again(own: str, below: str) -> None:
    visible, _ = split_text(own + "\n" + below)
    assert split_text(visible) == (visible, "")
    assert own.strip() in ("", visible)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=14).map("\n".join))
def test_lines_keep_their_order(text: str) -> None:
    for part in split_text(text):
        rest = iter(text.split())
        assert all(word in rest for word in part.split())
