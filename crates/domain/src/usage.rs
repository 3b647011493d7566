//! Usage: what a device had in front, and the figures that come of it.
//!
//! A device reports [`Session`]s in batches ([`batch`]). Each session is cut into local days and counted into
//! a [`rollup`] per device and day, whose [`coverage`] says which moments were used at all. The statistics
//! people see ([`figures`]) are made from rollups, never from sessions, unless another time zone is asked for.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::ids::DeviceId;
use crate::numbers::Seconds;

pub mod apps;
pub mod batch;
pub mod browsers;
pub mod coverage;
pub mod figures;
pub mod rollup;

/// The longest a session may be: 24 hours.
pub const LONGEST_MS: i64 = 24 * 60 * 60 * 1000;

/// What was in front.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An application.
    #[default]
    App,
    /// A website.
    Website,
}

impl Kind {
    /// As it is stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::App => "app",
            Kind::Website => "website",
        }
    }

    /// What `text` names; [`Kind::App`] for what no version of this program has written.
    #[must_use]
    pub fn from_stored(text: &str) -> Kind {
        if text == "website" { Kind::Website } else { Kind::App }
    }
}

/// What identifies a session on its device: one thing in front, from one instant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// When it began, in whole milliseconds.
    pub started_at: DateTime<Utc>,
    /// What kind of thing.
    pub kind: Kind,
    /// Which one.
    pub app: String,
}

/// What one device had in front, one app, from one instant to another: `started_at <= t < ended_at`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Which session of the device.
    pub key: Key,
    /// When it ended, in whole milliseconds; a running one is sent again with a later end.
    pub ended_at: DateTime<Utc>,
    /// Title of the window or page.
    pub title: Option<String>,
    /// Address of the page.
    pub url: Option<String>,
}

/// A session in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Listed {
    /// The device that reported it.
    pub device_id: DeviceId,
    /// Which app or website.
    pub app: String,
    /// What it is.
    pub kind: Kind,
    /// Title of the window or page.
    pub title: Option<String>,
    /// Address of the page.
    pub url: Option<String>,
    /// First instant.
    pub started_at: DateTime<Utc>,
    /// First instant after.
    pub ended_at: DateTime<Utc>,
    /// Its length.
    pub duration_seconds: Seconds,
}

/// Sessions of an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Sessions {
    /// Newest first.
    pub sessions: Vec<Listed>,
    /// How many the filter selects.
    pub total: i64,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// Which sessions are asked for. The instants select what overlaps `from <= t < to`.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UsageFilter {
    /// From when: an instant (RFC 3339) or a date of the account.
    pub from: Option<String>,
    /// Until when: an instant, or a date whose whole day is meant.
    pub to: Option<String>,
    /// One device only.
    pub device_id: Option<DeviceId>,
    /// One app only, exactly as it was sent.
    pub app: Option<String>,
}

/// Which day or week is asked for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StatsFilter {
    /// IANA time zone to see the day from, in place of the account's.
    pub tz: Option<String>,
    /// One device only.
    pub device_id: Option<DeviceId>,
    /// The day (the last of the week): today when absent.
    pub date: Option<NaiveDate>,
    /// For weeks: the calendar week that holds `date`, in place of the seven days that end with it.
    pub calendar: Option<bool>,
}

/// Milliseconds since 1970 of an instant.
fn ms(instant: DateTime<Utc>) -> i64 {
    instant.timestamp_millis()
}
