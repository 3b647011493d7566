//! Time entries: what somebody has spent time on, from when to when.
//!
//! An entry without an end runs; one runs at a time. Each may have a project, tags and be billable. What entries add up
//! to is made of [`spans`], which are entries without their words, by [`report`]; a running one counts up to now.

use chrono::{DateTime, Duration, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use crate::ids::{ImportId, ProjectId, TimeEntryId, UserId};
use crate::instants::{self, AHEAD, EARLIEST};
use crate::numbers::Seconds;
use crate::text;
use crate::valid::{FieldError, maybe_null};

pub mod export;
pub mod import;
pub mod report;
pub mod spans;

use spans::Span;

/// How long an entry is at the most; one that runs counts no longer than that. (Other programs stop at 999 hours too.)
pub const LONGEST: Duration = Duration::hours(999);
/// A timer that is started twice within this time was started once, by a double click.
pub const DOUBLE_CLICK: Duration = Duration::seconds(2);
pub(crate) const DESCRIPTION: usize = 3000;
const TAG: usize = 100;
const TAGS: usize = 50;

/// Whether entries of an account may overlap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Overlap {
    /// They may.
    #[default]
    Allow,
    /// They may, and who adds or changes one is told.
    Warn,
    /// They may not.
    Forbid,
}

/// An entry.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct TimeEntry {
    /// The entry.
    pub id: TimeEntryId,
    /// Whose it is.
    pub user_id: UserId,
    /// What it was spent on.
    pub project_id: Option<ProjectId>,
    /// What was done.
    #[schema(example = "Drew the tide tables")]
    pub description: Option<String>,
    /// When it began.
    pub start_time: DateTime<Utc>,
    /// When it ended; none while it runs.
    pub end_time: Option<DateTime<Utc>>,
    /// Whole minutes from start to end (to now while it runs), rounded half up.
    pub duration_minutes: i64,
    /// The same, exact.
    pub duration_seconds: Seconds,
    /// What it is about, in the order in which it was told.
    pub tags: Vec<String>,
    /// Whether it is to be paid.
    pub billable: bool,
    /// When the server learned of it.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
    /// What its person should know of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<EntryWarning>,
    /// The import that added it.
    #[serde(skip)]
    pub import_id: Option<ImportId>,
}

/// What became of a line that was to be added to the description of an entry.
#[derive(Clone, Debug, PartialEq)]
pub enum Noted {
    /// It is there already.
    Already,
    /// There is no room for it.
    Full,
    /// The entry with it.
    Added(Box<TimeEntry>),
}

/// What the person of an entry should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EntryWarning {
    /// For programs.
    #[schema(value_type = String, example = "OVERLAPS")]
    pub code: &'static str,
    /// The entries that it overlaps, of which ten are told.
    pub entry_ids: Vec<TimeEntryId>,
}

impl TimeEntry {
    /// Until when it counts: its end, or now while it runs, of which no more than [`LONGEST`] counts.
    #[must_use]
    pub fn until(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let running = || now.trunc_subsecs(3).clamp(self.start_time, self.start_time + LONGEST);
        self.end_time.unwrap_or_else(running)
    }

    /// With its length as of `now`.
    #[must_use]
    pub fn measured(mut self, now: DateTime<Utc>) -> TimeEntry {
        let length = (self.until(now) - self.start_time).num_milliseconds();
        self.duration_seconds = Seconds(length);
        self.duration_minutes = (length + 30_000) / 60_000;
        self
    }

    /// The time it takes, as of `now`.
    #[must_use]
    pub fn span(&self, now: DateTime<Utc>) -> Span {
        Span {
            from: self.start_time.timestamp_millis(),
            to: self.until(now).timestamp_millis(),
            project: self.project_id,
            tags: self.tags.clone(),
            billable: self.billable,
        }
    }

    /// Whether its times can be, at `now`.
    fn checked(self, now: DateTime<Utc>) -> Result<TimeEntry, FieldError> {
        let TimeEntry { start_time, end_time, .. } = self;
        if start_time < EARLIEST {
            return Err(FieldError::new("start_time", "is before 2000", "TIME_TOO_OLD"));
        }
        let (field, latest) = match end_time {
            Some(end) => ("end_time", end.max(start_time)),
            None => ("start_time", start_time),
        };
        if latest > now + AHEAD {
            let message = "is over 5 minutes ahead of the server's clock";
            return Err(FieldError::new(field, message, "TIME_IN_FUTURE"));
        }
        if end_time.is_some_and(|end| end < start_time) {
            return Err(FieldError::new("end_time", "is before start_time", "ENDS_BEFORE_START"));
        }
        if end_time.unwrap_or(now) - start_time > LONGEST {
            let message = "is over 999 hours after start_time: an entry is no longer than that";
            return Err(FieldError::new(
                if end_time.is_some() { "end_time" } else { "start_time" },
                message,
                "TOO_LONG",
            ));
        }
        Ok(self.measured(now))
    }

    /// Stops a running entry at `end`, or now.
    ///
    /// # Errors
    /// It cannot have ended then.
    pub fn stopped(
        mut self,
        end: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<TimeEntry, FieldError> {
        self.end_time = Some(end.unwrap_or_else(|| self.until(now)));
        self.updated_at = now;
        self.checked(now)
    }

    /// With another line in its description.
    #[must_use]
    pub fn noted(&self, line: &str, now: DateTime<Utc>) -> Noted {
        let description = match self.description.as_deref() {
            None => line.to_owned(),
            Some(said) if said.lines().any(|known| known == line) => return Noted::Already,
            Some(said) => format!("{said}\n{line}"),
        };
        if text::check(&description, DESCRIPTION).is_err() {
            return Noted::Full;
        }
        Noted::Added(Box::new(TimeEntry { description: Some(description), updated_at: now, ..self.clone() }))
    }

    /// The entry `id` that goes on with what this one was about: a timer that starts at `now`, or, with `start`, one as
    /// long as this.
    ///
    /// # Errors
    /// It cannot have begun then.
    pub fn again(
        &self,
        id: TimeEntryId,
        start: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<TimeEntry, FieldError> {
        let copy = TimeEntry {
            id,
            start_time: start.unwrap_or_else(|| now.trunc_subsecs(3)),
            end_time: start.map(|start| start + (self.until(now) - self.start_time)),
            created_at: now,
            updated_at: now,
            import_id: None,
            ..self.clone()
        };
        copy.checked(now)
    }
}

/// An entry that is added, or a timer that is started.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
pub struct NewTimeEntry {
    /// What it is spent on.
    pub project_id: Option<ProjectId>,
    /// What is done, up to 3000 characters.
    #[validate(custom(function = check_description))]
    #[schema(max_length = 3000)]
    pub description: Option<String>,
    /// When it began (now).
    #[serde(default, deserialize_with = "instants::maybe")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub start_time: Option<DateTime<Utc>>,
    /// When it ended, at most 999 hours later; without it a timer runs.
    #[serde(default, deserialize_with = "instants::maybe")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_time: Option<DateTime<Utc>>,
    /// What it is about: up to 50, of up to 100 characters each, without commas.
    #[validate(custom(function = check_tags))]
    pub tags: Option<Vec<String>>,
    /// Whether it is to be paid (false).
    pub billable: Option<bool>,
    /// The client's id: the same again is the same entry. Made by the server when absent.
    pub id: Option<TimeEntryId>,
}

impl NewTimeEntry {
    /// The entry it is, as of `now`.
    ///
    /// # Errors
    /// Times that cannot be.
    pub fn entry(&self, user: UserId, id: TimeEntryId, now: DateTime<Utc>) -> Result<TimeEntry, FieldError> {
        if self.start_time.is_none() && self.end_time.is_some() {
            let message = "an entry that has ended says when it began";
            return Err(FieldError::new("start_time", message, "START_TIME_MISSING"));
        }
        let entry = TimeEntry {
            id,
            user_id: user,
            project_id: self.project_id,
            description: text::given(self.description.as_deref()),
            start_time: self.start_time.unwrap_or(now).trunc_subsecs(3),
            end_time: self.end_time,
            duration_minutes: 0,
            duration_seconds: Seconds(0),
            tags: tidy(self.tags.as_deref().unwrap_or_default()),
            billable: self.billable.unwrap_or(false),
            created_at: now,
            updated_at: now,
            warnings: vec![],
            import_id: None,
        };
        entry.checked(now)
    }
}

/// A change of an entry; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
pub struct TimeEntryPatch {
    /// What it was spent on; `null`: on no project.
    #[serde(default, deserialize_with = "maybe_null")]
    #[schema(value_type = Option<ProjectId>)]
    pub project_id: Option<Option<ProjectId>>,
    /// What was done; empty: nothing is told.
    #[validate(custom(function = check_description))]
    #[schema(max_length = 3000)]
    pub description: Option<String>,
    /// When it began.
    #[serde(default, deserialize_with = "instants::maybe")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub start_time: Option<DateTime<Utc>>,
    /// When it ended: one that runs is stopped.
    #[serde(default, deserialize_with = "instants::maybe")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_time: Option<DateTime<Utc>>,
    /// What it is about, in place of what was there.
    #[validate(custom(function = check_tags))]
    pub tags: Option<Vec<String>>,
    /// Whether it is to be paid.
    pub billable: Option<bool>,
}

impl TimeEntryPatch {
    /// `entry` with this change.
    ///
    /// # Errors
    /// Times that cannot be.
    pub fn apply(&self, entry: &TimeEntry, now: DateTime<Utc>) -> Result<TimeEntry, FieldError> {
        let mut changed = TimeEntry { updated_at: now, ..entry.clone() };
        changed.project_id = self.project_id.unwrap_or(changed.project_id);
        if self.description.is_some() {
            changed.description = text::given(self.description.as_deref());
        }
        changed.start_time = self.start_time.unwrap_or(changed.start_time);
        changed.end_time = self.end_time.or(changed.end_time);
        if let Some(tags) = &self.tags {
            changed.tags = tidy(tags);
        }
        changed.billable = self.billable.unwrap_or(changed.billable);
        match (self.start_time, self.end_time) {
            // A timer that was forgotten may be given another project all the same.
            (None, None) => Ok(changed.measured(now)),
            _ => changed.checked(now),
        }
    }
}

/// When a timer is stopped.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
pub struct TimerStop {
    /// When it ended (now).
    #[serde(default, deserialize_with = "instants::maybe")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_time: Option<DateTime<Utc>>,
}

/// Where the copy of an entry is put.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
pub struct EntryCopy {
    /// When the copy begins (when the entry did).
    #[serde(default, deserialize_with = "instants::maybe")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub start_time: Option<DateTime<Utc>>,
}

/// Which entries are asked for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TimeEntryFilter {
    /// Of this project.
    pub project_id: Option<ProjectId>,
    /// Begun at this instant (RFC 3339) or later, or on this date.
    pub from: Option<String>,
    /// Begun before this instant, or on this date at the latest.
    pub to: Option<String>,
    /// With this tag.
    pub tag: Option<String>,
    /// Billable, or not.
    pub billable: Option<bool>,
    /// Running, or not.
    pub running: Option<bool>,
}

/// Entries of an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TimeEntries {
    /// Newest first.
    pub time_entries: Vec<TimeEntry>,
    /// How many there are.
    pub total: i64,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// Tags as they are kept: each once, without the space around it.
pub(crate) fn tidy(tags: &[String]) -> Vec<String> {
    let mut kept: Vec<String> = vec![];
    for tag in tags.iter().filter_map(|tag| text::given(Some(tag))) {
        if !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    kept
}

/// That these may be the tags of an entry.
pub(crate) fn check_tags(tags: &[String]) -> Result<(), ValidationError> {
    if tags.len() > TAGS {
        return Err(ValidationError::new("TOO_MANY_TAGS").with_message("has more than 50 tags".into()));
    }
    for tag in tags {
        text::validate(tag, TAG)?;
        // Files of all programs part them by commas.
        if tag.contains(',') {
            return Err(ValidationError::new("TAG_INVALID").with_message("has a comma in a tag".into()));
        }
    }
    Ok(())
}

fn check_description(text: &str) -> Result<(), ValidationError> {
    text::validate(text, DESCRIPTION)
}

#[cfg(test)]
mod tests;
