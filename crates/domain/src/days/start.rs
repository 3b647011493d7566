//! When a day and a week start.

use super::*;

/// How long after midnight, by the wall clock, a day starts: 00:00 to 23:59.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DayStart {
    minutes: u16,
}

impl DayStart {
    /// `hour` 0 to 23, `minute` 0 to 59; otherwise nothing.
    #[must_use]
    pub fn new(hour: u16, minute: u16) -> Option<DayStart> {
        (hour < 24 && minute < 60).then_some(DayStart { minutes: hour * 60 + minute })
    }

    /// Minutes after midnight.
    #[must_use]
    pub fn minutes(self) -> u16 {
        self.minutes
    }

    pub(super) fn after_midnight(self) -> Duration {
        Duration::minutes(i64::from(self.minutes))
    }
}

impl From<DayStart> for String {
    fn from(start: DayStart) -> String {
        format!("{:02}:{:02}", start.minutes / 60, start.minutes % 60)
    }
}

impl TryFrom<String> for DayStart {
    type Error = &'static str;
    fn try_from(text: String) -> Result<DayStart, Self::Error> {
        let number = |part: &str| (part.len() == 2).then(|| part.parse::<u16>().ok()).flatten();
        text.split_once(':')
            .and_then(|(hour, minute)| DayStart::new(number(hour)?, number(minute)?))
            .ok_or("a start of day is written HH:MM, 00:00 to 23:59")
    }
}

/// The first day of a week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the days of the week need no words")]
pub enum WeekStart {
    #[default]
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl WeekStart {
    /// The first day of the week that holds `date`.
    #[must_use]
    pub fn of_week_with(self, date: NaiveDate) -> NaiveDate {
        let week = date.week(match self {
            WeekStart::Monday => Weekday::Mon,
            WeekStart::Tuesday => Weekday::Tue,
            WeekStart::Wednesday => Weekday::Wed,
            WeekStart::Thursday => Weekday::Thu,
            WeekStart::Friday => Weekday::Fri,
            WeekStart::Saturday => Weekday::Sat,
            WeekStart::Sunday => Weekday::Sun,
        });
        week.checked_first_day().unwrap_or(date)
    }
}
