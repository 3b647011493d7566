//! Projects: made, changed, deleted, and what their entries add up to.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::ids::{ProjectId, UserId};
use domain::live::Kind;
use domain::numbers::Seconds;
use domain::pages::Page;
use domain::projects::{NewProject, Project, ProjectEnd, ProjectFilter, ProjectPatch, Projects};
use domain::valid::Valid;
use persistence::accounts::lock_calendar;
use persistence::{Conn, projects as rows, time_entries as entries};

use crate::app::{Actor, Context, new_id};
use crate::error::missing;
use crate::{Result, pages, time_entries};

/// Makes a project.
///
/// # Errors
/// `Unauthenticated`, `Unavailable`.
pub fn add(cx: &mut Context, actor: &Actor, new: &Valid<NewProject>) -> Result<Project> {
    let project = new.project(actor.user, ProjectId(new_id()), cx.now);
    cx.tenant(actor, |conn| Ok(rows::insert(conn, &project)?))?;
    cx.announce(actor.user, Kind::ProjectUpdated, project.id);
    Ok(project)
}

/// One project.
///
/// # Errors
/// `NotFound("project")`, `Unauthenticated`, `Unavailable`.
pub fn find(cx: &mut Context, actor: &Actor, id: ProjectId) -> Result<Project> {
    let now = cx.now;
    cx.tenant(actor, |conn| {
        let project = rows::find(conn, actor.user, id).map_err(missing("project"))?;
        Ok(summed(project, &sums(conn, actor.user, now)?))
    })
}

/// Projects, newest first.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn list(cx: &mut Context, actor: &Actor, filter: &ProjectFilter, page: &Page) -> Result<Projects> {
    let (user, now) = (actor.user, cx.now);
    let after = pages::begin(page, pages::read_place)?;
    cx.tenant(actor, |conn| {
        let total = rows::count(conn, user, filter.archived)?;
        let (projects, next_cursor) = pages::take(
            page,
            |limit| rows::list(conn, user, filter.archived, after, limit),
            |last| pages::place(last.created_at, last.id.0),
        )?;
        let sums = sums(conn, user, now)?;
        let projects = projects.into_iter().map(|project| summed(project, &sums)).collect();
        Ok(Projects { projects, total, next_cursor })
    })
}

/// Changes a project; what is absent stays.
///
/// # Errors
/// `NotFound("project")`, `Unauthenticated`, `Unavailable`.
pub fn update(
    cx: &mut Context,
    actor: &Actor,
    id: ProjectId,
    patch: &Valid<ProjectPatch>,
) -> Result<Project> {
    let (user, now) = (actor.user, cx.now);
    let project = cx.tenant(actor, |conn| {
        lock_calendar(conn, user).map_err(missing("account"))?;
        let project = patch.apply(rows::find(conn, user, id).map_err(missing("project"))?, now);
        rows::update(conn, &project)?;
        Ok(summed(project, &sums(conn, user, now)?))
    })?;
    cx.announce(user, Kind::ProjectUpdated, id);
    Ok(project)
}

/// Deletes a project. Its entries stay, of no project, or go to another.
///
/// # Errors
/// `NotFound("project")`, also where the other is not the account's; `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn delete(cx: &mut Context, actor: &Actor, id: ProjectId, end: &ProjectEnd) -> Result<()> {
    let (user, now) = (actor.user, cx.now);
    let heir = end.heir(id)?;
    cx.tenant_perhaps(actor, |conn| {
        lock_calendar(conn, user).map_err(missing("account"))?;
        for id in std::iter::once(id).chain(heir) {
            rows::find(conn, user, id).map_err(missing("project"))?;
        }
        let moved = entries::move_all(conn, user, id, heir, now)?;
        time_entries::derive::dates(conn, user, &moved)?;
        rows::delete(conn, user, id)?;
        Ok(((), true))
    })?;
    cx.announce(user, Kind::ProjectUpdated, id);
    Ok(())
}

/// What projects add up to: milliseconds and entries.
type Sums = HashMap<ProjectId, (i64, i64)>;

fn sums(conn: &mut Conn, user: UserId, now: DateTime<Utc>) -> Result<Sums> {
    let spans = time_entries::derive::spans(conn, user, None, None, now)?;
    let mut sums = Sums::new();
    for span in spans.all() {
        if let Some(project) = span.project.and_then(|place| spans.projects().get(place)) {
            let (ms, count) = sums.entry(*project).or_default();
            *ms += span.to - span.from;
            *count += 1;
        }
    }
    Ok(sums)
}

fn summed(project: Project, sums: &Sums) -> Project {
    let (ms, entry_count) = sums.get(&project.id).copied().unwrap_or_default();
    Project { total_seconds: Seconds(ms), entry_count, ..project }
}
