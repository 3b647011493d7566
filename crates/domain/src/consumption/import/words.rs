//! What columns are called, and how types and units are spelled in other programs' files: in English, German, French,
//! Dutch and Spanish.

use crate::consumption::{ConsumptionType, Unit};
use crate::csv::titles::{Title, plain};

use super::Means;

mod tables;

use tables::{MONEY, PARTICLES, TITLES, TYPES, UNITS, WHOLE_TYPES};

/// What a title tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Of what the column tells.
    pub means: Means,
    /// The type in it: `Gas usage`.
    pub consumption_type: Option<ConsumptionType>,
    /// The unit in it: `Usage (kWh)`.
    pub unit: Option<Unit>,
}

/// What a title tells, if it is one that is known.
#[must_use]
pub fn title(text: &str) -> Option<Known> {
    let Title { mut words, in_brackets } = Title::read(text);
    let mut known_unit = in_brackets.as_deref().and_then(unit);
    if in_brackets.as_deref().is_some_and(|text| MONEY.contains(&plain(text).as_str())) {
        return None;
    }
    // Usage kWh, consumption in m3.
    if let Some(found) = words.last().and_then(|word| unit(word)).filter(|_| known_unit.is_none()) {
        known_unit = Some(found);
        words.pop();
        if words.last().is_some_and(|word| ["in", "en"].contains(&word.as_str())) {
            words.pop();
        }
    }
    let mut known_type = consumption_type(&words.join(" "));
    let counts = |word: &&str| !WHOLE_TYPES.contains(word) && !PARTICLES.contains(word);
    let rest: String = words.iter().map(String::as_str).filter(counts).collect();
    let mut means = named(&rest);
    if means.is_none() {
        // Stromverbrauch
        let parts = TYPES.iter().flat_map(|(what, words)| words.iter().map(|word| (*what, *word)));
        let tail = parts.filter_map(|(what, word)| Some((what, named(rest.strip_prefix(word)?)?))).next();
        if let Some((what, found)) = tail {
            (known_type, means) = (Some(what), Some(found));
        }
    }
    // Strom (kWh), kWh
    if rest.is_empty() && known_unit.is_some() {
        means = Some(Means::Amount);
    }
    let means = means?;
    if !matches!(means, Means::Amount | Means::Reading) {
        known_unit = None;
    }
    Some(Known { means, consumption_type: known_type, unit: known_unit })
}

/// Whether a title says no more than `type`, which can be that of anything.
#[must_use]
pub fn is_vague(title: &str) -> bool {
    ["type", "typ", "art", "tipo", "soort"].contains(&Title::read(title).joined().as_str())
}

fn named(title: &str) -> Option<Means> {
    TITLES.iter().find(|(_, names)| names.contains(&title)).map(|(means, _)| *means)
}

/// The type that a text names: `Electric usage`, `Strom`, `gas`. Nothing where it names none, or two.
#[must_use]
pub fn consumption_type(text: &str) -> Option<ConsumptionType> {
    let text = plain(text);
    let mut found = None;
    for word in text.split(|letter: char| !letter.is_alphanumeric()) {
        let of_word = TYPES.iter().find(|(_, starts)| starts.iter().any(|start| word.starts_with(start)));
        let Some((what, _)) = of_word else { continue };
        if found.is_some_and(|before| before != *what) {
            return None;
        }
        found = Some(*what);
    }
    found
}

/// The unit that a text spells. Case does not matter, but that mWh would be a thousandth of a Wh.
#[must_use]
pub fn unit(text: &str) -> Option<Unit> {
    let text = text.trim();
    if text == "mWh" {
        return None;
    }
    Unit::named(text).or_else(|| {
        let spelled: String = plain(text).chars().filter(|letter| letter.is_alphanumeric()).collect();
        UNITS.iter().find(|(_, names)| names.contains(&spelled.as_str())).map(|(unit, _)| *unit)
    })
}

/// The type of what is measured in a unit, where there is but one.
#[must_use]
pub fn type_of(unit: Unit) -> Option<ConsumptionType> {
    let mut types = ConsumptionType::ALL.into_iter().filter(|what| what.units().contains(&unit));
    match (types.next(), types.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
