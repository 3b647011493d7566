//! The audit log.

use reqwest::Method;

use super::*;

/// Actor, action, target, before and after of an entry.
fn told(entry: &Value) -> (Value, Value, Value, Value, Value) {
    let part = |name: &str| entry[name].clone();
    (
        entry["actor"]["name"].clone(),
        part("action"),
        entry["target"]["name"].clone(),
        part("before"),
        part("after"),
    )
}

#[test]
fn tells_who_did_what_to_whom() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    ada.patch(&path(&bob), &json!({"role": "admin"})).ok();
    // What changes nothing is nothing that was done.
    ada.patch(&path(&bob), &json!({"role": "admin", "is_active": true})).ok();
    ada.patch(&path(&bob), &json!({"role": "user", "is_active": false})).ok();
    ada.patch(&path(&bob), &json!({"is_active": true})).ok();
    let link = ada.raw(Method::POST, &format!("{}/reset-link", path(&bob)), "").is(201);
    ada.patch("/admin/settings", &json!({"registration": "invite"})).ok();
    ada.patch("/admin/settings", &json!({"registration": "invite"})).ok();
    let invite = ada.post("/admin/invites", &json!({"note": "for eve"})).is(201);
    let eve = json!({"username": "eve", "email": "eve@example.org", "invite_code": invite["code"]});
    let eve = Person::new(&server, register(&server, &eve).is(201));
    ada.delete(&format!("/admin/invites/{}", invite["id"].as_str().unwrap())).is(204);
    let reset = json!({"token": link["token"], "new_password": "another good one"});
    server.nobody().post("/auth/reset", &reset).is(204);
    let change = json!({"current_password": PASSWORD, "new_password": "a third good one"});
    eve.patch("/users/me/password", &change).is(204);
    eve.send(Method::DELETE, "/users/me", Some(&json!({"password": "a third good one"}))).is(204);
    ada.delete(&path(&bob)).is(204);
    // What was refused was not done either.
    ada.delete(&path(&ada)).fails(403, "LAST_ADMIN");

    let log = ada.get("/admin/audit").ok();
    let (by, no) = (|name: &str| json!(name), Value::Null);
    let until = invite["expires_at"].clone();
    let expected = [
        (by("ada"), "user.delete", by("bob"), json!({"role": "user", "is_active": true}), no.clone()),
        (by("eve"), "account.delete", by("eve"), json!({"role": "user"}), no.clone()),
        (by("eve"), "password.change", by("eve"), no.clone(), no.clone()),
        (by("bob"), "password.reset", by("bob"), no.clone(), no.clone()),
        (
            by("ada"),
            "invite.delete",
            by("for eve"),
            json!({"max_uses": 1, "uses": 1, "expires_at": until}),
            no.clone(),
        ),
        (
            by("eve"),
            "account.register",
            by("eve"),
            no.clone(),
            json!({"role": "user", "invite_id": invite["id"]}),
        ),
        (by("ada"), "invite.create", by("for eve"), no.clone(), json!({"max_uses": 1, "expires_at": until})),
        (
            by("ada"),
            "settings.update",
            no.clone(),
            json!({"registration": "open"}),
            json!({"registration": "invite"}),
        ),
        (by("ada"), "user.reset_link", by("bob"), no.clone(), json!({"expires_at": link["expires_at"]})),
        (by("ada"), "user.update", by("bob"), json!({"is_active": false}), json!({"is_active": true})),
        (
            by("ada"),
            "user.update",
            by("bob"),
            json!({"role": "admin", "is_active": true}),
            json!({"role": "user", "is_active": false}),
        ),
        (by("ada"), "user.update", by("bob"), json!({"role": "user"}), json!({"role": "admin"})),
        (by("bob"), "account.register", by("bob"), no.clone(), json!({"role": "user", "invite_id": null})),
        (by("ada"), "account.register", by("ada"), no.clone(), json!({"role": "admin", "invite_id": null})),
    ];
    let found: Vec<_> = log["entries"].as_array().unwrap().iter().map(told).collect();
    let expected: Vec<_> = expected.map(|(a, b, c, d, e)| (a, json!(b), c, d, e)).into();
    assert_eq!(found, expected);
    assert_eq!((&log["total"], &log["next_cursor"]), (&json!(14), &no));
    let first = &log["entries"][0];
    assert_eq!((&first["actor"]["id"], &first["target"]["id"]), (&json!(ada.id), &json!(bob.id)));
    assert!(first["at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(log["entries"][7]["target"], no);
    // Never a secret.
    let all = log.to_string();
    for secret in
        [PASSWORD, "good one", link["token"].as_str().unwrap(), invite["code"].as_str().unwrap(), "$2"]
    {
        assert!(!all.contains(secret), "{secret}");
    }
}

#[test]
fn is_filtered_and_cut_into_pages() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    for active in [false, true, false] {
        ada.patch(&path(&bob), &json!({"is_active": active})).ok();
    }
    let count = |query: &str| {
        let list = ada.get(&format!("/admin/audit?{query}")).ok();
        assert_eq!(list["total"], list["entries"].as_array().unwrap().len());
        list["total"].as_u64().unwrap()
    };
    let all = ada.get("/admin/audit").ok();
    let at = |number: usize| all["entries"][number]["at"].as_str().unwrap().to_owned();
    for (query, found) in [
        (String::new(), 5),
        (format!("actor_id={}", ada.id), 4),
        (format!("actor_id={}&target_id={}", ada.id, bob.id), 3),
        (format!("target_id={}", bob.id), 4),
        ("action=user.update".into(), 3),
        ("action=user.delete".into(), 0),
        (format!("action=account.register&actor_id={}", bob.id), 1),
        (format!("from={}", at(1)), 2),
        (format!("to={}", at(1)), 3),
        (format!("from={}&to={}", at(3), at(1)), 2),
        ("from=2000-01-01&to=2999-12-31".into(), 5),
        ("to=2000-01-01".into(), 0),
        (format!("from={}", &at(0)[..10]), 5),
        (format!("to={}", &at(0)[..10]), 5),
    ] {
        assert_eq!(count(&query), found, "{query}");
    }
    assert_eq!(pages(&ada, "/admin/audit?", 2, "entries", "id"), names(&all, "entries", "id"));
    let some = pages(&ada, "/admin/audit?action=user.update&", 1, "entries", "id");
    assert_eq!(some, names(&all, "entries", "id")[..3]);
    for (query, field) in [
        ("actor_id=7", "actor_id"),
        ("target_id=bob", "target_id"),
        ("action=user.kiss", "action"),
        ("from=never", "from"),
        ("to=2026-02-30", "to"),
        ("from=9999999-01-01", "from"),
        ("cursor=7.8", "cursor"),
        ("cursor=9223372036854775807.00000000-0000-0000-0000-000000000000", "cursor"),
        ("limit=0", "limit"),
    ] {
        ada.get(&format!("/admin/audit?{query}")).names(field);
    }
}

#[test]
fn is_written_with_what_it_tells_of_or_not_at_all() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    // The log takes nothing more: then nothing is done that it would have to tell.
    server.sql("ALTER TABLE audit ADD CONSTRAINT full_up CHECK (action = 'none') NOT VALID");
    for answer in [
        ada.patch(&path(&bob), &json!({"role": "admin"})),
        ada.delete(&path(&bob)),
        ada.raw(Method::POST, &format!("{}/reset-link", path(&bob)), ""),
        ada.patch("/admin/settings", &json!({"registration": "closed"})),
        ada.post("/admin/invites", &json!({})),
        bob.send(Method::DELETE, "/users/me", Some(&json!({"password": PASSWORD}))),
        bob.patch(
            "/users/me/password",
            &json!({"current_password": PASSWORD, "new_password": "another good one"}),
        ),
        register(&server, &json!({"email": "eve@example.org"})),
    ] {
        assert_eq!(answer.status, 500, "{}", answer.text());
    }
    server.sql("ALTER TABLE audit DROP CONSTRAINT full_up");
    assert_eq!(server.sql("SELECT count(*) FROM users"), "2");
    assert_eq!(
        server.sql("SELECT count(*) FROM password_resets") + &server.sql("SELECT count(*) FROM invites"),
        "00"
    );
    assert_eq!(ada.get("/admin/settings").ok()["registration"], "open");
    assert_eq!(again(&server, &bob).get("/users/me").ok()["role"], "user");
    assert_eq!(ada.get("/admin/audit").ok()["total"], 2);
}
