//! Insights: what figures of a day, of some days or of a week say, in words.
//!
//! [`Data`] is all that is said of a period, made from what days add up to. From it alone [`builtin`] writes its text, and
//! it is all that a provider is sent ([`prompt`]); whatever a provider replies may state no number that is not in it
//! ([`claims`]).

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use self::figures::{Change, DayOverview, Figures};
use self::measures::Measure;
use crate::days::{FIRST, LAST};

pub mod builtin;
pub mod claims;
pub mod figures;
pub mod finders;
pub mod measures;
pub mod prompt;
pub mod span;
pub mod usual;

/// Days before a period that say what is usual.
pub const USUAL_DAYS: i64 = 28;

/// Who writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// This program: nothing leaves it.
    #[default]
    Builtin,
    /// Google's.
    Gemini,
    /// Any server that speaks OpenAI's protocol, one's own too.
    Openai,
}

impl Provider {
    /// As it is stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Provider::Builtin => "builtin",
            Provider::Gemini => "gemini",
            Provider::Openai => "openai",
        }
    }
}

/// What an account says of insights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct InsightSettings {
    /// Who writes; the server's own choice where nothing is said.
    pub provider: Option<Provider>,
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = InsightTextKind)]
pub enum Kind {
    /// Of a day.
    DailySummary,
    /// Of some days.
    ProductivityInsights,
    /// Of a week.
    WeeklyReport,
}

impl Kind {
    /// As it is stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::DailySummary => "daily-summary",
            Kind::ProductivityInsights => "productivity-insights",
            Kind::WeeklyReport => "weekly-report",
        }
    }
}

/// Which day, or which week.
#[derive(Clone, Copy, Debug, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct InsightDate {
    /// The day, or one of the week (today).
    #[validate(custom(function = check_date))]
    pub date: Option<NaiveDate>,
}

/// Which days.
#[derive(Clone, Copy, Debug, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct InsightDays {
    /// Days that end today, 1 to 366 (7).
    #[validate(range(min = 1, max = 366, code = "DAYS_INVALID", message = "must be 1 to 366"))]
    #[param(minimum = 1, maximum = 366)]
    pub days: Option<i64>,
}

/// What would be sent.
#[derive(Clone, Copy, Debug, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PreviewFilter {
    /// `daily-summary`, `productivity-insights` or `weekly-report`.
    #[param(inline)]
    pub kind: Kind,
    /// The day, or one of the week (today).
    #[validate(custom(function = check_date))]
    pub date: Option<NaiveDate>,
    /// Of `productivity-insights`: days that end today, 1 to 366 (7).
    #[validate(range(min = 1, max = 366, code = "DAYS_INVALID", message = "must be 1 to 366"))]
    #[param(minimum = 1, maximum = 366)]
    pub days: Option<i64>,
}

fn check_date(date: &NaiveDate) -> Result<(), ValidationError> {
    if (FIRST..=LAST).contains(date) {
        return Ok(());
    }
    Err(ValidationError::new("DATE_INVALID").with_message("is not of the years 1970 to 9999".into()))
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InsightKind {
    /// Time is not what it usually is.
    Change,
    /// When focus begins.
    BestHours,
    /// How often apps were changed.
    Switching,
    /// Time between 23:00 and 05:00.
    LateNights,
    /// Sessions of focus that were kept, or given up.
    Focus,
    /// A day of the household out of line.
    Household,
}

/// A finding.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Insight {
    /// What it is about.
    pub kind: InsightKind,
    /// In a few words.
    pub title: String,
    /// In a sentence or two.
    pub text: String,
    /// The figures it is made from: every number of the text is among them.
    pub evidence: Vec<Measure>,
}

/// All that is said of a period, and all that a provider is told.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Data {
    /// Its first day.
    pub from: NaiveDate,
    /// Its last day.
    pub to: NaiveDate,
    /// Whether it has passed.
    pub is_over: bool,
    /// What it adds up to.
    pub figures: Figures,
    /// Of a week: what the one before adds up to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<Figures>,
    /// Of a week: how it differs from the one before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<Change>,
    /// Of a week: its days.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<DayOverview>,
    /// What was found.
    pub insights: Vec<Insight>,
}

/// What is written of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// A few sentences.
    pub summary: String,
    /// A few points.
    pub highlights: Vec<String>,
}

/// Why the built-in text stands where another provider was to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It is being asked by another request: ask again, or wait for `insight.ready`.
    Pending,
    /// It did not answer in time.
    Timeout,
    /// It could not be reached, or said that it failed.
    Unavailable,
    /// It has failed several times in a row, and is left alone for a minute.
    Paused,
    /// Too many wait for it.
    Busy,
    /// The account has asked it as often as it may this month.
    Budget,
    /// What it said is no reply of the form that was asked for.
    Malformed,
    /// What it said states a number that is not among the figures.
    Refused,
}

impl Reason {
    /// All of them.
    pub const ALL: [Reason; 8] = [
        Reason::Pending,
        Reason::Timeout,
        Reason::Unavailable,
        Reason::Paused,
        Reason::Busy,
        Reason::Budget,
        Reason::Malformed,
        Reason::Refused,
    ];

    /// As it is stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Reason::Pending => "pending",
            Reason::Timeout => "timeout",
            Reason::Unavailable => "unavailable",
            Reason::Paused => "paused",
            Reason::Busy => "busy",
            Reason::Budget => "budget",
            Reason::Malformed => "malformed",
            Reason::Refused => "refused",
        }
    }

    /// The reason of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

/// That another provider was to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fallback {
    /// Which.
    pub provider: Provider,
    /// Why it did not.
    pub reason: Reason,
}

/// Who wrote a text, and when.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Written {
    /// Who.
    pub provider: Provider,
    /// Where another was to write: which, and why it did not.
    pub fallback: Option<Fallback>,
    /// When.
    pub generated_at: DateTime<Utc>,
    /// Whether it was there before it was asked for.
    pub cached: bool,
}

/// A day in words.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DailySummary {
    /// Which day.
    pub date: NaiveDate,
    /// Whether it has passed.
    pub is_over: bool,
    /// A few sentences.
    pub summary: String,
    /// A few points.
    pub highlights: Vec<String>,
    /// What was found in the figures.
    pub insights: Vec<Insight>,
    /// What it adds up to.
    pub figures: Figures,
    /// By whom.
    #[serde(flatten)]
    pub written: Written,
}

/// Some days in words.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProductivityInsights {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// A few sentences.
    pub summary: String,
    /// A few points.
    pub highlights: Vec<String>,
    /// What was found in the figures.
    pub insights: Vec<Insight>,
    /// What they add up to.
    pub figures: Figures,
    /// By whom.
    #[serde(flatten)]
    pub written: Written,
}

/// A week in words.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WeeklyReport {
    /// Its first day.
    pub start_date: NaiveDate,
    /// Its last day.
    pub end_date: NaiveDate,
    /// Whether it has passed.
    pub is_over: bool,
    /// A few sentences.
    pub summary: String,
    /// A few points.
    pub highlights: Vec<String>,
    /// What was found in the figures.
    pub insights: Vec<Insight>,
    /// What it adds up to.
    pub figures: Figures,
    /// What the week before adds up to.
    pub previous: Figures,
    /// How it differs from the week before.
    pub changes: Vec<Change>,
    /// Its seven days.
    pub days: Vec<DayOverview>,
    /// By whom.
    #[serde(flatten)]
    pub written: Written,
}

/// What a provider would be sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Preview {
    /// Who would write.
    pub provider: Provider,
    /// Who can write on this server.
    pub providers: Vec<Provider>,
    /// The host to which it would be sent; none of the built-in provider, which sends nothing.
    #[schema(example = "api.openai.com")]
    pub host: Option<String>,
    /// The model that would be asked.
    pub model: Option<String>,
    /// What it would be told to do.
    pub instructions: String,
    /// What it would be told of the account, byte for byte.
    pub message: String,
}

/// The answer of a kind: a text, and what it is about.
///
/// # Errors
/// It cannot be written as JSON.
pub fn answer(kind: Kind, data: Data, text: Text, written: Written) -> serde_json::Result<serde_json::Value> {
    let Text { summary, highlights } = text;
    let Data { from, to, is_over, figures, previous, changes, days, insights } = data;
    match kind {
        Kind::DailySummary => serde_json::to_value(DailySummary {
            date: to,
            is_over,
            summary,
            highlights,
            insights,
            figures,
            written,
        }),
        Kind::ProductivityInsights => serde_json::to_value(ProductivityInsights {
            from,
            to,
            summary,
            highlights,
            insights,
            figures,
            written,
        }),
        Kind::WeeklyReport => serde_json::to_value(WeeklyReport {
            start_date: from,
            end_date: to,
            is_over,
            summary,
            highlights,
            insights,
            figures,
            previous: previous.unwrap_or_default(),
            changes,
            days,
            written,
        }),
    }
}
