//! A report as CSV.

use super::{ReportBy, ReportGroup, TimeReport};
use crate::consumption::{Figure, divided};
use crate::csv::write;
use crate::numbers::Seconds;

/// The report as a table: what it is put together by, then hours (rounded to hundredths), seconds, billable seconds, what
/// they cost, and how many entries.
#[must_use]
pub fn table(report: &TimeReport) -> String {
    let mut text = String::new();
    for by in &report.group_by {
        text.push_str(by.as_str());
        text.push(',');
        if *by == ReportBy::Project {
            text.push_str("project_client,");
        }
    }
    text.push_str("hours,seconds,billable_seconds,billable_amount,entries\r\n");
    for group in &report.groups {
        match &group.groups {
            None => line(report, &[group], &mut text),
            Some(parts) => parts.iter().for_each(|part| line(report, &[group, part], &mut text)),
        }
    }
    text
}

fn line(report: &TimeReport, groups: &[&ReportGroup], to: &mut String) {
    for (by, group) in report.group_by.iter().zip(groups) {
        write::text(group.name.as_deref().unwrap_or_default(), to);
        to.push(',');
        if *by == ReportBy::Project {
            write::text(group.client.as_deref().unwrap_or_default(), to);
            to.push(',');
        }
    }
    let Some(group) = groups.last() else { return };
    let hours = Figure(divided(group.seconds.0.into(), 36_000) * 10);
    let seconds = |Seconds(ms): Seconds| Figure(ms.into());
    let numbers = [hours, seconds(group.seconds), seconds(group.billable_seconds), group.billable_amount];
    for number in numbers {
        to.push_str(&number.to_string());
        to.push(',');
    }
    to.push_str(&group.entry_count.to_string());
    to.push_str("\r\n");
}
