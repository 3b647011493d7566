//! What a day has by hour of the wall clock, as it is stored.

use crate::leb128::{read, write};

/// The 24 hours of a day, a number each in LEB128. None is negative.
#[must_use]
pub fn encode(hours: &[i64; 24]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(96);
    hours.iter().for_each(|hour| write(hour.unsigned_abs(), &mut bytes));
    bytes
}

/// What [`encode`] wrote; nothing where the bytes are not that.
#[must_use]
pub fn decode(mut bytes: &[u8]) -> Option<[i64; 24]> {
    let mut hours = [0; 24];
    for hour in &mut hours {
        *hour = i64::try_from(read(&mut bytes)?).ok()?;
    }
    bytes.is_empty().then_some(hours)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn are_read_as_they_were_written(hours in prop::array::uniform24(0..=i64::MAX), end in 1_usize..24) {
            let bytes = encode(&hours);
            prop_assert_eq!(decode(&bytes), Some(hours));
            prop_assert_eq!(decode(&bytes[..bytes.len() - end]), None);
            prop_assert_eq!(decode(&[&bytes[..], &[0]].concat()), None);
        }

        #[test]
        fn any_bytes_are_hours_or_not(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode(&bytes);
        }
    }
}
