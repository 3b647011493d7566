//! How often providers are asked: a month's budget, and a pause for who fails.

use domain::insights::Provider;
use serde_json::json;
use service::insights::providers::Setup;

use super::fake::{Fake, Say, reply};
use super::{daily, work};
use crate::harness::Server;

#[test]
fn a_month_has_so_many_calls() {
    let fake = Fake::start(Provider::Openai, vec![reply("Fine.", &[])]);
    let server = Server::with_insights(Setup { monthly_calls: 2, ..fake.setup() });
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    work(&ada);
    work(&bob);
    let reasons: Vec<_> = [2, 3, 4, 5].map(|days| daily(&ada, days)["fallback"]["reason"].clone()).into();
    assert_eq!(reasons, [json!(null), json!(null), json!("budget"), json!("budget")]);
    assert_eq!(fake.count(), 2);
    // What was written stays, others have their own, and the next month has as many again.
    assert_eq!(daily(&ada, 2)["provider"], "openai");
    assert_eq!(daily(&bob, 2)["provider"], "openai");
    server.sql("UPDATE insight_calls SET month = month - 31");
    assert_eq!(daily(&ada, 4)["provider"], "openai");
    assert_eq!(fake.count(), 4);
}

#[test]
fn who_fails_five_times_is_left_alone() {
    let fake = Fake::start(Provider::Gemini, vec![Say::Raw(400, "", String::new())]);
    let server = Server::with_insights(fake.setup());
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    work(&ada);
    work(&bob);
    for days in 2..7 {
        assert_eq!(daily(&ada, days)["fallback"]["reason"], "unavailable");
    }
    assert_eq!(daily(&ada, 7)["fallback"]["reason"], "paused");
    assert_eq!(daily(&bob, 2)["fallback"]["reason"], "paused");
    assert_eq!(fake.count(), 5);
    assert_eq!(server.sql("SELECT sum(calls) FROM insight_calls"), "5");
}
