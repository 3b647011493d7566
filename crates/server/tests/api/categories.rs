//! Categories: whose they are, what they make of time, and what is refused.

use serde_json::{Value, json};

use crate::harness::{Caller, Device, Server};

fn session(kind: &str, app: &str, from: &str, to: &str) -> Value {
    json!({"app": app, "kind": kind, "started_at": format!("2026-01-01T{from}Z"), "ended_at": format!("2026-01-01T{to}Z")})
}

fn set(person: &Caller<'_>, tree: &Value) {
    person.patch("/users/me", &json!({"settings": {"categorization": {"categories": tree}}})).ok();
}

fn day(caller: &Device<'_>) -> Value {
    caller.get("/stats/today?date=2026-01-01").ok()
}

fn category_of<'a>(day: &'a Value, app: &str) -> &'a Value {
    let apps = day["apps"].as_array().unwrap();
    &apps.iter().find(|one| one["app"] == app).unwrap()["category"]
}

#[test]
fn a_day_is_told_by_categories() {
    let server = Server::start();
    let ada = server.person("ada");
    let phone = ada.device("Phone", "android");
    phone.upload(&json!([
        session("app", "com.reddit.frontpage", "10:00:00", "10:10:00"),
        session("website", "docs.rs", "11:00:00", "11:30:00"),
        session("website", "example.org", "12:00:00", "12:20:00"),
    ]));
    let told = day(&phone);
    assert_eq!(category_of(&told, "docs.rs"), "Work > Coding");
    assert_eq!(category_of(&told, "com.reddit.frontpage"), "Leisure > Social media");
    assert_eq!(category_of(&told, "example.org"), &json!(null));
    // 50 + 25 × (30 × 2 - 10 × 2) / 60 = 66.67.
    let categories = &told["categories"];
    assert_eq!(
        (&categories["score"], &categories["productive_seconds"], &categories["distracting_seconds"]),
        (&json!(67), &json!(1800), &json!(600))
    );
    assert_eq!(
        (&categories["neutral_seconds"], &categories["uncategorized_seconds"]),
        (&json!(0), &json!(1200))
    );
    assert_eq!(
        categories["by_category"],
        json!([
            {"path": ["Work", "Coding"], "color": "0", "weight": 2, "seconds": 1800, "share": 0.5},
            {"path": ["Leisure", "Social media"], "color": "7", "weight": -2, "seconds": 600, "share": 0.1667},
        ])
    );

    // Another tree counts at once, for past days too, and on other server processes that remember this one.
    let other = Server::on(&server.database, |_| {});
    let elsewhere = || other.nobody().bearer(&phone.access).get("/stats/today?date=2026-01-01").ok();
    assert_eq!(elsewhere()["categories"], told["categories"]);
    set(&ada, &json!([{"name": "All", "weight": 1, "rules": [{"domain_regex": "."}, {"app_regex": "."}]}]));
    let told = day(&phone);
    assert_eq!((&told["categories"]["score"], category_of(&told, "docs.rs")), (&json!(75), &json!("All")));
    assert_eq!(elsewhere()["categories"], told["categories"]);
    let week = phone.get("/stats/week?date=2026-01-03").ok();
    assert_eq!(week["categories"], told["categories"]);
    assert_eq!(week["apps"], told["apps"]);
    let eve = server.person("eve");
    assert_eq!(eve.get("/categories").ok()["own"], false);
    // And what was there before holds again.
    ada.patch("/users/me", &json!({"settings": {"categorization": {}}})).ok();
    assert_eq!(day(&phone)["categories"]["score"], 67);
}

#[test]
fn a_guest_has_those_of_the_program() {
    let server = Server::start();
    let phone = server.device_in("Phone", "UTC");
    phone.upload(&json!([session("website", "docs.rs", "11:00:00", "11:30:00")]));
    assert_eq!(day(&phone)["categories"]["score"], 100);
}

#[test]
fn a_tree_is_shown_and_tried_before_it_is_kept() {
    let server = Server::start();
    let ada = server.person("ada");
    let phone = ada.device("Phone", "android");
    let now = chrono::Utc::now();
    let at = |minutes: i64| (now - chrono::Duration::minutes(minutes)).to_rfc3339();
    phone.upload(&json!([
        {"app": "docs.rs", "kind": "website", "started_at": at(90), "ended_at": at(60)},
        {"app": "solitaire", "kind": "app", "started_at": at(40), "ended_at": at(30)},
    ]));
    let given = ada.get("/categories").ok();
    assert_eq!(given["own"], false);
    assert_eq!(given["categories"][0]["name"], "Work");
    let tree = json!([{"name": "Cards", "weight": -2, "rules": [{"app": "Solitaire"}]}]);
    let tried = ada.post("/categories/preview", &json!({"categories": tree, "days": 2})).ok();
    assert_eq!((&tried["before"]["score"], &tried["after"]["score"]), (&json!(88), &json!(38)));
    assert_eq!(
        (&tried["before"]["uncategorized_seconds"], &tried["after"]["uncategorized_seconds"]),
        (&json!(600), &json!(1800))
    );
    assert_eq!(
        tried["apps"],
        json!([
            {"app": "docs.rs", "kind": "website", "seconds": 1800, "before": "Work > Coding", "after": null},
            {"app": "solitaire", "kind": "app", "seconds": 600, "before": null, "after": "Cards"},
        ])
    );
    assert_eq!(ada.get("/categories").ok(), given, "nothing is kept");
    // Pages take the place of as much time of their browser, as in productivity.
    phone.upload(&json!([{"app": "firefox", "kind": "app", "started_at": at(30), "ended_at": at(10)}]));
    let instant = |minutes: i64| (now - chrono::Duration::minutes(minutes)).timestamp_millis();
    let visit = |id: &str, what: &str, minutes: i64, url: &str| json!({"_id": id, "type": what, "ts": instant(minutes), "payload": {"tabId": 1, "windowId": 1, "url": url}});
    let events = json!([
        visit("a", "TAB_ACTIVATED", 30, "https://cards.example/"),
        visit("b", "TAB_ACTIVATED", 26, "file:///home/ada/notes"),
        visit("c", "WINDOW_BLURRED", 25, "file:///home/ada/notes"),
    ]);
    ada.device("Firefox", "browser").post("/events/sync", &json!({"events": events})).ok();
    let tree = json!([{"name": "Cards", "weight": -2, "rules": [{"app": "Solitaire"}, {"domain": "cards.example"}]}]);
    let tried = ada.post("/categories/preview", &json!({"categories": tree, "days": 2})).ok();
    let found = |app: &str| tried["apps"].as_array().unwrap().iter().find(|one| one["app"] == app).cloned();
    assert_eq!(found("cards.example").unwrap()["seconds"], 240);
    assert_eq!(found("cards.example").unwrap()["after"], "Cards");
    assert_eq!(found("firefox").unwrap()["seconds"], 20 * 60 - 300);
    assert_eq!(found(""), None);
    let worth = ada.get("/analytics/productivity?days=2").ok();
    for name in ["score", "productive_seconds", "distracting_seconds", "uncategorized_seconds"] {
        assert_eq!(tried["before"][name], worth[name], "{name}");
    }
    set(&ada, &tree);
    assert_eq!(ada.get("/categories").ok(), json!({"categories": tree, "own": true}));
}

#[test]
fn what_is_wrong_is_named() {
    let server = Server::start();
    let ada = server.person("ada");
    for (tree, wrong) in [
        (json!([{"name": "A", "rules": [{"title_regex": "("}]}]), "REGEX_INVALID"),
        (json!([{"name": "A", "weight": 3}]), "WEIGHT_INVALID"),
        (json!([{"name": "A", "children": [{"name": ""}]}]), "NAME_INVALID"),
        (json!({"name": "A"}), "CATEGORIES_INVALID"),
        (json!([{"name": "A", "rules": [{"colour": "x"}]}]), "CATEGORIES_INVALID"),
    ] {
        let body = json!({"settings": {"categorization": {"categories": tree}}});
        let answer = ada.patch("/users/me", &body).fails(422, "VALIDATION_ERROR");
        let field = &answer["fields"][0];
        assert_eq!(
            (&field["field"], &field["code"]),
            (&json!("settings.categorization"), &json!(wrong)),
            "{tree}"
        );
    }
    ada.post("/categories/preview", &json!({"categories": [{"name": "A", "rules": [{"title_regex": "("}]}]}))
        .names("categories[0].rules[0]");
    ada.post("/categories/preview", &json!({"categories": [], "days": 32})).names("days");
    ada.post("/categories/preview", &json!({})).names("categories");
}
