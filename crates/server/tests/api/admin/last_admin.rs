//! The last admin who may sign in stays one, whatever happens at the same time.

use super::*;

fn admins(server: &Server) -> String {
    server.sql("SELECT count(*) FROM users WHERE role = 'admin' AND disabled_at IS NULL")
}

/// Both at the same time: what became of each.
fn both<T: Send>(one: impl FnOnce() -> T + Send, other: impl FnOnce() -> T + Send) -> (T, T) {
    let start = std::sync::Barrier::new(2);
    std::thread::scope(|scope| {
        let first = scope.spawn(|| {
            start.wait();
            one()
        });
        start.wait();
        let second = other();
        (first.join().unwrap(), second)
    })
}

#[test]
fn can_be_neither_demoted_nor_disabled_nor_deleted() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    let alone = || {
        ada.patch(&path(&ada), &json!({"role": "user"})).fails(403, "LAST_ADMIN");
        ada.patch(&path(&ada), &json!({"is_active": false})).fails(403, "LAST_ADMIN");
        ada.delete(&path(&ada)).fails(403, "LAST_ADMIN");
        let confirmed = json!({"password": PASSWORD});
        ada.send(reqwest::Method::DELETE, "/users/me", Some(&confirmed)).fails(403, "LAST_ADMIN");
    };
    alone();
    // One who may not sign in is none.
    ada.patch(&path(&bob), &json!({"role": "admin", "is_active": false})).ok();
    alone();
    let log = ada.get("/admin/audit?action=user.update").ok();
    assert_eq!(log["total"], 1, "{log}");
    ada.patch(&path(&ada), &json!({"role": "admin", "is_active": true})).ok();
    ada.patch(&path(&bob), &json!({"is_active": true})).ok();
    ada.patch(&path(&ada), &json!({"role": "user"})).ok();
    ada.get("/admin/users").fails(403, "ADMIN_ONLY");
    assert_eq!(admins(&server), "1");
}

#[test]
fn two_who_demote_each_other_leave_one() {
    let server = Server::start();
    let elsewhere = Server::on(&server.database, |_| {});
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    ada.patch(&path(&bob), &json!({"role": "admin"})).ok();
    let bob_there = elsewhere.nobody().bearer(&bob.access);
    for round in 0..50 {
        let (down, up) = (json!({"role": "user"}), json!({"role": "admin"}));
        // Each other, or each themselves.
        let (adas, bobs) = if round % 5 == 4 { (&ada, &bob) } else { (&bob, &ada) };
        let (one, other) = both(|| ada.patch(&path(adas), &down), || bob_there.patch(&path(bobs), &down));
        let mut codes = [one.status, other.status];
        codes.sort_unstable();
        assert_eq!(codes, [200, 403], "round {round}: {} {}", one.text(), other.text());
        assert_eq!(admins(&server), "1", "round {round}");
        let ada_is_left = ada.get("/admin/settings").status == 200;
        let (left, gone) = if ada_is_left { (&ada, &bob) } else { (&bob, &ada) };
        gone.get("/admin/settings").fails(403, "ADMIN_ONLY");
        left.patch(&path(gone), &up).ok();
    }
}

#[test]
fn two_who_disable_or_delete_each_other_leave_one() {
    let server = Server::start();
    let mut left = server.person("ada");
    for round in 0..12 {
        let other = server.person(&format!("bob{round}"));
        left.patch(&path(&other), &json!({"role": "admin"})).ok();
        let off = json!({"is_active": false});
        let do_it = |actor: &Person<'_>, target: &Person<'_>| match round % 3 {
            0 => actor.patch(&path(target), &off),
            1 => actor.delete(&path(target)),
            // One of each way of leaving by oneself.
            _ => actor.send(reqwest::Method::DELETE, "/users/me", Some(&json!({"password": PASSWORD}))),
        };
        let (one, two) = both(|| do_it(&left, &other), || do_it(&other, &left));
        assert_eq!(admins(&server), "1", "round {round}: {} {}", one.text(), two.text());
        let ada_is_left = left.get("/admin/settings").status == 200;
        if !ada_is_left {
            left = other;
        }
        left.get("/admin/settings").ok();
    }
}
