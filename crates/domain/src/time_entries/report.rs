//! What entries add up to: by project, client, tag, day, week or month, and by two of them crossed.
//!
//! An entry over midnight is cut into days. Rounding is each entry's own, and only here: what it adds or takes belongs to
//! the day on which the entry ends, so that days, weeks and months add up to the same. What is to be paid is reckoned
//! exactly, of the rounded time, and each figure is rounded once, to hundredths, half up.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use super::spans::{Placed, Spans};
use crate::accounts::check_timezone;
use crate::consumption::{Figure, check_date, in_order};
use crate::days::Calendar;
use crate::ids::ProjectId;
use crate::numbers::Seconds;
use crate::projects::Project;
use crate::valid::FieldError;

mod cut;
mod groups;
mod rounding;
mod table;

use cut::Cuts;
use groups::{Key, Keys, Names, Sums, Tally};
pub use rounding::Rounding;
pub use table::table;

/// What entries are put together by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReportBy {
    /// Their project.
    Project,
    /// The client of their project.
    Client,
    /// Each of their tags: one with several counts for each.
    Tag,
    /// The days on which they are.
    Day,
    /// Their weeks.
    Week,
    /// Their months.
    Month,
}

impl ReportBy {
    const ALL: [ReportBy; 6] =
        [ReportBy::Project, ReportBy::Client, ReportBy::Tag, ReportBy::Day, ReportBy::Week, ReportBy::Month];

    /// As it is asked for.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ReportBy::Project => "project",
            ReportBy::Client => "client",
            ReportBy::Tag => "tag",
            ReportBy::Day => "day",
            ReportBy::Week => "week",
            ReportBy::Month => "month",
        }
    }

    fn is_time(self) -> bool {
        matches!(self, ReportBy::Day | ReportBy::Week | ReportBy::Month)
    }
}

/// As what a report is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReportFormat {
    /// JSON.
    #[default]
    Json,
    /// A line for each group that has no others in it, below a header.
    Csv,
}

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ReportFilter {
    /// From this date on; the first that has an entry.
    #[validate(custom(function = check_date))]
    pub from: Option<NaiveDate>,
    /// Up to this date, with it; today, or the last that has an entry.
    #[validate(custom(function = check_date))]
    pub to: Option<NaiveDate>,
    /// One or two of `project` (as without it), `client`, `tag`, `day`, `week` and `month`, with a comma between them.
    #[validate(custom(function = check_group_by))]
    #[param(example = "project,month")]
    pub group_by: Option<String>,
    /// How each entry is rounded: `up`, `down` or `nearest` (half up), a colon, and minutes, 1 to 1440.
    #[validate(custom(function = check_rounding))]
    #[param(example = "up:15")]
    pub rounding: Option<String>,
    /// Of this project alone.
    pub project_id: Option<ProjectId>,
    /// Of projects of this client alone.
    pub client: Option<String>,
    /// With this tag alone.
    pub tag: Option<String>,
    /// Billable ones alone, or the others.
    pub billable: Option<bool>,
    /// IANA time zone to see the days from, in place of the account's.
    #[validate(custom(function = check_timezone))]
    pub tz: Option<String>,
    /// `json` (as without it) or `csv`.
    #[param(inline)]
    pub format: Option<ReportFormat>,
}

impl ReportFilter {
    /// That it may be asked.
    ///
    /// # Errors
    /// Its dates end before they begin.
    pub fn check(&self) -> Result<(), FieldError> {
        in_order(self.from, self.to).map_err(|_| FieldError::new("from", "is after to", "ENDS_BEFORE_START"))
    }

    /// The calendar by which days are cut: the account's, or as another zone has it.
    #[must_use]
    pub fn calendar(&self, own: &Calendar) -> Calendar {
        let zone = self.tz.as_deref().and_then(|name| name.parse().ok());
        zone.map_or_else(|| own.clone(), |zone| own.seen_from(zone))
    }

    fn by(&self) -> (ReportBy, Option<ReportBy>) {
        let mut by = self.group_by.as_deref().and_then(parse).unwrap_or_default().into_iter();
        (by.next().unwrap_or(ReportBy::Project), by.next())
    }
}

fn parse(text: &str) -> Option<Vec<ReportBy>> {
    text.split(',').map(|name| ReportBy::ALL.into_iter().find(|by| by.as_str() == name.trim())).collect()
}

fn check_group_by(text: &str) -> Result<(), ValidationError> {
    match parse(text).as_deref() {
        Some([_]) => Ok(()),
        Some([one, other]) if one != other => Ok(()),
        _ => {
            let message = "must be one or two of project, client, tag, day, week, month";
            Err(ValidationError::new("GROUP_BY_INVALID").with_message(message.into()))
        }
    }
}

fn check_rounding(text: &str) -> Result<(), ValidationError> {
    if Rounding::read(text).is_some() {
        return Ok(());
    }
    let message = "must be up, down or nearest, a colon, and 1 to 1440 minutes, as in up:15";
    Err(ValidationError::new("ROUNDING_INVALID").with_message(message.into()))
}

/// What entries add up to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TimeReport {
    /// The first date that counts.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
    /// The zone of the days.
    #[schema(example = "Europe/Berlin")]
    pub timezone: String,
    /// By what they are put together.
    pub group_by: Vec<ReportBy>,
    /// All of them, rounded one by one where that was asked.
    pub total_seconds: Seconds,
    /// Those that are billable.
    pub billable_seconds: Seconds,
    /// What those cost, by their projects' hourly rates.
    pub billable_amount: Figure,
    /// The time that they cover, in which what overlaps counts once; not rounded.
    pub union_seconds: Seconds,
    /// How many began on these dates.
    pub entry_count: i64,
    /// By project, client and tag the longest first; by day, week and month the earliest.
    pub groups: Vec<ReportGroup>,
}

/// What entries of one project, client, tag, day, week or month add up to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportGroup {
    /// A project's id, a client, a tag, `2026-01-31`, the first day of a week, `2026-01`; none of what has none.
    #[schema(value_type = Option<String>)]
    pub key: Option<Arc<str>>,
    /// What it is called: a project's title, else as `key`.
    #[schema(value_type = Option<String>)]
    pub name: Option<Arc<str>>,
    /// Of a project: for whom it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub client: Option<Arc<str>>,
    /// Of a project: 0 to 9 of the palette, or `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub color: Option<Arc<str>>,
    /// All of them.
    pub seconds: Seconds,
    /// Those that are billable.
    pub billable_seconds: Seconds,
    /// What those cost.
    pub billable_amount: Figure,
    /// How many began in it.
    pub entry_count: i64,
    /// Its parts, where two were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(no_recursion)]
    pub groups: Option<Vec<ReportGroup>>,
}

impl TimeReport {
    /// What spans add up to, as it was asked; `spans` are in the order of their beginnings.
    #[must_use]
    pub fn new(
        filter: &ReportFilter,
        spans: &Spans,
        projects: &HashMap<ProjectId, Project>,
        calendar: &Calendar,
        now: DateTime<Utc>,
    ) -> TimeReport {
        let keys = Keys::new(spans, projects);
        let chosen = Chosen::new(filter, spans, &keys);
        let found: Vec<&Placed> = spans.all().iter().filter(|span| chosen.has(span)).collect();
        let (from, to) = range(filter, &found, calendar, now);
        let rounding = filter.rounding.as_deref().and_then(Rounding::read);
        let by = filter.by();
        let mut sums = Sums::default();
        let mut cuts = Cuts::new(calendar);
        let mut pieces = vec![];
        for span in &found {
            cuts.pieces(span.from, span.to, &mut pieces);
            if let Some(rounding) = rounding {
                rounding.apply(&mut pieces);
            }
            for (place, (date, ms)) in pieces.iter().enumerate() {
                if !(from..=to).contains(date) {
                    continue;
                }
                let billable_ms = if span.billable { *ms } else { 0 };
                let amount = i128::from(billable_ms) * i128::from(keys.rate(span));
                let part = Tally { ms: *ms, billable_ms, amount, entries: i64::from(place == 0) };
                sums.add(by, &keys, calendar, span, *date, part);
            }
        }
        let union = union(&found, (calendar.start(from), calendar.day(to).to));
        let names = Names { keys: &keys, spans, projects };
        let Sums { all, groups, .. } = sums;
        TimeReport {
            from,
            to,
            timezone: calendar.current().timezone.name().to_owned(),
            group_by: std::iter::once(by.0).chain(by.1).collect(),
            total_seconds: Seconds(all.ms),
            billable_seconds: Seconds(all.billable_ms),
            billable_amount: all.paid(),
            union_seconds: Seconds(union),
            entry_count: all.entries,
            groups: names.groups(by, groups),
        }
    }
}

/// Which spans count.
struct Chosen {
    /// By the place of a project, where that matters.
    projects: Option<Vec<bool>>,
    /// By the place of tags, where that matters.
    tags: Option<Vec<bool>>,
    billable: Option<bool>,
}

impl Chosen {
    fn new(filter: &ReportFilter, spans: &Spans, keys: &Keys) -> Chosen {
        let is_chosen = |(id, client): (&ProjectId, &Key)| {
            let client = usize::try_from(*client).ok().and_then(|place| keys.client_names.get(place));
            filter.project_id.is_none_or(|wanted| wanted == *id)
                && (filter.client.is_none() || filter.client.as_ref() == client)
        };
        let by_project = filter.project_id.is_some() || filter.client.is_some();
        let with_tag = |tag: &String| spans.tags().iter().map(|set| set.contains(tag)).collect();
        Chosen {
            projects: by_project.then(|| spans.projects().iter().zip(&keys.clients).map(is_chosen).collect()),
            tags: filter.tag.as_ref().map(with_tag),
            billable: filter.billable,
        }
    }

    fn has(&self, span: &Placed) -> bool {
        let of_project =
            |chosen: &Vec<bool>| span.project.and_then(|place| chosen.get(place)).copied().unwrap_or(false);
        let with_tag = |chosen: &Vec<bool>| chosen.get(span.tags).copied().unwrap_or(false);
        self.projects.as_ref().is_none_or(of_project)
            && self.tags.as_ref().is_none_or(with_tag)
            && self.billable.is_none_or(|wanted| wanted == span.billable)
    }
}

/// The dates that count.
fn range(
    filter: &ReportFilter,
    found: &[&Placed],
    calendar: &Calendar,
    now: DateTime<Utc>,
) -> (NaiveDate, NaiveDate) {
    let date = |ms: i64| DateTime::from_timestamp_millis(ms).map(|at| calendar.date_at(at));
    let today = calendar.date_at(now);
    let to = filter.to.unwrap_or_else(|| {
        let last = found.iter().map(|span| span.to).max().and_then(date);
        last.map_or(today, |last| last.max(today)).max(filter.from.unwrap_or(today))
    });
    let first = found.first().and_then(|span| date(span.from));
    (filter.from.unwrap_or_else(|| first.unwrap_or(today).min(to)), to)
}

/// Milliseconds of `edges` that spans cover.
fn union(found: &[&Placed], edges: (DateTime<Utc>, DateTime<Utc>)) -> i64 {
    let (first, last) = (edges.0.timestamp_millis(), edges.1.timestamp_millis());
    let (mut sum, mut reached) = (0, first);
    for span in found {
        let (from, to) = (span.from.max(reached), span.to.min(last));
        if to > from {
            sum += to - from;
            reached = to;
        }
    }
    sum
}

#[cfg(test)]
mod tests;
