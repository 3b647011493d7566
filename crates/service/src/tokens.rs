//! Tokens of devices: JSON Web Tokens (RFC 7519), signed with HMAC-SHA-256.
//!
//! A sign-in starts a family. Its refresh tokens are numbered; the database keeps the number of the newest
//! and no token at all, because a token is made anew, byte for byte, from its number and its time. So a lost
//! answer or two refreshes at once get the same successor, and log nobody out. A token whose successor has
//! been used shows that somebody else holds it: the family ends.

use chrono::{DateTime, Duration, SubsecRound, TimeZone, Utc};
use domain::devices::TokenPair;
use domain::ids::{DeviceId, FamilyId, UserId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, errors::ErrorKind};
use persistence::Conn;
use persistence::tokens::{self, Leaf};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::app::{Actor, App, Context, new_id};
use crate::{Error, Result};

const ISSUER: &str = "almanac";
const AUDIENCE: &str = "almanac";

/// What a token is for. None is taken for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Purpose {
    Device,
    DeviceRefresh,
}

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    device_id: DeviceId,
    #[serde(rename = "type")]
    purpose: Purpose,
    /// The family.
    sid: FamilyId,
    jti: Uuid,
    iat: i64,
    exp: i64,
    /// The number of a refresh token in its family.
    #[serde(rename = "gen", default, skip_serializing_if = "Option::is_none")]
    generation: Option<i32>,
}

/// Keys and lives of tokens.
pub(crate) struct Keys {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    access_ttl: Duration,
    refresh_ttl: Duration,
}

impl Keys {
    pub fn new(secret: &[u8], access_ttl: Duration, refresh_ttl: Duration) -> Keys {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.leeway = 0;
        Keys {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            validation,
            access_ttl,
            refresh_ttl,
        }
    }

    fn read(&self, token: &str, purpose: Purpose) -> Result<Claims> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation)
            .map_err(|error| match error.kind() {
                ErrorKind::ExpiredSignature => Error::Unauthenticated("TOKEN_EXPIRED"),
                _ => Error::Unauthenticated("TOKEN_INVALID"),
            })?
            .claims;
        if claims.purpose == purpose { Ok(claims) } else { Err(Error::Unauthenticated("TOKEN_INVALID")) }
    }

    fn write(&self, claims: &Claims) -> Result<String> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &self.encoding)
            .map_err(|error| Error::Internal(error.to_string()))
    }

    /// The tokens of a family at its leaf. The refresh token is the same whenever it is made.
    fn pair(&self, user: UserId, family: FamilyId, leaf: &Leaf, now: DateTime<Utc>) -> Result<TokenPair> {
        let claims = |purpose, jti, iat: DateTime<Utc>, ttl: Duration, generation| Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: user,
            device_id: leaf.device,
            purpose,
            sid: family,
            jti,
            iat: iat.timestamp(),
            exp: (iat + ttl).timestamp(),
            generation,
        };
        let number = Uuid::new_v5(&family.0, &leaf.generation.to_be_bytes());
        let refresh =
            claims(Purpose::DeviceRefresh, number, leaf.issued_at, self.refresh_ttl, Some(leaf.generation));
        let access = claims(Purpose::Device, new_id(), now, self.access_ttl, None);
        Ok(TokenPair {
            access_token: self.write(&access)?,
            refresh_token: self.write(&refresh)?,
            token_type: "Bearer",
            expires_in: self.access_ttl.num_seconds(),
            refresh_expires_in: refresh.exp - now.timestamp(),
        })
    }
}

/// Who holds an access token, by its signature and claims alone. Whether it was taken back since, the
/// transaction that does the work finds out.
///
/// # Errors
/// `Unauthenticated`: `TOKEN_EXPIRED` or `TOKEN_INVALID`.
pub fn verify(app: &App, token: &str) -> Result<Actor> {
    let claims = app.keys().read(token, Purpose::Device)?;
    Ok(Actor { user: claims.sub, device: claims.device_id, family: Some(claims.sid) })
}

/// Whether the credential still serves, for answers that need no other transaction.
///
/// # Errors
/// `Unauthenticated("TOKEN_REVOKED")`.
pub fn check(cx: &mut Context, actor: &Actor) -> Result<()> {
    cx.tenant(actor, |_| Ok(()))
}

/// Starts a family.
pub(crate) fn issue(
    conn: &mut Conn,
    keys: &Keys,
    user: UserId,
    device: DeviceId,
    now: DateTime<Utc>,
) -> Result<TokenPair> {
    let now = now.trunc_subsecs(0);
    let family = FamilyId(new_id());
    tokens::insert(conn, user, family, device, now + keys.refresh_ttl, now)?;
    keys.pair(user, family, &Leaf { device, generation: 1, issued_at: now, revoked: false }, now)
}

/// What a refresh token gets.
enum Turn {
    Pair(TokenPair),
    Reused,
}

/// The next pair for a refresh token: see the module.
///
/// # Errors
/// `Unauthenticated`: `TOKEN_INVALID`, `TOKEN_EXPIRED`, `TOKEN_REVOKED`, `REFRESH_TOKEN_REUSED`.
pub(crate) fn rotate(cx: &mut Context, token: &str) -> Result<TokenPair> {
    let app = cx.app.clone();
    let keys = app.keys();
    let claims = keys.read(token, Purpose::DeviceRefresh)?;
    let shown = claims.generation.ok_or(Error::Unauthenticated("TOKEN_INVALID"))?;
    let (user, family) = (claims.sub, claims.sid);
    let now = Utc.timestamp_opt(cx.now.timestamp(), 0).single().unwrap_or(cx.now);
    // The end of a family must be kept, so that it is an outcome here and becomes an error afterwards.
    let turn = cx.system(|conn| {
        let leaf = tokens::lock(conn, user, family).map_err(|error| match error {
            persistence::Error::NotFound => Error::Unauthenticated("TOKEN_REVOKED"),
            error => error.into(),
        })?;
        if leaf.revoked {
            return Err(Error::Unauthenticated("TOKEN_REVOKED"));
        }
        if shown == leaf.generation {
            let next = Leaf { generation: leaf.generation + 1, issued_at: now, ..leaf };
            tokens::update_leaf(conn, user, family, next.generation, now, now + keys.refresh_ttl)?;
            return Ok(Turn::Pair(keys.pair(user, family, &next, now)?));
        }
        if shown == leaf.generation - 1 {
            return Ok(Turn::Pair(keys.pair(user, family, &leaf, now)?));
        }
        tokens::revoke(conn, user, family, now)?;
        Ok(Turn::Reused)
    })?;
    match turn {
        Turn::Pair(pair) => Ok(pair),
        Turn::Reused => Err(Error::Unauthenticated("REFRESH_TOKEN_REUSED")),
    }
}
