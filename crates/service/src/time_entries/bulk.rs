//! Entries of one account that come together: what becomes of each is what would of it alone.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use domain::ids::{ProjectId, TimeEntryId, UserId};
use domain::time_entries::{NewTimeEntry, Overlap, TimeEntry};
use domain::valid::Valid;
use persistence::time_entries as rows;
use persistence::transaction::part;
use persistence::{Conn, projects};

use super::{deleted, derive, insert, lock};
use crate::app::new_id;
use crate::{Error, Result};

/// Adds entries of one account in the caller's transaction, each with an id, told at this instant. What becomes of one is
/// what would of it alone; says whether it is new.
///
/// # Errors
/// `Unavailable`; then nothing may be kept.
pub(crate) fn insert_all(
    conn: &mut Conn,
    user: UserId,
    new: &[(&Valid<NewTimeEntry>, DateTime<Utc>)],
) -> Result<Vec<Result<(TimeEntryId, bool)>>> {
    let overlap = lock(conn, user)?;
    let mut done = BTreeMap::new();
    let mut ended = vec![];
    for (place, (new, now)) in new.iter().enumerate() {
        let id = new.id.unwrap_or_else(|| TimeEntryId(new_id()));
        match new.entry(user, id, *now) {
            Err(field) => drop(done.insert(place, Err(field.into()))),
            // Nothing that is there is looked at for it.
            Ok(entry) if entry.end_time.is_some() && overlap == Overlap::Allow => ended.push((place, entry)),
            Ok(entry) => {
                let one = part(conn, |conn| insert(conn, entry, overlap, true, *now));
                done.insert(place, one.map(|(entry, is_new)| (entry.id, is_new)));
            }
        }
    }
    if !ended.is_empty() {
        let (places, ended): (Vec<usize>, Vec<TimeEntry>) = ended.into_iter().unzip();
        done.extend(places.into_iter().zip(insert_ended(conn, user, &ended)?));
    }
    Ok(done.into_values().collect())
}

/// Adds entries that have ended, of an account that lets them overlap.
fn insert_ended(
    conn: &mut Conn,
    user: UserId,
    entries: &[TimeEntry],
) -> Result<Vec<Result<(TimeEntryId, bool)>>> {
    let ids: Vec<TimeEntryId> = entries.iter().map(|entry| entry.id).collect();
    let (known, gone) = (rows::list_known(conn, user, &ids)?, rows::list_deleted(conn, user, &ids)?);
    let of_projects = entries.iter().any(|entry| entry.project_id.is_some());
    let projects = if of_projects { projects::list_all(conn, user)? } else { vec![] };
    let is_there = |id: ProjectId| projects.iter().any(|project| project.id == id);
    let mut new = vec![];
    let done = entries.iter().map(|entry| {
        if known.contains(&entry.id) {
            return Ok((entry.id, false));
        }
        if gone.contains(&entry.id) {
            return Err(deleted());
        }
        if !entry.project_id.is_none_or(is_there) {
            return Err(Error::NotFound("project"));
        }
        new.push(entry.clone());
        Ok((entry.id, true))
    });
    let mut done: Vec<Result<(TimeEntryId, bool)>> = done.collect();
    if new.is_empty() {
        return Ok(done);
    }
    let mut added = rows::insert_new(conn, user, &new, None, false)?;
    let starts: Vec<DateTime<Utc>> = new.iter().map(|entry| entry.start_time).collect();
    derive::dates(conn, user, &starts)?;
    // Of several with the same id the first is new.
    for (id, is_new) in done.iter_mut().flatten() {
        *is_new = *is_new && added.remove(id);
    }
    Ok(done)
}
