//! Time entries as files: import, its undoing, export.

use std::fs::File;

use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use domain::imports::ImportedFiles;
use domain::pages::Page;
use domain::time_entries::TimeEntryFilter;
use domain::time_entries::import::{TimeImportOptions, TimeImportReport};
use service::imports::Progress;
use service::time_entries::{export, import};
use service::{Context, tokens};

use crate::api::Api;
use crate::auth::Person;
use crate::error::Error;
use crate::files::{Kind, Upload, answer, download, timely};
use crate::query::{ImportInPath, Query, ValidQuery};

/// Import a file of entries.
///
/// CSV as the detailed reports of Toggl Track, Clockify and Kimai have it, or as it is exported here, plain or gzip, up to
/// 512 MiB once inflated; recognised by its header. Times are those of a wall clock in `tz`. Where the order of dates
/// cannot be known it is asked: 422, and `fields` names `date_order`, or `body` where the file itself is not understood.
/// Projects are found by title and client, or made. Rows that cannot be taken are told with their lines; all others are
/// imported, in one transaction. The same file again changes nothing. `dry_run=true` does the same work and keeps nothing.
///
/// With `Accept: application/x-ndjson` the answer is a line of JSON four times a second, `{"progress": {"bytes", "of",
/// "rows"}}`, and at last `{"report": …}` (as without it) or `{"error": …}` (the detail of an error); who goes away before
/// that gives the import up. An account has one import at a time and a server two: 503.
#[utoipa::path(
    tag = "time-entries",
    security(("user_token" = [])),
    params(TimeImportOptions),
    request_body(content = String, content_type = "text/csv", description = "The file."),
    responses(
        (status = 200, description = "What became of it.", body = TimeImportReport),
        (status = 408, description = "The body came too slowly: nothing for 30 seconds, or below 32 KiB a second."),
        (status = 415, description = "The body is neither `text/csv` nor `application/csv`, or neither plain nor gzip."),
    )
)]
#[post("/time-entries/import")]
pub(super) async fn import_time_entries(
    api: Data<Api>,
    Person(actor): Person,
    request: HttpRequest,
    ValidQuery(options): ValidQuery<TimeImportOptions>,
    upload: Upload,
) -> Result<HttpResponse, Error> {
    options.check().map_err(service::Error::from)?;
    let turn = api.files.turn(actor.user)?;
    // Nobody sends half a GiB to be told then that they may not.
    api.run(move |cx| tokens::check(cx, &actor)).await?;
    let file = upload.spool(api.settings.files.clone()).await?;
    let work = move |cx: &mut Context, file: &mut File, go_on: &mut dyn FnMut(Progress) -> bool| {
        import::import(cx, &actor, &options, file, go_on)
    };
    answer(&api, &request, turn, file, work).await
}

/// List imports of entries.
///
/// Newest first, undone ones with them.
#[utoipa::path(
    tag = "time-entries",
    security(("user_token" = [])),
    params(Page),
    responses((status = 200, description = "A page of imports.", body = ImportedFiles))
)]
#[get("/time-entries/imports")]
pub(super) async fn list_time_imports(
    api: Data<Api>,
    Person(actor): Person,
    ValidQuery(page): ValidQuery<Page>,
) -> Result<web::Json<ImportedFiles>, Error> {
    api.run(move |cx| import::list(cx, &actor, &page)).await.map(web::Json)
}

/// Undo an import of entries.
///
/// What it added goes, also what was changed since; projects that it made go, unless they were changed or have entries of
/// another. The same file may be imported again.
#[utoipa::path(
    tag = "time-entries",
    security(("user_token" = [])),
    params(("import_id" = domain::ids::ImportId, Path, description = "The import.")),
    responses((status = 204, description = "It is undone, or was before."))
)]
#[delete("/time-entries/imports/{import_id}")]
pub(super) async fn undo_time_import(
    api: Data<Api>,
    Person(actor): Person,
    ImportInPath(id): ImportInPath,
) -> Result<HttpResponse, Error> {
    let turn = api.files.turn(actor.user)?;
    let app = api.app.clone();
    let undo = move || Ok(import::undo(&mut app.context()?, &actor, id)?);
    timely(api.files.import(turn, undo)).await.map(|()| HttpResponse::NoContent().finish())
}

/// Export entries.
///
/// Those that a list with the same filters has and that have ended, the earliest first, as they are at one moment: as CSV
/// that can be imported again (texts that a spreadsheet would take for formulas begin with an apostrophe).
#[utoipa::path(
    tag = "time-entries",
    security(("user_token" = [])),
    params(TimeEntryFilter),
    responses((status = 200, description = "The file.", body = String, content_type = "text/csv"))
)]
#[get("/time-entries/export")]
pub(super) async fn export_time_entries(
    api: Data<Api>,
    Person(actor): Person,
    Query(filter): Query<TimeEntryFilter>,
) -> Result<HttpResponse, Error> {
    let app = api.app.clone();
    let make = move |file: &mut File| {
        let date = export::export(&mut app.context()?, &actor, &filter, file)?;
        Ok(Kind { content_type: "text/csv; charset=utf-8", name: format!("time-entries-{date}.csv") })
    };
    download(&api, make).await
}
