//! Months that are over are read as wholes: what they say is what their days say, whatever comes late.

use serde_json::{Value, json};

use super::sync;
use crate::harness::{Caller, Server};

const DAY: i64 = 86_400_000;

fn visit(at: i64, host: i64) -> Value {
    json!({"_id": format!("{at} {host}"), "v": 1, "type": "TAB_ACTIVATED", "ts": at,
           "payload": {"tabId": 1, "windowId": 1, "url": format!("https://host-{host}.example{host}.com/")}})
}

/// Domains with their time, and all visits: what the dashboard says of a year, which days say too.
fn domains(ada: &Caller<'_>) -> Vec<Value> {
    let dashboard = ada.get("/analytics/dashboard?days=366").ok();
    let spent = ada.get("/analytics/time-spent?days=366").ok();
    let pairs = |domains: &Value| -> Vec<Value> {
        let all = domains.as_array().unwrap().iter();
        all.take(10).map(|domain| json!([domain["domain"], domain["seconds"]])).collect()
    };
    let top = pairs(&dashboard["top_domains"]);
    assert_eq!(top, pairs(&spent["domains"]));
    assert_eq!(dashboard["visits"], spent["visits"]);
    assert_eq!(dashboard["seconds"], spent["total_seconds"]);
    let count: i64 =
        dashboard["top_domains"].as_array().unwrap().iter().map(|top| top["count"].as_i64().unwrap()).sum();
    assert_eq!(dashboard["total_events"], count, "there are no more than ten");
    top
}

#[test]
fn a_year_is_its_months_and_they_are_their_days() {
    let server = Server::start();
    let ada = server.person("ada");
    let (firefox, chrome) = (ada.device("Firefox", "browser"), ada.device("Chrome", "browser"));
    let now = chrono::Utc::now().timestamp_millis();
    let months =
        || server.sql("SELECT device_id, month, encode(hosts, 'hex') FROM browser_months ORDER BY 1, 2");
    // One reports a year day by day, the other at once, and not in this month.
    for back in (0..380).rev().step_by(5) {
        let days: Vec<Value> = (back - 4..=back)
            .filter(|day| *day >= 0)
            .map(|day| visit(now - day * DAY - 1000, day % 7))
            .collect();
        sync(&firefox, &json!(days));
    }
    let year: Vec<Value> = (70..300).map(|day| visit(now - day * DAY + 500, day % 3)).collect();
    sync(&chrome, &json!(year));
    let count = |device: &str| -> usize {
        server
            .sql(&format!("SELECT count(*) FROM browser_months WHERE device_id = '{device}'"))
            .parse()
            .unwrap()
    };
    // Those of a month that may go on have none.
    let begun = |device: &str| -> usize {
        let months = "SELECT count(DISTINCT date_trunc('month', day)) FROM browser_days WHERE device_id =";
        server.sql(&format!("{months} '{device}'")).parse().unwrap()
    };
    for device in [&firefox.id, &chrome.id] {
        assert_eq!(count(device) + 1, begun(device));
    }
    server.verify();
    let before = domains(&ada);

    // A late one changes its month, and no other.
    let (old, late) = (months(), now - 100 * DAY);
    sync(&firefox, &json!([visit(late, 8)]));
    let new = months();
    let changed: Vec<(&str, &str)> = old.lines().zip(new.lines()).filter(|(old, new)| old != new).collect();
    assert_eq!((old.lines().count(), changed.len()), (new.lines().count(), 1));
    assert_ne!(domains(&ada), before);
    server.verify();

    // Days in another zone.
    ada.patch(
        "/users/me",
        &json!({"timezone": "Pacific/Kiritimati", "effective_from": "2020-01-01T00:00:00Z"}),
    )
    .ok();
    domains(&ada);
    server.verify();
    // Seen from another zone it is made from events.
    let elsewhere = ada.get("/analytics/dashboard?days=366&tz=UTC").ok();
    assert_eq!(elsewhere["top_domains"][0]["domain"], domains(&ada)[0][0]);

    // A month that is not there is read by its days; one that is wrong is found.
    let all = domains(&ada);
    server.sql("DELETE FROM browser_months WHERE month < (SELECT max(month) FROM browser_months)");
    assert_eq!(domains(&ada), all);
    server.verify();
    server.sql("UPDATE browser_months SET hosts = ''");
    let url = crate::harness::CLUSTER.url(&server.database);
    assert!(!service::verify::run(&url).unwrap().differences.is_empty());

    // Nothing stays of a device that goes.
    ada.delete(&format!("/devices/{}", firefox.id)).is(204);
    assert_eq!(count(&firefox.id), 0);
}
