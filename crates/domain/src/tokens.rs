//! What a sign-in is given: an access token, and a refresh token for the next pair.

use serde::Serialize;
use utoipa::ToSchema;

/// Tokens of a device or of a signed-in place.
#[derive(Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TokenPair {
    /// For requests.
    pub access_token: String,
    /// For the next pair. It serves until its successor has been used once.
    pub refresh_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// Seconds until the access token runs out.
    pub expires_in: i64,
    /// Seconds until the refresh token runs out.
    pub refresh_expires_in: i64,
}

impl std::fmt::Debug for TokenPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenPair(…)")
    }
}
