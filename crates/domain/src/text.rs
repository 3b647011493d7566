//! Rules for stored text.

use std::borrow::Cow;

use serde::Deserialize;
use validator::ValidationError;

/// A text that stays where it is in the body, unless it holds escapes. (In an `Option`, serde copies a bare
/// `Cow`.)
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Borrowed<'a>(#[serde(borrow)] Cow<'a, str>);

impl Borrowed<'_> {
    pub fn into_owned(self) -> String {
        self.0.into_owned()
    }
}

impl std::ops::Deref for Borrowed<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

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

/// The same for a field of checked input.
///
/// # Errors
/// `TEXT_INVALID` or `TEXT_TOO_LONG`, with what to tell people.
pub(crate) fn validate(text: &str, most: usize) -> Result<(), ValidationError> {
    check(text, most).map_err(|error| match error {
        TextError::Nul => ValidationError::new("TEXT_INVALID").with_message("holds a NUL character".into()),
        TextError::TooLong => ValidationError::new("TEXT_TOO_LONG")
            .with_message(format!("has more than {most} characters").into()),
    })
}

/// A text as it is kept: without the space around it, and nothing where that is all.
pub(crate) fn given(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(ToOwned::to_owned)
}
