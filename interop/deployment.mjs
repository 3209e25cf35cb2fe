// Starts a deployment the way a person does, in a state folder of its own, and waits for its `ready` line.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

export async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/// `javaOptions` go to the Java process; the result has the endpoint's URL, all that was printed, and stop(), which removes the state unless
/// it is told to `keep` it for the next start.
export async function start(folder, { javaOptions = '', set = {}, env = {}, state = mkdtempSync(join(tmpdir(), 'doorwarden-')), port } = {}) {
  port ??= await freePort();
  const settings = Object.entries({ state, ...set }).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  const child = spawn(join(root, 'doorwarden'), ['serve', join(root, folder), '--port', String(port), ...settings], {
    env: { ...process.env, ...env, DOORWARDEN_JAVA_OPTS: javaOptions },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { out: '', err: '' };
  child.stdout.on('data', (data) => { printed.out += data; });
  child.stderr.on('data', (data) => { printed.err += data; });
  const exited = new Promise((done) => child.on('exit', done));
  const endpoint = await new Promise((done, fail) => {
    const timer = setTimeout(() => fail(new Error(`not ready in time:\n${printed.err}`)), 180_000);
    child.stdout.on('data', () => {
      const ready = /^ready (\S+)$/m.exec(printed.out);
      if (ready) { clearTimeout(timer); done(ready[1]); }
    });
    child.on('exit', (code) => { clearTimeout(timer); fail(new Error(`exited with ${code}:\n${printed.err}`)); });
  });
  return {
    endpoint, state, printed, port,
    async stop({ keep = false } = {}) {
      child.kill('SIGTERM');
      const code = await exited;
      if (!keep) rmSync(state, { recursive: true, force: true });
      return code;
    },
  };
}
