// Generated from the migrations by `make schema`.

diesel::table! {
    device_keys (key_hash) {
        key_hash -> Bytea,
        user_id -> Uuid,
        device_id -> Uuid,
    }
}

diesel::table! {
    devices (user_id, id) {
        user_id -> Uuid,
        id -> Uuid,
        name -> Text,
        platform -> Text,
        model -> Nullable<Text>,
        os_version -> Nullable<Text>,
        app_version -> Nullable<Text>,
        created_at -> Timestamptz,
        last_seen_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
        calendar_version -> Int4,
    }
}

diesel::table! {
    token_families (user_id, id) {
        user_id -> Uuid,
        id -> Uuid,
        device_id -> Uuid,
        generation -> Int4,
        issued_at -> Timestamptz,
        expires_at -> Timestamptz,
        created_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    usage (user_id, started_at, device_id, kind, app) {
        user_id -> Uuid,
        started_at -> Timestamptz,
        device_id -> Uuid,
        kind -> Text,
        app -> Text,
        ended_at -> Timestamptz,
        title -> Nullable<Text>,
        url -> Nullable<Text>,
    }
}

diesel::table! {
    usage_days (user_id, day, device_id) {
        user_id -> Uuid,
        day -> Date,
        device_id -> Uuid,
        duration_ms -> Int8,
        session_count -> Int8,
        started_count -> Int8,
        hours_ms -> Array<Int8>,
        coverage -> Bytea,
        apps -> Bytea,
    }
}

diesel::table! {
    users (user_id) {
        user_id -> Uuid,
        calendar -> Jsonb,
        calendar_version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    device_keys,
    devices,
    token_families,
    usage,
    usage_days,
    users,
);
