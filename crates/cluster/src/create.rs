//! Making a new cluster: under another name until it is whole, so that a half-made one is never started.

use crate::{
    DATABASE, ROLE,
    account::Account,
    binaries::Server,
    child::OnOurDeath,
    error::{During, Error},
};
use std::{
    fs::{self, File},
    io::Write,
    path::Path,
    process::{self, Output, Stdio},
};

/// Characters are classed as Unicode has them, and sorted by code point: an order that no update of the system changes
/// under an index.
const CTYPE: &str = if cfg!(target_os = "macos") { "UTF-8" } else { "C.UTF-8" };

/// For who holds both locks.
pub(crate) fn create(server: &Server, account: &Account, data: &Path, cluster: &Path) -> Result<(), Error> {
    if fs::read_dir(cluster).is_ok_and(|mut files| files.next().is_some()) {
        return Err(Error::NotACluster { dir: cluster.to_owned() });
    }
    log::info!("making a new PostgreSQL cluster in {}", cluster.display());
    // Each attempt has a name of its own, because one that was killed may have a child that still writes.
    for old in fs::read_dir(data).into_iter().flatten().flatten() {
        if old.file_name().as_encoded_bytes().starts_with(b"pg.new-")
            && let Err(e) = fs::remove_dir_all(old.path())
        {
            log::warn!("{} stays: {e}", old.path().display());
        }
    }
    let new = data.join(format!("pg.new-{}", process::id()));
    account.make_private_dir(&new)?;

    let mut initdb = account.command(&server.program("initdb"), OnOurDeath::Kill);
    initdb.arg("-D").arg(&new).args([
        "-U",
        ROLE,
        "-E",
        "UTF8",
        "--locale=C",
        "--data-checksums",
        "--no-instructions",
    ]);
    initdb.arg(format!("--lc-ctype={CTYPE}")).args(["--auth-local=peer", "--auth-host=reject"]);
    check(initdb.output().during(|| "cannot run initdb".into())?)?;
    make_database(server, account, &new)?;

    fs::rename(&new, cluster).during(|| format!("cannot name the new cluster {}", cluster.display()))?;
    File::open(data).and_then(|dir| dir.sync_all()).during(|| format!("cannot sync {}", data.display()))
}

/// By PostgreSQL without a postmaster, so that a cluster without the database is never seen.
fn make_database(server: &Server, account: &Account, new: &Path) -> Result<(), Error> {
    let mut single = account.command(&server.program("postgres"), OnOurDeath::Kill);
    single.args(["--single", "-c", "exit_on_error=on", "-D"]).arg(new).arg("template1");
    single.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let cannot = || "cannot make the database".into();
    let mut child = single.spawn().during(cannot)?;
    if let Some(mut sql) = child.stdin.take() {
        // Where it ended early, its own words say more than the broken pipe.
        let _ = writeln!(sql, "CREATE DATABASE {DATABASE}");
    }
    check(child.wait_with_output().during(cannot)?)
}

fn check(out: Output) -> Result<(), Error> {
    if out.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&out.stderr).trim().to_owned();
    Err(Error::Create { output: if said.is_empty() { out.status.to_string() } else { said } })
}
