//! The log: lines on the standard error, for people or as JSON.

use std::fmt::Display;
use std::io::{self, Write};

use log::kv::{self, Key, Value, VisitSource};
use log::{LevelFilter, Record};

use crate::config::{Log, LogFormat};

/// Starts it.
pub fn start(settings: &Log) {
    let write = match settings.log_format {
        LogFormat::Json => json,
        LogFormat::Text => text,
    };
    let mut builder = env_logger::Builder::new();
    // Broken connections are clients' affair; each is told there as an error.
    builder.filter_module("actix_http::h1::dispatcher", LevelFilter::Off);
    builder.filter_module("actix_server", LevelFilter::Warn);
    builder.parse_filters(&settings.filter);
    builder.format(move |to, record| {
        let time = to.timestamp_millis();
        write(to, &time, record)
    });
    // As it is: there are no colours to be taken out again, byte by byte.
    builder.target(env_logger::Target::Pipe(Box::new(io::stderr())));
    builder.init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let why = panic.payload_as_str().unwrap_or("of no text");
        log::error!(target: "panic", place; "{why}");
    }));
}

fn json(to: &mut dyn Write, time: &dyn Display, record: &Record<'_>) -> io::Result<()> {
    write!(to, "{{\"time\":\"{time}\",\"level\":\"{}\",\"target\":", record.level())?;
    serde_json::to_writer(&mut *to, record.target())?;
    to.write_all(b",\"message\":")?;
    serde_json::to_writer(&mut *to, &record.args())?;
    record.key_values().visit(&mut Pairs { to, before: ",\"", between: "\":" }).map_err(io::Error::other)?;
    to.write_all(b"}\n")
}

fn text(to: &mut dyn Write, time: &dyn Display, record: &Record<'_>) -> io::Result<()> {
    write!(to, "{time} {:5} {}: ", record.level(), record.target())?;
    // Nothing that somebody sent can look like a line of its own.
    for (number, line) in record.args().to_string().split('\n').enumerate() {
        to.write_all(if number == 0 { b"" } else { b"\n    " })?;
        to.write_all(line.replace(|c: char| c.is_control(), " ").as_bytes())?;
    }
    record.key_values().visit(&mut Pairs { to, before: " ", between: "=" }).map_err(io::Error::other)?;
    to.write_all(b"\n")
}

/// Writes what a line says beside its message, each value as JSON. What is absent is left out.
struct Pairs<'a> {
    to: &'a mut dyn Write,
    before: &'static str,
    between: &'static str,
}

impl<'kvs> VisitSource<'kvs> for Pairs<'_> {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), kv::Error> {
        let value = serde_json::to_vec(&value).map_err(kv::Error::boxed)?;
        if value == b"null" {
            return Ok(());
        }
        write!(self.to, "{}{key}{}", self.before, self.between)?;
        Ok(self.to.write_all(&value)?)
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

    type Format = fn(&mut dyn Write, &dyn Display, &Record<'_>) -> io::Result<()>;

    fn record(format: Format, message: &str) -> String {
        let pairs = [("status", Value::from(200)), ("request_id", Value::from("a\nb"))];
        let (args, pairs) = (format_args!("{message}").to_string(), &pairs[..]);
        let mut line = Vec::new();
        format(
            &mut line,
            &"now",
            &Record::builder()
                .args(format_args!("{args}"))
                .level(log::Level::Info)
                .target("almanac")
                .key_values(&pairs)
                .build(),
        )
        .unwrap();
        String::from_utf8(line).unwrap()
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
        assert_eq!(
            line,
            "now INFO  almanac: one 2026 ERROR forged\n    two status=200 request_id=\"a\\nb\"\n"
        );
    }
}
