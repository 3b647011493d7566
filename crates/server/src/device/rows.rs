//! Files of sessions: CSV with a header, and JSON in three shapes. Every row knows on which line it begins.

use std::io::{BufRead, BufReader, Cursor, Read};

use anyhow::bail;
use chrono::{DateTime, NaiveDateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Map, Value};

mod csv_file;
mod json_file;

/// Bytes of a row at the most. What is longer is no row, but a quote that nobody closed.
const LONGEST_ROW: u64 = 1 << 20;

/// A row of a file.
pub struct Row {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// How long it is, about.
    pub bytes: usize,
    /// As the API takes it, or why it cannot even be sent.
    pub session: Result<Map<String, Value>, String>,
}

/// What is done with each row.
type Each<'a> = dyn FnMut(Row) -> anyhow::Result<()> + 'a;

/// Reads rows to the end; `kind` is what they are if they do not say. Holds one row at a time.
///
/// # Errors
/// The file cannot be read or is not of the expected form, or those of `each`.
pub fn read(file: impl Read, kind: &str, each: &mut Each<'_>) -> anyhow::Result<()> {
    let mut file = BufReader::with_capacity(1 << 16, file);
    let head = head(&mut file)?;
    let Some(first) = head.iter().copied().find(|byte| !byte.is_ascii_whitespace()) else {
        bail!("the file is empty");
    };
    let all = Cursor::new(head).chain(file);
    match first {
        b'{' | b'[' => json_file::read(all, kind, each),
        _ => csv_file::read(all, kind, each),
    }
}

/// The beginning of a file, without a byte order mark, until there is something to see.
fn head(file: &mut impl BufRead) -> anyhow::Result<Vec<u8>> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    let mut head = Vec::new();
    for byte in file.bytes() {
        head.push(byte?);
        if head == MARK {
            head.clear();
        }
        let blank = MARK.starts_with(&head) || head.trim_ascii().is_empty();
        if !blank || head.len() > 1 << 16 {
            break;
        }
    }
    Ok(head)
}

/// A session of a row's fields, by the names that the API knows; others are left out.
fn session(fields: impl IntoIterator<Item = (Field, Value)>, kind: &str) -> Map<String, Value> {
    let mut session = Map::new();
    for (field, value) in fields {
        match field {
            Field::Api(name) => session.insert(name.to_owned(), value),
            Field::Duration { in_ms } => session.insert("duration_seconds".into(), seconds(value, in_ms)),
        };
    }
    session.entry("kind").or_insert_with(|| kind.into());
    let text = |name| session.get(name).and_then(Value::as_str);
    let told = session.get("duration_seconds").and_then(Value::as_f64);
    if let (None, Some(start), Some(seconds)) = (text("ended_at"), text("started_at").and_then(instant), told)
        && let Some(end) = end(start, seconds)
    {
        session.insert("ended_at".into(), end.to_rfc3339_opts(SecondsFormat::Millis, true).into());
    }
    session
}

/// What a column or field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    /// What the API calls so.
    Api(&'static str),
    /// How long it took.
    Duration { in_ms: bool },
}

impl Field {
    /// What `name` stands for, in any case, with blanks or hyphens for underscores.
    fn of(name: &str) -> Option<Field> {
        let name = name.trim().to_lowercase().replace([' ', '-'], "_");
        Some(match name.as_str() {
            "app" | "app_name" | "package" => Field::Api("app"),
            "start" | "started_at" | "start_time" => Field::Api("started_at"),
            "end" | "ended_at" | "end_time" => Field::Api("ended_at"),
            "duration" | "duration_seconds" => Field::Duration { in_ms: false },
            "duration_ms" => Field::Duration { in_ms: true },
            "kind" => Field::Api("kind"),
            "title" => Field::Api("title"),
            "url" => Field::Api("url"),
            _ => return None,
        })
    }
}

/// A duration as a number of seconds; what is none is left for the server to refuse.
fn seconds(value: Value, in_ms: bool) -> Value {
    let number = match &value {
        Value::String(text) => text.trim().parse().ok(),
        other => other.as_f64(),
    };
    match number.filter(|number: &f64| number.is_finite()) {
        Some(number) => (if in_ms { number / 1000.0 } else { number }).into(),
        None => value,
    }
}

fn instant(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    let told = DateTime::parse_from_rfc3339(text).ok().map(|at| at.with_timezone(&Utc));
    let naive = || NaiveDateTime::parse_from_str(&text.replace(' ', "T"), "%Y-%m-%dT%H:%M:%S%.f").ok();
    told.or_else(|| Some(naive()?.and_utc()))
}

fn end(start: DateTime<Utc>, seconds: f64) -> Option<DateTime<Utc>> {
    let length = std::time::Duration::try_from_secs_f64(seconds).ok()?;
    start.checked_add_signed(TimeDelta::from_std(length).ok()?)
}

#[cfg(test)]
mod tests;
