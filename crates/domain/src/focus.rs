//! Focus sessions: stretches of time in which somebody means to attend to one thing.
//!
//! A session is started and ends completed or abandoned. How long it was is the server's reckoning, except for one
//! that was kept offline, which says when it began and ended. A completed one has a whole number of focus minutes,
//! earns points ([`xp`]), counts on the day on which it started ([`streaks`]) and makes its plant grow
//! ([`crate::garden`]).

use chrono::{DateTime, Duration, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use crate::ids::{FocusSessionId, UserId};
use crate::instants::{self, AHEAD, EARLIEST};
use crate::text;
use crate::valid::FieldError;

pub mod stats;
pub mod streaks;
pub mod timer;
pub mod xp;

/// Minutes that a session may be planned for, and that one with an open end may count for, at the most.
pub const LONGEST_MIN: i32 = 480;
/// Who gives up within this time has not begun.
pub const FALSE_START: Duration = Duration::seconds(10);
const LABEL: usize = 200;

/// Where a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has not ended.
    Running,
    /// It was seen through.
    Completed,
    /// It was given up.
    Abandoned,
}

impl Outcome {
    /// As it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Running => "running",
            Outcome::Completed => "completed",
            Outcome::Abandoned => "abandoned",
        }
    }
}

/// A session.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FocusSession {
    /// The session.
    pub id: FocusSessionId,
    /// Whose it is.
    pub user_id: UserId,
    /// Minutes that were planned; none where the end is open.
    #[schema(example = 25)]
    pub duration_min: Option<i32>,
    /// What it was for.
    #[schema(example = "Write the chapter on tides")]
    pub label: Option<String>,
    /// Whether it was seen through.
    pub completed: bool,
    /// Whether it was given up.
    pub abandoned: bool,
    /// When the server learned of it.
    pub created_at: DateTime<Utc>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended; none while it runs.
    pub ended_at: Option<DateTime<Utc>>,
    /// Whole minutes from start to end (to now while it runs), at most those planned, or 480.
    pub focus_min: i32,
}

impl FocusSession {
    /// Where it is.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match (self.completed, self.abandoned) {
            (true, _) => Outcome::Completed,
            (_, true) => Outcome::Abandoned,
            _ => Outcome::Running,
        }
    }

    /// When its time is up.
    fn limit(&self) -> DateTime<Utc> {
        self.started_at + Duration::minutes(self.duration_min.unwrap_or(LONGEST_MIN).into())
    }

    /// The time that counts: until it ended, or its time was up, or now.
    #[must_use]
    pub fn span(&self, now: DateTime<Utc>) -> xp::Span {
        let to = self.ended_at.unwrap_or(now).min(self.limit()).max(self.started_at);
        xp::Span { id: self.id, from: self.started_at, to }
    }

    /// With its minutes as of `now`.
    #[must_use]
    pub fn measured(mut self, now: DateTime<Utc>) -> FocusSession {
        self.focus_min = i32::try_from(self.span(now).minutes()).unwrap_or(LONGEST_MIN);
        self
    }

    /// Ends a running session. Who forgot a timer that had a planned end ended then; time given up ends now.
    #[must_use]
    pub fn ended(mut self, outcome: Outcome, now: DateTime<Utc>) -> FocusSession {
        let now = now.trunc_subsecs(3).max(self.started_at);
        self.completed = outcome == Outcome::Completed;
        self.abandoned = outcome == Outcome::Abandoned;
        self.ended_at = Some(if self.completed { now.min(self.limit()) } else { now });
        self.measured(now)
    }

    /// Whether it was given up before it had begun.
    #[must_use]
    pub fn is_false_start(&self) -> bool {
        self.abandoned && self.ended_at.is_some_and(|end| end - self.started_at <= FALSE_START)
    }
}

/// A session that is started, or one that was kept offline and is sent later (with `ended_at`).
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
#[validate(schema(function = check_times))]
pub struct NewFocusSession {
    /// Minutes planned, 1 to 480; absent: open end.
    #[validate(custom(function = check_duration))]
    #[schema(minimum = 1, maximum = 480, example = 25)]
    pub duration_min: Option<i32>,
    /// What it is for.
    #[validate(custom(function = check_label))]
    #[schema(max_length = 200)]
    pub label: Option<String>,
    /// The client's id: the same again is the same session. Made by the server when absent.
    pub id: Option<FocusSessionId>,
    /// When it began, for one kept offline; at most 8 hours ago for one that still runs.
    #[serde(default, deserialize_with = "instants::maybe")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended, for one kept offline.
    #[serde(default, deserialize_with = "instants::maybe")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<DateTime<Utc>>,
    /// Whether one kept offline was seen through; otherwise it was given up.
    pub completed: Option<bool>,
    /// The plant that grows by it: see `GET /garden/species`. Absent: the last one chosen.
    #[validate(custom(function = crate::garden::check_type))]
    #[schema(max_length = 40)]
    pub plant_type: Option<String>,
}

impl NewFocusSession {
    /// The session that starts at `now`, or that was kept offline.
    ///
    /// # Errors
    /// Times that cannot be.
    pub fn begin(
        &self,
        user: UserId,
        id: FocusSessionId,
        now: DateTime<Utc>,
    ) -> Result<FocusSession, FieldError> {
        let started_at = self.started_at.unwrap_or(now).trunc_subsecs(3);
        if started_at < EARLIEST {
            return Err(FieldError::new("started_at", "is before 2000", "TIME_TOO_OLD"));
        }
        if self.ended_at.unwrap_or(started_at) > now + AHEAD {
            let field = if self.ended_at.is_some() { "ended_at" } else { "started_at" };
            let message = "is over 5 minutes ahead of the server's clock";
            return Err(FieldError::new(field, message, "TIME_IN_FUTURE"));
        }
        if self.ended_at.is_none() && started_at < now - Duration::minutes(LONGEST_MIN.into()) {
            let message = "is over 8 hours ago: what began then has ended, and says when";
            return Err(FieldError::new("started_at", message, "TIME_TOO_OLD"));
        }
        let completed = self.completed.unwrap_or(false);
        let session = FocusSession {
            id,
            user_id: user,
            duration_min: self.duration_min,
            label: label(self.label.as_deref()),
            completed,
            abandoned: self.ended_at.is_some() && !completed,
            created_at: now,
            started_at,
            ended_at: self.ended_at,
            focus_min: 0,
        };
        Ok(session.measured(now))
    }
}

/// A change of a session; what is absent stays.
#[derive(Clone, Debug, Default, Deserialize, Validate, ToSchema)]
#[validate(schema(function = check_one_end))]
pub struct FocusSessionPatch {
    /// `true`: it has been seen through. Once is enough, twice changes nothing.
    pub completed: Option<bool>,
    /// `true`: it has been given up.
    pub abandoned: Option<bool>,
    /// What it was for; empty: nothing.
    #[validate(custom(function = check_label))]
    #[schema(max_length = 200)]
    pub label: Option<String>,
}

impl FocusSessionPatch {
    /// How it is to end, if it is.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        match (self.completed, self.abandoned) {
            (Some(true), _) => Some(Outcome::Completed),
            (_, Some(true)) => Some(Outcome::Abandoned),
            _ => None,
        }
    }
}

/// A label as it is kept.
#[must_use]
pub fn label(text: Option<&str>) -> Option<String> {
    text::given(text)
}

/// Which sessions are asked for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FocusFilter {
    /// Started at this instant (RFC 3339) or later, or on this date.
    pub from: Option<String>,
    /// Started before this instant, or on this date at the latest.
    pub to: Option<String>,
    /// Seen through, or not.
    pub completed: Option<bool>,
}

/// Sessions of an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FocusSessions {
    /// Newest first.
    pub sessions: Vec<FocusSession>,
    /// How many there are.
    pub total: i64,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

fn check_duration(minutes: i32) -> Result<(), ValidationError> {
    if (1..=LONGEST_MIN).contains(&minutes) {
        return Ok(());
    }
    Err(ValidationError::new("DURATION_INVALID").with_message("must be 1 to 480 minutes".into()))
}

fn check_label(label: &str) -> Result<(), ValidationError> {
    text::validate(label, LABEL)
}

fn check_times(new: &NewFocusSession) -> Result<(), ValidationError> {
    let error = |code: &'static str, message: &'static str| {
        Err(ValidationError::new(code).with_message(message.into()))
    };
    match (new.started_at, new.ended_at) {
        (None, Some(_)) => {
            error("STARTED_AT_MISSING", "a session that has ended says when it began: started_at")
        }
        (Some(start), Some(end)) if end <= start => {
            error("ENDS_BEFORE_START", "a session ends after it began: ended_at is not after started_at")
        }
        (_, None) if new.completed == Some(true) => {
            error("ENDED_AT_MISSING", "a session that is complete says when it began and ended")
        }
        _ => Ok(()),
    }
}

fn check_one_end(patch: &FocusSessionPatch) -> Result<(), ValidationError> {
    if (patch.completed, patch.abandoned) == (Some(true), Some(true)) {
        let message = "a session ends completed or abandoned";
        return Err(ValidationError::new("OUTCOME_INVALID").with_message(message.into()));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
