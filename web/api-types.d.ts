// The answers the dashboard reads. `npm run types` writes the whole contract to openapi.d.ts from
// docs/openapi.json; these names are what the pages use.

export interface Tokens {
  device_id: string;
  access_token: string;
  refresh_token: string;
}

export interface AppTotal {
  app: string;
  kind: 'app' | 'website';
  category: string | null;
  seconds: number;
  session_count: number;
  share: number;
}

export interface DeviceTotal {
  device_id: string;
  name: string;
  platform: string;
  seconds: number;
}

interface Totals {
  timezone: string;
  /** HH:MM, the wall clock time at which the account's days begin. */
  day_start: string;
  from: string;
  to: string;
  total_seconds: number;
  active_seconds: number;
  apps: AppTotal[];
  devices: DeviceTotal[];
}

export interface StatsToday extends Totals {
  date: string;
  session_count: number;
  /** Screen time by local clock hour, 0..23. */
  hours: number[];
  previous: { date: string; total_seconds: number; active_seconds: number };
}

export interface StatsWeek extends Totals {
  start_date: string;
  end_date: string;
  days: {
    date: string;
    from: string;
    to: string;
    total_seconds: number;
    active_seconds: number;
    session_count: number;
  }[];
  previous: { start_date: string; end_date: string; total_seconds: number; active_seconds: number };
}

export interface Session {
  device_id: string;
  app: string;
  kind: 'app' | 'website';
  title: string | null;
  url: string | null;
  started_at: string;
  ended_at: string;
  duration_seconds: number;
}

export interface SessionList {
  sessions: Session[];
  total: number;
  next_cursor: string | null;
}

export interface Device {
  device_id: string;
  name: string;
  platform: string;
  model: string | null;
  os_version: string | null;
  app_version: string | null;
  created_at: string;
  last_seen_at: string | null;
  revoked_at: string | null;
  session_count: number;
  current: boolean;
}

export interface DeviceList {
  devices: Device[];
  total: number;
  next_cursor: string | null;
}

export type Weekday = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';

export interface Account {
  id: string;
  timezone: string;
  day_start: string;
  week_start: Weekday;
  created_at: string;
  updated_at: string;
}
