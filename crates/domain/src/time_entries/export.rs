//! Export: entries as a file, which can be imported again.

use super::TimeEntry;
use crate::consumption::Figure;
use crate::csv::write;
use crate::projects::Project;

/// The header of a file of entries.
pub const HEADER: &str =
    "start_time,end_time,duration_seconds,project,client,description,tags,billable,id\r\n";

/// Writes an entry that has ended, and its project, as a line.
pub fn write_line(entry: &TimeEntry, project: Option<&Project>, to: &mut String) {
    let instant = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
    // These cannot be taken for formulas.
    let end = entry.end_time.map(instant).unwrap_or_default();
    let seconds = Figure(entry.duration_seconds.0.into()).to_string();
    for cell in [&instant(entry.start_time), &end, &seconds] {
        to.push_str(cell);
        to.push(',');
    }
    let title = project.map(|project| project.title.as_str());
    let client = project.and_then(|project| project.client.as_deref());
    for text in [title, client, entry.description.as_deref(), Some(&entry.tags.join(", "))] {
        write::text(text.unwrap_or_default(), to);
        to.push(',');
    }
    to.push_str(if entry.billable { "true," } else { "false," });
    to.push_str(&entry.id.to_string());
    to.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::{ProjectId, TimeEntryId, UserId};
    use crate::projects::NewProject;
    use crate::time_entries::NewTimeEntry;

    #[test]
    fn entries_are_lines() {
        let new: NewTimeEntry = serde_json::from_str(
            r#"{"start_time": "2026-01-05T09:00:00Z", "end_time": "2026-01-05T09:30:00.250Z", "description": "=1+1, so",
                "tags": ["sea", "moon"], "billable": true}"#,
        )
        .unwrap();
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let user = UserId(Uuid::nil());
        let entry = new.entry(user, TimeEntryId(Uuid::from_u128(7)), now).unwrap();
        let project =
            NewProject { title: "+Tides".into(), client: Some("Harbour".into()), ..NewProject::default() };
        let project = project.project(user, ProjectId(Uuid::nil()), now);
        let mut line = String::new();
        write_line(&entry, Some(&project), &mut line);
        write_line(&entry, None, &mut line);
        assert_eq!(
            line,
            "2026-01-05T09:00:00Z,2026-01-05T09:30:00.250Z,1800.25,'+Tides,Harbour,\"'=1+1, so\",\"sea, moon\",true,00000000-0000-0000-0000-000000000007\r\n\
             2026-01-05T09:00:00Z,2026-01-05T09:30:00.250Z,1800.25,,,\"'=1+1, so\",\"sea, moon\",true,00000000-0000-0000-0000-000000000007\r\n"
        );
    }
}
