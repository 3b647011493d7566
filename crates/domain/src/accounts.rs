//! Accounts: whose record it is. A guest's has nobody who signs in, only a device that reports to it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use utoipa::ToSchema;
use validator::{Validate, ValidateEmail, ValidationError};

use self::settings::{Settings, SettingsPatch};
use crate::days::{Calendar, DayStart, Entry, WeekStart};
use crate::devices::check_name;
use crate::ids::UserId;
use crate::passwords::Password;
use crate::valid::{FieldError, Object};

pub mod settings;

/// What somebody may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything with their own account.
    #[default]
    User,
    /// Also what concerns the server and the accounts on it.
    Admin,
}

impl Role {
    /// As it is stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Role::User => "user",
            Role::Admin => "admin",
        }
    }

    /// What `text` names; [`Role::User`] for what no version of this program has written.
    #[must_use]
    pub fn from_stored(text: &str) -> Role {
        if text == "admin" { Role::Admin } else { Role::User }
    }
}

/// An account as its person sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Account {
    /// The account.
    pub id: UserId,
    /// What its person is called here.
    #[schema(example = "ada")]
    pub username: String,
    /// Their address.
    #[schema(example = "ada@example.org")]
    pub email: String,
    /// Their name.
    #[schema(example = "Ada Lovelace")]
    pub name: Option<String>,
    /// Its first part.
    pub first_name: Option<String>,
    /// Its last part.
    pub last_name: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Whether they may sign in.
    pub is_active: bool,
    /// Their level: see [`level`].
    pub lvl: i64,
    /// Points, one for each minute of focus.
    pub xp_points: i64,
    /// IANA time zone that holds now.
    #[schema(value_type = String, example = "Europe/Berlin")]
    pub timezone: Tz,
    /// When its day starts, by the wall clock.
    #[schema(value_type = String, example = "04:00")]
    pub day_start: DayStart,
    /// When its week starts.
    pub week_start: WeekStart,
    /// What its clients keep with it.
    pub settings: Settings,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
}

impl Account {
    /// Whether others see its person: not where they hide, nor where an admin has disabled the account.
    #[must_use]
    pub fn is_seen(&self) -> bool {
        is_seen(self.is_active, &self.settings)
    }

    /// What others see of its person, if they do.
    #[must_use]
    pub fn profile(self) -> Option<Profile> {
        let seen = self.is_seen();
        let Account { id, username, lvl, xp_points, .. } = self;
        seen.then_some(Profile { id, username, lvl, xp_points })
    }
}

/// Whether others see somebody.
#[must_use]
pub fn is_seen(is_active: bool, settings: &Settings) -> bool {
    is_active && settings.public_profile
}

/// What others see of somebody.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Profile {
    /// The account.
    pub id: UserId,
    /// What its person is called here.
    pub username: String,
    /// Their level.
    pub lvl: i64,
    /// Their points.
    pub xp_points: i64,
}

/// The level of somebody with so many points: the square root of a fiftieth of them, and 1 at the least.
#[must_use]
pub fn level(xp_points: i64) -> i64 {
    (xp_points.max(0) / 50).isqrt().max(1)
}

/// Somebody who registers. An e-mail address and a password are enough.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct NewAccount {
    /// What to be called, 1 to 64 letters, digits, `.`, `_`, `-`, `+` or `'`; made of the address when absent.
    #[schema(example = "ada", max_length = 64)]
    pub username: Option<String>,
    /// Their address.
    #[validate(custom(function = check_email))]
    #[schema(example = "ada@example.org")]
    pub email: String,
    /// Their password: 8 characters to 72 bytes.
    #[validate(nested)]
    pub password: Password,
    /// Their name.
    #[validate(custom(function = check_name))]
    pub name: Option<String>,
    /// Its first part.
    #[validate(custom(function = check_name))]
    pub first_name: Option<String>,
    /// Its last part.
    #[validate(custom(function = check_name))]
    pub last_name: Option<String>,
    /// IANA time zone (UTC).
    #[validate(custom(function = check_timezone))]
    #[schema(example = "Europe/Berlin")]
    pub timezone: Option<String>,
    /// Where registration is by invitation: the code.
    pub invite_code: Option<String>,
}

impl NewAccount {
    /// The username that was chosen. An address in its place chooses none: addresses are no usernames.
    ///
    /// # Errors
    /// It is no username.
    pub fn chosen_username(&self) -> Result<Option<&str>, FieldError> {
        let given = self.username.as_deref().map(str::trim).filter(|name| !name.is_empty());
        match given {
            Some(name) if fold(name) == fold(&self.email) => Ok(None),
            Some(name) => check_username(name).map(|()| Some(name)),
            None => Ok(None),
        }
    }

    /// A username made of the e-mail address: its local part, of what usernames are made of.
    #[must_use]
    pub fn derived_username(&self) -> String {
        let local = self.email.trim().rsplit_once('@').map_or("", |(local, _)| local);
        let made: String = local.chars().filter(|c| is_of_usernames(*c)).take(48).collect();
        if made.is_empty() { "user".to_owned() } else { made }
    }

    /// Their whole name.
    #[must_use]
    pub fn whole_name(&self) -> Option<String> {
        whole_name(self.name.as_deref(), self.first_name.as_deref(), self.last_name.as_deref())
    }
}

/// The name as a whole: as it was given, else its parts.
#[must_use]
pub fn whole_name(name: Option<&str>, first: Option<&str>, last: Option<&str>) -> Option<String> {
    let given =
        |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(ToOwned::to_owned);
    given(name).or_else(|| {
        let parts: Vec<String> = [first, last].into_iter().filter_map(given).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    })
}

/// A login as it is compared: without regard to case, Unicode form and the space around it
/// (compatibility caseless matching, Unicode 16, section 3.13, D146).
#[must_use]
pub fn fold(login: &str) -> String {
    let once = |text: &str| caseless::default_case_fold_str(&text.nfkd().collect::<String>());
    once(&once(login.trim())).nfkc().collect()
}

fn is_of_usernames(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '.' | '_' | '-' | '+' | '\'')
}

/// Whether `name` may be a username.
///
/// # Errors
/// `USERNAME_INVALID`.
pub fn check_username(name: &str) -> Result<(), FieldError> {
    let folded = fold(name);
    if (1..=64).contains(&name.chars().count()) && name.chars().all(is_of_usernames) && !folded.is_empty() {
        return Ok(());
    }
    let message = "must have 1 to 64 letters, digits, . _ - + or '";
    Err(FieldError::new("username", message, "USERNAME_INVALID"))
}

/// Whether `text` is an e-mail address.
///
/// # Errors
/// `EMAIL_INVALID`.
pub fn check_email(text: &str) -> Result<(), ValidationError> {
    let text = text.trim();
    if text.len() <= 254 && text.validate_email() && !text.contains('\0') {
        return Ok(());
    }
    Err(ValidationError::new("EMAIL_INVALID").with_message("is not an e-mail address".into()))
}

/// A change of an account; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
pub struct AccountPatch {
    /// What to be called.
    #[schema(example = "ada", max_length = 64)]
    pub username: Option<String>,
    /// Their address.
    #[validate(custom(function = check_email))]
    #[schema(example = "ada@example.org")]
    pub email: Option<String>,
    /// Their name.
    #[validate(custom(function = check_name))]
    pub name: Option<String>,
    /// Its first part.
    #[validate(custom(function = check_name))]
    pub first_name: Option<String>,
    /// Its last part.
    #[validate(custom(function = check_name))]
    pub last_name: Option<String>,
    /// What its clients keep with it.
    #[validate(nested)]
    #[schema(value_type = Option<SettingsPatch>)]
    pub settings: Option<Object<SettingsPatch>>,
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
    /// `account` with the names and settings that are told; `None` where nothing changes.
    #[must_use]
    pub fn told(&self, account: &Account) -> Option<Account> {
        let mut changed = account.clone();
        let given = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        if let Some(first) = &self.first_name {
            changed.first_name = given(first);
        }
        if let Some(last) = &self.last_name {
            changed.last_name = given(last);
        }
        match &self.name {
            Some(name) => changed.name = given(name),
            // A name that was made of its parts follows them.
            None => {
                let of_parts =
                    |of: &Account| whole_name(None, of.first_name.as_deref(), of.last_name.as_deref());
                if account.name == of_parts(account) {
                    changed.name = of_parts(&changed);
                }
            }
        }
        if let Some(Object(told)) = &self.settings {
            changed.settings = told.told(&account.settings);
        }
        let same = (&changed.name, &changed.first_name, &changed.last_name, &changed.settings)
            == (&account.name, &account.first_name, &account.last_name, &account.settings);
        (!same).then_some(changed)
    }

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
mod tests;
