//! Export: entries are written to a file, as they are at one moment.

use std::collections::HashMap;
use std::io::Write;

use chrono::NaiveDate;
use domain::ids::ProjectId;
use domain::projects::Project;
use domain::time_entries::TimeEntryFilter;
use domain::time_entries::export::{HEADER, write_line};
use persistence::time_entries::{self as rows, Filter};
use persistence::{accounts, projects};

use super::selected;
use crate::app::{Actor, Context};
use crate::error::missing;
use crate::{Error, Result};

/// Bytes that are written at a time.
const PIECE: usize = 64 * 1024;

/// Writes the entries that `filter` selects and that have ended, the earliest first. Gives the account's date.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`, also where they cannot be written.
pub fn export(
    cx: &mut Context,
    actor: &Actor,
    filter: &TimeEntryFilter,
    to: &mut dyn Write,
) -> Result<NaiveDate> {
    let (user, now) = (actor.user, cx.now);
    cx.tenant_perhaps(actor, |conn| {
        let (calendar, _) = accounts::find_calendar(conn, user).map_err(missing("account"))?;
        let filter = Filter { running: Some(false), ..selected(filter, &calendar)? };
        let projects: HashMap<ProjectId, Project> =
            projects::list_all(conn, user)?.into_iter().map(|project| (project.id, project)).collect();
        let mut piece = HEADER.to_owned();
        let mut write = |piece: &mut String| -> Result<()> {
            let unwritten =
                |error: std::io::Error| Error::Unavailable(format!("the file cannot be written: {error}"));
            to.write_all(piece.as_bytes()).map_err(unwritten)?;
            piece.clear();
            Ok(())
        };
        rows::each(conn, user, &filter, |entry| -> Result<()> {
            let project = entry.project_id.and_then(|id| projects.get(&id));
            write_line(&entry.measured(now), project, &mut piece);
            if piece.len() >= PIECE { write(&mut piece) } else { Ok(()) }
        })?;
        write(&mut piece)?;
        Ok((calendar.date_at(now), true))
    })
}
