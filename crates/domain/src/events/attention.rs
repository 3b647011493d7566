//! Time from events: which page was in front, and for how long.
//!
//! The events of one browser are heard in the order of their times, and those of the same millisecond as they arrived.
//! Between two of them the page counts that is shown: the active tab of the focused window of a browser that is not
//! idle. It counts for [`SILENCE_MS`] at the most, for then the browser may have gone away; and the last event of all
//! counts for nothing until another follows.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::EventType;

mod packed;

/// How long a page counts after the last event that was heard: 5 minutes.
pub const SILENCE_MS: i64 = 5 * 60 * 1000;
/// Tabs that are remembered; who has more loses those that were heard of longest ago.
const MOST_TABS: usize = 1000;
/// How long a tab is remembered that nothing is heard of. It is a bound for late events too: what they change is
/// forgotten after it.
const MEMORY_MS: i64 = 7 * DAY_MS;
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// The window that browsers name when none of theirs is focused (`chrome.windows.WINDOW_ID_NONE`).
const NO_WINDOW: i64 = -1;

/// Where an event stands among those of its browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// When it happened, in milliseconds since 1970.
    pub at_ms: i64,
    /// Its place among those of the same millisecond: they are in the order in which they arrived.
    pub sequence: i64,
}

/// What an event says that time depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard<'a> {
    /// Where it stands.
    pub place: Place,
    /// What happened.
    pub what: &'a EventType,
    /// In which tab.
    pub tab: Option<i64>,
    /// In which window.
    pub window: Option<i64>,
    /// Of which host the page is, where an address was told; empty: a page of no host.
    pub host: Option<&'a str>,
    /// Whether the tab is the active one of its window, where that was told.
    pub active: Option<bool>,
}

/// What is known of a browser after some of its events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Browser {
    /// The last event.
    last: Option<Place>,
    /// The window in front, or that was in front last.
    window: Option<i64>,
    /// Whether it tells which window is in front. Else it is the one in which a tab was activated last.
    tells_windows: bool,
    /// Whether other programs are in front.
    away: bool,
    idle: bool,
    /// Whether it tells which tabs are active. Of a plain log of visits each visit is the page in front.
    tells_tabs: bool,
    tabs: BTreeMap<i64, Tab>,
    /// The active tab of each window.
    active: BTreeMap<i64, i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Tab {
    window: i64,
    host: Arc<str>,
    heard_ms: i64,
}

/// Time that a page was in front: `from_ms <= t < to_ms`, in milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first.
    pub from_ms: i64,
    /// The first after it.
    pub to_ms: i64,
    /// Whose page; empty: of no host.
    pub host: Arc<str>,
}

/// What comes of an event.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Time that the event before it has earned.
    pub span: Option<Span>,
    /// The host of a page that has come to the front.
    pub visit: Option<Arc<str>>,
}

impl Browser {
    /// The last event that was heard.
    #[must_use]
    pub fn last(&self) -> Option<Place> {
        self.last
    }

    /// Hears the next event.
    pub fn hear(&mut self, event: &Heard<'_>) -> Outcome {
        let shown = self.shown();
        let at_ms = event.place.at_ms;
        let span = shown.as_ref().and_then(|(_, host)| self.earned(host, at_ms));
        let day = |ms: i64| ms.div_euclid(DAY_MS);
        if self.last.is_some_and(|last| day(last.at_ms) != day(at_ms)) {
            self.forget_before(at_ms - MEMORY_MS);
        }
        self.last = Some(event.place);
        self.apply(event);
        let now = self.shown();
        let opens = matches!(event.what, EventType::TabActivated | EventType::Navigation);
        let visit = now.filter(|now| opens && self.tab_of(event) == now.0 || shown.as_ref() != Some(now));
        Outcome { span, visit: visit.map(|(_, host)| host) }
    }

    /// The time since the last event that the page in front, which is one of `host`, has earned when the next one comes.
    pub(super) fn earned(&self, host: &Arc<str>, at_ms: i64) -> Option<Span> {
        let from_ms = self.last?.at_ms;
        let to_ms = at_ms.min(from_ms + SILENCE_MS);
        (from_ms < to_ms).then(|| Span { from_ms, to_ms, host: host.clone() })
    }

    /// The tab in front and the host of its page.
    pub(super) fn shown(&self) -> Option<(i64, Arc<str>)> {
        if self.idle || self.away {
            return None;
        }
        let tab = self.in_front()?;
        Some((tab, self.tabs.get(&tab)?.host.clone()))
    }

    /// The active tab of the window in front.
    fn in_front(&self) -> Option<i64> {
        self.active.get(&self.window?).copied()
    }

    /// The tab an event is of. Without a number it is the one in front: a plain log knows but one.
    pub(super) fn tab_of(&self, event: &Heard<'_>) -> i64 {
        event.tab.or_else(|| self.in_front()).unwrap_or_default()
    }

    fn apply(&mut self, event: &Heard<'_>) {
        match event.what {
            EventType::TabActivated => {
                self.tells_tabs = true;
                self.idle = false;
                self.open(event, true);
            }
            EventType::Navigation => self.open(event, event.active == Some(true) || !self.tells_tabs),
            EventType::TabUpdated | EventType::TabCreated => self.open(event, event.active == Some(true)),
            EventType::Heartbeat if event.tab.is_some() && event.host.is_some() => {
                self.open(event, event.active == Some(true));
            }
            EventType::TabRemoved => {
                if let Some(tab) = event.tab {
                    self.tabs.remove(&tab);
                    self.active.retain(|_, active| *active != tab);
                }
            }
            EventType::WindowFocused => {
                self.tells_windows = true;
                self.away = event.window == Some(NO_WINDOW);
                if !self.away {
                    self.idle = false;
                    self.window = event.window.or(self.window);
                }
            }
            EventType::WindowBlurred => {
                self.tells_windows = true;
                // Another window than the one in front was left when this one was focused.
                let is_another = event.window.is_some_and(|window| {
                    window != NO_WINDOW && self.window.is_some_and(|in_front| in_front != window)
                });
                self.away |= !is_another;
            }
            EventType::Idle => self.idle = true,
            EventType::Active => self.idle = false,
            EventType::Heartbeat | EventType::Other(_) => {}
        }
    }

    /// A tab shows a page, and is now the `active` one of its window.
    fn open(&mut self, event: &Heard<'_>, active: bool) {
        let tab = self.tab_of(event);
        let in_front = self.window;
        let known = self.tabs.entry(tab).or_insert_with(|| Tab {
            window: event.window.or(in_front).unwrap_or_default(),
            host: event.host.unwrap_or_default().into(),
            heard_ms: event.place.at_ms,
        });
        known.heard_ms = event.place.at_ms;
        if let Some(host) = event.host
            && *known.host != *host
        {
            known.host = host.into();
        }
        let window = event.window.unwrap_or(known.window);
        if known.window != window {
            // It has moved there, and is no longer the active one of the window it was in.
            known.window = window;
            self.active.retain(|_, active| *active != tab);
        }
        if active {
            self.active.insert(window, tab);
            if self.window.is_none() || !self.tells_windows {
                self.window = Some(window);
            }
        }
        if self.tabs.len() > MOST_TABS {
            self.forget_the_oldest();
        }
    }

    /// Forgets tabs that nothing was heard of since `ms`, other than the one in front.
    fn forget_before(&mut self, ms: i64) {
        let in_front = self.in_front();
        self.tabs.retain(|tab, known| known.heard_ms >= ms || Some(*tab) == in_front);
        self.active.retain(|_, tab| self.tabs.contains_key(tab));
    }

    fn forget_the_oldest(&mut self) {
        let in_front = self.in_front();
        let others = self.tabs.iter().filter(|(tab, _)| Some(**tab) != in_front);
        if let Some(oldest) = others.min_by_key(|(tab, known)| (known.heard_ms, **tab)).map(|(tab, _)| *tab) {
            self.tabs.remove(&oldest);
            self.active.retain(|_, tab| *tab != oldest);
        }
    }
}

#[cfg(test)]
mod tests;
