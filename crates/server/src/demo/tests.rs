use std::collections::BTreeSet;

use chrono::Datelike;
use chrono_tz::{Africa, America, Asia, Europe};

use super::*;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn start(session: &Value) -> DateTime<Utc> {
    at(session["started_at"].as_str().unwrap())
}

fn end(session: &Value) -> DateTime<Utc> {
    at(session["ended_at"].as_str().unwrap())
}

fn both() -> [Rotation; 2] {
    [&PHONE, &PC].map(|measured| measured.sessions().unwrap())
}

#[test]
fn nothing_is_lost_of_what_was_measured() {
    let [phone, pc] = both();
    assert_eq!((phone.0.len(), pc.0.len()), (14, 4));
    // Of 1,777 the first day's 24 are of a 15th day.
    assert_eq!(phone.0.iter().map(|day| day.sessions.len()).sum::<usize>(), 1777 - 24);
    assert_eq!(pc.0.iter().map(|day| day.sessions.len()).sum::<usize>(), 79);
}

#[test]
fn a_fortnight_ends_now() {
    let now = at("2026-11-22T20:00:00Z");
    for rotation in both() {
        let sessions = rotation.usage(None, now, Europe::Berlin);
        let days: BTreeSet<_> =
            sessions.iter().map(|one| start(one).with_timezone(&Europe::Berlin).date_naive()).collect();
        assert_eq!(days.len(), 14);
        assert_eq!(days.last().unwrap().to_string(), "2026-11-22");
        assert!(sessions.iter().all(|one| start(one) <= end(one) && end(one) <= now));
        assert!(sessions.is_sorted_by_key(start));
    }
}

#[test]
fn weekdays_and_times_of_day_of_the_phone_stay() {
    let [phone, _] = both();
    for date in at("2026-01-01T00:00:00Z").date_naive().iter_days().take(400) {
        assert_eq!(phone.on(date).unwrap().date.weekday(), date.weekday());
    }
    let day = phone.on(NaiveDate::from_ymd_opt(2023, 6, 12).unwrap()).unwrap();
    assert_eq!(day.date.to_string(), "2023-06-12");
    let sessions = phone.usage(None, at("2026-07-01T23:59:59Z"), Asia::Kolkata);
    let first = start(&sessions[0]).with_timezone(&Asia::Kolkata).naive_local();
    assert_eq!(first.time(), phone.on(first.date()).unwrap().sessions[0].start.time());
}

#[test]
fn clock_changes_move_no_length() {
    // Both changes of Berlin, and a zone that skips midnight.
    for (now, zone) in [
        ("2026-04-02T22:00:00Z", Europe::Berlin),
        ("2026-10-30T22:00:00Z", Europe::Berlin),
        ("2026-04-30T21:00:00Z", Africa::Cairo),
    ] {
        for rotation in both() {
            let sessions = rotation.usage(None, at(now), zone);
            let measured: BTreeSet<_> =
                rotation.0.iter().flat_map(|day| &day.sessions).map(|session| session.length).collect();
            let uncut = sessions.iter().filter(|session| end(session) < at(now));
            assert!(uncut.clone().all(|session| measured.contains(&(end(session) - start(session)))));
            assert!(uncut.count() > 50);
        }
    }
    let skipped = NaiveDate::from_ymd_opt(2026, 3, 29).unwrap().and_hms_opt(2, 30, 0).unwrap();
    assert_eq!(instant(skipped, Europe::Berlin), Some(at("2026-03-29T01:30:00Z")));
    let twice = NaiveDate::from_ymd_opt(2026, 10, 25).unwrap().and_hms_opt(2, 30, 0).unwrap();
    assert_eq!(instant(twice, Europe::Berlin), Some(at("2026-10-25T00:30:00Z")));
}

#[test]
fn a_later_run_repeats_extends_and_adds() {
    let (early, late) = (at("2026-11-20T19:00:00Z"), at("2026-11-25T03:00:00Z"));
    for rotation in both() {
        let placed = |newest, now| rotation.usage(newest, now, America::New_York);
        let first = placed(None, early);
        let then = placed(first.last().map(start), late);
        let key = |one: &Value| (start(one), one["app"].to_string());
        let whole = placed(Some(at("2026-11-07T12:00:00Z")), late);
        let sent: BTreeSet<_> = first.iter().chain(&then).map(key).collect();
        let since = start(&first[0]);
        assert_eq!(sent, whole.iter().filter(|one| start(one) >= since).map(key).collect());
        // What the first run cut off has its real end now.
        for cut in first.iter().filter(|one| end(one) == early) {
            let again = then.iter().find(|one| key(one) == key(cut)).unwrap();
            assert!(end(again) >= end(cut));
        }
    }
}

#[test]
fn catching_up_has_an_end() {
    let [_, pc] = both();
    let sessions = pc.usage(Some(at("2020-01-01T00:00:00Z")), at("2026-11-22T00:00:00Z"), Tz::UTC);
    assert!(start(&sessions[0]) >= at("2025-11-21T00:00:00Z"));
}

#[test]
fn four_weeks_of_focus_end_now() {
    let rotation = focus::sessions().unwrap();
    assert_eq!(rotation.0.len(), 28);
    // Of 249 two end before they start, and four are of the two days that are too many.
    let measured: usize = rotation.0.iter().map(|day| day.sessions.len()).sum();
    assert!((200..247).contains(&measured), "{measured}");
    let placed: Vec<_> =
        rotation.placed(None, at("2026-11-22T22:59:59Z"), Europe::Berlin, FOUR_WEEKS).collect();
    assert_eq!(placed.len(), measured);
    assert!(placed.iter().all(|(label, start, end)| label.starts_with("activity") && start < end));
    assert!(placed.is_sorted_by_key(|(_, start, _)| start));
}

#[test]
fn ten_weeks_of_time_entries_end_now() {
    let rotation = time_entries::entries().unwrap();
    assert_eq!(rotation.0.len(), 70);
    // Of 366 those of the six days that are too many are left out.
    let measured: usize = rotation.0.iter().map(|day| day.sessions.len()).sum();
    assert!((300..366).contains(&measured), "{measured}");
    let now = at("2026-11-22T22:59:59Z");
    let file = time_entries::file(&rotation, None, now, Europe::Berlin);
    let rows: Vec<_> = csv::Reader::from_reader(file.as_bytes()).into_records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), measured);
    assert!(rows.iter().all(|row| at(&row[0]) <= at(&row[1]) && at(&row[1]) <= now));
    assert!(rows.is_sorted_by_key(|row| at(&row[0])));
    let projects: BTreeSet<_> = rows.iter().map(|row| (&row[2], &row[3], &row[6])).collect();
    assert_eq!(projects.len(), 5);
    // What has not ended is not sent, and comes with a later run.
    let first = at(&rows[measured - 1][0]);
    assert_eq!(time_entries::file(&rotation, None, first, Europe::Berlin).lines().count(), measured);
    let later = time_entries::file(&rotation, Some(first), now, Europe::Berlin);
    assert!((2..40).contains(&later.lines().count()) && file.ends_with(later.split_once('\n').unwrap().1));
}

#[test]
fn a_fortnight_of_pages_ends_now() {
    let now = at("2026-11-22T20:00:00Z");
    for (of, least) in [("mobile", 1000), ("desktop", 2000)] {
        let visits = browsing::visits(of).unwrap();
        assert_eq!(visits.0.len(), 14);
        let events = browsing::events(&visits, now, Europe::Berlin);
        assert!((least..10_000).contains(&events.len()), "{of}: {}", events.len());
        let times: Vec<i64> = events.iter().map(|event| event["ts"].as_i64().unwrap()).collect();
        assert!(times.is_sorted() && times.last().is_some_and(|last| *last <= now.timestamp_millis()));
        let ids: BTreeSet<_> = events.iter().map(|event| event["_id"].to_string()).collect();
        assert_eq!(ids.len(), events.len());
        assert!(events.iter().all(|event| event["payload"]["url"].as_str().unwrap().contains(":")));
    }
}

#[test]
fn every_day_of_a_household_keeps_its_season_and_weekday() {
    let hours = household::hours().unwrap();
    let mut shown = BTreeSet::new();
    for date in NaiveDate::from_ymd_opt(2023, 12, 25).unwrap().iter_days().take(1500) {
        let (season, weekday) =
            (household::same_season(date).unwrap(), household::same_weekday(date).unwrap());
        assert_eq!((season.weekday(), weekday.weekday()), (date.weekday(), date.weekday()), "{date}");
        // At the turn of the year it is a week. The one hour of 2017 is no day.
        let apart = i64::from(season.ordinal()) - i64::from(date.ordinal());
        assert!(apart.abs() <= 8 && season.year() == 2016, "{date} shows {season}");
        assert!(matches!(hours[&season].len(), 23 | 24), "{season}");
        assert!((1..=31).contains(&weekday.day()) && weekday.to_string().starts_with("2015-03"));
        shown.insert(season);
    }
    assert_eq!(shown.len(), 366);
    let last = NaiveDate::from_ymd_opt(2015, 3, 31).unwrap();
    assert_eq!(household::same_weekday(last), Some(last));
    assert_eq!(household::same_weekday(last + Days::new(1)).unwrap().to_string(), "2015-03-04");
}

#[test]
fn hours_of_a_meter_follow_each_other_until_now() {
    // A change of the clocks each way, and a zone that skips midnight.
    for (first, now, zone, expected) in [
        ("2026-03-28", "2026-03-30T10:30:00Z", Europe::Berlin, 24 + 23 + 12),
        ("2026-10-24", "2026-10-26T10:30:00Z", Europe::Berlin, 24 + 24 + 11),
        ("2026-04-23", "2026-04-24T21:30:00Z", Africa::Cairo, 24 + 23),
    ] {
        let dates = first.parse::<NaiveDate>().unwrap().iter_days().take(3);
        let (file, rows) = household::metered(dates, at(now), zone).unwrap();
        assert_eq!(rows, expected, "{first}");
        let spans: Vec<_> = file
            .lines()
            .skip(1)
            .map(|line| line.split(',').skip(3).take(2).map(at).collect::<Vec<_>>())
            .collect();
        assert_eq!(spans.len(), rows);
        assert!(spans.iter().all(|span| span[1] - span[0] == TimeDelta::hours(1) && span[1] <= at(now)));
        assert!(spans.iter().zip(&spans[1..]).all(|(one, next)| one[1] <= next[0]));
    }
}
