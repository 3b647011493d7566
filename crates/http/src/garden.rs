//! The garden.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data};
use actix_web::{CustomizeResponder, HttpResponse, Responder, delete, get, patch, post};
use domain::garden::{AllSpecies, Garden, GardenFilter, NewPlant, Plant, PlantPatch};
use domain::ids::{FocusSessionId, PlantId};
use domain::pages::Page;
use service::garden;

use crate::api::Api;
use crate::auth::Person;
use crate::body::Json;
use crate::document::Register;
use crate::error::Error;
use crate::etag::Tagged;
use crate::query::{FocusSessionInPath, PlantInPath, Query, ValidQuery};

pub(crate) fn configure(config: &mut impl Register) {
    config
        .service(new_plant)
        .service(list_plants)
        .service(list_species)
        .service(show_session_plant)
        .service(show_plant)
        .service(update_plant)
        .service(delete_plant);
}

/// Plant for a session.
///
/// Every session has a plant that was planted when it started; the first who plants for it chooses what it is.
#[utoipa::path(
    tag = "garden",
    security(("user_token" = [])),
    responses(
        (status = 201, description = "The plant.", body = Plant),
        (status = 404, description = "There is no such session, or it is another account's.", body = crate::error::ErrorBody),
        (status = 409, description = "Somebody has planted for it (`PLANT_EXISTS`), or the species is not unlocked yet (`PLANT_LOCKED`).", body = crate::error::ErrorBody),
    )
)]
#[post("/garden")]
async fn new_plant(
    api: Data<Api>,
    Person(actor): Person,
    Json(new): Json<NewPlant>,
) -> Result<CustomizeResponder<web::Json<Plant>>, Error> {
    let plant = api.run(move |cx| garden::plant(cx, &actor, new)).await?;
    Ok(web::Json(plant).customize().with_status(StatusCode::CREATED))
}

/// List plants.
#[utoipa::path(
    tag = "garden",
    security(("user_token" = [])),
    params(GardenFilter, Page),
    responses((status = 200, description = "A page of plants.", body = Garden))
)]
#[get("/garden")]
async fn list_plants(
    api: Data<Api>,
    Person(actor): Person,
    Query(filter): Query<GardenFilter>,
    ValidQuery(page): ValidQuery<Page>,
) -> Result<web::Json<Garden>, Error> {
    api.run(move |cx| garden::list(cx, &actor, &filter, &page)).await.map(web::Json)
}

/// List species.
///
/// What there is to plant, the level that unlocks it, and its pictures.
#[utoipa::path(
    tag = "garden",
    security(("user_token" = [])),
    responses((status = 200, description = "The species.", body = AllSpecies))
)]
#[get("/garden/species")]
async fn list_species(api: Data<Api>, Person(actor): Person) -> Result<Tagged<AllSpecies>, Error> {
    api.run(move |cx| garden::species(cx, &actor)).await.map(Tagged)
}

/// Show a session's plant.
#[utoipa::path(
    tag = "garden",
    security(("user_token" = [])),
    params(("session_id" = FocusSessionId, Path, description = "The session.")),
    responses((status = 200, description = "The plant.", body = Plant))
)]
#[get("/garden/session/{session_id}")]
async fn show_session_plant(
    api: Data<Api>,
    Person(actor): Person,
    FocusSessionInPath(session): FocusSessionInPath,
) -> Result<web::Json<Plant>, Error> {
    api.run(move |cx| garden::find_of(cx, &actor, session)).await.map(web::Json)
}

/// Show a plant.
#[utoipa::path(
    tag = "garden",
    security(("user_token" = [])),
    params(("plant_id" = PlantId, Path, description = "The plant.")),
    responses((status = 200, description = "The plant.", body = Plant))
)]
#[get("/garden/{plant_id}")]
async fn show_plant(
    api: Data<Api>,
    Person(actor): Person,
    PlantInPath(id): PlantInPath,
) -> Result<web::Json<Plant>, Error> {
    api.run(move |cx| garden::find(cx, &actor, id)).await.map(web::Json)
}

/// Change a plant.
///
/// Its stage never falls.
#[utoipa::path(
    tag = "garden",
    security(("user_token" = [])),
    params(("plant_id" = PlantId, Path, description = "The plant.")),
    responses(
        (status = 200, description = "The plant.", body = Plant),
        (status = 409, description = "The species is not unlocked yet (`PLANT_LOCKED`).", body = crate::error::ErrorBody),
    )
)]
#[patch("/garden/{plant_id}")]
async fn update_plant(
    api: Data<Api>,
    Person(actor): Person,
    PlantInPath(id): PlantInPath,
    Json(patch): Json<PlantPatch>,
) -> Result<web::Json<Plant>, Error> {
    api.run(move |cx| garden::update(cx, &actor, id, patch)).await.map(web::Json)
}

/// Take a plant out.
///
/// Its session and what it gave stay.
#[utoipa::path(
    tag = "garden",
    security(("user_token" = [])),
    params(("plant_id" = PlantId, Path, description = "The plant.")),
    responses((status = 204, description = "It is gone."))
)]
#[delete("/garden/{plant_id}")]
async fn delete_plant(
    api: Data<Api>,
    Person(actor): Person,
    PlantInPath(id): PlantInPath,
) -> Result<HttpResponse, Error> {
    api.run(move |cx| garden::delete(cx, &actor, id)).await.map(|()| HttpResponse::NoContent().finish())
}
