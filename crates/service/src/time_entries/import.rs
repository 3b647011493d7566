//! Import: a file of other programs becomes entries, all of it or nothing, and can be undone as a whole.

use std::collections::HashMap;
use std::io::{Read, Seek};

use chrono::{DateTime, Utc};
use domain::csv::{Fault, Row};
use domain::ids::{ImportId, ProjectId, TimeEntryId, UserId};
use domain::imports::{FileKind, ImportedFiles, Rejects, SAMPLE};
use domain::live::Kind;
use domain::numbers::Seconds;
use domain::pages::Page;
use domain::projects::NewProject;
use domain::time_entries::import::columns::recognise;
use domain::time_entries::import::study::{Plan, StudyError, study};
use domain::time_entries::import::{
    Line, MOST_PROJECTS, Reader, TimeImportFormat, TimeImportOptions, TimeImportProject, TimeImportReport,
    TimeSampleRow,
};
use domain::time_entries::spans::{date_of, earliest};
use domain::time_entries::{Overlap, TimeEntry};
use persistence::time_entries::{self as rows, days};
use persistence::{Conn, accounts, imports, projects};

use super::{derive, lock};
use crate::Result;
use crate::app::{Actor, Context, new_id};
use crate::error::missing;
use crate::imports::{Progress, begin, check, take_all, unread};

/// Imports a file. `go_on` is told now and then how far it has come, and says whether to go on.
///
/// # Errors
/// `Invalid`: what has to be told of the file, by the name of the option; `Unauthenticated`; `Unavailable`, also where
/// `go_on` said no. Then nothing of it is kept.
pub fn import<F: Read + Seek>(
    cx: &mut Context,
    actor: &Actor,
    options: &TimeImportOptions,
    file: &mut F,
    go_on: &mut dyn FnMut(Progress) -> bool,
) -> Result<TimeImportReport> {
    let zone = options.check()?;
    let (of, head) = begin(file)?;
    let plan = learn(options, file, &head)?;
    let lines = crate::imports::rows(file, &plan.layout)?;
    let (user, now) = (actor.user, cx.now);
    let id = ImportId(new_id());
    let report = cx.tenant_perhaps(actor, |conn| {
        let overlap = lock(conn, user)?;
        let (own, _) = accounts::find_calendar(conn, user).map_err(missing("account"))?;
        let calendar = zone.map_or_else(|| own.clone(), |zone| own.seen_from(zone));
        let format = TimeImportFormat::of(&plan, calendar.current().timezone);
        imports::insert(conn, user, id, FileKind::Entries, options.file_name.as_deref(), now)?;
        let mut intake = Intake {
            user,
            import: id,
            overlap,
            now,
            reader: Reader::new(&plan, calendar, now),
            waiting: vec![],
            rejects: Rejects::default(),
            projects: HashMap::new(),
            tally: Tally::default(),
        };
        // Of several with the same title and client the oldest is meant.
        for project in projects::list_all(conn, user)?.into_iter().rev() {
            intake.projects.insert((project.title, project.client), (project.id, false));
        }
        let rows = take_all(conn, lines, of, &mut intake, go_on)?;
        let mut go_on = || check(go_on(Progress { bytes: of, of, rows }));
        let Intake { rejects, tally, .. } = intake;
        derive::dates(conn, user, &tally.added)?;
        go_on()?;
        let overlaps = count_overlaps(conn, user, tally.instants)?;
        let is_kept = options.dry_run != Some(true) && !tally.added.is_empty();
        let dates = tally.instants.map(|(first, last)| (own.date_at(first), own.date_at(last)));
        let report = TimeImportReport {
            // Where nothing is new there is nothing to undo.
            import_id: is_kept.then_some(id),
            dry_run: options.dry_run == Some(true),
            imported: count(tally.added.len()),
            duplicates: tally.duplicates,
            rejected_total: rejects.total,
            rejected: rejects.rows,
            overlaps,
            first_date: dates.map(|(first, _)| first),
            last_date: dates.map(|(_, last)| last),
            total_seconds: tally.projects.values().map(|project| project.seconds).sum(),
            projects: tally.told(),
            format,
            sample: tally.sample,
        };
        imports::update(conn, user, id, &report.counts())?;
        // Nobody waits for it any longer: it is not kept.
        go_on()?;
        Ok((report, is_kept))
    })?;
    if report.import_id.is_some() {
        cx.announce(user, Kind::TimeEntryUpdated, user);
    }
    Ok(report)
}

/// How the file is to be read.
fn learn<F: Read + Seek>(options: &TimeImportOptions, file: &mut F, head: &[u8]) -> Result<Plan> {
    let (layout, columns) = recognise(head)?;
    let mut lines = crate::imports::rows(file, &layout)?;
    study(layout, columns, options, &mut lines).map_err(|error| match error {
        StudyError::Asks(field) => field.into(),
        StudyError::Read(error) => unread(error),
    })
}

/// How many entries begin while another goes on, among those that reach into the time of these beginnings.
fn count_overlaps(
    conn: &mut Conn,
    user: UserId,
    instants: Option<(DateTime<Utc>, DateTime<Utc>)>,
) -> Result<u64> {
    let Some((first, last)) = instants else { return Ok(0) };
    let spans = days::list(conn, user, Some(earliest(first)), Some(date_of(last)))?;
    Ok(count(spans.count_overlaps(first)))
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}

/// A project's title and client.
type Name = (String, Option<String>);

/// Takes rows in.
struct Intake<'a> {
    user: UserId,
    import: ImportId,
    overlap: Overlap,
    now: DateTime<Utc>,
    reader: Reader<'a>,
    /// What waits to be kept, each with its line.
    waiting: Vec<(u64, Line)>,
    rejects: Rejects,
    /// The account's projects, and whether this import made them.
    projects: HashMap<Name, (ProjectId, bool)>,
    tally: Tally,
}

/// What became of rows so far.
#[derive(Default)]
struct Tally {
    /// When those began that were new.
    added: Vec<DateTime<Utc>>,
    duplicates: u64,
    sample: Vec<TimeSampleRow>,
    projects: HashMap<Option<Name>, TimeImportProject>,
    instants: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl crate::imports::Intake for Intake<'_> {
    fn take(&mut self, row: &Row<'_>) {
        match self.reader.read(row) {
            Ok(Some(line)) => {
                if self.tally.sample.len() < SAMPLE {
                    self.tally.sample.push(line.sample(row.line));
                }
                self.waiting.push((row.line, line));
            }
            Ok(None) => {}
            Err(fault) => self.reject(row.line, &fault),
        }
    }

    fn reject(&mut self, line: u64, fault: &Fault) {
        self.rejects.add(line, fault);
    }

    fn flush(&mut self, conn: &mut Conn) -> Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        let ids: Vec<TimeEntryId> = waiting.iter().map(|(_, line)| line.id).collect();
        let gone = rows::list_deleted(conn, self.user, &ids)?;
        let mut entries = Vec::with_capacity(waiting.len());
        for (_, line) in &waiting {
            if !gone.contains(&line.id) {
                entries.push(self.entry(conn, line)?);
            }
        }
        let exclusive = self.overlap == Overlap::Forbid;
        let added = rows::insert_new(conn, self.user, &entries, Some(self.import), exclusive)?;
        let old: Vec<TimeEntryId> = ids.into_iter().filter(|id| !added.contains(id)).collect();
        let known = rows::list_known(conn, self.user, &old)?;
        let mut new = added.clone();
        for (number, line) in &waiting {
            if gone.contains(&line.id) {
                self.reject(*number, &Fault::plain("TIME_ENTRY_DELETED", "is an entry that was deleted"));
                continue;
            }
            // Of several that are the same the first is new.
            let is_new = new.remove(&line.id);
            if !is_new && !known.contains(&line.id) && !added.contains(&line.id) {
                let message = "overlaps another entry, which the account's settings forbid";
                self.reject(*number, &Fault::plain("TIME_ENTRIES_OVERLAP", message));
                continue;
            }
            self.count(line, is_new);
        }
        self.rejects.sort();
        Ok(())
    }
}

impl Intake<'_> {
    /// The entry that a row tells; its project is made where there is none.
    fn entry(&mut self, conn: &mut Conn, line: &Line) -> Result<TimeEntry> {
        let project_id = match &line.project {
            Some(name) => Some(self.project(conn, name)?),
            None => None,
        };
        let entry = TimeEntry {
            id: line.id,
            user_id: self.user,
            project_id,
            description: line.description.clone(),
            start_time: line.start,
            end_time: Some(line.end),
            duration_minutes: 0,
            duration_seconds: Seconds(0),
            tags: line.tags.clone(),
            billable: line.billable,
            created_at: self.now,
            updated_at: self.now,
            warnings: vec![],
            import_id: Some(self.import),
        };
        Ok(entry)
    }

    fn project(&mut self, conn: &mut Conn, name: &Name) -> Result<ProjectId> {
        if let Some((id, _)) = self.projects.get(name) {
            return Ok(*id);
        }
        let (title, client) = name.clone();
        let new = NewProject { title, client, ..NewProject::default() };
        let mut project = new.project(self.user, ProjectId(new_id()), self.now);
        project.import_id = Some(self.import);
        projects::insert(conn, &project)?;
        self.projects.insert(name.clone(), (project.id, true));
        Ok(project.id)
    }

    /// A row has found its end.
    fn count(&mut self, line: &Line, is_new: bool) {
        let is_new_project =
            line.project.as_ref().and_then(|name| self.projects.get(name)).is_some_and(|(_, is_new)| *is_new);
        let Tally { added, duplicates, projects, instants, .. } = &mut self.tally;
        if is_new {
            added.push(line.start);
        } else {
            *duplicates += 1;
        }
        let project = projects.entry(line.project.clone()).or_insert_with(|| {
            let (title, client) = line.project.clone().unzip();
            let client = client.flatten();
            TimeImportProject { title, client, is_new: is_new_project, rows: 0, seconds: Seconds(0) }
        });
        project.rows += 1;
        project.seconds.0 += (line.end - line.start).num_milliseconds();
        let (first, last) = instants.unwrap_or((line.start, line.start));
        *instants = Some((first.min(line.start), last.max(line.start)));
    }
}

impl Tally {
    fn told(&self) -> Vec<TimeImportProject> {
        let mut told: Vec<TimeImportProject> = self.projects.values().cloned().collect();
        told.sort_by(|a, b| {
            b.seconds.cmp(&a.seconds).then_with(|| (&a.title, &a.client).cmp(&(&b.title, &b.client)))
        });
        told.truncate(MOST_PROJECTS);
        told
    }
}

/// Takes away what an import added, also what was changed since, and the projects that it made, unless they have entries
/// of others or were changed.
///
/// # Errors
/// `NotFound("import")`, `Unauthenticated`, `Unavailable`.
pub fn undo(cx: &mut Context, actor: &Actor, id: ImportId) -> Result<()> {
    let (user, now) = (actor.user, cx.now);
    let is_undone = cx.tenant_perhaps(actor, |conn| {
        lock(conn, user)?;
        let file = imports::find(conn, user, id, &FileKind::TIME).map_err(missing("import"))?;
        // Done is done.
        if file.undone_at.is_some() {
            return Ok((false, false));
        }
        imports::undo(conn, user, id, now)?;
        let touched = rows::delete_imported(conn, user, id)?;
        derive::dates(conn, user, &touched)?;
        projects::delete_imported(conn, user, id)?;
        Ok((true, true))
    })?;
    if is_undone {
        cx.announce(user, Kind::TimeEntryUpdated, user);
    }
    Ok(())
}

/// Files that were imported, newest first.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn list(cx: &mut Context, actor: &Actor, page: &Page) -> Result<ImportedFiles> {
    crate::imports::list(cx, actor, &FileKind::TIME, page)
}
