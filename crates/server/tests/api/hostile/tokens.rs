//! Tokens that are bent, re-signed, or signed by the right key and wrong in what they say: none opens anything, in
//! whichever way it is shown.
//!
//! The ways of bending follow RFC 7515, RFC 8725 and the groups of Wycheproof's vectors for JSON Web Signatures
//! (`service::tokens` reads those themselves); each starts from a token that does serve, so that nothing but the bend
//! can be the reason it is refused.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use reqwest::Method;
use reqwest::header::HeaderValue;
use serde_json::{Value, json};

use crate::harness::{Device, Person, SECRET, Server};

/// A token's three parts.
fn parts(token: &str) -> [String; 3] {
    token.split('.').map(ToOwned::to_owned).collect::<Vec<_>>().try_into().unwrap()
}

fn decoded(part: &str) -> Value {
    serde_json::from_slice(&BASE64.decode(part).unwrap()).unwrap()
}

fn encoded(value: &str) -> String {
    BASE64.encode(value)
}

/// Signs a header and claims, as they are written, with the right key.
fn signed_text(header: &str, claims: &str, algorithm: Algorithm) -> String {
    let message = format!("{}.{}", encoded(header), encoded(claims));
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    format!("{message}.{}", crypto::sign(message.as_bytes(), &key, algorithm).unwrap())
}

fn signed(header: &Value, claims: &Value) -> String {
    signed_text(&header.to_string(), &claims.to_string(), Algorithm::HS256)
}

/// Ways to bend `token` from outside, by who has not the key, and a word for each.
fn bent(token: &str) -> Vec<(String, String)> {
    let [header, claims, signature] = parts(token);
    let words = decoded(&claims).to_string();
    let mut bent: Vec<(String, String)> = vec![];
    let mut add = |word: &str, token: String| bent.push((word.to_owned(), token));
    for (word, part, place) in [("header", &header, 0), ("claims", &claims, 1), ("signature", &signature, 2)]
    {
        let with = |changed: String| {
            let mut all = [header.clone(), claims.clone(), signature.clone()];
            all[place] = changed;
            all.join(".")
        };
        let other = |at: usize| {
            let mut letters = part.clone().into_bytes();
            letters[at] = if letters[at] == b'A' { b'B' } else { b'A' };
            String::from_utf8(letters).unwrap()
        };
        add(&format!("another first letter of the {word}"), with(other(0)));
        add(&format!("another letter in the {word}"), with(other(part.len() / 2)));
        add(&format!("no {word}"), with(String::new()));
        add(&format!("the {word} cut by one letter"), with(part[..part.len() - 1].to_owned()));
        add(&format!("the {word} and a letter more"), with(format!("{part}A")));
        add(&format!("the {word} padded"), with(format!("{part}=")));
        add(&format!("the {word} padded twice"), with(format!("{part}==")));
        for stray in ["?", "#", "+", "/", "%00", "\u{e9}", "*", "$", "~", " ", "\t"] {
            add(
                &format!("{stray:?} within the {word}"),
                with(format!("{}{stray}{}", &part[..4], &part[4..])),
            );
        }
        add(&format!("the {word} twice"), with(format!("{part}.{part}")));
    }
    // The last letter of 43 holds two bits that belong to no byte (RFC 4648, section 3.5).
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let last = alphabet.find(signature.chars().last().unwrap()).unwrap();
    for bits in 1..4 {
        let letter = &alphabet[last + bits..=last + bits];
        add("unused bits of the signature", format!("{header}.{claims}.{}{letter}", &signature[..42]));
    }
    add("cut off before the signature", format!("{header}.{claims}"));
    add("the header alone", header.clone());
    add("the claims alone", claims.clone());
    add("the signature alone", signature.clone());
    add("claims and signature", format!("{claims}.{signature}"));
    add("only dots", "..".into());
    add("more dots", format!("{token}."));
    add("five parts, as an encrypted one", format!("{token}.{claims}.{signature}"));
    add("upside down", format!("{signature}.{claims}.{header}"));
    add("in capitals", token.to_uppercase());
    let shown = json!({"protected": header, "payload": claims, "signature": signature});
    add("as JSON, flattened", shown.to_string());
    let general = json!({"payload": claims, "signatures": [{"protected": header, "signature": signature}]});
    add("as JSON", general.to_string());
    for alg in [
        "none", "None", "NONE", "nOnE", "", "HS256 ", "hs256", "HS384", "HS512", "RS256", "ES256", "PS256",
        "EdDSA", "dir",
    ] {
        let header = json!({"typ": "JWT", "alg": alg}).to_string();
        for signature in ["", signature.as_str()] {
            add(
                &format!("alg {alg:?}, signature {signature:?}"),
                format!("{}.{claims}.{signature}", encoded(&header)),
            );
        }
    }
    // Signed well, by keys that an attacker has.
    let jwk = json!({"kty": "oct", "k": BASE64.encode("a key of the one who attacks, long enough"), "alg": "HS256"});
    for header in [
        json!({"typ": "JWT", "alg": "HS256"}),
        json!({"typ": "JWT", "alg": "HS256", "jwk": jwk}),
        json!({"typ": "JWT", "alg": "HS256", "jku": "http://127.0.0.1:1/keys.json"}),
        json!({"typ": "JWT", "alg": "HS256", "x5u": "http://127.0.0.1:1/keys.pem"}),
        json!({"typ": "JWT", "alg": "HS256", "kid": "../../../../../../dev/null"}),
        json!({"typ": "JWT", "alg": "HS256", "kid": "' UNION SELECT 'a key of the one who attacks"}),
    ] {
        let message = format!("{}.{}", encoded(&header.to_string()), encoded(&words));
        for key in ["a key of the one who attacks, long enough", "", "secret", "\0"] {
            let key = EncodingKey::from_secret(key.as_bytes());
            let signature = crypto::sign(message.as_bytes(), &key, Algorithm::HS256).unwrap();
            add(&format!("another's key, {header}"), format!("{message}.{signature}"));
        }
    }
    bent
}

/// What the right key has signed all the same: headers and claims that a token of ours never has.
fn untrue(token: &str) -> Vec<(String, String)> {
    let [header, claims, _] = parts(token);
    let (header, claims) = (decoded(&header), decoded(&claims));
    let text = claims.to_string();
    let mut made: Vec<(String, String)> = vec![];
    let mut add = |word: String, token: String| made.push((word, token));

    for typ in
        [json!(null), json!(""), json!("at+jwt"), json!("JWE"), json!("dpop+jwt"), json!(7), json!(["JWT"])]
    {
        let mut header = header.clone();
        header["typ"] = typ;
        add(format!("header {header}"), signed(&header, &claims));
    }
    add("no typ".into(), signed(&json!({"alg": "HS256"}), &claims));
    add("no alg".into(), signed(&json!({"typ": "JWT"}), &claims));
    for critical in [json!(["exp"]), json!(["b64"]), json!([]), json!("exp")] {
        let header = json!({"typ": "JWT", "alg": "HS256", "b64": true, "crit": critical});
        add(format!("header {header}"), signed(&header, &claims));
    }
    for text in [
        "{}",
        "[]",
        "null",
        "\"HS256\"",
        "{",
        "",
        r#"{"alg":["HS256"],"typ":"JWT"}"#,
        r#"{"alg":"HS256","alg":"HS256","typ":"JWT"}"#,
    ] {
        add(format!("header {text}"), signed_text(text, &claims.to_string(), Algorithm::HS256));
    }
    for (name, algorithm) in [("HS384", Algorithm::HS384), ("HS512", Algorithm::HS512)] {
        for said in [name, "HS256"] {
            let header = json!({"typ": "JWT", "alg": said}).to_string();
            add(format!("{name} called {said}"), signed_text(&header, &text, algorithm));
        }
    }
    for not_claims in ["{}", "[]", "null", "7", "\"sub\"", "{", "", "\u{feff}{}", "\u{0}"] {
        add(format!("claims {not_claims}"), signed_text(&header.to_string(), not_claims, Algorithm::HS256));
    }

    let now = chrono::Utc::now().timestamp();
    let wrong: Vec<(&str, Vec<Value>)> = vec![
        (
            "exp",
            vec![
                json!((now + 600).to_string()),
                json!(now as f64 + 600.5),
                json!([now + 600]),
                json!(-1),
                json!(0),
                json!(1e300),
                json!(true),
                json!({"at": now}),
            ],
        ),
        (
            "iat",
            vec![
                json!((now - 10).to_string()),
                json!(now as f64 - 10.5),
                json!([now]),
                json!(now + 3600),
                json!(1e300),
                json!(i64::MAX),
                json!(true),
            ],
        ),
        ("nbf", vec![json!(now + 3600), json!("soon"), json!([])]),
        (
            "iss",
            vec![
                json!(""),
                json!("another"),
                json!("Almanac"),
                json!(["almanac"]),
                json!(["almanac", "another"]),
                json!(7),
            ],
        ),
        (
            "aud",
            vec![
                json!(""),
                json!("another"),
                json!("ALMANAC"),
                json!(["almanac"]),
                json!(["almanac", "another"]),
                json!([]),
                json!(7),
            ],
        ),
        (
            "sub",
            vec![
                json!(""),
                json!("ada"),
                json!(7),
                json!([claims["sub"]]),
                json!({"id": claims["sub"]}),
                json!("' OR 1=1 --"),
            ],
        ),
        ("jti", vec![json!(""), json!("one"), json!(7), json!([claims["jti"]])]),
        ("sid", vec![json!(""), json!("one"), json!(7), json!([claims["sid"]])]),
        (
            "type",
            vec![
                json!(""),
                json!("Access"),
                json!("reset"),
                json!("DEVICE"),
                json!(["access", "device"]),
                json!(0),
            ],
        ),
    ];
    for (name, values) in wrong {
        for value in values {
            let mut claims = claims.clone();
            claims[name] = value;
            add(format!("{name} {}", claims[name]), signed(&header, &claims));
        }
        if name == "nbf" {
            continue;
        }
        let mut without = claims.clone();
        without.as_object_mut().unwrap().remove(name).unwrap();
        add(format!("no {name}"), signed(&header, &without));
        without[name] = Value::Null;
        add(format!("{name} null"), signed(&header, &without));
        let twice = format!("{{{:?}:{},{}", name, claims[name], &text[1..]);
        add(format!("{name} twice"), signed_text(&header.to_string(), &twice, Algorithm::HS256));
    }
    for kind in ["access", "refresh", "device", "device_refresh"] {
        if claims["type"] != kind {
            let mut claims = claims.clone();
            claims["type"] = json!(kind);
            add(format!("a {} called {kind}", decoded(&parts(token)[1])["type"]), signed(&header, &claims));
        }
    }
    for (name, values) in [
        ("gen", vec![json!("1"), json!(1.5), json!(1_u64 << 40), json!([1])]),
        ("device_id", vec![json!("one"), json!(7), json!([])]),
    ] {
        for value in values
            .into_iter()
            .chain([Value::Null])
            .filter(|value| !value.is_null() || !claims[name].is_null())
        {
            let mut claims = claims.clone();
            claims[name] = value;
            add(format!("{name} {}", claims[name]), signed(&header, &claims));
        }
    }
    made
}

/// Where a token may be shown.
#[derive(Clone, Copy, Debug)]
enum Shown {
    Bearer(&'static str),
    BearerPost(&'static str),
    Body(&'static str),
    Cookie(&'static str),
}

const ACCESS: [Shown; 4] = [
    Shown::Bearer("/users/me"),
    Shown::Bearer("/devices"),
    Shown::BearerPost("/usage/batch"),
    Shown::BearerPost("/devices/register"),
];
const REFRESH: [Shown; 5] = [
    Shown::Body("/auth/refresh"),
    Shown::BearerPost("/auth/refresh"),
    Shown::Cookie("/auth/refresh"),
    Shown::Body("/devices/refresh"),
    Shown::BearerPost("/devices/refresh"),
];

/// Shows a token; `None` where no header can carry it.
fn show(server: &Server, token: &str, shown: Shown) -> Option<crate::harness::Answer> {
    let nobody = server.nobody();
    let bearer = format!("Bearer {token}");
    let cookie = format!("almanac_refresh={token}");
    // What a header loses at its ends, or a cookie at a semicolon, is not the token's.
    let carries = HeaderValue::from_str(&bearer).is_ok() && token.trim() == token && !token.contains(';');
    match shown {
        Shown::Body(path) => Some(nobody.post(path, &json!({"refresh_token": token}))),
        _ if !carries => None,
        Shown::Bearer(path) => Some(nobody.with("authorization", &bearer).get(path)),
        Shown::BearerPost(path) => Some(nobody.with("authorization", &bearer).raw(Method::POST, path, "")),
        Shown::Cookie(path) => Some(nobody.with("cookie", &cookie).raw(Method::POST, path, "")),
    }
}

#[track_caller]
fn opens_nothing(server: &Server, tokens: &[(String, String)], ways: &[Shown]) {
    for (word, token) in tokens {
        for way in ways {
            let Some(answer) = show(server, token, *way) else { continue };
            assert_eq!(answer.status, 401, "{word}, {way:?}: {token}: {}", answer.text());
            let code = answer.json()["detail"]["error_code"].as_str().unwrap().to_owned();
            let known = ["TOKEN_INVALID", "TOKEN_EXPIRED", "TOKEN_MISSING"].contains(&code.as_str());
            assert!(known, "{word}, {way:?}: {code}");
            assert_eq!(answer.header("www-authenticate"), "Bearer");
            assert!(!answer.text().contains(token) || token.len() < 8, "{word}: a token is not repeated");
        }
        // Signing out with it is no error, and signs nobody out.
        server.nobody().post("/auth/logout", &json!({"refresh_token": token})).is(204);
    }
}

/// The tokens still serve: no bent one has ended anything.
fn all_serve(person: &Person<'_>, phone: &Device<'_>) {
    let server = person.server;
    person.get("/users/me").ok();
    phone.get("/devices").ok();
    for (path, token) in [("/auth/refresh", &person.refresh), ("/devices/refresh", &phone.refresh)] {
        server.nobody().post(path, &json!({"refresh_token": token})).ok();
    }
}

#[test]
fn bent_tokens_open_nothing() {
    let server = Server::start();
    let ada = server.person("ada");
    let phone = ada.device("Phone", "android");
    for token in [&ada.access, &phone.access] {
        opens_nothing(&server, &bent(token), &ACCESS);
    }
    for token in [&ada.refresh, &phone.refresh] {
        opens_nothing(&server, &bent(token), &REFRESH);
    }
    all_serve(&ada, &phone);
}

#[test]
fn what_the_right_key_has_signed_must_be_true_as_well() {
    let server = Server::start();
    let ada = server.person("ada");
    let phone = ada.device("Phone", "android");
    // The control: signed again as they are, they serve.
    for (token, way) in [
        (&ada.access, Shown::Bearer("/users/me")),
        (&phone.access, Shown::Bearer("/devices")),
        (&ada.refresh, Shown::Body("/auth/refresh")),
        (&phone.refresh, Shown::Body("/devices/refresh")),
    ] {
        let [header, claims, _] = parts(token);
        let again = signed(&decoded(&header), &decoded(&claims));
        assert_eq!(show(&server, &again, way).unwrap().status, 200, "{way:?}");
    }
    for token in [&ada.access, &phone.access] {
        opens_nothing(&server, &untrue(token), &ACCESS);
    }
    for token in [&ada.refresh, &phone.refresh] {
        opens_nothing(&server, &untrue(token), &REFRESH);
    }
    all_serve(&ada, &phone);
}

#[test]
fn no_kind_of_token_is_taken_for_another() {
    let server = Server::start();
    let ada = server.person("ada");
    let phone = ada.device("Phone", "android");
    let kinds = [
        ("access", &ada.access),
        ("refresh", &ada.refresh),
        ("device", &phone.access),
        ("device_refresh", &phone.refresh),
        ("device_key", &phone.key),
    ];
    for (kind, token) in kinds {
        for way in ACCESS.into_iter().chain(REFRESH) {
            let wanted = match (kind, way) {
                ("access", Shown::BearerPost("/usage/batch")) => 403,
                ("device", Shown::Bearer("/users/me") | Shown::BearerPost("/devices/register")) => 403,
                // There is no body: the token is right.
                ("device", Shown::BearerPost("/usage/batch"))
                | ("access", Shown::BearerPost("/devices/register")) => 415,
                ("access", Shown::Bearer(_)) | ("device", Shown::Bearer("/devices")) => 200,
                (
                    "refresh",
                    Shown::Body("/auth/refresh") | Shown::BearerPost("/auth/refresh") | Shown::Cookie(_),
                ) => 200,
                (
                    "device_refresh",
                    Shown::Body("/devices/refresh") | Shown::BearerPost("/devices/refresh"),
                ) => 200,
                _ => 401,
            };
            let answer = show(&server, token, way).unwrap();
            assert_eq!(answer.status, wanted, "{kind}, {way:?}: {}", answer.text());
        }
    }
}
