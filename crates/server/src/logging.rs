//! The log: lines on the standard error, for people or as JSON.

use std::io::{self, Write};

use log::kv::{self, Key, Value, VisitSource};
use log::{LevelFilter, Record};
use serde_json::Map;

use crate::config::{Log, LogFormat};

/// Starts it.
pub fn start(settings: &Log) {
    let format = settings.log_format;
    let mut builder = env_logger::Builder::new();
    // Broken connections are clients' affair; each is told there as an error.
    builder.filter_module("actix_http::h1::dispatcher", LevelFilter::Off);
    builder.filter_module("actix_server", LevelFilter::Warn);
    builder.parse_filters(&settings.filter);
    builder.format(move |to, record| {
        let time = to.timestamp_millis().to_string();
        let line = match format {
            LogFormat::Json => json(&time, record),
            LogFormat::Text => text(&time, record),
        };
        writeln!(to, "{line}")
    });
    builder.init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let why = panic.payload_as_str().unwrap_or("of no text");
        log::error!(target: "panic", place; "{why}");
    }));
}

fn json(time: &str, record: &Record<'_>) -> String {
    let mut line = Map::new();
    line.insert("time".into(), time.into());
    line.insert("level".into(), record.level().as_str().into());
    line.insert("target".into(), record.target().into());
    line.insert("message".into(), record.args().to_string().into());
    for (key, value) in Pairs::of(record) {
        line.insert(key, value);
    }
    serde_json::Value::Object(line).to_string()
}

fn text(time: &str, record: &Record<'_>) -> String {
    let message = record.args().to_string();
    // Nothing that somebody sent can look like a line of its own.
    let message: String =
        message.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
    let message = message.replace('\n', "\n    ");
    let mut line = format!("{time} {:5} {}: {message}", record.level(), record.target());
    for (key, value) in Pairs::of(record) {
        line.push_str(&format!(" {key}={value}"));
    }
    line
}

/// What a line says beside its message.
struct Pairs(Vec<(String, serde_json::Value)>);

impl Pairs {
    fn of(record: &Record<'_>) -> Vec<(String, serde_json::Value)> {
        let mut pairs = Pairs(Vec::new());
        // A pair that cannot be written is left out.
        drop(record.key_values().visit(&mut pairs));
        pairs.0
    }
}

impl<'kvs> VisitSource<'kvs> for Pairs {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), kv::Error> {
        match serde_json::to_value(&value) {
            Ok(serde_json::Value::Null) | Err(_) => {}
            Ok(value) => self.0.push((key.to_string(), value)),
        }
        Ok(())
    }
}

/// One line for whoever started the program, where it was started.
pub fn tell(line: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(format: fn(&str, &Record<'_>) -> String, message: &str) -> String {
        let pairs = [("status", Value::from(200)), ("request_id", Value::from("a\nb"))];
        let (args, pairs) = (format_args!("{message}").to_string(), &pairs[..]);
        format(
            "now",
            &Record::builder()
                .args(format_args!("{args}"))
                .level(log::Level::Info)
                .target("almanac")
                .key_values(&pairs)
                .build(),
        )
    }

    #[test]
    fn a_line_of_json() {
        let line: serde_json::Value = serde_json::from_str(&record(json, "one\ntwo")).unwrap();
        assert_eq!(line["message"], "one\ntwo");
        assert_eq!(line["status"], 200);
        assert_eq!(line["request_id"], "a\nb");
        assert_eq!(line["level"], "INFO");
    }

    #[test]
    fn nothing_looks_like_another_line() {
        let line = record(text, "one\r2026 ERROR forged\ntwo");
        assert_eq!(line, "now INFO  almanac: one 2026 ERROR forged\n    two status=200 request_id=\"a\\nb\"");
    }
}
