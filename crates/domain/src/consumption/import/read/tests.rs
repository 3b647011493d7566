use chrono_tz::Tz;
use proptest::prelude::*;

use super::*;
use crate::consumption::import::columns::recognise;
use crate::consumption::import::study::{StudyError, study};
use crate::csv::dates::DateOrder;
use crate::csv::numbers::Decimal;
use crate::csv::{Rows, skip_header};

fn now() -> DateTime<Utc> {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

/// Rows as texts: what was understood, or the code with which the row was rejected.
fn read_in(zone: Tz, text: &[u8], options: &ImportOptions) -> Result<Vec<(u64, String)>, Vec<String>> {
    let (layout, columns) = recognise(text).map_err(|field| vec![field.code])?;
    let mut rows = Rows::new(text, layout.delimiter);
    skip_header(&mut rows, &layout).unwrap();
    let plan = study(layout, columns, options, &mut rows).map_err(|error| match error {
        StudyError::Asks(fields) => fields.into_iter().map(|field| field.code).collect(),
        StudyError::Read(error) => vec![error.to_string()],
    })?;
    let mut rows = Rows::new(text, plan.layout.delimiter);
    skip_header(&mut rows, &plan.layout).unwrap();
    let mut reader = Reader::new(&plan, options, Calendar::in_zone(zone), now());
    let mut found = vec![];
    while let Some(row) = rows.next_row().unwrap() {
        match row {
            Err((line, fault)) => found.push((line, fault.code.to_owned())),
            Ok(row) => match reader.read(&row) {
                Ok(None) => {}
                Ok(Some(item)) => found.push((row.line, show(&reader, &item))),
                Err(fault) => found.push((row.line, fault.code.to_owned())),
            },
        }
    }
    Ok(found)
}

fn show(reader: &Reader<'_>, item: &Item) -> String {
    let sample = reader.sample(1, item).unwrap();
    let of = format!("{} {} {}", sample.consumption_type.as_str(), sample.amount, sample.unit.as_str());
    let meter = sample.meter.unwrap_or_default();
    match item {
        Item::Record { new, .. } => {
            format!("{of} {} {}", new.consumption_date, new.description.as_deref().unwrap_or("-"))
        }
        Item::Interval { interval: Interval { start, length, .. }, .. } => {
            format!("{meter} {of} {} {length}", start.format("%Y-%m-%dT%H:%MZ"))
        }
        Item::Reading { told, .. } => format!("{meter} {of} {}", told.read_at.format("%Y-%m-%dT%H:%MZ")),
    }
}

fn read(text: &str) -> Vec<(u64, String)> {
    read_in(chrono_tz::Europe::Brussels, text.as_bytes(), &electricity()).unwrap()
}

fn electricity() -> ImportOptions {
    ImportOptions {
        consumption_type: Some(ConsumptionType::Electricity),
        unit: Some(Unit::KWh),
        ..ImportOptions::default()
    }
}

fn lines(found: &[(u64, String)]) -> Vec<&str> {
    found.iter().map(|(_, text)| text.as_str()).collect()
}

#[test]
fn records() {
    let found = read(
        "consumption_type,amount,unit,consumption_date,description\r\n\
         gas,12.5,m3,2026-01-31,cellar\r\n\
         ,1,,2026-02-01,\r\n\
         \r\n\
         Strom,\"1,234.5\",KWH,2026-02-02,'=1+1\r\n\
         ,,,,\r\n\
         Trinkwasser,7,Liter,2026-02-03 00:00,a\r\n",
    );
    assert_eq!(
        found,
        [
            (2, "gas 12.5 m3 2026-01-31 cellar".into()),
            (3, "electricity 1 kWh 2026-02-01 -".into()),
            (5, "electricity 1234.5 kWh 2026-02-02 =1+1".into()),
            (7, "water 7 L 2026-02-03 a".into()),
        ]
    );
}

#[test]
fn a_column_that_tells_something_else_is_ignored() {
    let text = "date,amount,type\n2026-01-01,1,actual\n2026-01-02,2,estimated\n";
    assert_eq!(lines(&read(text)), ["electricity 1 kWh 2026-01-01 -", "electricity 2 kWh 2026-01-02 -"]);
    let unit = ImportOptions { unit: Some(Unit::KWh), ..ImportOptions::default() };
    let asked = read_in(Tz::UTC, text.as_bytes(), &unit);
    assert_eq!(asked, Err(vec!["CONSUMPTION_TYPE_UNKNOWN".into()]));
    // A unit is one, and so is a consumption_type, though nobody knows it.
    let text = "date,amount,unit\n2026-01-01,1,kVArh\n2026-01-02,2,kVArh\n";
    assert_eq!(lines(&read(text)), ["UNIT_UNKNOWN", "UNIT_UNKNOWN"]);
    let text = "date,amount,consumption_type\n2026-01-01,1,heat\n";
    assert_eq!(lines(&read(text)), ["CONSUMPTION_TYPE_UNKNOWN"]);
    // Where one of them is known, the others are wrong.
    let text = "date,amount,type\n2026-01-01,1,heat\n2026-01-02,2,gas\n";
    assert_eq!(lines(&read(text)), ["CONSUMPTION_TYPE_UNKNOWN", "gas 2 kWh 2026-01-02 -"]);
}

#[test]
fn rows_that_cannot_be_taken_say_why() {
    for (row, code) in [
        (",1,,2026-02-30,", "DATE_INVALID"),
        (",1,,,", "DATE_MISSING"),
        (",1,,2026-02-01 10:00,", "DATE_INVALID"),
        (",1,,1969-12-31,", "DATE_INVALID"),
        (",,,2026-02-01,", "AMOUNT_MISSING"),
        (",abc,,2026-02-01,", "NUMBER_INVALID"),
        (",-1,,2026-02-01,", "NUMBER_NEGATIVE"),
        (",0.0001,,2026-02-01,", "NUMBER_TOO_FINE"),
        (",1000000000,,2026-02-01,", "NUMBER_TOO_LARGE"),
        (",1,L,2026-02-01,", "UNIT_INVALID"),
        (",1,kW,2026-02-01,", "UNIT_UNKNOWN"),
        ("heat,1,,2026-02-01,", "CONSUMPTION_TYPE_UNKNOWN"),
        (",1,,2026-02-01,\"", "QUOTE_OPEN"),
        (",1,,2026-02-01,,x", "TOO_MANY_CELLS"),
        (",1,,2026-02-01,x,7", "ID_INVALID"),
    ] {
        let id = if code == "ID_INVALID" { ",id" } else { "" };
        let good = if id.is_empty() { "" } else { ",01a20000-0000-7000-8000-000000000000" };
        let text = format!(
            "consumption_type,amount,unit,consumption_date,description{id}\n,2,,2026-01-31,x{good}\n{row}\n,3,,2026-01-31,"
        );
        let found = read(&text);
        assert_eq!(
            lines(&found),
            ["electricity 2 kWh 2026-01-31 x", code, "electricity 3 kWh 2026-01-31 -"],
            "{row}"
        );
        assert_eq!(found[1].0, 3);
    }
    let long = format!("date,amount,note\n2026-01-31,1,{}\n", "x".repeat(501));
    assert_eq!(lines(&read(&long)), ["TEXT_TOO_LONG"]);
}

#[test]
fn the_same_row_is_the_same_record_however_it_is_written() {
    let id = |text: &str| {
        let options = ImportOptions { date_order: Some(DateOrder::Dmy), ..electricity() };
        let (layout, columns) = recognise(text.as_bytes()).unwrap();
        let mut rows = Rows::new(text.as_bytes(), layout.delimiter);
        skip_header(&mut rows, &layout).unwrap();
        let plan = study(layout, columns, &options, &mut rows).unwrap();
        let mut rows = Rows::new(text.as_bytes(), plan.layout.delimiter);
        skip_header(&mut rows, &plan.layout).unwrap();
        let mut reader = Reader::new(&plan, &options, Calendar::in_zone(Tz::UTC), now());
        match reader.read(&rows.next_row().unwrap().unwrap().unwrap()).unwrap() {
            Some(Item::Record { new, .. }) => new.id.unwrap(),
            other => panic!("{other:?}"),
        }
    };
    let one = id("date,amount\n2026-02-01,1.5\n");
    for same in [
        "date,amount\n2026-02-01,1.50\n",
        "Datum;Verbrauch\n01.02.2026;1,5\n",
        "\u{feff}\"unit\"\t\"Fecha\"\t\"kWh\"\n\t01/02/2026 00:00:00\t+1.500\n",
        // Its number, which is no UUID, is not its id.
        "id,date,amount\n17,2026-02-01,1.5\n",
    ] {
        assert_eq!(id(same), one, "{same}");
    }
    for other in [
        "date,amount\n2026-02-02,1.5\n",
        "date,amount\n2026-02-01,1.6\n",
        "date,amount,type\n2026-02-01,1.5,gas\n",
        "date,amount,unit\n2026-02-01,1.5,Wh\n",
        "date,amount,note\n2026-02-01,1.5,x\n",
        "date,amount,meter\n2026-02-01,1.5,x\n",
    ] {
        assert_ne!(id(other), one, "{other}");
    }
    let own = "01a20000-0000-7000-8000-000000000000";
    assert_eq!(id(&format!("date,amount,id\n2026-02-02,2.5,{own}\n")).to_string(), own);
}

#[test]
fn intervals() {
    let told = [
        "cellar electricity 0.25 kWh 2026-10-24T23:45Z 900",
        "cellar electricity 0.5 kWh 2026-10-25T00:00Z 900",
    ];
    for text in [
        "meter_id,type,unit,start,end,amount\n\
         cellar,electricity,kWh,2026-10-25T01:45:00+02:00,2026-10-25T02:00:00+02:00,0.25\n\
         cellar,electricity,kWh,2026-10-25T02:00:00+02:00,2026-10-25T02:15:00+02:00,0.50\n",
        "Zählpunkt;Datum;von;bis;Verbrauch (kWh)\n\
         cellar;25.10.2026;01:45;02:00;0,25\n\
         cellar;25.10.2026;02:00;02:15;0,50\n",
        "meter,date,time,strom kWh\n\
         cellar,25.10.2026,01:45,0.25\n\
         cellar,25.10.2026,02:00,0.50\n",
    ] {
        assert_eq!(lines(&read(text)), told, "{text}");
    }
    // The meter is called as its type, or as it is told.
    let text = "start,kWh\n2026-01-01 00:00,1\n2026-01-01 01:00,2\n";
    assert_eq!(
        lines(&read(text)),
        [
            "electricity electricity 1 kWh 2025-12-31T23:00Z 3600",
            "electricity electricity 2 kWh 2026-01-01T00:00Z 3600"
        ]
    );
    let options = ImportOptions { meter: Some("attic".into()), ..electricity() };
    let found = read_in(Tz::UTC, text.as_bytes(), &options).unwrap();
    assert_eq!(found[0].1, "attic electricity 1 kWh 2026-01-01T00:00Z 3600");
}

#[test]
fn intervals_that_cannot_be_taken_say_why() {
    let text = "meter,start,end,amount,unit\n\
        a,2026-01-01 00:00,2026-01-01 01:00,0.1234567,\n\
        a,2026-01-01 00:00,2026-01-01 00:00,1,\n\
        a,2026-03-29 02:30,2026-03-29 03:00,1,\n\
        a,1999-01-01 00:00,1999-01-01 01:00,1,\n\
        a,2026-11-22 00:00,2026-11-22 01:00,1,\n\
        a,2026-01-01 00:00:00.5,2026-01-01 01:00,1,\n\
        a,2026-01-01 00:00,,1,\n\
        a,2026-01-01 00:00,2026-02-01 00:00,1,\n\
        a,2026-01-01 00:00,2026-01-01 01:00,9999999999,\n\
        a,2026-01-01 00:00,2026-01-01 01:00,1,\n\
        a,2026-01-01 01:00,2026-01-01 02:00,1,Wh\n\
        b,2026-01-01 01:00,2026-01-01 02:00,0.123456,Wh\n";
    assert_eq!(
        lines(&read(text)),
        [
            "NUMBER_TOO_FINE",
            "ENDS_BEFORE_START",
            "TIME_NOT_THERE",
            "TIME_TOO_OLD",
            "TIME_IN_FUTURE",
            "TIME_INVALID",
            "DATE_MISSING",
            "INTERVAL_TOO_LONG",
            "NUMBER_TOO_LARGE",
            "a electricity 1 kWh 2025-12-31T23:00Z 3600",
            "UNIT_INVALID",
            "b electricity 0.123 Wh 2026-01-01T00:00Z 3600",
        ]
    );
}

#[test]
fn days_are_as_long_as_they_are() {
    let days = "timestamp,kWh\n2026-03-28T00:00:00+01:00,1\n2026-03-29T00:00:00+01:00,2\n2026-03-30T00:00:00+02:00,3\n2026-03-31T00:00:00+02:00,3\n";
    let found = read(days);
    let lengths: Vec<&str> = lines(&found).iter().map(|text| text.rsplit(' ').next().unwrap()).collect();
    assert_eq!(lengths, ["86400", "82800", "86400", "86400"]);
}

#[test]
fn readings() {
    let found = read(
        "meter_id,type,unit,read_at,reading,note\n\
         9afa,electricity,kWh,2016-01-01T00:00:00+01:00,12345.000,first\n\
         9afa,electricity,kWh,2016-01-04,12390.943,\n\
         9afa,electricity,kWh,2016-01-05,-1,\n",
    );
    assert_eq!(
        lines(&found),
        [
            "9afa electricity 12345 kWh 2015-12-31T23:00Z",
            "9afa electricity 12390.943 kWh 2016-01-03T23:00Z",
            "NUMBER_NEGATIVE"
        ]
    );
}

#[test]
fn meters_have_an_end() {
    let mut text = String::from("meter,start,end,amount\n");
    for meter in 0..=1000 {
        text += &format!("m{meter},2026-01-01 00:00,2026-01-01 01:00,1\n");
    }
    let found = read(&text);
    assert_eq!(found[1000].1, "TOO_MANY_METERS");
    assert!(found[999].1.starts_with("m999 "));
}

/// A file, as a program of some country writes it.
#[derive(Clone, Debug)]
struct Style {
    delimiter: &'static str,
    decimal: char,
    thousands: &'static str,
    date: &'static str,
    ends: &'static str,
    mark: bool,
}

fn any_style() -> impl Strategy<Value = Style> {
    let dates = ["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d %b %Y", "%Y%m%d"];
    (
        prop::sample::select(vec![",", ";", "\t", "|"]),
        prop::sample::select(vec![('.', ""), ('.', ","), (',', ""), (',', "."), (',', "\u{a0}"), ('.', "'")]),
        prop::sample::select(dates.to_vec()),
        prop::sample::select(vec!["\n", "\r\n"]),
        any::<bool>(),
    )
        .prop_map(|(delimiter, (decimal, thousands), date, ends, mark)| Style {
            delimiter,
            decimal,
            thousands,
            date,
            ends,
            mark,
        })
}

fn number(style: &Style, thousandths: i64) -> String {
    let whole = (thousandths / 1000).to_string();
    let mut text = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push_str(style.thousands);
        }
        text.push(digit);
    }
    format!("\"{text}{}{:03}\"", style.decimal, thousandths % 1000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// The same rows, written in any country, are the same rows; or something is asked, and told they are.
    #[test]
    fn every_country_writes_the_same_rows(
        style in any_style(),
        rows in prop::collection::vec((0..999_999_999_999_i64, 0_i64..18_000), 1..40),
    ) {
        let date = |days: i64| DateTime::from_timestamp(days * 86_400, 0).unwrap().date_naive();
        let mut text = String::from(if style.mark { "\u{feff}" } else { "" });
        text += &format!("Datum{}Zähler-Notiz{}Verbrauch (kWh){}", style.delimiter, style.delimiter, style.ends);
        for (amount, day) in &rows {
            text += &format!(
                "{}{}x{}{}{}",
                date(*day).format(style.date), style.delimiter, style.delimiter, number(&style, *amount), style.ends
            );
        }
        let told: Vec<String> = rows
            .iter()
            .map(|(amount, day)| format!("electricity {} kWh {} -", Figure((*amount).into()), date(*day)))
            .collect();
        let all = ImportOptions {
            decimal: Some(if style.decimal == '.' { Decimal::Point } else { Decimal::Comma }),
            date_order: match style.date {
                "%d/%m/%Y" => Some(DateOrder::Dmy),
                "%m/%d/%Y" => Some(DateOrder::Mdy),
                _ => None,
            },
            ..electricity()
        };
        let windows_1252 = encoding_rs::WINDOWS_1252.encode(&text).0.into_owned();
        for bytes in [text.as_bytes(), &windows_1252] {
            // A byte order mark is one of UTF-8.
            if style.mark && bytes != text.as_bytes() {
                continue;
            }
            let found = read_in(Tz::UTC, bytes, &all).unwrap();
            prop_assert_eq!(lines(&found), told.iter().map(String::as_str).collect::<Vec<_>>());
            match read_in(Tz::UTC, bytes, &electricity()) {
                Ok(learned) => prop_assert_eq!(learned, found),
                Err(asks) => prop_assert!(
                    asks.iter().all(|code| code.ends_with("_AMBIGUOUS")), "{:?} {}", asks, text),
            }
        }
    }

    #[test]
    fn nothing_panics(
        header in prop::sample::select(vec![
            "date,amount,id,note", "start,end,amount,meter", "date,time,end,kWh", "date,reading,unit,type",
        ]),
        cells in prop::collection::vec(
            prop::sample::select(vec![
                ",", ",", ",", "\n", "\"", "2026-01-01", "01/02/2026", "10:00", "24:00", "1,5", "-1", "9", "é", "gas",
                "kWh", "0000-00-00", "1e30", "\u{0}", "99999999999", "2026-03-29 02:30", "2026-10-25 02:30", "Z",
            ]),
            0..80,
        ),
    ) {
        let text = format!("{header}\n{}", cells.concat());
        let _ = read_in(chrono_tz::Europe::Brussels, text.as_bytes(), &electricity());
        let all = ImportOptions { decimal: Some(Decimal::Comma), date_order: Some(DateOrder::Mdy), ..electricity() };
        let _ = read_in(chrono_tz::Europe::Brussels, text.as_bytes(), &all);
    }
}
