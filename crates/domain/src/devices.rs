//! Devices: what reports usage, and the tokens it is given.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use crate::accounts;
use crate::admin::Owner;
use crate::ids::DeviceId;
use crate::text;
use crate::tokens::TokenPair;

/// What a device runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "names of platforms")]
pub enum Platform {
    Windows,
    Macos,
    Linux,
    Android,
    Ios,
    Browser,
    Other,
}

impl Platform {
    /// As it is stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Platform::Windows => "windows",
            Platform::Macos => "macos",
            Platform::Linux => "linux",
            Platform::Android => "android",
            Platform::Ios => "ios",
            Platform::Browser => "browser",
            Platform::Other => "other",
        }
    }

    /// What `text` names; [`Platform::Other`] for what no version of this program has written.
    #[must_use]
    pub fn from_stored(text: &str) -> Platform {
        [
            Platform::Windows,
            Platform::Macos,
            Platform::Linux,
            Platform::Android,
            Platform::Ios,
            Platform::Browser,
        ]
        .into_iter()
        .find(|platform| platform.as_str() == text)
        .unwrap_or(Platform::Other)
    }
}

/// A device of an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Device {
    /// The device.
    #[serde(rename = "device_id")]
    pub id: DeviceId,
    /// What its owner calls it.
    #[schema(example = "Pixel 7")]
    pub name: String,
    /// What it runs.
    pub platform: Platform,
    /// Maker's model.
    pub model: Option<String>,
    /// Version of its system.
    pub os_version: Option<String>,
    /// Version of the app that reports.
    pub app_version: Option<String>,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// When it was last heard of, to the minute.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// When it was cut off.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Sessions it has reported.
    pub session_count: i64,
    /// Whether it is the one that asks.
    pub current: bool,
    /// Whose it is, where an admin asks for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
}

/// A device that wants to report.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct NewDevice {
    /// What to call it; its model or platform when absent.
    #[validate(custom(function = check_name))]
    #[schema(example = "Pixel 7", max_length = 100)]
    pub name: Option<String>,
    /// What it runs.
    pub platform: Platform,
    /// A secret the device keeps, 8 to 200 characters: registering again with it gives the same device.
    /// Made by the server when absent.
    #[validate(custom(function = check_key))]
    #[schema(min_length = 8, max_length = 200)]
    pub device_key: Option<String>,
    /// Maker's model.
    #[validate(custom(function = check_name))]
    #[schema(max_length = 100)]
    pub model: Option<String>,
    /// Version of its system.
    #[validate(custom(function = check_name))]
    #[schema(max_length = 100)]
    pub os_version: Option<String>,
    /// Version of the app that reports.
    #[validate(custom(function = check_name))]
    #[schema(max_length = 100)]
    pub app_version: Option<String>,
    /// IANA time zone of the guest account that is made for it (UTC).
    #[validate(custom(function = accounts::check_timezone))]
    #[schema(example = "Europe/Berlin")]
    pub timezone: Option<String>,
    /// The code that somebody signed in shows: the device becomes theirs.
    #[schema(example = "K7QM-3XWD")]
    pub pairing_code: Option<String>,
}

impl NewDevice {
    /// What the device is called.
    #[must_use]
    pub fn display_name(&self) -> String {
        let given =
            self.name.as_deref().or(self.model.as_deref()).map(str::trim).filter(|name| !name.is_empty());
        given.unwrap_or(self.platform.as_str()).to_owned()
    }
}

/// The key of a guest's device that somebody claims.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct Claim {
    /// The device's secret: who holds it has the device in hand.
    #[validate(custom(function = check_key))]
    #[schema(min_length = 8, max_length = 200)]
    pub device_key: String,
}

/// A short code by which a new device joins an account.
#[derive(Clone, Serialize, ToSchema)]
pub struct PairingCode {
    /// To type on the device, or to show it as a picture.
    #[schema(example = "K7QM-3XWD")]
    pub code: String,
    /// When it ceases to serve. It serves once.
    pub expires_at: DateTime<Utc>,
}

/// What a device is given when it registers.
#[derive(Serialize, ToSchema)]
pub struct Registered {
    /// The device.
    pub device_id: DeviceId,
    /// Its secret: registering again with it gives the same device.
    pub device_key: String,
    /// What it is called.
    pub name: String,
    /// What it runs.
    pub platform: Platform,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// Its tokens.
    #[serde(flatten)]
    pub tokens: TokenPair,
}

/// Devices of an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Devices {
    /// Oldest first; of all accounts, newest account first.
    pub devices: Vec<Device>,
    /// How many there are.
    pub total: i64,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// Whose devices are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Those of who asks.
    #[default]
    Own,
    /// Everybody's: for admins.
    All,
}

/// Whose devices are asked for.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DeviceScope {
    /// `all` is for admins.
    #[serde(default)]
    #[param(inline)]
    pub scope: Scope,
}

/// A change of a device; what is absent stays.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct DevicePatch {
    /// What to call it.
    #[validate(custom(function = check_given_name))]
    #[schema(example = "Work laptop", min_length = 1, max_length = 100)]
    pub name: Option<String>,
}

pub(crate) fn check_name(text: &str) -> Result<(), ValidationError> {
    text::validate(text, 100)
}

fn check_given_name(text: &str) -> Result<(), ValidationError> {
    if text.trim().is_empty() {
        return Err(ValidationError::new("NAME_MISSING").with_message("must not be empty".into()));
    }
    check_name(text)
}

fn check_key(text: &str) -> Result<(), ValidationError> {
    let characters = text.chars().count();
    if (8..=200).contains(&characters) {
        return Ok(());
    }
    Err(ValidationError::new("DEVICE_KEY_INVALID").with_message("must have 8 to 200 characters".into()))
}
