//! What happens to an account while somebody looks on: events say that something has changed and what it was, never
//! what it has become. Whoever hears of one asks for what they show anew.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A focus session began.
    SessionStarted,
    /// A focus session was completed.
    SessionCompleted,
    /// A focus session was given up.
    SessionAbandoned,
    /// Something else about a focus session has changed: its label.
    SessionUpdated,
    /// A focus session is gone.
    SessionDeleted,
    /// A plant was put in, chosen anew, has withered or is gone. (That it grows is a matter of time, and not told.)
    GardenUpdated,
    /// A device has reported usage that was not known.
    UsageSynced,
    /// A browser has reported events that were not known.
    EventsSynced,
    /// Consumption has changed: a record, several, or a meter or its readings.
    ConsumptionUpdated,
    /// A text about a period was written.
    InsightReady,
    /// A project has changed.
    ProjectUpdated,
    /// A time entry has changed, or several.
    TimeEntryUpdated,
    /// A webhook was delivered.
    WebhookReceived,
    /// A webhook was delivered that is to be shown to its person.
    NotificationReceived,
    /// The account, its calendar or one of its devices has changed.
    AccountUpdated,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 15] = [
        Kind::SessionStarted,
        Kind::SessionCompleted,
        Kind::SessionAbandoned,
        Kind::SessionUpdated,
        Kind::SessionDeleted,
        Kind::GardenUpdated,
        Kind::UsageSynced,
        Kind::EventsSynced,
        Kind::ConsumptionUpdated,
        Kind::InsightReady,
        Kind::ProjectUpdated,
        Kind::TimeEntryUpdated,
        Kind::WebhookReceived,
        Kind::NotificationReceived,
        Kind::AccountUpdated,
    ];

    /// The name of its events.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::SessionStarted => "session.started",
            Kind::SessionCompleted => "session.completed",
            Kind::SessionAbandoned => "session.abandoned",
            Kind::SessionUpdated => "session.updated",
            Kind::SessionDeleted => "session.deleted",
            Kind::GardenUpdated => "garden.updated",
            Kind::UsageSynced => "usage.synced",
            Kind::EventsSynced => "events.synced",
            Kind::ConsumptionUpdated => "consumption.updated",
            Kind::InsightReady => "insight.ready",
            Kind::ProjectUpdated => "project.updated",
            Kind::TimeEntryUpdated => "time_entry.updated",
            Kind::WebhookReceived => "webhook.received",
            Kind::NotificationReceived => "notification.received",
            Kind::AccountUpdated => "account.updated",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Something has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event {
    /// What.
    pub kind: Kind,
    /// To what: a focus session, a plant, the device that has reported (the account where its person did), a record of
    /// consumption, a meter, a project or a time entry (the account where there were several), the endpoint that a webhook
    /// was delivered to, the account of which a text was written, the account or its device that has changed.
    pub id: Uuid,
    /// When, by the server's clock.
    pub at: DateTime<Utc>,
}

impl Event {
    /// An event.
    #[must_use]
    pub fn new(kind: Kind, id: impl Into<Uuid>, at: DateTime<Utc>) -> Event {
        Event { kind, id: id.into(), at }
    }
}

/// What an event carries.
#[derive(Debug, Serialize, ToSchema)]
pub struct Told {
    /// What it happened to: a focus session, a plant, a device, a record of consumption, a meter, a project,
    /// a time entry, an endpoint of webhooks, the account.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_to_one() {
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.as_str()), Some(kind));
        }
        assert_eq!(Kind::named("hello"), None);
        assert_eq!(Kind::named("access"), None);
        let names: std::collections::HashSet<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
        assert_eq!(names.len(), Kind::ALL.len());
    }

    #[test]
    fn what_it_carries() {
        let told = Told { id: Uuid::nil(), at: "2026-11-21T12:00:00.25Z".parse().unwrap() };
        assert_eq!(
            serde_json::to_string(&told).unwrap(),
            r#"{"id":"00000000-0000-0000-0000-000000000000","at":"2026-11-21T12:00:00.250Z"}"#
        );
    }
}
