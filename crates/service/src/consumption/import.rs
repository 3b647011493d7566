//! Import: a file of consumption becomes records, intervals or readings, all of it or nothing, and can be undone as a
//! whole.

use std::io::{Read, Seek};

use domain::consumption::import::columns::recognise;
use domain::consumption::import::study::{Plan, StudyError, study};
use domain::consumption::import::{ImportFormat, ImportOptions, ImportReport, Reader};
use domain::ids::ImportId;
use domain::imports::{FileKind, ImportedFiles};
use domain::live::Kind;
use domain::pages::Page;
use persistence::consumption as rows;
use persistence::consumption::days;
use persistence::imports;

use self::intake::Intake;
use crate::app::{Actor, Context, new_id};
use crate::error::missing;
use crate::imports::{Progress, begin, check, take_all, unread};
use crate::{Error, Result, meters};

mod intake;

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
    let (of, head) = begin(file)?;
    let plan = learn(options, file, &head)?;
    let lines = crate::imports::rows(file, &plan.layout)?;
    let (user, now) = (actor.user, cx.now);
    let id = ImportId(new_id());
    let report = cx.tenant_perhaps(actor, |conn| {
        let rules = meters::lock(conn, user, now)?;
        let calendar = zone.map_or_else(|| rules.calendar.clone(), |zone| rules.calendar.seen_from(zone));
        let format = format(&plan, calendar.current().timezone);
        let import = imports::insert(conn, user, id, plan.kind.into(), options.file_name.as_deref(), now)?;
        let reader = Reader::new(&plan, options, calendar, now);
        let mut intake = Intake::new(&rules, import, plan.kind, reader);
        let rows = take_all(conn, lines, of, &mut intake, go_on)?;
        let mut go_on = || check(go_on(Progress { bytes: of, of, rows }));
        let report = intake.finish(conn, format, &mut go_on)?;
        // Where nothing is new there is nothing to undo.
        let is_kept = options.dry_run != Some(true) && report.imported + report.changed > 0;
        let dry_run = options.dry_run == Some(true);
        let report = ImportReport { import_id: is_kept.then_some(id), dry_run, ..report };
        imports::update(conn, user, id, &report.counts())?;
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
        let file = imports::find(conn, user, id, &FileKind::CONSUMPTION).map_err(missing("import"))?;
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
    crate::imports::list(cx, actor, &FileKind::CONSUMPTION, page)
}

/// How the file is to be read.
fn learn<F: Read + Seek>(options: &ImportOptions, file: &mut F, head: &[u8]) -> Result<Plan> {
    let (layout, columns) = recognise(head)?;
    let mut lines = crate::imports::rows(file, &layout)?;
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
