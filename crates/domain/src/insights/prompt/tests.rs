use super::super::builtin::tests::week;
use super::super::builtin::write;
use super::*;

fn reply(summary: &str, highlights: &[&str]) -> String {
    serde_json::json!({"summary": summary, "highlights": highlights}).to_string()
}

#[test]
fn a_reply_of_the_form_that_was_asked_for() {
    let data = week();
    let Text { summary, highlights } = write(&data);
    let points: Vec<&str> = highlights.iter().map(String::as_str).take(5).collect();
    let read_back = read(&reply(&summary, &points), &data).unwrap();
    assert_eq!((read_back.summary, read_back.highlights.len()), (summary, points.len()));
    let odd = read(&reply(" A\u{0}\n\tb\u{202e}c\u{200b} ", &["<b>x</b>"]), &data).unwrap();
    assert_eq!((odd.summary.as_str(), odd.highlights[0].as_str()), ("A bc", "<b>x</b>"));
}

#[test]
fn everything_else_is_refused() {
    let data = week();
    for (text, reason) in [
        ("", Reason::Malformed),
        ("Hello", Reason::Malformed),
        ("<html></html>", Reason::Malformed),
        ("[]", Reason::Malformed),
        ("{\"summary\": \"A\"}", Reason::Malformed),
        ("{\"summary\": 1, \"highlights\": []}", Reason::Malformed),
        ("{\"summary\": \"A\", \"highlights\": [], \"more\": 1}", Reason::Malformed),
        (&reply("", &[]), Reason::Malformed),
        (&reply("A", &[""]), Reason::Malformed),
        (&reply(&"a".repeat(1201), &[]), Reason::Malformed),
        (&reply("A", &["a"; 7]), Reason::Malformed),
        (&reply("You had 777 sessions.", &[]), Reason::Refused),
        (&reply("Fine.", &["777 sessions"]), Reason::Refused),
        (&reply("You had 77\u{200b}7 sessions.", &[]), Reason::Refused),
    ] {
        assert_eq!(read(text, &data), Err(reason), "{text}");
    }
}

#[test]
fn the_message_holds_figures_and_names_and_nothing_else() {
    let data = week();
    let message: serde_json::Value = serde_json::from_str(&message(Kind::WeeklyReport, &data)).unwrap();
    assert_eq!(message["kind"], "weekly-report");
    let names: Vec<&String> = message["data"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["changes", "days", "figures", "from", "insights", "is_over", "previous", "to"]);
}
