use uuid::Uuid;

use super::*;
use crate::garden::Growth;
use crate::valid::Valid;

fn at(text: &str) -> DateTime<Utc> {
    instants::instant(text).unwrap()
}

const NOW: &str = "2026-11-21T12:00:00Z";

fn begin(json: &str) -> Result<FocusSession, String> {
    let new: NewFocusSession = serde_json::from_str(json).map_err(|error| error.to_string())?;
    let new = Valid::check(new).map_err(|fields| fields[0].code.clone())?;
    new.begin(UserId(Uuid::nil()), FocusSessionId(Uuid::nil()), at(NOW)).map_err(|field| field.code)
}

#[test]
fn what_may_begin() {
    for (json, outcome, minutes) in [
        ("{}", Outcome::Running, 0),
        (r#"{"duration_min": 25, "completed": false}"#, Outcome::Running, 0),
        (r#"{"started_at": "2026-11-21T11:30:00Z"}"#, Outcome::Running, 30),
        (r#"{"duration_min": 25, "started_at": "2026-11-21T11:30:00Z"}"#, Outcome::Running, 25),
        (
            r#"{"started_at": "2026-11-20T11:30:00+01:00", "ended_at": "2026-11-20T11:55:59", "completed": true}"#,
            Outcome::Completed,
            85,
        ),
        (
            r#"{"started_at": "2026-11-20T10:00:00Z", "ended_at": "2026-11-20T10:20:00Z"}"#,
            Outcome::Abandoned,
            20,
        ),
        (
            r#"{"started_at": "2026-11-19T10:00:00Z", "ended_at": "2026-11-20T10:20:00Z", "completed": true}"#,
            Outcome::Completed,
            480,
        ),
        (
            r#"{"started_at": "2026-11-21T12:00:00Z", "ended_at": "2026-11-21T12:04:59Z", "completed": true}"#,
            Outcome::Completed,
            4,
        ),
    ] {
        let session = begin(json).unwrap_or_else(|error| panic!("{json}: {error}"));
        assert_eq!((session.outcome(), session.focus_min), (outcome, minutes), "{json}");
    }
}

#[test]
fn what_may_not() {
    for (json, code) in [
        (r#"{"duration_min": 0}"#, "DURATION_INVALID"),
        (r#"{"duration_min": 481}"#, "DURATION_INVALID"),
        (r#"{"completed": true}"#, "ENDED_AT_MISSING"),
        (r#"{"started_at": "2026-11-21T11:00:00Z", "completed": true}"#, "ENDED_AT_MISSING"),
        (r#"{"ended_at": "2026-11-21T11:00:00Z"}"#, "STARTED_AT_MISSING"),
        (
            r#"{"started_at": "2026-11-21T11:00:00Z", "ended_at": "2026-11-21T11:00:00Z"}"#,
            "ENDS_BEFORE_START",
        ),
        (
            r#"{"started_at": "2026-11-21T11:00:00Z", "ended_at": "2026-11-21T10:00:00Z"}"#,
            "ENDS_BEFORE_START",
        ),
        (r#"{"started_at": "2026-11-21T11:00:00Z", "ended_at": "2026-11-21T12:05:01Z"}"#, "TIME_IN_FUTURE"),
        (r#"{"started_at": "2026-11-21T12:05:01Z"}"#, "TIME_IN_FUTURE"),
        (r#"{"started_at": "1999-12-31T11:00:00Z", "ended_at": "1999-12-31T12:00:00Z"}"#, "TIME_TOO_OLD"),
        (r#"{"started_at": "2026-11-21T03:59:59Z"}"#, "TIME_TOO_OLD"),
        (r#"{"plant_type": " "}"#, "PLANT_MISSING"),
    ] {
        assert_eq!(begin(json).unwrap_err(), code, "{json}");
    }
    assert!(begin(r#"{"started_at": "yesterday"}"#).unwrap_err().contains("RFC 3339"));
    let label = format!(r#"{{"label": "{}"}}"#, "x".repeat(201));
    assert_eq!(begin(&label).unwrap_err(), "TEXT_TOO_LONG");
}

#[test]
fn a_forgotten_timer_earns_no_more_than_was_planned() {
    let planned = begin(r#"{"duration_min": 25}"#).unwrap();
    for (end, ended_at, minutes) in [
        ("2026-11-21T12:10:59Z", "2026-11-21T12:10:59Z", 10),
        ("2026-11-21T12:25:00Z", "2026-11-21T12:25:00Z", 25),
        ("2026-11-22T12:00:00Z", "2026-11-21T12:25:00Z", 25),
        ("2026-11-21T11:59:00Z", "2026-11-21T12:00:00Z", 0),
    ] {
        let done = planned.clone().ended(Outcome::Completed, at(end));
        assert_eq!((done.ended_at, done.focus_min), (Some(at(ended_at)), minutes), "{end}");
    }
    let open = begin("{}").unwrap().ended(Outcome::Completed, at("2026-11-22T12:00:00Z"));
    assert_eq!((open.ended_at, open.focus_min), (Some(at("2026-11-21T20:00:00Z")), 480));
}

#[test]
fn a_plant_withers_when_its_session_is_given_up_after_ten_seconds() {
    let running = begin(r#"{"duration_min": 25}"#).unwrap();
    assert_eq!(Growth::by(&running), Some(Growth { stage: 0, withered: false }));
    for (outcome, end, growth) in [
        (Outcome::Abandoned, "2026-11-21T12:00:10Z", None),
        (Outcome::Abandoned, "2026-11-21T12:00:10.001Z", Some(Growth { stage: 0, withered: true })),
        (Outcome::Abandoned, "2026-11-21T12:12:00Z", Some(Growth { stage: 2, withered: true })),
        (Outcome::Completed, "2026-11-21T12:00:05Z", Some(Growth { stage: 0, withered: false })),
        (Outcome::Completed, "2026-11-21T13:00:05Z", Some(Growth { stage: 5, withered: false })),
    ] {
        assert_eq!(Growth::by(&running.clone().ended(outcome, at(end))), growth, "{end}");
    }
}

#[test]
fn a_session_ends_one_way() {
    let check = |json: &str| Valid::check(serde_json::from_str::<FocusSessionPatch>(json).unwrap());
    assert_eq!(check(r#"{"completed": true}"#).unwrap().outcome(), Some(Outcome::Completed));
    assert_eq!(check(r#"{"abandoned": true}"#).unwrap().outcome(), Some(Outcome::Abandoned));
    assert_eq!(check(r#"{"completed": false, "label": "x"}"#).unwrap().outcome(), None);
    assert_eq!(check(r#"{"completed": true, "abandoned": true}"#).unwrap_err()[0].code, "OUTCOME_INVALID");
}
