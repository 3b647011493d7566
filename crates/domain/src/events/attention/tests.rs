use proptest::prelude::*;

use super::*;

const MINUTE: i64 = 60_000;

#[derive(Clone, Copy, Debug)]
struct Told {
    minute: i64,
    what: &'static str,
    tab: Option<i64>,
    window: Option<i64>,
    host: Option<&'static str>,
    active: Option<bool>,
}

fn told(minute: i64, what: &'static str) -> Told {
    Told { minute, what, tab: None, window: None, host: None, active: None }
}

impl Told {
    fn tab(self, tab: i64) -> Told {
        Told { tab: Some(tab), ..self }
    }
    fn window(self, window: i64) -> Told {
        Told { window: Some(window), ..self }
    }
    fn host(self, host: &'static str) -> Told {
        Told { host: Some(host), ..self }
    }
    fn active(self) -> Told {
        Told { active: Some(true), ..self }
    }
}

/// Minutes by host, in the order in which they were in front, and visits.
fn minutes(events: &[Told]) -> (Vec<(String, i64)>, Vec<String>) {
    let mut browser = Browser::default();
    let (mut spans, mut visits) = (Vec::<(String, i64)>::new(), vec![]);
    for event in events {
        let what = EventType::named(event.what);
        let Told { tab, window, host, active, .. } = *event;
        let place = Place { at_ms: event.minute * MINUTE, sequence: 0 };
        let heard = Heard { place, what: &what, tab, window, host, active };
        let Outcome { span, visit } = browser.hear(&heard);
        if let Some(Span { from_ms, to_ms, host }) = span {
            assert!(from_ms < to_ms && to_ms - from_ms <= SILENCE_MS);
            match spans.last_mut() {
                Some((last, sum)) if **last == *host => *sum += (to_ms - from_ms) / MINUTE,
                _ => spans.push((host.to_string(), (to_ms - from_ms) / MINUTE)),
            }
        }
        visits.extend(visit.map(|host| host.to_string()));
    }
    (spans, visits)
}

fn spans(events: &[Told]) -> Vec<(String, i64)> {
    minutes(events).0
}

fn are(expected: &[(&str, i64)]) -> Vec<(String, i64)> {
    expected.iter().map(|(host, minutes)| ((*host).to_owned(), *minutes)).collect()
}

fn activated(minute: i64, tab: i64, host: &'static str) -> Told {
    told(minute, "TAB_ACTIVATED").tab(tab).window(1).host(host)
}

#[test]
fn a_page_counts_until_another_is_in_front() {
    let events = [activated(0, 1, "a.example"), activated(2, 2, "b.example"), activated(5, 1, "a.example")];
    assert_eq!(spans(&events), are(&[("a.example", 2), ("b.example", 3)]));
    assert_eq!(minutes(&events).1, ["a.example", "b.example", "a.example"]);
}

#[test]
fn the_last_event_earns_nothing_until_another_follows() {
    assert_eq!(spans(&[activated(0, 1, "a.example")]), []);
    assert_eq!(spans(&[activated(0, 1, "a.example"), told(1, "HEARTBEAT")]), are(&[("a.example", 1)]));
}

#[test]
fn after_five_minutes_of_silence_nobody_knows() {
    let events = [activated(0, 1, "a.example"), activated(60, 1, "a.example")];
    assert_eq!(spans(&events), are(&[("a.example", 5)]));
    let heard: Vec<Told> = std::iter::once(activated(0, 1, "a.example"))
        .chain((1..=15).map(|beat| told(beat * 4, "HEARTBEAT")))
        .collect();
    assert_eq!(spans(&heard), are(&[("a.example", 60)]));
}

#[test]
fn a_browser_that_is_idle_or_behind_others_counts_for_nothing() {
    for (leaves, comes) in [
        (told(2, "IDLE"), told(4, "ACTIVE")),
        (told(2, "WINDOW_BLURRED"), told(4, "WINDOW_FOCUSED")),
        (told(2, "WINDOW_BLURRED").window(1), told(4, "WINDOW_FOCUSED").window(1)),
        (told(2, "WINDOW_FOCUSED").window(-1), told(4, "WINDOW_FOCUSED").window(1)),
    ] {
        let events =
            [activated(0, 1, "a.example"), leaves, told(3, "HEARTBEAT"), comes, told(5, "HEARTBEAT")];
        assert_eq!(spans(&events), are(&[("a.example", 3)]), "{}", leaves.what);
        assert_eq!(minutes(&events).1.len(), 2, "coming back is a visit");
    }
}

#[test]
fn the_active_tab_of_the_focused_window_counts() {
    let events = [
        activated(0, 1, "a.example"),
        told(1, "TAB_ACTIVATED").tab(2).window(2).host("b.example"),
        told(2, "WINDOW_FOCUSED").window(1),
        // In a window behind it.
        told(3, "TAB_ACTIVATED").tab(3).window(2).host("c.example"),
        told(4, "WINDOW_FOCUSED").window(2),
        // Another window is told to be left than the one in front.
        told(5, "WINDOW_BLURRED").window(1),
        told(6, "WINDOW_BLURRED").window(2),
        told(7, "HEARTBEAT"),
    ];
    let expected = [("a.example", 1), ("b.example", 1), ("a.example", 2), ("c.example", 2)];
    assert_eq!(spans(&events), are(&expected));
}

#[test]
fn a_page_changes_within_its_tab() {
    let events = [
        activated(0, 1, "a.example"),
        told(1, "TAB_UPDATED").tab(1).host("b.example"),
        // In a tab behind.
        told(2, "TAB_UPDATED").tab(2).window(1).host("c.example"),
        told(3, "NAVIGATION").tab(2).host("d.example"),
        told(4, "TAB_ACTIVATED").tab(2).window(1),
        told(6, "TAB_CREATED").tab(3).window(1).host("e.example").active(),
        told(7, "TAB_REMOVED").tab(3),
        told(9, "HEARTBEAT"),
    ];
    let expected = [("a.example", 1), ("b.example", 3), ("d.example", 2), ("e.example", 1)];
    assert_eq!(spans(&events), are(&expected));
    assert_eq!(minutes(&events).1, ["a.example", "b.example", "d.example", "e.example"]);
}

#[test]
fn a_plain_log_of_visits_is_read_the_same_way() {
    let log = |minute, host| told(minute, "NAVIGATION").host(host);
    let events = [log(0, "a.example"), log(1, "a.example"), log(3, "b.example"), log(30, "c.example")];
    assert_eq!(spans(&events), are(&[("a.example", 3), ("b.example", 5)]));
    assert_eq!(minutes(&events).1.len(), 4, "each is a visit");
    let tabs = events.map(|event| Told { tab: Some(event.minute), window: Some(1), ..event });
    assert_eq!(spans(&tabs), spans(&events));
}

#[test]
fn others_are_heard_and_change_nothing() {
    let events = [activated(0, 1, "a.example"), told(4, "DOWNLOAD_STARTED"), told(8, "DOWNLOAD_STARTED")];
    assert_eq!(spans(&events), are(&[("a.example", 8)]));
}

#[test]
fn a_page_of_no_host_has_its_time_too() {
    let events = [activated(0, 1, ""), activated(1, 2, "a.example")];
    assert_eq!(spans(&events), are(&[("", 1)]));
}

#[test]
fn tabs_without_number_do_not_pile_up() {
    let mut browser = Browser::default();
    for tab in 0..5000 {
        let heard = Heard {
            place: Place { at_ms: tab * 1000, sequence: 0 },
            what: &EventType::TabCreated,
            tab: Some(tab),
            window: Some(1),
            host: Some("x"),
            active: None,
        };
        browser.hear(&heard);
    }
    assert_eq!(browser.tabs.len(), MOST_TABS);
}

#[test]
fn windows_do_not_pile_up_either() {
    let mut browser = Browser::default();
    for number in 0..5000 {
        let opened = told(number, "TAB_CREATED").tab(number).window(number).host("x").active();
        hear(&mut browser, &[opened]);
    }
    assert!(browser.tabs.len() <= MOST_TABS && browser.active.len() <= MOST_TABS);
}

#[test]
fn what_a_late_event_changes_is_forgotten_after_a_week() {
    let day = 24 * 60;
    let (mut with, mut without) = (Browser::default(), Browser::default());
    let first = activated(0, 1, "a.example");
    let late = told(1, "TAB_UPDATED").tab(9).window(4).host("b.example").active();
    hear(&mut with, &[first, late]);
    hear(&mut without, &[first]);
    for n in 1..=8 {
        assert_ne!(with, without, "day {n}");
        let events = [activated(n * day, n, "c.example"), told(n * day + 1, "HEARTBEAT")];
        hear(&mut with, &events);
        hear(&mut without, &events);
    }
    assert_eq!(with, without);
    // The page in front is not: it may have been there all the time.
    let weeks: Vec<Told> = (0..20).map(|n| told(n * day, "HEARTBEAT")).collect();
    let mut browser = Browser::default();
    hear(&mut browser, &[activated(0, 1, "a.example")]);
    assert_eq!(hear(&mut browser, &weeks[1..]).len(), 19);
}

fn event() -> impl Strategy<Value = Told> {
    let what = prop::sample::select(vec![
        "TAB_ACTIVATED",
        "TAB_UPDATED",
        "TAB_CREATED",
        "TAB_REMOVED",
        "WINDOW_FOCUSED",
        "WINDOW_BLURRED",
        "NAVIGATION",
        "IDLE",
        "ACTIVE",
        "HEARTBEAT",
        "ANOTHER",
    ]);
    let host = prop::option::of(prop::sample::select(vec!["a.example", "b.example", "c.example"]));
    (
        0..600_i64,
        what,
        prop::option::of(0..4_i64),
        prop::option::of(-1..3_i64),
        host,
        prop::option::of(any::<bool>()),
    )
        .prop_map(|(minute, what, tab, window, host, active)| Told {
            minute,
            what,
            tab,
            window,
            host,
            active,
        })
}

fn hear(browser: &mut Browser, events: &[Told]) -> Vec<Span> {
    let mut spans = vec![];
    for event in events {
        let what = EventType::named(event.what);
        let Told { tab, window, host, active, .. } = *event;
        let place = Place { at_ms: event.minute * MINUTE, sequence: 0 };
        let heard = Heard { place, what: &what, tab, window, host, active };
        spans.extend(browser.hear(&heard).span);
    }
    spans
}

proptest! {
    #[test]
    fn spans_follow_each_other_and_never_overlap(mut events in prop::collection::vec(event(), 0..60)) {
        events.sort_by_key(|event| event.minute);
        let spans = hear(&mut Browser::default(), &events);
        for pair in spans.windows(2) {
            prop_assert!(pair[0].to_ms <= pair[1].from_ms);
        }
        for span in &spans {
            prop_assert!(0 < span.to_ms - span.from_ms && span.to_ms - span.from_ms <= SILENCE_MS);
            prop_assert!(events.iter().any(|event| event.minute * MINUTE == span.from_ms));
        }
    }

    #[test]
    fn it_goes_on_from_what_was_kept(mut events in prop::collection::vec(event(), 0..60), cut in 0_usize..60) {
        events.sort_by_key(|event| event.minute);
        let mut whole = Browser::default();
        let spans = hear(&mut whole, &events);
        let (early, late) = events.split_at(cut.min(events.len()));
        let mut first = Browser::default();
        let mut parts = hear(&mut first, early);
        let mut second = Browser::decode(&first.encode()).unwrap();
        parts.extend(hear(&mut second, late));
        prop_assert_eq!((parts, second), (spans, whole));
    }
}
