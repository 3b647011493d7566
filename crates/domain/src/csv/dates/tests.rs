use super::*;

fn show(told: Option<Told>) -> String {
    match told {
        Some(Told::Date(date)) => date.to_string(),
        Some(Told::Wall(wall)) => wall.to_string(),
        Some(Told::At(at)) => at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
        Some(Told::Time(time)) => time.to_string(),
        None => "-".into(),
    }
}

#[test]
fn dates_and_times_are_read() {
    use DateOrder::{Dmy, Mdy, Ymd};
    for (text, order, told) in [
        ("2026-03-01", Ymd, "2026-03-01"),
        ("2026/3/1", Mdy, "2026-03-01"),
        ("2026.03.01", Dmy, "2026-03-01"),
        ("20260301", Mdy, "2026-03-01"),
        ("01.03.2026", Mdy, "2026-03-01"),
        ("1.3.26", Ymd, "2026-03-01"),
        ("1.3.70", Ymd, "1970-03-01"),
        ("1/3/2026", Dmy, "2026-03-01"),
        ("1/3/2026", Mdy, "2026-01-03"),
        ("01-03-2026", Dmy, "2026-03-01"),
        ("01-03-26", Mdy, "2026-01-03"),
        ("26-03-01", Ymd, "2026-03-01"),
        ("1 Mar 2026", Mdy, "2026-03-01"),
        ("1-März-2026", Mdy, "2026-03-01"),
        ("01. Dezember 2026", Ymd, "2026-12-01"),
        ("March 1, 2026", Dmy, "2026-03-01"),
        ("Mar-01-26", Dmy, "2026-03-01"),
        ("1 août 2026", Ymd, "2026-08-01"),
        ("2026-Mar-01", Dmy, "2026-03-01"),
        ("2026-03-01T09:05", Ymd, "2026-03-01 09:05:00"),
        ("2026-03-01 9:05:30", Ymd, "2026-03-01 09:05:30"),
        ("2026-03-01, 09:05:30.25", Ymd, "2026-03-01 09:05:30.250"),
        ("20260301T0905", Ymd, "-"),
        ("01.03.2026 24:00", Ymd, "2026-03-02 00:00:00"),
        ("01.03.2026 24:01", Ymd, "-"),
        ("1/3/2026 12:05 AM", Mdy, "2026-01-03 00:05:00"),
        ("1/3/2026 12:05 pm", Mdy, "2026-01-03 12:05:00"),
        ("1/3/2026 9:05 p.m.", Mdy, "2026-01-03 21:05:00"),
        ("1/3/2026 9 pm", Mdy, "2026-01-03 21:00:00"),
        ("1/3/2026 13:05 pm", Mdy, "-"),
        ("2026-03-01T09:05:00Z", Ymd, "2026-03-01T09:05:00Z"),
        ("2026-03-01T09:05:00+01:00", Ymd, "2026-03-01T08:05:00Z"),
        ("2026-03-01 09:05:00 -0330", Ymd, "2026-03-01T12:35:00Z"),
        ("2026-03-01 09:05 +01", Ymd, "2026-03-01T08:05:00Z"),
        ("2026-03-01 09:05 UTC", Ymd, "2026-03-01T09:05:00Z"),
        ("2026-03-01T00:00:00+14:00", Ymd, "2026-02-28T10:00:00Z"),
        ("2026-03-01T00:00:00+14:01", Ymd, "-"),
        ("2026-03-01T00:00:00+25:00", Ymd, "-"),
        ("2026-03-01T00:00:00+", Ymd, "-"),
        ("2026-03-01T", Ymd, "2026-03-01"),
        ("09:05", Ymd, "09:05:00"),
        ("24:00", Ymd, "00:00:00"),
        ("2026-02-29", Ymd, "-"),
        ("2024-02-29", Ymd, "2024-02-29"),
        ("31/12/2026", Mdy, "-"),
        ("12/31/2026", Dmy, "-"),
        ("2026-13-01", Ymd, "-"),
        ("2026-03", Ymd, "-"),
        ("2026-03-01-04", Ymd, "-"),
        ("2026-03-01x", Ymd, "-"),
        ("2026-03/01", Ymd, "-"),
        ("1 J 2026", Ymd, "-"),
        ("1 Ju 2026", Ymd, "-"),
        ("1 Smarch 2026", Ymd, "-"),
        ("12026-03-01", Ymd, "-"),
        ("1.3.202", Ymd, "-"),
        ("0000-00-00", Ymd, "-"),
        ("45352", Ymd, "-"),
        ("1709251200", Ymd, "-"),
        ("", Ymd, "-"),
        ("-", Ymd, "-"),
        ("Total", Ymd, "-"),
        ("٢٠٢٦-٠٣-٠١", Ymd, "-"),
    ] {
        assert_eq!(show(read(text, order, false)), told, "{text:?} {order:?}");
    }
    assert_eq!(show(read("1.3.2026", Mdy, true)), "2026-01-03");
}

#[test]
fn orders_are_learned() {
    use DateOrder::{Dmy, Mdy, Ymd};
    for (texts, order) in [
        (&["2026-01-02"][..], Some(Ymd)),
        (&["01.02.2026"][..], Some(Dmy)),
        (&["01/02/2026", "13/02/2026"][..], Some(Dmy)),
        (&["01/02/2026 10:00", "02/13/2026 10:00"][..], Some(Mdy)),
        (&["01-02-2026"][..], None),
        (&["01/02/2026", "02/02/2026"][..], None),
        (&["2026-01-02", "01/02/2026"][..], None),
        (&["13/01/2026", "01/13/2026"][..], None),
        (&["13/01/2026", "01/13/2026", "14/01/2026"][..], Some(Dmy)),
        (&["Jan 2, 2026"][..], Some(Mdy)),
        (&["2 Jan 2026"][..], Some(Dmy)),
        (&["", "Total", "12:00"][..], Some(Ymd)),
    ] {
        let mut evidence = Evidence::default();
        texts.iter().for_each(|text| evidence.add(text));
        assert_eq!(evidence.order(), order, "{texts:?}");
    }
}

proptest::proptest! {
    #[test]
    fn nothing_panics(text in "[-0-9./:, TZapm+JanMäré]{0,30}", any in "\\PC{0,20}") {
        for text in [text, any] {
            for order in [DateOrder::Ymd, DateOrder::Dmy, DateOrder::Mdy] {
                let _ = read(&text, order, false);
                let _ = read(&text, order, true);
            }
            Evidence::default().add(&text);
        }
    }

    #[test]
    fn every_country_writes_the_same_instant(seconds in 0..4_000_000_000_i64) {
        let wall = DateTime::from_timestamp(seconds, 0).unwrap().naive_utc();
        for (form, order) in [
            ("%Y-%m-%dT%H:%M:%S", DateOrder::Dmy), ("%Y/%m/%d %H:%M:%S", DateOrder::Mdy),
            ("%d.%m.%Y %H:%M:%S", DateOrder::Ymd), ("%d/%m/%Y %H:%M:%S", DateOrder::Dmy),
            ("%m/%d/%Y %I:%M:%S %p", DateOrder::Mdy), ("%d-%m-%Y, %k:%M:%S", DateOrder::Dmy),
            ("%d %B %Y %H:%M:%S", DateOrder::Ymd), ("%b %e, %Y %H:%M:%S", DateOrder::Ymd),
            ("%Y%m%d %H:%M:%S", DateOrder::Ymd),
        ] {
            let text = wall.format(form).to_string();
            proptest::prop_assert_eq!(read(&text, order, false), Some(Told::Wall(wall)), "{}", text);
            let mut evidence = Evidence::default();
            evidence.add(&text);
            let learned = evidence.order();
            proptest::prop_assert!(
                learned.is_none_or(|learned| read(&text, learned, false) == Some(Told::Wall(wall))), "{}", text);
        }
        let zoned = wall.and_local_timezone(FixedOffset::east_opt(19_800).unwrap()).unwrap();
        proptest::prop_assert_eq!(read(&zoned.to_rfc3339(), DateOrder::Ymd, false), Some(Told::At(zoned.to_utc())));
    }
}
