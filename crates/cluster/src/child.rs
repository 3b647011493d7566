//! Starting PostgreSQL's programs, so that none outlives this process.

use std::{path::Path, process::Command, process::Stdio};

/// What happens to a child when the thread that started it ends, which a killed process's threads do.
#[derive(Clone, Copy)]
pub(crate) enum OnOurDeath {
    /// The postmaster ends its sessions and writes everything out (its fast shutdown).
    ShutDown,
    /// What is half made is thrown away at the next start.
    Kill,
}

/// A command that sees nothing of our environment, terminal and directory.
pub(crate) fn plain(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C").env("TZ", "UTC");
    command.current_dir("/").stdin(Stdio::null());
    command
}

/// Has the kernel signal the child when we die, however we die.
///
/// The setting has to be made in the child, after its change of user (which clears it) and before it becomes the
/// program: only `pre_exec` runs there.
#[cfg(target_os = "linux")]
#[allow(unsafe_code, reason = "pre_exec is unsafe, and no safe interface sets a child's parent-death signal")]
pub(crate) fn ends_with_us(command: &mut Command, on_our_death: OnOurDeath) {
    use nix::{sys::prctl, sys::signal::Signal, unistd};
    use std::{io, os::unix::process::CommandExt};

    let signal = match on_our_death {
        OnOurDeath::ShutDown => Signal::SIGINT,
        OnOurDeath::Kill => Signal::SIGKILL,
    };
    let us = unistd::getpid();
    let set = move || {
        prctl::set_pdeathsig(signal)?;
        // Had we died before that, no signal would come any more.
        if unistd::getppid() == us { Ok(()) } else { Err(io::Error::from_raw_os_error(nix::libc::ESRCH)) }
    };
    // SAFETY: between fork and exec only async-signal-safe calls are allowed. `set` makes two bare system calls; it
    // takes no lock and allocates nothing, in its errors neither.
    unsafe { command.pre_exec(set) };
}

/// Elsewhere the next start stops what a killed server left behind.
#[cfg(not(target_os = "linux"))]
pub(crate) fn ends_with_us(_: &mut Command, _: OnOurDeath) {}
