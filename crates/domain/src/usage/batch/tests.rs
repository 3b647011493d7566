use super::*;

fn now() -> DateTime<Utc> {
    instant("2026-11-21T12:00:00Z").unwrap()
}

fn read(rows: &str) -> Batch {
    Batch::read(format!("{{\"sessions\":[{rows}]}}").as_bytes(), now()).unwrap()
}

const GOOD: &str =
    r#"{"app":"Editor","started_at":"2026-11-21T10:00:00Z","ended_at":"2026-11-21T10:05:00Z"}"#;

#[test]
fn a_bad_row_costs_itself_alone_wherever_it_stands() {
    use Refusal::*;
    let times = r#""started_at":"2026-11-21T10:00:00Z","ended_at":"2026-11-21T10:05:00Z""#;
    let deep = format!("{{\"app\":\"x\",\"title\":{}1{},{times}}}", "[".repeat(500), "]".repeat(500));
    for (row, refusal) in [
        (
            r#"{"app":"x","started_at":"2026-11-21T10:00:00Z","ended_at":"2026-11-21T09:59:59.999Z"}"#.into(),
            EndsBeforeStart,
        ),
        (
            r#"{"app":"x","started_at":"2026-11-20T09:00:00Z","ended_at":"2026-11-21T09:00:00.001Z"}"#.into(),
            TooLong,
        ),
        (
            r#"{"app":"x","started_at":"2026-11-21T12:00:00Z","ended_at":"2026-11-21T12:05:00.001Z"}"#.into(),
            InTheFuture,
        ),
        (
            r#"{"app":"x","started_at":"1999-12-31T23:59:59Z","ended_at":"2000-01-01T00:00:00Z"}"#.into(),
            TooOld,
        ),
        (format!("{{{times}}}"), AppMissing),
        (format!(r#"{{"app":"  ",{times}}}"#), AppMissing),
        (format!(r#"{{"app":"{}",{times}}}"#, "é".repeat(256)), TextTooLong),
        (format!(r#"{{"app":"x","title":"{}",{times}}}"#, "t".repeat(1025)), TextTooLong),
        (format!(r#"{{"app":"a\u0000b",{times}}}"#), TextInvalid),
        (format!(r#"{{"app":"x","title":"\ud83d",{times}}}"#), TextInvalid),
        (format!(r#"{{"app":"x","duration_seconds":301.1,{times}}}"#), DurationMismatch),
        (format!(r#"{{"app":"x","duration_seconds":1e300,{times}}}"#), DurationMismatch),
        (format!(r#"{{"app":"x","duration_seconds":1e100000,{times}}}"#), RowInvalid),
        (
            r#"{"app":"x","started_at":"2026-11-21T10:00:00+25:00","ended_at":"2026-11-21T10:05:00Z"}"#
                .into(),
            TimeInvalid,
        ),
        (
            r#"{"app":"x","started_at":"2026-02-30T10:00:00Z","ended_at":"2026-11-21T10:05:00Z"}"#.into(),
            TimeInvalid,
        ),
        (r#"{"app":"x","ended_at":"2026-11-21T10:05:00Z"}"#.into(), TimeInvalid),
        (format!(r#"{{"app":"x","app":"y",{times}}}"#), RowInvalid),
        (format!(r#"{{"app":"x","app_name":"y",{times}}}"#), RowInvalid),
        (format!(r#"{{"app":7,{times}}}"#), RowInvalid),
        (format!(r#"{{"app":"x","kind":"spaceship",{times}}}"#), RowInvalid),
        ("null".into(), RowInvalid),
        ("[]".into(), RowInvalid),
        (deep, RowInvalid),
    ] {
        let other = GOOD.replace("Editor", "Mail");
        for (rows, index) in [
            (format!("{row},{GOOD},{other}"), 0),
            (format!("{GOOD},{row},{other}"), 1),
            (format!("{GOOD},{other},{row}"), 2),
        ] {
            let batch = read(&rows);
            assert_eq!(batch.sessions.len(), 2, "{row}");
            let told: Vec<_> = batch.rejected.iter().map(|no| (no.index, no.error_code)).collect();
            assert_eq!(told, [(index, refusal)], "{row}");
        }
    }
}

#[test]
fn edges_are_good() {
    for row in [
        r#"{"app":"x","started_at":"2026-11-20T09:00:00Z","ended_at":"2026-11-21T09:00:00Z"}"#,
        r#"{"app":"x","started_at":"2026-11-21T12:00:00Z","ended_at":"2026-11-21T12:05:00Z"}"#,
        r#"{"app":"x","started_at":"2000-01-01T00:00:00Z","ended_at":"2000-01-01T00:00:00Z"}"#,
        r#"{"app":"x","started_at":"2024-02-29T23:00:00+14:00","ended_at":"2024-02-29T23:30:00+14:00"}"#,
        r#"{"app":"x","started_at":"2024-02-29T23:00:00","ended_at":"2024-02-29 23:30:00.5"}"#,
        r#"{"app_name":"x","start":"2024-02-29T23:00:00Z","end":"2024-02-29T23:30:00Z","duration_seconds":1801}"#,
        r#"{"app":"x","start_time":"2024-02-29T23:00:00Z","end_time":"2024-02-29T23:30:00Z","kind":"website","later":[1]}"#,
        r#"{"app":"\ud83d\ude00","started_at":"2024-02-29T23:00:00Z","ended_at":"2024-02-29T23:30:00Z","title":null}"#,
    ] {
        let batch = read(row);
        assert_eq!((batch.sessions.len(), batch.rejected.len()), (1, 0), "{row}");
    }
}

#[test]
fn a_session_twice_in_a_batch_is_one_with_the_later_end_whatever_the_order() {
    let longer = GOOD.replace("10:05", "10:07");
    for rows in [format!("{GOOD},{longer}"), format!("{longer},{GOOD}")] {
        let batch = read(&rows);
        assert_eq!((batch.sessions.len(), batch.duplicates), (1, 1));
        assert_eq!(batch.sessions[0].ended_at, instant("2026-11-21T10:07:00Z").unwrap());
    }
}

#[test]
fn instants_are_cut_to_milliseconds() {
    assert_eq!(instant("2026-11-21T10:00:00.123999Z").unwrap(), instant("2026-11-21T10:00:00.123Z").unwrap());
}

#[test]
fn a_leap_second_is_the_second_after() {
    assert_eq!(instant("2016-12-31T23:59:60Z").unwrap(), instant("2017-01-01T00:00:00Z").unwrap());
    assert_eq!(instant("2016-12-31T23:59:60Z").unwrap().timestamp_subsec_nanos(), 0);
}

#[test]
fn other_names_of_the_list_are_known_and_other_shapes_are_not() {
    for name in ["sessions", "logs", "entries", "usage"] {
        let body = format!("{{\"{name}\":[{GOOD}],\"client\":\"x\"}}");
        assert_eq!(Batch::read(body.as_bytes(), now()).unwrap().sessions.len(), 1);
    }
    for body in ["{}", "[]", "7", r#"{"sessions":{}}"#] {
        assert!(matches!(Batch::read(body.as_bytes(), now()), Err(Unreadable::NotABatch)), "{body}");
    }
    for body in
        ["", "{", "nope", r#"{"sessions":[NaN]}"#, "\u{feff}{\"sessions\":[]}", r#"{"sessions":[]} x"#]
    {
        assert!(matches!(Batch::read(body.as_bytes(), now()), Err(Unreadable::Malformed(_))), "{body}");
    }
    let many = vec!["1"; MOST_ROWS + 1].join(",");
    let many = Batch::read(format!("{{\"sessions\":[{many}]}}").as_bytes(), now());
    assert!(matches!(many, Err(Unreadable::TooManyRows(10_001))));
}
