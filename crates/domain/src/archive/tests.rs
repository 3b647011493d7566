use uuid::Uuid;

use super::things::Thing;
use super::*;

fn now() -> DateTime<Utc> {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

/// The lines that the document shows.
fn shown() -> Vec<String> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/ARCHIVE.md");
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().filter(|line| line.starts_with("{\"")).map(ToOwned::to_owned).collect()
}

#[test]
fn the_document_shows_an_archive() {
    let lines = shown();
    let (first, things) = lines.split_first().unwrap();
    let (account, calendar) = ReadHeader::read(first, now()).unwrap();
    assert_eq!(account.name.as_deref(), Some("Ada Lovelace"));
    assert_eq!(calendar.current().timezone.name(), "America/New_York");
    let rules = Rules { user: UserId(Uuid::nil()), now: now() };
    let (mut counts, mut told) = (Counts::default(), None);
    let mut devices = HashSet::new();
    for text in things {
        let line = Line::read(text).unwrap();
        counts.count(&line);
        assert!(text.starts_with(&format!("{{\"{}\":", line.kind())));
        // As it is written, so it is read.
        if !matches!(line, Line::End(_)) {
            assert_eq!(&serde_json::to_string(&line).unwrap(), text);
        }
        match line {
            Line::Device(one) => drop(devices.insert(one.made(&rules).unwrap().id)),
            Line::Usage(raw) => {
                assert!(device_of(&raw, &devices).unwrap().is_some());
                crate::usage::batch::read_row(raw.get(), now()).unwrap();
            }
            Line::Event(raw) => {
                assert_eq!(device_of(&raw, &devices), Ok(None));
                crate::events::batch::read_event(raw.get(), now()).unwrap();
            }
            Line::FocusSession(one) => assert_eq!(one.made(&rules).unwrap().focus_min, 25),
            Line::Plant(one) => drop(one.made(&rules).unwrap()),
            Line::Import(one) => drop(one.made(&rules).unwrap()),
            Line::Meter(one) => drop(one.made(&rules).unwrap()),
            Line::Reading(one) => drop(one.of(Some(5), &rules).unwrap()),
            Line::Intervals(one) => {
                let (meter, date, import) = (one.meter_id, one.date, one.import);
                let made = one.clone().made(&rules).unwrap();
                assert_eq!(things::Intervals::new(meter, date, import, &made).intervals, one.intervals);
            }
            Line::Consumption(one) => drop(one.made(&rules).unwrap()),
            Line::Project(one) => drop(one.made(&rules).unwrap()),
            Line::TimeEntry(one) => assert_eq!(one.made(&rules).unwrap().duration_minutes, 60),
            Line::Deleted(one) => drop(one.made(&rules).unwrap()),
            Line::End(counts) => told = Some(counts),
        }
    }
    assert_eq!(things.len(), 14, "one of each kind");
    assert_eq!(check_end(told, &counts), Ok(()));
    assert!(check_end(None, &counts).is_err());
    assert!(check_end(Some(Counts::default()), &counts).is_err());
}

proptest::proptest! {
    #[test]
    fn nothing_panics(place in 0..14_usize, cut in 0..400_usize, with in "[\\[\\]{}\":,0-9a-zé\\\\-]{0,6}") {
        let lines = shown();
        let line = &lines[1 + place];
        let cut = (0..=cut.min(line.len())).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
        let (before, after) = line.split_at(cut);
        let rules = Rules { user: UserId(Uuid::nil()), now: now() };
        match Line::read(&format!("{before}{with}{after}")) {
            Ok(Line::Intervals(one)) => drop(one.made(&rules)),
            Ok(Line::Reading(one)) => drop(one.of(None, &rules)),
            Ok(Line::TimeEntry(one)) => drop(one.made(&rules)),
            Ok(Line::FocusSession(one)) => drop(one.made(&rules)),
            Ok(Line::Consumption(one)) => drop(one.made(&rules)),
            _ => {}
        }
    }
}
