//! Variable-length unsigned integers, seven bits a byte, low ones first (DWARF 5, section 7.6): how figures are
//! packed that are read and written whole.

/// Appends `number`: a byte for each 7 bits of it, one at the least.
pub(crate) fn write(mut number: u64, bytes: &mut Vec<u8>) {
    loop {
        let low = u8::try_from(number & 0x7f).unwrap_or(0);
        number >>= 7;
        if number == 0 {
            return bytes.push(low);
        }
        bytes.push(low | 0x80);
    }
}

/// Takes a number off the front; nothing where none stands there whole.
#[inline]
pub(crate) fn read(bytes: &mut &[u8]) -> Option<u64> {
    match bytes.split_first()? {
        (byte, rest) if *byte < 0x80 => {
            *bytes = rest;
            Some(u64::from(*byte))
        }
        _ => read_long(bytes),
    }
}

fn read_long(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// Appends a text: its length in bytes, then its UTF-8.
pub(crate) fn write_text(text: &str, bytes: &mut Vec<u8>) {
    write(u64::try_from(text.len()).unwrap_or(0), bytes);
    bytes.extend_from_slice(text.as_bytes());
}

/// Takes a text off the front; nothing where none stands there whole.
pub(crate) fn read_text<'a>(bytes: &mut &'a [u8]) -> Option<&'a str> {
    let length = usize::try_from(read(bytes)?).ok()?;
    let (text, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    std::str::from_utf8(text).ok()
}
