//! What entries add up to: by project, client, tag, day, week or month, and by two of them crossed.
//!
//! An entry over midnight is cut into days. Rounding is each entry's own, and only here: what it adds or takes belongs to
//! the day on which the entry ends, so that days, weeks and months add up to the same. What is to be paid is reckoned
//! exactly, of the rounded time, and each figure is rounded once, to hundredths, half up.

use std::collections::HashMap;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::{Validate, ValidationError};

use super::spans::{Placed, Spans};
use crate::accounts::check_timezone;
use crate::consumption::{Figure, check_date, divided, in_order};
use crate::days::Calendar;
use crate::ids::ProjectId;
use crate::numbers::Seconds;
use crate::projects::Project;
use crate::valid::FieldError;

mod cut;
mod rounding;
mod table;

use cut::Cuts;
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
    pub key: Option<String>,
    /// What it is called: a project's title, else as `key`.
    pub name: Option<String>,
    /// Of a project: for whom it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Of a project: 0 to 9 of the palette, or `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
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

/// A sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    ms: i64,
    billable_ms: i64,
    /// Milliseconds × thousandths an hour.
    amount: i128,
    entries: i64,
}

impl Tally {
    fn add(&mut self, part: Tally) {
        self.ms += part.ms;
        self.billable_ms += part.billable_ms;
        self.amount += part.amount;
        self.entries += part.entries;
    }

    /// What is to be paid, in hundredths, rounded half up.
    fn paid(&self) -> Figure {
        Figure(divided(self.amount, 36_000_000) * 10)
    }
}

/// What groups are found by: the place of a project, client or tag, or the days of a date; below zero what has none.
type Key = i64;

const NONE: Key = -1;

/// What an entry is put together by that is not of a day.
struct Keys {
    /// By the place of a project: its client's place, and what an hour of it costs in thousandths.
    clients: Vec<Key>,
    rates: Vec<i64>,
    client_names: Vec<String>,
    /// By the place of tags: the place of each.
    tags: Vec<Vec<Key>>,
    tag_names: Vec<String>,
}

/// Gives each name a place, in the order in which they appear.
#[derive(Default)]
struct Places<'a> {
    names: Vec<String>,
    known: HashMap<&'a str, Key>,
}

impl<'a> Places<'a> {
    fn of(&mut self, name: &'a str) -> Key {
        *self.known.entry(name).or_insert_with(|| {
            self.names.push(name.to_owned());
            key(self.names.len() - 1)
        })
    }
}

impl Keys {
    fn new(spans: &Spans, projects: &HashMap<ProjectId, Project>) -> Keys {
        let (mut clients, mut tags) = (Places::default(), Places::default());
        let of_projects = spans.projects().iter().map(|id| {
            let project = projects.get(id);
            let client = project.and_then(|project| project.client.as_deref());
            let rate = project.and_then(|project| project.hourly_rate);
            (client.map_or(NONE, |client| clients.of(client)), rate.map_or(0, |rate| rate.thousandths()))
        });
        let (of_clients, rates) = of_projects.unzip();
        let of_tags = spans.tags().iter().map(|set| match set.as_slice() {
            [] => vec![NONE],
            some => some.iter().map(|tag| tags.of(tag)).collect(),
        });
        let of_tags = of_tags.collect();
        Keys { clients: of_clients, rates, client_names: clients.names, tags: of_tags, tag_names: tags.names }
    }

    fn client(&self, span: &Placed) -> Key {
        span.project.and_then(|place| self.clients.get(place)).copied().unwrap_or(NONE)
    }

    fn rate(&self, span: &Placed) -> i64 {
        span.project.and_then(|place| self.rates.get(place)).copied().unwrap_or(0)
    }

    fn tags(&self, span: &Placed) -> &[Key] {
        self.tags.get(span.tags).map_or(&[], Vec::as_slice)
    }
}

fn key(place: usize) -> Key {
    Key::try_from(place).unwrap_or(NONE)
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
        let Sums { all, groups, parts, .. } = sums;
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
            groups: names.groups(by, groups, parts),
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

/// Sums of groups.
#[derive(Default)]
struct Sums {
    all: Tally,
    groups: HashMap<Key, Tally>,
    parts: HashMap<(Key, Key), Tally>,
    /// The weeks of dates that were asked for.
    weeks: HashMap<NaiveDate, NaiveDate>,
}

impl Sums {
    fn add(
        &mut self,
        by: (ReportBy, Option<ReportBy>),
        keys: &Keys,
        calendar: &Calendar,
        span: &Placed,
        date: NaiveDate,
        part: Tally,
    ) {
        self.all.add(part);
        let (mut one, mut other) = ([NONE], [NONE]);
        let first = self.keys(by.0, keys, calendar, span, date, &mut one);
        for key in first {
            self.groups.entry(*key).or_default().add(part);
        }
        let Some(by) = by.1 else { return };
        let second = self.keys(by, keys, calendar, span, date, &mut other);
        for key in first {
            for part_key in second {
                self.parts.entry((*key, *part_key)).or_default().add(part);
            }
        }
    }

    /// What groups a part is of; `room` is for the one.
    fn keys<'k>(
        &mut self,
        by: ReportBy,
        keys: &'k Keys,
        calendar: &Calendar,
        span: &Placed,
        date: NaiveDate,
        room: &'k mut [Key; 1],
    ) -> &'k [Key] {
        let days = |date: NaiveDate| Key::from(date.num_days_from_ce());
        let one = match by {
            ReportBy::Tag => return keys.tags(span),
            ReportBy::Project => span.project.map_or(NONE, key),
            ReportBy::Client => keys.client(span),
            ReportBy::Day => days(date),
            ReportBy::Week => days(*self.weeks.entry(date).or_insert_with(|| calendar.week_start(date))),
            ReportBy::Month => days(date.with_day(1).unwrap_or(date)),
        };
        *room = [one];
        room
    }
}

/// What groups are called.
struct Names<'a> {
    keys: &'a Keys,
    spans: &'a Spans,
    projects: &'a HashMap<ProjectId, Project>,
}

impl Names<'_> {
    fn groups(
        &self,
        by: (ReportBy, Option<ReportBy>),
        groups: HashMap<Key, Tally>,
        parts: HashMap<(Key, Key), Tally>,
    ) -> Vec<ReportGroup> {
        let mut within: HashMap<Key, HashMap<Key, Tally>> = HashMap::new();
        for ((key, part), tally) in parts {
            within.entry(key).or_default().insert(part, tally);
        }
        let of = |key: Key, tally: Tally| {
            let parts = by.1.map(|by| {
                let parts = within.get(&key).into_iter().flatten();
                sorted(by, parts.map(|(part, tally)| self.group(by, *part, *tally, None)).collect())
            });
            self.group(by.0, key, tally, parts)
        };
        sorted(by.0, groups.into_iter().map(|(key, tally)| of(key, tally)).collect())
    }

    fn group(&self, by: ReportBy, key: Key, tally: Tally, groups: Option<Vec<ReportGroup>>) -> ReportGroup {
        let place = usize::try_from(key).ok();
        let named = |names: &[String]| place.and_then(|place| names.get(place)).cloned();
        let date = || i32::try_from(key).ok().and_then(NaiveDate::from_num_days_from_ce_opt);
        let project =
            place.and_then(|place| self.spans.projects().get(place)).filter(|_| by == ReportBy::Project);
        let about = project.and_then(|id| self.projects.get(id));
        let key = match by {
            ReportBy::Project => project.map(ToString::to_string),
            ReportBy::Client => named(&self.keys.client_names),
            ReportBy::Tag => named(&self.keys.tag_names),
            ReportBy::Day | ReportBy::Week => date().map(|date| date.to_string()),
            ReportBy::Month => date().map(|date| date.format("%Y-%m").to_string()),
        };
        ReportGroup {
            name: about.map(|project| project.title.clone()).or_else(|| key.clone()),
            key,
            client: about.and_then(|project| project.client.clone()),
            color: about.and_then(|project| project.color.clone()),
            seconds: Seconds(tally.ms),
            billable_seconds: Seconds(tally.billable_ms),
            billable_amount: tally.paid(),
            entry_count: tally.entries,
            groups,
        }
    }
}

fn sorted(by: ReportBy, mut groups: Vec<ReportGroup>) -> Vec<ReportGroup> {
    if by.is_time() {
        groups.sort_by(|a, b| a.key.cmp(&b.key));
    } else {
        groups.sort_by(|a, b| {
            b.seconds.cmp(&a.seconds).then_with(|| a.name.cmp(&b.name)).then_with(|| a.key.cmp(&b.key))
        });
    }
    groups
}

#[cfg(test)]
mod tests;
