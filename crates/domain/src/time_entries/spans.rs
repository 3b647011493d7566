//! Spans: entries without their words, packed by the UTC date on which they began, so that a report over years reads days
//! and not entries. A date in UTC is nobody's local day: no change of a calendar concerns what is packed.

use std::collections::HashMap;
use std::hash::Hash;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use uuid::Uuid;

use super::{LONGEST, TimeEntry};
use crate::days;
use crate::ids::ProjectId;
use crate::leb128::{read, read_text, write, write_text};

/// What an entry has but for its id and description. Instants are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// When it began.
    pub from: i64,
    /// When it ended; one that runs, now.
    pub to: i64,
    /// What it was spent on.
    pub project: Option<ProjectId>,
    /// What it is about.
    pub tags: Vec<String>,
    /// Whether it is to be paid.
    pub billable: bool,
}

/// The UTC date under which what began then is packed.
#[must_use]
pub fn date_of(start: DateTime<Utc>) -> NaiveDate {
    start.date_naive()
}

/// The instants of a UTC date.
#[must_use]
pub fn edges(date: NaiveDate) -> (DateTime<Utc>, DateTime<Utc>) {
    let start = |date: NaiveDate| date.and_time(NaiveTime::MIN).and_utc();
    (start(date), start(days::plus(date, 1)))
}

/// The first UTC date under which what goes on at an instant may be packed.
#[must_use]
pub fn earliest(at: DateTime<Utc>) -> NaiveDate {
    date_of(at.checked_sub_signed(LONGEST).unwrap_or(at))
}

/// Packs what began on a UTC date, in the order of beginnings: for each the project (0 none, else a place in the order in
/// which they appear; a new place is followed by its id), the tags likewise (twice the place, and one where it is
/// billable; a new place is followed by how many they are and each), milliseconds since the beginning of the one before,
/// or of the date, and its length. Numbers in LEB128.
#[must_use]
pub fn pack(date: NaiveDate, mut spans: Vec<Span>) -> Vec<u8> {
    spans.sort_unstable();
    let mut bytes = Vec::new();
    let mut projects: HashMap<ProjectId, u64> = HashMap::new();
    let mut tags: HashMap<&[String], u64> = HashMap::new();
    let mut before = edges(date).0.timestamp_millis();
    for span in &spans {
        match span.project {
            None => write(0, &mut bytes),
            Some(project) => {
                let (place, is_new) = placed(&mut projects, project);
                write(place, &mut bytes);
                if is_new {
                    bytes.extend_from_slice(project.0.as_bytes());
                }
            }
        }
        let (place, is_new) = match span.tags.as_slice() {
            [] => (0, false),
            some => placed(&mut tags, some),
        };
        write(place * 2 + u64::from(span.billable), &mut bytes);
        if is_new {
            write(number(span.tags.len()), &mut bytes);
            span.tags.iter().for_each(|tag| write_text(tag, &mut bytes));
        }
        write(span.from.abs_diff(before), &mut bytes);
        write(span.to.abs_diff(span.from), &mut bytes);
        before = span.from;
    }
    bytes
}

/// The place of `one` among those that are known, from 1, and whether it is new.
fn placed<T: Eq + Hash>(known: &mut HashMap<T, u64>, one: T) -> (u64, bool) {
    let next = number(known.len()) + 1;
    let place = *known.entry(one).or_insert(next);
    (place, place == next)
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// A span of [`Spans`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed {
    /// When it began.
    pub from: i64,
    /// When it ended.
    pub to: i64,
    /// The place of its project.
    pub project: Option<usize>,
    /// The place of its tags.
    pub tags: usize,
    /// Whether it is to be paid.
    pub billable: bool,
}

/// Spans of many dates, which share their projects and tags.
#[derive(Debug)]
pub struct Spans {
    spans: Vec<Placed>,
    projects: Vec<ProjectId>,
    tags: Vec<Vec<String>>,
    places: HashMap<ProjectId, usize>,
    tag_places: HashMap<Vec<String>, usize>,
}

impl Default for Spans {
    fn default() -> Spans {
        // The tags of those that have none come first.
        Spans {
            spans: vec![],
            projects: vec![],
            tags: vec![vec![]],
            places: HashMap::new(),
            tag_places: HashMap::from([(vec![], 0)]),
        }
    }
}

impl Spans {
    /// All of them; in the order of beginnings, if they were added so.
    #[must_use]
    pub fn all(&self) -> &[Placed] {
        &self.spans
    }

    /// The projects, by their places.
    #[must_use]
    pub fn projects(&self) -> &[ProjectId] {
        &self.projects
    }

    /// The tags, by their places.
    #[must_use]
    pub fn tags(&self) -> &[Vec<String>] {
        &self.tags
    }

    /// Adds one, in its place among the others.
    pub fn add(&mut self, span: &Span) {
        let project = span.project.map(|project| self.project(project));
        let tags = self.tag_set(span.tags.clone());
        let placed = Placed { from: span.from, to: span.to, project, tags, billable: span.billable };
        let place = self.spans.partition_point(|other| other.from <= span.from);
        self.spans.insert(place, placed);
    }

    /// Adds an entry that runs, as one that never ends.
    pub fn add_endless(&mut self, running: &TimeEntry) {
        self.add(&Span { to: i64::MAX, ..running.span(running.start_time) });
    }

    /// How many begin while another goes on, of those that begin at an instant or later.
    #[must_use]
    pub fn count_overlaps(&self, first: DateTime<Utc>) -> usize {
        let first = first.timestamp_millis();
        let mut reached = i64::MIN;
        let takes_time = self.spans.iter().filter(|span| span.from < span.to);
        let overlap = |span: &&Placed| {
            let overlaps = first <= span.from && span.from < reached;
            reached = reached.max(span.to);
            overlaps
        };
        takes_time.filter(overlap).count()
    }

    /// Adds what [`pack`] has packed of a date that is later than those before; nothing where the bytes are not that.
    #[must_use]
    pub fn add_day(&mut self, date: NaiveDate, mut bytes: &[u8]) -> Option<()> {
        let bytes = &mut bytes;
        // The places of the day's, in their order, among those of all.
        let mut projects: Vec<usize> = Vec::new();
        let mut tags: Vec<usize> = vec![0];
        let mut before = edges(date).0.timestamp_millis();
        while !bytes.is_empty() {
            let project = match usize::try_from(read(bytes)?).ok()?.checked_sub(1) {
                None => None,
                Some(place) => {
                    if place == projects.len() {
                        let (id, rest) = bytes.split_first_chunk::<16>()?;
                        *bytes = rest;
                        projects.push(self.project(ProjectId(Uuid::from_bytes(*id))));
                    }
                    Some(*projects.get(place)?)
                }
            };
            let marked = read(bytes)?;
            let place = usize::try_from(marked / 2).ok()?;
            if place == tags.len() {
                let count = read(bytes)?;
                let set = (0..count).map(|_| read_text(bytes).map(ToOwned::to_owned));
                let set = set.collect::<Option<Vec<String>>>()?;
                tags.push(self.tag_set(set));
            }
            let from = before.checked_add_unsigned(read(bytes)?)?;
            let to = from.checked_add_unsigned(read(bytes)?)?;
            let tags = *tags.get(place)?;
            self.spans.push(Placed { from, to, project, tags, billable: marked % 2 == 1 });
            before = from;
        }
        Some(())
    }

    fn project(&mut self, project: ProjectId) -> usize {
        *self.places.entry(project).or_insert_with(|| {
            self.projects.push(project);
            self.projects.len() - 1
        })
    }

    fn tag_set(&mut self, tags: Vec<String>) -> usize {
        if let Some(place) = self.tag_places.get(&tags) {
            return *place;
        }
        let place = self.tags.len();
        self.tags.push(tags.clone());
        self.tag_places.insert(tags, place);
        place
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    prop_compose! {
        /// Spans of the first dates of 1970, by date.
        fn spans()(rows in prop::collection::vec((0..4_i64, 0..86_400_000_i64, 0..3_596_400_000_i64, 0..4_u128, prop::collection::vec("[ab]{1,2}", 0..3), any::<bool>()), 0..60))
            -> Vec<(i64, Vec<Span>)> {
            let mut days: std::collections::BTreeMap<i64, Vec<Span>> = std::collections::BTreeMap::new();
            for (day, offset, length, project, tags, billable) in rows {
                let from = day * 86_400_000 + offset;
                let project = (project > 0).then(|| ProjectId(Uuid::from_u128(project)));
                days.entry(day).or_default().push(Span { from, to: from + length, project, tags, billable });
            }
            days.into_iter().collect()
        }
    }

    proptest! {
        #[test]
        fn what_is_packed_is_there_again(days in spans()) {
            let mut unpacked = Spans::default();
            let mut told = vec![];
            for (day, spans) in days {
                let date = days::plus(days::FIRST, day);
                prop_assert!(unpacked.add_day(date, &pack(date, spans.clone())).is_some());
                told.extend(spans);
            }
            told.sort();
            let found: Vec<Span> = unpacked.all().iter().map(|span| Span {
                from: span.from,
                to: span.to,
                project: span.project.map(|place| unpacked.projects()[place]),
                tags: unpacked.tags()[span.tags].clone(),
                billable: span.billable,
            }).collect();
            prop_assert_eq!(found, told);
        }

        #[test]
        fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = Spans::default().add_day(days::FIRST, &bytes);
        }
    }

    #[test]
    fn it_is_not_large() {
        let project = Some(ProjectId(Uuid::from_u128(7)));
        let span = |n: i64| Span {
            from: n * 600_000,
            to: n * 600_000 + 540_000,
            project,
            tags: vec!["writing".into()],
            billable: n % 2 == 0,
        };
        let bytes = pack(days::FIRST, (0..50).map(span).collect());
        assert!(bytes.len() < 50 * 8 + 30, "{}", bytes.len());
    }
}
