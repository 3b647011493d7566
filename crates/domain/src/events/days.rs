//! What the events of one browser add up to, by local day.
//!
//! A day is made of the events on it and of the time that spans have on it; what a browser showed last at its end is
//! kept with it ([`Browser`]), so that events which come in order are added to what is there, and a late one derives
//! anew only the days from the event before it to the first that ends as it did.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use foldhash::HashMap;

use super::attention::{Browser, Heard, Outcome, Span};
use crate::days::cuts::Cuts;
use crate::days::{Calendar, hours};
use crate::leb128::{read, read_text, write, write_text};
use crate::usage::coverage::Coverage;

/// What a host has on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Milliseconds in front.
    pub duration_ms: i64,
    /// Events that name a page of it.
    pub events: i64,
    /// How often a page of it came to the front.
    pub visits: i64,
}

impl Tally {
    /// Adds `other`.
    pub fn add(&mut self, other: Tally) {
        self.duration_ms += other.duration_ms;
        self.events += other.events;
        self.visits += other.visits;
    }
}

/// A day of a browser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BrowserDay {
    /// Events by their types.
    pub types: HashMap<String, i64>,
    /// Events by what the wall clock showed, 0 to 23.
    pub hours: [i64; 24],
    /// Milliseconds in front by what the wall clock showed, 0 to 23.
    pub hours_ms: [i64; 24],
    /// Which moments a page was in front.
    pub coverage: Coverage,
    /// By host; the empty one is that of pages without.
    pub hosts: HashMap<String, Tally>,
    /// What is known of the browser after the last event of the day. None on a day that has none.
    pub end: Option<Browser>,
}

impl BrowserDay {
    fn types(&self) -> impl Iterator<Item = (&str, i64)> {
        sorted(&self.types)
    }

    fn hosts(&self) -> impl Iterator<Item = (&str, Tally)> {
        sorted(&self.hosts)
    }

    /// How many events it has.
    #[must_use]
    pub fn events(&self) -> i64 {
        self.types.values().sum()
    }

    /// Milliseconds that a page was in front.
    #[must_use]
    pub fn duration_ms(&self) -> i64 {
        self.hosts.values().map(|host| host.duration_ms).sum()
    }
}

/// Counts the events of one browser, in their order, into its days.
#[derive(Debug)]
pub struct Counting<'a> {
    cuts: Cuts<'a>,
    browser: Browser,
    /// The day of the last event that was counted.
    date: Option<NaiveDate>,
    days: BTreeMap<NaiveDate, BrowserDay>,
}

impl<'a> Counting<'a> {
    /// Goes on from `browser`, by the days of `calendar`.
    #[must_use]
    pub fn new(calendar: &'a Calendar, browser: Browser) -> Counting<'a> {
        Counting { cuts: Cuts::new(calendar), browser, date: None, days: BTreeMap::new() }
    }

    /// What is known of the browser after what was counted.
    #[must_use]
    pub fn browser(&self) -> &Browser {
        &self.browser
    }

    /// What the events add, by day.
    #[must_use]
    pub fn finish(mut self) -> BTreeMap<NaiveDate, BrowserDay> {
        self.close_day();
        self.days
    }

    /// No more events of the day follow.
    fn close_day(&mut self) {
        if let Some(day) = self.date.and_then(|date| self.days.get_mut(&date)) {
            day.end = Some(self.browser.clone());
        }
    }

    /// Counts the next event.
    pub fn count(&mut self, event: &Heard<'_>) {
        let at_ms = event.place.at_ms;
        let cut = self.cuts.at(at_ms);
        let (date, clock) = (cut.date, cut.clock_at(at_ms));
        if self.date.is_some_and(|last| last != date) {
            self.close_day();
        }
        self.date = Some(date);
        let Outcome { span, visit } = self.browser.hear(event);
        if let Some(span) = span {
            self.spend(&span);
        }
        let day = self.days.entry(date).or_default();
        count(&mut day.types, event.what.as_str(), |events| *events += 1);
        if let Some(events) = day.hours.get_mut(clock) {
            *events += 1;
        }
        if let Some(host) = event.host {
            count(&mut day.hosts, host, |tally| tally.events += 1);
        }
        if let Some(host) = visit {
            count(&mut day.hosts, &host, |tally| tally.visits += 1);
        }
    }

    /// Adds time to the days it is on.
    fn spend(&mut self, span: &Span) {
        let mut at = span.from_ms;
        while at < span.to_ms {
            let cut = self.cuts.at(at);
            let end = span.to_ms.min(cut.to_ms);
            let day = self.days.entry(cut.date).or_default();
            count(&mut day.hosts, &span.host, |tally| tally.duration_ms += end - at);
            cut.spend(at, end, &mut day.hours_ms, &mut day.coverage);
            at = end;
        }
    }
}

/// Changes what is counted for `name`, which is mostly there.
fn count<T: Default>(counts: &mut HashMap<String, T>, name: &str, change: impl FnOnce(&mut T)) {
    match counts.get_mut(name) {
        Some(known) => change(known),
        None => change(counts.entry(name.to_owned()).or_default()),
    }
}

/// What is counted, in the order of the names, as it is stored.
fn sorted<T: Copy>(counts: &HashMap<String, T>) -> impl Iterator<Item = (&str, T)> {
    let mut counts: Vec<(&str, T)> = counts.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    counts.sort_unstable_by_key(|(name, _)| *name);
    counts.into_iter()
}

/// What a day of a browser has, as it is stored: lists are packed, and read only by who needs them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    /// How many events it has.
    pub events: i64,
    /// Milliseconds that a page was in front.
    pub duration_ms: i64,
    /// Events by what the wall clock showed, 0 to 23 ([`hours::decode`]).
    pub hours: Vec<u8>,
    /// Milliseconds in front by what the wall clock showed, 0 to 23 ([`hours::decode`]).
    pub hours_ms: Vec<u8>,
    /// Which moments a page was in front ([`Coverage::encode`]).
    pub coverage: Vec<u8>,
    /// What each host has ([`decode_hosts`]).
    pub hosts: Vec<u8>,
    /// Events by their types ([`decode_types`]).
    pub types: Vec<u8>,
}

impl From<&BrowserDay> for Packed {
    fn from(day: &BrowserDay) -> Packed {
        Packed {
            events: day.events(),
            duration_ms: day.duration_ms(),
            hours: hours::encode(&day.hours),
            hours_ms: hours::encode(&day.hours_ms),
            coverage: day.coverage.encode(),
            hosts: encode_hosts(day.hosts()),
            types: encode_types(day.types()),
        }
    }
}

/// A day of a browser as it is stored, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// What it has.
    pub day: Packed,
    /// What is known of the browser after its last event ([`Browser::encode`]).
    pub end: Option<Vec<u8>>,
}

impl From<&BrowserDay> for Kept {
    fn from(day: &BrowserDay) -> Kept {
        Kept { day: Packed::from(day), end: day.end.as_ref().map(Browser::encode) }
    }
}

impl Kept {
    /// The day; nothing where its lists do not add up to its sums.
    #[must_use]
    pub fn unpack(self) -> Option<BrowserDay> {
        let Kept { day: packed, end } = self;
        let day = BrowserDay {
            types: decode_types(&packed.types).map(|(name, events)| (name.to_owned(), events)).collect(),
            hours: hours::decode(&packed.hours)?,
            hours_ms: hours::decode(&packed.hours_ms)?,
            coverage: Coverage::decode(&packed.coverage)?,
            hosts: decode_hosts(&packed.hosts).map(|(host, tally)| (host.to_owned(), tally)).collect(),
            end: match end {
                Some(end) => Some(Browser::decode(&end)?),
                None => None,
            },
        };
        let adds_up = day.events() == packed.events && day.duration_ms() == packed.duration_ms;
        adds_up.then_some(day)
    }

    /// The day with what later events have counted; nothing where its lists do not add up to its sums. Lists are gone
    /// through as they are packed: most hosts of a day have nothing to do with the events of a moment.
    #[must_use]
    pub fn with(self, later: &BrowserDay) -> Option<Kept> {
        let Kept { day, end } = self;
        let sum = |ours: &[u8], theirs: &[i64; 24]| -> Option<Vec<u8>> {
            let mut sums = hours::decode(ours)?;
            sums.iter_mut().zip(theirs).for_each(|(sum, more)| *sum += more);
            Some(hours::encode(&sums))
        };
        let (mut events, mut duration_ms) = (0, 0);
        let types = merged(decode_types(&day.types), later.types(), |sum, more| *sum += more);
        let types = encode_types(types.inspect(|(_, count)| events += count));
        let hosts = merged(decode_hosts(&day.hosts), later.hosts(), Tally::add);
        let hosts = encode_hosts(hosts.inspect(|(_, tally)| duration_ms += tally.duration_ms));
        let mut coverage = Coverage::decode(&day.coverage)?;
        coverage.unite(&later.coverage);
        let adds_up =
            (events, duration_ms) == (day.events + later.events(), day.duration_ms + later.duration_ms());
        let day = Packed {
            events,
            duration_ms,
            hours: sum(&day.hours, &later.hours)?,
            hours_ms: sum(&day.hours_ms, &later.hours_ms)?,
            coverage: coverage.encode(),
            hosts,
            types,
        };
        adds_up.then(|| Kept { day, end: later.end.as_ref().map(Browser::encode).or(end) })
    }
}

/// Two lists in the order of their names as one; what both have is added.
fn merged<'a, T>(
    ours: impl Iterator<Item = (&'a str, T)>,
    theirs: impl Iterator<Item = (&'a str, T)>,
    add: impl Fn(&mut T, T),
) -> impl Iterator<Item = (&'a str, T)> {
    let (mut ours, mut theirs) = (ours.peekable(), theirs.peekable());
    std::iter::from_fn(move || {
        let order = match (ours.peek(), theirs.peek()) {
            (Some((our, _)), Some((their, _))) => our.cmp(their),
            (_, None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        let mut next = if order == Ordering::Greater { theirs.next() } else { ours.next() }?;
        if order == Ordering::Equal
            && let Some((_, more)) = theirs.next()
        {
            add(&mut next.1, more);
        }
        Some(next)
    })
}

/// As types are stored: each name and how many events it has (names as texts, numbers in LEB128).
fn encode_types<'a>(types: impl IntoIterator<Item = (&'a str, i64)>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (name, count) in types {
        write_text(name, &mut bytes);
        write(count.unsigned_abs(), &mut bytes);
    }
    bytes
}

/// Types as they were stored, one after another; it ends before what is not that.
pub fn decode_types(mut bytes: &[u8]) -> impl Iterator<Item = (&str, i64)> {
    std::iter::from_fn(move || Some((read_text(&mut bytes)?, number(&mut bytes)?)))
}

/// As hosts are stored: each name, its milliseconds, events and visits.
fn encode_hosts<'a>(hosts: impl IntoIterator<Item = (&'a str, Tally)>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (host, Tally { duration_ms, events, visits }) in hosts {
        write_text(host, &mut bytes);
        for number in [duration_ms, events, visits] {
            write(number.unsigned_abs(), &mut bytes);
        }
    }
    bytes
}

/// Hosts as they were stored, one after another; it ends before what is not that.
pub fn decode_hosts(mut bytes: &[u8]) -> impl Iterator<Item = (&str, Tally)> {
    std::iter::from_fn(move || {
        let host = read_text(&mut bytes)?;
        let duration_ms = number(&mut bytes)?;
        Some((host, Tally { duration_ms, events: number(&mut bytes)?, visits: number(&mut bytes)? }))
    })
}

/// What hosts have on several days together, as those of one are stored.
#[must_use]
pub fn sum_hosts<'a>(days: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut sums: BTreeMap<&str, Tally> = BTreeMap::new();
    for (host, tally) in days.into_iter().flat_map(decode_hosts) {
        sums.entry(host).or_default().add(tally);
    }
    encode_hosts(sums)
}

fn number(bytes: &mut &[u8]) -> Option<i64> {
    i64::try_from(read(bytes)?).ok()
}

#[cfg(test)]
mod tests;
