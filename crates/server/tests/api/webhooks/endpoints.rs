//! Endpoints are made, listed and deleted by whose they are, and nobody else.

use super::*;
use crate::harness::PASSWORD;

#[test]
fn the_secret_is_shown_once() {
    let server = Server::start();
    let ada = server.person("ada");
    for (scheme, begins) in [("standard", "whsec_"), ("github", ""), ("secret-header", "")] {
        let made = ada.post("/webhook-endpoints", &json!({"name": " Home ", "scheme": scheme})).is(201);
        let (id, secret) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
        assert!(secret.starts_with(begins) && secret.len() >= 43, "{secret}");
        assert_eq!(made["url"], format!("/api/v1/webhooks/{id}"));
        assert_eq!((&made["name"], &made["scheme"]), (&json!("Home"), &json!(scheme)));
        let listed = ada.get("/webhook-endpoints").ok();
        let newest = &listed["webhook_endpoints"][0];
        assert_eq!((&newest["id"], &newest["last_received_at"]), (&made["id"], &Value::Null));
        assert!(!listed.to_string().contains(secret) && newest.get("secret").is_none());
    }
    let listed = ada.get("/webhook-endpoints?limit=2").ok();
    assert_eq!((&listed["total"], listed["webhook_endpoints"].as_array().unwrap().len()), (&json!(3), 2));
    let rest = format!("/webhook-endpoints?cursor={}", listed["next_cursor"].as_str().unwrap());
    assert_eq!(ada.get(&rest).ok()["webhook_endpoints"].as_array().unwrap().len(), 1);
    for (body, field) in [
        (json!({"name": "x"}), "scheme"),
        (json!({"name": "x", "scheme": "basic"}), "scheme"),
        (json!({"scheme": "github"}), "name"),
        (json!({"name": " ", "scheme": "github"}), "name"),
        (json!({"name": "x".repeat(101), "scheme": "github"}), "name"),
    ] {
        ada.post("/webhook-endpoints", &body).names(field);
    }
}

#[test]
fn deliveries_go_page_by_page() {
    let server = Server::start();
    let ada = server.person("ada");
    let to = endpoint(&ada, "secret-header");
    for n in 0..5 {
        to.deliver(&n.to_string(), &notification("x")).is(202);
    }
    let mut path = format!("{}?limit=2", to.deliveries());
    let mut seen = vec![];
    loop {
        let page = ada.get(&path).ok();
        assert_eq!(page["total"], 5);
        let ids = page["deliveries"].as_array().unwrap().iter();
        seen.extend(ids.map(|one| one["id"].as_str().unwrap().to_owned()));
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("{}?limit=2&cursor={cursor}", to.deliveries());
    }
    assert_eq!(seen, ["4", "3", "2", "1", "0"]);
    assert_ne!(ada.get("/webhook-endpoints").ok()["webhook_endpoints"][0]["last_received_at"], Value::Null);
    for query in ["limit=0", "cursor=x", "status=received", "type=%00"] {
        assert_eq!(ada.get(&format!("{}?{query}", to.deliveries())).status, 422, "{query}");
    }
}

#[test]
fn anothers_endpoint_is_none() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    let (to, own) = (endpoint(&ada, "standard"), endpoint(&bob, "standard"));
    to.deliver("one", &entry("private")).is(202);
    bob.get(&to.deliveries()).fails(404, "WEBHOOK_ENDPOINT_NOT_FOUND");
    bob.get(&format!("{}/one", to.deliveries())).fails(404, "DELIVERY_NOT_FOUND");
    bob.get(&format!("{}/one", own.deliveries())).fails(404, "DELIVERY_NOT_FOUND");
    bob.post(&format!("{}/one/replay", to.deliveries()), &json!({})).fails(404, "DELIVERY_NOT_FOUND");
    bob.delete(&format!("/webhook-endpoints/{}", to.id)).fails(404, "WEBHOOK_ENDPOINT_NOT_FOUND");
    assert_eq!(bob.get("/webhook-endpoints").ok()["total"], 1);
    // Nor is one's own secret good for it.
    let body = entry("forged").to_string();
    to.send(&own.signed("two", &body), body).fails(401, "SIGNATURE_INVALID");
    // A project or an entry of another's is none.
    let project = ada.post("/projects", &json!({"title": "private"})).is(201);
    let mut body = entry("mine");
    body["data"]["project_id"] = project["id"].clone();
    own.deliver("project", &body).is(202);
    body["data"]["project_id"] = Value::Null;
    body["data"]["project"] = json!("private");
    own.deliver("title", &body).is(202);
    let listed = bob.get(&own.deliveries()).ok();
    for delivery in listed["deliveries"].as_array().unwrap() {
        assert_eq!(delivery["error_code"], "PROJECT_NOT_FOUND");
    }
    assert_eq!(bob.get("/time-entries").ok()["total"], 0);
}

#[test]
fn a_deleted_endpoint_takes_nothing_more_and_what_it_made_stays() {
    // The other server knows the endpoint, and is not told.
    let here = Server::start();
    let there = Server::on(&here.database, |_| {});
    let ada = here.person("ada");
    let to = endpoint(&ada, "standard");
    let elsewhere = |id: &str| {
        let body = entry(id).to_string();
        let caller = Caller { server: &there, headers: to.signed(id, &body).headers };
        caller.raw(Method::POST, &to.path(), body)
    };
    elsewhere("one").is(202);
    to.deliver("two", &entry("two")).is(202);
    ada.delete(&format!("/webhook-endpoints/{}", to.id)).is(204);
    to.deliver("three", &entry("three")).fails(404, "WEBHOOK_ENDPOINT_NOT_FOUND");
    elsewhere("four").fails(404, "WEBHOOK_ENDPOINT_NOT_FOUND");
    ada.delete(&format!("/webhook-endpoints/{}", to.id)).fails(404, "WEBHOOK_ENDPOINT_NOT_FOUND");
    ada.get(&to.deliveries()).fails(404, "WEBHOOK_ENDPOINT_NOT_FOUND");
    assert_eq!(here.sql("SELECT count(*) FROM webhook_deliveries"), "0");
    assert_eq!(ada.get("/time-entries").ok()["total"], 2);
}

#[test]
fn nothing_is_delivered_to_an_account_that_is_disabled_or_gone() {
    let server = Server::start();
    // Who comes first is the admin, and stays.
    server.person("admin");
    let ada = server.person("ada");
    let to = endpoint(&ada, "standard");
    let session = json!({"type": "usage.recorded", "data": {"sessions":
        [{"app": "a", "started_at": "2026-01-05T10:00:00Z", "ended_at": "2026-01-05T11:00:00Z"}]}});
    to.deliver("one", &session).is(202);
    server.sql("UPDATE users SET disabled_at = now() WHERE username = 'ada'");
    for (id, body) in [("entry", entry("x")), ("usage", session.clone()), ("title", notification("x"))] {
        to.deliver(id, &body).fails(404, "WEBHOOK_ENDPOINT_NOT_FOUND");
    }
    server.sql("UPDATE users SET disabled_at = NULL");
    to.deliver("entry", &entry("x")).is(202);
    let body = json!({"password": PASSWORD});
    ada.send(Method::DELETE, "/users/me", Some(&body)).is(204);
    to.deliver("gone", &entry("x")).fails(404, "WEBHOOK_ENDPOINT_NOT_FOUND");
    // Nothing is left, in whatever table.
    let tables = server.sql(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'user_id'",
    );
    for table in tables.lines() {
        let left = server.sql(&format!("SELECT count(*) FROM {table} WHERE user_id = '{}'", ada.id));
        assert_eq!(left, "0", "{table}");
    }
}

/// Accounts go while things are delivered to them: nobody waits for anybody for ever, and nothing is left.
#[test]
fn an_account_goes_while_things_are_delivered() {
    let server = Server::start();
    server.person("admin");
    for round in 0..3 {
        let ada = server.person(&format!("ada{round}"));
        let to = endpoint(&ada, "standard");
        std::thread::scope(|scope| {
            for sender in 0..3 {
                let to = &to;
                scope.spawn(move || {
                    for n in 0..20 {
                        let id = format!("{sender}-{n}");
                        let session = json!({"type": "usage.recorded", "data": {"sessions": [{"app": id,
                            "started_at": "2026-01-05T10:00:00Z", "ended_at": "2026-01-05T11:00:00Z"}]}});
                        let body = if n % 2 == 0 { entry(&id) } else { session };
                        let answer = to.deliver(&id, &body);
                        assert!(matches!(answer.status, 202 | 404), "{}", answer.text());
                    }
                });
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
            ada.send(Method::DELETE, "/users/me", Some(&json!({"password": PASSWORD}))).is(204);
        });
        assert_eq!(server.sql("SELECT count(*) FROM webhook_deliveries"), "0");
        assert_eq!(server.sql("SELECT count(*) FROM webhook_directory"), "0");
    }
    server.verify();
}
