//! Providers that do as they should, and those that do not: the built-in text stands, and never an error.

use std::time::{Duration, Instant};

use domain::insights::Provider;
use serde_json::{Value, json};
use service::insights::providers::Setup;

use super::fake::{Asked, Fake, Say, reply};
use super::{daily, date, session, work};
use crate::harness::Server;

const JSON: &str = "content-type: application/json\r\n";

/// What a day says where the provider says this, and how often it was asked.
fn said(provider: Provider, script: Vec<Say>, time_limit: Duration) -> (Value, usize) {
    let fake = Fake::start(provider, script);
    let server = Server::with_insights(Setup { time_limit, ..fake.setup() });
    let ada = server.person("ada");
    work(&ada);
    (daily(&ada, 2), fake.count())
}

/// That the built-in text stands, and why.
#[track_caller]
fn stands(day: &Value, provider: Provider, reason: &str) {
    assert_eq!(day["provider"], "builtin", "{day}");
    assert_eq!(day["fallback"], json!({"provider": provider.as_str(), "reason": reason}));
    assert!(day["summary"].as_str().unwrap().contains("devices were used for 4 h."), "{day}");
}

const LONG: Duration = Duration::from_secs(20);
const BOTH: [Provider; 2] = [Provider::Gemini, Provider::Openai];

#[test]
fn a_good_reply_is_the_text() {
    for provider in BOTH {
        let fake =
            Fake::start(provider, vec![reply("You worked for 4 hours.", &["A score of 100", "\"code\""])]);
        let server = Server::with_insights(fake.setup());
        let ada = server.person("ada");
        work(&ada);
        let day = daily(&ada, 2);
        assert_eq!(day["summary"], "You worked for 4 hours.");
        assert_eq!(day["highlights"], json!(["A score of 100", "\"code\""]));
        assert_eq!((&day["provider"], &day["fallback"]), (&json!(provider.as_str()), &json!(null)));
        // Findings and figures are the program's own.
        assert_eq!(
            (&day["insights"][0]["kind"], &day["figures"]["active_seconds"]),
            (&json!("change"), &json!(14_400))
        );
        assert_eq!(daily(&ada, 2)["cached"], true);
        fake.will(vec![reply("A quiet week.", &[])]);
        for path in [format!("weekly-report?date={}", date(9)), "productivity-insights?days=3".into()] {
            let text = ada.get(&format!("/ai/{path}")).ok();
            assert_eq!(
                (&text["summary"], &text["provider"]),
                (&json!("A quiet week."), &json!(provider.as_str()))
            );
        }
        assert_eq!(fake.count(), 3);
    }
}

#[test]
fn what_is_sent_is_what_the_preview_shows() {
    for provider in BOTH {
        let fake = Fake::start(provider, vec![reply("Fine.", &[])]);
        let server = Server::with_insights(fake.setup());
        let ada = server.person("ada");
        work(&ada);
        ada.device("Laptop", "linux")
            .upload(&json!([{"app": "code", "title": "A secret title", "url": "https://secret.example/path",
            "started_at": super::at(2, 10), "ended_at": super::at(2, 20)}]));
        let preview = ada.get(&format!("/ai/preview?kind=daily-summary&date={}", date(2))).ok();
        assert_eq!(fake.count(), 0);
        assert_eq!((&preview["provider"], &preview["model"]), (&json!(provider.as_str()), &json!("model-1")));
        assert_eq!(
            (&preview["host"], &preview["providers"]),
            (&json!("127.0.0.1"), &json!(["builtin", provider.as_str()]))
        );
        daily(&ada, 2);
        let Asked { path, headers, body } = fake.asked().remove(0);
        let (instructions, message) = match provider {
            Provider::Gemini => {
                assert_eq!(path, "/v1beta/models/model-1:generateContent");
                assert!(headers.contains(&"x-goog-api-key: a secret key".into()), "{headers:?}");
                assert_eq!(body["generationConfig"]["responseMimeType"], "application/json");
                (&body["systemInstruction"]["parts"][0]["text"], &body["contents"][0]["parts"][0]["text"])
            }
            _ => {
                assert_eq!(path, "/v1/chat/completions");
                assert!(headers.contains(&"authorization: bearer a secret key".into()), "{headers:?}");
                assert_eq!(
                    (&body["model"], &body["messages"][1]["role"]),
                    (&json!("model-1"), &json!("user"))
                );
                (&body["messages"][0]["content"], &body["messages"][1]["content"])
            }
        };
        assert_eq!((instructions, message), (&preview["instructions"], &preview["message"]));
        let sent = body.to_string();
        for secret in ["A secret title", "secret.example", "Laptop", "ada", "example.org", &ada.id] {
            assert!(!sent.contains(secret), "{secret} has left");
        }
    }
}

#[test]
fn what_fails_in_passing_is_tried_once_more() {
    let good = || reply("Fine.", &[]);
    for (first, second, reason, asked) in [
        (Say::Raw(500, JSON, "{}".into()), good(), None, 2),
        (Say::Raw(503, "retry-after: 1\r\n", String::new()), good(), None, 2),
        (Say::Raw(429, "retry-after: 0\r\n", String::new()), good(), None, 2),
        (Say::HangUp, good(), None, 2),
        (Say::Raw(500, "", String::new()), Say::Raw(500, "", String::new()), Some("unavailable"), 2),
        (Say::Raw(429, "retry-after: 3\r\n", String::new()), good(), Some("unavailable"), 1),
        (Say::Raw(401, JSON, "{}".into()), good(), Some("unavailable"), 1),
        (Say::Raw(302, "location: http://127.0.0.1:1/\r\n", String::new()), good(), Some("unavailable"), 1),
        (Say::Raw(204, "", String::new()), good(), Some("unavailable"), 1),
    ] {
        let told = format!("{first:?}");
        let (day, count) = said(Provider::Openai, vec![first, second], LONG);
        match reason {
            Some(reason) => stands(&day, Provider::Openai, reason),
            None => assert_eq!(day["provider"], "openai", "{told}: {day}"),
        }
        assert_eq!(count, asked, "{told}");
    }
}

#[test]
fn a_slow_one_is_waited_for_so_long() {
    for provider in BOTH {
        for say in [Say::Late(Duration::from_secs(600)), Say::Trickle] {
            let began = Instant::now();
            let (day, _) = said(provider, vec![say], Duration::from_millis(300));
            stands(&day, provider, "timeout");
            assert!(began.elapsed() < Duration::from_secs(60));
        }
    }
}

#[test]
fn nothing_else_waits_for_a_slow_one() {
    // Longer than a request waits for a connection.
    let fake = Fake::start(Provider::Openai, vec![Say::Late(Duration::from_secs(8))]);
    let server = Server::with_insights(fake.setup());
    let ada = server.person("ada");
    work(&ada);
    std::thread::scope(|scope| {
        // As many as there are connections.
        let asking: Vec<_> = (2..8)
            .map(|days| {
                scope.spawn({
                    let ada = &ada;
                    move || daily(ada, days)
                })
            })
            .collect();
        while fake.count() < 6 {
            std::thread::sleep(Duration::from_millis(10));
        }
        for _ in 0..10 {
            ada.get("/users/me").ok();
        }
        for one in asking {
            stands_at_all(&one.join().unwrap());
        }
    });
}

#[track_caller]
fn stands_at_all(day: &Value) {
    assert_eq!(
        (&day["provider"], &day["fallback"]["provider"]),
        (&json!("builtin"), &json!("openai")),
        "{day}"
    );
}

#[test]
fn nobody_there() {
    let fake = Fake::start(Provider::Openai, vec![]);
    let mut setup = fake.setup();
    // A port that nobody listens on.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    setup.openai.as_mut().unwrap().url = format!("http://127.0.0.1:{port}/v1").parse().unwrap();
    let server = Server::with_insights(setup);
    let ada = server.person("ada");
    work(&ada);
    stands(&daily(&ada, 2), Provider::Openai, "unavailable");
    // It is left alone for a while.
    stands(&daily(&ada, 2), Provider::Openai, "unavailable");
    assert_eq!(server.sql("SELECT calls FROM insight_calls"), "1");
}

#[test]
fn at_the_same_time_one_asks() {
    let fake = Fake::start(Provider::Openai, vec![reply("Fine.", &[])]);
    let server = Server::with_insights(fake.setup());
    let ada = server.person("ada");
    work(&ada);
    let days: Vec<Value> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..8).map(|_| scope.spawn(|| daily(&ada, 2))).collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(fake.count(), 1);
    assert!(days.iter().all(|day| day["summary"] == "Fine." && day["provider"] == "openai"), "{days:?}");
    assert_eq!(days.iter().filter(|day| day["cached"] == false).count(), 1);
    assert_eq!(server.sql("SELECT calls FROM insight_calls"), "1");
}

#[test]
fn late_data_is_asked_about_anew() {
    let fake =
        Fake::start(Provider::Gemini, vec![reply("You worked for 4 h.", &[]), reply("It were 5 h.", &[])]);
    let server = Server::with_insights(fake.setup());
    let ada = server.person("ada");
    work(&ada);
    assert_eq!(daily(&ada, 2)["summary"], "You worked for 4 h.");
    ada.device("Phone", "android").upload(&json!([session("mail", 2, 240, 300)]));
    assert_eq!(daily(&ada, 2)["summary"], "It were 5 h.");
    assert_eq!((&daily(&ada, 2)["cached"], fake.count()), (&json!(true), 2));
    // What is written of a day that is not over stands for an hour.
    fake.will(vec![reply("Fine.", &[])]);
    let (tablet, midnight) = (ada.device("Tablet", "android"), super::at(0, -720));
    let second = |app: &str| json!([{"app": app, "started_at": midnight, "ended_at": midnight + chrono::TimeDelta::seconds(1)}]);
    tablet.upload(&second("mail"));
    let today = ada.get("/ai/daily-summary").ok();
    assert_eq!(today["provider"], "gemini");
    tablet.upload(&second("code"));
    assert_eq!(ada.get("/ai/daily-summary").ok()["generated_at"], today["generated_at"]);
    assert_eq!(fake.count(), 3);
}

#[test]
fn people_choose_who_writes() {
    let fake = Fake::start(Provider::Openai, vec![reply("Fine.", &[])]);
    let server = Server::with_insights(Setup { default: Provider::Builtin, ..fake.setup() });
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    work(&ada);
    let choose =
        |provider: Value| ada.patch("/users/me", &json!({"settings": {"insights": {"provider": provider}}}));
    assert_eq!((&daily(&ada, 2)["provider"], fake.count()), (&json!("builtin"), 0));
    assert_eq!(choose(json!("openai")).ok()["settings"]["insights"], json!({"provider": "openai"}));
    assert_eq!((&daily(&ada, 2)["provider"], fake.count()), (&json!("openai"), 1));
    daily(&bob, 2);
    assert_eq!(fake.count(), 1);
    choose(json!("gemini")).names("settings.insights.provider");
    choose(json!("claude")).is(422);
    choose(json!(7)).is(422);
    choose(json!("builtin")).ok();
    assert_eq!((&daily(&ada, 2)["provider"], fake.count()), (&json!("builtin"), 1));
    choose(json!(null)).ok();
    assert_eq!(ada.get("/users/me").ok()["settings"]["insights"], json!({"provider": null}));
    // An account that chose somebody who is no longer set up has the built-in text.
    server.sql("UPDATE users SET settings = settings || '{\"insights\": {\"provider\": \"gemini\"}}' WHERE username = 'ada'");
    assert_eq!(daily(&ada, 2)["provider"], "builtin");
}
