//! Export: records as a file, which can be imported again.

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use super::{Consumption, Figure, Record};
use crate::csv::write;

/// As what records are exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ExportFormat {
    /// A line a record, below a header.
    #[default]
    Csv,
    /// `{"consumptions": […]}`, as they are listed.
    Json,
}

impl ExportFormat {
    /// What its files end in.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ExportFormat::Csv => "csv",
            ExportFormat::Json => "json",
        }
    }
}

/// Records as they are exported to JSON. (It describes the file, which is written record by record.)
#[derive(ToSchema)]
pub struct ExportedConsumptions {
    /// Newest first, or as it was asked.
    pub consumptions: Vec<Consumption>,
}

/// How records are exported.
#[derive(Clone, Copy, Debug, Default, Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportOptions {
    /// `csv` (as without it) or `json`.
    #[param(inline)]
    pub format: Option<ExportFormat>,
}

/// The header of a file of records.
pub const HEADER: &str = "consumption_type,amount,unit,consumption_date,description,meter,estimated,id\r\n";

/// Writes a record, and the name of the meter it is derived from, as a line.
pub fn write_line(record: &Record, meter: Option<&str>, to: &mut String) {
    let amount = Figure(record.amount.thousandths().into()).to_string();
    let date = record.consumption_date.to_string();
    // These cannot be taken for formulas.
    for cell in [record.consumption_type.as_str(), &amount, record.unit.as_str(), &date] {
        to.push_str(cell);
        to.push(',');
    }
    for text in [record.description.as_deref(), meter] {
        write::text(text.unwrap_or_default(), to);
        to.push(',');
    }
    to.push_str(if record.estimated { "true," } else { "false," });
    to.push_str(&record.id.to_string());
    to.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::consumption::NewConsumption;
    use crate::ids::{ConsumptionId, UserId};

    #[test]
    fn records_are_lines() {
        let new = r#"{"consumption_type":"gas","amount":"12.50","unit":"m3","consumption_date":"2026-01-31","description":"=HYPERLINK(\"x\"), cellar"}"#;
        let new: NewConsumption = serde_json::from_str(new).unwrap();
        let id = ConsumptionId(Uuid::from_u128(7));
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let record = new.record(UserId(Uuid::nil()), id, now).unwrap();
        let mut line = String::new();
        write_line(&record, None, &mut line);
        write_line(&Record { estimated: true, description: None, ..record }, Some("+attic"), &mut line);
        assert_eq!(
            line,
            "gas,12.5,m3,2026-01-31,\"'=HYPERLINK(\"\"x\"\"), cellar\",,false,00000000-0000-0000-0000-000000000007\r\n\
             gas,12.5,m3,2026-01-31,,'+attic,true,00000000-0000-0000-0000-000000000007\r\n"
        );
    }
}
