//! The system's scope, in which row-level security does not hold, is used in few places, and each is known.

use std::collections::BTreeMap;
use std::path::Path;

/// File of the service, and how often it opens a transaction as the owner of all rows.
const USES: &[(&str, usize)] = &[
    ("accounts.rs", 2),           // somebody's public profile, the directory of logins
    ("admin.rs", 1),              // what is for admins, who are asked for first
    ("app.rs", 2),                // Context::system and Context::statement themselves
    ("devices.rs", 5), // registering, pairing, claiming, finding a device by its key, deleting one with its key
    ("leaderboard.rs", 5), // deriving standings that are due, the boards, ranks and sums of all
    ("leaderboard/keeper.rs", 2), // the thread that derives what is due
    ("leaderboard/verify.rs", 2), // `almanac db verify`: standings and their sums
    ("limits/lender.rs", 2), // how much everybody has asked, and forgetting it
    ("live/courier.rs", 1), // telling other servers what has happened, which is in no table
    ("queue.rs", 2), // uploads of several accounts: of usage, of events, usage that webhooks deliver; a large one alone
    ("sign_in.rs", 7), // everything before somebody is known: logins, tries, passwords, the whole account's end
    ("sign_in/register.rs", 3), // whether one may register, registering, the command line's admin
    ("tokens.rs", 2),  // rotating a refresh token, signing out
    ("tally.rs", 1),   // figures of uploads, by the minute
    ("webhooks.rs", 2), // endpoints and the directory of whose each is
    ("webhooks/receive.rs", 2), // finding an endpoint by its id, usage that is delivered or replayed
    ("verify.rs", 2),  // `almanac db verify`: which accounts there are, then one after another
];

fn count(dir: &Path, base: &Path, found: &mut BTreeMap<String, usize>) {
    for entry in std::fs::read_dir(dir).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            count(&path, base, found);
            continue;
        }
        // What tests do is no request's.
        if path.ends_with("tests.rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let ways = ["cx.system(", "cx.statement(", "transaction::system(", "transaction::statement("];
        let uses = ways.iter().map(|way| text.matches(way).count()).sum();
        if uses > 0 {
            found.insert(path.strip_prefix(base).unwrap().display().to_string(), uses);
        }
    }
}

#[test]
fn is_used_where_it_is_said() {
    let service = Path::new(env!("CARGO_MANIFEST_DIR")).join("../service/src");
    let mut found = BTreeMap::new();
    count(&service, &service, &mut found);
    let said: BTreeMap<String, usize> = USES.iter().map(|(file, uses)| ((*file).to_owned(), *uses)).collect();
    assert_eq!(found, said, "say it in docs/ARCHITECTURE.md too");
}
