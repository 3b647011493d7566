//! Consumption as files: import, its undoing, export.

use std::fs::File;

use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use domain::consumption::ConsumptionFilter;
use domain::consumption::export::{ExportFormat, ExportOptions};
use domain::consumption::import::{ImportOptions, ImportReport};
use domain::imports::ImportedFiles;
use domain::pages::Page;
use service::consumption::{export, import};
use service::imports::Progress;
use service::{Context, tokens};

use crate::api::Api;
use crate::auth::Person;
use crate::error::Error;
use crate::files::{Kind, Upload, answer, download, timely};
use crate::query::{ImportInPath, ValidQuery};

/// Import a file.
///
/// CSV of records, intervals (15 minutes, hours, minutes, days) or readings of meters, plain or gzip, up to 512 MiB once
/// inflated; recognised by its header. What cannot be known is asked: 422, and `fields` names the parameter that tells it
/// (`date_order`, `decimal`, `consumption_type`, `unit`), or `body` where the file itself is not understood. Rows that
/// cannot be taken are told with their lines; all others are imported, in one transaction. The same file again changes
/// nothing. `dry_run=true` does the same work and keeps nothing.
///
/// With `Accept: application/x-ndjson` the answer is a line of JSON four times a second, `{"progress": {"bytes", "of",
/// "rows"}}`, and at last `{"report": …}` (as without it) or `{"error": …}` (the detail of an error); who goes away before
/// that gives the import up. An account has one import at a time and a server two: 503.
#[utoipa::path(
    tag = "consumption",
    security(("user_token" = [])),
    params(ImportOptions),
    request_body(content = String, content_type = "text/csv", description = "The file."),
    responses(
        (status = 200, description = "What became of it.", body = ImportReport),
        (status = 408, description = "The body came too slowly: nothing for 30 seconds, or below 32 KiB a second."),
        (status = 415, description = "The body is neither `text/csv` nor `application/csv`, or neither plain nor gzip."),
    )
)]
#[post("/consumption/import")]
pub(super) async fn import_consumption(
    api: Data<Api>,
    Person(actor): Person,
    request: HttpRequest,
    ValidQuery(options): ValidQuery<ImportOptions>,
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

/// List imports.
///
/// Newest first, undone ones with them.
#[utoipa::path(
    tag = "consumption",
    security(("user_token" = [])),
    params(Page),
    responses((status = 200, description = "A page of imports.", body = ImportedFiles))
)]
#[get("/consumption/imports")]
pub(super) async fn list_imports(
    api: Data<Api>,
    Person(actor): Person,
    ValidQuery(page): ValidQuery<Page>,
) -> Result<web::Json<ImportedFiles>, Error> {
    api.run(move |cx| import::list(cx, &actor, &page)).await.map(web::Json)
}

/// Undo an import.
///
/// What it added goes, also what was changed since; amounts that it put in the place of others come back; meters that it
/// made go, unless they have something of another. The same file may be imported again.
#[utoipa::path(
    tag = "consumption",
    security(("user_token" = [])),
    params(("import_id" = domain::ids::ImportId, Path, description = "The import.")),
    responses((status = 204, description = "It is undone, or was before."))
)]
#[delete("/consumption/imports/{import_id}")]
pub(super) async fn undo_import(
    api: Data<Api>,
    Person(actor): Person,
    ImportInPath(id): ImportInPath,
) -> Result<HttpResponse, Error> {
    let turn = api.files.turn(actor.user)?;
    let app = api.app.clone();
    let undo = move || Ok(import::undo(&mut app.context()?, &actor, id)?);
    timely(api.files.import(turn, undo)).await.map(|()| HttpResponse::NoContent().finish())
}

/// Export consumption.
///
/// The records that a list with the same filters has, as they are at one moment: as CSV that can be imported again (texts
/// that a spreadsheet would take for formulas begin with an apostrophe), or as JSON as they are listed.
#[utoipa::path(
    tag = "consumption",
    security(("user_token" = [])),
    params(ExportOptions, ConsumptionFilter),
    responses((
        status = 200,
        description = "The file.",
        content((String = "text/csv"), (domain::consumption::export::ExportedConsumptions = "application/json")),
    ))
)]
#[get("/consumption/export")]
pub(super) async fn export_consumption(
    api: Data<Api>,
    Person(actor): Person,
    ValidQuery(options): ValidQuery<ExportOptions>,
    ValidQuery(filter): ValidQuery<ConsumptionFilter>,
) -> Result<HttpResponse, Error> {
    filter.check().map_err(service::Error::from)?;
    let (app, format) = (api.app.clone(), options.format.unwrap_or_default());
    let make = move |file: &mut File| {
        let date = export::export(&mut app.context()?, &actor, &filter, format, file)?;
        let content_type = match format {
            ExportFormat::Csv => "text/csv; charset=utf-8",
            ExportFormat::Json => "application/json",
        };
        Ok(Kind { content_type, name: format!("consumption-{date}.{}", format.as_str()) })
    };
    download(&api, make).await
}
