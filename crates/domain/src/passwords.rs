//! Passwords: how long they are, and which ones everybody tries first.

use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError, ValidationErrors};

use crate::valid::FieldError;

/// Bytes of a password at the most: bcrypt reads no more, and a longer one is refused, never cut.
pub const MOST_BYTES: usize = 72;
/// Characters of a password at the least.
pub const LEAST_CHARACTERS: usize = 8;

/// A password as it was typed. It is compared exactly, in whatever Unicode form it came.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, format = Password, example = "correct horse battery")]
pub struct Password(String);

impl Password {
    /// A password.
    #[must_use]
    pub fn new(text: String) -> Password {
        Password(text)
    }

    /// What was typed.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Passwords by how common they are, in lower case: see `data/passwords/PROVENANCE.md`.
const COMMON: &str = include_str!("../../../data/passwords/common.txt");

/// Which passwords are too common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocklist {
    /// The 400 most common.
    Common,
    /// All that are known, about 20,000.
    Strict,
}

impl Blocklist {
    /// Refuses a password of the list, whatever the case of its letters. `field` is what it is called.
    ///
    /// # Errors
    /// `PASSWORD_COMMON`.
    pub fn check(self, password: &Password, field: &str) -> Result<(), FieldError> {
        let most = match self {
            Blocklist::Common => 400,
            Blocklist::Strict => usize::MAX,
        };
        let typed = password.0.to_lowercase();
        if COMMON.lines().take(most).any(|common| common == typed) {
            return Err(FieldError::new(
                field,
                "is one of the passwords that are tried first",
                "PASSWORD_COMMON",
            ));
        }
        Ok(())
    }
}

/// Whether the length is right: `PASSWORD_TOO_SHORT`, `PASSWORD_TOO_LONG`, `TEXT_INVALID`. (By hand, because what
/// derives it would put the password into the error.)
impl Validate for Password {
    fn validate(&self) -> Result<(), ValidationErrors> {
        let Err(error) = check(self) else { return Ok(()) };
        let mut errors = ValidationErrors::new();
        errors.add("", error);
        Err(errors)
    }
}

fn check(password: &Password) -> Result<(), ValidationError> {
    let wrong = |code, message: &'static str| Err(ValidationError::new(code).with_message(message.into()));
    let text = &password.0;
    if text.contains('\0') {
        return wrong("TEXT_INVALID", "holds a NUL character");
    }
    if text.len() > MOST_BYTES {
        return wrong("PASSWORD_TOO_LONG", "has more than 72 bytes");
    }
    if text.chars().count() < LEAST_CHARACTERS {
        return wrong("PASSWORD_TOO_SHORT", "has fewer than 8 characters");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_8_characters_to_72_bytes() {
        for (text, right) in [
            ("1234567", false),
            ("12345678", true),
            ("ééééééé", false),
            ("éééééééé", true),
            (&"x".repeat(72), true),
            (&"x".repeat(73), false),
            (&"é".repeat(36), true),
            (&"é".repeat(37), false),
            ("1234567\0", false),
        ] {
            assert_eq!(check(&Password(text.into())).is_ok(), right, "{text:?}");
        }
    }

    #[test]
    fn common_ones_are_refused_and_those_of_the_clients_documents_only_strictly() {
        for (text, common, strict) in [
            ("password1", false, false),
            ("QwertyUiop", false, false),
            ("password123", true, false),
            ("test1234", true, false),
            ("correct horse battery", true, true),
        ] {
            let password = Password(text.into());
            assert_eq!(Blocklist::Common.check(&password, "password").is_ok(), common, "{text}");
            assert_eq!(Blocklist::Strict.check(&password, "password").is_ok(), strict, "{text}");
        }
    }

    #[test]
    fn it_is_never_shown() {
        assert!(!format!("{:?}", Password("secret-word".into())).contains("secret"));
    }
}
