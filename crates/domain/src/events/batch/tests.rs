use chrono::{Duration, TimeZone};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 22, 9, 0, 0).unwrap()
}

fn read_all(events: &Value) -> Batch {
    Batch::read(json!({ "events": events }).to_string().as_bytes(), now()).unwrap()
}

fn good() -> Value {
    json!({"_id": "b72354e8-2b6a-5ca4-a198-e1a3fba66287", "v": 1, "type": "TAB_ACTIVATED", "ts": 1_551_371_714_906_i64,
           "payload": {"tabId": 7, "windowId": 3, "url": "https://www.example.org/a?q=1", "title": "A"}})
}

fn with(path: &str, value: Value) -> Value {
    let mut event = good();
    *event.pointer_mut(path).unwrap() = value;
    event
}

#[test]
fn an_event_is_read() {
    let batch = read_all(&json!([good()]));
    let [Sent { event, .. }] = batch.events.as_slice() else { panic!("{batch:?}") };
    assert_eq!(event.id.to_string(), "b72354e8-2b6a-5ca4-a198-e1a3fba66287");
    assert_eq!((event.v, &event.what, event.sent_id.as_deref()), (1, &EventType::TabActivated, None));
    assert_eq!((event.tab, event.window, event.title.as_deref()), (Some(7), Some(3), Some("A")));
    assert_eq!(event.occurred_at.timestamp_millis(), 1_551_371_714_906);
    let page = event.page.as_ref().unwrap();
    assert_eq!(page.host(), Some("example.org"));
    assert_eq!(page.address(false), "https://www.example.org/a");
    assert_eq!(page.address(true), "https://www.example.org/a?q=1");
}

#[test]
fn what_is_not_known_is_kept_as_it_was_sent() {
    let batch = read_all(
        &json!([{"_id": "evt-1", "type": "DOWNLOAD_STARTED", "ts": 1_551_371_714_906_i64, "more": {"x": 1}}]),
    );
    let [Sent { event, .. }] = batch.events.as_slice() else { panic!("{batch:?}") };
    assert_eq!(event.what, EventType::Other("DOWNLOAD_STARTED".into()));
    assert_eq!(event.what.as_str(), "DOWNLOAD_STARTED");
    assert_eq!(event.sent_id.as_deref(), Some("evt-1"));
    let again = read_all(&json!([with("/_id", json!("evt-1"))]));
    assert_eq!(again.events[0].event.id, event.id, "the same _id is the same event");
}

#[test]
fn a_uuid_is_kept_as_it_was_sent_where_it_is_not_in_the_usual_form() {
    let usual = "b72354e8-2b6a-5ca4-a198-e1a3fba66287";
    let (upper, simple) = (usual.to_uppercase(), usual.replace('-', ""));
    let (braced, urn) = (format!("{{{usual}}}"), format!("urn:uuid:{usual}"));
    for sent in [usual, &upper, &simple, &braced, &urn] {
        let batch = read_all(&json!([with("/_id", json!(sent))]));
        let event = &batch.events[0].event;
        assert_eq!(event.id.to_string(), usual, "{sent}");
        assert_eq!(event.sent_id.as_deref(), Some(sent).filter(|sent| *sent != usual));
    }
}

#[test]
fn the_same_event_twice_is_one() {
    let batch = read_all(&json!([good(), good(), with("/_id", json!("another"))]));
    assert_eq!((batch.events.len(), batch.duplicates), (2, 1));
}

#[test]
fn a_bad_event_costs_itself_alone() {
    let ahead = (now() + Duration::minutes(6)).timestamp_millis();
    for (event, why) in [
        (with("/_id", json!("")), Refusal::IdInvalid),
        (with("/_id", json!("x".repeat(65))), Refusal::IdInvalid),
        (with("/_id", json!(null)), Refusal::IdInvalid),
        (with("/_id", json!(5)), Refusal::EventInvalid),
        (with("/_id", json!("a\0b")), Refusal::IdInvalid),
        (with("/type", json!("")), Refusal::TypeInvalid),
        (with("/type", json!("T".repeat(65))), Refusal::TypeInvalid),
        (with("/ts", json!(null)), Refusal::TimeInvalid),
        (with("/ts", json!(i64::MAX)), Refusal::TimeInvalid),
        (with("/ts", json!(1.5)), Refusal::EventInvalid),
        (with("/ts", json!("2026-01-01")), Refusal::EventInvalid),
        (with("/ts", json!(0)), Refusal::TooOld),
        (with("/ts", json!(-1)), Refusal::TooOld),
        (with("/ts", json!(ahead)), Refusal::InTheFuture),
        (with("/payload/url", json!("not an address")), Refusal::UrlInvalid),
        (with("/payload/url", json!("x".repeat(70_000))), Refusal::UrlInvalid),
        (with("/payload/title", json!("x".repeat(1025))), Refusal::TextTooLong),
        (with("/payload/title", json!("a\0b")), Refusal::TextInvalid),
        (with("/payload/tabId", json!("7")), Refusal::EventInvalid),
        (with("/payload", json!([])), Refusal::EventInvalid),
        (with("/payload/url", json!(format!("https://{}.example/", "x".repeat(300)))), Refusal::UrlInvalid),
        (with("/payload/url", json!(format!("{}:x", "x".repeat(300)))), Refusal::UrlInvalid),
        (json!([]), Refusal::EventInvalid),
        (json!(null), Refusal::EventInvalid),
    ] {
        for place in 0..3 {
            let mut events = vec![with("/_id", json!("one")), with("/_id", json!("two"))];
            events.insert(place, event.clone());
            let batch = read_all(&json!(events));
            assert_eq!(batch.events.len(), 2, "{event}");
            let [rejected] = batch.rejected.as_slice() else { panic!("{event}: {batch:?}") };
            assert_eq!((rejected.index, rejected.error_code), (place, why), "{event}");
        }
    }
}

#[test]
fn private_windows_are_kept_where_the_account_says_so() {
    let private = with("/payload", json!({"incognito": true}));
    let batch = read_all(&json!([
        with("/ts", json!(null)),
        private,
        with("/_id", json!("b")),
        with("/ts", json!(0))
    ]));
    let keeping = Keep { incognito: true, ..Keep::default() };
    assert_eq!((batch.kept(Keep::default()).count(), batch.kept(keeping).count()), (1, 2));
    let why = |keep| batch.refused(keep).iter().map(|one| (one.index, one.error_code)).collect::<Vec<_>>();
    let (wrong, old) = ((0, Refusal::TimeInvalid), (3, Refusal::TooOld));
    assert_eq!(why(Keep::default()), [wrong, (1, Refusal::Incognito), old]);
    assert_eq!(why(keeping), [wrong, old]);
    assert_eq!(batch.refused(Keep::default())[1].id.as_deref(), Some("b72354e8-2b6a-5ca4-a198-e1a3fba66287"));
}

#[test]
fn what_follows_is_at_most_two_days_late() {
    let ago = |hours: i64| with("/ts", json!((now() - Duration::hours(hours)).timestamp_millis()));
    for (events, follows) in [
        (json!([]), true),
        (json!([ago(0), ago(48)]), true),
        (json!([ago(0), ago(49)]), false),
        // What is not kept is not derived.
        (json!([with("/ts", json!(0))]), true),
    ] {
        assert_eq!(read_all(&events).follows(now()), follows, "{events}");
    }
}

#[test]
fn a_refused_event_is_told_by_its_id() {
    let batch = read_all(&json!([with("/ts", json!(0))]));
    let told = serde_json::to_value(&batch.rejected).unwrap();
    assert_eq!(told[0]["_id"], "b72354e8-2b6a-5ca4-a198-e1a3fba66287");
    assert_eq!((&told[0]["index"], &told[0]["error_code"]), (&json!(0), &json!("TOO_OLD")));
}

#[test]
fn half_of_a_surrogate_pair_costs_its_event() {
    let body = format!(
        "{{\"events\":[{},{}]}}",
        good(),
        r#"{"_id":"x","type":"IDLE","ts":1,"payload":{"title":"\ud800"}}"#
    );
    let batch = Batch::read(body.as_bytes(), now()).unwrap();
    assert_eq!(batch.events.len(), 1);
    assert_eq!(batch.rejected[0].error_code, Refusal::TextInvalid);
}

#[test]
fn what_is_no_batch_is_refused_whole() {
    let read = |body: &str| Batch::read(body.as_bytes(), now());
    assert!(matches!(read("{"), Err(Unreadable::Malformed(_))));
    for body in ["{}", "[]", "null", r#"{"events": {}}"#, r#"{"events": null}"#] {
        assert!(matches!(read(body), Err(Unreadable::NotABatch)), "{body}");
    }
    let many = json!({"events": vec![0; MOST_EVENTS + 1]}).to_string();
    assert!(matches!(read(&many), Err(Unreadable::TooManyRows(10_001))));
}

proptest! {
    #[test]
    fn any_body_is_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Batch::read(&body, now());
    }

    #[test]
    fn many_at_once_are_read_as_each_alone(kinds in prop::collection::vec(0_usize..4, 0..30), is_whole in any::<bool>()) {
        let mut events: Vec<Value> = kinds.iter().enumerate().map(|(place, kind)| match kind {
            0 => with("/_id", json!(format!("event {place}"))),
            1 => with("/ts", json!(1_551_371_714_906_i64 + i64::try_from(place).unwrap())),
            2 => with("/ts", json!(null)),
            _ => with("/payload/title", json!("a".repeat(1025))),
        }).collect();
        // One that is not well-formed, and all are read one by one.
        events.extend((!is_whole).then(|| json!({"v": "one"})));
        let batch = read_all(&json!(events));
        let mut alone = Batch::default();
        for (index, event) in events.iter().enumerate() {
            match read_event(&event.to_string(), now()) {
                Ok((private, event)) => alone.events.push(Sent { index, private, event }),
                Err((id, why)) => alone.rejected.push(Rejected::new(id, index, why)),
            }
        }
        prop_assert_eq!(&batch.rejected, &alone.rejected);
        prop_assert_eq!(batch.events.len() + batch.duplicates, alone.events.len());
        prop_assert!(batch.events.iter().all(|event| alone.events.contains(event)));
    }

    #[test]
    fn every_event_has_a_verdict(kinds in prop::collection::vec(0_usize..4, 0..30)) {
        let events: Vec<Value> = kinds.iter().enumerate().map(|(place, kind)| match kind {
            0 => with("/_id", json!(format!("event {place}"))),
            1 => good(),
            2 => with("/ts", json!(null)),
            _ => json!("nothing"),
        }).collect();
        let batch = read_all(&json!(events));
        prop_assert_eq!(batch.events.len() + batch.duplicates + batch.rejected.len(), kinds.len());
    }
}
