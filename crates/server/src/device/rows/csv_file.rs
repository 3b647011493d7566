//! CSV with a header.

use std::collections::VecDeque;
use std::io::{self, Read};

use anyhow::{Context, bail};
use csv::{ByteRecord, ReaderBuilder};
use serde_json::Value;

use super::{Each, Field, LONGEST_ROW, Row, session};

pub(super) fn read(file: impl Read, kind: &str, each: &mut Each<'_>) -> anyhow::Result<()> {
    // Rows with too few or too many fields are told, each for itself.
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(Lines::new(file));
    let header = reader.byte_headers()?.clone();
    let fields = columns(&header)?;
    let mut record = ByteRecord::new();
    loop {
        let offset = reader.position().byte();
        reader.get_mut().last = offset + LONGEST_ROW;
        let more = reader.read_byte_record(&mut record);
        let line = reader.get_mut().line_at(offset);
        if !more.map_err(plainly).with_context(|| format!("line {line}"))? {
            return Ok(());
        }
        let session = if record.len() == header.len() {
            values(&record, &fields).map(|fields| session(fields, kind))
        } else {
            Err(format!("has {} fields, and the header {}", record.len(), header.len()))
        };
        each(Row { line, bytes: record.as_slice().len() + 200, session })?;
    }
}

/// What each column is.
fn columns(header: &ByteRecord) -> anyhow::Result<Vec<Option<Field>>> {
    let names: Vec<_> = header.iter().map(String::from_utf8_lossy).collect();
    let fields: Vec<_> = names.iter().map(|name| Field::of(name)).collect();
    let has = |wanted: &[Field]| wanted.iter().any(|field| fields.contains(&Some(*field)));
    let missing = if !has(&[Field::Api("app")]) {
        "app, app_name or package"
    } else if !has(&[Field::Api("started_at")]) {
        "start, started_at or start_time"
    } else if !has(&[
        Field::Api("ended_at"),
        Field::Duration { in_ms: false },
        Field::Duration { in_ms: true },
    ]) {
        "end, ended_at or end_time, or a duration"
    } else {
        for (index, (name, field)) in names.iter().zip(&fields).enumerate() {
            if field.is_some() && fields.iter().take(index).any(|before| before == field) {
                bail!("line 1: the column {name:?} says again what one before it says");
            }
        }
        return Ok(fields);
    };
    bail!("line 1: there is no column {missing}; the header has {}", names.join(", "))
}

fn values(record: &ByteRecord, fields: &[Option<Field>]) -> Result<Vec<(Field, Value)>, String> {
    let known = fields.iter().zip(record).filter_map(|(field, value)| Some(((*field)?, value)));
    // An empty cell is no value.
    let given = known.filter(|(_, value)| !value.trim_ascii().is_empty());
    let read = |(field, value)| match str::from_utf8(value) {
        Ok(text) if matches!(field, Field::Api("title")) => Ok((field, text.into())),
        Ok(text) => Ok((field, text.trim().into())),
        Err(_) => Err("is not UTF-8".to_owned()),
    };
    given.map(read).collect()
}

fn plainly(error: csv::Error) -> anyhow::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => anyhow::anyhow!("{other:?}"),
    }
}

/// A reader that remembers where lines begin. (What `csv` counts is off by one after CR LF and by all blank lines.)
struct Lines<R> {
    inner: R,
    /// Bytes read so far, and line breaks among them.
    offset: u64,
    breaks: u64,
    /// Whether the next byte begins a line.
    fresh: bool,
    /// Where lines that are not blank begin, with their numbers; those that have been asked for are gone.
    starts: VecDeque<(u64, u64)>,
    /// Reads no further than this, and a bit.
    last: u64,
}

impl<R> Lines<R> {
    fn new(inner: R) -> Lines<R> {
        Lines { inner, offset: 0, breaks: 0, fresh: true, starts: VecDeque::new(), last: LONGEST_ROW }
    }

    /// The line on which a record begins that was looked for from `offset` on.
    fn line_at(&mut self, offset: u64) -> u64 {
        while self.starts.front().is_some_and(|(start, _)| *start < offset) {
            self.starts.pop_front();
        }
        self.starts.front().map_or(self.breaks + 1, |(_, line)| *line)
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.offset > self.last {
            let why = "a row of over 1 MiB: is there a quote that is not closed?";
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        let length = self.inner.read(to)?;
        for byte in to.iter().take(length) {
            if self.fresh && !matches!(byte, b'\r' | b'\n') {
                self.starts.push_back((self.offset, self.breaks + 1));
            }
            self.fresh = *byte == b'\n';
            self.breaks += u64::from(self.fresh);
            self.offset += 1;
        }
        Ok(length)
    }
}
