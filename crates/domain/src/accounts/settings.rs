//! What an account's clients keep with it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::categories;
use crate::consumption::{self, Amount};
use crate::focus::timer::TimerSettings;
use crate::insights::InsightSettings;
use crate::time_entries::Overlap;

/// What an account's clients keep with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Settings {
    /// Seconds between two syncs of a client.
    #[schema(example = 300)]
    pub sync_interval: u32,
    /// How domains and apps are weighed.
    #[schema(value_type = Object)]
    pub categorization: serde_json::Map<String, serde_json::Value>,
    /// Whether others see the username, level and points.
    pub public_profile: bool,
    /// kWh that a cubic metre of gas gives.
    #[schema(value_type = f64, example = 11.2)]
    pub calorific_value: Amount,
    /// How the timer of focus apps is set, once it was.
    pub timer: Option<TimerSettings>,
    /// Whether queries and fragments of addresses that extensions report are kept.
    pub keep_queries: bool,
    /// Whether events of private windows are kept.
    pub keep_incognito: bool,
    /// Who writes insights.
    pub insights: InsightSettings,
    /// Whether time entries may overlap.
    pub overlap: Overlap,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            sync_interval: 300,
            categorization: serde_json::Map::new(),
            public_profile: true,
            calorific_value: consumption::CALORIFIC_VALUE,
            timer: None,
            keep_queries: false,
            keep_incognito: false,
            insights: InsightSettings::default(),
            overlap: Overlap::Allow,
        }
    }
}

/// A change of the settings; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
pub struct SettingsPatch {
    /// Seconds between two syncs of a client.
    pub sync_interval: Option<u32>,
    /// How domains and apps are weighed, in place of what was there. `categories` in it is a tree of categories, as
    /// `GET /categories` shows it; anything else is kept as it is.
    #[validate(custom(function = check_categorization))]
    #[schema(value_type = Option<Object>)]
    pub categorization: Option<serde_json::Map<String, serde_json::Value>>,
    /// Whether others see the username, level and points.
    pub public_profile: Option<bool>,
    /// kWh that a cubic metre of gas gives, 1 to 50. What was given as a volume of gas is reckoned anew.
    #[validate(custom(function = consumption::check_calorific_value))]
    #[schema(value_type = Option<f64>, minimum = 1, maximum = 50, example = 11.2)]
    pub calorific_value: Option<Amount>,
    /// How the timer of focus apps is set, in place of what was there.
    #[validate(nested)]
    pub timer: Option<TimerSettings>,
    /// Whether queries and fragments of addresses that extensions report are kept (false): from now on.
    pub keep_queries: Option<bool>,
    /// Whether events of private windows are kept (false): from now on.
    pub keep_incognito: Option<bool>,
    /// Who writes insights, in place of what was there: nothing leaves the server before another than `builtin` does.
    pub insights: Option<InsightSettings>,
    /// Whether time entries may overlap: `allow` (as without it), `warn`, `forbid`. It cannot be forbidden while some do.
    pub overlap: Option<Overlap>,
}

impl SettingsPatch {
    /// `settings` with what is told.
    #[must_use]
    pub fn told(&self, settings: &Settings) -> Settings {
        let SettingsPatch {
            sync_interval,
            categorization,
            public_profile,
            calorific_value,
            timer,
            keep_queries,
            keep_incognito,
            insights,
            overlap,
        } = self;
        let mut settings = settings.clone();
        settings.sync_interval = sync_interval.unwrap_or(settings.sync_interval);
        settings.public_profile = public_profile.unwrap_or(settings.public_profile);
        settings.calorific_value = calorific_value.unwrap_or(settings.calorific_value);
        settings.keep_queries = keep_queries.unwrap_or(settings.keep_queries);
        settings.keep_incognito = keep_incognito.unwrap_or(settings.keep_incognito);
        settings.insights = insights.unwrap_or(settings.insights);
        settings.overlap = overlap.unwrap_or(settings.overlap);
        if let Some(categorization) = categorization {
            settings.categorization.clone_from(categorization);
        }
        if timer.is_some() {
            settings.timer.clone_from(timer);
        }
        settings
    }
}

/// PostgreSQL's JSON holds no NUL, neither in texts nor in names.
fn check_categorization(map: &serde_json::Map<String, serde_json::Value>) -> Result<(), ValidationError> {
    fn holds_nul(value: &serde_json::Value) -> bool {
        match value {
            serde_json::Value::String(text) => text.contains('\0'),
            serde_json::Value::Array(list) => list.iter().any(holds_nul),
            serde_json::Value::Object(map) => {
                map.iter().any(|(name, value)| name.contains('\0') || holds_nul(value))
            }
            _ => false,
        }
    }
    if map.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)) {
        return Err(ValidationError::new("TEXT_INVALID").with_message("holds a NUL character".into()));
    }
    categories::check(map)
}
