//! Import: a file of consumption becomes records, intervals or readings, all of it or nothing, and can be undone as a
//! whole.
//!
//! The file is read three times: its beginning, to recognise it; as many rows as it takes to know how it writes numbers
//! and dates; and then row by row, in the one transaction that keeps it. What is in memory does not depend on how many
//! rows there are.

use std::io::{Read, Seek, SeekFrom};

use domain::consumption::import::columns::recognise;
use domain::consumption::import::study::{Plan, StudyError, skip_header, study};
use domain::consumption::import::{ImportFormat, ImportOptions, ImportReport, Reader};
use domain::csv::{HEAD, ReadError, Rows};
use domain::ids::ImportId;
use domain::imports::ImportedFiles;
use domain::live::Kind;
use domain::pages::Page;
use domain::valid::FieldError;
use persistence::consumption as rows;
use persistence::consumption::days;
use persistence::imports;

use self::intake::Intake;
use crate::app::{Actor, Context, new_id};
use crate::error::missing;
use crate::{Error, Result, meters, pages};

mod intake;

/// Rows that are taken in at a time.
const CHUNK: usize = 20_000;

/// How far an import has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Progress {
    /// Bytes that were read.
    pub bytes: u64,
    /// Of so many.
    pub of: u64,
    /// Rows that were read.
    pub rows: u64,
}

/// Imports a file. `go_on` is told now and then how far it has come, and says whether to go on.
///
/// # Errors
/// `Invalid`: what has to be told of the file, by the name of the option; `Unauthenticated`; `Unavailable`, also where
/// `go_on` said no. Then nothing of it is kept.
pub fn import<F: Read + Seek>(
    cx: &mut Context,
    actor: &Actor,
    options: &ImportOptions,
    file: &mut F,
    go_on: &mut dyn FnMut(Progress) -> bool,
) -> Result<ImportReport> {
    let zone = options.check()?;
    let of = file.seek(SeekFrom::End(0)).map_err(unreadable)?;
    let plan = learn(options, file)?;
    file.rewind().map_err(unreadable)?;
    let mut lines = Rows::new(file, plan.layout.delimiter);
    skip_header(&mut lines, &plan.layout).map_err(unread)?;
    let (user, now) = (actor.user, cx.now);
    let id = ImportId(new_id());
    let report = cx.tenant_perhaps(actor, |conn| {
        let rules = meters::lock(conn, user, now)?;
        let calendar = zone.map_or_else(|| rules.calendar.clone(), |zone| rules.calendar.seen_from(zone));
        let format = format(&plan, calendar.current().timezone);
        let kind = plan.kind.as_str();
        let import = imports::insert(conn, user, id, kind, options.file_name.as_deref(), now)?;
        let mut reader = Reader::new(&plan, options, calendar, now);
        let mut intake = Intake::new(&rules, import, plan.kind);
        let mut read = 0;
        while let Some(line) = lines.next_row().map_err(unread)? {
            match line {
                Ok(row) => intake.add(&mut reader, &row),
                Err((line, fault)) => intake.reject(line, &fault),
            }
            read += 1;
            if read % CHUNK == 0 {
                intake.flush(conn, &reader)?;
                let rows = u64::try_from(read).unwrap_or(u64::MAX);
                check(go_on(Progress { bytes: lines.position(), of, rows }))?;
            }
        }
        intake.flush(conn, &reader)?;
        let rows = u64::try_from(read).unwrap_or(u64::MAX);
        let mut go_on = || check(go_on(Progress { bytes: of, of, rows }));
        let report = intake.finish(conn, &reader, format, &mut go_on)?;
        // Where nothing is new there is nothing to undo.
        let is_kept = options.dry_run != Some(true) && report.imported + report.changed > 0;
        let dry_run = options.dry_run == Some(true);
        let report = ImportReport { import_id: is_kept.then_some(id), dry_run, ..report };
        imports::update(conn, user, id, &report)?;
        // Nobody waits for it any longer: it is not kept.
        go_on()?;
        Ok((report, is_kept))
    })?;
    if report.import_id.is_some() {
        cx.announce(user, Kind::ConsumptionUpdated, user);
    }
    Ok(report)
}

/// Takes away what an import added, also what was changed since, and brings back what it put in the place of others.
///
/// # Errors
/// `NotFound("import")`, `Unauthenticated`, `Unavailable`.
pub fn undo(cx: &mut Context, actor: &Actor, id: ImportId) -> Result<()> {
    let (user, now) = (actor.user, cx.now);
    let is_undone = cx.tenant_perhaps(actor, |conn| {
        let rules = meters::lock(conn, user, now)?;
        let file = imports::find(conn, user, id).map_err(missing("import"))?;
        // Done is done.
        if file.undone_at.is_some() {
            return Ok((false, false));
        }
        imports::undo(conn, user, id, now)?;
        let touched = rows::delete_imported(conn, user, id)?;
        days::derive(conn, user, &touched)?;
        meters::forget_import(conn, &rules, id)?;
        Ok((true, true))
    })?;
    if is_undone {
        cx.announce(user, Kind::ConsumptionUpdated, user);
    }
    Ok(())
}

/// Files that were imported, newest first.
///
/// # Errors
/// `Invalid`, `Unauthenticated`, `Unavailable`.
pub fn list(cx: &mut Context, actor: &Actor, page: &Page) -> Result<ImportedFiles> {
    let after = pages::begin(page, pages::read_place)?;
    cx.tenant(actor, |conn| {
        let total = imports::count(conn, actor.user)?;
        let (imports, next_cursor) = pages::take(
            page,
            |limit| imports::list(conn, actor.user, after, limit),
            |last| pages::place(last.created_at, last.id.0),
        )?;
        Ok(ImportedFiles { imports, total, next_cursor })
    })
}

/// How the file is to be read.
fn learn<F: Read + Seek>(options: &ImportOptions, file: &mut F) -> Result<Plan> {
    let mut head = Vec::with_capacity(HEAD);
    file.rewind().map_err(unreadable)?;
    let most = u64::try_from(HEAD).unwrap_or(u64::MAX);
    file.by_ref().take(most).read_to_end(&mut head).map_err(unreadable)?;
    let (layout, columns) = recognise(&head)?;
    file.rewind().map_err(unreadable)?;
    let mut lines = Rows::new(file, layout.delimiter);
    skip_header(&mut lines, &layout).map_err(unread)?;
    study(layout, columns, options, &mut lines).map_err(|error| match error {
        StudyError::Asks(fields) => Error::Invalid(fields),
        StudyError::Read(error) => unread(error),
    })
}

fn format(plan: &Plan, tz: chrono_tz::Tz) -> ImportFormat {
    ImportFormat {
        delimiter: plan.layout.delimiter.as_str(),
        decimal: plan.decimal,
        thousands: plan.thousands,
        date_order: plan.date_order,
        columns: plan.columns.formats(),
        tz,
    }
}

fn check(goes_on: bool) -> Result<()> {
    if goes_on { Ok(()) } else { Err(Error::Unavailable("the import was given up".into())) }
}

#[allow(clippy::needless_pass_by_value, reason = "map_err hands it over")]
fn unreadable(error: std::io::Error) -> Error {
    Error::Unavailable(format!("the file cannot be read: {error}"))
}

fn unread(error: ReadError) -> Error {
    match error {
        ReadError::Io(error) => unreadable(error),
        broken @ ReadError::Broken(_) => FieldError::new("body", broken.to_string(), "FILE_NOT_CSV").into(),
    }
}
