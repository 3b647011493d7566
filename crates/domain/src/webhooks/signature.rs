//! Whether a delivery comes from who knows the endpoint's secret.
//!
//! Looked at before anything else of a delivery, over its bytes as they were sent, and compared in a time that says
//! nothing of where they differ.
//!
//! Sources: standardwebhooks.com (specification 1.0.0, symmetric signatures `v1`); GitHub, "Validating webhook
//! deliveries".

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Duration, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

use super::{Scheme, Secret};

/// How far the time of a signature may be from the server's clock.
pub const TOLERANCE: Duration = Duration::minutes(5);
/// What secrets of Standard Webhooks begin with; base64 follows.
pub const PREFIX: &str = "whsec_";

/// What a delivery's head says. Of a header that is there twice, the first.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// `webhook-id`.
    pub id: Option<String>,
    /// `webhook-timestamp`: seconds since 1970.
    pub timestamp: Option<String>,
    /// `webhook-signature`: `v1,<base64>`, several parted by spaces.
    pub signature: Option<String>,
    /// `X-Hub-Signature-256`: `sha256=<hex>`.
    pub hub_signature: Option<String>,
    /// `X-GitHub-Delivery`.
    pub hub_delivery: Option<String>,
    /// `X-GitHub-Event`.
    pub hub_event: Option<String>,
    /// `X-Webhook-Secret`.
    pub secret: Option<Secret>,
    /// `X-Webhook-Id`.
    pub other_id: Option<String>,
}

impl Head {
    /// The id that a sender gives a delivery, if its head does.
    #[must_use]
    pub fn delivery_id(&self, scheme: Scheme) -> Option<&str> {
        match scheme {
            Scheme::Standard => self.id.as_deref(),
            Scheme::Github => self.hub_delivery.as_deref(),
            Scheme::SecretHeader => self.id.as_deref().or(self.other_id.as_deref()),
        }
    }

    /// What there would be in the head of a delivery that was kept: what [`super::event`] asks of it.
    #[must_use]
    pub fn of_kept(id: &str, kind: Option<&str>) -> Head {
        let hub_event = kind.and_then(|kind| kind.strip_prefix("github.")).map(ToOwned::to_owned);
        Head { id: Some(id.to_owned()), hub_delivery: Some(id.to_owned()), hub_event, ..Head::default() }
    }
}

/// Why a delivery is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is not signed, or not with this secret. Which part is wrong is not told.
    Invalid,
    /// It is signed, with a time over [`TOLERANCE`] from now.
    Stale,
}

/// Whether a delivery is believed, at `now`.
///
/// # Errors
/// Why not.
pub fn check(
    scheme: Scheme,
    secret: &Secret,
    head: &Head,
    body: &[u8],
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    match scheme {
        Scheme::Standard => check_standard(secret, head, body, now),
        Scheme::Github => {
            let told = head.hub_signature.as_deref().ok_or(Refusal::Invalid)?;
            believed(is_same(&format!("sha256={}", hex(&sign(secret.0.as_bytes(), &[body]))), told))
        }
        Scheme::SecretHeader => {
            let told = head.secret.as_ref().ok_or(Refusal::Invalid)?;
            believed(is_same(&secret.0, &told.0))
        }
    }
}

fn check_standard(secret: &Secret, head: &Head, body: &[u8], now: DateTime<Utc>) -> Result<(), Refusal> {
    let (Some(id), Some(timestamp), Some(signatures)) = (&head.id, &head.timestamp, &head.signature) else {
        return Err(Refusal::Invalid);
    };
    let key = secret.0.strip_prefix(PREFIX).and_then(|key| STANDARD.decode(key).ok());
    let key = key.ok_or(Refusal::Invalid)?;
    let signed = sign(&key, &[id.as_bytes(), b".", timestamp.as_bytes(), b".", body]);
    let ours = format!("v1,{}", STANDARD.encode(signed));
    // A sender that changes its secret signs with both; other versions are not ours to read.
    let found = signatures.split(' ').map(|told| is_same(&ours, told)).fold(Choice::from(0), |a, b| a | b);
    believed(found)?;
    let at = timestamp.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    let at: DateTime<Utc> = at.ok_or(Refusal::Stale)?;
    if (now - TOLERANCE..=now + TOLERANCE).contains(&at) { Ok(()) } else { Err(Refusal::Stale) }
}

fn sign(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return vec![] };
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().to_vec()
}

/// Texts of different lengths are told apart at once: how long a signature is, is no secret.
fn is_same(ours: &str, told: &str) -> Choice {
    ours.as_bytes().ct_eq(told.as_bytes())
}

fn believed(is_same: Choice) -> Result<(), Refusal> {
    if bool::from(is_same) { Ok(()) } else { Err(Refusal::Invalid) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
