//! The tables that yardsticks write into: the server's own, and the sums of `single`.

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
    bench_app_days (user_id, day, device_id, kind, app) {
        user_id -> Uuid,
        day -> Date,
        device_id -> Uuid,
        kind -> Text,
        app -> Text,
        duration_ms -> BigInt,
        session_count -> BigInt,
        started_count -> BigInt,
    }
}
