//! Who may register: settings and invitations.

use super::*;

fn new(name: &str, code: &Value) -> Value {
    json!({"username": name, "email": format!("{name}@example.org"), "invite_code": code})
}

#[test]
fn registration_is_open_by_invitation_or_closed() {
    let server = Server::start();
    let ada = server.person("ada");
    assert_eq!(ada.get("/admin/settings").ok(), json!({"registration": "open"}));
    assert_eq!(
        ada.patch("/admin/settings", &json!({"registration": "closed"})).ok()["registration"],
        "closed"
    );
    register(&server, &new("bob", &Value::Null)).fails(403, "REGISTRATION_CLOSED");
    let code = ada.post("/admin/invites", &json!({})).is(201)["code"].clone();
    register(&server, &new("bob", &code)).fails(403, "REGISTRATION_CLOSED");
    // Who is there already signs in, and their devices register.
    again(&server, &ada).device("Laptop", "linux");

    assert_eq!(
        ada.patch("/admin/settings", &json!({"registration": "invite"})).ok()["registration"],
        "invite"
    );
    assert_eq!(ada.patch("/admin/settings", &json!({})).ok()["registration"], "invite");
    register(&server, &new("bob", &Value::Null)).fails(403, "INVITE_NEEDED");
    register(&server, &new("bob", &json!("AAAA-AAAA-AAAA"))).fails(403, "INVITE_INVALID");
    register(&server, &new("bob", &json!(""))).fails(403, "INVITE_INVALID");
    register(&server, &new("bob", &code)).is(201);
    ada.patch("/admin/settings", &json!({"registration": "ajar"})).names("registration");
    ada.patch("/admin/settings", &json!({"registration": "open"})).ok();
    register(&server, &new("eve", &Value::Null)).is(201);
}

#[test]
fn an_invitation_is_shown_once_and_serves_as_said() {
    let server = Server::start();
    let ada = server.person("ada");
    ada.patch("/admin/settings", &json!({"registration": "invite"})).ok();
    let one = ada.post("/admin/invites", &json!({})).is(201);
    let two = ada
        .post(
            "/admin/invites",
            &json!({"note": " for the choir ", "max_uses": 2, "expires_at": "2030-01-01T00:00:00+01:00"}),
        )
        .is(201);
    assert_eq!((&one["max_uses"], &one["uses"], &one["note"]), (&json!(1), &json!(0), &Value::Null));
    assert_eq!(one["created_by"], json!({"id": ada.id, "username": "ada"}));
    let until = one["expires_at"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    assert_eq!((until - chrono::Utc::now()).num_hours(), 7 * 24 - 1);
    assert_eq!((&two["note"], &two["expires_at"]), (&json!("for the choir"), &json!("2029-12-31T23:00:00Z")));

    let list = ada.get("/admin/invites").ok();
    assert_eq!(list["total"], 2);
    let mut shown = two.clone();
    shown.as_object_mut().unwrap().remove("code");
    assert_eq!(list["invites"][0], shown);
    let code = two["code"].as_str().unwrap();
    assert!(!list.to_string().contains(code) && !ada.get("/admin/audit").text().contains(code));
    assert_eq!(pages(&ada, "/admin/invites?", 1, "invites", "id"), names(&list, "invites", "id"));
    ada.get("/admin/invites?cursor=x").names("cursor");

    // As it is typed by hand.
    register(&server, &new("bob", &json!(format!(" {} ", code.to_lowercase().replace('-', ""))))).is(201);
    // What fails for another reason uses nothing.
    register(&server, &new("bob", &two["code"])).fails(409, "EMAIL_TAKEN");
    register(&server, &new("eve", &two["code"])).is(201);
    register(&server, &new("mallory", &two["code"])).fails(403, "INVITE_INVALID");
    assert_eq!(ada.get("/admin/invites").ok()["invites"][0]["uses"], 2);

    server
        .sql(&format!("UPDATE invites SET expires_at = now() WHERE id = '{}'", one["id"].as_str().unwrap()));
    register(&server, &new("mallory", &one["code"])).fails(403, "INVITE_INVALID");
    let third = ada.post("/admin/invites", &json!({})).is(201);
    let path = format!("/admin/invites/{}", third["id"].as_str().unwrap());
    ada.delete(&path).is(204);
    ada.delete(&path).fails(404, "INVITE_NOT_FOUND");
    ada.delete("/admin/invites/7").fails(404, "INVITE_NOT_FOUND");
    register(&server, &new("mallory", &third["code"])).fails(403, "INVITE_INVALID");
    assert_eq!(server.sql("SELECT count(*) FROM users"), "3");
}

#[test]
fn what_is_no_invitation_is_named() {
    let server = Server::start();
    let ada = server.person("ada");
    for (body, field) in [
        (json!({"max_uses": 0}), "max_uses"),
        (json!({"max_uses": -1}), "max_uses"),
        (json!({"max_uses": 10_001}), "max_uses"),
        (json!({"max_uses": 1e100}), "max_uses"),
        (json!({"max_uses": "1"}), "max_uses"),
        (json!({"note": "x".repeat(101)}), "note"),
        (json!({"note": "a\u{0}b"}), "note"),
        (json!({"expires_at": "2020-01-01T00:00:00Z"}), "expires_at"),
        (json!({"expires_at": "2999-01-01T00:00:00Z"}), "expires_at"),
        (json!({"expires_at": "soon"}), "expires_at"),
    ] {
        ada.post("/admin/invites", &body).names(field);
    }
    assert_eq!(ada.get("/admin/invites").ok(), json!({"invites": [], "total": 0, "next_cursor": null}));
}

#[test]
fn a_code_for_one_lets_one_in() {
    let server = Server::start();
    let ada = server.person("ada");
    ada.patch("/admin/settings", &json!({"registration": "invite"})).ok();
    for round in 0..5 {
        let code = ada.post("/admin/invites", &json!({})).is(201)["code"].clone();
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let each = |number: usize| {
                let new = new(&format!("u{round}x{number}"), &code);
                let server = &server;
                scope.spawn(move || register(server, &new).status)
            };
            let all: Vec<_> = (0..8).map(each).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [201, 403].contains(status)), "{statuses:?}");
        assert_eq!(server.sql("SELECT count(*) FROM users"), (round + 2).to_string());
    }
}
