//! Deleting an account leaves nothing of it, in any table.

use super::*;

/// The tables in which a text is found, in whatever column.
fn found(server: &Server, text: &str) -> Vec<String> {
    let tables = server.sql(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1",
    );
    let holds = |table: &&str| {
        server.sql(&format!("SELECT count(*) FROM {table} t WHERE t::text LIKE '%{text}%'")) != "0"
    };
    tables.lines().filter(holds).map(ToOwned::to_owned).collect()
}

/// What no archive has in it: it is derived, or has a secret (`admin::people::delete` looks at it).
const ELSEWHERE: [&str; 5] =
    ["standings", "insights", "insight_calls", "webhook_endpoints", "webhook_deliveries"];

#[test]
fn leaves_nothing() {
    let server = Server::start();
    // The last admin cannot go.
    server.person("root");
    let (ada, bob) = (server.person("countess"), server.person("bob"));
    fill::few(&ada);
    ada.post("/devices/pairing-code", &json!({})).is(201);
    send(&bob, "", &export(&ada)).ok();
    // Every table of what belongs to somebody, but for what is derived when boards are read.
    let tenants = server.sql("SELECT tablename FROM pg_policies WHERE policyname = 'tenant' ORDER BY 1");
    let tenants: Vec<&str> = tenants.lines().filter(|table| !ELSEWHERE.contains(table)).collect();
    let before = (found(&server, &ada.id), found(&server, &bob.id));
    for table in &tenants {
        for found in [&before.0, &before.1] {
            assert!(found.iter().any(|one| one == table), "there is nothing in {table}: {found:?}");
        }
    }
    ada.send(Method::DELETE, "/users/me", Some(&json!({"password": PASSWORD}))).is(204);
    // The server's own record says that an account of this name was made and deleted, and by whom.
    for text in [&ada.id, "countess"] {
        assert_eq!(found(&server, text), ["audit"], "{text}");
    }
    assert_eq!(found(&server, "countess@example.org"), [""; 0]);
    // Another's is as it was, though it holds the same ids.
    assert_eq!(found(&server, &bob.id), before.1);
    server.verify();
}
