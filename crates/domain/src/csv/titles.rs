//! Titles of columns, so that it does not matter how they are written.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A title taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// Its words, without what stands in brackets: in lower case, letters and digits alone, without accents.
    pub words: Vec<String>,
    /// What stands in brackets, as it is written.
    pub in_brackets: Option<String>,
}

impl Title {
    /// Takes a title apart: `Zählerstand (kWh)`, `meter_reading`, `Meter-Reading [kWh]`.
    #[must_use]
    pub fn read(text: &str) -> Title {
        let opening = text.find(['(', '[']);
        let inside = opening.and_then(|at| text.get(at + 1..)).map(|rest| {
            let end = rest.find([')', ']']).unwrap_or(rest.len());
            rest.split_at(end)
        });
        let (inside, after) = inside.map_or((None, ""), |(inside, after)| (Some(inside), after));
        let before = opening.and_then(|at| text.get(..at)).unwrap_or(text);
        let in_brackets = inside.map(str::trim).filter(|text| !text.is_empty()).map(ToOwned::to_owned);
        Title { words: words(before).chain(words(after)).collect(), in_brackets }
    }

    /// The words as one.
    #[must_use]
    pub fn joined(&self) -> String {
        self.words.concat()
    }
}

fn words(text: &str) -> impl Iterator<Item = String> {
    let plain = plain(text);
    let words: Vec<String> = plain
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(ToOwned::to_owned)
        .collect();
    words.into_iter()
}

/// In lower case and without accents: `Zählerstand` and `ZAHLERSTAND` are one word.
#[must_use]
pub fn plain(text: &str) -> String {
    text.nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .collect::<String>()
        .replace('ß', "ss")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_taken_apart() {
        for (text, joined, in_brackets) in [
            ("amount", "amount", None),
            ("Usage (kWh)", "usage", Some("kWh")),
            ("Zählerstand [m³]", "zahlerstand", Some("m³")),
            ("METER-READING_ID", "meterreadingid", None),
            ("Énergie consommée ( Wh )", "energieconsommee", Some("Wh")),
            ("Größe", "grosse", None),
            ("consumption in m³", "consumptioninm3", None),
            ("Usage (kWh) total", "usagetotal", Some("kWh")),
            ("Usage (kWh", "usage", Some("kWh")),
            ("()", "", None),
            ("", "", None),
        ] {
            let title = Title::read(text);
            assert_eq!(
                (title.joined().as_str(), title.in_brackets.as_deref()),
                (joined, in_brackets),
                "{text}"
            );
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(text in "\\PC{0,30}") {
            let title = Title::read(&text);
            proptest::prop_assert!(title.words.iter().all(|word| !word.is_empty()));
        }
    }
}
