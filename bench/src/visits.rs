//! What a browser extension would report: an event every eight seconds of a day of fifteen hours, about 6,800 a day, of
//! some twenty tabs and some two hundred hosts, a few of them most of the time.

use std::io::Write;

use crate::random::Random;
use crate::rows::DAY;

const HOUR: i64 = 3_600_000;
/// Hosts there are.
const HOSTS: usize = 200;

/// An event. Instants are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    pub id: [u64; 2],
    pub at: i64,
    pub what: &'static str,
    pub tab: i64,
    /// The number of its host, and of the page there.
    pub page: (usize, i64),
}

/// The events of one browser, without end.
#[derive(Clone)]
pub struct Visits {
    random: Random,
    at: i64,
}

impl Visits {
    /// From `start` on; another series for each `seed`.
    pub fn new(seed: u64, start: i64) -> Visits {
        Visits { random: Random::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)), at: start }
    }
}

const TYPES: [&str; 10] = [
    "TAB_ACTIVATED",
    "TAB_UPDATED",
    "HEARTBEAT",
    "NAVIGATION",
    "TAB_UPDATED",
    "HEARTBEAT",
    "TAB_CREATED",
    "WINDOW_FOCUSED",
    "IDLE",
    "ACTIVE",
];

impl Iterator for Visits {
    type Item = Visit;

    fn next(&mut self) -> Option<Visit> {
        let random = &mut self.random;
        let clock = self.at.rem_euclid(DAY);
        if !(7 * HOUR..22 * HOUR).contains(&clock) {
            let morning = self.at - clock + 7 * HOUR;
            self.at = if clock < 7 * HOUR { morning } else { morning + DAY };
        }
        let at = self.at;
        self.at += random.between(1_000, 15_000);
        let hosts: [usize; HOSTS] = std::array::from_fn(|host| host);
        let visit = Visit {
            id: [random.bits(), random.bits()],
            at,
            what: random.favourite(&TYPES)?,
            tab: random.between(1, 20),
            page: (*random.favourite(&hosts)?, random.between(0, 1000)),
        };
        Some(visit)
    }
}

/// Appends `visits` as the body of a sync.
pub fn write_json(visits: &[Visit], out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"events\":[");
    for (number, visit) in visits.iter().enumerate() {
        let Visit { id: [high, low], at, what, tab, page: (host, page) } = visit;
        let comma = if number == 0 { "" } else { "," };
        // Writing to a vector does not fail.
        let _ = write!(
            out,
            "{comma}{{\"_id\":\"{}\",\"v\":1,\"type\":\"{what}\",\"ts\":{at},\"payload\":{{\"tabId\":{tab},\"windowId\":1,\
             \"url\":\"https://www.host-{host}.example/articles/{page}/a-page-of-some-length\",\"title\":\"Page {page} of host {host}\"}}}}",
            uuid::Uuid::from_u64_pair(*high, *low)
        );
    }
    out.extend_from_slice(b"]}");
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 978_307_200_000;

    #[test]
    fn a_day_has_about_6800_events_in_their_order() {
        let visits: Vec<Visit> =
            Visits::new(1, START).take_while(|visit| visit.at < START + 10 * DAY).collect();
        assert!((65_000..71_000).contains(&visits.len()), "{}", visits.len());
        assert!(visits.is_sorted_by(|a, b| a.at < b.at));
    }

    #[test]
    fn the_body_is_what_the_server_reads() {
        let visits: Vec<Visit> = Visits::new(2, START).take(2000).collect();
        let mut body = Vec::new();
        write_json(&visits, &mut body);
        let now = chrono::DateTime::from_timestamp_millis(START + 30 * DAY).unwrap();
        let batch = domain::events::batch::Batch::read(&body, now).unwrap();
        assert!(batch.rejected.is_empty() && batch.duplicates == 0);
        for (visit, sent) in visits.iter().zip(batch.events) {
            assert_eq!(sent.event.occurred_at.timestamp_millis(), visit.at);
            assert_eq!((sent.event.what.as_str(), sent.event.tab), (visit.what, Some(visit.tab)));
        }
    }
}
