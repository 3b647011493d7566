//! What a tracker would report: sessions in the order of time, of some forty apps, from 5 s to 10 min long, one
//! after another with some gaps, about 700 on a day, nights without any; most with a title, some of them websites.
//!
//! The same rows go to every contender, as JSON over HTTP and in the binary format of COPY.

use std::io::Write;

use chrono::{DateTime, Datelike, Timelike};
use uuid::Uuid;

use crate::random::Random;

/// Milliseconds of a day.
pub const DAY: i64 = 86_400_000;
const HOUR: i64 = 3_600_000;
/// 2000-01-01, PostgreSQL's epoch, in milliseconds since 1970.
pub const POSTGRES_EPOCH: i64 = 946_684_800_000;

/// A session. Instants are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub started: i64,
    pub ended: i64,
    pub app: &'static str,
    pub title: Option<&'static str>,
    /// The address, where it is a website.
    pub url: Option<&'static str>,
}

impl Row {
    /// What kind of thing it is.
    pub fn kind(&self) -> &'static str {
        if self.url.is_some() { "website" } else { "app" }
    }
}

/// The sessions of one device, without end.
#[derive(Clone)]
pub struct Timeline {
    random: Random,
    at: i64,
}

impl Timeline {
    /// From `start` on; another series for each `seed`.
    pub fn new(seed: u64, start: i64) -> Timeline {
        Timeline { random: Random::new(seed.wrapping_mul(0x2545_f491_4f6c_dd1d)), at: start }
    }
}

impl Iterator for Timeline {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let random = &mut self.random;
        let started = self.at;
        // Short ones are many: 5 s × 120^(u²), 70 s on the average.
        let length = 5000.0 * 120_f64.powf(random.unit().powi(2));
        let ended = started + i64::try_from(crate::summary::whole(length)).ok()?;
        let (app, title, url) = if random.unit() < 0.12 {
            let (site, title, url) = *random.favourite(&SITES)?;
            (site, Some(title), Some(url))
        } else {
            let title = if random.unit() < 0.6 { random.favourite(&TITLES).copied() } else { None };
            (*random.favourite(&APPS)?, title, None)
        };
        let gap = if random.unit() < 0.05 { random.between(2_000, 180_000) } else { 0 };
        self.at = ended + gap;
        let clock = self.at.rem_euclid(DAY);
        if !(7 * HOUR..22 * HOUR).contains(&clock) {
            let morning = self.at - clock + 7 * HOUR + random.between(0, HOUR);
            self.at = if clock < 7 * HOUR { morning.max(self.at) } else { morning + DAY };
        }
        Some(Row { started, ended, app, title, url })
    }
}

/// Appends `rows` as the body of an upload.
pub fn write_json(rows: &[Row], out: &mut Vec<u8>) {
    out.extend_from_slice(b"{\"sessions\":[");
    for (number, row) in rows.iter().enumerate() {
        out.extend_from_slice(if number == 0 { b"{\"app\":\"" } else { b",{\"app\":\"" });
        write_escaped(row.app, out);
        if let Some(url) = row.url {
            out.extend_from_slice(b"\",\"kind\":\"website\",\"url\":\"");
            write_escaped(url, out);
        }
        if let Some(title) = row.title {
            out.extend_from_slice(b"\",\"title\":\"");
            write_escaped(title, out);
        }
        out.extend_from_slice(b"\",\"started_at\":\"");
        write_instant(row.started, out);
        out.extend_from_slice(b"\",\"ended_at\":\"");
        write_instant(row.ended, out);
        out.extend_from_slice(b"\"}");
    }
    out.extend_from_slice(b"]}");
}

fn write_escaped(text: &str, out: &mut Vec<u8>) {
    for byte in text.bytes() {
        if matches!(byte, b'"' | b'\\') {
            out.push(b'\\');
        }
        out.push(byte);
    }
}

fn write_instant(ms: i64, out: &mut Vec<u8>) {
    let at = DateTime::from_timestamp_millis(ms).unwrap_or_default();
    let (date, time) = (at.date_naive(), at.time());
    // Writing to a vector does not fail.
    let _ = write!(
        out,
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        date.year(),
        date.month(),
        date.day(),
        time.hour(),
        time.minute(),
        time.second(),
        ms.rem_euclid(1000)
    );
}

/// Appends `rows` in the binary format of COPY
/// (<https://www.postgresql.org/docs/current/sql-copy.html>, "Binary Format").
pub fn write_copy(user: Uuid, device: Uuid, rows: &[Row], out: &mut Vec<u8>) {
    out.extend_from_slice(b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0");
    for row in rows {
        out.extend_from_slice(&8_i16.to_be_bytes());
        write_field(user.as_bytes(), out);
        write_field(&micros(row.started), out);
        write_field(device.as_bytes(), out);
        write_field(row.kind().as_bytes(), out);
        write_field(row.app.as_bytes(), out);
        write_field(&micros(row.ended), out);
        for text in [row.title, row.url] {
            match text {
                Some(text) => write_field(text.as_bytes(), out),
                None => out.extend_from_slice(&(-1_i32).to_be_bytes()),
            }
        }
    }
    out.extend_from_slice(b"\xff\xff");
}

fn write_field(value: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&i32::try_from(value.len()).unwrap_or(0).to_be_bytes());
    out.extend_from_slice(value);
}

fn micros(ms: i64) -> [u8; 8] {
    ((ms - POSTGRES_EPOCH) * 1000).to_be_bytes()
}

const APPS: [&str; 40] = [
    "Firefox",
    "Visual Studio Code",
    "Terminal",
    "Slack",
    "Chrome",
    "Thunderbird",
    "Spotify",
    "Files",
    "LibreOffice Writer",
    "WhatsApp",
    "Zoom",
    "Signal",
    "Instagram",
    "YouTube",
    "Telegram",
    "Notes",
    "Calendar",
    "Photos",
    "Microsoft Excel",
    "Microsoft Teams",
    "Outlook",
    "GIMP",
    "Inkscape",
    "IntelliJ IDEA",
    "DBeaver",
    "Discord",
    "Steam",
    "Netflix",
    "Maps",
    "Camera",
    "Settings",
    "Obsidian",
    "Zotero",
    "VLC media player",
    "System Monitor",
    "Calculator",
    "Kindle",
    "Duolingo",
    "Figma",
    "Blender",
];

const TITLES: [&str; 24] = [
    "main.rs - almanac - Visual Studio Code",
    "Inbox (12) - anna@example.org - Mozilla Thunderbird",
    "#general - Example Team - Slack",
    "~/projects/almanac: cargo test",
    "New Tab",
    "Budget 2026.xlsx - Excel",
    "Minutes of the meeting of the board, 14 March.odt — LibreOffice Writer",
    "Daily stand-up | Microsoft Teams",
    "Pull request #482: Keep the day a person lived in",
    "Discover Weekly",
    "Downloads",
    "Anna, Ben, Chloé",
    "\"Rust\" at DuckDuckGo",
    "C:\\Users\\anna\\Documents\\thesis\\chapter 3.docx",
    "How to split a duration at midnight when clocks change - Stack Overflow",
    "Untitled",
    "Zoom Meeting",
    "DSC_0412.NEF @ 66.7% – GIMP",
    "Wochenübersicht, Kalenderwoche 12",
    "almanac=# psql",
    "A very long title as some pages have it, with everything that could be said about them said at once - Example",
    "Chapter 7: The Sea",
    "Tagesschau in 100 Sekunden",
    "Route to Example Street 5",
];

const SITES: [(&str, &str, &str); 12] = [
    ("github.com", "almanac: Issues", "https://github.com/example/almanac/issues?q=is%3Aissue+is%3Aopen"),
    (
        "stackoverflow.com",
        "postgresql - COPY or INSERT? - Stack Overflow",
        "https://stackoverflow.com/questions/1234567/copy-or-insert",
    ),
    ("youtube.com", "How an atomic clock works - YouTube", "https://www.youtube.com/watch?v=abcdefghijk"),
    ("docs.rs", "diesel - Rust", "https://docs.rs/diesel/latest/diesel/"),
    (
        "wikipedia.org",
        "Daylight saving time - Wikipedia",
        "https://en.wikipedia.org/wiki/Daylight_saving_time",
    ),
    ("news.ycombinator.com", "Hacker News", "https://news.ycombinator.com/"),
    ("mail.example.org", "Inbox", "https://mail.example.org/u/0/#inbox"),
    ("calendar.example.org", "Week of 9 March", "https://calendar.example.org/week/2026/3/9"),
    ("reddit.com", "r/rust", "https://www.reddit.com/r/rust/"),
    ("example.org", "Example Domain", "https://example.org/"),
    ("bbc.co.uk", "BBC - Home", "https://www.bbc.co.uk/"),
    ("spiegel.de", "DER SPIEGEL | Online-Nachrichten", "https://www.spiegel.de/"),
];

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 978_307_200_000;

    #[test]
    fn a_day_has_about_700_sessions_and_no_two_overlap() {
        let rows: Vec<Row> =
            Timeline::new(1, START).take_while(|row| row.started < START + 100 * DAY).collect();
        assert!((65_000..75_000).contains(&rows.len()), "{}", rows.len());
        for pair in rows.windows(2) {
            assert!(pair[0].ended <= pair[1].started);
        }
        assert!(rows.iter().all(|row| (5_000..=600_000).contains(&(row.ended - row.started))));
    }

    #[test]
    fn a_seed_gives_the_same_rows_again() {
        let rows = |seed| Timeline::new(seed, START).take(500).collect::<Vec<_>>();
        assert_eq!(rows(3), rows(3));
        assert_ne!(rows(3), rows(4));
    }

    #[test]
    fn the_body_is_what_the_server_reads() {
        let rows: Vec<Row> = Timeline::new(2, START).take(2000).collect();
        let mut body = Vec::new();
        write_json(&rows, &mut body);
        let now = DateTime::from_timestamp_millis(START + 30 * DAY).unwrap();
        let batch = domain::usage::batch::Batch::read(&body, now).unwrap();
        assert!(batch.rejected.is_empty() && batch.duplicates == 0);
        for (row, session) in rows.iter().zip(batch.sessions) {
            assert_eq!(session.key.started_at.timestamp_millis(), row.started);
            assert_eq!(session.ended_at.timestamp_millis(), row.ended);
            assert_eq!((session.key.app.as_str(), session.key.kind.as_str()), (row.app, row.kind()));
            assert_eq!((session.title.as_deref(), session.url.as_deref()), (row.title, row.url));
        }
    }
}
