//! Projects: what time is spent on, for whom, and what an hour of it costs.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use crate::categories::is_color;
use crate::consumption::Amount;
use crate::ids::{ImportId, ProjectId, UserId};
use crate::numbers::Seconds;
use crate::text;
use crate::valid::{FieldError, maybe_null};

pub(crate) const TITLE: usize = 200;
pub(crate) const CLIENT: usize = 200;
const DESCRIPTION: usize = 2000;

/// A project.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Project {
    /// The project.
    pub id: ProjectId,
    /// Whose it is.
    pub owner_id: UserId,
    /// What it is called.
    #[schema(example = "Tide tables")]
    pub title: String,
    /// What its person says of it.
    pub description: Option<String>,
    /// For whom it is.
    #[schema(example = "Harbour office")]
    pub client: Option<String>,
    /// 0 to 9 of the palette, or `#rrggbb`.
    #[schema(example = "#1f7a8c")]
    pub color: Option<String>,
    /// What a billable hour costs.
    pub hourly_rate: Option<Amount>,
    /// It is over: to be left out of what is offered.
    pub archived: bool,
    /// What its entries add up to; a running one counts up to now.
    pub total_seconds: Seconds,
    /// How many entries it has.
    pub entry_count: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
    /// The import that made it, until a person changes it.
    #[serde(skip)]
    pub import_id: Option<ImportId>,
}

/// A project that is made.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
pub struct NewProject {
    /// What it is called: 1 to 200 characters.
    #[validate(custom(function = check_title))]
    #[schema(max_length = 200, example = "Tide tables")]
    pub title: String,
    /// Anything else about it, up to 2000 characters.
    #[validate(custom(function = check_description))]
    #[schema(max_length = 2000)]
    pub description: Option<String>,
    /// For whom it is, up to 200 characters.
    #[validate(custom(function = check_client))]
    #[schema(max_length = 200, example = "Harbour office")]
    pub client: Option<String>,
    /// 0 to 9 of the palette, or `#rrggbb`.
    #[validate(custom(function = check_color))]
    pub color: Option<String>,
    /// What a billable hour costs, at most three decimals.
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 999_999_999.999, example = 85.5)]
    pub hourly_rate: Option<Amount>,
    /// It is over (false).
    pub archived: Option<bool>,
}

impl NewProject {
    /// The project it is, as of `now`.
    #[must_use]
    pub fn project(&self, user: UserId, id: ProjectId, now: DateTime<Utc>) -> Project {
        Project {
            id,
            owner_id: user,
            title: self.title.trim().to_owned(),
            description: text::given(self.description.as_deref()),
            client: text::given(self.client.as_deref()),
            color: self.color.clone(),
            hourly_rate: self.hourly_rate,
            archived: self.archived.unwrap_or(false),
            total_seconds: Seconds(0),
            entry_count: 0,
            created_at: now,
            updated_at: now,
            import_id: None,
        }
    }
}

/// A change of a project; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
pub struct ProjectPatch {
    /// What it is called.
    #[validate(custom(function = check_title))]
    #[schema(max_length = 200)]
    pub title: Option<String>,
    /// Anything else about it; empty: nothing.
    #[validate(custom(function = check_description))]
    #[schema(max_length = 2000)]
    pub description: Option<String>,
    /// For whom it is; empty: for nobody.
    #[validate(custom(function = check_client))]
    #[schema(max_length = 200)]
    pub client: Option<String>,
    /// 0 to 9 of the palette, or `#rrggbb`; `null`: none.
    #[serde(default, deserialize_with = "maybe_null")]
    #[validate(custom(function = check_color))]
    #[schema(value_type = Option<String>)]
    pub color: Option<Option<String>>,
    /// What a billable hour costs, also of those that are past; `null`: nothing.
    #[serde(default, deserialize_with = "maybe_null")]
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 999_999_999.999, example = 85.5)]
    pub hourly_rate: Option<Option<Amount>>,
    /// It is over.
    pub archived: Option<bool>,
}

impl ProjectPatch {
    /// `project` with this change. It is its person's from then on.
    #[must_use]
    pub fn apply(&self, mut project: Project, now: DateTime<Utc>) -> Project {
        if let Some(title) = &self.title {
            title.trim().clone_into(&mut project.title);
        }
        if self.description.is_some() {
            project.description = text::given(self.description.as_deref());
        }
        if self.client.is_some() {
            project.client = text::given(self.client.as_deref());
        }
        if let Some(color) = &self.color {
            project.color.clone_from(color);
        }
        project.hourly_rate = self.hourly_rate.unwrap_or(project.hourly_rate);
        project.archived = self.archived.unwrap_or(project.archived);
        project.import_id = None;
        project.updated_at = now;
        project
    }
}

/// Which projects are asked for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProjectFilter {
    /// Those that are over, or those that are not; all of them without it.
    pub archived: Option<bool>,
}

/// Projects of an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Projects {
    /// Newest first.
    pub projects: Vec<Project>,
    /// How many there are.
    pub total: i64,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// What becomes of the entries of a project that is deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Orphans {
    /// They stay, and are of no project.
    #[default]
    Keep,
    /// They are of another project from then on.
    Move,
}

/// How a project is deleted.
#[derive(Clone, Copy, Debug, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProjectEnd {
    /// `keep` (as without it): its entries stay, and are of no project; `move`: they go to the project `to`.
    #[param(inline)]
    pub entries: Option<Orphans>,
    /// The project that they go to.
    pub to: Option<ProjectId>,
}

impl ProjectEnd {
    /// The project to which the entries of `project` go, if they go to one.
    ///
    /// # Errors
    /// `PROJECT_MISSING`, for the field `to`.
    pub fn heir(&self, project: ProjectId) -> Result<Option<ProjectId>, FieldError> {
        match (self.entries.unwrap_or_default(), self.to) {
            (Orphans::Keep, None) => Ok(None),
            (Orphans::Move, Some(to)) if to != project => Ok(Some(to)),
            (Orphans::Keep, Some(_)) => {
                let message = "is where entries go with entries=move; without it they stay";
                Err(FieldError::new("to", message, "ENTRIES_INVALID"))
            }
            _ => {
                let message = "must be another project, to which the entries go";
                Err(FieldError::new("to", message, "PROJECT_MISSING"))
            }
        }
    }
}

fn check_title(title: &str) -> Result<(), ValidationError> {
    if title.trim().is_empty() {
        return Err(ValidationError::new("TITLE_MISSING").with_message("is empty".into()));
    }
    text::validate(title, TITLE)
}

fn check_client(text: &str) -> Result<(), ValidationError> {
    text::validate(text, CLIENT)
}

fn check_description(text: &str) -> Result<(), ValidationError> {
    text::validate(text, DESCRIPTION)
}

fn check_color(color: &str) -> Result<(), ValidationError> {
    if is_color(color) {
        return Ok(());
    }
    Err(ValidationError::new("COLOR_INVALID").with_message("must be 0 to 9, or #rrggbb".into()))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::valid::Valid;

    fn patch(json: &str) -> Result<ProjectPatch, Vec<FieldError>> {
        Valid::check(serde_json::from_str::<ProjectPatch>(json).unwrap()).map(Valid::into_inner)
    }

    #[test]
    fn what_is_absent_stays_and_null_is_nothing() {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let new: NewProject = serde_json::from_str(
            r##"{"title": " Tides ", "client": " ", "color": "#1f7a8c", "hourly_rate": 85.5}"##,
        )
        .unwrap();
        let project = new.project(UserId(Uuid::nil()), ProjectId(Uuid::nil()), now);
        assert_eq!((project.title.as_str(), project.client.as_deref()), ("Tides", None));
        assert_eq!(patch("{}").unwrap().apply(project.clone(), now), project);
        let changed = patch(r#"{"client": "Harbour", "hourly_rate": null, "color": null, "archived": true}"#);
        let changed = changed.unwrap().apply(project.clone(), now);
        assert_eq!(
            (changed.client.as_deref(), changed.hourly_rate, changed.archived),
            (Some("Harbour"), None, true)
        );
        assert_eq!((changed.color, changed.title), (None, project.title));
        for (json, field) in [(r#"{"title": " "}"#, "title"), (r#"{"color": "red"}"#, "color")] {
            assert_eq!(patch(json).unwrap_err()[0].field, field);
        }
    }

    #[test]
    fn entries_go_to_another_project() {
        let [one, other] = [1, 2].map(|id| ProjectId(Uuid::from_u128(id)));
        let heir = |entries, to| ProjectEnd { entries, to }.heir(one).map_err(|error| error.code);
        assert_eq!(heir(None, None), Ok(None));
        assert_eq!(heir(Some(Orphans::Move), Some(other)), Ok(Some(other)));
        assert_eq!(heir(Some(Orphans::Move), Some(one)), Err("PROJECT_MISSING".into()));
        assert_eq!(heir(Some(Orphans::Move), None), Err("PROJECT_MISSING".into()));
        assert_eq!(heir(None, Some(other)), Err("ENTRIES_INVALID".into()));
    }
}
