use chrono_tz::Tz;
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::consumption::Amount;
use crate::ids::UserId;
use crate::projects::NewProject;
use crate::time_entries::spans::Span;
use crate::valid::Valid;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn filter(json: &str) -> ReportFilter {
    Valid::check(serde_json::from_str::<ReportFilter>(json).unwrap()).unwrap().into_inner()
}

fn projects() -> HashMap<ProjectId, Project> {
    let project = |id: u128, title: &str, client: Option<&str>, rate: Option<i64>| {
        let id = ProjectId(Uuid::from_u128(id));
        let new = NewProject {
            title: title.into(),
            client: client.map(ToOwned::to_owned),
            hourly_rate: rate.and_then(Amount::of_thousandths),
            ..NewProject::default()
        };
        (id, new.project(UserId(Uuid::nil()), id, at("2026-01-01T00:00:00Z")))
    };
    HashMap::from([
        project(1, "Tides", Some("Harbour"), Some(100_000)),
        project(2, "Maps", Some("Harbour"), Some(33_333)),
        project(3, "Garden", None, None),
    ])
}

fn span(from: &str, to: &str, project: u128, tags: &[&str], billable: bool) -> Span {
    Span {
        from: at(from).timestamp_millis(),
        to: at(to).timestamp_millis(),
        project: (project > 0).then(|| ProjectId(Uuid::from_u128(project))),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        billable,
    }
}

fn report(spans: &[Span], zone: Tz, json: &str) -> TimeReport {
    let mut all = Spans::default();
    spans.iter().for_each(|span| all.add(span));
    let calendar = Calendar::in_zone(zone);
    TimeReport::new(&filter(json), &all, &projects(), &calendar, at("2026-03-31T12:00:00Z"))
}

/// Names, seconds and entries of groups.
fn groups(groups: &[ReportGroup]) -> Vec<(Option<&str>, i64, i64)> {
    groups.iter().map(|group| (group.name.as_deref(), group.seconds.0 / 1000, group.entry_count)).collect()
}

fn some() -> Vec<Span> {
    vec![
        span("2026-03-28T22:30:00Z", "2026-03-29T02:30:00Z", 1, &["night", "sea"], true),
        span("2026-03-29T02:00:00Z", "2026-03-29T03:00:00Z", 2, &["sea"], true),
        span("2026-03-29T10:00:00Z", "2026-03-29T10:00:00Z", 3, &[], false),
        span("2026-03-30T10:00:00Z", "2026-03-30T10:07:30Z", 0, &[], false),
    ]
}

#[test]
fn an_entry_over_midnight_is_of_both_days() {
    // Clocks are put forward in that night; in Berlin it is midnight at 23:00.
    let days = report(&some(), chrono_tz::Europe::Berlin, r#"{"group_by": "day"}"#);
    assert_eq!(
        groups(&days.groups),
        [(Some("2026-03-28"), 1800, 1), (Some("2026-03-29"), 12_600 + 3600, 2), (Some("2026-03-30"), 450, 1)]
    );
    assert_eq!((days.total_seconds, days.entry_count), (Seconds(18_450_000), 4));
    assert_eq!(days.union_seconds, Seconds(18_450_000 - 1_800_000));
    assert_eq!((days.from.to_string(), days.to.to_string()), ("2026-03-28".into(), "2026-03-31".into()));
    // Of one of the days alone.
    let day = report(&some(), chrono_tz::Europe::Berlin, r#"{"from": "2026-03-29", "to": "2026-03-29"}"#);
    assert_eq!((day.total_seconds, day.entry_count), (Seconds(16_200_000), 2));
    assert_eq!(day.union_seconds, Seconds(14_400_000));
    assert_eq!(
        groups(&day.groups),
        [(Some("Tides"), 12_600, 0), (Some("Maps"), 3600, 1), (Some("Garden"), 0, 1)]
    );
}

#[test]
fn two_are_crossed() {
    let crossed = report(&some(), chrono_tz::UTC, r#"{"group_by": "client,tag"}"#);
    assert_eq!(groups(&crossed.groups), [(Some("Harbour"), 18_000, 2), (None, 450, 2)]);
    let parts = crossed.groups[0].groups.as_deref().unwrap();
    assert_eq!(groups(parts), [(Some("sea"), 18_000, 2), (Some("night"), 14_400, 1)]);
    let weeks = report(&some(), chrono_tz::UTC, r#"{"group_by": "week,month"}"#);
    assert_eq!(groups(&weeks.groups), [(Some("2026-03-23"), 18_000, 3), (Some("2026-03-30"), 450, 1)]);
    assert_eq!(groups(weeks.groups[0].groups.as_deref().unwrap()), [(Some("2026-03"), 18_000, 3)]);
}

#[test]
fn some_are_chosen() {
    for (json, seconds) in [
        (r#"{"client": "Harbour"}"#, 18_000),
        (r#"{"client": "Nobody"}"#, 0),
        (r#"{"tag": "night"}"#, 14_400),
        (r#"{"tag": "other"}"#, 0),
        (r#"{"billable": false}"#, 450),
        (r#"{"project_id": "00000000-0000-0000-0000-000000000002"}"#, 3600),
        (r#"{"project_id": "00000000-0000-0000-0000-000000000002", "tag": "night"}"#, 0),
        (r#"{"project_id": "00000000-0000-0000-0000-000000000009"}"#, 0),
    ] {
        assert_eq!(report(&some(), chrono_tz::UTC, json).total_seconds.0 / 1000, seconds, "{json}");
    }
}

#[test]
fn what_is_to_be_paid_is_exact_and_rounded_once() {
    let cents = |report: &TimeReport| report.billable_amount.to_string();
    // 4 h × 100 + 1 h × 33.333 = 433.333.
    assert_eq!(cents(&report(&some(), chrono_tz::UTC, "{}")), "433.33");
    // Ten times a second of 33.333 an hour: 0.0926 as a whole, and ten times nothing apart.
    let seconds: Vec<Span> = (0..10)
        .map(|n| {
            let from = format!("2026-03-01T00:00:0{n}Z");
            let mut one = span(&from, &from, 2, &[], true);
            one.to += 1000;
            one
        })
        .collect();
    let all = report(&seconds, chrono_tz::UTC, "{}");
    assert_eq!((cents(&all).as_str(), all.groups[0].billable_amount.to_string().as_str()), ("0.09", "0.09"));
    assert_eq!(
        report(&seconds, chrono_tz::UTC, r#"{"rounding": "up:1"}"#).billable_amount.to_string(),
        "5.56"
    );
}

#[test]
fn roundings() {
    for (text, exact, rounded) in [
        ("up:15", 1, 900_000),
        ("up:15", 0, 0),
        ("up:15", 900_000, 900_000),
        ("up:15", 900_001, 1_800_000),
        ("down:15", 899_999, 0),
        ("nearest:6", 180_000, 360_000),
        ("nearest:6", 179_999, 0),
        ("nearest:1440", 43_200_000, 86_400_000),
    ] {
        let mut pieces = [(NaiveDate::MIN, exact)];
        Rounding::read(text).unwrap().apply(&mut pieces);
        assert_eq!(pieces[0].1, rounded, "{text} {exact}");
    }
    for text in ["", "up", "up:", "up:0", "up:1441", "up:-5", "up:1.5", "sideways:5", "up:5:5"] {
        assert_eq!(Rounding::read(text), None, "{text}");
    }
}

#[test]
fn rounding_belongs_to_the_last_day() {
    let one = [span("2026-03-01T23:58:00Z", "2026-03-02T00:03:00Z", 1, &[], false)];
    let days = |json: &str| {
        let report = report(&one, chrono_tz::UTC, json);
        report.groups.iter().map(|group| group.seconds.0 / 1000).collect::<Vec<_>>()
    };
    assert_eq!(days(r#"{"group_by": "day"}"#), [120, 180]);
    assert_eq!(days(r#"{"group_by": "day", "rounding": "up:15"}"#), [120, 780]);
    assert_eq!(days(r#"{"group_by": "day", "rounding": "down:4"}"#), [120, 120]);
    assert_eq!(days(r#"{"group_by": "day", "rounding": "down:1"}"#), [120, 180]);
    assert_eq!(days(r#"{"group_by": "day", "rounding": "down:15"}"#), [0, 0]);
    let first = report(&one, chrono_tz::UTC, r#"{"to": "2026-03-01", "rounding": "up:15"}"#);
    assert_eq!(first.total_seconds, Seconds(120_000));
}

#[test]
fn a_table() {
    let table =
        super::table(&report(&some(), chrono_tz::UTC, r#"{"group_by": "project,day", "rounding": "up:15"}"#));
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "project,project_client,day,hours,seconds,billable_seconds,billable_amount,entries");
    assert_eq!(lines[1], "Tides,Harbour,2026-03-28,1.5,5400,5400,150,1");
    assert_eq!(lines[2], "Tides,Harbour,2026-03-29,2.5,9000,9000,250,0");
    assert_eq!(lines[4], ",,2026-03-30,0.25,900,0,0,1");
    assert_eq!(lines.len(), 6);
}

#[test]
fn what_cannot_be_asked() {
    for (json, field) in [
        (r#"{"group_by": "project,project"}"#, "group_by"),
        (r#"{"group_by": "day,week,month"}"#, "group_by"),
        (r#"{"group_by": ""}"#, "group_by"),
        (r#"{"rounding": "up"}"#, "rounding"),
        (r#"{"tz": "Mars"}"#, "tz"),
    ] {
        let fields = Valid::check(serde_json::from_str::<ReportFilter>(json).unwrap()).unwrap_err();
        assert_eq!(fields[0].field, field, "{json}");
    }
    assert!(filter(r#"{"from": "2026-03-02", "to": "2026-03-01"}"#).check().is_err());
}

prop_compose! {
    /// Entries around a change of clocks, which may overlap, be of no length or last for days.
    fn entries()(rows in prop::collection::vec((0..400_000_000_i64, 0..200_000_000_i64, any::<bool>(), 0..4_u128, prop::collection::vec("[abc]", 0..3), any::<bool>()), 0..40)) -> Vec<Span> {
        let begin = at("2026-03-27T00:00:00Z").timestamp_millis();
        rows.into_iter().map(|(offset, length, short, project, mut tags, billable)| {
            tags.sort();
            tags.dedup();
            let from = begin + offset;
            let to = from + if short { length % 3000 } else { length };
            Span { from, to, project: (project > 0).then(|| ProjectId(Uuid::from_u128(project))), tags, billable }
        }).collect()
    }
}

fn rounded(ms: i64, way: &str, step: i64) -> i64 {
    let (whole, rest) = (ms / step, ms % step);
    let up = match way {
        "up" => rest > 0,
        "nearest" => rest * 2 >= step,
        _ => false,
    };
    (whole + i64::from(up)) * step
}

proptest! {
    /// Whatever they are put together by, parts add up to the whole, which is what entries are one by one.
    #[test]
    fn parts_add_up(spans in entries(), way in prop::sample::select(vec!["up", "down", "nearest"]), minutes in 1..100_i64,
                    zone in prop::sample::select(vec![chrono_tz::UTC, chrono_tz::Europe::Berlin, chrono_tz::America::St_Johns])) {
        let told: i64 = spans.iter().map(|span| rounded(span.to - span.from, way, minutes * 60_000)).sum();
        for by in ["project", "client", "day", "week", "month", "project,day", "day,client", "month,week"] {
            let json = format!(r#"{{"group_by": "{by}", "rounding": "{way}:{minutes}", "to": "2026-05-01"}}"#);
            let report = report(&spans, zone, &json);
            prop_assert_eq!(report.total_seconds, Seconds(told));
            prop_assert_eq!(report.groups.iter().map(|group| group.seconds).sum::<Seconds>(), Seconds(told));
            prop_assert_eq!(report.groups.iter().map(|group| group.entry_count).sum::<i64>(), report.entry_count);
            prop_assert_eq!(report.entry_count, i64::try_from(spans.len()).unwrap());
            for group in &report.groups {
                if let Some(parts) = &group.groups {
                    prop_assert_eq!(parts.iter().map(|part| part.seconds).sum::<Seconds>(), group.seconds);
                }
            }
        }
    }

    /// Days of a stretch are those of its parts, wherever it is parted.
    #[test]
    fn ranges_add_up(spans in entries(), parted in 0..8_i64) {
        let zone = chrono_tz::Europe::Berlin;
        let middle = crate::days::plus(NaiveDate::from_ymd_opt(2026, 3, 26).unwrap(), parted);
        let next = crate::days::plus(middle, 1);
        let of = |range: &str| report(&spans, zone, &format!(r#"{{{range}, "rounding": "up:15"}}"#));
        let whole = of(r#""from": "2026-03-20", "to": "2026-05-01""#);
        let (one, other) = (of(&format!(r#""from": "2026-03-20", "to": "{middle}""#)), of(&format!(r#""from": "{next}", "to": "2026-05-01""#)));
        prop_assert_eq!(whole.total_seconds.0, one.total_seconds.0 + other.total_seconds.0);
        prop_assert_eq!(whole.union_seconds.0, one.union_seconds.0 + other.union_seconds.0);
        prop_assert_eq!(whole.entry_count, one.entry_count + other.entry_count);
    }

    /// The union is the number of seconds that any of them covers.
    #[test]
    fn overlaps_count_once(spans in entries()) {
        let covered = |ms: i64| spans.iter().any(|span| span.from <= ms && ms < span.to);
        let mut edges: Vec<i64> = spans.iter().flat_map(|span| [span.from, span.to]).collect();
        edges.sort_unstable();
        let told: i64 = edges.windows(2).filter(|edge| covered(edge[0])).map(|edge| edge[1] - edge[0]).sum();
        let report = report(&spans, chrono_tz::UTC, r#"{"from": "2026-01-01", "to": "2026-05-01"}"#);
        prop_assert_eq!(report.union_seconds, Seconds(told));
    }
}
