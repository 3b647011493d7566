//! The garden.

use super::*;

fn plant_of(person: &Person<'_>, session: &Value) -> Value {
    person.get(&format!("/garden/session/{}", id(session))).ok()
}

#[test]
fn a_plant_grows_by_itself() {
    let server = Server::start();
    let ada = server.person("ada");
    assert_eq!(ada.get("/garden").ok(), json!({"gardens": [], "total": 0, "next_cursor": null}));
    let session = ada.post("/sessions", &json!({"duration_min": 25, "plant_type": "Tulip"})).is(201);
    let plant = plant_of(&ada, &session);
    for (field, value) in [
        ("user_id", json!(ada.id)),
        ("session_id", session["id"].clone()),
        ("plant_num", json!(1)),
        ("plant_type", json!("Tulip")),
        ("growth_stage", json!(0)),
        ("withered", json!(false)),
        ("total_plants", json!(1)),
        ("started_at", session["started_at"].clone()),
    ] {
        assert_eq!(plant[field], value, "{field}");
    }
    age(&server, 13 * 60);
    ada.patch(&path(&session), &json!({"completed": true})).ok();
    let grown = plant_of(&ada, &session);
    assert_eq!((&grown["growth_stage"], &grown["focus_min"]), (&json!(2), &json!(13)));
    // The next is of the same kind, unless something else is wanted.
    let second = offline(&ada, "2026-03-01T10:00:00Z", "2026-03-01T10:30:00Z");
    let plant = plant_of(&ada, &second);
    assert_eq!(plant["plant_type"], "Tulip");
    assert_eq!(
        (&plant["growth_stage"], &plant["plant_num"], &plant["total_plants"]),
        (&json!(5), &json!(2), &json!(2))
    );
    ada.post("/sessions", &json!({"plant_type": "ginkgo"})).fails(409, "PLANT_LOCKED");
    ada.get("/sessions/active").fails(404, "NO_ACTIVE_SESSION");
    // With its session it goes.
    ada.delete(&path(&second)).is(204);
    ada.get(&format!("/garden/session/{}", id(&second))).fails(404, "PLANT_NOT_FOUND");
    assert_eq!(ada.get("/garden").ok()["total"], 1);
}

#[test]
fn a_plant_withers_unless_nothing_had_begun() {
    let server = Server::start();
    let ada = server.person("ada");
    let given_up = |seconds: i64| {
        let session = ada.post("/sessions", &json!({"duration_min": 25})).is(201);
        age(&server, seconds);
        ada.patch(&path(&session), &json!({"abandoned": true})).ok();
        session
    };
    let early = given_up(5);
    ada.get(&format!("/garden/session/{}", id(&early))).fails(404, "PLANT_NOT_FOUND");
    let late = given_up(7 * 60);
    let plant = plant_of(&ada, &late);
    assert_eq!((&plant["withered"], &plant["growth_stage"]), (&json!(true), &json!(1)));
    let kept = ada.post("/sessions", &json!({"started_at": ago(7200), "ended_at": ago(3600)})).is(201);
    assert_eq!(plant_of(&ada, &kept)["withered"], true);
}

#[test]
fn a_client_plants_once_for_a_session() {
    let server = Server::start();
    let (ada, bob) = (server.person("ada"), server.person("bob"));
    let session = ada.post("/sessions", &json!({"duration_min": 25})).is(201);
    let by_itself = plant_of(&ada, &session);
    let new = json!({"session_id": id(&session), "plant_type": "rose", "growth_stage": 1, "plant_num": 7});
    bob.post("/garden", &new).fails(404, "SESSION_NOT_FOUND");
    let planted = ada.post("/garden", &new);
    let plant = planted.is(201);
    assert_eq!((&plant["id"], &plant["total_plants"]), (&by_itself["id"], &json!(1)), "it takes the place");
    assert_eq!(
        (&plant["plant_type"], &plant["growth_stage"], &plant["plant_num"]),
        (&json!("rose"), &json!(1), &json!(7))
    );
    ada.post("/garden", &new).fails(409, "PLANT_EXISTS");
    ada.post("/garden", &json!({"session_id": ada.id, "plant_type": "rose"})).fails(404, "SESSION_NOT_FOUND");
    let path_of = format!("/garden/{}", id(&plant));
    for (patch, stage) in [(json!({"growth_stage": 3}), 3), (json!({"growth_stage": 2}), 3), (json!({}), 3)] {
        assert_eq!(ada.patch(&path_of, &patch).ok()["growth_stage"], stage, "{patch}");
    }
    assert_eq!(
        ada.patch(&path_of, &json!({"plant_type": "our own tree"})).ok()["plant_type"],
        "our own tree"
    );
    ada.patch(&path_of, &json!({"plant_type": "Cherry Blossom"})).fails(409, "PLANT_LOCKED");
    for (body, field) in [
        (json!({"growth_stage": 6}), "growth_stage"),
        (json!({"growth_stage": -1}), "growth_stage"),
        (json!({"plant_type": " "}), "plant_type"),
        (json!({"plant_type": "x".repeat(41)}), "plant_type"),
    ] {
        ada.patch(&path_of, &body).names(field);
    }
    age(&server, 600);
    ada.patch(&path(&session), &json!({"completed": true})).ok();
    assert_eq!(ada.get(&path_of).ok()["growth_stage"], 3, "it never shrinks");
    ada.delete(&path_of).is(204);
    ada.get(&path_of).fails(404, "PLANT_NOT_FOUND");
    // Its session stands, and may be planted for again.
    assert_eq!(totals(&ada)[0], 10);
    let again = ada.post("/garden", &json!({"session_id": id(&session), "plant_type": "fern"})).is(201);
    assert_eq!((&again["growth_stage"], &again["withered"]), (&json!(2), &json!(false)));
}

#[test]
fn the_garden_goes_page_by_page_and_from_day_to_day() {
    let server = Server::start();
    let ada = server.person("ada");
    for day in 1..=5 {
        offline(&ada, &format!("2026-03-0{day}T10:00:00Z"), &format!("2026-03-0{day}T10:25:00Z"));
    }
    assert_eq!(ada.get("/garden?from=2026-03-02&to=2026-03-03").ok()["total"], 2);
    let first = ada.get("/garden?limit=3").ok();
    let rest = ada.get(&format!("/garden?limit=3&cursor={}", first["next_cursor"].as_str().unwrap())).ok();
    let starts: Vec<&str> = [&first, &rest]
        .iter()
        .flat_map(|page| page["gardens"].as_array().unwrap())
        .map(|plant| plant["started_at"].as_str().unwrap())
        .collect();
    assert_eq!((starts.len(), rest["next_cursor"].clone()), (5, json!(null)));
    assert!(starts.is_sorted_by(|a, b| a > b));
    for query in ["from=x", "limit=0", "cursor=x"] {
        assert_eq!(ada.get(&format!("/garden?{query}")).status, 422, "{query}");
    }
}

#[test]
fn species_unlock_with_levels() {
    let server = Server::start();
    let ada = server.person("ada");
    let unlocked = || {
        let told = ada.get("/garden/species").ok();
        assert!(told["total"].as_i64().unwrap() >= 12);
        let all = told["species"].as_array().unwrap().clone();
        let open = all.iter().filter(|one| one["unlocked"] == true).count();
        (open, all.len(), all)
    };
    let (open, of, all) = unlocked();
    assert!(0 < open && open < of);
    assert_eq!(all[0]["pictures"].as_array().unwrap().len(), 6);
    for day in 10..=28 {
        for hour in [0, 8, 16] {
            offline(
                &ada,
                &format!("2026-02-{day}T{hour:02}:00:00Z"),
                &format!("2026-02-{day}T{:02}:59:00Z", hour + 7),
            );
        }
    }
    assert_eq!(ada.get("/stats/me").ok()["lvl"], 23);
    let (open, of, _) = unlocked();
    assert_eq!(open, of);
}
