//! `almanac device`: registers this machine with a server, and uploads a file of sessions.
//!
//! The file is read as it is sent, a batch at a time, whatever its size. Start reading at [`run`]; how files are
//! understood is in [`rows`].

mod rows;

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use anyhow::{Context, bail};
use chrono_tz::Tz;
use clap::{Args, ValueEnum};
use indicatif::{HumanCount, ProgressBar};
use reqwest::Url;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::config::DataDir;
use crate::logging::tell;
use crate::secrets;
use crate::upload::{self, Connection, Device, Server, Tally};
use rows::Row;

/// Sessions sent at once, at the most.
const BATCH: usize = 1000;
/// Bytes sent at once, about: a server takes 8 MiB.
const BATCH_BYTES: usize = 4 << 20;

/// Upload sessions of this machine to a server, from a CSV or JSON file
///
/// A session is what was in front, one app or website, from one instant to another. The machine registers by itself
/// the first time; its key is kept in the directory of the data, one for each server. What the server answered for is
/// durable. Uploading a file again, or one that overlaps it, counts nothing twice.
#[derive(Args)]
#[command(after_long_help = "Files:\n  \
        CSV with a header. Columns are known by their names, in any order; others are left out:\n    \
          app, app_name or package                       what was in front\n    \
          start, started_at or start_time                when it began\n    \
          end, ended_at or end_time                      when it ended\n    \
          duration, duration_seconds or duration_ms      in place of the end, or to check it\n    \
          kind (app or website), title, url              if known\n  \
        JSON: {\"sessions\": [...]}, an array, or an object a line, with fields of the same names.\n  \
        Times are RFC 3339, such as 2026-11-20T09:30:00+01:00; without an offset they are UTC.\n\n\
        Exit code: 0 when every row was taken or known, 1 when a row was refused (each is named with its line) or \
        the upload failed. Rows before the place of failure are kept; run it again and it goes on.\n\n\
        Example:\n  almanac device --url https://almanac.example.org --name Laptop sessions.csv")]
pub struct Options {
    /// CSV or JSON of sessions; - reads the standard input
    file: PathBuf,
    /// What to call this device, when it is new [default: the machine's name]
    #[arg(long)]
    name: Option<String>,
    /// What it runs, when it is new [default: what this machine runs]
    #[arg(long, value_enum)]
    platform: Option<Platform>,
    /// Time zone of its account, when it is new, by its IANA name [default: the machine's]
    #[arg(long, value_name = "ZONE")]
    timezone: Option<Tz>,
    /// Whose it is, when it is new: the code that their dashboard shows under Devices [default: nobody's, until it is
    /// claimed there]
    #[arg(long, value_name = "CODE")]
    pairing_code: Option<String>,
    /// What rows are that do not say: app or website
    #[arg(long, value_enum, default_value = "app", hide_possible_values = true)]
    kind: Kind,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    data: DataDir,
}

/// What a device runs.
#[derive(Clone, Copy, ValueEnum)]
#[allow(missing_docs, reason = "names of platforms")]
enum Platform {
    Windows,
    Macos,
    Linux,
    Android,
    Ios,
    Browser,
    Other,
}

/// What was in front.
#[derive(Clone, Copy, ValueEnum)]
#[allow(missing_docs, reason = "names of kinds")]
enum Kind {
    App,
    Website,
}

/// Registers and uploads.
///
/// # Errors
/// The file cannot be read, the server refuses or cannot be reached, or a row was refused.
pub fn run(options: &Options) -> anyhow::Result<()> {
    // A file that is not there registers nothing.
    let (file, length): (Box<dyn Read>, _) = if options.file.as_os_str() == "-" {
        (Box::new(io::stdin().lock()), None)
    } else {
        let open = || -> io::Result<(File, u64)> {
            let file = File::open(&options.file)?;
            let length = file.metadata()?.len();
            Ok((file, length))
        };
        let (file, length) = open().with_context(|| options.file.display().to_string())?;
        (Box::new(file), Some(length))
    };
    let key = secrets::kept(&options.data.path()?, &key_file(&options.connection.url))?;
    let server = Server::new(&options.connection)?;
    let device = server.register(&registration(options, key.expose_secret()), None)?;

    let template = match length {
        Some(_) => "{wide_bar:.cyan} {bytes} of {total_bytes}, {msg}",
        None => "{spinner:.cyan} {bytes}, {msg}",
    };
    let bar = upload::bar(length, template)?;
    let mut upload = Upload::new(&device, &options.file, &bar);
    let kind = name_of(&options.kind);
    let read = rows::read(bar.wrap_read(file), &kind, &mut |row| upload.add(row));
    // Rows before the bad place are good.
    let sent = upload.send();
    bar.finish_and_clear();
    let Tally { rejected, .. } = upload.tally;
    tell(&format!("{}: {}", upload::printable(&device.name), upload.tally))?;
    sent?;
    read.with_context(|| options.file.display().to_string())?;
    if rejected > 0 {
        bail!("{rejected} rows were refused");
    }
    Ok(())
}

/// A name that two servers never share.
fn key_file(url: &Url) -> String {
    let name = upload::plain(url).bytes().map(|byte| match byte {
        b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' => char::from(byte).to_string(),
        other => format!("_{other:02x}"),
    });
    format!("device-{}.key", name.collect::<String>())
}

fn registration(options: &Options, key: &str) -> Value {
    let platform = options.platform.unwrap_or(match std::env::consts::OS {
        "linux" => Platform::Linux,
        "macos" => Platform::Macos,
        "windows" => Platform::Windows,
        _ => Platform::Other,
    });
    let machine = rustix::system::uname();
    let machine = machine.nodename().to_string_lossy();
    let name = options.name.clone().or_else(|| (!machine.is_empty()).then(|| machine.into_owned()));
    json!({
        "name": name, "platform": name_of(&platform), "device_key": key,
        "app_version": env!("CARGO_PKG_VERSION"),
        "timezone": options.timezone.or_else(upload::local_zone).map(|zone| zone.name()),
        "pairing_code": options.pairing_code,
    })
}

/// As the API writes it.
fn name_of(value: &impl ValueEnum) -> String {
    value.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// Rows on their way.
struct Upload<'a> {
    device: &'a Device<'a>,
    file: &'a std::path::Path,
    bar: &'a ProgressBar,
    batch: Vec<Value>,
    /// The line of each.
    lines: Vec<u64>,
    /// How large the batch is, about.
    bytes: usize,
    tally: Tally,
}

impl<'a> Upload<'a> {
    fn new(device: &'a Device<'a>, file: &'a std::path::Path, bar: &'a ProgressBar) -> Upload<'a> {
        Upload { device, file, bar, batch: vec![], lines: vec![], bytes: 0, tally: Tally::default() }
    }

    fn add(&mut self, Row { line, bytes, session }: Row) -> anyhow::Result<()> {
        let session = match session {
            Ok(session) => session,
            Err(why) => {
                self.tally.rejected += 1;
                return self.refused(line, &why);
            }
        };
        if self.batch.len() == BATCH || self.bytes + bytes > BATCH_BYTES {
            self.send()?;
        }
        self.batch.push(Value::Object(session));
        self.lines.push(line);
        self.bytes += bytes;
        Ok(())
    }

    /// Uploads what has gathered.
    fn send(&mut self) -> anyhow::Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let (batch, lines) = (std::mem::take(&mut self.batch), std::mem::take(&mut self.lines));
        self.bytes = 0;
        let receipt = self.device.upload(&batch)?;
        self.tally.add(&receipt);
        for rejected in &receipt.rejected {
            let line = lines.get(rejected.index).copied().unwrap_or_default();
            self.refused(line, &rejected.to_string())?;
        }
        self.bar.set_message(format!("{} rows", HumanCount(self.tally.rows())));
        Ok(())
    }

    fn refused(&self, line: u64, why: &str) -> anyhow::Result<()> {
        Ok(self.bar.suspend(|| tell(&format!("{}:{line}: {why}", self.file.display())))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_has_a_key_of_its_own() {
        let name = |url: &str| key_file(&Url::parse(url).unwrap());
        assert_eq!(name("http://127.0.0.1:8080/"), "device-http_3a_2f_2f127.0.0.1_3a8080.key");
        assert_ne!(name("https://a.example.org/b"), name("https://a.example.org/_2fb"));
        assert_ne!(name("https://a.example.org"), name("http://a.example.org"));
    }
}
