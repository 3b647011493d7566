//! Who gets in: every operation for admins, from the document.

use reqwest::Method;

use super::*;

/// Method and path of what is for admins, with ids that are not in use.
fn operations() -> Vec<(Method, String)> {
    let document = serde_json::to_value(http_api::openapi()).unwrap();
    let mut found = vec![];
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation["tags"][0] == "admin" {
                let unused = uuid::Uuid::now_v7().to_string();
                let path = path.replace("{user_id}", &unused).replace("{invite_id}", &unused);
                found.push((method.to_uppercase().parse().unwrap(), path));
            } else {
                assert!(!path.starts_with("/admin"), "{path} is not told to be for admins");
            }
        }
    }
    assert!(found.len() >= 13);
    found
}

/// What may be sent, and none of it may get anybody further.
const BODIES: [&str; 4] = ["", "{", "{}", r#"{"role":7}"#];

#[track_caller]
fn refused(caller: &Caller<'_>, status: u16, code: &str) {
    for (method, path) in operations() {
        for body in BODIES {
            for query in ["", "?limit=0", "?cursor=x&from=never"] {
                let caller = caller.with("content-type", "application/json");
                let answer = caller.raw(method.clone(), &format!("{path}{query}"), body);
                let said = format!("{method} {path}{query} {body}: {}", answer.text());
                assert_eq!(answer.status, status, "{said}");
                assert_eq!(answer.fails(status, code)["error_code"], code, "{said}");
            }
        }
    }
    for path in ["/admin/users/7", "/admin/invites/7"] {
        caller.with("content-type", "application/json").delete(path).fails(status, code);
    }
}

#[test]
fn only_admins_get_in() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    refused(&server.nobody(), 401, "TOKEN_MISSING");
    refused(&server.nobody().bearer("nonsense"), 401, "TOKEN_INVALID");
    refused(&server.nobody().bearer(&ada.refresh), 401, "TOKEN_INVALID");
    refused(&bob, 403, "ADMIN_ONLY");
    // Not an admin's device either.
    refused(&ada.device("Laptop", "linux"), 403, "WRONG_TOKEN_KIND");
    refused(&server.guest("Guest"), 403, "WRONG_TOKEN_KIND");
    let out = again(&server, &ada);
    out.raw(Method::POST, "/auth/logout", "").is(204);
    refused(&out, 401, "TOKEN_REVOKED");
    assert_eq!(ada.get("/admin/users").ok()["total"], 2);
}

#[test]
fn a_former_admin_is_refused_from_the_next_request_on() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    ada.patch(&path(&bob), &json!({"role": "admin"})).ok();
    // The token says nothing of it: what it was made as does not matter.
    bob.get("/admin/stats").ok();
    let elsewhere = Server::on(&server.database, |_| {});
    let on_both = elsewhere.nobody().bearer(&bob.access);
    on_both.get("/admin/stats").ok();
    ada.patch(&path(&bob), &json!({"role": "user"})).ok();
    on_both.get("/admin/stats").fails(403, "ADMIN_ONLY");
    refused(&bob, 403, "ADMIN_ONLY");
    bob.get("/users/me").ok();

    ada.patch(&path(&bob), &json!({"role": "admin"})).ok();
    bob.get("/admin/stats").ok();
    ada.patch(&path(&bob), &json!({"is_active": false})).ok();
    refused(&bob, 401, "TOKEN_REVOKED");
    ada.delete(&path(&bob)).is(204);
    refused(&bob, 401, "TOKEN_REVOKED");
}

#[test]
fn the_first_account_is_the_admins() {
    let server = Server::start();
    server.guest("A guest comes first");
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    assert_eq!(ada.get("/users/me").ok()["role"], "admin");
    assert_eq!(bob.get("/users/me").ok()["role"], "user");
}
