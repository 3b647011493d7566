//! Export: records are written to a file, as they are at one moment.

use std::collections::HashMap;
use std::io::Write;

use chrono::NaiveDate;
use domain::consumption::ConsumptionFilter;
use domain::consumption::export::{ExportFormat, HEADER, write_line};
use domain::ids::MeterId;
use persistence::consumption::{self as rows, Kept, shown};
use persistence::{accounts, meters};

use super::selected;
use crate::app::{Actor, Context};
use crate::error::missing;
use crate::{Error, Result};

/// Bytes that are written at a time.
const PIECE: usize = 64 * 1024;

/// Writes the records that `filter` selects, in its order. Gives the account's date.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`, also where they cannot be written.
pub fn export(
    cx: &mut Context,
    actor: &Actor,
    filter: &ConsumptionFilter,
    format: ExportFormat,
    to: &mut dyn Write,
) -> Result<NaiveDate> {
    filter.check()?;
    let (user, now, sort) = (actor.user, cx.now, filter.sort.unwrap_or_default());
    cx.tenant_perhaps(actor, |conn| {
        let (calendar, _) = accounts::find_calendar(conn, user).map_err(missing("account"))?;
        let meters = meters::list_all(conn, user)?.into_iter().map(|meter| (meter.id, meter.name)).collect();
        let mut file = File { to, format, meters, piece: String::with_capacity(2 * PIECE), is_first: true };
        file.piece.push_str(match format {
            ExportFormat::Csv => HEADER,
            ExportFormat::Json => "{\"consumptions\":[",
        });
        rows::each(conn, user, &selected(filter), sort, |kept| file.add(kept))?;
        if format == ExportFormat::Json {
            file.piece.push_str("]}");
        }
        file.flush()?;
        Ok((calendar.date_at(now), true))
    })
}

/// A file that is being written.
struct File<'a> {
    to: &'a mut dyn Write,
    format: ExportFormat,
    /// What meters are called.
    meters: HashMap<MeterId, String>,
    /// What is written next.
    piece: String,
    is_first: bool,
}

impl File<'_> {
    fn add(&mut self, kept: Kept) -> Result<()> {
        match self.format {
            ExportFormat::Csv => {
                let meter = kept.0.meter_id.and_then(|id| self.meters.get(&id));
                write_line(&kept.0, meter.map(String::as_str), &mut self.piece);
            }
            ExportFormat::Json => {
                if !self.is_first {
                    self.piece.push(',');
                }
                let record = serde_json::to_string(&shown(kept));
                self.piece.push_str(&record.map_err(|error| Error::Internal(error.to_string()))?);
            }
        }
        self.is_first = false;
        if self.piece.len() >= PIECE { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<()> {
        let unwritten =
            |error: std::io::Error| Error::Unavailable(format!("the file cannot be written: {error}"));
        self.to.write_all(self.piece.as_bytes()).map_err(unwritten)?;
        self.piece.clear();
        Ok(())
    }
}
