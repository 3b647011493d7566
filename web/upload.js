// Sends a file by the one door of a browser that tells how much of it has gone.

import { OfflineError, errorOf } from './answers.js';
import { BASE, queryString } from './api.js';

/**
 * Sends a file, and tells how far it has come.
 * @param {import('./api.js').Api} api
 * @param {string} path
 * @param {File} file
 * @param {object} options
 * @param {Record<string, string | number | boolean | null | undefined>} options.query
 * @param {AbortSignal} options.signal
 * @param {(part: number) => void} options.sent 0 to 1
 * @param {(line: any) => void} options.line each line of the answer, as it arrives
 * @param {string} [options.type] what it is, where that is not CSV
 */
export function upload(api, path, file, { query, signal, sent, line, type }) {
  const address = BASE + path + queryString(query);
  return api.withToken((token) => {
    const headers = {
      Authorization: `Bearer ${token}`,
      Accept: 'application/x-ndjson',
      'Content-Type': type ?? 'text/csv',
      ...(!type && file.name.endsWith('.gz') ? { 'Content-Encoding': 'gzip' } : {}),
    };
    return send(address, file, { headers, signal, sent, line, heard: (online) => api.heard(online) });
  });
}

/**
 * @param {string} address
 * @param {File} file
 * @param {object} options
 * @param {Record<string, string>} options.headers
 * @param {AbortSignal} options.signal
 * @param {(part: number) => void} options.sent
 * @param {(line: any) => void} options.line
 * @param {(online: boolean) => void} options.heard
 * @returns {Promise<void>}
 */
function send(address, file, { headers, signal, sent, line, heard }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let read = 0;
    const readLines = () => {
      const end = request.responseText.lastIndexOf('\n') + 1;
      if (request.status !== 200 || end <= read) return;
      const lines = request.responseText.slice(read, end).split('\n');
      read = end;
      for (const one of lines) if (one) line(JSON.parse(one));
    };
    request.open('POST', address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', ({ loaded, total }) => sent(total > 0 ? loaded / total : 1));
    request.addEventListener('progress', readLines);
    request.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
    request.addEventListener('error', () => {
      heard(false);
      reject(new OfflineError());
    });
    request.addEventListener('load', () => {
      heard(true);
      if (request.status === 200) {
        readLines();
        return resolve();
      }
      const { status, statusText } = request;
      return reject(errorOf(detailOf(request), { status, statusText, wait: request.getResponseHeader('Retry-After') }));
    });
    signal.addEventListener('abort', () => request.abort());
    if (signal.aborted) reject(new DOMException('', 'AbortError'));
    else request.send(file);
  });
}

/** @param {XMLHttpRequest} request */
function detailOf(request) {
  try {
    return JSON.parse(request.responseText).detail;
  } catch {
    return null;
  }
}
