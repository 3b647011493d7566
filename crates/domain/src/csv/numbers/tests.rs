use super::*;

fn told(texts: &[&str]) -> Option<Decimal> {
    evidence(texts).decimal()
}

fn evidence(texts: &[&str]) -> Evidence {
    let mut evidence = Evidence::default();
    texts.iter().for_each(|text| evidence.add(text));
    evidence
}

#[test]
fn separators_are_learned() {
    use Decimal::{Comma, Point};
    for (texts, decimal) in [
        (&["1", "2", "300"][..], Some(Point)),
        (&[][..], Some(Point)),
        (&["abc", "-", "", "n/a"][..], Some(Point)),
        (&["1.5"][..], Some(Point)),
        (&["1,5"][..], Some(Comma)),
        (&["1,234.5"][..], Some(Point)),
        (&["1.234,5"][..], Some(Comma)),
        (&["1.234,567"][..], Some(Comma)),
        (&["1.234.567"][..], Some(Comma)),
        (&["1,234,567"][..], Some(Point)),
        (&["1.234"][..], Some(Point)),
        (&["1.234", "0,5"][..], Some(Comma)),
        (&["1,234"][..], None),
        (&["1,234", "12,345", "7"][..], None),
        (&["1,234", "1.5"][..], Some(Point)),
        (&["0,234"][..], Some(Comma)),
        (&["-0,234"][..], Some(Comma)),
        (&["1234,567"][..], Some(Comma)),
        (&["1 234,567"][..], Some(Comma)),
        (&["1'234.567"][..], Some(Point)),
        (&[",125"][..], Some(Comma)),
        (&["1,5", "1.5"][..], None),
        (&["1,5", "1.5", "2,5"][..], Some(Comma)),
    ] {
        assert_eq!(told(texts), decimal, "{texts:?}");
    }
    assert_eq!(evidence(&["1.234", "0,5"]).thousands(Comma), Some('.'));
    assert_eq!(evidence(&["1 234,5"]).thousands(Comma), Some(' '));
    assert_eq!(evidence(&["0,5"]).thousands(Comma), None);
    assert_eq!(evidence(&["1,234"]).thousands(Point), Some(','));
    assert_eq!(evidence(&["1,234"]).thousands(Comma), None);
}

#[test]
fn numbers_are_read() {
    use Decimal::{Comma, Point};
    for (text, decimal, thousandths) in [
        ("0", Point, Ok(0)),
        ("1.5", Point, Ok(1500)),
        ("1.500000000000000000000", Point, Ok(1500)),
        ("1,234.5", Point, Ok(1_234_500)),
        ("1 234 567.891", Point, Ok(1_234_567_891)),
        ("1'234.5", Point, Ok(1_234_500)),
        ("1.234,5", Comma, Ok(1_234_500)),
        ("1.234", Comma, Ok(1_234_000)),
        ("1\u{202f}234,5", Comma, Ok(1_234_500)),
        ("+2,5", Comma, Ok(2500)),
        (".5", Point, Ok(500)),
        ("5.", Point, Ok(5000)),
        ("007.5", Point, Ok(7500)),
        (" 12 ", Point, Ok(12_000)),
        ("1e3", Point, Ok(1_000_000)),
        ("1.5E-2", Point, Ok(15)),
        ("1500e-2", Point, Ok(15_000)),
        ("-0.0", Point, Ok(0)),
        ("-1", Point, Err("NUMBER_NEGATIVE")),
        ("\u{2212}1", Point, Err("NUMBER_NEGATIVE")),
        ("0.0001", Point, Err("NUMBER_TOO_FINE")),
        ("1e-30", Point, Err("NUMBER_TOO_FINE")),
        ("9999999999999999", Point, Err("NUMBER_TOO_LARGE")),
        ("", Point, Err("NUMBER_INVALID")),
        (".", Point, Err("NUMBER_INVALID")),
        ("-", Point, Err("NUMBER_INVALID")),
        ("1,5", Point, Err("NUMBER_INVALID")),
        ("1.5", Comma, Err("NUMBER_INVALID")),
        ("1.5.5", Point, Err("NUMBER_INVALID")),
        ("1,23,456", Point, Err("NUMBER_INVALID")),
        ("1,2345", Point, Err("NUMBER_INVALID")),
        ("1 234'567", Point, Err("NUMBER_INVALID")),
        ("1,234 567", Point, Err("NUMBER_INVALID")),
        ("12 345 6", Point, Err("NUMBER_INVALID")),
        ("1234,567", Point, Err("NUMBER_INVALID")),
        ("NaN", Point, Err("NUMBER_INVALID")),
        ("1e999999999", Point, Err("NUMBER_INVALID")),
        ("1e30", Point, Err("NUMBER_INVALID")),
        ("１", Point, Err("NUMBER_INVALID")),
        ("1\u{0}", Point, Err("NUMBER_INVALID")),
        ("9999999999999999999999", Point, Err("NUMBER_INVALID")),
    ] {
        let read = Number::read(text, decimal).and_then(|number| number.parts(3));
        assert_eq!(read.map_err(|fault| fault.code), thousandths, "{text:?}");
    }
}

/// A number as it is written in a country: with these separators.
fn written(thousandths: i64, decimal: char, thousands: &str) -> String {
    let whole = (thousandths / 1000).to_string();
    let mut parted = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            parted.push_str(thousands);
        }
        parted.push(digit);
    }
    format!("{parted}{decimal}{:03}", thousandths % 1000)
}

proptest::proptest! {
    #[test]
    fn nothing_panics(text in "[-+0-9., 'eE\u{a0}]{0,45}") {
        for decimal in [Decimal::Point, Decimal::Comma] {
            if let Ok(number) = Number::read(&text, decimal) {
                let _ = number.parts(6);
            }
        }
        evidence(&[&text]);
    }

    #[test]
    fn every_country_writes_the_same_number(thousandths in 0..=999_999_999_999_i64) {
        for (decimal, sign, thousands) in [
            (Decimal::Point, '.', ""), (Decimal::Point, '.', ","), (Decimal::Point, '.', "'"),
            (Decimal::Comma, ',', ""), (Decimal::Comma, ',', "."), (Decimal::Comma, ',', "\u{a0}"),
        ] {
            let text = written(thousandths, sign, thousands);
            let read = Number::read(&text, decimal).and_then(|number| number.parts(3));
            proptest::prop_assert_eq!(read, Ok(thousandths), "{}", text);
            // Either it is known, or it is asked; it is never taken for the other.
            let learned = told(&[&text]);
            proptest::prop_assert!(learned.is_none_or(|learned| learned == decimal), "{}", text);
        }
    }
}
