//! Tokens of people and of devices: JSON Web Tokens (RFC 7519), signed with HMAC-SHA-256.
//!
//! A sign-in starts a family. Its refresh tokens are numbered; the database keeps the number of the newest
//! and no token at all, because a token is made anew, byte for byte, from its number and its time. So a lost
//! answer or two refreshes at once get the same successor, and log nobody out. A token whose successor has
//! been used shows that somebody else holds it: the family ends.

use chrono::{DateTime, Duration, SubsecRound, TimeZone, Utc};
use domain::accounts::Account;
use domain::ids::{DeviceId, FamilyId, UserId};
use domain::tokens::TokenPair;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, TokenData, Validation, errors::ErrorKind};
use persistence::Conn;
use persistence::tokens::{self, Leaf};
use persistence::{accounts, devices};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::app::{Actor, App, Context, Lives, new_id};
use crate::{Error, Result};

const ISSUER: &str = "almanac";
const AUDIENCE: &str = "almanac";
/// `typ` in the head of every token of ours.
const KIND: &str = "JWT";
/// How far the clocks of two servers on one database may be apart.
const SKEW: Duration = Duration::minutes(1);

/// What a token is for. None is taken for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Purpose {
    Access,
    Refresh,
    Device,
    DeviceRefresh,
}

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: UserId,
    /// In a person's access token: what they are called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    /// In a device's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    device_id: Option<DeviceId>,
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

impl Claims {
    /// Whether it has what its purpose asks for, and was made before `now`.
    fn is_whole(&self, now: DateTime<Utc>) -> bool {
        let refresh = matches!(self.purpose, Purpose::Refresh | Purpose::DeviceRefresh);
        let device = matches!(self.purpose, Purpose::Device | Purpose::DeviceRefresh);
        let made = self.iat <= (now + SKEW).timestamp();
        made && refresh == self.generation.is_some() && device == self.device_id.is_some()
    }
}

impl Lives {
    /// Of access and refresh tokens.
    fn of(&self, device: bool) -> (Duration, Duration) {
        if device { (self.device_access, self.device_refresh) } else { (self.access, self.refresh) }
    }
}

/// Keys and lives of tokens.
pub(crate) struct Keys {
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
    lives: Lives,
}

impl Keys {
    pub fn new(secret: &[u8], lives: Lives) -> Keys {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_audience(&[AUDIENCE]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.validate_nbf = true;
        validation.leeway = 0;
        Keys {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            validation,
            lives,
        }
    }

    fn read(&self, token: &str, purposes: [Purpose; 2], now: DateTime<Utc>) -> Result<Claims> {
        let TokenData { header, claims, .. } =
            jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation).map_err(|error| {
                match error.kind() {
                    ErrorKind::ExpiredSignature => Error::Unauthenticated("TOKEN_EXPIRED"),
                    _ => Error::Unauthenticated("TOKEN_INVALID"),
                }
            })?;
        // What a head calls critical must be understood (RFC 7515, section 4.1.11); nothing is critical to us.
        let ours = header.typ.as_deref() == Some(KIND) && header.crit.is_none();
        if ours && purposes.contains(&claims.purpose) && claims.is_whole(now) {
            Ok(claims)
        } else {
            Err(Error::Unauthenticated("TOKEN_INVALID"))
        }
    }

    fn write(&self, claims: &Claims) -> Result<String> {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &self.encoding)
            .map_err(|error| Error::Internal(error.to_string()))
    }

    /// The tokens of a family at its leaf. The refresh token is the same whenever it is made.
    fn pair(
        &self,
        user: UserId,
        username: Option<String>,
        family: FamilyId,
        leaf: &Leaf,
        now: DateTime<Utc>,
    ) -> Result<TokenPair> {
        let claims = |purpose, jti, iat: DateTime<Utc>, ttl: Duration, generation| Claims {
            iss: ISSUER.into(),
            aud: AUDIENCE.into(),
            sub: user,
            username: None,
            device_id: leaf.device,
            purpose,
            sid: family,
            jti,
            iat: iat.timestamp(),
            exp: (iat + ttl).timestamp(),
            generation,
        };
        let number = Uuid::new_v5(&family.0, &leaf.generation.to_be_bytes());
        let (access, refresh) = match leaf.device {
            Some(_) => (Purpose::Device, Purpose::DeviceRefresh),
            None => (Purpose::Access, Purpose::Refresh),
        };
        let (access_life, refresh_life) = self.lives.of(leaf.device.is_some());
        let refresh = claims(refresh, number, leaf.issued_at, refresh_life, Some(leaf.generation));
        let access = Claims { username, ..claims(access, new_id(), now, access_life, None) };
        Ok(TokenPair {
            access_token: self.write(&access)?,
            refresh_token: self.write(&refresh)?,
            token_type: "Bearer",
            expires_in: access_life.num_seconds(),
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
    verify_until(app, token).map(|(actor, _)| actor)
}

/// The same, and when it runs out.
///
/// # Errors
/// `Unauthenticated`: `TOKEN_EXPIRED` or `TOKEN_INVALID`.
pub fn verify_until(app: &App, token: &str) -> Result<(Actor, DateTime<Utc>)> {
    let claims = app.keys().read(token, [Purpose::Access, Purpose::Device], app.now())?;
    let actor = Actor { user: claims.sub, device: claims.device_id, family: Some(claims.sid) };
    let ends = DateTime::from_timestamp(claims.exp, 0).ok_or(Error::Unauthenticated("TOKEN_INVALID"))?;
    Ok((actor, ends))
}

/// Whether the credential still serves, for answers that need no other transaction.
///
/// # Errors
/// `Unauthenticated("TOKEN_REVOKED")`.
pub fn check(cx: &mut Context, actor: &Actor) -> Result<()> {
    cx.tenant(actor, |_| Ok(()))
}

/// Starts a family for a device.
pub(crate) fn issue_device(
    conn: &mut Conn,
    keys: &Keys,
    user: UserId,
    device: DeviceId,
    now: DateTime<Utc>,
) -> Result<TokenPair> {
    issue(conn, keys, user, (Some(device), None), None, now)
}

/// Starts a family for a place where a person signs in, with what calls itself `agent`.
pub(crate) fn issue_place(
    conn: &mut Conn,
    keys: &Keys,
    account: &Account,
    agent: Option<&str>,
    now: DateTime<Utc>,
) -> Result<TokenPair> {
    issue(conn, keys, account.id, (None, agent), Some(account.username.clone()), now)
}

fn issue(
    conn: &mut Conn,
    keys: &Keys,
    user: UserId,
    (device, agent): (Option<DeviceId>, Option<&str>),
    username: Option<String>,
    now: DateTime<Utc>,
) -> Result<TokenPair> {
    let now = now.trunc_subsecs(0);
    let family = FamilyId(new_id());
    let (_, life) = keys.lives.of(device.is_some());
    tokens::insert(conn, user, family, device, agent, now + life, now)?;
    keys.pair(user, username, family, &Leaf { device, generation: 1, issued_at: now, revoked: false }, now)
}

/// Whose tokens are refreshed: people's and devices' are never taken for each other's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Whose {
    People,
    Devices,
}

/// What a refresh token gets.
enum Turn {
    Pair(TokenPair),
    Reused(UserId),
}

/// The next pair for a refresh token: see the module.
///
/// # Errors
/// `Unauthenticated`: `TOKEN_INVALID`, `TOKEN_EXPIRED`, `TOKEN_REVOKED`, `REFRESH_TOKEN_REUSED`.
pub(crate) fn rotate(cx: &mut Context, token: &str, whose: Whose) -> Result<TokenPair> {
    let app = cx.app.clone();
    let keys = app.keys();
    let purpose = if whose == Whose::People { Purpose::Refresh } else { Purpose::DeviceRefresh };
    let claims = keys.read(token, [purpose; 2], cx.now)?;
    let shown = claims.generation.ok_or(Error::Unauthenticated("TOKEN_INVALID"))?;
    let family = claims.sid;
    let now = Utc.timestamp_opt(cx.now.timestamp(), 0).single().unwrap_or(cx.now);
    // The end of a family must be kept, so that it is an outcome here and becomes an error afterwards.
    let turn = cx.system(|conn| {
        // A device that was claimed since belongs to another account now, and its tokens with it.
        let (user, username) = match claims.device_id {
            Some(device) => (devices::find_owner(conn, device).map_err(gone)?, None),
            None => (claims.sub, Some(accounts::find(conn, claims.sub).map_err(gone)?.username)),
        };
        let leaf = tokens::lock(conn, user, family).map_err(gone)?;
        if leaf.revoked
            || leaf.device != claims.device_id
            || !accounts::is_active(conn, user).map_err(gone)?
        {
            return Err(Error::Unauthenticated("TOKEN_REVOKED"));
        }
        if shown == leaf.generation {
            let next = Leaf { generation: leaf.generation + 1, issued_at: now, ..leaf };
            let (_, life) = keys.lives.of(leaf.device.is_some());
            tokens::update_leaf(conn, user, family, next.generation, now, now + life)?;
            return Ok(Turn::Pair(keys.pair(user, username, family, &next, now)?));
        }
        if shown == leaf.generation - 1 {
            return Ok(Turn::Pair(keys.pair(user, username, family, &leaf, now)?));
        }
        tokens::revoke(conn, user, family, now)?;
        Ok(Turn::Reused(user))
    })?;
    match turn {
        Turn::Pair(pair) => Ok(pair),
        Turn::Reused(user) => {
            cx.access_changed(user);
            Err(Error::Unauthenticated("REFRESH_TOKEN_REUSED"))
        }
    }
}

/// Ends the signed-in place of a token, whichever of its tokens it is. A token of nobody's making ends nothing.
///
/// # Errors
/// `Unavailable`.
pub(crate) fn end(cx: &mut Context, token: &str) -> Result<()> {
    let app = cx.app.clone();
    let now = cx.now;
    match app.keys().read(token, [Purpose::Refresh, Purpose::Access], now) {
        Ok(claims) => {
            cx.system(|conn| Ok(tokens::revoke(conn, claims.sub, claims.sid, now)?))?;
            cx.access_changed(claims.sub);
            Ok(())
        }
        Err(_) => Ok(()),
    }
}

fn gone(error: persistence::Error) -> Error {
    match error {
        persistence::Error::NotFound => Error::Unauthenticated("TOKEN_REVOKED"),
        error => error.into(),
    }
}

#[cfg(test)]
mod wycheproof;
