//! What the columns of a file tell, by their titles.

use super::words::{self, Known};
use super::{ColumnFormat, Means};
use crate::consumption::{ConsumptionType, Unit};
use crate::csv::{self, Layout, beginning, shown};
use crate::valid::FieldError;

/// Where in a row what stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// The titles, and what each tells.
    pub titles: Vec<(String, Means)>,
    /// The type that a title names.
    pub consumption_type: Option<ConsumptionType>,
    /// The unit that the title of the amount or reading names.
    pub unit: Option<Unit>,
    /// Two columns that tell the same and cannot both be right.
    twice: Option<(String, String)>,
}

impl Columns {
    /// Reads a header.
    #[must_use]
    pub fn read(header: &[String]) -> Columns {
        let known: Vec<Option<Known>> = header.iter().map(|title| words::title(title)).collect();
        let has = |wanted: Means| known.iter().flatten().any(|one| one.means == wanted);
        let (has_amount, has_start) = (has(Means::Amount), has(Means::Date) || has(Means::Start));
        let mut columns = Columns::default();
        for (title, known) in header.iter().zip(&known) {
            let means = match known.map_or(Means::Ignored, |known| known.means) {
                // The number of a row, where something else is the amount.
                Means::Reading if has_amount && title.trim().eq_ignore_ascii_case("index") => Means::Ignored,
                // Alone, it is a whole timestamp.
                Means::Time if !has_start => Means::Start,
                means => means,
            };
            let before =
                columns.titles.iter().find(|(_, other)| *other == means).map(|(title, _)| title.clone());
            let means = match before {
                None => means,
                Some(before) if matches!(means, Means::Amount | Means::Reading) => {
                    columns.twice.get_or_insert((before, title.clone()));
                    Means::Ignored
                }
                Some(_) => Means::Ignored,
            };
            if let Some(known) = known.filter(|_| means != Means::Ignored) {
                columns.consumption_type = columns.consumption_type.or(known.consumption_type);
                columns.unit = columns.unit.or(known.unit);
            }
            columns.titles.push((title.clone(), means));
        }
        // A file that tells both what a register shows and what was consumed is one of readings.
        if columns.place(Means::Reading).is_some() {
            columns.ignore(Means::Amount);
        }
        columns
    }

    /// Where something stands.
    #[must_use]
    pub fn place(&self, wanted: Means) -> Option<usize> {
        self.titles.iter().position(|(_, means)| *means == wanted)
    }

    /// Whether something stands anywhere.
    #[must_use]
    pub fn has(&self, wanted: Means) -> bool {
        self.place(wanted).is_some()
    }

    /// Takes a column for nothing.
    pub(super) fn ignore(&mut self, wanted: Means) {
        for (_, means) in self.titles.iter_mut().filter(|(_, means)| *means == wanted) {
            *means = Means::Ignored;
        }
    }

    /// How much of a header it is: how many columns are known; 0 without an amount or a reading, and a date.
    fn weight(&self) -> usize {
        let is_header = (self.has(Means::Amount) || self.has(Means::Reading))
            && (self.has(Means::Date) || self.has(Means::Start));
        if is_header { self.titles.iter().filter(|(_, means)| *means != Means::Ignored).count() } else { 0 }
    }

    /// As they are told.
    #[must_use]
    pub fn formats(&self) -> Vec<ColumnFormat> {
        self.titles
            .iter()
            .map(|(header, means)| ColumnFormat { header: shown(header), means: *means })
            .collect()
    }
}

/// Finds the header of a file in its beginning.
///
/// # Errors
/// `HEADER_UNKNOWN`, `FILE_NOT_TEXT`, for the field `body`.
pub fn recognise(head: &[u8]) -> Result<(Layout, Columns), FieldError> {
    if !csv::is_text(head) {
        return Err(FieldError::new("body", "is not a text, so no CSV either", "FILE_NOT_TEXT"));
    }
    let Some(layout) = csv::recognise(head, |header| Columns::read(header).weight()) else {
        let message = format!(
            "has no header that is known in its first 20 lines: there must be a column of amounts or readings and one of \
             dates, as in consumption_type,amount,unit,consumption_date. It begins with {:?}",
            beginning(head)
        );
        return Err(FieldError::new("body", message, "HEADER_UNKNOWN"));
    };
    let columns = Columns::read(&layout.header);
    if let Some((one, other)) = &columns.twice {
        let message = format!(
            "has two columns that tell how much: {:?} and {:?}. Leave one of them out",
            shown(one),
            shown(other)
        );
        return Err(FieldError::new("body", message, "HEADER_UNKNOWN"));
    }
    Ok((layout, columns))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv::Delimiter;

    fn means(header: &str) -> Vec<Means> {
        let header: Vec<String> = header.split(',').map(ToOwned::to_owned).collect();
        Columns::read(&header).titles.into_iter().map(|(_, means)| means).collect()
    }

    #[test]
    fn headers_of_other_programs() {
        use Means::{
            Amount, ConsumptionType, Date, Description, End, Estimated, Id, Ignored, Meter, Reading, Start,
            Time, Unit,
        };
        for (header, found) in [
            (
                "consumption_type,amount,unit,consumption_date,description,meter,estimated,id",
                vec![ConsumptionType, Amount, Unit, Date, Description, Meter, Estimated, Id],
            ),
            ("meter_id,type,unit,start,end,amount", vec![Meter, ConsumptionType, Unit, Start, End, Amount]),
            ("meter_id,type,unit,read_at,reading", vec![Meter, ConsumptionType, Unit, Start, Reading]),
            (
                "TYPE,DATE,START TIME,END TIME,USAGE,UNITS,COST,NOTES",
                vec![ConsumptionType, Date, Start, End, Amount, Unit, Ignored, Description],
            ),
            ("Consumption (kWh),Estimated Cost Inc. Tax (p), Start, End", vec![Amount, Ignored, Start, End]),
            ("Datum,Uhrzeit,Verbrauch (kWh)", vec![Date, Time, Amount]),
            ("time,value", vec![Start, Amount]),
            ("Datum,Zählerstand,Verbrauch", vec![Date, Reading, Ignored]),
            ("index,timestamp,value", vec![Ignored, Start, Amount]),
            ("Date,Index (kWh)", vec![Date, Reading]),
            ("date,date,amount", vec![Date, Ignored, Amount]),
        ] {
            assert_eq!(means(header), found, "{header}");
        }
    }

    #[test]
    fn files_are_recognised_by_their_beginning() {
        let of = |text: &str| recognise(text.as_bytes()).map(|(layout, _)| (layout.delimiter, layout.line));
        assert_eq!(of("Datum;Verbrauch (kWh)\n01.01.2026;1,5\n"), Ok((Delimiter::Semicolon, 1)));
        assert_eq!(
            of("Usage report, of ACME\nName:,Grace\n\nDate,Usage (kWh)\n2026-01-01,1.5\n"),
            Ok((Delimiter::Comma, 4))
        );
        for (text, code) in [
            ("", "HEADER_UNKNOWN"),
            ("2026-01-01,1.5\n", "HEADER_UNKNOWN"),
            ("date,cost\n", "HEADER_UNKNOWN"),
            ("amount,unit\n", "HEADER_UNKNOWN"),
            ("date,amount,usage\n", "HEADER_UNKNOWN"),
            ("date,amount\0\n", "FILE_NOT_TEXT"),
            ("PK\u{3}\u{4}\0\0", "FILE_NOT_TEXT"),
        ] {
            let error = of(text).unwrap_err();
            assert_eq!((error.field.as_str(), error.code.as_str()), ("body", code), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(head: Vec<u8>, words in proptest::collection::vec(
            proptest::sample::select(vec!["date", ",", ";", "amount", "\n", "\"", "reading", "kWh", "("]), 0..30)) {
            let _ = recognise(&head);
            let _ = recognise(words.concat().as_bytes());
        }
    }
}
