use super::*;

/// Hands out so many bytes at a time.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let most = self.1.min(to.len());
        Read::read(&mut self.0, to.get_mut(..most).unwrap())
    }
}

type Found = Vec<(u64, Result<Vec<String>, &'static str>)>;

fn all<R: Read>(mut rows: Rows<R>) -> Found {
    let mut found = vec![];
    while let Some(row) = rows.next_row().unwrap() {
        found.push(match row {
            Ok(row) => (row.line, Ok(row.iter().map(Cow::into_owned).collect())),
            Err((line, fault)) => (line, Err(fault.code)),
        });
    }
    found
}

fn read(text: &[u8]) -> Found {
    let whole = all(Rows::new(text, Delimiter::Comma));
    for bytes in [1, 2, 3, 7] {
        assert_eq!(all(Rows::new(Drip(text, bytes), Delimiter::Comma)), whole);
    }
    whole
}

fn good(line: u64, cells: &[&str]) -> (u64, Result<Vec<String>, &'static str>) {
    (line, Ok(cells.iter().map(|cell| (*cell).to_owned()).collect()))
}

#[test]
fn rows_know_their_lines() {
    let text = "\u{feff}a,b\r\n\r\n\n1, \"x\ny\"\"z\" \r\n\r2,é\n3";
    assert_eq!(
        read(text.as_bytes()),
        [
            good(1, &["a", "b"]),
            good(4, &["1", "\"x"]),
            good(5, &["y\"\"z\""]),
            good(7, &["2", "é"]),
            good(8, &["3"])
        ]
    );
    assert_eq!(read(b"1,\"x\ny\"\"z\"\n2"), [good(1, &["1", "x\ny\"z"]), good(3, &["2"])]);
    assert_eq!(read(b""), []);
    assert_eq!(read(b"\r\n\n\r"), []);
    assert_eq!(read(b"\xef\xbb\xbf"), []);
    assert_eq!(read(b"a\rb\rc"), [good(1, &["a"]), good(2, &["b"]), good(3, &["c"])]);
    assert_eq!(read(b"a,\n,b\n,"), [good(1, &["a", ""]), good(2, &["", "b"]), good(3, &["", ""])]);
}

#[test]
fn what_is_not_utf8_is_windows_1252() {
    assert_eq!(
        read(b"Z\xe4hler,\x80\nZ\xc3\xa4hler,\xc3\xa4"),
        [good(1, &["Zähler", "€"]), good(2, &["Zähler", "ä"])]
    );
    // Of two cells that are UTF-8 only together.
    assert_eq!(read(b"\xc3,\xa9"), [good(1, &["Ã", "©"])]);
}

#[test]
fn a_quote_that_is_not_closed_costs_its_line() {
    assert_eq!(
        read(b"a\n1,\"x\n2,y\n3,z\n"),
        [good(1, &["a"]), (2, Err("QUOTE_OPEN")), good(3, &["2", "y"]), good(4, &["3", "z"])]
    );
    assert_eq!(read(b"a,\"x\""), [good(1, &["a", "x"])]);
    assert_eq!(read(b"a,\"x"), [(1, Err("QUOTE_OPEN"))]);
    let mut long = b"a\n1,\"x\n".to_vec();
    for _ in 0..LONGEST / 4 {
        long.extend_from_slice(b"2,y\n");
    }
    let found = read(&long);
    assert_eq!(found[1], (2, Err("ROW_TOO_LONG")));
    assert_eq!((found[2].clone(), found.len()), (good(3, &["2", "y"]), 2 + LONGEST / 4));
}

#[test]
fn what_is_too_long_or_too_wide_costs_its_line() {
    let line = "x".repeat(3 * HELD);
    let wide = ",".repeat(1_000_000);
    let text = format!("a\n{line}\nb\n{wide}\n\"{line}\"\nc\n");
    assert_eq!(
        all(Rows::new(text.as_bytes(), Delimiter::Comma)),
        [
            good(1, &["a"]),
            (2, Err("ROW_TOO_LONG")),
            good(3, &["b"]),
            (4, Err("TOO_MANY_CELLS")),
            (5, Err("ROW_TOO_LONG")),
            good(6, &["c"]),
        ]
    );
    let just = format!("{}\n{}", "x".repeat(LONGEST - 1), "x,".repeat(MOST_CELLS - 2));
    assert!(all(Rows::new(just.as_bytes(), Delimiter::Comma)).iter().all(|(_, row)| row.is_ok()));
}

#[test]
fn what_is_all_open_quotes_is_given_up() {
    let text = "a\",\"\n".repeat(LONGEST);
    let mut rows = Rows::new(text.as_bytes(), Delimiter::Comma);
    let broken = loop {
        match rows.next_row() {
            Ok(Some(row)) => assert!(row.is_err()),
            Ok(None) => panic!("it was read"),
            Err(error) => break error,
        }
    };
    assert!(matches!(broken, ReadError::Broken(101)), "{broken:?}");
}

proptest::proptest! {
    #[test]
    fn nothing_panics_and_all_is_passed(
        parts in proptest::collection::vec(
            proptest::sample::select(vec!["a", ",", "\"", "\n", "\r", "\r\n", "é", "\u{0}", "1"]), 0..60),
        bytes in 1_usize..9,
    ) {
        let text = parts.concat();
        let mut rows = Rows::new(Drip(text.as_bytes(), bytes), Delimiter::Comma);
        let mut last = 0;
        while let Some(row) = rows.next_row().unwrap() {
            let line = match row { Ok(row) => row.line, Err((line, _)) => line };
            proptest::prop_assert!(line > last);
            last = line;
        }
        proptest::prop_assert_eq!(rows.position(), u64::try_from(text.len()).unwrap());
        proptest::prop_assert_eq!(all(Rows::new(Drip(text.as_bytes(), bytes), Delimiter::Comma)),
            all(Rows::new(text.as_bytes(), Delimiter::Comma)));
    }

    /// What is written with quotes is read back, whatever is in it.
    #[test]
    fn quoted_cells_are_read_back(
        rows in proptest::collection::vec(
            proptest::collection::vec("[a-zé,;\"\r\n ]{0,6}", 2..4), 1..6),
    ) {
        let quoted = |cell: &String| format!("\"x{}x\"", cell.replace('"', "\"\""));
        let text: String = rows
            .iter()
            .map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n")
            .collect();
        let found: Vec<Vec<String>> =
            all(Rows::new(text.as_bytes(), Delimiter::Comma)).into_iter().map(|(_, row)| row.unwrap()).collect();
        let told: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(|cell| format!("x{cell}x")).collect()).collect();
        proptest::prop_assert_eq!(found, told);
    }
}
