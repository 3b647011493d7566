//! Signing in: who may try how often, and where an account is signed in.

use std::net::IpAddr;

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::accounts::Account;
use crate::ids::FamilyId;
use crate::passwords::Password;
use crate::tokens::TokenPair;

/// Failures an account may have from one address within [`WINDOW`].
pub const MOST_FAILURES: usize = 5;
/// How long a failure counts.
pub const WINDOW: Duration = Duration::minutes(15);
/// A try that has not ended by then never will, and counts as failed.
const LOST: Duration = Duration::seconds(30);

/// Who signs in, as they say. Either a username or an e-mail address does, in either field.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct Credentials {
    /// Username or e-mail address.
    #[validate(custom(function = check_login))]
    #[schema(example = "ada")]
    pub username: Option<String>,
    /// E-mail address or username.
    #[validate(custom(function = check_login))]
    #[schema(example = "ada@example.org")]
    pub email: Option<String>,
    /// Their password.
    pub password: Password,
}

/// Whether `text` can be looked up: PostgreSQL's texts hold no NUL.
fn check_login(text: &str) -> Result<(), ValidationError> {
    if text.contains('\0') {
        return Err(ValidationError::new("TEXT_INVALID").with_message("holds a NUL character".into()));
    }
    Ok(())
}

impl Credentials {
    /// What they call themselves; nothing where neither field says it.
    #[must_use]
    pub fn login(&self) -> Option<&str> {
        [&self.username, &self.email]
            .into_iter()
            .flatten()
            .map(|text| text.trim())
            .find(|text| !text.is_empty())
    }
}

/// Another password.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct PasswordChange {
    /// The one that holds.
    pub current_password: Password,
    /// The one that is to hold.
    #[validate(nested)]
    pub new_password: Password,
}

/// A password, where one is asked for again.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct Confirmation {
    /// The account's password.
    pub password: Password,
}

/// A new password by a link that an admin has handed over.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct Reset {
    /// The link's token.
    pub token: String,
    /// The password that is to hold.
    #[validate(nested)]
    pub new_password: Password,
}

/// From where somebody asks.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// Their address; of a household with IPv6, its network's.
    pub address: IpAddr,
    /// What their client calls itself.
    pub agent: Option<String>,
}

/// What signing in gives.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SignedIn {
    /// For people.
    #[schema(example = "Signed in")]
    pub message: &'static str,
    /// The account.
    pub user: Account,
    /// Its tokens.
    #[serde(flatten)]
    pub tokens: TokenPair,
}

/// Where an account is signed in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Place {
    /// The place.
    pub id: FamilyId,
    /// What the client calls itself (`User-Agent`).
    pub user_agent: Option<String>,
    /// When it was signed in.
    pub created_at: DateTime<Utc>,
    /// When it last renewed its tokens.
    pub last_used_at: DateTime<Utc>,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// Where an account is signed in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Places {
    /// The last used first.
    pub sessions: Vec<Place>,
    /// How many there are.
    pub total: i64,
    /// There is one page.
    pub next_cursor: Option<String>,
}

/// Tries of one account from one address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attempts {
    /// Those that failed.
    pub failed: Vec<DateTime<Utc>>,
    /// Those whose password is being looked at.
    pub pending: Vec<DateTime<Utc>>,
}

/// Whether one more try may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is under way.
    Go,
    /// As many are under way as may still fail: when one has ended, perhaps.
    Wait,
    /// Too many have failed.
    Refused {
        /// When to try again.
        retry_after: Duration,
    },
}

impl Attempts {
    /// Begins a try at `now`. Every try that is begun must end in [`Attempts::end`].
    pub fn begin(&mut self, now: DateTime<Utc>) -> Verdict {
        self.failed.extend(self.pending.iter().filter(|at| now - **at >= LOST));
        self.pending.retain(|at| now - *at < LOST);
        self.failed.retain(|at| now - *at < WINDOW);
        self.failed.sort_unstable();
        if self.failed.len() >= MOST_FAILURES {
            // The newest five count: when the first of them runs out there is room again.
            let first = self.failed.iter().rev().nth(MOST_FAILURES - 1).copied().unwrap_or(now);
            // Whoever read the clock before the last who failed need not wait longer than they.
            return Verdict::Refused { retry_after: (first + WINDOW - now).min(WINDOW) };
        }
        if self.failed.len() + self.pending.len() >= MOST_FAILURES {
            return Verdict::Wait;
        }
        self.pending.push(now);
        Verdict::Go
    }

    /// Ends the try that was begun at `begun`: it succeeded, failed, or (nothing) was never made.
    pub fn end(&mut self, begun: DateTime<Utc>, succeeded: Option<bool>, now: DateTime<Utc>) {
        if let Some(place) = self.pending.iter().position(|at| *at == begun) {
            self.pending.remove(place);
        }
        match succeeded {
            Some(true) => self.failed.clear(),
            Some(false) => self.failed.push(now),
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    #[test]
    fn five_may_fail_and_the_sixth_waits_a_quarter_of_an_hour() {
        let mut attempts = Attempts::default();
        for second in 0..5 {
            assert_eq!(attempts.begin(at(second)), Verdict::Go);
            attempts.end(at(second), Some(false), at(second));
        }
        assert_eq!(attempts.begin(at(60)), Verdict::Refused { retry_after: Duration::seconds(840) });
        assert_eq!(attempts.begin(at(899)), Verdict::Refused { retry_after: Duration::seconds(1) });
        assert_eq!(attempts.begin(at(900)), Verdict::Go);
    }

    #[test]
    fn tries_under_way_count_until_they_have_ended() {
        let mut attempts = Attempts::default();
        for second in 0..5 {
            assert_eq!(attempts.begin(at(second)), Verdict::Go);
        }
        assert_eq!(attempts.begin(at(5)), Verdict::Wait);
        attempts.end(at(0), None, at(5));
        assert_eq!(attempts.begin(at(6)), Verdict::Go);
        attempts.end(at(1), Some(true), at(6));
        assert_eq!(attempts.begin(at(7)), Verdict::Go);
    }

    #[test]
    fn success_clears_the_failures_and_a_lost_try_is_one() {
        let mut attempts = Attempts { failed: vec![at(0); 4], pending: vec![] };
        assert_eq!(attempts.begin(at(1)), Verdict::Go);
        attempts.end(at(1), Some(true), at(2));
        assert_eq!(attempts, Attempts::default());
        let mut lost = Attempts { failed: vec![], pending: vec![at(0); 5] };
        assert!(matches!(lost.begin(at(40)), Verdict::Refused { .. }));
    }
}
