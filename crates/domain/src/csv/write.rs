//! Cells as they are written, so that a spreadsheet takes them for what they are.
//!
//! A text that begins as a formula does (`=`, `+`, `-`, `@`, a tab or a carriage return) gets an apostrophe in front, which
//! spreadsheets take away; so does one that begins with such an apostrophe, so that [`plain`] knows what was there.

use std::borrow::Cow;

/// Writes a text.
pub fn text(text: &str, to: &mut String) {
    let is_quoted = text.contains([',', '"', '\r', '\n']) || text.trim() != text;
    if is_quoted {
        to.push('"');
    }
    if is_formula(text) {
        to.push('\'');
    }
    if is_quoted {
        to.push_str(&text.replace('"', "\"\""));
        to.push('"');
    } else {
        to.push_str(text);
    }
}

/// What a text was before it was written.
#[must_use]
pub fn plain(cell: Cow<'_, str>) -> Cow<'_, str> {
    match cell.strip_prefix('\'') {
        Some(text) if is_formula(text) => Cow::Owned(text.to_owned()),
        _ => cell,
    }
}

/// Whether a spreadsheet would reckon it, with or without our apostrophes in front.
fn is_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv::{Delimiter, Rows};

    fn written(cell: &str) -> String {
        let mut line = String::new();
        text(cell, &mut line);
        line
    }

    #[test]
    fn formulas_are_texts() {
        for (cell, line) in [
            ("cellar", "cellar"),
            ("a,b", "\"a,b\""),
            ("say \"so\"", "\"say \"\"so\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(1)", "'@SUM(1)"),
            ("\tx", "\"'\tx\""),
            ("\rx", "\"'\rx\""),
            ("=a,b", "\"'=a,b\""),
            ("'=1", "''=1"),
            ("'quoted'", "'quoted'"),
            ("1=1", "1=1"),
            ("", ""),
        ] {
            assert_eq!(written(cell), line);
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_is_read_back(cell in "[-='+@a,\"\n\r\té]{0,8}") {
            let cell = cell.trim();
            let line = format!("{},x", written(cell));
            let mut rows = Rows::new(line.as_bytes(), Delimiter::Comma);
            let row = rows.next_row().unwrap().unwrap().unwrap();
            proptest::prop_assert!(!row.cell(0).starts_with(['=', '+', '-', '@']));
            proptest::prop_assert_eq!(plain(row.cell(0)), cell);
        }
    }
}
