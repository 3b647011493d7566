//! The load profile: what is consumed at which hour of the day, as intervals tell it.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::Register;
use super::hours::Hours;
use crate::consumption::analytics::Range;
use crate::consumption::{
    Amount, Canonical, ConsumptionType, Conversion, Figure, Unit, check_date, in_order, wrong_unit,
};
use crate::ids::MeterId;
use crate::valid::FieldError;

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProfileFilter {
    /// Of electricity, water or gas; needed where no meter is named.
    #[param(inline)]
    pub consumption_type: Option<ConsumptionType>,
    /// Of this meter alone; of all of the type without it.
    pub meter_id: Option<MeterId>,
    /// From this date on; the first that has an interval.
    #[validate(custom(function = check_date))]
    pub start_date: Option<NaiveDate>,
    /// Up to this date, with it; the last that has an interval.
    #[validate(custom(function = check_date))]
    pub end_date: Option<NaiveDate>,
    /// In what to show it; kWh or m3 without it.
    #[param(inline)]
    pub unit: Option<Unit>,
}

impl ProfileFilter {
    /// That it may be asked.
    ///
    /// # Errors
    /// Its dates end before they begin, or it says neither type nor meter.
    pub fn check(&self) -> Result<(), FieldError> {
        if self.consumption_type.is_none() && self.meter_id.is_none() {
            let message = "is needed where no meter_id is given";
            return Err(FieldError::new("consumption_type", message, "FIELD_MISSING"));
        }
        in_order(self.start_date, self.end_date)
    }

    /// What it is of, where it names a meter of the type `of`, if it does, and in what it is shown.
    ///
    /// # Errors
    /// The meter, or the unit, is of another type.
    pub fn shown(&self, of: Option<ConsumptionType>) -> Result<(ConsumptionType, Unit), FieldError> {
        let missing = || FieldError::new("consumption_type", "is needed", "FIELD_MISSING");
        let what = of.or(self.consumption_type).ok_or_else(missing)?;
        if self.consumption_type.is_some_and(|asked| asked != what) {
            let message = format!("is not the meter's, which is {}", what.as_str());
            return Err(FieldError::new("consumption_type", message, "TYPE_INVALID"));
        }
        let unit = self.unit.unwrap_or(what.canonical_unit());
        if what.units().contains(&unit) {
            return Ok((what, unit));
        }
        Err(FieldError::new("unit", wrong_unit(what), "UNIT_INVALID"))
    }

    /// The dates that are asked for, where `found` are the first and the last with an interval.
    #[must_use]
    pub fn range(&self, found: Option<(NaiveDate, NaiveDate)>, today: NaiveDate) -> Range {
        Range::asked(self.start_date, self.end_date, found, today)
    }
}

/// What is consumed at which hour of the day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConsumptionProfile {
    /// Of what.
    pub consumption_type: ConsumptionType,
    /// In what all amounts here are.
    pub unit: Unit,
    /// The first date that counts.
    pub start_date: NaiveDate,
    /// The last.
    pub end_date: NaiveDate,
    /// How many of its days have intervals.
    pub days: i64,
    /// The hours of all days, from 0 to 23.
    pub hours: Vec<ProfileHour>,
    /// Mondays to Fridays.
    pub weekdays: ProfilePart,
    /// Saturdays and Sundays.
    pub weekends: ProfilePart,
}

/// Some of the days.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProfilePart {
    /// How many of them have intervals.
    pub days: i64,
    /// Their hours, from 0 to 23.
    pub hours: Vec<ProfileHour>,
}

/// An hour of the day. An interval belongs to the hour that the clock shows when it starts; the hour that a clock change
/// repeats is one with both.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProfileHour {
    /// What the clock shows, 0 to 23.
    #[schema(minimum = 0, maximum = 23)]
    pub hour: u8,
    /// What was consumed in it on all days together; none where no day has intervals in it.
    pub total: Option<Figure>,
    /// A day that has intervals in it, on average.
    pub mean: Option<Figure>,
    /// How many days have intervals in it.
    pub count: i64,
}

/// Adds up the days of meters.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    weekdays: [Canonical; 24],
    weekends: [Canonical; 24],
    /// Which hours of a date have an interval of some meter, a bit each.
    dates: HashMap<NaiveDate, u32>,
}

impl Profile {
    /// Adds the days of a meter.
    pub fn add(
        &mut self,
        meter: &Register,
        calorific: Amount,
        days: impl Iterator<Item = (NaiveDate, Hours)>,
    ) {
        let (mut weekdays, mut weekends) = ([0_i128; 24], [0_i128; 24]);
        for (date, hours) in days {
            let sums = if is_weekend(date) { &mut weekends } else { &mut weekdays };
            let bits = self.dates.entry(date).or_default();
            for (place, (sum, hour)) in (0..).zip(sums.iter_mut().zip(hours.iter())) {
                let Some(hour) = hour else { continue };
                *sum += i128::from(hour);
                *bits |= 1 << place;
            }
        }
        // Rounded here and once, to 10⁻¹⁸.
        let conversion = Conversion::new(meter.consumption_type, meter.unit, calorific);
        for (all, sums) in [(&mut self.weekdays, weekdays), (&mut self.weekends, weekends)] {
            for (all, sum) in all.iter_mut().zip(sums) {
                *all = [*all, conversion.canonical_of_millionths(sum)].into_iter().sum();
            }
        }
    }

    /// As it is shown.
    #[must_use]
    pub fn shown(
        &self,
        (what, unit): (ConsumptionType, Unit),
        calorific: Amount,
        range: Range,
    ) -> ConsumptionProfile {
        let conversion = Conversion::new(what, unit, calorific);
        let weekdays = self.part(conversion, &self.weekdays, |date| !is_weekend(date));
        let weekends = self.part(conversion, &self.weekends, is_weekend);
        let mut all = self.weekdays;
        for (all, more) in all.iter_mut().zip(self.weekends) {
            *all = [*all, more].into_iter().sum();
        }
        let all = self.part(conversion, &all, |_| true);
        let Range { first, last } = range;
        ConsumptionProfile {
            consumption_type: what,
            unit,
            start_date: first,
            end_date: last,
            days: all.days,
            hours: all.hours,
            weekdays,
            weekends,
        }
    }

    fn part(
        &self,
        conversion: Conversion,
        sums: &[Canonical; 24],
        is_of: impl Fn(NaiveDate) -> bool,
    ) -> ProfilePart {
        let (mut days, mut counts) = (0, [0_i64; 24]);
        for bits in self.dates.iter().filter(|(date, _)| is_of(**date)).map(|(_, bits)| bits) {
            days += 1;
            for (place, count) in counts.iter_mut().enumerate() {
                *count += i64::from(bits >> place & 1);
            }
        }
        let hours = (0..).zip(sums.iter().zip(counts)).map(|(hour, (sum, count))| ProfileHour {
            hour,
            total: (count > 0).then(|| conversion.given(*sum)),
            mean: (count > 0).then(|| conversion.mean(*sum, count)),
            count,
        });
        ProfilePart { days, hours: hours.collect() }
    }
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests;
