//! The real visits of `data/browser`, as an extension would send them.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::harness::{Caller, Device};

fn data(name: &str) -> Vec<u8> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../data/browser").join(name);
    std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// What is expected of a file.
pub fn expected(name: &str) -> Value {
    let all: Value = serde_json::from_slice(&data("expected.json")).unwrap();
    all["files"][name].clone()
}

/// The visits of a file by device, so many milliseconds later than they were.
pub fn visits(name: &str, later_ms: i64) -> BTreeMap<String, Vec<Value>> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(data(name).as_slice()).read_to_string(&mut text).unwrap();
    let mut devices: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.splitn(4, ',').collect();
        let ts: i64 = cells[1].parse().unwrap();
        devices.entry(cells[2].to_owned()).or_default().push(json!({
            "_id": cells[0], "v": 1, "type": "TAB_ACTIVATED", "ts": ts + later_ms,
            "payload": {"tabId": 1, "windowId": 1, "url": cells[3].trim_matches('"')},
        }));
    }
    devices
}

/// Cuts events into batches of about `size`. Those of the same millisecond stay together: their order is told by their
/// places in the batch.
pub fn batches(events: &[Value], size: usize) -> Vec<Vec<Value>> {
    let mut batches: Vec<Vec<Value>> = vec![vec![]];
    for event in events {
        let batch = batches.last_mut().unwrap();
        if batch.len() >= size && batch.last().unwrap()["ts"] != event["ts"] {
            batches.push(vec![event.clone()]);
        } else {
            batch.push(event.clone());
        }
    }
    batches
}

/// Other places, the same for the same seed.
pub fn shuffle<T>(things: &mut [T], seed: u64) {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    for last in (1..things.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        things.swap(last, (state % (last as u64 + 1)) as usize);
    }
}

/// A browser of somebody for each device of the file.
pub fn browsers<'a>(owner: &Caller<'a>, devices: &BTreeMap<String, Vec<Value>>) -> Vec<Device<'a>> {
    let register = |name: &String| {
        let new = json!({"name": name, "platform": "browser"});
        Device::new(owner.clone(), owner.post("/devices/register", &new).is(201))
    };
    devices.keys().map(register).collect()
}
