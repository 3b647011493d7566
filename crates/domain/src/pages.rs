//! Pages of a list.

use serde::Deserialize;
use utoipa::IntoParams;
use validator::{Validate, ValidationError};

/// How many rows a page may have at the most.
pub const LIMIT: i64 = 1000;

/// Which part of a list is asked for.
#[derive(Clone, Debug, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Rows a page, 1 to 1000 (100).
    #[validate(custom(function = check_limit))]
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<i64>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl Page {
    /// Rows asked for.
    #[must_use]
    pub fn limit(&self) -> i64 {
        self.limit.unwrap_or(100)
    }
}

fn check_limit(limit: i64) -> Result<(), ValidationError> {
    if (1..=LIMIT).contains(&limit) {
        return Ok(());
    }
    Err(ValidationError::new("LIMIT_INVALID").with_message("must be 1 to 1000".into()))
}
