//! Headers of every answer.

use super::*;

#[test]
fn every_answer_is_dressed() {
    let server = Server::with(|settings| {
        settings.web = Some(concat!(env!("CARGO_MANIFEST_DIR"), "/../../web").into())
    });
    let ada = server.person("ada");
    for (path, cache) in [
        ("/devices", "no-store"),
        ("/nothing", "no-store"),
        ("/devices?limit=0", "no-store"),
        ("/stats/today", "private, no-cache"),
        ("/users/me", "private, no-cache"),
        ("//health", "no-store"),
        ("//", "no-cache"),
        ("//main.js", "no-cache"),
        ("//week", "no-cache"),
        ("//docs/index.html", "no-cache"),
        ("//openapi.json", "no-store"),
    ] {
        let answer = ada.get(path);
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("cache-control"), cache, "{path}");
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("script-src 'self' 'unsafe"),
            "{path}: {policy}"
        );
        assert_eq!(answer.header("x-request-id").len(), 16, "{path}");
        assert_eq!(answer.header("server"), "");
    }
}

#[test]
fn ids_of_requests() {
    let server = Server::start();
    let nobody = server.nobody();
    assert_eq!(
        nobody.with("x-request-id", "my-id.7_").get("/nothing").fails(404, "ROUTE_NOT_FOUND")["request_id"],
        "my-id.7_"
    );
    for insane in ["a b", "<script>", &"x".repeat(65), "a;b"] {
        assert_ne!(nobody.with("x-request-id", insane).get("/health").header("x-request-id"), insane);
    }
}

#[test]
fn tags() {
    let server = Server::start();
    let device = server.device("Phone");
    let phone = &device.owner;
    for path in ["/users/me", "/auth/me", "/stats/today?date=2026-01-01", "/stats/week?date=2026-01-01"] {
        let answer = phone.get(path);
        let tag = answer.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{tag}");
        for known in
            [tag.clone(), tag.trim_start_matches("W/").to_owned(), format!("\"x\", {tag}"), "*".into()]
        {
            let again = phone.with("if-none-match", &known).get(path);
            assert_eq!(
                (again.status, again.body.len(), again.header("etag")),
                (304, 0, tag.as_str()),
                "{path} {known}"
            );
        }
        assert_eq!(phone.with("if-none-match", "\"x\"").get(path).status, 200);
        server.nobody().with("if-none-match", &tag).get(path).fails(401, "TOKEN_MISSING");
    }
    phone.with("if-none-match", "*").patch("/users/me", &json!({"day_start": "04:00"})).ok();
    let tag = phone.get("/stats/today?date=2026-01-01").header("etag").to_owned();
    device.upload(&json!([{"app": "a", "start": "2026-01-01T10:00:00Z", "end": "2026-01-01T10:01:00Z"}]));
    assert_eq!(phone.with("if-none-match", &tag).get("/stats/today?date=2026-01-01").status, 200);
}

#[test]
fn compression() {
    let server = Server::start();
    let phone = server.device("Phone");
    let plain = phone.get("//openapi.json");
    assert_eq!(plain.header("content-encoding"), "");
    for encoding in ["gzip", "br"] {
        let answer = phone.with("accept-encoding", encoding).get("//openapi.json");
        assert_eq!(answer.header("content-encoding"), encoding);
        assert!(answer.header("vary").to_lowercase().contains("accept-encoding"));
        assert!(answer.body.len() < plain.body.len() / 4);
    }
    let mut inflated = String::new();
    let answer = phone.with("accept-encoding", "gzip").get("//openapi.json");
    flate2::read::GzDecoder::new(&answer.body[..]).read_to_string(&mut inflated).unwrap();
    assert_eq!(inflated.as_bytes(), plain.body);
    phone.with("accept-encoding", "gzip").get("/nothing").fails(404, "ROUTE_NOT_FOUND");
}
