//! Groups of a report: what spans are put together by, and what each group adds up to.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

use super::{ReportBy, ReportGroup};
use crate::consumption::{Figure, divided};
use crate::days::{Calendar, month_start};
use crate::ids::ProjectId;
use crate::numbers::Seconds;
use crate::projects::Project;
use crate::time_entries::spans::{Placed, Spans};

/// A sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub ms: i64,
    pub billable_ms: i64,
    /// Milliseconds × thousandths an hour.
    pub amount: i128,
    pub entries: i64,
}

impl Tally {
    fn add(&mut self, part: Tally) {
        self.ms += part.ms;
        self.billable_ms += part.billable_ms;
        self.amount += part.amount;
        self.entries += part.entries;
    }

    /// What is to be paid, in hundredths, rounded half up.
    pub fn paid(&self) -> Figure {
        Figure(divided(self.amount, 36_000_000) * 10)
    }
}

/// What groups are found by: the place of a project, client or tag, or the days of a date; below zero what has none.
pub(super) type Key = i64;

const NONE: Key = -1;

/// What an entry is put together by that is not of a day.
pub(super) struct Keys {
    /// By the place of a project: its client's place, and what an hour of it costs in thousandths.
    pub clients: Vec<Key>,
    rates: Vec<i64>,
    pub client_names: Vec<String>,
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
    pub fn new(spans: &Spans, projects: &HashMap<ProjectId, Project>) -> Keys {
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

    pub fn rate(&self, span: &Placed) -> i64 {
        span.project.and_then(|place| self.rates.get(place)).copied().unwrap_or(0)
    }

    fn tags(&self, span: &Placed) -> &[Key] {
        self.tags.get(span.tags).map_or(&[], Vec::as_slice)
    }
}

fn key(place: usize) -> Key {
    Key::try_from(place).unwrap_or(NONE)
}

/// By keys, of which there are few and which are all ours.
type ByKey<T> = HashMap<Key, T, BuildHasherDefault<Quick>>;

/// Hashes small numbers at a small price: by one multiplication each (Knuth, The Art of Computer Programming, 6.4).
#[derive(Default)]
pub(super) struct Quick(u64);

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_i64(i64::from(*byte)));
    }

    fn write_i64(&mut self, number: i64) {
        self.0 = (self.0.rotate_left(26) ^ number.cast_unsigned()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The sum of a group, and those of its parts.
#[derive(Default)]
pub(super) struct Group {
    all: Tally,
    parts: ByKey<Tally>,
}

/// Sums of groups.
#[derive(Default)]
pub(super) struct Sums {
    pub all: Tally,
    pub groups: ByKey<Group>,
    /// The weeks of dates that were asked for.
    weeks: HashMap<NaiveDate, NaiveDate>,
}

impl Sums {
    pub fn add(
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
        let second = by.1.map(|by| self.keys(by, keys, calendar, span, date, &mut other));
        for key in first {
            let group = self.groups.entry(*key).or_default();
            group.all.add(part);
            for key in second.into_iter().flatten() {
                group.parts.entry(*key).or_default().add(part);
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
            ReportBy::Month => days(month_start(date)),
        };
        *room = [one];
        room
    }
}

/// What groups are called.
pub(super) struct Names<'a> {
    pub keys: &'a Keys,
    pub spans: &'a Spans,
    pub projects: &'a HashMap<ProjectId, Project>,
}

/// What a group is called, once for all in which it is a part.
#[derive(Clone)]
struct Label {
    key: Option<Arc<str>>,
    name: Option<Arc<str>>,
    client: Option<Arc<str>>,
    color: Option<Arc<str>>,
}

impl Label {
    fn group(self, tally: Tally, groups: Option<Vec<ReportGroup>>) -> ReportGroup {
        let Label { key, name, client, color } = self;
        ReportGroup {
            key,
            name,
            client,
            color,
            seconds: Seconds(tally.ms),
            billable_seconds: Seconds(tally.billable_ms),
            billable_amount: tally.paid(),
            entry_count: tally.entries,
            groups,
        }
    }
}

impl Names<'_> {
    pub fn groups(&self, by: (ReportBy, Option<ReportBy>), groups: ByKey<Group>) -> Vec<ReportGroup> {
        let mut labels: ByKey<Label> = HashMap::default();
        let groups = groups.into_iter().map(|(key, Group { all, parts })| {
            let parts = by.1.map(|by| {
                let part = |(key, tally): (Key, Tally)| {
                    let label = labels.entry(key).or_insert_with(|| self.label(by, key));
                    (key, label.clone().group(tally, None))
                };
                sorted(by, parts.into_iter().map(part).collect())
            });
            (key, self.label(by.0, key).group(all, parts))
        });
        sorted(by.0, groups.collect())
    }

    fn label(&self, by: ReportBy, key: Key) -> Label {
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
        let key: Option<Arc<str>> = key.map(Into::into);
        Label {
            name: about.map(|project| project.title.as_str().into()).or_else(|| key.clone()),
            key,
            client: about.and_then(|project| project.client.as_deref()).map(Into::into),
            color: about.and_then(|project| project.color.as_deref()).map(Into::into),
        }
    }
}

/// By time the earliest first, otherwise the longest.
fn sorted(by: ReportBy, mut groups: Vec<(Key, ReportGroup)>) -> Vec<ReportGroup> {
    if by.is_time() {
        groups.sort_unstable_by_key(|(key, _)| *key);
    } else {
        groups.sort_by(|(_, a), (_, b)| {
            b.seconds.cmp(&a.seconds).then_with(|| a.name.cmp(&b.name)).then_with(|| a.key.cmp(&b.key))
        });
    }
    groups.into_iter().map(|(_, group)| group).collect()
}
