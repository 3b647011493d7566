//! The meters that a file tells of, in the order in which it does.

use std::collections::HashMap;

use super::super::METER_NAME;
use crate::consumption::{ConsumptionType, Unit};
use crate::csv::Fault;
use crate::csv::local::Sequence;
use crate::text;

/// Meters that a file may tell of.
const MOST_METERS: usize = 1000;
const TOO_MANY: Fault = Fault::plain("TOO_MANY_METERS", "meter: the file tells of over 1000 meters");

/// A meter, as a file tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Series {
    /// What it is called.
    pub meter: String,
    /// Of what.
    pub consumption_type: ConsumptionType,
    /// In what.
    pub unit: Unit,
}

/// All of them, each with its rows so far.
#[derive(Default)]
pub(super) struct Meters {
    all: Vec<(Series, Sequence)>,
    known: HashMap<(String, ConsumptionType), usize>,
    /// The one of the row before: in most files rows of one meter follow each other.
    last: usize,
}

impl Meters {
    /// One of them.
    pub fn series(&self, place: usize) -> Option<&Series> {
        self.all.get(place).map(|(series, _)| series)
    }

    /// The place of the meter that is called so, and its rows so far.
    ///
    /// # Errors
    /// `UNIT_INVALID`, `TEXT_INVALID`, `TOO_MANY_METERS`.
    pub fn find_or_add(
        &mut self,
        name: &str,
        what: ConsumptionType,
        unit: Unit,
    ) -> Result<(usize, &mut Sequence), Fault> {
        let is_last =
            self.series(self.last).is_some_and(|last| last.meter == name && last.consumption_type == what);
        if !is_last {
            self.last = match self.known.get(&(name.to_owned(), what)) {
                Some(place) => *place,
                None => self.add(name, what, unit)?,
            };
        }
        match self.all.get_mut(self.last) {
            Some((series, _)) if series.unit != unit => {
                let message = format!("unit: the meter is measured in {} before", series.unit.as_str());
                Err(Fault::new("UNIT_INVALID", message))
            }
            Some((_, sequence)) => Ok((self.last, sequence)),
            None => Err(TOO_MANY),
        }
    }

    fn add(&mut self, name: &str, what: ConsumptionType, unit: Unit) -> Result<usize, Fault> {
        if text::check(name, METER_NAME).is_err() {
            return Err(Fault::plain("TEXT_INVALID", "meter: holds a NUL character, or over 100 characters"));
        }
        let place = self.all.len();
        if place == MOST_METERS {
            return Err(TOO_MANY);
        }
        let series = Series { meter: name.to_owned(), consumption_type: what, unit };
        self.all.push((series, Sequence::default()));
        self.known.insert((name.to_owned(), what), place);
        Ok(place)
    }
}
