//! Projects.

use actix_web::http::StatusCode;
use actix_web::web::{self, Data};
use actix_web::{CustomizeResponder, HttpResponse, Responder, delete, get, patch, post, put};
use domain::ids::ProjectId;
use domain::pages::Page;
use domain::projects::{NewProject, Project, ProjectEnd, ProjectFilter, ProjectPatch, Projects};
use service::projects;

use crate::api::Api;
use crate::auth::Person;
use crate::body::Json;
use crate::document::Register;
use crate::error::Error;
use crate::query::{ProjectInPath, Query, ValidQuery};

pub(crate) fn configure(config: &mut impl Register) {
    config
        .service(add_project)
        .service(list_projects)
        .service(show_project)
        .service(replace_project)
        .service(update_project)
        .service(delete_project);
}

/// Add a project.
#[utoipa::path(
    tag = "projects",
    security(("user_token" = [])),
    responses((status = 201, description = "The project.", body = Project))
)]
#[post("/projects")]
async fn add_project(
    api: Data<Api>,
    Person(actor): Person,
    Json(new): Json<NewProject>,
) -> Result<CustomizeResponder<web::Json<Project>>, Error> {
    let project = api.run(move |cx| projects::add(cx, &actor, &new)).await?;
    Ok(web::Json(project).customize().with_status(StatusCode::CREATED))
}

/// List projects.
///
/// Newest first, each with what its entries add up to.
#[utoipa::path(
    tag = "projects",
    security(("user_token" = [])),
    params(ProjectFilter, Page),
    responses((status = 200, description = "A page of projects.", body = Projects))
)]
#[get("/projects")]
async fn list_projects(
    api: Data<Api>,
    Person(actor): Person,
    Query(filter): Query<ProjectFilter>,
    ValidQuery(page): ValidQuery<Page>,
) -> Result<web::Json<Projects>, Error> {
    api.run(move |cx| projects::list(cx, &actor, &filter, &page)).await.map(web::Json)
}

/// Show a project.
#[utoipa::path(
    tag = "projects",
    security(("user_token" = [])),
    params(("project_id" = ProjectId, Path, description = "The project.")),
    responses((status = 200, description = "The project.", body = Project))
)]
#[get("/projects/{project_id}")]
async fn show_project(
    api: Data<Api>,
    Person(actor): Person,
    ProjectInPath(id): ProjectInPath,
) -> Result<web::Json<Project>, Error> {
    api.run(move |cx| projects::find(cx, &actor, id)).await.map(web::Json)
}

/// Change a project.
///
/// What is absent stays. Another hourly rate counts for all its entries, also those that are past.
#[utoipa::path(
    tag = "projects",
    security(("user_token" = [])),
    params(("project_id" = ProjectId, Path, description = "The project.")),
    responses((status = 200, description = "The project.", body = Project))
)]
#[patch("/projects/{project_id}")]
async fn update_project(
    api: Data<Api>,
    Person(actor): Person,
    ProjectInPath(id): ProjectInPath,
    Json(patch): Json<ProjectPatch>,
) -> Result<web::Json<Project>, Error> {
    api.run(move |cx| projects::update(cx, &actor, id, &patch)).await.map(web::Json)
}

/// Change a project, by another method.
///
/// The same as `PATCH`: what is absent stays.
#[utoipa::path(
    tag = "projects",
    security(("user_token" = [])),
    params(("project_id" = ProjectId, Path, description = "The project.")),
    responses((status = 200, description = "The project.", body = Project))
)]
#[put("/projects/{project_id}")]
async fn replace_project(
    api: Data<Api>,
    Person(actor): Person,
    ProjectInPath(id): ProjectInPath,
    Json(patch): Json<ProjectPatch>,
) -> Result<web::Json<Project>, Error> {
    api.run(move |cx| projects::update(cx, &actor, id, &patch)).await.map(web::Json)
}

/// Delete a project.
///
/// Its entries stay, of no project, or go to another, as `entries` says.
#[utoipa::path(
    tag = "projects",
    security(("user_token" = [])),
    params(("project_id" = ProjectId, Path, description = "The project."), ProjectEnd),
    responses((status = 204, description = "It is gone."))
)]
#[delete("/projects/{project_id}")]
async fn delete_project(
    api: Data<Api>,
    Person(actor): Person,
    ProjectInPath(id): ProjectInPath,
    ValidQuery(end): ValidQuery<ProjectEnd>,
) -> Result<HttpResponse, Error> {
    api.run(move |cx| projects::delete(cx, &actor, id, &end))
        .await
        .map(|()| HttpResponse::NoContent().finish())
}
