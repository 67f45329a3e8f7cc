"""Who is let in, and who is not."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.webhook.verify import BadSignature, Verifier, signing_key
from tests.webhook.deliveries import DATA, NOW, OTHER_TOKEN, TOKEN, headers, signed

VECTORS = json.loads((DATA / "signature_test_vectors.json").read_text())


def refusal(verifier: Verifier, given: dict[str, str], body: bytes = b"{}", now: datetime = NOW) -> str:
    with pytest.raises(BadSignature) as caught:
        verifier.verify(given, body, now)
    return str(caught.value)


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=range(10))
def test_every_signature_vector_comes_out_as_it_must(vector: dict[str, Any]) -> None:
    verifier = Verifier([], [VECTORS["signing_token"]])
    given = {name.replace("_", "-"): vector[name] for name in ("webhook_id", "webhook_timestamp", "webhook_signature")}
    sent_at = datetime.fromtimestamp(int(vector["webhook_timestamp"]), UTC)
    body = base64.b64decode(vector["body_b64"])
    if vector["valid"]:
        verifier.verify(given, body, sent_at)
    else:
        assert "signature" in refusal(verifier, given, body, sent_at)


def test_there_are_ten_vectors() -> None:
    assert len(VECTORS["vectors"]) == 10


def test_a_signature_by_either_token_is_accepted_while_tokens_are_changed() -> None:
    verifier = Verifier([], [OTHER_TOKEN, TOKEN])
    verifier.verify(signed(b"{}", token=TOKEN), b"{}", NOW)
    verifier.verify(signed(b"{}", token=OTHER_TOKEN), b"{}", NOW)


def test_one_good_entry_among_unknown_versions_and_rubbish_is_enough() -> None:
    given = signed(b"{}")
    given["webhook-signature"] = f"v2,abc nonsense v1 v1,, v1,AAAA {given['webhook-signature']} v1a,x"
    Verifier([], [TOKEN]).verify(given, b"{}", NOW)


def test_a_good_value_under_an_unknown_version_is_refused() -> None:
    given = signed(b"{}")
    given["webhook-signature"] = given["webhook-signature"].replace("v1,", "v2,")
    assert "matches no signing token" in refusal(Verifier([], [TOKEN]), given)


@pytest.mark.parametrize("seconds", [-300, -299, 0, 299, 300])
def test_a_timestamp_within_the_tolerance_is_accepted(seconds: int) -> None:
    Verifier([], [TOKEN]).verify(signed(b"{}", at=NOW + timedelta(seconds=seconds)), b"{}", NOW)


@pytest.mark.parametrize(("seconds", "words"), [(-301, "seconds old"), (301, "ahead of this machine's clock")])
def test_a_timestamp_outside_the_tolerance_is_refused(seconds: int, words: str) -> None:
    assert words in refusal(Verifier([], [TOKEN]), signed(b"{}", at=NOW + timedelta(seconds=seconds)))


@pytest.mark.parametrize("timestamp", ["", "soon", "1e9", "-5", "١٢٣", "9" * 400, "1748411640.5"])
def test_a_timestamp_that_is_no_whole_number_is_refused(timestamp: str) -> None:
    given = signed(b"{}") | {"webhook-timestamp": timestamp}
    assert "not a number of seconds" in refusal(Verifier([], [TOKEN]), given)


def test_a_missing_signature_never_falls_back_to_the_secret_token() -> None:
    given = headers(x_gitlab_token="s3cret")
    assert "has no webhook-signature" in refusal(Verifier([b"s3cret"], [TOKEN]), given)


def test_a_wrong_signature_never_falls_back_to_the_secret_token() -> None:
    given = signed(b"other", x_gitlab_token="s3cret")
    assert "matches no signing token" in refusal(Verifier([b"s3cret"], [TOKEN]), given)


def test_a_signed_delivery_without_a_token_to_check_it_is_refused_and_the_operator_told_what_to_set() -> None:
    given = signed(b"{}", x_gitlab_token="s3cret")
    assert "SOWBOT_WEBHOOK_SIGNING_TOKEN" in refusal(Verifier([b"s3cret"], []), given)


def test_a_signed_delivery_without_an_id_is_refused() -> None:
    given = signed(b"{}")
    del given["webhook-id"]
    assert "no webhook-id" in refusal(Verifier([], [TOKEN]), given)


def test_a_body_that_is_not_utf8_can_be_signed() -> None:
    given = signed(b"{}")
    message = f"{given['webhook-id']}.{given['webhook-timestamp']}.".encode() + b"\xff\x00"
    mac = base64.b64encode(hmac.digest(bytes(range(32)), message, "sha256")).decode()
    Verifier([], [TOKEN]).verify(given | {"webhook-signature": f"v1,{mac}"}, b"\xff\x00", NOW)


def test_each_of_several_secret_tokens_is_accepted() -> None:
    verifier = Verifier([b"old", "neu-ü".encode()], [])
    verifier.verify(headers(x_gitlab_token="old"), b"{}", NOW)
    verifier.verify(headers(x_gitlab_token="neu-ü".encode().decode("latin-1")), b"{}", NOW)


@pytest.mark.parametrize("token", ["", "ol", "old ", "OLD", "öld", "\udcff"])
def test_other_secret_tokens_are_refused(token: str) -> None:
    assert "X-Gitlab-Token" in refusal(Verifier([b"old"], []), headers(x_gitlab_token=token))


def test_reasons_never_hold_a_token() -> None:
    for verifier in (Verifier([b"s3cret"], []), Verifier([b"s3cret"], [TOKEN])):
        for sent in (headers(x_gitlab_token="guess-1"), signed(b"x", token=OTHER_TOKEN, x_gitlab_token="guess-1")):
            reason = refusal(verifier, sent)
            assert not any(secret in reason for secret in ("s3cret", TOKEN, "guess-1"))


@pytest.mark.parametrize(("secrets", "tokens"), [([], []), ([b""], []), ([b"a", b""], [TOKEN])])
def test_a_verifier_that_would_let_everybody_in_cannot_be_made(secrets: list[bytes], tokens: list[str]) -> None:
    with pytest.raises(ValueError, match="needs a secret token or a signing token"):
        Verifier(secrets, tokens)


@pytest.mark.parametrize(
    "token", ["", "whsec_", "whsec_!!!", "whsec_QUJD", TOKEN.removeprefix("whsec_"), TOKEN + "AAAA"]
)
def test_a_signing_token_of_another_form_is_no_key(token: str) -> None:
    with pytest.raises(ValueError, match=r"whsec_|32"):
        signing_key(token)


@given(body=st.binary(max_size=200), other=st.binary(max_size=200), name=st.text("abc-019", min_size=1))
def test_only_the_body_that_was_signed_is_accepted(body: bytes, other: bytes, name: str) -> None:
    verifier = Verifier([], [TOKEN])
    timestamp = str(int(NOW.timestamp()))
    mac = hmac.digest(bytes(range(32)), f"{name}.{timestamp}.".encode() + body, "sha256")
    given = {
        "webhook-id": name,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }
    verifier.verify(given, body, NOW)
    if other != body:
        refusal(verifier, given, other)
    refusal(verifier, given | {"webhook-id": name + "x"}, body)


@given(
    given_headers=st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature", "x-gitlab-token"]), st.text()
    ),
    body=st.binary(),
)
def test_arbitrary_headers_are_refused_and_nothing_else_happens(given_headers: dict[str, str], body: bytes) -> None:
    refusal(Verifier([b"s3cret-that-nobody-guesses"], []), given_headers, body)
    refusal(Verifier([], [TOKEN]), given_headers, body)
