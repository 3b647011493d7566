use proptest::prelude::*;

use super::*;

/// The example of the libraries of Standard Webhooks.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const AT: i64 = 1_614_265_330;
const BODY: &str = r#"{"test": 2432232314}"#;
const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
/// The example of GitHub's documentation.
const HUB_SECRET: &str = "It's a Secret to Everybody";
const HUB_BODY: &str = "Hello, World!";
const HUB_SIGNATURE: &str = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn standard(id: &str, timestamp: &str, signature: &str) -> Head {
    Head {
        id: Some(id.into()),
        timestamp: Some(timestamp.into()),
        signature: Some(signature.into()),
        ..Head::default()
    }
}

fn check_at(head: &Head, body: &str, seconds: i64) -> Result<(), Refusal> {
    check(Scheme::Standard, &Secret(SECRET.into()), head, body.as_bytes(), at(seconds))
}

fn hub(signature: &str) -> Head {
    Head { hub_signature: Some(signature.into()), ..Head::default() }
}

fn check_hub(head: &Head, body: &str) -> Result<(), Refusal> {
    check(Scheme::Github, &Secret(HUB_SECRET.into()), head, body.as_bytes(), at(0))
}

#[test]
fn published_signatures_are_believed() {
    assert_eq!(check_at(&standard(ID, "1614265330", SIGNATURE), BODY, AT), Ok(()));
    assert_eq!(check_hub(&hub(HUB_SIGNATURE), HUB_BODY), Ok(()));
    let secret = Secret("a secret".into());
    let head = Head { secret: Some(secret.clone()), ..Head::default() };
    assert_eq!(check(Scheme::SecretHeader, &secret, &head, b"anything", at(0)), Ok(()));
}

#[test]
fn one_of_several_signatures_is_enough() {
    let other = "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    for signatures in [
        format!("{other} {SIGNATURE}"),
        format!("{SIGNATURE} {other}"),
        format!("v1a,{other} v2,x {SIGNATURE} {other}"),
        format!("{SIGNATURE}  {SIGNATURE}"),
    ] {
        assert_eq!(check_at(&standard(ID, "1614265330", &signatures), BODY, AT), Ok(()), "{signatures}");
    }
}

#[test]
fn five_minutes_each_way() {
    let head = standard(ID, "1614265330", SIGNATURE);
    for (now, said) in [
        (AT + 300, Ok(())),
        (AT - 300, Ok(())),
        (AT + 301, Err(Refusal::Stale)),
        (AT - 301, Err(Refusal::Stale)),
        (AT + 86_400 * 365, Err(Refusal::Stale)),
    ] {
        assert_eq!(check_at(&head, BODY, now), said, "{now}");
    }
    // Who does not know the secret is not told that the time is wrong.
    let forged = standard(ID, "1614265330", "v1,AAAA");
    assert_eq!(check_at(&forged, BODY, AT + 301), Err(Refusal::Invalid));
}

#[test]
fn what_is_not_well_formed_is_not_believed() {
    let bare = SIGNATURE.strip_prefix("v1,").unwrap();
    for (id, timestamp, signature) in [
        (ID, "1614265330", ""),
        (ID, "1614265330", bare),
        (ID, "1614265330", &format!("v2,{bare}")),
        (ID, "1614265330", &format!("v1={bare}")),
        (ID, "1614265330", &format!("V1,{bare}")),
        (ID, "1614265330", &format!("{SIGNATURE}x")),
        (ID, "1614265330", SIGNATURE.trim_end_matches('=')),
        (ID, " 1614265330", SIGNATURE),
        (ID, "1614265330.0", SIGNATURE),
        (ID, "soon", SIGNATURE),
        (ID, "", SIGNATURE),
        ("", "1614265330", SIGNATURE),
        ("msg_p5jXN8AQM9LWM0D4loKWxJek.", "1614265330", SIGNATURE),
    ] {
        let head = standard(id, timestamp, signature);
        assert_eq!(check_at(&head, BODY, AT), Err(Refusal::Invalid), "{head:?}");
    }
    let whole = standard(ID, "1614265330", SIGNATURE);
    for lacking in [
        Head { id: None, ..whole.clone() },
        Head { timestamp: None, ..whole.clone() },
        Head { signature: None, ..whole.clone() },
        Head::default(),
    ] {
        assert_eq!(check_at(&lacking, BODY, AT), Err(Refusal::Invalid), "{lacking:?}");
    }
    // Signed, with a time that is none.
    let key = STANDARD.decode(SECRET.strip_prefix(PREFIX).unwrap()).unwrap();
    for timestamp in ["soon", "99999999999999999999", "-62135596801000", "1614265330.5", ""] {
        let signed = sign(&key, &[ID.as_bytes(), b".", timestamp.as_bytes(), b".", BODY.as_bytes()]);
        let head = standard(ID, timestamp, &format!("v1,{}", STANDARD.encode(signed)));
        assert_eq!(check_at(&head, BODY, AT), Err(Refusal::Stale), "{timestamp}");
    }
    let bare = HUB_SIGNATURE.strip_prefix("sha256=").unwrap();
    for signature in [
        "",
        bare,
        &format!("sha1={bare}"),
        &format!("SHA256={bare}"),
        &format!("sha256={}", bare.to_uppercase()),
        &format!("{HUB_SIGNATURE} "),
        &HUB_SIGNATURE[..HUB_SIGNATURE.len() - 1],
    ] {
        assert_eq!(check_hub(&hub(signature), HUB_BODY), Err(Refusal::Invalid), "{signature}");
    }
    assert_eq!(check_hub(&Head::default(), HUB_BODY), Err(Refusal::Invalid));
}

#[test]
fn each_scheme_asks_for_its_own() {
    let secret = Secret(SECRET.into());
    let all = Head {
        hub_signature: Some(HUB_SIGNATURE.into()),
        secret: Some(Secret("another".into())),
        ..standard(ID, "1614265330", SIGNATURE)
    };
    let of = |scheme| check(scheme, &secret, &all, BODY.as_bytes(), at(AT));
    assert_eq!(of(Scheme::Standard), Ok(()));
    assert_eq!(of(Scheme::Github), Err(Refusal::Invalid));
    assert_eq!(of(Scheme::SecretHeader), Err(Refusal::Invalid));
    assert_eq!(
        check(Scheme::SecretHeader, &secret, &Head::default(), BODY.as_bytes(), at(AT)),
        Err(Refusal::Invalid)
    );
    // A secret that is none of Standard Webhooks' believes nothing.
    let head = standard(ID, "1614265330", SIGNATURE);
    for secret in ["", "whsec_", "whsec_%", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
        let said = check(Scheme::Standard, &Secret(secret.into()), &head, BODY.as_bytes(), at(AT));
        assert_eq!(said, Err(Refusal::Invalid), "{secret}");
    }
}

#[test]
fn a_secret_shows_itself_to_nobody() {
    assert_eq!(format!("{:?}", Secret(SECRET.into())), "Secret");
}

/// The text with one bit of one byte changed, as text.
fn flipped(text: &str, place: usize, bit: u8) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let place = place % bytes.len();
    bytes[place] ^= 1 << (bit % 7);
    String::from_utf8(bytes).ok()
}

proptest! {
    #[test]
    fn whatever_is_changed_is_not_believed(place in 0_usize..200, bit in 0_u8..7, part in 0_usize..4) {
        let texts = [ID, "1614265330", SIGNATURE, BODY];
        let Some(changed) = flipped(texts[part], place, bit) else { return Ok(()) };
        let mut parts = texts.map(ToOwned::to_owned);
        parts[part] = changed;
        let [id, timestamp, signature, body] = parts;
        prop_assert_eq!(check_at(&standard(&id, &timestamp, &signature), &body, AT), Err(Refusal::Invalid));
    }

    #[test]
    fn nor_what_is_changed_of_githubs(place in 0_usize..200, bit in 0_u8..7, of_body: bool) {
        let (signature, body) = match of_body {
            true => (Some(HUB_SIGNATURE.to_owned()), flipped(HUB_BODY, place, bit)),
            false => (flipped(HUB_SIGNATURE, place, bit), Some(HUB_BODY.to_owned())),
        };
        let (Some(signature), Some(body)) = (signature, body) else { return Ok(()) };
        prop_assert_eq!(check_hub(&hub(&signature), &body), Err(Refusal::Invalid));
    }

    #[test]
    fn whatever_is_sent_is_answered(id: String, timestamp: String, signature: String, body: Vec<u8>) {
        let head = standard(&id, &timestamp, &signature);
        prop_assert!(check(Scheme::Standard, &Secret(SECRET.into()), &head, &body, at(AT)).is_err());
        prop_assert!(check(Scheme::Github, &Secret(SECRET.into()), &hub(&signature), &body, at(AT)).is_err());
    }
}
