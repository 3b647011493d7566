//! A fortnight of the pages that somebody went to on a PC and on a phone.

use std::fmt;

use indicatif::HumanCount;

use super::*;

const VISITS: &[u8] =
    include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/browser/panelist_2_events.csv.gz"));
/// About where they were lived.
const ZONE: Tz = Tz::America__New_York;

/// What was sent.
pub struct Sent(u64);

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} pages", HumanCount(self.0))
    }
}

/// The last days of one of the two, each visit as its id and its address.
pub(super) fn visits(of: &str) -> anyhow::Result<Rotation> {
    #[derive(Deserialize)]
    struct Row {
        event_id: String,
        ts_ms: i64,
        device_id: String,
        url: String,
    }
    let mut sessions = vec![];
    for row in csv::Reader::from_reader(GzDecoder::new(VISITS)).into_deserialize() {
        let Row { event_id, ts_ms, device_id, url } = row?;
        if let (true, Some(at)) = (device_id.ends_with(of), DateTime::from_timestamp_millis(ts_ms)) {
            sessions.push((format!("{event_id} {url}"), at, at));
        }
    }
    Ok(Rotation::of(sessions, ZONE, FORTNIGHT))
}

/// The events of a fortnight that ends now.
pub(super) fn events(visits: &Rotation, now: DateTime<Utc>, zone: Tz) -> Vec<Value> {
    let placed = visits.placed(None, now, zone, FORTNIGHT);
    let event = |(visit, at, _): (&str, DateTime<Utc>, _)| {
        let (id, url) = visit.split_once(' ')?;
        let payload = json!({"tabId": 1, "windowId": 1, "url": url});
        // Shown on another date, it is another event.
        Some(
            json!({"_id": id, "v": 1, "type": "TAB_ACTIVATED", "ts": at.timestamp_millis(), "payload": payload}),
        )
    };
    placed.filter_map(event).collect()
}

/// Sends what the devices are to have by now. What they have already stays as it is.
pub fn load(phone: &Device<'_>, pc: &Device<'_>, now: DateTime<Utc>, zone: Tz) -> anyhow::Result<Sent> {
    #[derive(Deserialize)]
    struct Receipt {
        synced: u64,
    }
    let mut sent = 0;
    for (device, of) in [(phone, "mobile"), (pc, "desktop")] {
        let events = events(&visits(of)?, now, zone);
        let Receipt { synced } = device.post("/events/sync", &json!({ "events": events }))?;
        sent += synced;
    }
    Ok(Sent(sent))
}
