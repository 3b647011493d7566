//! Rules for stored text.

/// Why a text cannot be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextError {
    /// It holds a NUL, which PostgreSQL cannot store.
    Nul,
    /// It has more characters than allowed.
    TooLong,
}

/// Checks a text that is to be stored: at most `most` characters (Unicode scalar values), no NUL.
///
/// # Errors
/// See [`TextError`].
pub fn check(text: &str, most: usize) -> Result<(), TextError> {
    if text.contains('\0') {
        return Err(TextError::Nul);
    }
    // Bytes bound characters from above, so the usual short text is never counted.
    if text.len() > most && text.chars().count() > most { Err(TextError::TooLong) } else { Ok(()) }
}
