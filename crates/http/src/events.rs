//! Events of browsers: uploads come in, lists and what their domains add up to go out.

use actix_web::web::{self, Data};
use actix_web::{get, post};
use domain::events::batch::{Batch, MOST_EVENTS, Receipt};
use domain::events::list::{Domains, DomainsFilter, Events, EventsCount, EventsFilter};
use domain::events::spans::{DaySpans, SpansFilter};
use domain::pages::Page;
use domain::usage::batch::Unreadable;
use domain::valid::FieldError;
use service::events;

use crate::api::Api;
use crate::auth::Actor;
use crate::body::{self, Raw};
use crate::document::Register;
use crate::error::Error;
use crate::etag::Tagged;
use crate::query::ValidQuery;

pub(crate) fn configure(config: &mut impl Register) {
    config
        .service(sync_events)
        .service(list_events)
        .service(count_events)
        .service(list_domains)
        .service(list_spans);
}

/// Sync events.
///
/// At most 10,000 events and 8 MiB. What is answered is durable. An event is identified by `_id` and `ts`: sent again it
/// is a duplicate. Events that are wrong are named in `rejected`; all others are kept. With a device's token or key they
/// are of that browser; all that a person sends with their own token is of one browser too.
#[utoipa::path(
    tag = "events",
    security(("user_token" = []), ("device_token" = []), ("device_key" = [])),
    request_body(content = NewEvents, content_type = "application/json"),
    responses((status = 200, description = "What became of them.", body = Receipt))
)]
#[post("/events/sync")]
async fn sync_events(api: Data<Api>, actor: Actor, body: Raw) -> Result<web::Json<Receipt>, Error> {
    let now = api.app.now();
    let small = match body.small() {
        Ok(small) => Some(read(&small, now)?),
        Err(Error::TooLarge(..)) => None,
        Err(error) => return Err(error),
    };
    let receipt = match small {
        Some(batch) if batch.follows(now) => events::submit(&api.app, *actor, batch).await?,
        small => {
            let work = api.app.clone();
            let sync = move || {
                let large = || read(&body.read(body::BATCH_LIMIT)?, now);
                Ok(events::sync(&work, *actor, small.map_or_else(large, Ok)?)?)
            };
            api.places.run(sync).await?
        }
    };
    api.metrics.synced(&receipt);
    Ok(web::Json(receipt))
}

/// List events.
///
/// Newest first. Dates are the account's, and both count.
#[utoipa::path(
    tag = "events",
    security(("user_token" = []), ("device_token" = [])),
    params(EventsFilter, Page),
    responses((status = 200, description = "A page of events.", body = Events))
)]
#[get("/events")]
async fn list_events(
    api: Data<Api>,
    actor: Actor,
    ValidQuery(filter): ValidQuery<EventsFilter>,
    ValidQuery(page): ValidQuery<Page>,
) -> Result<web::Json<Events>, Error> {
    api.run(move |cx| events::list(cx, &actor, &filter, &page)).await.map(web::Json)
}

/// Count events.
#[utoipa::path(
    tag = "events",
    security(("user_token" = []), ("device_token" = [])),
    params(EventsFilter),
    responses((status = 200, description = "How many there are.", body = EventsCount))
)]
#[get("/events/count")]
async fn count_events(
    api: Data<Api>,
    actor: Actor,
    ValidQuery(filter): ValidQuery<EventsFilter>,
) -> Result<web::Json<EventsCount>, Error> {
    api.run(move |cx| events::count(cx, &actor, &filter)).await.map(web::Json)
}

/// List domains.
///
/// Registrable domains (publicsuffix.org) with their hosts, the one with the most time in front first, then the one with
/// the most events. `count` counts events that name a page.
#[utoipa::path(
    tag = "events",
    security(("user_token" = []), ("device_token" = [])),
    params(DomainsFilter),
    responses((status = 200, description = "The domains.", body = Domains), (status = 304, description = "They are those of `If-None-Match`."))
)]
#[get("/events/domains")]
async fn list_domains(
    api: Data<Api>,
    actor: Actor,
    ValidQuery(filter): ValidQuery<DomainsFilter>,
) -> Result<Tagged<Domains>, Error> {
    api.run(move |cx| events::domains(cx, &actor, &filter)).await.map(Tagged)
}

/// List the pages of a day.
///
/// Which page was in front, from when to when, of each browser: they add up to the day's time in
/// `GET /analytics/time-spent`. 10,000 at the most; of a day with over 300,000 events none.
#[utoipa::path(
    tag = "events",
    security(("user_token" = []), ("device_token" = [])),
    params(SpansFilter),
    responses((status = 200, description = "The pages.", body = DaySpans), (status = 304, description = "They are those of `If-None-Match`."))
)]
#[get("/events/spans")]
async fn list_spans(
    api: Data<Api>,
    actor: Actor,
    ValidQuery(filter): ValidQuery<SpansFilter>,
) -> Result<Tagged<DaySpans>, Error> {
    api.run(move |cx| events::spans::of_day(cx, &actor, &filter)).await.map(Tagged)
}

fn read(body: &[u8], now: chrono::DateTime<chrono::Utc>) -> Result<Batch, Error> {
    Batch::read(body, now).map_err(|error| match error {
        Unreadable::Malformed(error) => body::malformed(&error),
        Unreadable::NotABatch => {
            let field = FieldError::new("events", "is required, and is a list of events", "EVENTS_INVALID");
            service::Error::Invalid(vec![field]).into()
        }
        Unreadable::TooManyRows(rows) => Error::TooLarge(
            "TOO_MANY_EVENTS",
            format!("A batch has at most {MOST_EVENTS} events; this has {rows}"),
        ),
    })
}

/// What is read by [`Batch::read`], for the document.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "describes a body that is read event by event")]
struct NewEvents {
    /// At most 10,000.
    #[schema(max_items = 10_000)]
    events: Vec<NewEvent>,
}

/// Something that happened in a browser.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "describes a body that is read event by event")]
struct NewEvent {
    /// The client's own id of it, at most 64 characters, best a UUID.
    #[schema(rename = "_id", example = "b72354e8-2b6a-5ca4-a198-e1a3fba66287", max_length = 64)]
    id: String,
    /// The version of the client's format (1).
    v: Option<i32>,
    /// What happened: TAB_ACTIVATED, TAB_UPDATED, TAB_CREATED, TAB_REMOVED, WINDOW_FOCUSED, WINDOW_BLURRED, NAVIGATION,
    /// IDLE, ACTIVE, HEARTBEAT, or anything else, which is kept and counted.
    #[schema(rename = "type", example = "TAB_ACTIVATED", max_length = 64)]
    what: String,
    /// When, in whole milliseconds since 1970.
    #[schema(example = 1_763_740_800_000_i64)]
    ts: i64,
    /// What it is about.
    payload: Option<NewEventPayload>,
}

/// What an event is about. Other fields are ignored.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "describes a body that is read event by event")]
struct NewEventPayload {
    /// The tab's number in its browser.
    tab_id: Option<i64>,
    /// The window's number; -1 with WINDOW_FOCUSED: none of the browser's.
    window_id: Option<i64>,
    /// The address of the page. Name and password are never kept; query and fragment where the account says so.
    #[schema(example = "https://example.org/")]
    url: Option<String>,
    /// Its title, at most 1024 characters.
    #[schema(max_length = 1024)]
    title: Option<String>,
    /// Whether the tab is the active one of its window.
    active: Option<bool>,
    /// Whether it is of a private window: refused, unless the account says otherwise.
    incognito: Option<bool>,
}
