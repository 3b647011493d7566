// The names by which the pages call what the API answers; openapi.d.ts is written by `npm run types`.

import type { components } from './openapi.d.ts';

type Schemas = components['schemas'];

export type Tokens = Schemas['TokenPair'];
export type PairingCode = Schemas['PairingCode'];
export type Places = Schemas['Places'];
export type Place = Places['sessions'][number];
export type StatsToday = Schemas['Today'];
export type StatsWeek = Schemas['Week'];
export type AppTotal = StatsToday['apps'][number];
export type DeviceTotal = StatsToday['devices'][number];
export type SessionList = Schemas['Sessions'];
export type Session = SessionList['sessions'][number];
export type DeviceList = Schemas['Devices'];
export type Device = DeviceList['devices'][number];
export type Weekday = Schemas['WeekStart'];
export type Account = Schemas['Account'];
export type Registration = Schemas['Registration'];
export type ServerSettings = Schemas['ServerSettings'];
export type AdminUser = Schemas['User'];
export type AdminDevice = Schemas['Devices']['devices'][number];
export type AdminStats = Schemas['ServerStats'];
export type ResetLink = Schemas['ResetLink'];
export type Invite = Schemas['Invite'];
export type AuditEntry = Schemas['Entry'];
export type TimerSettings = Required<Schemas['TimerSettings']>;
export type FocusSession = Schemas['FocusSession'];
export type FocusSessionList = Schemas['FocusSessions'];
export type FocusDay = Schemas['FocusDay'];
export type FocusHours = Schemas['FocusHours'];
export type FocusTotals = Schemas['FocusTotals'];
export type FocusTrends = Schemas['FocusTrends'];
export type FocusPeriod = Schemas['FocusPeriod'];
export type Plant = Schemas['Plant'];
export type Garden = Schemas['Garden'];
export type Species = Schemas['ShownSpecies'];
export type Leaderboard = Schemas['Leaderboard'];
export type FocusSummary = Schemas['FocusSummary'];
export type Consumption = Schemas['Consumption'];
export type ConsumptionList = Schemas['Consumptions'];
export type ConsumptionAnalytics = Schemas['ConsumptionAnalytics'];
export type ConsumptionPeriod = Schemas['ConsumptionPeriod'] & { estimated_days?: number };
export type ConsumptionOfType = Schemas['TypeAnalytics'] & { estimated_days?: number; series: ConsumptionPeriod[] };
export type ConsumptionType = Schemas['ConsumptionType'];
