//! Consumption: records come in, lists and figures go out.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data};
use actix_web::{CustomizeResponder, HttpResponse, Responder, delete, get, patch, post, put};
use domain::consumption::analytics::{AnalyticsFilter, ConsumptionAnalytics};
use domain::consumption::batch::{Kept, MOST_RECORDS, Records, Sent};
use domain::consumption::{Consumption, ConsumptionFilter, ConsumptionPatch, Consumptions, NewConsumption};
use domain::ids::ConsumptionId;
use domain::json;
use domain::meters::profile::{ConsumptionProfile, ProfileFilter};
use domain::pages::Page;
use domain::valid::Object;
use service::{consumption, meters};

use crate::api::Api;
use crate::auth::Person;
use crate::body::{self, Json, Raw};
use crate::document::Register;
use crate::error::Error;
use crate::etag::Tagged;
use crate::query::{ConsumptionInPath, ValidQuery};

mod files;

pub(crate) fn configure(config: &mut impl Register) {
    config
        .service(add_consumption)
        .service(list_consumption)
        // Before the id, which they would be taken for.
        .service(show_consumption_analytics)
        .service(show_consumption_profile)
        .service(files::import_consumption)
        .service(files::list_imports)
        .service(files::undo_import)
        .service(files::export_consumption)
        .service(show_consumption)
        .service(replace_consumption)
        .service(update_consumption)
        .service(delete_consumption);
}

/// Add consumption.
///
/// One record, or `{"records": […]}` with up to 10,000 and 8 MiB, of which all are kept or none: `fields` names what is
/// wrong as `records[3].unit`. With an `id` of the client's, the same again is the same record, as it is now. The answer
/// to a list is `{"records": […], "total": n}`, in the order in which they were sent.
#[utoipa::path(
    tag = "consumption",
    security(("user_token" = [])),
    request_body(content = inline(Sent), content_type = "application/json"),
    responses(
        (status = 201, description = "The record, or the records.", body = inline(Kept)),
        (status = 409, description = "The id is that of a deleted record (`CONSUMPTION_DELETED`; in a list a 422 that names it).", body = crate::error::ErrorBody),
    )
)]
#[post("/consumption")]
async fn add_consumption(
    api: Data<Api>,
    Person(actor): Person,
    body: Raw,
) -> Result<CustomizeResponder<web::Json<Kept>>, Error> {
    let app = api.app.clone();
    let add = move || {
        let bytes = body.read(body::BATCH_LIMIT)?;
        let Object(Records { records: Some(records) }) = body::parsed(&bytes)? else {
            let new = body::read::<NewConsumption>(&bytes)?;
            let record = consumption::add(&mut app.context()?, &actor, &new)?;
            return Ok(Kept::One(Box::new(record)));
        };
        if records.len() > MOST_RECORDS {
            let sent = records.len();
            let message = format!("A list has at most {MOST_RECORDS} records; this has {sent}");
            return Err(Error::TooLarge("TOO_MANY_RECORDS", message));
        }
        let new: Vec<_> = records.iter().map(|record| json::item(record.get(), "RECORD_INVALID")).collect();
        let records = consumption::add_all(&mut app.context()?, &actor, &new)?;
        Ok(Kept::Many { total: records.len(), records })
    };
    let kept = api.places.run(add).await?;
    Ok(web::Json(kept).customize().with_status(StatusCode::CREATED))
}

/// List consumption.
///
/// Newest first, or as `sort` says; of the dates `start_date` to `end_date`, with both.
#[utoipa::path(
    tag = "consumption",
    security(("user_token" = [])),
    params(ConsumptionFilter, Page),
    responses((status = 200, description = "A page of records.", body = Consumptions))
)]
#[get("/consumption")]
async fn list_consumption(
    api: Data<Api>,
    Person(actor): Person,
    ValidQuery(filter): ValidQuery<ConsumptionFilter>,
    ValidQuery(page): ValidQuery<Page>,
) -> Result<web::Json<Consumptions>, Error> {
    api.run(move |cx| consumption::list(cx, &actor, &filter, &page)).await.map(web::Json)
}

/// Show what consumption adds up to.
///
/// By type and period. Where there is no record there is no figure: a gap is `null`, not 0. Sums are exact, and each
/// figure is rounded once, to three decimals; in the unit in which all records were given none needs to be.
#[utoipa::path(
    tag = "consumption",
    security(("user_token" = [])),
    params(AnalyticsFilter),
    responses((status = 200, description = "The figures.", body = ConsumptionAnalytics), (status = 304, description = "They are those of `If-None-Match`."))
)]
#[get("/consumption/analytics")]
async fn show_consumption_analytics(
    api: Data<Api>,
    Person(actor): Person,
    ValidQuery(filter): ValidQuery<AnalyticsFilter>,
) -> Result<Tagged<ConsumptionAnalytics>, Error> {
    api.run(move |cx| consumption::analyse(cx, &actor, &filter)).await.map(Tagged)
}

/// Show at which hours consumption is.
///
/// The load profile: each hour of the day, over all days, weekdays and weekends. It is made of intervals alone; days of
/// which only records or readings tell have no part in it.
#[utoipa::path(
    tag = "consumption",
    security(("user_token" = [])),
    params(ProfileFilter),
    responses(
        (status = 200, description = "The profile.", body = ConsumptionProfile),
        (status = 304, description = "It is that of `If-None-Match`."),
        (status = 404, description = "There is no such meter.", body = crate::error::ErrorBody),
    )
)]
#[get("/consumption/profile")]
async fn show_consumption_profile(
    api: Data<Api>,
    Person(actor): Person,
    ValidQuery(filter): ValidQuery<ProfileFilter>,
) -> Result<Tagged<ConsumptionProfile>, Error> {
    api.run(move |cx| meters::profile(cx, &actor, &filter)).await.map(Tagged)
}

/// Show a record.
#[utoipa::path(
    tag = "consumption",
    security(("user_token" = [])),
    params(("consumption_id" = ConsumptionId, Path, description = "The record.")),
    responses((status = 200, description = "The record.", body = Consumption))
)]
#[get("/consumption/{consumption_id}")]
async fn show_consumption(
    api: Data<Api>,
    Person(actor): Person,
    ConsumptionInPath(id): ConsumptionInPath,
) -> Result<web::Json<Consumption>, Error> {
    api.run(move |cx| consumption::find(cx, &actor, id)).await.map(web::Json)
}

/// Replace a record.
///
/// What is absent goes; an `id` in the body does not count.
#[utoipa::path(
    tag = "consumption",
    security(("user_token" = [])),
    params(("consumption_id" = ConsumptionId, Path, description = "The record.")),
    responses(
        (status = 200, description = "The record.", body = Consumption),
        (status = 409, description = "It comes from a meter (`CONSUMPTION_DERIVED`): change its readings, or undo its import.", body = crate::error::ErrorBody),
    )
)]
#[put("/consumption/{consumption_id}")]
async fn replace_consumption(
    api: Data<Api>,
    Person(actor): Person,
    ConsumptionInPath(id): ConsumptionInPath,
    Json(new): Json<NewConsumption>,
) -> Result<web::Json<Consumption>, Error> {
    api.run(move |cx| consumption::replace(cx, &actor, id, &new)).await.map(web::Json)
}

/// Change a record.
///
/// What is absent stays.
#[utoipa::path(
    tag = "consumption",
    security(("user_token" = [])),
    params(("consumption_id" = ConsumptionId, Path, description = "The record.")),
    responses(
        (status = 200, description = "The record.", body = Consumption),
        (status = 409, description = "It comes from a meter (`CONSUMPTION_DERIVED`): change its readings, or undo its import.", body = crate::error::ErrorBody),
    )
)]
#[patch("/consumption/{consumption_id}")]
async fn update_consumption(
    api: Data<Api>,
    Person(actor): Person,
    ConsumptionInPath(id): ConsumptionInPath,
    Json(patch): Json<ConsumptionPatch>,
) -> Result<web::Json<Consumption>, Error> {
    api.run(move |cx| consumption::update(cx, &actor, id, &patch)).await.map(web::Json)
}

/// Delete a record.
///
/// Sent again with the same id, it does not come back.
#[utoipa::path(
    tag = "consumption",
    security(("user_token" = [])),
    params(("consumption_id" = ConsumptionId, Path, description = "The record.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 409, description = "It comes from a meter (`CONSUMPTION_DERIVED`): change its readings, or undo its import.", body = crate::error::ErrorBody),
    )
)]
#[delete("/consumption/{consumption_id}")]
async fn delete_consumption(
    api: Data<Api>,
    Person(actor): Person,
    ConsumptionInPath(id): ConsumptionInPath,
) -> Result<HttpResponse, Error> {
    api.run(move |cx| consumption::delete(cx, &actor, id)).await.map(|()| HttpResponse::NoContent().finish())
}
