//! Accounts. For now every account is a guest's: it exists because a device reported to it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::days::{Calendar, DayStart, Entry, WeekStart};
use crate::ids::UserId;

/// An account as its people and devices see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Account {
    /// The account.
    pub id: UserId,
    /// IANA time zone that holds now.
    #[schema(value_type = String, example = "Europe/Berlin")]
    pub timezone: Tz,
    /// When its day starts, by the wall clock.
    #[schema(value_type = String, example = "04:00")]
    pub day_start: DayStart,
    /// When its week starts.
    pub week_start: WeekStart,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
    /// Its whole calendar; past days keep the zone they were lived in.
    #[serde(skip)]
    #[schema(ignore)]
    pub calendar: Calendar,
}

impl Account {
    /// An account with this calendar.
    #[must_use]
    pub fn new(
        id: UserId,
        calendar: Calendar,
        created_at: DateTime<Utc>,
        updated_at: DateTime<Utc>,
    ) -> Account {
        let Entry { timezone, day_start, week_start, .. } = *calendar.current();
        Account { id, timezone, day_start, week_start, created_at, updated_at, calendar }
    }
}

/// A change of an account; what is absent stays.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct AccountPatch {
    /// IANA time zone.
    #[validate(custom(function = check_timezone))]
    #[schema(example = "America/St_Johns")]
    pub timezone: Option<String>,
    /// When a day starts, `HH:MM`.
    #[validate(custom(function = check_day_start))]
    #[schema(example = "04:00")]
    pub day_start: Option<String>,
    /// When a week starts.
    pub week_start: Option<WeekStart>,
    /// From when the new rules hold: now when absent, or later than now. An earlier instant corrects the past, and
    /// its figures are derived anew.
    pub effective_from: Option<DateTime<Utc>>,
}

impl AccountPatch {
    /// `calendar` with this change made at `now`; `None` where nothing changes, as when the same change is sent
    /// again.
    #[must_use]
    pub fn apply(&self, calendar: &Calendar, now: DateTime<Utc>) -> Option<Calendar> {
        let old = *calendar.current();
        let zone = self.timezone.as_deref().and_then(|name| name.parse().ok());
        let start = self.day_start.clone().and_then(|text| DayStart::try_from(text).ok());
        let entry = Entry {
            from: Some(self.effective_from.unwrap_or(now).min(now)),
            timezone: zone.unwrap_or(old.timezone),
            day_start: start.unwrap_or(old.day_start),
            week_start: self.week_start.unwrap_or(old.week_start),
        };
        if self.effective_from.is_none() && (Entry { from: old.from, ..entry }) == old {
            return None;
        }
        let changed = calendar.changed(entry);
        (changed != *calendar).then_some(changed)
    }
}

/// Whether `name` is a zone of the IANA database.
///
/// # Errors
/// `TIMEZONE_INVALID`.
pub fn check_timezone(name: &str) -> Result<(), ValidationError> {
    match name.parse::<Tz>() {
        Ok(_) => Ok(()),
        Err(_) => Err(ValidationError::new("TIMEZONE_INVALID")
            .with_message("is not an IANA time zone such as Europe/Berlin".into())),
    }
}

fn check_day_start(text: &str) -> Result<(), ValidationError> {
    DayStart::try_from(text.to_owned())
        .map(|_| ())
        .map_err(|why| ValidationError::new("DAY_START_INVALID").with_message(why.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_holds_from_now_or_from_when_it_says_and_only_once() {
        let now: DateTime<Utc> = "2026-11-21T12:00:00Z".parse().unwrap();
        let berlin = Calendar::in_zone(chrono_tz::Europe::Berlin);
        let patch = |json: &str| serde_json::from_str::<AccountPatch>(json).unwrap();
        assert_eq!(patch("{}").apply(&berlin, now), None);
        assert_eq!(patch(r#"{"timezone":"Europe/Berlin"}"#).apply(&berlin, now), None);
        let moved = patch(r#"{"timezone":"Asia/Kolkata"}"#).apply(&berlin, now).unwrap();
        assert_eq!((moved.current().from, moved.current().timezone), (Some(now), chrono_tz::Asia::Kolkata));
        let corrected = patch(r#"{"timezone":"Asia/Kolkata","effective_from":"2026-11-01T00:00:00Z"}"#);
        let once = corrected.apply(&moved, now).unwrap();
        assert_eq!(Vec::from(once.clone()).len(), 2);
        assert_eq!(corrected.apply(&once, now), None);
    }
}
