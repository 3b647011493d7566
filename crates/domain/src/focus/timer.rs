//! How the timer of a focus app is set: kept with the account, so that each of a person's devices has it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use super::LONGEST_MIN;
use crate::text;

const SPECIES: usize = 64;

/// How somebody's timer is set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(default)]
pub struct TimerSettings {
    /// Minutes that a session is planned for; none where the end is open.
    #[validate(range(min = 1, max = LONGEST_MIN, code = "DURATION_INVALID", message = "must be 1 to 480"))]
    #[schema(minimum = 1, maximum = 480, example = 25)]
    pub duration_min: Option<i32>,
    /// Which species is planted; none: as it comes.
    #[validate(custom(function = check_species))]
    #[schema(max_length = 64)]
    pub plant: Option<String>,
    /// Whether a session is followed by a break.
    pub breaks: bool,
    /// Minutes of a break.
    #[validate(range(min = 1, max = 120, code = "BREAK_INVALID", message = "must be 1 to 120"))]
    #[schema(minimum = 1, maximum = 120)]
    pub short_break_min: i32,
    /// Minutes of a long one.
    #[validate(range(min = 1, max = 120, code = "BREAK_INVALID", message = "must be 1 to 120"))]
    #[schema(minimum = 1, maximum = 120)]
    pub long_break_min: i32,
    /// Every how many sessions a break is a long one.
    #[validate(range(min = 1, max = 12, code = "BREAK_INVALID", message = "must be 1 to 12"))]
    #[schema(minimum = 1, maximum = 12)]
    pub long_break_every: i32,
    /// Whether the next session starts by itself when a break is over.
    pub auto_start: bool,
}

impl Default for TimerSettings {
    fn default() -> TimerSettings {
        TimerSettings {
            duration_min: Some(25),
            plant: None,
            breaks: true,
            short_break_min: 5,
            long_break_min: 15,
            long_break_every: 4,
            auto_start: false,
        }
    }
}

fn check_species(text: &str) -> Result<(), ValidationError> {
    text::validate(text, SPECIES)
}
