//! Events: synced in every order, listed, counted, by domain; real visits.

use serde_json::{Value, json};

use crate::harness::{Caller, Server};

mod figures;
mod keep;
mod late;
mod list;
mod months;
mod spans;
mod sync;
pub mod visits;

/// Milliseconds of 2026-01-01 in UTC.
pub const NEW_YEAR: i64 = 1_767_225_600_000;

/// An event at a second of 2026-01-01, of a tab in the window 1.
pub fn event(id: &str, what: &str, second: i64, tab: i64, url: &str) -> Value {
    json!({"_id": id, "v": 1, "type": what, "ts": NEW_YEAR + second * 1000,
           "payload": {"tabId": tab, "windowId": 1, "url": url}})
}

/// Sends events; gives the receipt.
pub fn sync(caller: &Caller<'_>, events: &Value) -> Value {
    caller.post("/events/sync", &json!({"events": events})).ok()
}

/// Synced, duplicates, rejected.
pub fn counts(receipt: &Value) -> (u64, u64, usize) {
    let count = |name: &str| receipt[name].as_u64().unwrap();
    (count("synced"), count("duplicates"), receipt["rejected"].as_array().unwrap().len())
}

/// How many events a filter selects: what the count says, which the list says too.
pub fn count(caller: &Caller<'_>, query: &str) -> u64 {
    let count = caller.get(&format!("/events/count?{query}")).ok()["count"].as_u64().unwrap();
    let mut listed = 0;
    let mut cursor = String::new();
    loop {
        let page = caller.get(&format!("/events?limit=1000&{query}{cursor}")).ok();
        assert_eq!(page["total"], count, "{query}");
        listed += page["events"].as_array().unwrap().len();
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(u64::try_from(listed).unwrap(), count, "{query}");
    count
}

/// Milliseconds in front by host, of all days of the account of a server with one.
pub fn ms_by_day(server: &Server) -> Vec<(String, i64, i64)> {
    let rows =
        server.sql("SELECT day, sum(events), sum(duration_ms) FROM browser_days GROUP BY day ORDER BY day");
    rows.lines()
        .map(|row| {
            let mut cells = row.split('|');
            let date = cells.next().unwrap().to_owned();
            let mut number = || cells.next().unwrap().parse().unwrap();
            (date, number(), number())
        })
        .collect()
}
