use serde_json::json;

use super::*;
use crate::webhooks::DeliveryStatus::{Done, Failed, Unhandled};

const ENDPOINT: EndpointId = EndpointId(Uuid::from_u128(7));

fn noon() -> DateTime<Utc> {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn read_as(scheme: Scheme, head: &Head, body: &[u8]) -> Envelope {
    Envelope::read((ENDPOINT, scheme), head, body, Uuid::from_u128(9), (noon(), noon()))
}

fn standard(body: &str) -> Envelope {
    read_as(Scheme::Standard, &Head { id: Some("msg_1".into()), ..Head::default() }, body.as_bytes())
}

fn github(event: Option<&str>, body: &str) -> Envelope {
    let head = Head {
        hub_event: event.map(ToOwned::to_owned),
        hub_delivery: Some("guid".into()),
        ..Head::default()
    };
    read_as(Scheme::Github, &head, body.as_bytes())
}

fn outcome(envelope: Envelope) -> (crate::webhooks::DeliveryStatus, Option<String>) {
    let outcome = envelope.event.expect_err("nothing to do");
    (outcome.status, outcome.error_code)
}

#[test]
fn an_entry_without_an_id_or_a_start_is_given_the_same_each_time() {
    let body = r#"{"type": "time_entry.created", "data": {"description": "tides", "project": "Harbour"}}"#;
    let read = || match standard(body).event {
        Ok(Event::TimeEntry { entry, project }) => (entry.id, entry.start_time, project),
        other => panic!("{other:?}"),
    };
    let (id, start, project) = read();
    assert_eq!(id, Some(TimeEntryId(super::super::seed(ENDPOINT, "msg_1"))));
    assert_eq!((start, project.as_deref()), (Some(noon()), Some("Harbour")));
    assert_eq!(read().0, id);
    let own = r#"{"type": "time_entry.created", "data": {"id": "01a20000-0000-7000-8000-000000000000", "start_time": "2026-11-22T10:00:00Z"}}"#;
    match standard(own).event {
        Ok(Event::TimeEntry { entry, .. }) => {
            assert_eq!(entry.id.unwrap().to_string(), "01a20000-0000-7000-8000-000000000000");
            assert_eq!(entry.start_time, Some("2026-11-22T10:00:00Z".parse().unwrap()));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn records_are_one_or_several_each_with_an_id() {
    let record =
        json!({"consumption_type": "gas", "amount": 1, "unit": "m3", "consumption_date": "2026-01-01"});
    let of = |data: serde_json::Value| match standard(
        &json!({"type": "consumption.recorded", "data": data}).to_string(),
    )
    .event
    {
        Ok(Event::Consumption(records)) => records,
        other => panic!("{other:?}"),
    };
    assert_eq!(of(record.clone()).len(), 1);
    let two = of(json!({"records": [record, {"amount": 1}, record]}));
    let ids: Vec<_> = two.iter().filter_map(|one| one.as_ref().ok()?.id).collect();
    assert_eq!(ids.len(), 2);
    assert_ne!(ids[0], ids[1]);
    assert_eq!(two[1].as_ref().unwrap_err()[0].code, "FIELD_REQUIRED");
    let many = vec![json!({}); MOST_RECORDS + 1];
    let body = json!({"type": "consumption.recorded", "data": {"records": many}}).to_string();
    assert_eq!(outcome(standard(&body)), (Failed, Some("TOO_MANY_RECORDS".into())));
}

#[test]
fn what_is_wrong_is_said() {
    let entry = |data: &str| format!(r#"{{"type": "time_entry.created", "data": {data}}}"#);
    for (body, code, words) in [
        ("", "MALFORMED_REQUEST", "not JSON"),
        ("\u{feff}{}", "MALFORMED_REQUEST", "not JSON"),
        ("[]", "VALIDATION_ERROR", "invalid type"),
        ("{}", "TYPE_MISSING", "type"),
        (r#"{"type": 7}"#, "TYPE_MISSING", "type"),
        (r#"{"type": "a\u0000b"}"#, "TYPE_MISSING", "type"),
        (&json!({"type": "x".repeat(101)}).to_string(), "TYPE_MISSING", "type"),
        (r#"{"type": "time_entry.created"}"#, "VALIDATION_ERROR", "data invalid type: null"),
        (&entry("[]"), "VALIDATION_ERROR", "data invalid type"),
        (&entry(r#"{"start_time": "noon"}"#), "VALIDATION_ERROR", "data.start_time"),
        (&entry(r#"{"description": "\u0000"}"#), "VALIDATION_ERROR", "data.description"),
        (&entry(r#"{"project": 7}"#), "VALIDATION_ERROR", "data.project"),
        (&entry(r#"{"description": "\ud800"}"#), "MALFORMED_REQUEST", "not JSON"),
        (r#"{"type": "usage.recorded", "data": {}}"#, "SESSIONS_INVALID", "data.sessions"),
        (
            r#"{"type": "usage.recorded", "data": {"device_id": 7, "sessions": []}}"#,
            "VALIDATION_ERROR",
            "data.device_id",
        ),
        (r#"{"type": "notification", "data": {"text": "x"}}"#, "VALIDATION_ERROR", "data.title is required"),
        (r#"{"type": "notification", "data": {"title": " "}}"#, "VALIDATION_ERROR", "data.title is empty"),
    ] {
        let outcome = standard(body).event.expect_err(body);
        assert_eq!((outcome.status, outcome.error_code.as_deref()), (Failed, Some(code)), "{body}");
        assert!(outcome.message.as_deref().unwrap().contains(words), "{body}: {:?}", outcome.message);
    }
    let deep = format!(r#"{{"type": "notification", "data": {}{}}}"#, "[".repeat(500), "]".repeat(500));
    assert!(standard(&deep).event.is_err());
    let kind = standard(r#"{"type": "weather.changed", "data": 1e100000}"#);
    assert_eq!(kind.kind.as_deref(), Some("weather.changed"));
    assert_eq!(outcome(kind), (Unhandled, Some("TYPE_UNKNOWN".into())));
}

#[test]
fn a_notification_says_what_it_says() {
    let said = |data: &str| {
        let told = standard(&format!(r#"{{"type": "notification", "data": {data}}}"#)).event.unwrap_err();
        (told.status, told.message.unwrap())
    };
    assert_eq!(said(r#"{"title": " Done "}"#), (Done, "Done".into()));
    assert_eq!(said(r#"{"title": "Done", "text": "in 4 minutes"}"#), (Done, "Done: in 4 minutes".into()));
}

#[test]
fn the_sender_names_a_delivery_or_the_server_does() {
    let head = |id: Option<&str>, other: Option<&str>| Head {
        id: id.map(ToOwned::to_owned),
        other_id: other.map(ToOwned::to_owned),
        ..Head::default()
    };
    let id = |head: &Head, body: &str| read_as(Scheme::SecretHeader, head, body.as_bytes()).id;
    let made = Uuid::from_u128(9).to_string();
    assert_eq!(id(&head(Some("a"), Some("b")), r#"{"id": "c"}"#), "a");
    assert_eq!(id(&head(None, Some("b")), r#"{"id": "c"}"#), "b");
    assert_eq!(id(&head(None, None), r#"{"id": "c"}"#), "c");
    assert_eq!(id(&head(None, None), r#"{"id": 12}"#), "12");
    for body in ["{}", r#"{"id": null}"#, r#"{"id": {}}"#, r#"{"id": 1.5}"#, "{"] {
        assert_eq!(id(&head(None, None), body), made, "{body}");
    }
    // What cannot be kept as it is, is made one that can, the same each time and different from others'.
    let odd = [r#"{"id": ""}"#, r#"{"id": "a b"}"#, r#"{"id": "é"}"#, r#"{"id": "\u0000"}"#];
    let ids: std::collections::HashSet<_> = odd.iter().map(|body| id(&head(None, None), body)).collect();
    assert_eq!(ids.len(), odd.len());
    assert!(ids.iter().all(|id| Uuid::try_parse(id).is_ok() && *id != made));
    let long = "x".repeat(201);
    assert_eq!(id(&head(Some(&long), None), "{}"), id(&head(Some(&long), None), "{}"));
    // Of other schemes the body has no say.
    assert_eq!(standard(r#"{"id": "c"}"#).id, "msg_1");
    assert_eq!(github(Some("ping"), r#"{"id": "c"}"#).id, "guid");
}

#[test]
fn a_push_becomes_a_line() {
    let push = |message: &str, commits: usize| {
        let body = json!({"repository": {"full_name": "mary/tides"}, "head_commit": {"message": message},
                          "commits": vec![json!({}); commits]});
        github(Some("push"), &body.to_string())
    };
    let line = |envelope: Envelope| match envelope.event {
        Ok(Event::Note(line)) => line,
        other => panic!("{other:?}"),
    };
    assert_eq!(line(push("Fix the tables\n\nAt length.", 1)), "mary/tides: Fix the tables");
    assert_eq!(line(push("Fix the tables", 3)), "mary/tides: Fix the tables (and 2 more)");
    assert_eq!(line(push("a\u{0}b\u{7}c", 1)), "mary/tides: abc");
    assert!(line(push(&"long ".repeat(1000), 2)).chars().count() <= NOTE + 20);
    let gone = json!({"repository": {"full_name": "mary/tides"}, "head_commit": null, "commits": []});
    assert_eq!(outcome(github(Some("push"), &gone.to_string())), (Unhandled, Some("NO_COMMIT".into())));
    assert_eq!(outcome(github(Some("push"), "{}")), (Failed, Some("VALIDATION_ERROR".into())));
    assert_eq!(outcome(github(Some("ping"), "{}")), (Done, None));
    assert_eq!(outcome(github(Some("star"), "{}")), (Unhandled, Some("TYPE_UNKNOWN".into())));
    assert_eq!(outcome(github(None, "{}")), (Failed, Some("TYPE_MISSING".into())));
    assert_eq!(github(Some("star"), "{}").kind.as_deref(), Some("github.star"));
}

#[test]
fn what_was_kept_is_read_as_it_came() {
    for (kind, body) in [
        ("github.push", r#"{"repository": {"full_name": "a/b"}, "head_commit": {"message": "c"}}"#),
        ("github.star", "{}"),
    ] {
        let head = Head::of_kept("guid", Some(kind));
        let again = read_as(Scheme::Github, &head, body.as_bytes());
        assert_eq!((again.id.as_str(), again.kind.as_deref()), ("guid", Some(kind)));
        let first = github(kind.strip_prefix("github."), body);
        assert_eq!(format!("{:?}", again.event), format!("{:?}", first.event));
    }
    let body = r#"{"type": "time_entry.created", "id": "c", "data": {}}"#;
    let first = read_as(Scheme::SecretHeader, &Head::default(), body.as_bytes());
    let again = read_as(Scheme::SecretHeader, &Head::of_kept(&first.id, None), body.as_bytes());
    assert_eq!((first.id.as_str(), again.id.as_str()), ("c", "c"));
    assert_eq!(format!("{:?}", again.event), format!("{:?}", first.event));
}
