//! Compresses the data that `almanac demo` loads, for the binary that holds them.

use std::io::Write;
use std::path::Path;
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
    Ok(())
}
