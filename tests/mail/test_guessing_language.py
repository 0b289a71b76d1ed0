"""Languages of short letters, told offline."""

import pytest

from supportbox.mail.language import language_of


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Hello, I cannot log in since yesterday. Can you please help me?"),
        ("fr", "Bonjour, je n’ai pas encore reçu ma commande. Pouvez-vous vérifier ?"),
        ("de", "Guten Tag, ich habe meine Bestellung noch nicht bekommen. Können Sie das prüfen?"),
        ("es", "Hola, no he recibido mi pedido todavía. ¿Pueden ayudarme con esto?"),
        ("it", "Buongiorno, non ho ancora ricevuto il mio ordine. Potete controllare?"),
        ("pt", "Olá, ainda não recebi a minha encomenda. Vocês podem verificar?"),
        ("nl", "Hallo, ik heb mijn bestelling nog niet gekregen. Kunt u dat controleren?"),
        ("sv", "Hej, jag har inte fått min beställning än. Kan ni hjälpa mig med det?"),
        ("pl", "Dzień dobry, nie mam jeszcze mojego zamówienia. Proszę o pomoc."),
        ("ja", "注文がまだ届きません。確認をお願いします。"),
        ("zh", "我的订单还没有收到，请帮我查一下。"),
        ("ko", "주문한 상품이 아직 도착하지 않았습니다."),
        ("ru", "Здравствуйте, мой заказ ещё не пришёл."),
        ("uk", "Доброго дня, моє замовлення ще не прийшло, її немає."),
        ("", "OK"),
        ("", "12345 / ABC-99"),
        ("", ""),
    ],
)
def test_language(language: str, words: str) -> None:
    assert language_of(words) == language
