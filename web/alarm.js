// A clock beside the page: browsers slow down the timers of pages that are not seen, but not a worker's.

/** @type {ReturnType<typeof setTimeout> | undefined} */
let alarm;

addEventListener('message', ({ data: milliseconds }) => {
  clearTimeout(alarm);
  if (milliseconds !== null) alarm = setTimeout(() => postMessage(null), milliseconds);
});
