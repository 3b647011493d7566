//! Hosts, origins and rates.

use super::*;

#[test]
fn our_hosts_only() {
    let server = Server::start();
    for (host, ours) in [
        ("localhost", true),
        ("LOCALHOST:99", true),
        ("127.0.0.1", true),
        ("evil.example.org", false),
        ("localhost.evil.example.org", false),
        ("127.0.0.1.evil.example.org:80", false),
    ] {
        let answer = server.nobody().with("host", host).get("/health");
        if ours {
            answer.ok();
        } else {
            answer.fails(421, "HOST_NOT_ALLOWED");
        }
    }
    let answer =
        server.nobody().with("host", "evil.example.org").with("x-forwarded-host", "localhost").get("/health");
    answer.fails(421, "HOST_NOT_ALLOWED");
    let behind = Server::with(|settings| settings.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()]);
    behind.nobody().with("host", "inside").with("x-forwarded-host", "localhost").get("/health").ok();
    assert!(talk(&server, "GET /health HTTP/1.0\r\n\r\n").starts_with("HTTP/1.0 421"));
}

#[test]
fn pages_of_listed_origins_only() {
    let server =
        Server::with(|settings| settings.allowed_origins = vec!["https://almanac.example.org".into()]);
    let phone = server.device("Phone");
    let ours = phone.with("origin", "https://almanac.example.org");
    let answer = ours.get("/devices");
    assert_eq!(answer.header("access-control-allow-origin"), "https://almanac.example.org");
    assert_eq!(answer.header("access-control-allow-credentials"), "");
    assert!(answer.header("vary").to_lowercase().contains("origin"));
    let preflight = |origin: &str| {
        let caller = server
            .nobody()
            .with("origin", origin)
            .with("access-control-request-method", "PATCH")
            .with("access-control-request-headers", "authorization,content-type");
        caller.send(Method::OPTIONS, "/users/me", None)
    };
    let allowed = preflight("https://almanac.example.org");
    assert_eq!(
        (allowed.status, allowed.header("access-control-allow-origin")),
        (200, "https://almanac.example.org")
    );
    assert!(allowed.header("access-control-allow-methods").contains("PATCH"));
    for other in [
        "https://evil.example.org",
        "http://almanac.example.org",
        "https://almanac.example.org.evil.org",
        "null",
    ] {
        assert_eq!(preflight(other).header("access-control-allow-origin"), "", "{other}");
        let answer = phone.with("origin", other).get("/devices");
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, ""), "{other}");
    }
    // Without a list there are no such headers at all.
    let closed = Server::start();
    assert_eq!(
        closed
            .nobody()
            .with("origin", "https://almanac.example.org")
            .get("/health")
            .header("access-control-allow-origin"),
        ""
    );
}

#[test]
fn any_origin_never_with_credentials() {
    let server = Server::with(|settings| settings.allowed_origins = vec!["*".into()]);
    let answer = server.nobody().with("origin", "https://anywhere.example.org").get("/health");
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("access-control-allow-credentials"), "");
}

#[test]
fn so_often_and_no_more() {
    let server = Server::with(|settings| {
        settings.rate_limit = std::num::NonZeroU32::new(30);
        settings.register_rate_limit = std::num::NonZeroU32::new(3);
    });
    let phone = server.guest("Phone");
    let other = server.guest("Other");
    server.guest("Third");
    let answer = server.nobody().post("/devices/register", &json!({"platform": "ios"}));
    assert_eq!((answer.header("ratelimit-limit"), answer.header("ratelimit-remaining")), ("", ""));
    answer.fails(429, "RATE_LIMITED");
    server
        .nobody()
        .post("/devices/refresh", &json!({"refresh_token": phone.refresh}))
        .fails(429, "RATE_LIMITED");
    for left in (0..30).rev() {
        let answer = phone.get("/usage");
        assert_eq!(
            (answer.header("ratelimit-limit"), answer.header("ratelimit-remaining")),
            ("30", left.to_string().as_str())
        );
        assert!(answer.header("ratelimit-reset").parse::<u32>().unwrap() <= 60);
        answer.ok();
    }
    phone.get("/usage").fails(429, "RATE_LIMITED");
    other.get("/usage").ok();
    phone.get("/health").ok();
    for _ in 0..30 {
        server.nobody().bearer("nonsense").get("/usage").fails(401, "TOKEN_INVALID");
    }
    server.nobody().bearer("nonsense").get("/usage").fails(429, "RATE_LIMITED");
    other.get("/usage").ok();
}
