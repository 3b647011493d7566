use super::*;
use proptest::prelude::*;

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
}
fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}
fn zone(name: &str) -> Calendar {
    Calendar::in_zone(name.parse().unwrap())
}
fn starting(name: &str, day_start: (u16, u16)) -> Calendar {
    let calendar = zone(name);
    let day_start = DayStart::new(day_start.0, day_start.1).unwrap();
    calendar.changed(Entry { from: None, day_start, ..*calendar.current() })
}
fn moved(from: &str, instant: &str, to: &str) -> Calendar {
    let calendar = zone(from);
    calendar.changed(Entry { from: Some(at(instant)), timezone: to.parse().unwrap(), ..*calendar.current() })
}

mod day {
    use super::*;

    #[test]
    fn lengths_follow_the_clocks() {
        for (calendar, day, from, minutes) in [
            (zone("UTC"), "2024-02-29", "2024-02-29T00:00:00Z", 24 * 60),
            (zone("Europe/Berlin"), "2024-03-31", "2024-03-30T23:00:00Z", 23 * 60),
            (zone("Europe/Berlin"), "2024-10-27", "2024-10-26T22:00:00Z", 25 * 60),
            (zone("America/New_York"), "2024-03-10", "2024-03-10T05:00:00Z", 23 * 60),
            (zone("Asia/Kolkata"), "2024-06-01", "2024-05-31T18:30:00Z", 24 * 60),
            // Clocks go forward at midnight: the day starts at 01:00.
            (zone("America/Sao_Paulo"), "2018-11-04", "2018-11-04T03:00:00Z", 23 * 60),
            // Clocks go back at midnight: the evening before lasts 25 hours.
            (zone("America/Sao_Paulo"), "2018-02-17", "2018-02-17T02:00:00Z", 25 * 60),
            // The day starts at 04:00, after the change: the day before is the short one.
            (starting("Europe/Berlin", (4, 0)), "2024-03-30", "2024-03-30T03:00:00Z", 23 * 60),
            (starting("Europe/Berlin", (4, 0)), "2024-03-31", "2024-03-31T02:00:00Z", 24 * 60),
            // The start of day is skipped by the change, and repeated by it.
            (starting("Europe/Berlin", (2, 30)), "2024-03-31", "2024-03-31T01:00:00Z", 23 * 60 + 30),
            (starting("Europe/Berlin", (2, 30)), "2024-10-27", "2024-10-27T00:30:00Z", 25 * 60),
            // Samoa had no 30 December 2011.
            (zone("Pacific/Apia"), "2011-12-30", "2011-12-30T10:00:00Z", 0),
            (zone("Pacific/Apia"), "2011-12-31", "2011-12-30T10:00:00Z", 24 * 60),
        ] {
            let found = calendar.day(date(day));
            assert_eq!(found.from, at(from), "{day}");
            assert_eq!(found.length().num_minutes(), minutes, "{day}");
        }
    }

    #[test]
    fn a_flight_west_makes_a_long_day_and_leaves_the_past_alone() {
        let calendar = moved("Europe/Berlin", "2024-06-10T15:00:00Z", "America/New_York");
        assert_eq!(calendar.day(date("2024-06-09")), zone("Europe/Berlin").day(date("2024-06-09")));
        assert_eq!(calendar.day(date("2024-06-10")).length().num_hours(), 30);
        assert_eq!(calendar.day(date("2024-06-11")), zone("America/New_York").day(date("2024-06-11")));
    }

    #[test]
    fn a_flight_west_over_midnight_does_not_go_back_a_date() {
        let calendar = moved("Europe/Berlin", "2024-06-11T01:00:00Z", "America/New_York"); // 03:00 and 21:00
        assert_eq!(calendar.date_at(at("2024-06-11T01:00:00Z")), date("2024-06-11"));
        assert_eq!(calendar.day(date("2024-06-11")).length().num_hours(), 30);
    }

    #[test]
    fn a_flight_east_makes_a_short_day_or_skips_one() {
        let calendar = moved("America/New_York", "2024-06-11T00:00:00Z", "Europe/Berlin"); // 20:00 and 02:00
        assert_eq!(calendar.day(date("2024-06-10")).to, at("2024-06-11T00:00:00Z"));
        assert_eq!(calendar.day(date("2024-06-11")).from, at("2024-06-11T00:00:00Z"));
        let calendar = moved("Etc/GMT+12", "2024-06-11T11:00:00Z", "Etc/GMT-14"); // 10 June 23:00 and 12 June 01:00
        assert_eq!(calendar.day(date("2024-06-11")).length(), Duration::zero());
        assert_eq!(calendar.date_at(at("2024-06-11T11:00:00Z")), date("2024-06-12"));
    }
}

mod hours {
    use super::*;

    fn clocks(calendar: &Calendar, day: &str) -> Vec<u8> {
        calendar.hours(calendar.day(date(day))).iter().map(|hour| hour.clock).collect()
    }

    #[test]
    fn a_skipped_hour_is_not_there_and_a_repeated_one_is_there_twice() {
        let berlin = zone("Europe/Berlin");
        assert!(!clocks(&berlin, "2024-03-31").contains(&2));
        assert_eq!(clocks(&berlin, "2024-10-27").iter().filter(|hour| **hour == 2).count(), 2);
    }

    #[test]
    fn half_hours_of_change_are_cut_where_they_happen() {
        // Lord Howe Island goes back half an hour at 02:00: 01:30 to 02:00 comes twice.
        let lord_howe = zone("Australia/Lord_Howe");
        let ones: Vec<_> = lord_howe
            .hours(lord_howe.day(date("2024-04-07")))
            .into_iter()
            .filter(|hour| hour.clock == 1)
            .map(|hour| (hour.to - hour.from).num_minutes())
            .collect();
        assert_eq!(ones, [60, 30]);
    }

    #[test]
    fn a_day_that_starts_at_four_shows_its_clock_hours() {
        let hours = clocks(&starting("Europe/Berlin", (4, 0)), "2024-06-01");
        assert_eq!((hours[0], hours[23]), (4, 3));
    }
}

mod calendar {
    use super::*;

    #[test]
    fn is_kept_as_its_entries() {
        let calendar = moved("Europe/Berlin", "2024-06-10T15:00:00Z", "America/New_York");
        let json = serde_json::to_string(&calendar).unwrap();
        assert_eq!(serde_json::from_str::<Calendar>(&json).unwrap(), calendar);
        assert!(serde_json::from_str::<Calendar>("[]").is_err());
        assert!(serde_json::from_str::<DayStart>("\"24:00\"").is_err());
    }

    #[test]
    fn weeks_start_where_the_account_says() {
        let calendar = zone("UTC");
        let sunday = calendar.changed(Entry { week_start: WeekStart::Sunday, ..*calendar.current() });
        assert_eq!(calendar.week_start(date("2024-06-09")), date("2024-06-03"));
        assert_eq!(sunday.week_start(date("2024-06-09")), date("2024-06-09"));
    }
}

fn any_zone() -> impl Strategy<Value = Tz> {
    prop::sample::select(chrono_tz::TZ_VARIANTS.as_slice())
}

fn any_calendar() -> impl Strategy<Value = Calendar> {
    let entry = (any_zone(), 0_u16..24, 0_u16..60);
    let later = prop::collection::vec((946_684_800_i64..1_900_000_000, any_zone(), 0_u16..24), 0..3);
    (entry, later).prop_map(|((timezone, hour, minute), mut later)| {
        later.sort_by_key(|(from, ..)| *from);
        let day_start = DayStart::new(hour, minute).unwrap();
        let first = Calendar::in_zone(timezone);
        let first = first.changed(Entry { day_start, ..*first.current() });
        later.into_iter().fold(first, |calendar, (from, timezone, hour)| {
            let from = DateTime::from_timestamp(from, 0);
            let day_start = DayStart::new(hour, 0).unwrap();
            calendar.changed(Entry { from, timezone, day_start, week_start: WeekStart::Monday })
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_instant_is_in_the_day_it_is_said_to_be_in(calendar in any_calendar(), second in 946_684_800_i64..2_000_000_000) {
        let instant = DateTime::from_timestamp(second, 0).unwrap();
        let day = calendar.day_at(instant);
        prop_assert!(day.from <= instant && instant < day.to, "{day:?} {instant}");
    }

    #[test]
    fn days_follow_each_other_without_gap_or_overlap(calendar in any_calendar(), start in 0_i64..11_000) {
        let first = plus(NaiveDate::from_ymd_opt(2000, 1, 1).unwrap(), start);
        let days: Vec<Day> = calendar.days(first, plus(first, 400)).collect();
        for pair in days.windows(2) {
            prop_assert_eq!(pair[0].to, pair[1].from);
            prop_assert!(pair[0].from <= pair[0].to);
        }
    }

    #[test]
    fn hours_fill_the_day(calendar in any_calendar(), start in 0_i64..11_000) {
        let day = calendar.day(plus(NaiveDate::from_ymd_opt(2000, 1, 1).unwrap(), start));
        let hours = calendar.hours(day);
        let mut at = day.from;
        for hour in &hours {
            prop_assert_eq!(hour.from, at);
            prop_assert!(hour.from < hour.to && hour.to - hour.from <= Duration::hours(1));
            at = hour.to;
        }
        prop_assert_eq!(at, day.to);
    }
}
