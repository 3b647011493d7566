//! Clients that write, and remember what they were told is written.

use crate::place::sql;
use cluster::Access;
use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Write},
    os::unix::process::CommandExt,
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
};

/// What was acknowledged before PostgreSQL went away.
pub struct Load {
    clients: Vec<JoinHandle<Vec<u32>>>,
    pub acknowledged: Arc<AtomicUsize>,
}

impl Load {
    /// Clients that each write a row a transaction, as fast as they are answered, until they are cut off. `uid` is who
    /// they run as, if not us.
    pub fn start(access: &Access, uid: Option<u32>) -> Self {
        let mut psql = psql(access, uid);
        let made =
            psql.args(["-c", "CREATE TABLE IF NOT EXISTS ledger (id int PRIMARY KEY)"]).status().unwrap();
        assert!(made.success());
        let acknowledged = Arc::new(AtomicUsize::new(0));
        let clients = (0..4).map(|client: u32| {
            let mut psql = psql_piped(access, uid);
            let count = Arc::clone(&acknowledged);
            thread::spawn(move || {
                let mut child = psql.spawn().unwrap();
                let mut to = child.stdin.take().unwrap();
                let mut from = BufReader::new(child.stdout.take().unwrap()).lines();
                let mut mine = Vec::new();
                for id in (client * 1_000_000).. {
                    if writeln!(to, "INSERT INTO ledger VALUES ({id}) RETURNING id;").is_err() {
                        break;
                    }
                    match from.next() {
                        Some(Ok(line)) if line == id.to_string() => mine.push(id),
                        _ => break,
                    }
                    count.fetch_add(1, Ordering::Relaxed);
                }
                let _ = child.kill();
                let _ = child.wait();
                mine
            })
        });
        Self { clients: clients.collect(), acknowledged }
    }

    /// Once all clients are cut off: nothing of what they were told is missing.
    pub fn nothing_is_lost(self, access: &Access) {
        let told: BTreeSet<u32> = self.clients.into_iter().flat_map(|c| c.join().unwrap()).collect();
        let there: BTreeSet<u32> =
            sql(access, "SELECT id FROM ledger").lines().map(|id| id.parse().unwrap()).collect();
        let lost: Vec<_> = told.difference(&there).collect();
        assert!(told.len() > 100, "only {} rows were written", told.len());
        assert!(lost.is_empty(), "{} of {} rows were lost: {lost:?}", lost.len(), told.len());
    }
}

fn psql(access: &Access, uid: Option<u32>) -> Command {
    let mut psql = access.tool("psql").unwrap();
    if let Some(uid) = uid {
        psql.uid(uid).gid(uid).current_dir("/");
    }
    psql.args(["-XqAt", "-v", "ON_ERROR_STOP=1"]);
    psql
}

fn psql_piped(access: &Access, uid: Option<u32>) -> Command {
    let mut psql = psql(access, uid);
    psql.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    psql
}
