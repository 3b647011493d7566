//! What goes on on the server, in figures for those who run it.

use chrono::{DateTime, Duration, DurationRound, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::days::{self, Calendar};
use crate::{events, usage};

/// Minutes that are shown one by one.
pub const MINUTES: i32 = 60;
/// Days that are shown.
pub const DAYS: i32 = 30;
/// How long minutes are kept: until the first of the days shown is over, wherever it began.
pub const KEPT: Duration = Duration::days(31);

/// Figures of the whole server.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ServerStats {
    /// People with an account.
    pub people: People,
    /// Accounts of devices that nobody has claimed.
    pub guests: i64,
    /// Devices of people and guests.
    pub devices: DeviceCounts,
    /// What was uploaded.
    pub ingest: Ingest,
    /// What the database holds.
    pub storage: Storage,
}

/// People with an account.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct People {
    /// All of them.
    pub total: i64,
    /// Those who may sign in.
    pub active: i64,
    /// Those who may not.
    pub disabled: i64,
    /// Admins, active or not.
    pub admins: i64,
}

/// Devices of people and guests.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct DeviceCounts {
    /// All of them.
    pub total: i64,
    /// Those that were cut off.
    pub revoked: i64,
    /// Those heard of within 24 hours.
    pub seen_last_day: i64,
}

/// Uploads, and what became of their rows: sessions of usage, events of browsers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Uploads {
    /// Uploads.
    pub batches: i64,
    /// Rows that were new.
    pub accepted: i64,
    /// Sessions that were there and have grown.
    pub updated: i64,
    /// Rows that were there.
    pub duplicates: i64,
    /// Rows that were refused.
    pub rejected: i64,
}

impl Uploads {
    fn one(accepted: usize, updated: usize, duplicates: usize, rejected: usize) -> Uploads {
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        Uploads {
            batches: 1,
            accepted: number(accepted),
            updated: number(updated),
            duplicates: number(duplicates),
            rejected: number(rejected),
        }
    }
}

impl From<&usage::batch::Receipt> for Uploads {
    fn from(receipt: &usage::batch::Receipt) -> Uploads {
        Uploads::one(receipt.accepted, receipt.updated, receipt.duplicates, receipt.rejected.len())
    }
}

impl From<&events::batch::Receipt> for Uploads {
    fn from(receipt: &events::batch::Receipt) -> Uploads {
        Uploads::one(receipt.synced, 0, receipt.duplicates, receipt.rejected.len())
    }
}

/// Uploads of a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct IngestMinute {
    /// Its first instant.
    pub at: DateTime<Utc>,
    /// What was uploaded in it.
    #[serde(flatten)]
    pub uploads: Uploads,
}

/// Uploads of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct IngestDay {
    /// The day, by the calendar of the admin who asks.
    pub date: NaiveDate,
    /// What was uploaded in it.
    #[serde(flatten)]
    pub uploads: Uploads,
}

/// What all server processes together were sent. Each adds what it was every ten seconds: one that is killed takes at most
/// that with it, from these figures alone.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Ingest {
    /// The last hour, oldest first, minutes without uploads included.
    pub minutes: Vec<IngestMinute>,
    /// The last 30 days, oldest first, today included.
    pub days: Vec<IngestDay>,
}

/// What the database holds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Storage {
    /// All of it, on its disk.
    pub database_bytes: i64,
    /// The largest first.
    pub tables: Vec<Table>,
}

/// A table.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Table {
    /// Its name.
    #[schema(example = "usage")]
    pub name: String,
    /// What it takes of the disk, with its indexes.
    pub bytes: i64,
    /// How many rows it has, as the database estimates.
    pub rows: i64,
}

/// The minute that holds `at`.
#[must_use]
pub fn minute_of(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(Duration::minutes(1)).unwrap_or(at)
}

/// The first of the minutes that are shown at `now`.
#[must_use]
pub fn first_minute(now: DateTime<Utc>) -> DateTime<Utc> {
    minute_of(now) - Duration::minutes(i64::from(MINUTES - 1))
}

/// Each minute shown at `now`, of which `kept` holds those that had uploads.
#[must_use]
pub fn minutes(kept: &[IngestMinute], now: DateTime<Utc>) -> Vec<IngestMinute> {
    let first = first_minute(now);
    let each = (0..MINUTES).map(|number| {
        let at = first + Duration::minutes(i64::from(number));
        let uploads = kept.iter().find(|minute| minute.at == at).map(|minute| minute.uploads);
        IngestMinute { at, uploads: uploads.unwrap_or_default() }
    });
    each.collect()
}

/// The days shown at `now`: each with its first instant and the first after it.
#[must_use]
pub fn days(calendar: &Calendar, now: DateTime<Utc>) -> Vec<(NaiveDate, DateTime<Utc>, DateTime<Utc>)> {
    let today = calendar.date_at(now);
    let dates = (0..DAYS).rev().map(|ago| days::plus(today, -i64::from(ago)));
    dates.map(|date| (date, calendar.start(date), calendar.day(date).to)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_has_sixty_minutes_whatever_was_uploaded() {
        let now: DateTime<Utc> = "2026-11-22T12:34:56Z".parse().unwrap();
        let uploads = Uploads { batches: 1, accepted: 2, ..Uploads::default() };
        let one = IngestMinute { at: "2026-11-22T12:00:00Z".parse().unwrap(), uploads };
        let all = minutes(&[one], now);
        assert_eq!((all.len(), all[0].at.to_rfc3339()), (60, "2026-11-22T11:35:00+00:00".into()));
        assert_eq!(all[59].at, minute_of(now));
        assert_eq!((all[25], all[26].uploads), (one, Uploads::default()));
    }

    #[test]
    fn days_are_the_calendars_and_are_all_kept() {
        let now: DateTime<Utc> = "2026-11-22T12:34:56Z".parse().unwrap();
        let all = days(&Calendar::in_zone(chrono_tz::Pacific::Kiritimati), now);
        assert_eq!((all.len(), all[29].0.to_string()), (30, "2026-11-23".to_owned()));
        assert!(all.windows(2).all(|pair| pair[0].2 == pair[1].1));
        assert!(all[29].1 <= now && now < all[29].2 && now - all[0].1 < KEPT);
    }
}
