//! Deleting an account leaves nothing of it, in any table.

use super::*;

/// Columns of the schema that can hold an id: their tables and names.
fn columns(server: &Server) -> Vec<(String, String)> {
    let columns = server.sql(
        "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name) \
         WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND data_type = 'uuid'",
    );
    let column = |line: &str| line.split_once('|').map(|(table, name)| (table.to_owned(), name.to_owned()));
    columns.lines().filter_map(column).collect()
}

fn found(server: &Server, columns: &[(String, String)], id: &str) -> Vec<String> {
    let holds = |(table, column): &(String, String)| {
        let rows = server.sql(&format!("SELECT count(*) FROM {table} WHERE {column} = '{id}'"));
        (rows != "0").then(|| format!("{table}.{column}"))
    };
    columns.iter().filter_map(holds).collect()
}

#[test]
fn leaves_nothing() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    fill::few(&ada);
    ada.post("/devices/pairing-code", &json!({})).is(201);
    ada.get("/leaderboard/xp").ok();
    send(&bob, "", &export(&ada)).ok();
    let columns = columns(&server);
    let before = found(&server, &columns, &bob.id);
    // Tables that only come with what others do, and what is kept of deeds.
    let tenants = server.sql("SELECT count(*) FROM pg_policies WHERE policyname = 'tenant'");
    assert!(before.len() + 3 > tenants.parse::<usize>().unwrap(), "the account has something of everything: {before:?}");
    ada.send(Method::DELETE, "/users/me", Some(&json!({"password": PASSWORD}))).is(204);
    assert_eq!(found(&server, &columns, &ada.id), [""; 0]);
    for login in ["ada", "ada@example.org"] {
        assert_eq!(server.sql(&format!("SELECT count(*) FROM logins WHERE login = '{login}'")), "0");
    }
    // Another's is as it was, though it holds the same ids.
    assert_eq!(found(&server, &columns, &bob.id), before);
    server.verify();
}
