//! Webhooks that come in: other programs deliver events to an endpoint of an account.
//!
//! A delivery is believed by its signature alone ([`signature`]), is one by the id its sender gives it, and is an
//! [`event`], which does something or is only kept.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::{Validate, ValidationError};

use crate::ids::EndpointId;
use crate::text;

pub mod event;
pub mod signature;

/// Bytes of a delivery's body at the most.
pub const LARGEST: usize = 1024 * 1024;
const NAME: usize = 100;
/// Characters of a delivery's id at the most.
const ID: usize = 200;

/// How a sender shows that it knows the endpoint's secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
    Standard,
    /// As GitHub signs: `X-Hub-Signature-256`.
    Github,
    /// The secret itself: `X-Webhook-Secret`.
    SecretHeader,
}

impl Scheme {
    /// As it is stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Scheme::Standard => "standard",
            Scheme::Github => "github",
            Scheme::SecretHeader => "secret-header",
        }
    }

    /// What `text` names.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<Scheme> {
        [Scheme::Standard, Scheme::Github, Scheme::SecretHeader]
            .into_iter()
            .find(|scheme| scheme.as_str() == text)
    }
}

/// What a sender and the server alone know. It shows itself to nobody by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// An address that webhooks are delivered to.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct WebhookEndpoint {
    /// The endpoint.
    pub id: EndpointId,
    /// What its person calls it.
    #[schema(example = "Home automation")]
    pub name: String,
    /// How its senders sign.
    pub scheme: Scheme,
    /// Where deliveries go: a path, to be put after the server's address.
    #[schema(example = "/api/v1/webhooks/01a20000-0000-7000-8000-000000000000")]
    pub url: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When something was last delivered.
    pub last_received_at: Option<DateTime<Utc>>,
}

/// An endpoint that is made.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
pub struct NewWebhookEndpoint {
    /// What to call it: 1 to 100 characters.
    #[validate(custom(function = check_name))]
    #[schema(max_length = 100, example = "Home automation")]
    pub name: String,
    /// How its senders sign.
    pub scheme: Scheme,
}

/// An endpoint with its secret, which is shown this once.
#[derive(Serialize, ToSchema)]
pub struct MadeWebhookEndpoint {
    /// The endpoint.
    #[serde(flatten)]
    pub endpoint: WebhookEndpoint,
    /// For its senders. It cannot be asked for again.
    pub secret: String,
}

/// Endpoints of an account.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookEndpoints {
    /// Newest first.
    pub webhook_endpoints: Vec<WebhookEndpoint>,
    /// How many there are.
    pub total: i64,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// What has become of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryStatus {
    /// What it says was done.
    Done,
    /// It could not be done.
    Failed,
    /// It is kept, and there was nothing to do.
    Unhandled,
}

impl DeliveryStatus {
    /// As it is stored and sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            DeliveryStatus::Done => "done",
            DeliveryStatus::Failed => "failed",
            DeliveryStatus::Unhandled => "unhandled",
        }
    }

    /// What `text` names.
    #[must_use]
    pub fn from_stored(text: &str) -> Option<DeliveryStatus> {
        [DeliveryStatus::Done, DeliveryStatus::Failed, DeliveryStatus::Unhandled]
            .into_iter()
            .find(|status| status.as_str() == text)
    }
}

/// What has become of a delivery, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Outcome {
    /// What has become of it.
    pub status: DeliveryStatus,
    /// Why it failed or nothing was done, for programs.
    #[schema(example = "PROJECT_NOT_FOUND")]
    pub error_code: Option<String>,
    /// The same for people; what a notification says.
    #[schema(example = "There is no such project")]
    pub message: Option<String>,
    /// What it has made or changed: time entries, records of consumption, the device that usage is of.
    pub made: Vec<Uuid>,
}

impl Outcome {
    /// It was done, and made this.
    #[must_use]
    pub fn done(made: Vec<Uuid>) -> Outcome {
        Outcome { status: DeliveryStatus::Done, error_code: None, message: None, made }
    }

    /// It could not be done.
    pub fn failed(code: impl Into<String>, message: impl Into<String>) -> Outcome {
        Outcome::because(DeliveryStatus::Failed, code, message)
    }

    /// There was nothing to do.
    pub fn unhandled(code: impl Into<String>, message: impl Into<String>) -> Outcome {
        Outcome::because(DeliveryStatus::Unhandled, code, message)
    }

    fn because(status: DeliveryStatus, code: impl Into<String>, message: impl Into<String>) -> Outcome {
        Outcome { status, error_code: Some(code.into()), message: Some(message.into()), made: vec![] }
    }
}

/// Something that was delivered.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Delivery {
    /// The id its sender gave it.
    #[schema(example = "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W")]
    pub id: String,
    /// What it is, if that could be read.
    #[serde(rename = "type")]
    #[schema(example = "time_entry.created")]
    pub kind: Option<String>,
    /// What has become of it.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// When it came.
    pub received_at: DateTime<Utc>,
    /// When it was last worked on: when it came, or was replayed.
    pub worked_at: DateTime<Utc>,
}

/// A delivery with what was sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WholeDelivery {
    /// The delivery.
    #[serde(flatten)]
    pub delivery: Delivery,
    /// Its body as it came, as text.
    pub body: String,
}

/// What a sender is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = WebhookReceipt)]
pub struct Receipt {
    /// The id of the delivery.
    #[schema(example = "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W")]
    pub id: String,
    /// What has become of it.
    pub status: DeliveryStatus,
}

/// Which deliveries are asked for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DeliveryFilter {
    /// Of which this has become.
    #[param(inline)]
    pub status: Option<DeliveryStatus>,
    /// Of this type.
    #[serde(rename = "type")]
    #[param(rename = "type")]
    pub kind: Option<String>,
}

/// Deliveries to an endpoint.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Deliveries {
    /// Newest first.
    pub deliveries: Vec<Delivery>,
    /// How many there are.
    pub total: i64,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// The id of a delivery as it is kept: its sender's, or, where that is long or has other than visible ASCII, one made of
/// it, which is the same each time.
#[must_use]
pub fn delivery_id(endpoint: EndpointId, told: &str) -> String {
    let is_plain = (1..=ID).contains(&told.len()) && told.bytes().all(|byte| byte.is_ascii_graphic());
    if is_plain { told.to_owned() } else { seed(endpoint, told).to_string() }
}

/// What the ids of all that a delivery makes are made of, so that doing it again changes nothing.
#[must_use]
pub fn seed(endpoint: EndpointId, delivery: &str) -> Uuid {
    Uuid::new_v5(&endpoint.0, delivery.as_bytes())
}

fn check_name(name: &str) -> Result<(), ValidationError> {
    if name.trim().is_empty() {
        return Err(ValidationError::new("NAME_MISSING").with_message("is empty".into()));
    }
    text::validate(name, NAME)
}
