//! Four weeks of somebody's pomodoros.

use std::fmt;

use super::*;
use crate::upload::Person;

const SESSIONS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/pomodoro_n_2024.csv.gz"));
/// Where they were lived.
const ZONE: Tz = Tz::Europe__Berlin;
/// What lasted less was given up.
const GIVEN_UP: TimeDelta = TimeDelta::minutes(5);

/// What was sent.
pub struct Sent(usize);

impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} sessions", self.0)
    }
}

pub(super) fn sessions() -> anyhow::Result<Rotation> {
    Rotation::read(SESSIONS, ZONE, FOUR_WEEKS)
}

/// Sends what somebody is to have by now. What they have already stays as it is.
pub fn load(server: &Server, person: &Person, now: DateTime<Utc>, zone: Tz) -> anyhow::Result<Sent> {
    #[derive(Deserialize)]
    struct Page {
        sessions: Vec<Listed>,
    }
    #[derive(Deserialize)]
    struct Listed {
        started_at: DateTime<Utc>,
    }
    #[derive(Deserialize)]
    struct AllSpecies {
        species: Vec<Species>,
    }
    #[derive(Deserialize)]
    struct Species {
        id: String,
        unlocked: bool,
    }
    let newest = server.get::<Page>(person, "/sessions?limit=1")?.sessions.first().map(|one| one.started_at);
    let rotation = sessions()?;
    let all: Vec<_> =
        rotation.placed(newest, now, zone, FOUR_WEEKS).filter(|(_, _, end)| *end < now).collect();
    let template = "{prefix:>8} {wide_bar:.cyan} {human_pos} of {human_len} sessions";
    let bar = upload::bar(u64::try_from(all.len()).ok(), template)?.with_prefix("Focus");
    let mut unlocked = vec![];
    for (number, (label, start, end)) in all.iter().enumerate() {
        // What has been done so far unlocks more.
        if number % 20 == 0 {
            let all = server.get::<AllSpecies>(person, "/garden/species")?.species;
            unlocked = all.into_iter().filter(|one| one.unlocked).map(|one| one.id).collect();
        }
        let plant = unlocked.get(label.bytes().map(usize::from).sum::<usize>() % unlocked.len().max(1));
        let session = json!({
            "label": label, "started_at": start, "ended_at": end, "completed": *end - *start >= GIVEN_UP, "plant_type": plant,
        });
        server.post(person, "/sessions", &session)?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(Sent(all.len()))
}
