// Generated from the migrations by `make schema`.

diesel::table! {
    audit (id) {
        id -> Uuid,
        at -> Timestamptz,
        actor_id -> Nullable<Uuid>,
        actor_name -> Text,
        action -> Text,
        target_id -> Nullable<Uuid>,
        target_name -> Nullable<Text>,
        before -> Nullable<Jsonb>,
        after -> Nullable<Jsonb>,
    }
}

diesel::table! {
    browser_days (user_id, day, device_id) {
        user_id -> Uuid,
        day -> Date,
        device_id -> Uuid,
        events -> Int8,
        duration_ms -> Int8,
        hours -> Bytea,
        hours_ms -> Bytea,
        coverage -> Bytea,
        hosts -> Bytea,
        types -> Bytea,
        browser -> Nullable<Bytea>,
    }
}

diesel::table! {
    browser_months (user_id, month, device_id) {
        user_id -> Uuid,
        month -> Date,
        device_id -> Uuid,
        hosts -> Bytea,
    }
}

diesel::table! {
    consumption (user_id, id) {
        user_id -> Uuid,
        id -> Uuid,
        consumption_date -> Date,
        consumption_type -> Text,
        amount -> Numeric,
        unit -> Text,
        canonical_amount -> Numeric,
        description -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        meter_id -> Nullable<Uuid>,
        import_id -> Nullable<Uuid>,
        estimated -> Bool,
    }
}

diesel::table! {
    consumption_days (user_id, consumption_type, date) {
        user_id -> Uuid,
        consumption_type -> Text,
        date -> Date,
        total -> Numeric,
        minimum -> Numeric,
        maximum -> Numeric,
        records -> Int4,
        estimated -> Int4,
    }
}

diesel::table! {
    consumption_deleted (user_id, id) {
        user_id -> Uuid,
        id -> Uuid,
        deleted_at -> Timestamptz,
    }
}

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
    events (user_id, occurred_at, event_id) {
        user_id -> Uuid,
        occurred_at -> Timestamptz,
        event_id -> Uuid,
        device_id -> Uuid,
        sequence -> Int8,
        v -> Int4,
        event_type -> Text,
        tab_id -> Nullable<Int8>,
        window_id -> Nullable<Int8>,
        active -> Nullable<Bool>,
        url -> Nullable<Text>,
        title -> Nullable<Text>,
        sent_id -> Nullable<Text>,
    }
}

diesel::table! {
    focus_days (user_id, date) {
        user_id -> Uuid,
        date -> Date,
        focus_min -> Int4,
        sessions -> Int4,
    }
}

diesel::table! {
    focus_sessions (user_id, id) {
        user_id -> Uuid,
        id -> Uuid,
        started_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        duration_min -> Nullable<Int4>,
        label -> Nullable<Text>,
        outcome -> Text,
        focus_min -> Int4,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    focus_summary (singleton) {
        singleton -> Bool,
        month -> Date,
        week -> Date,
        people -> Int8,
        visible -> Int8,
        sessions -> Int8,
        focus_min -> Int8,
    }
}

diesel::table! {
    focus_totals (user_id) {
        user_id -> Uuid,
        xp_points -> Int8,
        focus_min -> Int8,
        sessions -> Int8,
        best_streak -> Int4,
        last_streak -> Int4,
        last_date -> Nullable<Date>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    garden (user_id, id) {
        user_id -> Uuid,
        id -> Uuid,
        session_id -> Uuid,
        plant_num -> Int4,
        plant_type -> Text,
        growth_stage -> Int2,
        withered -> Bool,
        chosen -> Bool,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    imports (user_id, id) {
        user_id -> Uuid,
        id -> Uuid,
        number -> Int4,
        kind -> Text,
        file_name -> Nullable<Text>,
        imported -> Int8,
        changed -> Int8,
        duplicates -> Int8,
        rejected -> Int8,
        first_date -> Nullable<Date>,
        last_date -> Nullable<Date>,
        created_at -> Timestamptz,
        undone_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    ingest_minutes (minute) {
        minute -> Timestamptz,
        batches -> Int8,
        accepted -> Int8,
        updated -> Int8,
        duplicates -> Int8,
        rejected -> Int8,
    }
}

diesel::table! {
    insight_calls (user_id, month) {
        user_id -> Uuid,
        month -> Date,
        calls -> Int4,
    }
}

diesel::table! {
    insights (user_id, kind, date, days, provider) {
        user_id -> Uuid,
        kind -> Text,
        date -> Date,
        days -> Int4,
        provider -> Text,
        fingerprint -> Bytea,
        document -> Nullable<Jsonb>,
        generated_at -> Timestamptz,
        taken_until -> Nullable<Timestamptz>,
        failure -> Nullable<Text>,
    }
}

diesel::table! {
    invites (id) {
        id -> Uuid,
        code_hash -> Bytea,
        note -> Nullable<Text>,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
        max_uses -> Int4,
        uses -> Int4,
    }
}

diesel::table! {
    login_attempts (key) {
        key -> Bytea,
        failed_at -> Array<Timestamptz>,
        pending_at -> Array<Timestamptz>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    logins (login) {
        login -> Text,
        user_id -> Uuid,
    }
}

diesel::table! {
    meter_days (user_id, meter_id, date) {
        user_id -> Uuid,
        meter_id -> Uuid,
        date -> Date,
        hours -> Bytea,
    }
}

diesel::table! {
    meter_intervals (user_id, meter_id, date, import_number) {
        user_id -> Uuid,
        meter_id -> Uuid,
        date -> Date,
        import_number -> Int4,
        intervals -> Bytea,
    }
}

diesel::table! {
    meter_readings (user_id, meter_id, read_at) {
        user_id -> Uuid,
        meter_id -> Uuid,
        read_at -> Timestamptz,
        id -> Uuid,
        reading -> Numeric,
        kind -> Text,
        new_reading -> Nullable<Numeric>,
        note -> Nullable<Text>,
        import_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    meters (user_id, id) {
        user_id -> Uuid,
        id -> Uuid,
        name -> Text,
        consumption_type -> Text,
        unit -> Text,
        digits -> Nullable<Int2>,
        import_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    pairing_codes (code_hash) {
        code_hash -> Bytea,
        user_id -> Uuid,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    password_resets (token_hash) {
        token_hash -> Bytea,
        user_id -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    projects (user_id, id) {
        user_id -> Uuid,
        id -> Uuid,
        title -> Text,
        description -> Nullable<Text>,
        client -> Nullable<Text>,
        color -> Nullable<Text>,
        hourly_rate -> Nullable<Numeric>,
        archived -> Bool,
        import_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    rate_limits (key) {
        key -> Bytea,
        full_at -> Timestamptz,
        lent -> Int4,
    }
}

diesel::table! {
    server_settings (singleton) {
        singleton -> Bool,
        registration -> Text,
        admin_since -> Nullable<Timestamptz>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    standing_counts (board, since, level, bucket) {
        board -> Text,
        since -> Date,
        level -> Int2,
        bucket -> Int8,
        people -> Int8,
    }
}

diesel::table! {
    standing_days (date) {
        date -> Date,
        people -> Int8,
    }
}

diesel::table! {
    standings (user_id) {
        user_id -> Uuid,
        username -> Text,
        hidden -> Bool,
        xp_points -> Int8,
        focus_min -> Int8,
        sessions -> Int8,
        best_streak -> Int8,
        month -> Date,
        month_focus_min -> Int8,
        month_sessions -> Int8,
        week -> Date,
        week_focus_min -> Int8,
        week_sessions -> Int8,
        active_on -> Nullable<Date>,
        again_on -> Nullable<Date>,
    }
}

diesel::table! {
    standings_due (user_id, id) {
        user_id -> Uuid,
        id -> Uuid,
    }
}

diesel::table! {
    time_days (user_id, date) {
        user_id -> Uuid,
        date -> Date,
        entries -> Bytea,
    }
}

diesel::table! {
    time_entries (user_id, id) {
        user_id -> Uuid,
        id -> Uuid,
        project_id -> Nullable<Uuid>,
        description -> Nullable<Text>,
        started_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        tags -> Array<Text>,
        billable -> Bool,
        exclusive -> Bool,
        import_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    time_entries_deleted (user_id, id) {
        user_id -> Uuid,
        id -> Uuid,
        deleted_at -> Timestamptz,
    }
}

diesel::table! {
    token_families (user_id, id) {
        user_id -> Uuid,
        id -> Uuid,
        device_id -> Nullable<Uuid>,
        agent -> Nullable<Text>,
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
        coverage -> Bytea,
        apps -> Bytea,
        hours_ms -> Bytea,
    }
}

diesel::table! {
    users (user_id) {
        user_id -> Uuid,
        username -> Nullable<Text>,
        email -> Nullable<Text>,
        name -> Nullable<Text>,
        first_name -> Nullable<Text>,
        last_name -> Nullable<Text>,
        password_hash -> Nullable<Text>,
        role -> Text,
        disabled_at -> Nullable<Timestamptz>,
        settings -> Jsonb,
        calendar -> Jsonb,
        calendar_version -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    webhook_deliveries (user_id, endpoint_id, id) {
        user_id -> Uuid,
        endpoint_id -> Uuid,
        id -> Text,
        kind -> Nullable<Text>,
        status -> Text,
        error_code -> Nullable<Text>,
        message -> Nullable<Text>,
        made -> Array<Uuid>,
        body -> Bytea,
        received_at -> Timestamptz,
        worked_at -> Timestamptz,
    }
}

diesel::table! {
    webhook_directory (endpoint_id) {
        endpoint_id -> Uuid,
        user_id -> Uuid,
    }
}

diesel::table! {
    webhook_endpoints (user_id, id) {
        user_id -> Uuid,
        id -> Uuid,
        name -> Text,
        scheme -> Text,
        secret -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    xp_ledger (user_id, reason, source_id) {
        user_id -> Uuid,
        reason -> Text,
        source_id -> Uuid,
        xp -> Int4,
        created_at -> Timestamptz,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    audit,
    browser_days,
    browser_months,
    consumption,
    consumption_days,
    consumption_deleted,
    device_keys,
    devices,
    events,
    focus_days,
    focus_sessions,
    focus_summary,
    focus_totals,
    garden,
    imports,
    ingest_minutes,
    insight_calls,
    insights,
    invites,
    login_attempts,
    logins,
    meter_days,
    meter_intervals,
    meter_readings,
    meters,
    pairing_codes,
    password_resets,
    projects,
    rate_limits,
    server_settings,
    standing_counts,
    standing_days,
    standings,
    standings_due,
    time_days,
    time_entries,
    time_entries_deleted,
    token_families,
    usage,
    usage_days,
    users,
    webhook_deliveries,
    webhook_directory,
    webhook_endpoints,
    xp_ledger,
);
