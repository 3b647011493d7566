//! PostgreSQL's configuration, written at each start into a directory that PostgreSQL's own user cannot change.

use crate::{
    ROLE,
    account::Account,
    binaries::Server,
    child::OnOurDeath,
    error::{During, Error},
    machine,
};
use std::{
    ffi::OsString,
    fs,
    os::unix::{ffi::OsStrExt, fs::PermissionsExt},
    path::{Path, PathBuf},
};

/// PostgreSQL's defaults, on the command line, where no configuration file can relax them.
pub(crate) const DURABLE: [&str; 3] = ["fsync=on", "full_page_writes=on", "synchronous_commit=on"];

const MIB: u64 = 1 << 20;
/// Assumed where the machine does not tell: small enough for any.
const MODEST: u64 = 1024 * MIB;

/// Writes the files and says where the first is.
pub(crate) fn write(
    server: &Server,
    account: &Account,
    data: &Path,
    cluster: &Path,
    socket: &Path,
) -> Result<PathBuf, Error> {
    let dir = data.join("conf");
    Account::make_passage(&dir)?;
    let mut text = b"# Written at each start of the server. Change a setting with ALTER SYSTEM.\n".to_vec();
    let mut path = |name: &str, value: &Path| {
        text.extend([name.as_bytes(), b" '", &quoted(value), b"'\n"].concat());
    };
    path("include", &cluster.join("postgresql.conf"));
    path("hba_file =", &dir.join("pg_hba.conf"));
    path("ident_file =", &dir.join("pg_ident.conf"));
    path("unix_socket_directories =", socket);
    text.extend(
        settings(machine::memory().unwrap_or(MODEST), has_lz4(server, account, cluster)).into_bytes(),
    );

    // The kernel says who connects: who runs PostgreSQL, or this server's user, and either is the cluster's owner.
    let ident: String = account.names().iter().map(|name| format!("owner \"{name}\" {ROLE}\n")).collect();
    for (name, text) in [
        ("pg_hba.conf", b"local all all peer map=owner\n".to_vec()),
        ("pg_ident.conf", ident.into_bytes()),
        ("postgresql.conf", text),
    ] {
        let file = dir.join(name);
        fs::write(&file, text)
            .and_then(|()| fs::set_permissions(&file, fs::Permissions::from_mode(0o644)))
            .during(|| format!("cannot write {}", file.display()))?;
    }
    Ok(dir.join("postgresql.conf"))
}

/// `name=path` as an argument.
pub(crate) fn setting(name: &str, path: &Path) -> OsString {
    let mut setting = OsString::from(name);
    setting.push("=");
    setting.push(path);
    setting
}

/// What PostgreSQL is told, for a machine with so many bytes of memory.
fn settings(memory: u64, lz4: bool) -> String {
    // A quarter for PostgreSQL itself; the rest of its files the system keeps, beside this server.
    let shared = (memory / 4).clamp(32 * MIB, 1024 * MIB) / MIB;
    let cached = (memory / 2 / MIB).max(shared);
    let compression = if lz4 { "lz4" } else { "off" };
    format!(
        "listen_addresses = ''\n\
         port = 5432\n\
         unix_socket_permissions = 0700\n\
         max_connections = 100\n\
         shared_buffers = {shared}MB\n\
         effective_cache_size = {cached}MB\n\
         # Fewer checkpoints, and so fewer whole pages in the log.\n\
         max_wal_size = 2GB\n\
         wal_compression = {compression}\n\
         # Every query is short.\n\
         jit = off\n\
         # Nobody looks what a connection is at in a list of processes, and each statement would say it there.\n\
         update_process_title = off\n\
         # Into the file that the server keeps small. No statement and no value gets into it, nor what clients are\n\
         # told anyway.\n\
         logging_collector = off\n\
         log_destination = stderr\n\
         log_timezone = UTC\n\
         log_line_prefix = '%m [%p] '\n\
         log_min_messages = log\n\
         log_min_error_statement = panic\n\
         log_error_verbosity = terse\n\
         log_parameter_max_length = 0\n\
         log_parameter_max_length_on_error = 0\n"
    )
}

/// Whether this build of PostgreSQL can compress its log cheaply.
fn has_lz4(server: &Server, account: &Account, cluster: &Path) -> bool {
    let mut asked = account.command(&server.program("postgres"), OnOurDeath::Kill);
    asked.arg("-D").arg(cluster).args(["-c", "wal_compression=lz4", "-C", "wal_compression"]);
    asked.output().is_ok_and(|out| out.status.success())
}

/// As it stands between single quotes in a configuration file.
fn quoted(path: &Path) -> Vec<u8> {
    path.as_os_str()
        .as_bytes()
        .iter()
        .flat_map(|&b| if matches!(b, b'\'' | b'\\') { vec![b, b] } else { vec![b] })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_fits_the_machine() {
        let shared = |memory| {
            let text = settings(memory, true);
            text.lines().find_map(|l| l.strip_prefix("shared_buffers = ")).unwrap().to_owned()
        };
        assert_eq!(shared(24 * 1024 * MIB), "1024MB");
        assert_eq!(shared(2 * 1024 * MIB), "512MB");
        assert_eq!(shared(64 * MIB), "32MB");
    }

    #[test]
    fn paths_are_quoted() {
        assert_eq!(quoted(Path::new("/a'b\\c d")), b"/a''b\\\\c d");
    }
}
