// What tells somebody who looks elsewhere that a time is up: a notification, and a soft sound. Each only when it was
// asked for.

import * as preferences from './preferences.js';

/** Two notes of a small bell: hertz, and when each begins, in seconds. */
const NOTES = [
  [659.25, 0],
  [987.77, 0.28],
];
const RINGS = 1.8;

/** Whether this browser shows notifications to this page at all. */
export function canNotify() {
  return 'Notification' in globalThis && isSecureContext;
}

/** Asks for permission; whether it was given. */
export async function askToNotify() {
  return canNotify() && (await Notification.requestPermission()) === 'granted';
}

/** A bell, made of sines: there is no file to load. */
export function chime() {
  const audio = new AudioContext();
  for (const [pitch, at] of NOTES) {
    const start = audio.currentTime + at;
    for (const [overtone, loud] of [
      [1, 0.16],
      [2.76, 0.03],
    ]) {
      const tone = audio.createOscillator();
      const gain = audio.createGain();
      tone.frequency.value = pitch * overtone;
      gain.gain.setValueAtTime(0, start);
      gain.gain.linearRampToValueAtTime(loud, start + 0.012);
      gain.gain.exponentialRampToValueAtTime(0.0001, start + RINGS);
      tone.connect(gain).connect(audio.destination);
      tone.start(start);
      tone.stop(start + RINGS);
    }
  }
  setTimeout(() => audio.close(), (RINGS + 1) * 1000);
}

/**
 * @param {string} title
 * @param {string} body
 */
export async function signal(title, body) {
  const { notify, sound } = preferences.focus();
  if (sound) chime();
  if (!notify || !canNotify() || Notification.permission !== 'granted') return;
  const options = { body, tag: 'almanac-focus', icon: '/icon.svg', data: '/focus' };
  // On a phone only a service worker may show one; without it the page does.
  const worker = await navigator.serviceWorker?.getRegistration();
  if (worker) await worker.showNotification(title, options);
  else new Notification(title, options);
}
