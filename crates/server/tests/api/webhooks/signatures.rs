//! What is not signed as the endpoint asks gets nowhere, whatever it is.

use super::*;

#[test]
fn each_scheme_takes_what_is_signed_for_it() {
    let server = Server::start();
    let ada = server.person("ada");
    for scheme in ["standard", "github", "secret-header"] {
        let to = endpoint(&ada, scheme);
        let body = notification("Hello").to_string();
        let signed = to.signed("one", &body);
        assert_eq!(to.send(&signed, body.clone()).is(202)["id"], "one", "{scheme}");
        // The same, to the address of all.
        let by_header = to.signed("two", &body).with("x-webhook-endpoint", &to.id);
        by_header.raw(Method::POST, "/webhooks", body.clone()).is(202);
        assert_eq!(ada.get(&to.deliveries()).ok()["total"], 2);

        // Changed, signed with another secret, or not at all: one answer for all of it.
        let other = endpoint(&ada, scheme);
        let unsigned = server.nobody().with("content-type", "application/json");
        let mut told: Vec<Value> = vec![];
        let mut refused = |caller: &Caller<'_>, body: String| {
            let mut detail = to.send(caller, body).fails(401, "SIGNATURE_INVALID");
            detail["request_id"] = Value::Null;
            detail["timestamp"] = Value::Null;
            told.push(detail);
        };
        refused(&other.signed("three", &body), body.clone());
        refused(&unsigned, body.clone());
        refused(&unsigned, "{".into());
        if scheme != "secret-header" {
            refused(&signed, format!("{body} "));
            refused(&signed, body.replace("Hello", "Hallo"));
            refused(&signed, String::new());
        }
        for (name, value) in &signed.headers {
            if ["webhook-timestamp", "webhook-signature", "x-hub-signature-256", "x-webhook-secret"]
                .contains(&name.as_str())
            {
                refused(&signed.with(name, &format!("{value}0")), body.clone());
                refused(&signed.with(name, ""), body.clone());
                refused(&signed.with(name, "v1,~"), body.clone());
            }
        }
        assert!(told.len() >= 5 && told.windows(2).all(|two| two[0] == two[1]), "{told:?}");
        assert_eq!(ada.get(&to.deliveries()).ok()["total"], 2, "nothing of it is listed");
        assert_eq!(ada.get(&other.deliveries()).ok()["total"], 0);
    }
}

#[test]
fn what_was_signed_long_ago_or_ahead_is_stale() {
    let server = Server::start();
    let ada = server.person("ada");
    let to = endpoint(&ada, "standard");
    let body = notification("Hello").to_string();
    let now = Utc::now().timestamp();
    for (id, at) in [("old", now - 330), ("new", now + 360)] {
        to.send(&to.signed_at(id, &body, at), body.clone()).fails(401, "SIGNATURE_STALE");
    }
    assert_eq!(ada.get(&to.deliveries()).ok()["total"], 0);
    for (id, at) in [("before", now - 240), ("ahead", now + 240)] {
        to.send(&to.signed_at(id, &body, at), body.clone()).is(202);
    }
}

#[test]
fn one_secret_of_several_is_enough() {
    let server = Server::start();
    let to = endpoint(&server.person("ada"), "standard");
    let body = notification("Hello").to_string();
    let signed = to.signed("one", &body);
    let signature = signed.headers.iter().find(|(name, _)| name == "webhook-signature").unwrap().1.clone();
    let several = format!("v1a,xyz v1,{} {signature}", STANDARD.encode([0; 32]));
    to.send(&signed.with("webhook-signature", &several), body).is(202);
}

#[test]
fn an_endpoint_of_nobodys_is_not_found() {
    let server = Server::start();
    let to = endpoint(&server.person("ada"), "secret-header");
    let body = notification("Hello").to_string();
    let signed = to.signed("one", &body);
    for path in ["/webhooks/01a20000-0000-7000-8000-000000000000", "/webhooks/x"] {
        signed.raw(Method::POST, path, body.clone()).fails(404, "WEBHOOK_ENDPOINT_NOT_FOUND");
    }
    for id in ["", "x", "01a20000-0000-7000-8000-000000000000"] {
        let caller = signed.with("x-webhook-endpoint", id);
        caller.raw(Method::POST, "/webhooks", body.clone()).fails(404, "WEBHOOK_ENDPOINT_NOT_FOUND");
    }
    signed.raw(Method::POST, "/webhooks", body).fails(404, "WEBHOOK_ENDPOINT_NOT_FOUND");
}

#[test]
fn the_body_is_signed_before_it_is_compressed_and_has_a_limit() {
    use std::io::Write;
    let server = Server::start();
    let ada = server.person("ada");
    let to = endpoint(&ada, "standard");
    let gzip = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let body = notification("Hello").to_string();
    let zipped = to.signed("zipped", &body).with("content-encoding", "gzip");
    to.send(&zipped, gzip(body.as_bytes())).is(202);
    to.send(&zipped, body.clone()).fails(400, "MALFORMED_REQUEST");
    to.send(&zipped, gzip(&vec![b' '; 40 << 20])).fails(413, "PAYLOAD_TOO_LARGE");
    let filled = |size: usize| format!("{body}{}", " ".repeat(size - body.len()));
    let most = filled(1 << 20);
    to.send(&to.signed("most", &most), most.clone()).is(202);
    let over = filled((1 << 20) + 1);
    to.send(&to.signed("over", &over), over.clone()).fails(413, "PAYLOAD_TOO_LARGE");
    let kind = to.signed("kind", &body).with("content-type", "application/x-www-form-urlencoded");
    to.send(&kind, body.clone()).fails(415, "UNSUPPORTED_MEDIA_TYPE");
    assert_eq!(ada.get(&to.deliveries()).ok()["total"], 2);
    assert_eq!(ada.get(&format!("{}/most", to.deliveries())).ok()["body"], most);
}

#[test]
fn what_is_believed_counts_as_the_accounts() {
    let server = Server::with(|settings| {
        settings.rate_limit = std::num::NonZeroU32::new(10);
        settings.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    });
    let ada = server.person("ada");
    let to = endpoint(&ada, "secret-header");
    let body = notification("Hello").to_string();
    // From many addresses, each of which has hardly asked.
    let from = |number: usize, signed: &Caller<'_>| {
        let caller = signed.with("x-forwarded-for", &format!("192.0.2.{number}"));
        caller.raw(Method::POST, &to.path(), body.clone()).status
    };
    let statuses: Vec<u16> = (0..60).map(|n| from(n, &to.signed(&n.to_string(), &body))).collect();
    assert!(statuses.contains(&202) && statuses.contains(&429), "{statuses:?}");
    // Who does not know the secret uses nobody's up but their own.
    let bob = server.person("bob");
    let to = endpoint(&bob, "secret-header");
    let forged = to.signed("one", &body).with("x-webhook-secret", "wrong");
    for n in 100..140 {
        let caller = forged.with("x-forwarded-for", &format!("192.0.2.{n}"));
        caller.raw(Method::POST, &to.path(), body.clone()).fails(401, "SIGNATURE_INVALID");
    }
    bob.get("/users/me").ok();
}
