//! An archive is taken in: line by line, checked as what clients send is, in one transaction.

use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};

use domain::archive::{LONGEST_LINE, Line, ReadHeader, RestoreOptions, RestoreReport, Rules, check_end};
use domain::live::Kind;
use domain::valid::FieldError;
use persistence::archive as rows;

use super::intake::Intake;
use crate::app::{Actor, Context};
use crate::error::missing;
use crate::imports::{Progress, check, unreadable};
use crate::{Error, Result};

/// Lines after which it is told how far it has come.
const BEAT: u64 = 2000;

/// What is told of when it was taken in: all that pages show.
const CHANGED: [Kind; 6] = [
    Kind::AccountUpdated,
    Kind::UsageSynced,
    Kind::EventsSynced,
    Kind::GardenUpdated,
    Kind::ConsumptionUpdated,
    Kind::TimeEntryUpdated,
];

/// Takes an archive into an account that has nothing yet. `go_on` is told now and then how far it has come, and says
/// whether to go on.
///
/// # Errors
/// `Conflict("ACCOUNT_NOT_EMPTY")`; `Invalid`: what is wrong, by the line (from 1); `Unauthenticated`; `Unavailable`, also
/// where `go_on` said no. Then nothing of it is kept.
pub fn restore<F: Read + Seek>(
    cx: &mut Context,
    actor: &Actor,
    options: &RestoreOptions,
    file: &mut F,
    go_on: &mut dyn FnMut(Progress) -> bool,
) -> Result<RestoreReport> {
    let of = file.seek(SeekFrom::End(0)).map_err(unreadable)?;
    file.rewind().map_err(unreadable)?;
    let mut lines = Lines { file: BufReader::new(file), bytes: 0, number: 0, text: vec![] };
    let dry_run = options.dry_run == Some(true);
    let (user, now) = (actor.user, cx.now);
    let report = cx.tenant_perhaps(actor, |conn| {
        rows::restore::lock(conn, user).map_err(missing("account"))?;
        if !rows::is_empty(conn, user)? {
            let message = "An archive is taken in by an account that has nothing yet: this one has something";
            return Err(Error::Conflict("ACCOUNT_NOT_EMPTY", message.into()));
        }
        let header = lines.next()?.unwrap_or_default();
        let account = ReadHeader::read(header, now).map_err(Error::Invalid)?;
        let mut intake = Intake::begin(conn, Rules { user, now }, account)?;
        let mut told = None;
        while let Some(text) = lines.next()? {
            let line = Line::read(text).map_err(|fields| at(lines.number, fields))?;
            if told.is_some() {
                let message = "comes after the end";
                return Err(at(lines.number, vec![FieldError::new("", message, "LINE_INVALID")]));
            }
            match line {
                Line::End(counts) => told = Some(counts),
                line => intake.take(conn, lines.number, line)?,
            }
            if lines.number.is_multiple_of(BEAT) {
                check(go_on(Progress { bytes: lines.bytes, of, rows: lines.number }))?;
            }
        }
        let counts = intake.counts();
        check_end(told, &counts)?;
        let mut go_on = || check(go_on(Progress { bytes: of, of, rows: lines.number }));
        intake.finish(conn, &mut go_on)?;
        go_on()?;
        Ok((RestoreReport { dry_run, counts }, !dry_run))
    })?;
    if !dry_run {
        cx.app.calendars().forget(user);
        for kind in CHANGED {
            cx.announce(user, kind, user);
        }
    }
    Ok(report)
}

/// Complaints about a line.
pub(super) fn at(line: u64, fields: Vec<FieldError>) -> Error {
    let named = |field: FieldError| {
        let name = match field.field.as_str() {
            "" => format!("lines[{line}]"),
            name => format!("lines[{line}].{name}"),
        };
        FieldError { field: name, ..field }
    };
    Error::Invalid(fields.into_iter().map(named).collect())
}

/// The lines of a file.
struct Lines<F> {
    file: BufReader<F>,
    /// Bytes that were read.
    bytes: u64,
    /// Which line was read last, from 1.
    number: u64,
    text: Vec<u8>,
}

impl<F: Read> Lines<F> {
    /// The next line that is not empty.
    fn next(&mut self) -> Result<Option<&str>> {
        let most = u64::try_from(LONGEST_LINE).unwrap_or(u64::MAX);
        loop {
            self.text.clear();
            let read = self.file.by_ref().take(most).read_until(b'\n', &mut self.text).map_err(unreadable)?;
            self.number += 1;
            if read == 0 {
                return Ok(None);
            }
            self.bytes += u64::try_from(read).unwrap_or(0);
            if read == LONGEST_LINE {
                let message = "has over 4 MiB";
                return Err(at(self.number, vec![FieldError::new("", message, "LINE_TOO_LONG")]));
            }
            if !self.text.trim_ascii().is_empty() {
                break;
            }
        }
        let number = self.number;
        std::str::from_utf8(&self.text)
            .map(Some)
            .map_err(|_| at(number, vec![FieldError::new("", "is not UTF-8", "LINE_INVALID")]))
    }
}
