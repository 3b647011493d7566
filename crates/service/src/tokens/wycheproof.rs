//! Wycheproof's vectors for JSON Web Signatures, each with its own key.
//!
//! The file is not kept here. Who has it runs this with
//! `WYCHEPROOF=…/testvectors_v1/json_web_signature_test.json cargo test -p almanac-service wycheproof -- --ignored`.

#![allow(clippy::disallowed_methods, reason = "tests")]

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::*;

fn lives() -> Lives {
    let hour = Duration::hours(1);
    Lives { access: hour, refresh: hour, device_access: hour, device_refresh: hour }
}

const ALL: [[Purpose; 2]; 2] =
    [[Purpose::Access, Purpose::Device], [Purpose::Refresh, Purpose::DeviceRefresh]];

#[test]
fn keys_read_what_they_have_written() {
    let (keys, now) = (Keys::new(&[7; 32], lives()), Utc::now());
    let leaf = Leaf { device: None, generation: 1, issued_at: now, revoked: false };
    let pair = keys.pair(UserId(new_id()), None, FamilyId(new_id()), &leaf, now).unwrap();
    assert!(keys.read(&pair.access_token, ALL[0], now).is_ok());
    assert!(keys.read(&pair.refresh_token, ALL[1], now).is_ok());
    for (token, purposes) in [(&pair.access_token, ALL[1]), (&pair.refresh_token, ALL[0])] {
        assert!(keys.read(token, purposes, now).is_err());
    }
    assert!(keys.read(&pair.access_token, ALL[0], now - SKEW - Duration::seconds(1)).is_err());
    assert!(Keys::new(&[8; 32], lives()).read(&pair.access_token, ALL[0], now).is_err());
}

#[test]
#[ignore = "reads Wycheproof's file, which WYCHEPROOF names"]
fn no_vector_is_taken_for_a_token() {
    let path = std::env::var("WYCHEPROOF").unwrap();
    let vectors: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let now = Utc::now();
    let mut read = 0;
    for group in vectors["testGroups"].as_array().unwrap() {
        let key = [&group["private"], &group["public"]].into_iter().find(|key| key.is_object()).unwrap();
        // A public key must not serve as a secret either: of an RSA or elliptic key, its number is taken for one.
        let secret = ["k", "n", "x"].iter().find_map(|name| key[*name].as_str()).unwrap();
        let secret = URL_SAFE_NO_PAD.decode(secret).unwrap();
        assert!(secret.len() >= 32);
        let keys = Keys::new(&secret, lives());
        for test in group["tests"].as_array().unwrap() {
            let token = test["jws"].as_str().map_or_else(|| test["jws"].to_string(), ToOwned::to_owned);
            for purposes in ALL {
                let outcome = keys.read(&token, purposes, now);
                assert!(
                    matches!(outcome, Err(Error::Unauthenticated("TOKEN_INVALID"))),
                    "{}: {}",
                    test["tcId"],
                    test["comment"]
                );
            }
            read += 1;
        }
    }
    assert_eq!(read, vectors["numberOfTests"].as_u64().unwrap());
}
