use uuid::Uuid;

use super::*;
use crate::valid::Valid;

fn at(text: &str) -> DateTime<Utc> {
    instants::instant(text).unwrap()
}

const NOW: &str = "2026-03-01T12:00:00.500Z";

fn new(json: &str) -> Result<TimeEntry, String> {
    let new = serde_json::from_str::<NewTimeEntry>(json).map_err(|error| error.to_string())?;
    let new = Valid::check(new).map_err(|mut fields| fields.remove(0).code)?;
    new.entry(UserId(Uuid::nil()), TimeEntryId(Uuid::nil()), at(NOW)).map_err(|field| field.code)
}

#[test]
fn times_that_can_be() {
    for (json, length) in [
        (r"{}", Ok(0)),
        (r#"{"start_time": "2026-03-01T10:00:00+01:00"}"#, Ok(10_800_500)),
        (r#"{"start_time": "2026-03-01T11:00:00", "end_time": "2026-03-01T11:00:00.250Z"}"#, Ok(250)),
        (r#"{"start_time": "2026-03-01T11:00:00Z", "end_time": "2026-03-01T11:00:00Z"}"#, Ok(0)),
        (r#"{"start_time": "2026-01-01T00:00:00Z", "end_time": "2026-02-11T15:00:00Z"}"#, Ok(3_596_400_000)),
        (
            r#"{"start_time": "2026-01-01T00:00:00Z", "end_time": "2026-02-11T15:00:00.001Z"}"#,
            Err("TOO_LONG"),
        ),
        (r#"{"start_time": "2026-01-01T00:00:00Z"}"#, Err("TOO_LONG")),
        (
            r#"{"start_time": "1999-12-31T23:00:00Z", "end_time": "2000-01-01T00:00:00Z"}"#,
            Err("TIME_TOO_OLD"),
        ),
        (r#"{"start_time": "2026-03-01T12:06:00Z"}"#, Err("TIME_IN_FUTURE")),
        (
            r#"{"start_time": "2026-03-01T11:00:00Z", "end_time": "2026-03-02T11:00:00Z"}"#,
            Err("TIME_IN_FUTURE"),
        ),
        (
            r#"{"start_time": "2026-03-01T11:00:00Z", "end_time": "2026-03-01T10:00:00Z"}"#,
            Err("ENDS_BEFORE_START"),
        ),
        (r#"{"end_time": "2026-03-01T10:00:00Z"}"#, Err("START_TIME_MISSING")),
        (r#"{"tags": ["a,b"]}"#, Err("TAG_INVALID")),
    ] {
        let found = new(json).map(|entry| entry.duration_seconds.0);
        assert_eq!(found, length.map_err(ToOwned::to_owned), "{json}");
    }
}

#[test]
fn minutes_are_rounded_half_up() {
    for (seconds, minutes) in [("00.000", 0), ("29.999", 0), ("30", 1), ("59", 1)] {
        let json =
            format!(r#"{{"start_time": "2026-03-01T11:00:00Z", "end_time": "2026-03-01T11:00:{seconds}Z"}}"#);
        assert_eq!(new(&json).unwrap().duration_minutes, minutes, "{seconds}");
    }
}

#[test]
fn tags_are_kept_once_and_without_space() {
    let entry = new(r#"{"tags": [" a ", "b", "", "a"], "description": "  "}"#).unwrap();
    assert_eq!((entry.tags, entry.description), (vec!["a".to_owned(), "b".to_owned()], None));
}

#[test]
fn a_forgotten_timer_counts_no_longer_than_an_entry_may() {
    let started = new(r#"{"start_time": "2026-03-01T11:00:00Z"}"#).unwrap();
    let later = at("2027-03-01T11:00:00Z");
    assert_eq!(started.until(later), started.start_time + LONGEST);
    assert_eq!(started.clone().stopped(None, later).unwrap().end_time, Some(started.start_time + LONGEST));
    let early = started.start_time - Duration::seconds(1);
    assert_eq!(started.clone().stopped(Some(early), later).unwrap_err().code, "ENDS_BEFORE_START");
    let patch = TimeEntryPatch { project_id: Some(Some(ProjectId(Uuid::nil()))), ..Default::default() };
    assert_eq!(patch.apply(&started, later).unwrap().project_id, Some(ProjectId(Uuid::nil())));
}

#[test]
fn what_is_absent_stays() {
    let entry = new(
        r#"{"start_time": "2026-03-01T11:00:00Z", "end_time": "2026-03-01T11:30:00Z", "tags": ["a"], "billable": true}"#,
    )
    .unwrap();
    let patched =
        |json: &str| serde_json::from_str::<TimeEntryPatch>(json).unwrap().apply(&entry, entry.updated_at);
    assert_eq!(patched("{}").unwrap(), entry);
    assert_eq!(patched(r#"{"end_time": null}"#).unwrap(), entry);
    let longer = patched(r#"{"start_time": "2026-03-01T10:30:00Z", "tags": [], "billable": false}"#).unwrap();
    assert_eq!((longer.duration_minutes, longer.tags.len(), longer.billable), (60, 0, false));
    assert_eq!(patched(r#"{"end_time": "2026-03-01T10:00:00Z"}"#).unwrap_err().code, "ENDS_BEFORE_START");
}
