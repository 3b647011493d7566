//! An account's calendar, with its history.

use super::*;

/// The rules that hold from an instant on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// From when; `None` is from ever.
    pub from: Option<DateTime<Utc>>,
    /// IANA time zone.
    pub timezone: Tz,
    /// When a day starts.
    #[serde(default)]
    pub day_start: DayStart,
    /// When a week starts.
    #[serde(default)]
    pub week_start: WeekStart,
}

impl Entry {
    /// The first instant of `date` by these rules alone.
    fn start(&self, date: NaiveDate) -> DateTime<Utc> {
        first_at(self.timezone, date.and_time(chrono::NaiveTime::MIN) + self.day_start.after_midnight())
    }

    /// The date at `instant` by these rules alone.
    fn date_at(&self, instant: DateTime<Utc>) -> NaiveDate {
        let date = (wall(self.timezone, instant) - self.day_start.after_midnight()).date();
        // Where the clock is put back over the start of day, the day has started all the same.
        let next = plus(date, 1);
        if self.start(next) <= instant { next } else { date }
    }
}

/// Time zone, start of day and start of week of an account, with the instants from which they hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Entry>", into = "Vec<Entry>")]
pub struct Calendar {
    /// The rules that hold from ever until those of `later` do.
    first: Entry,
    /// In the order of their instants, each with one.
    later: Vec<Entry>,
}

impl Calendar {
    /// The same zone from ever; days start at midnight, weeks on Monday.
    #[must_use]
    pub fn in_zone(timezone: Tz) -> Calendar {
        let first =
            Entry { from: None, timezone, day_start: DayStart::default(), week_start: WeekStart::default() };
        Calendar { first, later: Vec::new() }
    }

    /// The rules that hold now.
    #[must_use]
    pub fn current(&self) -> &Entry {
        self.later.last().unwrap_or(&self.first)
    }

    /// This calendar as it would look from `timezone`, at all times, with the current starts of day and week.
    #[must_use]
    pub fn seen_from(&self, timezone: Tz) -> Calendar {
        Calendar { first: Entry { from: None, timezone, ..*self.current() }, later: Vec::new() }
    }

    /// This calendar with the rules of `entry` from its instant on, in place of all that held later.
    #[must_use]
    pub fn changed(&self, entry: Entry) -> Calendar {
        let Some(from) = entry.from else { return Calendar { first: entry, later: Vec::new() } };
        let mut later: Vec<Entry> =
            self.later.iter().filter(|old| old.from.is_some_and(|at| at < from)).copied().collect();
        later.push(entry);
        Calendar { first: self.first, later }
    }

    /// The first instant from which days are cut otherwise than by `other`; nothing where they never are.
    #[must_use]
    pub fn differs_from(&self, other: &Calendar) -> Option<DateTime<Utc>> {
        let cuts = |entry: &Entry| (entry.timezone, entry.day_start);
        let ever = DateTime::<Utc>::UNIX_EPOCH;
        let mut changes: Vec<DateTime<Utc>> =
            self.later.iter().chain(&other.later).filter_map(|entry| entry.from).chain([ever]).collect();
        changes.sort_unstable();
        changes.into_iter().find(|at| cuts(self.rules_at(*at)) != cuts(other.rules_at(*at)))
    }

    fn rules_at(&self, instant: DateTime<Utc>) -> &Entry {
        self.entries()
            .rev()
            .find(|entry| entry.from.is_none_or(|from| from <= instant))
            .unwrap_or(&self.first)
    }

    fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        std::iter::once(&self.first).chain(&self.later)
    }

    /// Each entry with the instant that ends it.
    fn spans(&self) -> impl Iterator<Item = (&Entry, DateTime<Utc>)> {
        let ends = self.later.iter().filter_map(|entry| entry.from);
        self.entries().zip(ends.chain(std::iter::once(DateTime::<Utc>::MAX_UTC)))
    }

    /// The first instant of `date`: the first at which the date is `date` or later.
    #[must_use]
    pub fn start(&self, date: NaiveDate) -> DateTime<Utc> {
        self.spans()
            .map(|(entry, end)| (entry.start(date).max(entry.from.unwrap_or(DateTime::<Utc>::MIN_UTC)), end))
            .find(|(start, end)| start < end)
            .map_or(DateTime::<Utc>::MAX_UTC, |(start, _)| start)
    }

    /// The date of the day that holds `instant`.
    #[must_use]
    pub fn date_at(&self, instant: DateTime<Utc>) -> NaiveDate {
        // The date never goes back, so the latest that any rule has reached stands.
        self.spans()
            .take_while(|(entry, _)| entry.from.is_none_or(|from| from <= instant))
            .map(|(entry, end)| entry.date_at(instant.min(end - Duration::milliseconds(1))))
            .max()
            .unwrap_or_else(|| self.first.date_at(instant))
    }

    /// The day called `date`. It is empty where a change of zone jumped over it.
    #[must_use]
    pub fn day(&self, date: NaiveDate) -> Day {
        Day { date, from: self.start(date), to: self.start(plus(date, 1)) }
    }

    /// The day that holds `instant`.
    #[must_use]
    pub fn day_at(&self, instant: DateTime<Utc>) -> Day {
        self.day(self.date_at(instant))
    }

    /// The days `first..=last`.
    pub fn days(&self, first: NaiveDate, last: NaiveDate) -> impl Iterator<Item = Day> {
        dates(first, last).map(|date| self.day(date))
    }

    /// `day` cut where the wall clock shows another hour. An hour that the clock repeats comes twice.
    #[must_use]
    pub fn hours(&self, day: Day) -> Vec<Hour> {
        let mut hours = Vec::with_capacity(25);
        for (entry, end) in self.spans() {
            let from = day.from.max(entry.from.unwrap_or(day.from));
            hours_in(entry.timezone, from, day.to.min(end), &mut hours);
        }
        hours
    }

    /// The hour that the wall clock shows at `instant`, 0 to 23.
    #[must_use]
    pub fn clock_at(&self, instant: DateTime<Utc>) -> u8 {
        u8::try_from(wall(self.rules_at(instant).timezone, instant).hour()).unwrap_or(0)
    }

    /// What the wall clock shows at `instant`.
    #[must_use]
    pub fn wall_at(&self, instant: DateTime<Utc>) -> NaiveDateTime {
        wall(self.rules_at(instant).timezone, instant)
    }

    /// The instants at which the wall clock shows `wall`: two where it was put back over it, none where it was put
    /// forward. A time zone's clock counts as long as the zone does.
    #[must_use]
    pub fn at_wall(&self, wall: NaiveDateTime) -> MappedLocalTime<DateTime<Utc>> {
        let mut found = MappedLocalTime::None;
        for (entry, end) in self.spans() {
            let shown = entry.timezone.from_local_datetime(&wall);
            for at in [shown.earliest(), shown.latest()].into_iter().flatten() {
                let at = at.with_timezone(&Utc);
                if at >= end || entry.from.is_some_and(|from| at < from) {
                    continue;
                }
                found = match found {
                    MappedLocalTime::None => MappedLocalTime::Single(at),
                    MappedLocalTime::Single(earlier) if at > earlier => {
                        MappedLocalTime::Ambiguous(earlier, at)
                    }
                    known => known,
                };
            }
        }
        found
    }

    /// The first instant at which the wall clock shows `date` or later. (An account's day may start at another hour.)
    #[must_use]
    pub fn midnight(&self, date: NaiveDate) -> DateTime<Utc> {
        let midnight = date.and_time(chrono::NaiveTime::MIN);
        self.spans()
            .map(|(entry, end)| {
                let at = first_at(entry.timezone, midnight);
                (at.max(entry.from.unwrap_or(DateTime::<Utc>::MIN_UTC)), end)
            })
            .find(|(at, end)| at < end)
            .map_or(DateTime::<Utc>::MAX_UTC, |(at, _)| at)
    }

    /// The first day of the week that holds `date`, by the rules of that date.
    #[must_use]
    pub fn week_start(&self, date: NaiveDate) -> NaiveDate {
        let now = self.current().week_start;
        // Where the day begins need not be asked of a calendar whose weeks have always been the same.
        if self.entries().all(|entry| entry.week_start == now) {
            return now.of_week_with(date);
        }
        self.rules_at(self.start(date)).week_start.of_week_with(date)
    }
}

impl From<Calendar> for Vec<Entry> {
    fn from(calendar: Calendar) -> Vec<Entry> {
        calendar.entries().copied().collect()
    }
}

impl TryFrom<Vec<Entry>> for Calendar {
    type Error = &'static str;
    fn try_from(entries: Vec<Entry>) -> Result<Calendar, Self::Error> {
        let mut entries = entries.into_iter();
        let first = entries.next().filter(|entry| entry.from.is_none());
        let later: Vec<Entry> = entries.collect();
        let ordered =
            later.is_sorted_by(|a, b| a.from < b.from) && later.iter().all(|entry| entry.from.is_some());
        match first {
            Some(first) if ordered => Ok(Calendar { first, later }),
            _ => Err("a calendar starts with rules from ever, and the others follow in order"),
        }
    }
}
