//! What records add up to, by periods of local dates, and how that compares.
//!
//! All is made from days (`consumption_days`), in the canonical unit and unrounded; each figure that is shown is rounded
//! once. A period without a record is a gap: it has no total, which is not the same as none consumed.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::units::{Canonical, ConsumptionType, Conversion, Unit};
use super::{Amount, Figure, amount, check_date, in_order, wrong_unit};
use crate::days::plus;
use crate::numbers::Share;
use crate::valid::FieldError;

mod periods;

pub use periods::{GroupBy, Range};

/// What is finer than this does not count in percent: 10⁻⁹ of the canonical unit.
const FINE: i128 = 1_000_000_000;

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AnalyticsFilter {
    /// Of electricity, water or gas; all of them without it.
    #[param(inline)]
    pub consumption_type: Option<ConsumptionType>,
    /// From this date on; the first that has a record.
    #[validate(custom(function = check_date))]
    pub start_date: Option<NaiveDate>,
    /// Up to this date, with it; the last that has a record.
    #[validate(custom(function = check_date))]
    pub end_date: Option<NaiveDate>,
    /// `day`, `week`, `month` (as without it) or `year`.
    #[param(inline)]
    pub group_by: Option<GroupBy>,
    /// In what to show those types that are measured in it; the others, and without it all, in kWh or m3.
    #[param(inline)]
    pub unit: Option<Unit>,
}

impl AnalyticsFilter {
    /// That it may be asked.
    ///
    /// # Errors
    /// Its dates end before they begin, or its unit is of another type.
    pub fn check(&self) -> Result<(), FieldError> {
        in_order(self.start_date, self.end_date)?;
        match (self.consumption_type, self.unit) {
            (Some(what), Some(unit)) if !what.units().contains(&unit) => {
                Err(FieldError::new("unit", wrong_unit(what), "UNIT_INVALID"))
            }
            _ => Ok(()),
        }
    }

    /// The types that are asked for.
    #[must_use]
    pub fn types(&self) -> Vec<ConsumptionType> {
        self.consumption_type.map_or_else(|| ConsumptionType::ALL.to_vec(), |one| vec![one])
    }

    /// The dates that are asked for, where `found` are the first and the last with a record.
    #[must_use]
    pub fn range(&self, found: Option<(NaiveDate, NaiveDate)>, today: NaiveDate) -> Range {
        Range::asked(self.start_date, self.end_date, found, today)
    }
}

/// What records of one type add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Of their amounts.
    pub total: Canonical,
    /// The smallest.
    pub minimum: Canonical,
    /// The largest.
    pub maximum: Canonical,
    /// How many records.
    pub records: i64,
    /// How many days have one.
    pub days: i64,
    /// How many days have one that is estimated.
    pub estimated_days: i64,
}

impl Sum {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Sum) -> Sum {
        if self.records == 0 {
            return other;
        }
        Sum {
            total: [self.total, other.total].into_iter().sum(),
            minimum: self.minimum.min(other.minimum),
            maximum: self.maximum.max(other.maximum),
            records: self.records + other.records,
            days: self.days + other.days,
            estimated_days: self.estimated_days + other.estimated_days,
        }
    }
}

/// Sums by type and period: the period's place, from 0.
pub type Sums = Vec<(ConsumptionType, usize, Sum)>;

/// What records add up to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConsumptionAnalytics {
    /// The first date that counts.
    pub start_date: NaiveDate,
    /// The last.
    pub end_date: NaiveDate,
    /// How dates are put together.
    pub group_by: GroupBy,
    /// Each type that was asked for.
    pub types: Vec<TypeAnalytics>,
}

/// What records of a type add up to. Where there is none there is no total.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TypeAnalytics {
    /// Of what.
    pub consumption_type: ConsumptionType,
    /// In what all amounts here are.
    pub unit: Unit,
    /// All of it.
    pub total: Option<Figure>,
    /// A record, on average.
    pub mean: Option<Figure>,
    /// The smallest record.
    pub min: Option<Figure>,
    /// The largest.
    pub max: Option<Figure>,
    /// How many records.
    pub count: i64,
    /// How many days have one.
    pub days: i64,
    /// On how many of them a meter's readings were put by time.
    pub estimated_days: i64,
    /// What part it is of all types shown that are measured alike: electricity and gas in kWh, water in m3.
    pub share: Option<Share>,
    /// Against the dates just before: as many months where these are whole months, else as many days.
    pub previous: Comparison,
    /// Against the same dates a year before.
    pub last_year: Comparison,
    /// By period, oldest first, without a break.
    pub series: Vec<ConsumptionPeriod>,
}

/// Other dates, and by how much these differ from them.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Comparison {
    /// Their first.
    pub start_date: NaiveDate,
    /// Their last.
    pub end_date: NaiveDate,
    /// What their records add up to.
    pub total: Option<Figure>,
    /// How many records.
    pub count: i64,
    /// By how much more has been consumed since; none where either has no record.
    pub change: Option<ConsumptionChange>,
}

/// By how much more was consumed (less where it is below zero).
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct ConsumptionChange {
    /// In the unit of the figures.
    pub amount: Figure,
    /// In percent; none against nothing.
    pub percent: Option<Figure>,
}

/// A day, week, month or year.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConsumptionPeriod {
    /// What it is called: `2026-01-31`, the first day of a week, `2026-01` or `2026`.
    #[schema(example = "2026-01")]
    pub period: String,
    /// Its first day. (Only days that were asked for count.)
    pub start_date: NaiveDate,
    /// Its last.
    pub end_date: NaiveDate,
    /// What its records add up to; none where it has none.
    pub total: Option<Figure>,
    /// A record, on average.
    pub mean: Option<Figure>,
    /// The smallest record.
    pub min: Option<Figure>,
    /// The largest.
    pub max: Option<Figure>,
    /// How many records.
    pub count: i64,
    /// How many of its days have one.
    pub days: i64,
    /// On how many of them a meter's readings were put by time.
    pub estimated_days: i64,
}

/// What is known of the dates that were asked for.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    /// The dates.
    pub range: Range,
    /// The first days of their periods, and the first after them.
    pub starts: &'a [NaiveDate],
    /// Sums by period.
    pub sums: Sums,
    /// Sums of the dates before, as one period.
    pub before: Sums,
    /// Sums of the dates a year before, as one period.
    pub last_year: Sums,
}

impl ConsumptionAnalytics {
    /// What is known, as it was asked, with the account's calorific value of gas.
    #[must_use]
    pub fn new(filter: &AnalyticsFilter, calorific: Amount, known: &Known<'_>) -> ConsumptionAnalytics {
        let group_by = filter.group_by.unwrap_or_default();
        let types: Vec<ConsumptionType> = filter.types();
        let all = |of: ConsumptionType| sum(&known.sums, of);
        let measured_alike = |of: ConsumptionType| -> Canonical {
            let alike = types.iter().filter(|other| other.canonical_unit() == of.canonical_unit());
            alike.map(|other| all(*other).total).sum()
        };
        let one = |what: &ConsumptionType| {
            let unit = filter.unit.filter(|unit| what.units().contains(unit));
            let unit = unit.unwrap_or(what.canonical_unit());
            let shown = Shown { conversion: Conversion::new(*what, unit, calorific) };
            let all = all(*what);
            let mut by_period = vec![Sum::default(); known.starts.len().saturating_sub(1)];
            for (_, place, sum) in known.sums.iter().filter(|(of, ..)| of == what) {
                if let Some(period) = by_period.get_mut(*place) {
                    *period = period.plus(*sum);
                }
            }
            let series = known.starts.windows(2).zip(by_period).filter_map(|(edges, sum)| {
                let [start, next] = *edges else { return None };
                Some(ConsumptionPeriod {
                    period: group_by.label(start),
                    start_date: start,
                    end_date: plus(next, -1),
                    total: shown.total(&sum),
                    mean: shown.mean(&sum),
                    min: shown.some(&sum, sum.minimum),
                    max: shown.some(&sum, sum.maximum),
                    count: sum.records,
                    days: sum.days,
                    estimated_days: sum.estimated_days,
                })
            });
            TypeAnalytics {
                consumption_type: *what,
                unit,
                total: shown.total(&all),
                mean: shown.mean(&all),
                min: shown.some(&all, all.minimum),
                max: shown.some(&all, all.maximum),
                count: all.records,
                days: all.days,
                estimated_days: all.estimated_days,
                share: share(all.total, measured_alike(*what)),
                previous: shown.against(&all, known.range.before(), &sum(&known.before, *what)),
                last_year: shown.against(&all, known.range.last_year(), &sum(&known.last_year, *what)),
                series: series.collect(),
            }
        };
        let Range { first, last } = known.range;
        ConsumptionAnalytics {
            start_date: first,
            end_date: last,
            group_by,
            types: types.iter().map(one).collect(),
        }
    }
}

/// All of a type.
fn sum(sums: &Sums, of: ConsumptionType) -> Sum {
    let parts = sums.iter().filter(|(what, ..)| *what == of);
    parts.fold(Sum::default(), |all, (.., part)| all.plus(*part))
}

fn share(part: Canonical, whole: Canonical) -> Option<Share> {
    let (part, whole) = (part.0 / FINE, whole.0 / FINE);
    let of_ten_thousand = (whole > 0).then(|| amount::divided(part.saturating_mul(10_000), whole))?;
    Some(Share(i32::try_from(of_ten_thousand).unwrap_or(10_000).min(10_000)))
}

/// How sums are shown.
struct Shown {
    conversion: Conversion,
}

impl Shown {
    /// An amount, where there are records.
    fn some(&self, sum: &Sum, amount: Canonical) -> Option<Figure> {
        (sum.records > 0).then(|| self.conversion.given(amount))
    }

    fn total(&self, sum: &Sum) -> Option<Figure> {
        self.some(sum, sum.total)
    }

    fn mean(&self, sum: &Sum) -> Option<Figure> {
        (sum.records > 0).then(|| self.conversion.mean(sum.total, sum.records))
    }

    fn against(&self, now: &Sum, range: Range, then: &Sum) -> Comparison {
        let change = (now.records > 0 && then.records > 0).then(|| {
            let more = now.total.0 - then.total.0;
            ConsumptionChange {
                amount: self.conversion.given(Canonical(more)),
                percent: Figure::ratio(more / FINE * 100, then.total.0 / FINE),
            }
        });
        Comparison {
            start_date: range.first,
            end_date: range.last,
            total: self.total(then),
            count: then.records,
            change,
        }
    }
}
