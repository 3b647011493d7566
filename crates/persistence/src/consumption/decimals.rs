//! Amounts as PostgreSQL holds them.

use bigdecimal::BigDecimal;
use bigdecimal::num_bigint::BigInt;
use domain::consumption::{Amount, Canonical, units};

use crate::{Error, Result};

/// The whole number that `value` is when it is counted in 10^-scale.
fn digits(value: &BigDecimal, scale: i64) -> Result<i128> {
    let (digits, _) = value.with_scale(scale).into_bigint_and_exponent();
    i128::try_from(digits).map_err(|_| Error::Damaged("a decimal"))
}

pub(crate) fn canonical(value: &BigDecimal) -> Result<Canonical> {
    digits(value, units::SCALE.into()).map(Canonical)
}

pub(crate) fn decimal(canonical: Canonical) -> BigDecimal {
    BigDecimal::new(BigInt::from(canonical.0), units::SCALE.into())
}

pub(crate) fn amount_of(value: &BigDecimal) -> Result<Amount> {
    let thousandths = i64::try_from(digits(value, 3)?).ok();
    thousandths.and_then(Amount::of_thousandths).ok_or(Error::Damaged("amount"))
}

pub(crate) fn decimal_of(amount: Amount) -> BigDecimal {
    BigDecimal::new(BigInt::from(amount.thousandths()), 3)
}
