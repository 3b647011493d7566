//! JSON: `{"sessions": […]}`, an array, or an object a line.

use std::cell::Cell;
use std::fmt;
use std::io::{self, Read};

use anyhow::anyhow;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::{Each, Field, LONGEST_ROW, Row, session};

/// The names that the API knows for a list of sessions.
const LISTS: [&str; 4] = ["sessions", "logs", "entries", "usage"];

pub(super) fn read(file: impl Read, kind: &str, each: &mut Each<'_>) -> anyhow::Result<()> {
    let place = Place { last: Cell::new(LONGEST_ROW), ..Place::default() };
    // It takes one byte at a time, and none too many, so that the place is exact.
    let mut json = serde_json::Deserializer::from_reader(Counted { inner: file, place: &place });
    let mut rows = Rows { place: &place, kind, each, failed: None };
    while json.end().is_err() {
        let line = rows.begin();
        if let Err(error) = Top(&mut rows, line).deserialize(&mut json) {
            return Err(rows.failed.unwrap_or_else(|| anyhow!(error).context("this is no JSON of sessions")));
        }
    }
    Ok(())
}

/// How far the file has been read.
#[derive(Default)]
struct Place {
    offset: Cell<u64>,
    /// Line breaks so far.
    line: Cell<u64>,
    /// Reads no further than this.
    last: Cell<u64>,
}

struct Counted<'a, R> {
    inner: R,
    place: &'a Place,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let Place { offset, line, last } = self.place;
        if offset.get() > last.get() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a row of over 1 MiB"));
        }
        let length = self.inner.read(to)?;
        for byte in to.iter().take(length) {
            line.set(line.get() + u64::from(*byte == b'\n'));
            offset.set(offset.get() + 1);
        }
        Ok(length)
    }
}

/// Where rows go.
struct Rows<'a> {
    place: &'a Place,
    kind: &'a str,
    each: &'a mut Each<'a>,
    /// Why the taker of rows wants no more.
    failed: Option<anyhow::Error>,
}

impl Rows<'_> {
    fn add<E: Error>(&mut self, line: u64, text: &str) -> Result<(), E> {
        let session = match serde_json::from_str::<Map<String, Value>>(text) {
            Ok(fields) => {
                let known = fields.into_iter().filter_map(|(name, value)| Some((Field::of(&name)?, value)));
                Ok(session(known.filter(|(_, value)| !value.is_null()), self.kind))
            }
            Err(_) => Err("is no JSON object, or holds a text or a number that is none".into()),
        };
        (self.each)(Row { line, bytes: text.len(), session }).map_err(|error| {
            self.failed = Some(error);
            E::custom("stopped")
        })
    }

    /// A row begins: gives its line.
    fn begin(&self) -> u64 {
        self.place.last.set(self.place.offset.get() + LONGEST_ROW);
        self.place.line.get() + 1
    }
}

/// What the file consists of.
struct Top<'r, 'a>(&'r mut Rows<'a>, u64);

impl<'de> DeserializeSeed<'de> for Top<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Top<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, rows: A) -> Result<(), A::Error> {
        List(self.0).visit_seq(rows)
    }

    /// Either an object that holds the list, or a row of its own.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Top(rows, line) = self;
        let (mut fields, mut is_row) = (Vec::new(), true);
        while let Some(name) = map.next_key::<String>()? {
            if LISTS.contains(&name.as_str()) {
                map.next_value_seed(List(&mut *rows))?;
                is_row = false;
            } else if is_row {
                fields.push((name, map.next_value::<Box<RawValue>>()?));
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if !is_row {
            return Ok(());
        }
        let fields = fields.iter().map(|(name, value)| format!("{}:{value}", Value::from(name.as_str())));
        rows.add(line, &format!("{{{}}}", fields.collect::<Vec<_>>().join(",")))
    }
}

/// Rows between brackets.
struct List<'r, 'a>(&'r mut Rows<'a>);

impl<'de> DeserializeSeed<'de> for List<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of sessions")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        while rows.next_element_seed(One(&mut *self.0))?.is_some() {}
        self.0.begin();
        Ok(())
    }
}

/// A row in a list.
struct One<'r, 'a>(&'r mut Rows<'a>);

impl<'de> DeserializeSeed<'de> for One<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        // The first byte of the row has been seen, and no more.
        let line = self.0.begin();
        let text = <Box<RawValue> as serde::Deserialize>::deserialize(from)?;
        self.0.add(line, text.get())
    }
}
