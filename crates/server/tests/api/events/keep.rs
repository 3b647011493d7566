//! What is kept of events is the account's to say.

use serde_json::{Value, json};

use super::{counts, event, sync};
use crate::harness::{Caller, Server};

fn urls(caller: &crate::harness::Caller<'_>) -> Vec<Value> {
    let listed = caller.get("/events").ok();
    let mut urls: Vec<Value> =
        listed["events"].as_array().unwrap().iter().map(|one| one["payload"]["url"].clone()).collect();
    urls.reverse();
    urls
}

#[test]
fn queries_and_private_windows_are_left_out_unless_the_account_says_so() {
    let server = Server::start();
    let ada = server.person("ada");
    let settings = &ada.get("/users/me").ok()["settings"];
    assert_eq!((&settings["keep_queries"], &settings["keep_incognito"]), (&json!(false), &json!(false)));
    let firefox = ada.device("Firefox", "browser");
    let address = "https://ada:secret@a.example/x?q=secret#secret";
    let private = |id: &str, second: i64| {
        let mut event = event(id, "NAVIGATION", second, 1, "https://private.example/");
        event["payload"]["incognito"] = json!(true);
        event
    };
    // By the browser and by the person: the rule is the account's.
    for (number, caller) in [&*firefox, &*ada].into_iter().enumerate() {
        let second = 10 * number as i64;
        let events = json!([
            event(&format!("one {number}"), "NAVIGATION", second, 1, address),
            private(&format!("private {number}"), second + 1),
        ]);
        let receipt = sync(caller, &events);
        assert_eq!(counts(&receipt), (1, 0, 1));
        let refused = json!([{"_id": format!("private {number}"), "index": 1, "error_code": "INCOGNITO",
                              "message": "is of a private window, and this account keeps none of those"}]);
        assert_eq!(receipt["rejected"], refused);
    }
    assert_eq!(urls(&ada), ["https://a.example/x", "https://a.example/x"]);
    assert!(!server.sql("SELECT string_agg(e::text, ' ') FROM events e").contains("secret"));
    assert!(!server.sql("SELECT string_agg(e::text, ' ') FROM events e").contains("private"));

    let kept =
        ada.patch("/users/me", &json!({"settings": {"keep_queries": true, "keep_incognito": true}})).ok();
    assert_eq!(
        (&kept["settings"]["keep_queries"], &kept["settings"]["keep_incognito"]),
        (&json!(true), &json!(true))
    );
    let many: Vec<Value> =
        (0..40).map(|n| event(&format!("many {n}"), "NAVIGATION", 100 + n, 1, address)).collect();
    assert_eq!(counts(&sync(&firefox, &json!(many))), (40, 0, 0));
    assert_eq!(counts(&sync(&firefox, &json!([private("private 0", 1)]))), (1, 0, 0), "it was never kept");
    let last = urls(&ada);
    assert_eq!(last.last().unwrap(), "https://a.example/x?q=secret#secret");
    assert!(last.contains(&json!("https://private.example/")));
    // From now on, and not back.
    ada.patch("/users/me", &json!({"settings": {"keep_queries": false}})).ok();
    assert_eq!(counts(&sync(&firefox, &json!([event("last", "NAVIGATION", 300, 1, address)]))), (1, 0, 0));
    assert_eq!(urls(&ada).last().unwrap(), "https://a.example/x");
    assert_eq!(urls(&ada)[41], "https://a.example/x?q=secret#secret");
    for name in ["keep_queries", "keep_incognito"] {
        ada.patch("/users/me", &json!({"settings": {name: "yes"}})).names(&format!("settings.{name}"));
    }
    server.verify();
}

#[test]
fn another_server_keeps_what_was_allowed_since_and_no_more() {
    let here = Server::start();
    let there = Server::on(&here.database, |_| {});
    let ada = here.person("ada");
    let of_ada = Caller { server: &there, headers: ada.headers.clone() };
    for (number, keeps) in [false, true, false].into_iter().enumerate() {
        ada.patch("/users/me", &json!({"settings": {"keep_incognito": keeps}})).ok();
        let second = i64::try_from(number).unwrap();
        let mut private =
            event(&format!("private {number}"), "NAVIGATION", second, 1, "https://private.example/");
        private["payload"]["incognito"] = json!(true);
        // It remembers the rule from the time before.
        let expected = if keeps { (1, 0, 0) } else { (0, 0, 1) };
        assert_eq!(counts(&sync(&of_ada, &json!([private]))), expected, "{number}");
    }
}
