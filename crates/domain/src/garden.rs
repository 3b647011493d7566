//! The garden: a plant for each focus session. It grows with the session's minutes and withers when it is given up.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use crate::focus::{FocusSession, Outcome};
use crate::ids::{FocusSessionId, PlantId, UserId};
use crate::text;

/// The last stage: grown.
pub const GROWN: i16 = 5;
const TYPE: usize = 40;

/// A kind of plant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Species {
    /// What it is called in `plant_type`.
    pub id: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// The level from which it may be planted.
    pub level: i64,
}

const fn species(id: &'static str, name: &'static str, level: i64) -> Species {
    Species { id, name, level }
}

/// All there are, by level. Their pictures are in `web/plants/`.
pub const SPECIES: [Species; 14] = [
    species("sunflower", "Sunflower", 1),
    species("fern", "Fern", 1),
    species("tulip", "Tulip", 1),
    species("rose", "Rose", 1),
    species("cactus", "Cactus", 1),
    species("lavender", "Lavender", 2),
    species("bamboo", "Bamboo", 3),
    species("apple-tree", "Apple tree", 4),
    species("maple", "Maple", 5),
    species("birch", "Birch", 7),
    species("cherry-blossom", "Cherry blossom", 9),
    species("pine", "Pine", 12),
    species("wisteria", "Wisteria", 15),
    species("ginkgo", "Ginkgo", 20),
];

impl Species {
    /// The species that `plant_type` names, without regard to case, spaces and underscores.
    #[must_use]
    pub fn named(plant_type: &str) -> Option<&'static Species> {
        let folded = plant_type.trim().to_lowercase().replace([' ', '_'], "-");
        SPECIES.iter().find(|species| species.id == folded)
    }

    /// Whether somebody of `level` may not plant it yet. What is no species of ours is a client's own affair.
    #[must_use]
    pub fn is_locked(plant_type: &str, level: i64) -> bool {
        Species::named(plant_type).is_some_and(|species| species.level > level)
    }

    /// As it is shown to somebody of `level`.
    #[must_use]
    pub fn shown(&self, level: i64) -> ShownSpecies {
        let Species { id, name, level: from } = *self;
        ShownSpecies {
            id,
            name,
            level: from,
            unlocked: from <= level,
            pictures: (0..=GROWN).map(|stage| format!("/plants/{id}/{stage}.svg")).collect(),
            withered: format!("/plants/{id}/withered.svg"),
        }
    }
}

/// A kind of plant, as it is shown to somebody.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ShownSpecies {
    /// What it is called in `plant_type`.
    #[schema(example = "sunflower")]
    pub id: &'static str,
    /// What people call it.
    #[schema(example = "Sunflower")]
    pub name: &'static str,
    /// The level from which it may be planted.
    pub level: i64,
    /// Whether who asks may.
    pub unlocked: bool,
    /// Paths of its pictures on this server (SVG), one for each stage.
    pub pictures: Vec<String>,
    /// Path of its picture when it is withered.
    pub withered: String,
}

/// All kinds of plants.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AllSpecies {
    /// By the level that unlocks them.
    pub species: Vec<ShownSpecies>,
    /// How many there are.
    pub total: i64,
}

/// The stage that so many minutes grow a plant to: one every five, grown with twenty-five.
#[must_use]
pub fn stage(focus_min: i32) -> i16 {
    i16::try_from(focus_min / 5).unwrap_or(GROWN).clamp(0, GROWN)
}

/// A plant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Plant {
    /// The plant.
    pub id: PlantId,
    /// Whose it is.
    pub user_id: UserId,
    /// The session it grew by.
    pub session_id: FocusSessionId,
    /// Its number in the garden, or what its client called it.
    pub plant_num: i32,
    /// A species, or what its client calls it.
    #[schema(example = "sunflower")]
    pub plant_type: String,
    /// 0, just planted, to 5, grown.
    pub growth_stage: i16,
    /// Its session was given up.
    pub withered: bool,
    /// Plants in the garden now.
    pub total_plants: i64,
    /// Whole minutes of its session.
    pub focus_min: i32,
    /// When its session began.
    pub started_at: DateTime<Utc>,
    /// When the server learned of it.
    pub created_at: DateTime<Utc>,
}

/// What becomes of a session's plant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Growth {
    /// The stage it has reached; a plant never shrinks.
    pub stage: i16,
    /// Whether it withers.
    pub withered: bool,
}

impl Growth {
    /// By `session`; `None` where there is nothing to be seen of it.
    #[must_use]
    pub fn by(session: &FocusSession) -> Option<Growth> {
        if session.is_false_start() {
            return None;
        }
        let withered = session.outcome() == Outcome::Abandoned;
        let stage = if session.outcome() == Outcome::Running { 0 } else { stage(session.focus_min) };
        Some(Growth { stage, withered })
    }
}

/// A plant for a session.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct NewPlant {
    /// A session of the account, which has no plant of a client's making.
    pub session_id: FocusSessionId,
    /// A species that is unlocked, or a client's own name for one.
    #[validate(custom(function = check_type))]
    #[schema(example = "sunflower", min_length = 1, max_length = 40)]
    pub plant_type: String,
    /// 0 to 5; less than the session's minutes have grown it to changes nothing.
    #[validate(custom(function = check_stage))]
    #[schema(minimum = 0, maximum = 5)]
    pub growth_stage: Option<i16>,
    /// Its number; the next when absent.
    #[validate(custom(function = check_number))]
    #[schema(minimum = 0)]
    pub plant_num: Option<i32>,
}

/// A change of a plant; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
pub struct PlantPatch {
    /// 0 to 5; a stage never falls.
    #[validate(custom(function = check_stage))]
    #[schema(minimum = 0, maximum = 5)]
    pub growth_stage: Option<i16>,
    /// A species that is unlocked, or a client's own name for one.
    #[validate(custom(function = check_type))]
    #[schema(min_length = 1, max_length = 40)]
    pub plant_type: Option<String>,
}

/// Which plants are asked for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GardenFilter {
    /// Of sessions that started at this instant (RFC 3339) or later, or on this date.
    pub from: Option<String>,
    /// Of sessions that started before this instant, or on this date at the latest.
    pub to: Option<String>,
}

/// Plants of an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Garden {
    /// Newest first.
    pub gardens: Vec<Plant>,
    /// How many there are.
    pub total: i64,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

pub(crate) fn check_type(name: &str) -> Result<(), ValidationError> {
    if name.trim().is_empty() {
        return Err(ValidationError::new("PLANT_MISSING").with_message("must not be empty".into()));
    }
    text::check(name, TYPE).map_err(|_| {
        ValidationError::new("PLANT_INVALID").with_message("has more than 40 characters, or a NUL".into())
    })
}

fn check_stage(stage: i16) -> Result<(), ValidationError> {
    if (0..=GROWN).contains(&stage) {
        return Ok(());
    }
    Err(ValidationError::new("STAGE_INVALID").with_message("must be 0 to 5".into()))
}

fn check_number(number: i32) -> Result<(), ValidationError> {
    if number >= 0 {
        return Ok(());
    }
    Err(ValidationError::new("NUMBER_INVALID").with_message("must not be below 0".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plant_grows_with_the_minutes() {
        for (minutes, reached) in [(0, 0), (4, 0), (5, 1), (24, 4), (25, 5), (480, 5)] {
            assert_eq!(stage(minutes), reached, "{minutes}");
        }
    }

    #[test]
    fn species_have_names_that_clients_may_write_otherwise() {
        for name in ["cherry-blossom", "Cherry Blossom", " CHERRY_blossom "] {
            assert_eq!(Species::named(name).map(|species| species.id), Some("cherry-blossom"), "{name}");
        }
        assert_eq!(Species::named("triffid"), None);
        for (name, level, locked) in
            [("pine", 11, true), ("Pine", 12, false), ("sunflower", 1, false), ("triffid", 1, false)]
        {
            assert_eq!(Species::is_locked(name, level), locked, "{name} {level}");
        }
        assert!(SPECIES.is_sorted_by_key(|species| species.level));
    }

    #[test]
    fn every_species_has_its_pictures() {
        let web = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web");
        for shown in SPECIES.iter().map(|species| species.shown(1)) {
            assert_eq!(shown.pictures.len(), 6);
            for picture in shown.pictures.iter().chain([&shown.withered]) {
                assert!(std::path::Path::new(&format!("{web}{picture}")).is_file(), "{picture}");
            }
        }
    }
}
