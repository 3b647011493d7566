// Starts the real server, with a data directory of its own, and stops it again.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const READY_WITHIN = 60_000;
const STOPS_WITHIN = 15_000;

/** A port nobody listens on. */
async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

export class Server {
  #child = null;
  #said = [];

  /**
   * @param {string} data its data directory
   * @param {number} port
   * @param {Record<string, string>} settings more of its environment
   */
  constructor(data, port, settings) {
    this.data = data;
    this.settings = settings;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  /**
   * A server of its own: nothing in it yet.
   * @param {Record<string, string>} [settings]
   */
  static async fresh(settings = {}) {
    const data = await mkdtemp(join(tmpdir(), 'almanac-web-'));
    // Started as root, the server's PostgreSQL runs as another user, who must be able to enter.
    await chmod(data, 0o755);
    const server = new Server(data, await freePort(), settings);
    await server.start();
    return server;
  }

  get pid() {
    return this.#child?.pid;
  }

  async start() {
    const binary = resolve(web, process.env.ALMANAC_BIN ?? '../target/debug/almanac');
    this.#said = [];
    this.#child = spawn(binary, ['serve'], {
      cwd: dirname(web),
      env: {
        ...process.env,
        ALMANAC_DATA: this.data,
        HOST: '127.0.0.1',
        PORT: String(this.port),
        LOG_FORMAT: 'text',
        ALMANAC_WEB: web,
        // The whole suite comes from one address, in a few minutes.
        RATE_LIMIT: 'off',
        REGISTER_RATE_LIMIT: 'off',
        // Passwords are not what these tests are about.
        BCRYPT_COST: '10',
        ...this.settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.on('data', (chunk) => this.#said.push(chunk));
    }
    const ended = once(this.#child, 'exit').then(([code]) => {
      throw new Error(`the server ended with ${code}:\n${Buffer.concat(this.#said)}`);
    });
    ended.catch(() => {});
    await Promise.race([this.#ready(), ended]);
  }

  async #ready() {
    const until = Date.now() + READY_WITHIN;
    while (Date.now() < until) {
      try {
        if ((await fetch(`${this.url}/health/ready`)).ok) return;
      } catch {
        // Not listening yet.
      }
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`the server was not ready in time:\n${Buffer.concat(this.#said)}`);
  }

  async stop() {
    const child = this.#child;
    if (!child || child.exitCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), STOPS_WITHIN);
    await exit;
    clearTimeout(late);
  }

  async remove() {
    await this.stop();
    await rm(this.data, { recursive: true, force: true });
  }
}
