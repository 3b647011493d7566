//! The whole account as one file: export, and import into an account that has nothing yet.

use std::fs::File;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use domain::archive::{RestoreOptions, RestoreReport};
use flate2::Compression;
use flate2::write::GzEncoder;
use service::archive::{self, Exported};
use service::imports::Progress;
use service::{Context, tokens};

use crate::api::Api;
use crate::auth::Person;
use crate::document::Register;
use crate::error::Error;
use crate::files::{ArchiveUpload, Kind, answer, download, no_room};
use crate::query::ValidQuery;

pub(crate) fn configure(config: &mut impl Register) {
    config.service(export_account).service(import_account);
}

/// Export the account.
///
/// All that it was told, as it is at one moment: names and settings, the calendar with its history, devices, usage, events,
/// focus sessions with their plants, meters and consumption, projects and time entries. A gzip file of JSON, one object a
/// line; `docs/ARCHIVE.md` describes it. What is derived is not in it, and no password, token or key.
#[utoipa::path(
    tag = "archive",
    security(("user_token" = [])),
    responses((status = 200, description = "The file.", content_type = "application/gzip", body = Vec<u8>))
)]
#[get("/export")]
async fn export_account(api: Data<Api>, Person(actor): Person) -> Result<HttpResponse, Error> {
    let app = api.app.clone();
    let make = move |file: &mut File| {
        let mut gzip = GzEncoder::new(file, Compression::default());
        let exported = archive::export(&mut app.context()?, &actor, &mut gzip)?;
        gzip.finish().map_err(|error| no_room(&error))?;
        Ok(Kind { content_type: "application/gzip", name: name(&exported) })
    };
    download(&api, make).await
}

fn name(Exported { username, date }: &Exported) -> String {
    let plain: String =
        username.chars().filter(|c| c.is_ascii_alphanumeric() || "._-".contains(*c)).collect();
    format!("almanac-{plain}-{date}.ndjson.gz")
}

/// Import an account.
///
/// Takes an export into this account, which must have nothing yet (409 `ACCOUNT_NOT_EMPTY`), all of it or nothing; up to
/// 2 GiB once inflated. The account keeps its username, address and password; devices come without key and tokens. Every
/// line is checked as what clients send is: 422 tells the line, from 1 (`lines[7].consumption.amount`), and
/// `ARCHIVE_CUT` that there is not all of it. `dry_run=true` does the same work and keeps nothing.
///
/// With `Accept: application/x-ndjson` the answer is a line of JSON four times a second, `{"progress": {"bytes", "of",
/// "rows"}}`, and at last `{"report": …}` (as without it) or `{"error": …}` (the detail of an error); who goes away before
/// that gives the import up. An account has one import at a time and a server two: 503.
#[utoipa::path(
    tag = "archive",
    security(("user_token" = [])),
    params(RestoreOptions),
    request_body(content = Vec<u8>, content_type = "application/gzip", description = "The file."),
    responses(
        (status = 200, description = "What was taken in.", body = RestoreReport),
        (status = 408, description = "The body came too slowly: nothing for 30 seconds, or below 32 KiB a second."),
        (status = 409, description = "The account has something already."),
        (status = 415, description = "The body is neither `application/gzip` nor `application/x-ndjson`."),
    )
)]
#[post("/import")]
async fn import_account(
    api: Data<Api>,
    Person(actor): Person,
    request: HttpRequest,
    ValidQuery(options): ValidQuery<RestoreOptions>,
    ArchiveUpload(upload): ArchiveUpload,
) -> Result<HttpResponse, Error> {
    let turn = api.files.turn(actor.user)?;
    // Nobody sends two GiB to be told then that they may not.
    api.run(move |cx| tokens::check(cx, &actor)).await?;
    let file = upload.spool(api.settings.files.clone()).await?;
    let work = move |cx: &mut Context, file: &mut File, go_on: &mut dyn FnMut(Progress) -> bool| {
        archive::restore(cx, &actor, &options, file, go_on)
    };
    answer(&api, &request, turn, file, work).await
}
