//! Compresses the data that `almanac demo` loads, for the binary that holds them, and tells the linker how a release
//! lies in memory.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::{env, error, fs};

use flate2::Compression;
use flate2::write::GzEncoder;

const FILES: [&str; 6] = [
    "app_usage/android_phone_a_span1_sessions.csv",
    "app_usage/windows_pc_w_sessions.csv",
    "focus/pomodoro_n_2024.csv",
    "household/gas_313b_daily_2016.csv",
    "household/water_6616_daily_2015-03.csv",
    "time_entries/toggl_student_2024_spring.csv",
];

#[allow(clippy::disallowed_methods, reason = "cargo tells a build script everything by the environment")]
fn main() -> Result<(), Box<dyn error::Error>> {
    let folder = Path::new("../../data");
    let out = env::var_os("OUT_DIR").ok_or("OUT_DIR")?;
    for name in FILES {
        let from = folder.join(name);
        println!("cargo::rerun-if-changed={}", from.display());
        let mut to = GzEncoder::new(Vec::new(), Compression::best());
        to.write_all(&fs::read(&from).map_err(|error| format!("{}: {error}", from.display()))?)?;
        let name = from.file_name().ok_or("a name")?.to_string_lossy();
        fs::write(Path::new(&out).join(format!("{name}.gz")), to.finish()?)?;
    }
    if env::var("PROFILE")? == "release" && env::var("CARGO_CFG_TARGET_OS")? == "linux" {
        lay_out()?;
    }
    Ok(())
}

/// Less of a release is in memory while it idles: functions that run then lie side by side (`scripts/start-order.sh`),
/// and addresses to fill in at the start are a list of bits, where the C library reads such lists (glibc 2.36).
#[allow(clippy::disallowed_methods, reason = "cargo tells a build script everything by the environment")]
fn lay_out() -> Result<(), env::VarError> {
    println!("cargo::rerun-if-changed=start.ld");
    println!("cargo::rustc-link-arg-bins=-Wl,-T,{}/start.ld", env::var("CARGO_MANIFEST_DIR")?);
    let version = Command::new("getconf").arg("GNU_LIBC_VERSION").output();
    let version = version.ok().and_then(|output| String::from_utf8(output.stdout).ok());
    let minor = version.and_then(|version| version.trim().strip_prefix("glibc 2.")?.parse::<u32>().ok());
    if minor.is_some_and(|minor| minor >= 36) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    Ok(())
}
