//! Time entries, the timer, and reports.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, ContentDisposition, DispositionParam, DispositionType};
use actix_web::web::{self, Data};
use actix_web::{CustomizeResponder, HttpRequest, HttpResponse, Responder, delete, get, patch, post, put};
use domain::ids::TimeEntryId;
use domain::pages::Page;
use domain::time_entries::report::{ReportFilter, ReportFormat, TimeReport, table};
use domain::time_entries::{
    EntryCopy, NewTimeEntry, TimeEntries, TimeEntry, TimeEntryFilter, TimeEntryPatch, TimerStop,
};
use domain::valid::Valid;
use service::time_entries;

use crate::api::Api;
use crate::auth::Person;
use crate::body::{Json, MaybeJson};
use crate::document::Register;
use crate::error::Error;
use crate::etag::Tagged;
use crate::query::{Query, TimeEntryInPath, ValidQuery};

mod files;

pub(crate) fn configure(config: &mut impl Register) {
    config
        .service(add_time_entry)
        .service(list_time_entries)
        // Before the id, which they would be taken for.
        .service(show_active_time_entry)
        .service(show_time_report)
        .service(files::import_time_entries)
        .service(files::list_time_imports)
        .service(files::undo_time_import)
        .service(files::export_time_entries)
        .service(show_time_entry)
        .service(replace_time_entry)
        .service(update_time_entry)
        .service(delete_time_entry)
        .service(stop_time_entry)
        .service(restart_time_entry)
        .service(duplicate_time_entry);
}

/// Add an entry, or start a timer.
///
/// Without `end_time` a timer runs: one at a time, and the one that ran before ends at the instant at which this begins.
/// With an `id` of the client's, the same again is the same entry, as it is now; without one, a timer with the project and
/// description of the one that runs, started within two seconds of it, is that one (a double click).
#[utoipa::path(
    tag = "time-entries",
    security(("user_token" = [])),
    responses(
        (status = 201, description = "The entry.", body = TimeEntry),
        (status = 404, description = "There is no such project.", body = crate::error::ErrorBody),
        (status = 409, description = "The id is that of a deleted entry (`TIME_ENTRY_DELETED`), a timer runs that began later (`TIMER_RUNNING`), or it overlaps another and the account forbids that (`TIME_ENTRIES_OVERLAP`).", body = crate::error::ErrorBody),
    )
)]
#[post("/time-entries")]
async fn add_time_entry(
    api: Data<Api>,
    Person(actor): Person,
    Json(new): Json<NewTimeEntry>,
) -> Result<CustomizeResponder<web::Json<TimeEntry>>, Error> {
    let entry = api.run(move |cx| time_entries::add(cx, &actor, &new)).await?;
    Ok(web::Json(entry).customize().with_status(StatusCode::CREATED))
}

/// List entries.
#[utoipa::path(
    tag = "time-entries",
    security(("user_token" = [])),
    params(TimeEntryFilter, Page),
    responses((status = 200, description = "A page of entries.", body = TimeEntries))
)]
#[get("/time-entries")]
async fn list_time_entries(
    api: Data<Api>,
    Person(actor): Person,
    Query(filter): Query<TimeEntryFilter>,
    ValidQuery(page): ValidQuery<Page>,
) -> Result<web::Json<TimeEntries>, Error> {
    api.run(move |cx| time_entries::list(cx, &actor, &filter, &page)).await.map(web::Json)
}

/// Show the running timer.
#[utoipa::path(
    tag = "time-entries",
    security(("user_token" = [])),
    responses(
        (status = 200, description = "The entry.", body = TimeEntry),
        (status = 404, description = "None is running (`NO_ACTIVE_TIMER`).", body = crate::error::ErrorBody),
    )
)]
#[get("/time-entries/active")]
async fn show_active_time_entry(
    api: Data<Api>,
    Person(actor): Person,
) -> Result<web::Json<TimeEntry>, Error> {
    api.run(move |cx| time_entries::active(cx, &actor)).await.map(web::Json)
}

/// Show what entries add up to.
///
/// By one or two of project, client, tag, day, week and month. An entry over midnight is of both days, and counts as begun
/// on the first; one that runs counts up to now. With `rounding` each entry is rounded by itself; what that adds or takes
/// belongs to the day on which it ends. Amounts are reckoned exactly and each figure is rounded once, to hundredths: the
/// amounts of groups may differ from the whole by that.
#[utoipa::path(
    tag = "time-entries",
    security(("user_token" = [])),
    params(ReportFilter),
    responses(
        (status = 200, description = "The figures.", content((TimeReport = "application/json"), (String = "text/csv"))),
        (status = 304, description = "They are those of `If-None-Match`."),
    )
)]
#[get("/time-entries/report")]
async fn show_time_report(
    api: Data<Api>,
    Person(actor): Person,
    request: HttpRequest,
    ValidQuery(filter): ValidQuery<ReportFilter>,
) -> Result<HttpResponse, Error> {
    let format = filter.format.unwrap_or_default();
    let report = api.run(move |cx| time_entries::report(cx, &actor, &filter)).await?;
    match format {
        ReportFormat::Json => Ok(Tagged(report).respond_to(&request)),
        ReportFormat::Csv => {
            let name = format!("time-{}-{}.csv", report.from, report.to);
            let disposition = ContentDisposition {
                disposition: DispositionType::Attachment,
                parameters: vec![DispositionParam::Filename(name)],
            };
            Ok(HttpResponse::Ok()
                .content_type("text/csv; charset=utf-8")
                .insert_header((header::CONTENT_DISPOSITION, disposition))
                .body(table(&report)))
        }
    }
}

/// Show an entry.
#[utoipa::path(
    tag = "time-entries",
    security(("user_token" = [])),
    params(("time_entry_id" = TimeEntryId, Path, description = "The entry.")),
    responses((status = 200, description = "The entry.", body = TimeEntry))
)]
#[get("/time-entries/{time_entry_id}")]
async fn show_time_entry(
    api: Data<Api>,
    Person(actor): Person,
    TimeEntryInPath(id): TimeEntryInPath,
) -> Result<web::Json<TimeEntry>, Error> {
    api.run(move |cx| time_entries::find(cx, &actor, id)).await.map(web::Json)
}

/// Change an entry.
///
/// What is absent stays. With `end_time` one that runs is stopped.
#[utoipa::path(
    tag = "time-entries",
    security(("user_token" = [])),
    params(("time_entry_id" = TimeEntryId, Path, description = "The entry.")),
    responses(
        (status = 200, description = "The entry.", body = TimeEntry),
        (status = 409, description = "It overlaps another, and the account forbids that (`TIME_ENTRIES_OVERLAP`).", body = crate::error::ErrorBody),
    )
)]
#[patch("/time-entries/{time_entry_id}")]
async fn update_time_entry(
    api: Data<Api>,
    Person(actor): Person,
    TimeEntryInPath(id): TimeEntryInPath,
    Json(patch): Json<TimeEntryPatch>,
) -> Result<web::Json<TimeEntry>, Error> {
    api.run(move |cx| time_entries::update(cx, &actor, id, &patch)).await.map(web::Json)
}

/// Change an entry, by another method.
///
/// The same as `PATCH`: what is absent stays.
#[utoipa::path(
    tag = "time-entries",
    security(("user_token" = [])),
    params(("time_entry_id" = TimeEntryId, Path, description = "The entry.")),
    responses(
        (status = 200, description = "The entry.", body = TimeEntry),
        (status = 409, description = "It overlaps another, and the account forbids that (`TIME_ENTRIES_OVERLAP`).", body = crate::error::ErrorBody),
    )
)]
#[put("/time-entries/{time_entry_id}")]
async fn replace_time_entry(
    api: Data<Api>,
    Person(actor): Person,
    TimeEntryInPath(id): TimeEntryInPath,
    Json(patch): Json<TimeEntryPatch>,
) -> Result<web::Json<TimeEntry>, Error> {
    api.run(move |cx| time_entries::update(cx, &actor, id, &patch)).await.map(web::Json)
}

/// Delete an entry.
///
/// Its id does not come back.
#[utoipa::path(
    tag = "time-entries",
    security(("user_token" = [])),
    params(("time_entry_id" = TimeEntryId, Path, description = "The entry.")),
    responses((status = 204, description = "It is gone."))
)]
#[delete("/time-entries/{time_entry_id}")]
async fn delete_time_entry(
    api: Data<Api>,
    Person(actor): Person,
    TimeEntryInPath(id): TimeEntryInPath,
) -> Result<HttpResponse, Error> {
    api.run(move |cx| time_entries::delete(cx, &actor, id)).await.map(|()| HttpResponse::NoContent().finish())
}

/// Stop a timer.
///
/// Now, or at `end_time`. One that has ended stays as it is.
#[utoipa::path(
    tag = "time-entries",
    security(("user_token" = [])),
    params(("time_entry_id" = TimeEntryId, Path, description = "The entry.")),
    request_body = Option<TimerStop>,
    responses((status = 200, description = "The entry.", body = TimeEntry))
)]
#[post("/time-entries/{time_entry_id}/stop")]
async fn stop_time_entry(
    api: Data<Api>,
    Person(actor): Person,
    TimeEntryInPath(id): TimeEntryInPath,
    MaybeJson(stop): MaybeJson<TimerStop>,
) -> Result<web::Json<TimeEntry>, Error> {
    let stop = stop.map(Valid::into_inner).unwrap_or_default();
    api.run(move |cx| time_entries::stop(cx, &actor, id, &stop)).await.map(web::Json)
}

/// Start a timer again.
///
/// Another entry, with the project, description, tags and billing of this one, begins now; a timer that runs ends.
#[utoipa::path(
    tag = "time-entries",
    security(("user_token" = [])),
    params(("time_entry_id" = TimeEntryId, Path, description = "The entry.")),
    responses(
        (status = 201, description = "The new entry.", body = TimeEntry),
        (status = 409, description = "It overlaps another, and the account forbids that (`TIME_ENTRIES_OVERLAP`).", body = crate::error::ErrorBody),
    )
)]
#[post("/time-entries/{time_entry_id}/restart")]
async fn restart_time_entry(
    api: Data<Api>,
    Person(actor): Person,
    TimeEntryInPath(id): TimeEntryInPath,
) -> Result<CustomizeResponder<web::Json<TimeEntry>>, Error> {
    let entry = api.run(move |cx| time_entries::restart(cx, &actor, id)).await?;
    Ok(web::Json(entry).customize().with_status(StatusCode::CREATED))
}

/// Duplicate an entry.
///
/// Another as long, with the same project, description, tags and billing, at the same time or at `start_time`.
#[utoipa::path(
    tag = "time-entries",
    security(("user_token" = [])),
    params(("time_entry_id" = TimeEntryId, Path, description = "The entry.")),
    request_body = Option<EntryCopy>,
    responses(
        (status = 201, description = "The copy.", body = TimeEntry),
        (status = 409, description = "It is running (`TIMER_RUNNING`), or the copy would overlap another and the account forbids that (`TIME_ENTRIES_OVERLAP`).", body = crate::error::ErrorBody),
    )
)]
#[post("/time-entries/{time_entry_id}/duplicate")]
async fn duplicate_time_entry(
    api: Data<Api>,
    Person(actor): Person,
    TimeEntryInPath(id): TimeEntryInPath,
    MaybeJson(copy): MaybeJson<EntryCopy>,
) -> Result<CustomizeResponder<web::Json<TimeEntry>>, Error> {
    let copy = copy.map(Valid::into_inner).unwrap_or_default();
    let entry = api.run(move |cx| time_entries::duplicate(cx, &actor, id, &copy)).await?;
    Ok(web::Json(entry).customize().with_status(StatusCode::CREATED))
}
