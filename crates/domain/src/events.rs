//! Events: what a browser extension reports of tabs, windows and pages.
//!
//! An extension sends its events in batches ([`batch`]). What is kept of an address is decided in [`sites`]. How long
//! each page was in front follows from the events of one browser in their order ([`attention`]), and is added up by
//! local day ([`days`]) or told page by page ([`spans`]).

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::ids::{DeviceId, EventId};

pub mod attention;
pub mod batch;
pub mod days;
pub mod list;
pub mod sites;
pub mod spans;

/// What stands in the place of a device where a person's own token reports: such events are of one browser.
pub const NO_DEVICE: DeviceId = DeviceId(Uuid::nil());

/// Names what is made of an id that is no UUID.
const IDS: Uuid = Uuid::from_u128(0x8f1d_0a57_6c0e_4e0b_9b2c_54a8_7d21_33e6);

/// What happened. What is not known here is kept and counted, as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventType {
    /// A tab has become the active one of its window.
    TabActivated,
    /// A tab shows another page, or the page has another title.
    TabUpdated,
    /// There is a new tab.
    TabCreated,
    /// A tab is gone.
    TabRemoved,
    /// A window has come to the front; -1: none of the browser's has.
    WindowFocused,
    /// A window is no longer in front.
    WindowBlurred,
    /// A page was gone to.
    Navigation,
    /// Nobody touches keyboard and mouse any more.
    Idle,
    /// Somebody does again.
    Active,
    /// The browser is still there.
    Heartbeat,
    /// Another.
    Other(String),
}

impl EventType {
    /// The type of this name.
    #[must_use]
    pub fn named(name: &str) -> EventType {
        match name {
            "TAB_ACTIVATED" => EventType::TabActivated,
            "TAB_UPDATED" => EventType::TabUpdated,
            "TAB_CREATED" => EventType::TabCreated,
            "TAB_REMOVED" => EventType::TabRemoved,
            "WINDOW_FOCUSED" => EventType::WindowFocused,
            "WINDOW_BLURRED" => EventType::WindowBlurred,
            "NAVIGATION" => EventType::Navigation,
            "IDLE" => EventType::Idle,
            "ACTIVE" => EventType::Active,
            "HEARTBEAT" => EventType::Heartbeat,
            other => EventType::Other(other.to_owned()),
        }
    }

    /// As it was sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            EventType::TabActivated => "TAB_ACTIVATED",
            EventType::TabUpdated => "TAB_UPDATED",
            EventType::TabCreated => "TAB_CREATED",
            EventType::TabRemoved => "TAB_REMOVED",
            EventType::WindowFocused => "WINDOW_FOCUSED",
            EventType::WindowBlurred => "WINDOW_BLURRED",
            EventType::Navigation => "NAVIGATION",
            EventType::Idle => "IDLE",
            EventType::Active => "ACTIVE",
            EventType::Heartbeat => "HEARTBEAT",
            EventType::Other(name) => name,
        }
    }
}

impl Serialize for EventType {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// An event as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The event: its `_id` where that is a UUID, else one that is made of it.
    pub id: EventId,
    /// Its `_id` where that is no UUID.
    pub sent_id: Option<String>,
    /// The version of the extension's format.
    pub v: i32,
    /// What happened.
    pub what: EventType,
    /// When, in whole milliseconds.
    pub occurred_at: DateTime<Utc>,
    /// The tab's number in its browser.
    pub tab: Option<i64>,
    /// The window's number in its browser.
    pub window: Option<i64>,
    /// Whether the tab is the active one of its window, where that was told.
    pub active: Option<bool>,
    /// The page.
    pub page: Option<sites::Page>,
    /// Its title.
    pub title: Option<String>,
}

impl Event {
    /// What of it time depends on, at its place among others of the same millisecond.
    #[must_use]
    pub fn heard(&self, sequence: i64) -> attention::Heard<'_> {
        attention::Heard {
            place: attention::Place { at_ms: self.occurred_at.timestamp_millis(), sequence },
            what: &self.what,
            tab: self.tab,
            window: self.window,
            host: self.page.as_ref().map(|page| page.host().unwrap_or_default()),
            active: self.active,
        }
    }
}

/// The id of an event, and how it was sent where that was no UUID.
fn id(sent: &str) -> (EventId, Option<String>) {
    match Uuid::try_parse(sent) {
        Ok(id) => {
            // Of the forms of a UUID only the usual one is so long.
            let is_usual = sent.len() == 36 && !sent.contains(|letter: char| letter.is_ascii_uppercase());
            (EventId(id), (!is_usual).then(|| sent.to_owned()))
        }
        Err(_) => (EventId(Uuid::new_v5(&IDS, sent.as_bytes())), Some(sent.to_owned())),
    }
}
