//! What is known of a browser as it is stored: read before, and written after, nearly every upload.

use std::collections::BTreeMap;

use super::{Browser, Place, Tab};
use crate::leb128::{read, read_text, write, write_text};

const IDLE: u64 = 1;
const AWAY: u64 = 2;
const TELLS_WINDOWS: u64 = 4;
const TELLS_TABS: u64 = 8;
const HAS_LAST: u64 = 16;
const HAS_WINDOW: u64 = 32;

impl Browser {
    /// Flags; the last event; the window in front; how many tabs, and each with its window, host and when it was heard
    /// of; then pairs of a window and its active tab. Numbers are in LEB128, those that may be negative zigzag.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let Browser { last, window, tells_windows, away, idle, tells_tabs, tabs, active } = self;
        let flags = [
            (*idle, IDLE),
            (*away, AWAY),
            (*tells_windows, TELLS_WINDOWS),
            (*tells_tabs, TELLS_TABS),
            (last.is_some(), HAS_LAST),
            (window.is_some(), HAS_WINDOW),
        ];
        let mut bytes = Vec::with_capacity(32 + 48 * tabs.len());
        write(flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag).sum(), &mut bytes);
        let last = last.iter().flat_map(|last| [last.at_ms, last.sequence]);
        last.chain(*window).for_each(|number| write_signed(number, &mut bytes));
        write(u64::try_from(tabs.len()).unwrap_or(0), &mut bytes);
        for (number, Tab { window, host, heard_ms }) in tabs {
            [*number, *window, *heard_ms].into_iter().for_each(|number| write_signed(number, &mut bytes));
            write_text(host, &mut bytes);
        }
        active.iter().flat_map(|(window, tab)| [*window, *tab]).for_each(|n| write_signed(n, &mut bytes));
        bytes
    }

    /// A browser as it was stored; nothing where the bytes are not that.
    #[must_use]
    pub fn decode(mut bytes: &[u8]) -> Option<Browser> {
        let bytes = &mut bytes;
        let flags = read(bytes)?;
        let is_set = |flag| flags & flag != 0;
        let last = match is_set(HAS_LAST) {
            true => Some(Place { at_ms: read_signed(bytes)?, sequence: read_signed(bytes)? }),
            false => None,
        };
        let window = if is_set(HAS_WINDOW) { Some(read_signed(bytes)?) } else { None };
        let mut tabs = BTreeMap::new();
        for _ in 0..read(bytes)? {
            let (number, window, heard_ms) = (read_signed(bytes)?, read_signed(bytes)?, read_signed(bytes)?);
            tabs.insert(number, Tab { window, host: read_text(bytes)?.into(), heard_ms });
        }
        let mut active = BTreeMap::new();
        while !bytes.is_empty() {
            active.insert(read_signed(bytes)?, read_signed(bytes)?);
        }
        Some(Browser {
            last,
            window,
            tells_windows: is_set(TELLS_WINDOWS),
            away: is_set(AWAY),
            idle: is_set(IDLE),
            tells_tabs: is_set(TELLS_TABS),
            tabs,
            active,
        })
    }
}

/// Zigzag, so that small negative numbers are short.
fn write_signed(number: i64, bytes: &mut Vec<u8>) {
    write((number.cast_unsigned() << 1) ^ (number >> 63).cast_unsigned(), bytes);
}

fn read_signed(bytes: &mut &[u8]) -> Option<i64> {
    let number = read(bytes)?;
    Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn browser() -> impl Strategy<Value = Browser> {
        let tab = (any::<i64>(), "[a-z.]{0,20}", any::<i64>());
        let tab = tab.prop_map(|(window, host, heard_ms)| Tab { window, host: host.into(), heard_ms });
        let place = (any::<i64>(), any::<i64>()).prop_map(|(at_ms, sequence)| Place { at_ms, sequence });
        (
            prop::option::of(place),
            prop::option::of(any::<i64>()),
            any::<[bool; 4]>(),
            prop::collection::btree_map(any::<i64>(), tab, 0..8),
            prop::collection::btree_map(any::<i64>(), any::<i64>(), 0..4),
        )
            .prop_map(|(last, window, [tells_windows, away, idle, tells_tabs], tabs, active)| {
                Browser { last, window, tells_windows, away, idle, tells_tabs, tabs, active }
            })
    }

    proptest! {
        #[test]
        fn what_is_stored_is_read(browser in browser()) {
            prop_assert_eq!(Browser::decode(&browser.encode()), Some(browser));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = Browser::decode(&bytes);
        }
    }

    #[test]
    fn what_is_cut_off_is_refused() {
        let mut tabs = BTreeMap::new();
        tabs.insert(7, Tab { window: 1, host: "example.org".into(), heard_ms: 1_763_740_800_000 });
        let bytes = Browser { tabs, window: Some(-1), ..Browser::default() }.encode();
        assert!((0..bytes.len()).all(|end| Browser::decode(&bytes[..end]).is_none()));
    }
}
