use super::*;
use crate::consumption::import::columns::recognise;
use crate::consumption::{ConsumptionType, Unit};
use crate::csv::skip_header;

fn learned(text: &str, options: &ImportOptions) -> Result<Plan, Vec<(String, String)>> {
    let (layout, columns) = recognise(text.as_bytes()).unwrap();
    let mut rows = Rows::new(text.as_bytes(), layout.delimiter);
    skip_header(&mut rows, &layout).unwrap();
    study(layout, columns, options, &mut rows).map_err(|error| match error {
        StudyError::Asks(fields) => fields.into_iter().map(|field| (field.field, field.code)).collect(),
        StudyError::Read(error) => panic!("{error}"),
    })
}

fn electricity() -> ImportOptions {
    ImportOptions {
        consumption_type: Some(ConsumptionType::Electricity),
        unit: Some(Unit::KWh),
        ..ImportOptions::default()
    }
}

#[test]
fn what_rows_are() {
    use ImportKind::{Intervals, Readings, Records};
    for (text, kind) in [
        ("date,amount\n2026-01-01,1\n2026-01-02,2\n", Records),
        ("date,amount\n2026-01-01 00:00,1\n2026-01-02 00:00,2\n", Records),
        ("timestamp,amount\n2026-01-01,1\n2026-01-02,2\n", Records),
        ("start,end,amount\n2026-01-01,2026-01-02,1\n", Records),
        ("start,end,amount\n2026-01-01,2026-01-01,1\n", Records),
        ("start,end,amount\n2026-01-01,2026-02-01,1\n", Intervals),
        ("date,amount\n2026-01-01 00:00,1\n2026-01-01 01:00,2\n", Intervals),
        ("date,time,amount\n2026-01-01,00:00,1\n2026-01-01,00:15,2\n", Intervals),
        ("start,amount\n2026-01-01 00:00,1\n2026-01-01 01:00,2\n2026-01-02 00:00,2\n", Intervals),
        ("date,amount\n2026-01-01,1\n2026-01-01 01:00,2\n2026-01-02,2\n", Records),
        ("start,end,amount\n2026-01-01 00:00,2026-01-02 00:00,1\n", Intervals),
        ("date,start time,end time,amount\n2026-01-01,00:00,00:15,1\n", Intervals),
        ("date,reading\n2026-01-01,100\n", Readings),
        ("date,amount\n", Records),
    ] {
        let plan = learned(text, &electricity()).unwrap();
        assert_eq!(plan.kind, kind, "{text}");
    }
}

#[test]
fn how_long_intervals_are_and_which_way_they_go() {
    for (rows, minutes, newest_first) in [
        (&["2026-01-01 00:00", "2026-01-01 00:15", "2026-01-01 00:30", "2026-01-01 02:00"][..], 15, false),
        (&["2026-01-01 02:00", "2026-01-01 01:00", "2026-01-01 00:00"][..], 60, true),
        (&["2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"][..], 1, false),
        (&["2026-01-01 00:00", "2026-01-01 01:00", "2026-01-01 01:15"][..], 15, false),
    ] {
        let text: String = rows.iter().map(|start| format!("{start},1\n")).collect();
        let plan = learned(&format!("start,amount\n{text}"), &electricity()).unwrap();
        assert_eq!((plan.length, plan.newest_first), (Some(TimeDelta::minutes(minutes)), newest_first));
    }
    // Of two meters that take turns.
    let turns = "meter,start,amount\na,2026-01-01 00:00,1\nb,2026-01-01 00:00,1\na,2026-01-01 01:00,1\nb,2026-01-01 01:00,1\n";
    assert_eq!(learned(turns, &electricity()).unwrap().length, Some(TimeDelta::hours(1)));
    assert_eq!(
        learned("start,amount\n2026-01-01 00:15,1\n", &electricity()),
        Err(vec![("body".into(), "INTERVAL_LENGTH_UNKNOWN".into())])
    );
}

#[test]
fn what_cannot_be_known_is_asked() {
    let ask = |text: &str, options: &ImportOptions| {
        learned(text, options).err().unwrap_or_default().into_iter().map(|(_, code)| code).collect::<Vec<_>>()
    };
    assert_eq!(
        ask("date,amount\n01/02/2026,\"1,234\"\n", &ImportOptions::default()),
        ["DECIMAL_AMBIGUOUS", "DATE_ORDER_AMBIGUOUS", "CONSUMPTION_TYPE_UNKNOWN", "UNIT_UNKNOWN"]
    );
    let told =
        ImportOptions { decimal: Some(Decimal::Comma), date_order: Some(DateOrder::Mdy), ..electricity() };
    assert_eq!(ask("date,amount\n01/02/2026,\"1,234\"\n", &told), [""; 0]);
    // What the unit says of the type, and what rows say themselves.
    assert_eq!(ask("date,amount (L)\n2026-01-02,1\n", &ImportOptions::default()), [""; 0]);
    assert_eq!(
        ask("date,amount,type,unit\n2026-01-02,1,gas,m3\n2026-01-02,1,,\n", &ImportOptions::default()),
        [""; 0]
    );
    assert_eq!(
        ask("date,amount (kWh)\n2026-01-02,1\n", &ImportOptions::default()),
        ["CONSUMPTION_TYPE_UNKNOWN"]
    );
    assert_eq!(ask("date,gas usage\n2026-01-02,1\n", &ImportOptions::default()), ["UNIT_UNKNOWN"]);
}

#[test]
fn a_question_is_pursued_to_the_end_of_the_file() {
    let mut text = String::from("date;amount\n");
    for day in 0..5000 {
        text += &format!("0{}/01/20{:02};0\n", day % 9 + 1, day % 90 + 10);
    }
    let open = learned(&text, &electricity());
    assert_eq!(open, Err(vec![("date_order".into(), "DATE_ORDER_AMBIGUOUS".into())]));
    text += "31/01/2026;0,5\n";
    let plan = learned(&text, &electricity()).unwrap();
    assert_eq!((plan.date_order, plan.decimal), (DateOrder::Dmy, Decimal::Comma));
}
