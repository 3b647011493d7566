//! Categories.

use actix_web::web::{self, Data};
use actix_web::{get, post};
use domain::categories::figures::{CategoryTree, CategoryTrial, TriedCategories};
use service::categories;

use crate::api::Api;
use crate::auth::Person;
use crate::body::Json;
use crate::document::Register;
use crate::error::Error;
use crate::etag::Tagged;

pub(crate) fn configure(config: &mut impl Register) {
    config.service(show_categories).service(preview_categories);
}

/// Show categories.
///
/// Those of the account, or those of the program where it has none. They are changed by `PATCH /users/me` with
/// `{"settings": {"categorization": {"categories": […]}}}`, and count from then on for all days, past ones too.
#[utoipa::path(
    tag = "categories",
    security(("user_token" = [])),
    responses((status = 200, description = "The tree.", body = CategoryTree))
)]
#[get("/categories")]
async fn show_categories(api: Data<Api>, Person(actor): Person) -> Result<Tagged<CategoryTree>, Error> {
    api.run(move |cx| categories::show(cx, &actor)).await.map(Tagged)
}

/// Try categories.
///
/// What a tree would make of the last days of usage, beside what the present one does. Nothing is kept.
#[utoipa::path(
    tag = "categories",
    security(("user_token" = [])),
    responses((status = 200, description = "The last days by both.", body = TriedCategories))
)]
#[post("/categories/preview")]
async fn preview_categories(
    api: Data<Api>,
    Person(actor): Person,
    Json(trial): Json<CategoryTrial>,
) -> Result<web::Json<TriedCategories>, Error> {
    api.run(move |cx| categories::preview(cx, &actor, &trial)).await.map(web::Json)
}
