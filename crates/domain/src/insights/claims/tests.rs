use super::*;

fn allowed() -> Allowed<'static> {
    let measures = vec![
        Measure::time("active_seconds", 8_110_000),
        Measure::time("short_seconds", 40_000),
        Measure::count("sessions", 1234),
        Measure::count("focus_completed", 3),
        Measure::percent("percent", -33),
        Measure::hour("from_hour", 9),
        Measure::new("score", 71_000, Unit::Points),
        Measure::new("switches_per_hour", 12_345, Unit::PerHour),
        Measure::new("electricity_kwh", 8_456, Unit::Kwh),
        Measure::new("water_m3", 123, Unit::M3),
    ];
    let date = |day| NaiveDate::from_ymd_opt(2026, 11, day).unwrap();
    Allowed {
        measures,
        names: vec!["9gag.com", "Work > Coding", "999 hours"],
        first: date(16),
        last: date(22),
    }
}

#[test]
fn what_is_among_the_figures_may_be_said() {
    for text in [
        "",
        "No number at all.",
        "You were active for 2 h 15 min.",
        "2h15m, 2 hours and 15 minutes, 2 hrs, 15 mins",
        "135 minutes, or 8,110 seconds, 8110 s, about 2 hours, 2.3 hours, 2.25 hours, 2.253 h; 2-hour",
        "40 seconds",
        "1,234 sessions, 1234 times",
        "3 sessions; three of them; Three",
        "33 % less, 33%, 33 percent, -33 %",
        "from 9:00, 09:00 or 9",
        "a score of 71. Or 71",
        "12.3 times, 12.35 times, 12.345 times, 12 times",
        "8.5 kWh, 8 kWh, 8.46kWh, 8.456 kwh",
        "0.12 m3, 0.1 m³, 0.123",
        "on 2026-11-16 and 2026-11-22",
        "Most of it was \"9gag.com\", then “Work > Coding” and \"999 hours\".",
        "one of them, the first, a second",
    ] {
        assert_eq!(allowed().check(text), Ok(()), "{text}");
    }
}

#[test]
fn what_is_not_may_not() {
    for (text, wrong) in [
        ("You were active for 2 h 16 min.", "2 h 16 min"),
        ("1 hour 75 minutes", "1 hour 75 minutes"),
        ("136 minutes", "136 minutes"),
        ("135", "135"),
        ("2.2 hours", "2.2 hours"),
        ("8,111 seconds", "8,111 seconds"),
        ("33 times", ""),
        ("1,235 sessions", "1,235"),
        ("34 %", "34 %"),
        ("71 %", "71 %"),
        ("71 kWh", "71 kWh"),
        ("12.4 times", "12.4"),
        ("9 kWh", "9 kWh"),
        ("9:30", "9:30"),
        ("10:00", "10:00"),
        ("2026-11-15", "2026-11-15"),
        ("2026-11-23", "2026-11-23"),
        ("in 2026", "2026"),
        ("four sessions", "4"),
        ("twenty sessions", "twenty"),
        ("twice as much", "twice"),
        ("half of it", "half"),
        ("½ of it", "½"),
        ("٣ sessions", "٣"),
        ("9gag.com", ""),
        ("\"10gag.com\"", "10"),
        ("999 hours", "999 hours"),
        ("99999999999999999999999999999999999", "99999999999999999999999999999999999"),
        ("3.00000", "3.00000"),
        ("x86", "86"),
    ] {
        match (allowed().check(text), wrong) {
            // A plain number may be any figure but time: 33 is one, and so is 9.
            (Ok(()), "") => {}
            (said, _) => assert_eq!(said, Err(Unfounded(wrong.to_owned())), "{text}"),
        }
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_read(text in ".{0,200}") {
        let _ = allowed().check(&text);
    }

    #[test]
    fn what_a_figure_is_written_as_may_be_said(value in 0..10_000_000_000_i64, unit in 0..8_usize) {
        let units = [Unit::Seconds, Unit::Count, Unit::PerHour, Unit::Points, Unit::Percent, Unit::Kwh, Unit::M3, Unit::Count];
        let measure = Measure::new("x", value.into(), units[unit]);
        let text = format!("It is {measure}, less than before.");
        let allowed = Allowed { measures: vec![measure], ..allowed() };
        proptest::prop_assert_eq!(allowed.check(&text), Ok(()));
    }
}
