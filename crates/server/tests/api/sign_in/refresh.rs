//! A session goes on by its refresh token.

use reqwest::Method;
use serde_json::json;

use super::{login, refresh_cookie};
use crate::harness::{Answer, PASSWORD, Person, Server};

fn show(server: &Server, way: &str, token: &str) -> Answer {
    let nobody = server.nobody();
    match way {
        "body" => nobody.post("/auth/refresh", &json!({"refresh_token": token})),
        "bearer" => nobody.bearer(token).raw(Method::POST, "/auth/refresh", ""),
        _ => nobody.with("cookie", &format!("a=b; almanac_refresh={token}")).raw(
            Method::POST,
            "/auth/refresh",
            "",
        ),
    }
}

#[test]
fn in_the_body_as_bearer_or_in_the_cookie() {
    let server = Server::start();
    let mut token = server.person("ada").refresh;
    for way in ["body", "bearer", "cookie", "body"] {
        let answer = show(&server, way, &token);
        let cookie = refresh_cookie(&answer);
        let next = answer.ok();
        token = next["refresh_token"].as_str().unwrap().to_owned();
        assert!(cookie.contains(&token), "the cookie is the newest");
        server.nobody().bearer(next["access_token"].as_str().unwrap()).get("/users/me").ok();
    }
}

#[test]
fn lost_answers_and_parallel_ones_log_nobody_out_and_a_stolen_token_ends_all() {
    let server = Server::start();
    let ada = server.person("ada");
    let elsewhere = Person::new(&server, login(&server, "ada", PASSWORD).ok());
    let next: std::collections::HashSet<String> = std::thread::scope(|scope| {
        let once = || show(&server, "cookie", &ada.refresh).ok()["refresh_token"].to_string();
        let all: Vec<_> = (0..8).map(|_| scope.spawn(once)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(next.len(), 1, "all get the same successor");
    let second: String = serde_json::from_str(next.iter().next().unwrap()).unwrap();
    let third = show(&server, "body", &second).ok();
    show(&server, "body", &ada.refresh).fails(401, "REFRESH_TOKEN_REUSED");
    show(&server, "body", third["refresh_token"].as_str().unwrap()).fails(401, "TOKEN_REVOKED");
    ada.get("/users/me").fails(401, "TOKEN_REVOKED");
    elsewhere.get("/users/me").ok();
}

#[test]
fn survives_a_restart_and_a_transaction_that_fails() {
    let server = Server::start();
    let ada = server.person("ada");
    server.sql("ALTER TABLE token_families ADD CONSTRAINT fails CHECK (generation < 2) NOT VALID");
    assert!(show(&server, "body", &ada.refresh).status >= 500);
    server.sql("ALTER TABLE token_families DROP CONSTRAINT fails");
    let restarted = Server::on(&server.database, |_| {});
    let next = show(&restarted, "body", &ada.refresh).ok();
    assert_eq!(show(&server, "body", &ada.refresh).ok()["refresh_token"], next["refresh_token"]);
}

#[test]
fn another_sites_page_gets_nothing_with_the_cookie() {
    let allow = |settings: &mut http_api::Settings| {
        settings.allowed_origins = vec!["https://app.example.org".into()];
    };
    let server = Server::with(allow);
    let ada = server.person("ada");
    let cookie = server.nobody().with("cookie", &format!("almanac_refresh={}", ada.refresh));
    let ours = format!("http://{}", server.address);
    for path in ["/auth/refresh", "/auth/logout"] {
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("origin", "https://app.example.org.evil.example"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            assert_eq!(cookie.with(name, value).raw(Method::POST, path, "").status, 403, "{name} {value}");
        }
    }
    for origin in [ours.as_str(), "https://app.example.org"] {
        let answer = cookie.with("origin", origin).with("sec-fetch-site", "same-origin");
        answer.raw(Method::POST, "/auth/refresh", "").ok();
    }
    ada.get("/users/me").ok();
}

#[test]
fn the_cookie_goes_back_where_it_came_from() {
    let server = Server::with(|settings| settings.allowed_hosts.push("almanac.example.org".into()));
    server.person("ada");
    let body = json!({"username": "ada", "password": PASSWORD});
    for (path, of) in [
        ("//api/login", "Path=/api/auth"),
        ("/login", "Path=/api/v1/auth"),
        ("/auth/login", "Path=/api/v1/auth"),
    ] {
        let cookie = refresh_cookie(&server.nobody().post(path, &body));
        assert!(cookie.split("; ").any(|part| part == of), "{cookie}");
        assert!(!cookie.contains("Secure"), "plain localhost: {cookie}");
    }
    let elsewhere = server.nobody().with("host", "almanac.example.org");
    assert!(refresh_cookie(&elsewhere.post("/login", &body)).contains("; Secure"));
}

#[test]
fn kinds_are_not_interchangeable() {
    let server = Server::start();
    let ada = server.person("ada");
    let phone = ada.device("Phone", "ios");
    for token in [&ada.access, &phone.access, &phone.refresh] {
        show(&server, "body", token).fails(401, "TOKEN_INVALID");
    }
    let of_person = json!({"refresh_token": ada.refresh});
    server.nobody().post("/devices/refresh", &of_person).fails(401, "TOKEN_INVALID");
    server.nobody().raw(Method::POST, "/auth/refresh", "").fails(401, "TOKEN_MISSING");
}
