//! Meters and their readings.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data};
use actix_web::{CustomizeResponder, HttpResponse, Responder, delete, get, patch, post, put};
use domain::ids::{MeterId, ReadingId};
use domain::json;
use domain::meters::readings::{
    KeptReadings, MOST_READINGS, MeterReading, MeterReadings, NewReading, ReadingPatch, Readings,
    SentReadings,
};
use domain::meters::{Meter, MeterPatch, Meters, NewMeter};
use domain::pages::Page;
use domain::valid::Object;
use service::meters::{self, readings};

use crate::api::Api;
use crate::auth::Person;
use crate::body::{self, Json, Raw};
use crate::document::Register;
use crate::error::Error;
use crate::query::{MeterInPath, ReadingInPath, ValidQuery};

pub(crate) fn configure(config: &mut impl Register) {
    config
        .service(add_meter)
        .service(list_meters)
        .service(show_meter)
        .service(replace_meter)
        .service(update_meter)
        .service(delete_meter)
        .service(add_readings)
        .service(list_readings)
        .service(show_reading)
        .service(replace_reading)
        .service(update_reading)
        .service(delete_reading);
}

/// Add a meter.
///
/// With an `id` of the client's, the same again is the same meter, as it is now.
#[utoipa::path(
    tag = "meters",
    security(("user_token" = [])),
    responses(
        (status = 201, description = "The meter.", body = Meter),
        (status = 409, description = "Another of the type is called so (`METER_EXISTS`).", body = crate::error::ErrorBody),
    )
)]
#[post("/meters")]
async fn add_meter(
    api: Data<Api>,
    Person(actor): Person,
    Json(new): Json<NewMeter>,
) -> Result<CustomizeResponder<web::Json<Meter>>, Error> {
    let meter = api.run(move |cx| meters::add(cx, &actor, &new)).await?;
    Ok(web::Json(meter).customize().with_status(StatusCode::CREATED))
}

/// List meters.
///
/// Oldest first.
#[utoipa::path(
    tag = "meters",
    security(("user_token" = [])),
    params(Page),
    responses((status = 200, description = "A page of meters.", body = Meters))
)]
#[get("/meters")]
async fn list_meters(
    api: Data<Api>,
    Person(actor): Person,
    ValidQuery(page): ValidQuery<Page>,
) -> Result<web::Json<Meters>, Error> {
    api.run(move |cx| meters::list(cx, &actor, &page)).await.map(web::Json)
}

/// Show a meter.
#[utoipa::path(
    tag = "meters",
    security(("user_token" = [])),
    params(("meter_id" = MeterId, Path, description = "The meter.")),
    responses((status = 200, description = "The meter.", body = Meter))
)]
#[get("/meters/{meter_id}")]
async fn show_meter(
    api: Data<Api>,
    Person(actor): Person,
    MeterInPath(id): MeterInPath,
) -> Result<web::Json<Meter>, Error> {
    api.run(move |cx| meters::find(cx, &actor, id)).await.map(web::Json)
}

/// Replace a meter.
///
/// What is absent goes; its type stays, and an `id` in the body does not count.
#[utoipa::path(
    tag = "meters",
    security(("user_token" = [])),
    params(("meter_id" = MeterId, Path, description = "The meter.")),
    responses(
        (status = 200, description = "The meter.", body = Meter),
        (status = 409, description = "`METER_EXISTS`; `METER_IN_USE`: its readings and intervals are in its unit.", body = crate::error::ErrorBody),
    )
)]
#[put("/meters/{meter_id}")]
async fn replace_meter(
    api: Data<Api>,
    Person(actor): Person,
    MeterInPath(id): MeterInPath,
    Json(new): Json<NewMeter>,
) -> Result<web::Json<Meter>, Error> {
    api.run(move |cx| meters::replace(cx, &actor, id, &new)).await.map(web::Json)
}

/// Change a meter.
///
/// What is absent stays.
#[utoipa::path(
    tag = "meters",
    security(("user_token" = [])),
    params(("meter_id" = MeterId, Path, description = "The meter.")),
    responses(
        (status = 200, description = "The meter.", body = Meter),
        (status = 409, description = "`METER_EXISTS`; `METER_IN_USE`: its readings and intervals are in its unit.", body = crate::error::ErrorBody),
    )
)]
#[patch("/meters/{meter_id}")]
async fn update_meter(
    api: Data<Api>,
    Person(actor): Person,
    MeterInPath(id): MeterInPath,
    Json(patch): Json<MeterPatch>,
) -> Result<web::Json<Meter>, Error> {
    api.run(move |cx| meters::update(cx, &actor, id, &patch)).await.map(web::Json)
}

/// Delete a meter.
///
/// With its readings and intervals, and the records that come from them.
#[utoipa::path(
    tag = "meters",
    security(("user_token" = [])),
    params(("meter_id" = MeterId, Path, description = "The meter.")),
    responses((status = 204, description = "It is gone."))
)]
#[delete("/meters/{meter_id}")]
async fn delete_meter(
    api: Data<Api>,
    Person(actor): Person,
    MeterInPath(id): MeterInPath,
) -> Result<HttpResponse, Error> {
    api.run(move |cx| meters::delete(cx, &actor, id)).await.map(|()| HttpResponse::NoContent().finish())
}

/// Add readings.
///
/// One reading, or `{"readings": […]}` with up to 10,000 and 8 MiB, of which all are kept or none: `fields` names what is
/// wrong as `readings[3].reading`. The same `id`, or the same of the same instant, is the same reading, as it is now.
#[utoipa::path(
    tag = "meters",
    security(("user_token" = [])),
    params(("meter_id" = MeterId, Path, description = "The meter.")),
    request_body(content = inline(SentReadings), content_type = "application/json"),
    responses(
        (status = 201, description = "The reading, or the readings in the order in which they were sent.", body = inline(KeptReadings)),
        (status = 409, description = "Something else was read at that instant (`READING_EXISTS`); the id is another meter's reading's (`READING_ELSEWHERE`), or that of a deleted one (`READING_DELETED`). In a list a 422 that names it.", body = crate::error::ErrorBody),
    )
)]
#[post("/meters/{meter_id}/readings")]
async fn add_readings(
    api: Data<Api>,
    Person(actor): Person,
    MeterInPath(meter): MeterInPath,
    body: Raw,
) -> Result<CustomizeResponder<web::Json<KeptReadings>>, Error> {
    let app = api.app.clone();
    let add = move || {
        let bytes = body.read(body::BATCH_LIMIT)?;
        let Object(Readings { readings: Some(sent) }) = body::parsed(&bytes)? else {
            let new = body::read::<NewReading>(&bytes)?;
            let reading = readings::add(&mut app.context()?, &actor, meter, &new)?;
            return Ok(KeptReadings::One(Box::new(reading)));
        };
        if sent.len() > MOST_READINGS {
            let sent = sent.len();
            let message = format!("A list has at most {MOST_READINGS} readings; this has {sent}");
            return Err(Error::TooLarge("TOO_MANY_READINGS", message));
        }
        let new: Vec<_> = sent.iter().map(|one| json::item(one.get(), "READING_INVALID")).collect();
        let readings = readings::add_all(&mut app.context()?, &actor, meter, &new)?;
        Ok(KeptReadings::Many { total: readings.len(), readings })
    };
    let kept = api.places.run(add).await?;
    Ok(web::Json(kept).customize().with_status(StatusCode::CREATED))
}

/// List readings.
///
/// Newest first, each with what it is for the figures.
#[utoipa::path(
    tag = "meters",
    security(("user_token" = [])),
    params(("meter_id" = MeterId, Path, description = "The meter."), Page),
    responses((status = 200, description = "A page of readings.", body = MeterReadings))
)]
#[get("/meters/{meter_id}/readings")]
async fn list_readings(
    api: Data<Api>,
    Person(actor): Person,
    MeterInPath(meter): MeterInPath,
    ValidQuery(page): ValidQuery<Page>,
) -> Result<web::Json<MeterReadings>, Error> {
    api.run(move |cx| readings::list(cx, &actor, meter, &page)).await.map(web::Json)
}

/// Show a reading.
#[utoipa::path(
    tag = "meters",
    security(("user_token" = [])),
    params(("meter_id" = MeterId, Path, description = "The meter."), ("reading_id" = ReadingId, Path, description = "The reading.")),
    responses((status = 200, description = "The reading.", body = MeterReading))
)]
#[get("/meters/{meter_id}/readings/{reading_id}")]
async fn show_reading(
    api: Data<Api>,
    Person(actor): Person,
    MeterInPath(meter): MeterInPath,
    ReadingInPath(id): ReadingInPath,
) -> Result<web::Json<MeterReading>, Error> {
    api.run(move |cx| readings::find(cx, &actor, meter, id)).await.map(web::Json)
}

/// Replace a reading.
///
/// What is absent goes; an `id` in the body does not count.
#[utoipa::path(
    tag = "meters",
    security(("user_token" = [])),
    params(("meter_id" = MeterId, Path, description = "The meter."), ("reading_id" = ReadingId, Path, description = "The reading.")),
    responses(
        (status = 200, description = "The reading.", body = MeterReading),
        (status = 409, description = "There is another of that instant (`READING_EXISTS`).", body = crate::error::ErrorBody),
    )
)]
#[put("/meters/{meter_id}/readings/{reading_id}")]
async fn replace_reading(
    api: Data<Api>,
    Person(actor): Person,
    MeterInPath(meter): MeterInPath,
    ReadingInPath(id): ReadingInPath,
    Json(new): Json<NewReading>,
) -> Result<web::Json<MeterReading>, Error> {
    api.run(move |cx| readings::replace(cx, &actor, meter, id, &new)).await.map(web::Json)
}

/// Change a reading.
///
/// What is absent stays.
#[utoipa::path(
    tag = "meters",
    security(("user_token" = [])),
    params(("meter_id" = MeterId, Path, description = "The meter."), ("reading_id" = ReadingId, Path, description = "The reading.")),
    responses(
        (status = 200, description = "The reading.", body = MeterReading),
        (status = 409, description = "There is another of that instant (`READING_EXISTS`).", body = crate::error::ErrorBody),
    )
)]
#[patch("/meters/{meter_id}/readings/{reading_id}")]
async fn update_reading(
    api: Data<Api>,
    Person(actor): Person,
    MeterInPath(meter): MeterInPath,
    ReadingInPath(id): ReadingInPath,
    Json(patch): Json<ReadingPatch>,
) -> Result<web::Json<MeterReading>, Error> {
    api.run(move |cx| readings::update(cx, &actor, meter, id, &patch)).await.map(web::Json)
}

/// Delete a reading.
///
/// Sent again with the same id, it does not come back.
#[utoipa::path(
    tag = "meters",
    security(("user_token" = [])),
    params(("meter_id" = MeterId, Path, description = "The meter."), ("reading_id" = ReadingId, Path, description = "The reading.")),
    responses((status = 204, description = "It is gone."))
)]
#[delete("/meters/{meter_id}/readings/{reading_id}")]
async fn delete_reading(
    api: Data<Api>,
    Person(actor): Person,
    MeterInPath(meter): MeterInPath,
    ReadingInPath(id): ReadingInPath,
) -> Result<HttpResponse, Error> {
    api.run(move |cx| readings::delete(cx, &actor, meter, id))
        .await
        .map(|()| HttpResponse::NoContent().finish())
}
