//! Units, and what each is in the one in which amounts of a type are added up: kWh of electricity and gas, m³ of water.
//!
//! Factors are exact, from their definitions. NIST SP 811 (2008 edition, appendix B.8) lists them, the therm exactly and
//! the others to seven digits; the gallon is exact in NIST Handbook 44, appendix C:
//!
//! | unit | is | source |
//! | --- | --- | --- |
//! | Wh, MWh | 0.001, 1000 kWh | SI prefixes; 1 kWh = 3.6 × 10⁶ J exactly |
//! | L | 0.001 m³ | exactly, 12th CGPM (1964) |
//! | gal (US) | 3.785 411 784 L | 231 cubic inches of 2.54 cm, exactly |
//! | ft³ | 0.028 316 846 592 m³ | the cube of 0.3048 m, exactly |
//! | ccf | 100 ft³ | by its name |
//! | therm (US) | 1.054 804 × 10⁸ J = 29.300 111… kWh | exactly, by the Federal Register of July 27, 1968 (the EC's is 1.055 06 × 10⁸ J) |
//!
//! A volume of gas is as many kWh as its calorific value says, which is a setting of the account.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::amount::{Amount, Figure, divided};

/// Decimals of a [`Canonical`].
pub const SCALE: u32 = 18;
/// 1 / 1000 of a canonical unit.
const THOUSANDTH: i128 = 1_000_000_000_000_000;

/// What is consumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(example = "electricity")]
pub enum ConsumptionType {
    /// In kWh.
    Electricity,
    /// In m³.
    Water,
    /// In kWh.
    Gas,
}

/// In what it is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[schema(example = "kWh")]
pub enum Unit {
    /// Watt-hour.
    Wh,
    /// Kilowatt-hour.
    #[serde(rename = "kWh")]
    KWh,
    /// Megawatt-hour.
    MWh,
    /// Litre.
    L,
    /// Cubic metre.
    #[serde(rename = "m3")]
    M3,
    /// US gallon.
    #[serde(rename = "gal")]
    Gal,
    /// Cubic foot.
    #[serde(rename = "ft3")]
    Ft3,
    /// A hundred cubic feet.
    #[serde(rename = "ccf")]
    Ccf,
    /// US therm.
    #[serde(rename = "therm")]
    Therm,
}

impl ConsumptionType {
    /// All of them.
    pub const ALL: [ConsumptionType; 3] =
        [ConsumptionType::Electricity, ConsumptionType::Water, ConsumptionType::Gas];

    /// As it is stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ConsumptionType::Electricity => "electricity",
            ConsumptionType::Water => "water",
            ConsumptionType::Gas => "gas",
        }
    }

    /// The type of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<ConsumptionType> {
        ConsumptionType::ALL.into_iter().find(|one| one.as_str() == name)
    }

    /// The unit in which its amounts are added up.
    #[must_use]
    pub fn canonical_unit(self) -> Unit {
        match self {
            ConsumptionType::Electricity | ConsumptionType::Gas => Unit::KWh,
            ConsumptionType::Water => Unit::M3,
        }
    }

    /// The units in which it may be given.
    #[must_use]
    pub fn units(self) -> &'static [Unit] {
        match self {
            ConsumptionType::Electricity => &[Unit::Wh, Unit::KWh, Unit::MWh],
            ConsumptionType::Water => &[Unit::L, Unit::M3, Unit::Gal, Unit::Ft3, Unit::Ccf],
            ConsumptionType::Gas => &[Unit::M3, Unit::Ft3, Unit::Ccf, Unit::KWh, Unit::MWh, Unit::Therm],
        }
    }
}

impl Unit {
    /// All of them.
    pub const ALL: [Unit; 9] =
        [Unit::Wh, Unit::KWh, Unit::MWh, Unit::L, Unit::M3, Unit::Gal, Unit::Ft3, Unit::Ccf, Unit::Therm];

    /// As it is stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Unit::Wh => "Wh",
            Unit::KWh => "kWh",
            Unit::MWh => "MWh",
            Unit::L => "L",
            Unit::M3 => "m3",
            Unit::Gal => "gal",
            Unit::Ft3 => "ft3",
            Unit::Ccf => "ccf",
            Unit::Therm => "therm",
        }
    }

    /// The unit of this name. Case counts: mWh would be another.
    #[must_use]
    pub fn named(name: &str) -> Option<Unit> {
        let name = match name {
            "l" => "L",
            "m³" => "m3",
            "ft³" => "ft3",
            name => name,
        };
        Unit::ALL.into_iter().find(|unit| unit.as_str() == name)
    }

    /// Whether it measures volume.
    #[must_use]
    pub fn is_volume(self) -> bool {
        matches!(self, Unit::L | Unit::M3 | Unit::Gal | Unit::Ft3 | Unit::Ccf)
    }

    /// What a thousandth of it is in 10⁻¹⁸ of kWh or m³: numerator and denominator.
    fn own_factor(self) -> (i128, i128) {
        match self {
            Unit::Wh | Unit::L => (THOUSANDTH / 1000, 1),
            Unit::KWh | Unit::M3 => (THOUSANDTH, 1),
            Unit::MWh => (THOUSANDTH * 1000, 1),
            Unit::Gal => (3_785_411_784 * 1000, 1),
            Unit::Ft3 => (28_316_846_592 * 1000, 1),
            Unit::Ccf => (28_316_846_592 * 100_000, 1),
            // 105,480,400 J / 3,600,000 J = 263,701 / 9,000
            Unit::Therm => (263_701 * THOUSANDTH / 1000, 9),
        }
    }
}

/// How amounts of a unit become those of the canonical one, and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversion {
    numerator: i128,
    denominator: i128,
}

impl Conversion {
    /// Of `unit` for `what`; `calorific` is that of gas, in kWh a cubic metre.
    #[must_use]
    pub fn new(what: ConsumptionType, unit: Unit, calorific: Amount) -> Conversion {
        let (numerator, denominator) = unit.own_factor();
        if what == ConsumptionType::Gas && unit.is_volume() {
            // Own factors of volumes are multiples of 1000, so that this is exact.
            let numerator = numerator / 1000 * i128::from(calorific.thousandths());
            return Conversion { numerator, denominator };
        }
        Conversion { numerator, denominator }
    }

    /// `amount` in the canonical unit: exact, but for therms, which are right to 10⁻¹⁸ kWh.
    #[must_use]
    pub fn canonical(self, amount: Amount) -> Canonical {
        let product = i128::from(amount.thousandths()).saturating_mul(self.numerator);
        Canonical(divided(product, self.denominator))
    }

    /// `millionths` of the unit in the canonical one: right to 10⁻¹⁸.
    #[must_use]
    pub fn canonical_of_millionths(self, millionths: i128) -> Canonical {
        Canonical(divided(millionths.saturating_mul(self.numerator), self.denominator * 1000))
    }

    /// A `count`th of `canonical` in this unit, rounded to thousandths.
    #[must_use]
    pub fn mean(self, canonical: Canonical, count: i64) -> Figure {
        let by = self.numerator.saturating_mul(count.max(1).into());
        Figure(divided(canonical.0.saturating_mul(self.denominator), by))
    }

    /// `canonical` in this unit, rounded to thousandths.
    #[must_use]
    pub fn given(self, canonical: Canonical) -> Figure {
        Figure(divided(canonical.0.saturating_mul(self.denominator), self.numerator))
    }
}

/// An amount, or what several add up to, in 10⁻¹⁸ of the canonical unit. The largest there is has 31 digits of the 38
/// that fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Canonical(pub i128);

impl Canonical {
    /// In the canonical unit, rounded to thousandths.
    #[must_use]
    pub fn figure(self) -> Figure {
        Figure(divided(self.0, THOUSANDTH))
    }
}

impl std::iter::Sum for Canonical {
    fn sum<I: Iterator<Item = Canonical>>(parts: I) -> Canonical {
        Canonical(parts.fold(0, |sum, part| sum.saturating_add(part.0)))
    }
}

/// Reads the name of something.
struct Named<T> {
    find: fn(&str) -> Option<T>,
    kinds: &'static str,
}

impl<T> Visitor<'_> for Named<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kinds)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.find)(text).ok_or_else(|| E::custom(format_args!("is not {}", self.kinds)))
    }
}

impl<'de> Deserialize<'de> for ConsumptionType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ConsumptionType, D::Error> {
        deserializer
            .deserialize_str(Named { find: ConsumptionType::named, kinds: "one of electricity, water, gas" })
    }
}

impl<'de> Deserialize<'de> for Unit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Unit, D::Error> {
        deserializer.deserialize_str(Named {
            find: Unit::named,
            kinds: "one of Wh, kWh, MWh, L, m3, gal, ft3, ccf, therm",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 11.2 kWh a cubic metre.
    fn calorific() -> Amount {
        Amount::read("11.2").unwrap()
    }

    fn conversion(what: ConsumptionType, unit: Unit) -> Conversion {
        Conversion::new(what, unit, calorific())
    }

    #[test]
    fn what_units_are() {
        use ConsumptionType::{Electricity, Gas, Water};
        for (what, amount, unit, canonical) in [
            (Electricity, "1", Unit::KWh, 1_000_000_000_000_000_000),
            (Electricity, "1", Unit::Wh, 1_000_000_000_000_000),
            (Electricity, "0.001", Unit::Wh, 1_000_000_000_000),
            (Electricity, "999999999.999", Unit::MWh, 999_999_999_999_000_000_000_000_000_000),
            (Water, "1", Unit::L, 1_000_000_000_000_000),
            (Water, "1", Unit::M3, 1_000_000_000_000_000_000),
            (Water, "1000", Unit::Gal, 3_785_411_784_000_000_000),
            (Water, "1", Unit::Ft3, 28_316_846_592_000_000),
            (Water, "1", Unit::Ccf, 2_831_684_659_200_000_000),
            (Gas, "1", Unit::M3, 11_200_000_000_000_000_000),
            (Gas, "1", Unit::Ft3, 317_148_681_830_400_000),
            (Gas, "1", Unit::Ccf, 31_714_868_183_040_000_000),
            (Gas, "1", Unit::KWh, 1_000_000_000_000_000_000),
            (Gas, "1", Unit::Therm, 29_300_111_111_111_111_111),
            (Gas, "9", Unit::Therm, 263_701_000_000_000_000_000),
        ] {
            let amount = Amount::read(amount).unwrap();
            assert_eq!(conversion(what, unit).canonical(amount), Canonical(canonical), "{amount:?} {unit:?}");
        }
    }

    #[test]
    fn units_have_one_name_each_and_belong_to_types() {
        for unit in Unit::ALL {
            assert_eq!(Unit::named(unit.as_str()), Some(unit));
            assert_eq!(serde_json::to_value(unit).unwrap(), unit.as_str());
            assert!(ConsumptionType::ALL.iter().any(|what| what.units().contains(&unit)), "{unit:?}");
        }
        for name in ["", "kwh", "mWh", "KWH", "m^3", "J", "kWh "] {
            assert_eq!(Unit::named(name), None, "{name}");
        }
        assert_eq!(Unit::named("m³"), Some(Unit::M3));
        for what in ConsumptionType::ALL {
            assert!(what.units().contains(&what.canonical_unit()));
            assert_eq!(serde_json::to_value(what).unwrap(), what.as_str());
        }
    }

    proptest::proptest! {
        #[test]
        fn conversions_round_trip(thousandths in 0..=999_999_999_999_i64, calorific in 1000..50_000_i64) {
            let (amount, calorific) =
                (Amount::of_thousandths(thousandths).unwrap(), Amount::of_thousandths(calorific).unwrap());
            for what in ConsumptionType::ALL {
                for unit in what.units() {
                    let conversion = Conversion::new(what, *unit, calorific);
                    let back = conversion.given(conversion.canonical(amount));
                    proptest::prop_assert_eq!(back, Figure(thousandths.into()), "{:?}", unit);
                }
            }
        }

        #[test]
        fn sums_are_those_of_what_was_given(parts in proptest::collection::vec(0..=999_999_999_999_i64, 0..200)) {
            let sum: i128 = parts.iter().map(|part| i128::from(*part)).sum();
            for what in ConsumptionType::ALL {
                for unit in what.units() {
                    let conversion = conversion(what, *unit);
                    let total: Canonical = parts
                        .iter()
                        .map(|part| conversion.canonical(Amount::of_thousandths(*part).unwrap()))
                        .sum();
                    proptest::prop_assert_eq!(conversion.given(total), Figure(sum), "{:?}", unit);
                }
            }
        }
    }
}
