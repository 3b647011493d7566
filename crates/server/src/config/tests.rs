use clap::CommandFactory;

use super::*;

fn serve(arguments: &[&str]) -> Result<Serve, String> {
    let cli = Cli::try_parse_from([&["almanac", "serve"], arguments].concat())
        .map_err(|error| error.to_string())?;
    match cli.task() {
        Command::Serve(serve) => Ok(*serve),
        _ => Err("another command".into()),
    }
}

#[test]
fn the_command_line_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn serving_is_the_default() {
    let cli = Cli::try_parse_from(["almanac", "--log", "warn"]).ok().unwrap();
    assert_eq!(cli.log.filter, "warn");
    assert!(matches!(cli.task(), Command::Serve(_)));
}

#[test]
fn a_bad_value_is_named_with_what_it_may_be() {
    for (flag, value, variable) in [
        ("--port", "http", "PORT may be"),
        ("--port", "65536", "PORT may be"),
        ("--base-path", "api", "API_BASE_PATH may be"),
        ("--allowed-hosts", "http://a", "ALLOWED_HOSTS may be"),
        ("--allowed-origins", "a.example.org", "ALLOWED_ORIGINS may be"),
        ("--trusted-proxies", "10.0.0.0/40", "TRUSTED_PROXIES may be"),
        ("--access-token-ttl", "1w", "ACCESS_TOKEN_TTL"),
        ("--rate-limit", "lots", "RATE_LIMIT"),
        ("--pool-size", "1", "POOL_SIZE may be"),
        ("--workers", "0", "WORKERS may be"),
        ("--metrics-addr", "9090", "METRICS_ADDR may be"),
        ("--insights-monthly-calls", "many", "INSIGHTS_MONTHLY_CALLS may be"),
        ("--openai-base-url", "localhost:11434", "OPENAI_BASE_URL may be"),
        ("--gemini-base-url", "http://a/?b", "GEMINI_BASE_URL"),
        ("--gemini-model", "a b", "GEMINI_MODEL may be"),
    ] {
        let said = serve(&[flag, value]).err().unwrap_or_default();
        assert!(said.contains(variable) && said.contains(value), "{flag} {value}: {said}");
    }
}

#[test]
fn any_origin_is_for_development() {
    let http = |arguments: &[&str]| serve(arguments).unwrap().http(None, 1);
    assert!(http(&["--allowed-origins", "*"]).is_err());
    assert!(http(&["--allowed-origins", "*", "--env", "development"]).is_ok());
    assert!(http(&["--allowed-origins", "*,https://a.example.org", "--env", "development"]).is_err());
    let list = http(&["--allowed-origins", "https://a.example.org,http://localhost:3000"]).unwrap();
    assert_eq!(list.allowed_origins.len(), 2);
}

#[test]
fn hosts_are_those_of_the_address_unless_said() {
    let hosts = |arguments: &[&str]| serve(arguments).unwrap().http(None, 1).unwrap().allowed_hosts;
    assert_eq!(hosts(&["--host", "192.0.2.1"]), ["localhost", "127.0.0.1", "[::1]", "192.0.2.1"]);
    assert_eq!(hosts(&["--host", "2001:db8::1"])[3], "[2001:db8::1]");
    assert_eq!(
        hosts(&["--allowed-hosts", "a.example.org, b.example.org"]),
        ["a.example.org", "b.example.org"]
    );
}
