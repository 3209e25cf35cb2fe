// What the simulated clients live in: a deployment with its backend, their metadata documents, and people with browsers.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { start } from '../deployment.mjs';
import { Client } from './client.mjs';
import { Person } from './person.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const DOOR = 'interop/simulators/door';
const ADA = { email: 'ada@example.org', password: 'notes-and-numbers' };

/// Notes, all of which say the same.
export async function backend() {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(request.method === 'POST' ? 201 : 200, { 'content-type': 'application/json' }).end(JSON.stringify({ notes: [{ id: '1', text: 'buy milk' }] }));
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}`, close() { server.closeAllConnections(); server.close(); } };
}

export class World {
  #folder; #options; #deployment; #ada;
  /// `set` are keys of the configuration; `origin` is the public one, if a proxy stands in front; `folder` another deployment, with
  /// a `person` of its own, who signs in `elsewhere` if there is no page for that here.
  static async open(documents, notes, { set = {}, origin, folder = DOOR, person = ADA, elsewhere = false } = {}) {
    const world = new World();
    world.#folder = folder;
    world.documents = { origin: documents.origin, privateKey: documents.privateKey,
      publish: (key, document) => documents.publish(document, `/${key}/client.json`) };
    world.secret = randomBytes(32).toString('hex');
    world.#options = { javaOptions: documents.javaOptions, env: { NOTES_URL: notes.url, ROBOT_SECRET: world.secret, ISSUER: documents.origin },
      set: { ...set, ...(origin ? { 'server.public_origin': origin } : {}) } };
    world.#deployment = await start(folder, world.#options);
    world.socket = `http://127.0.0.1:${world.#deployment.port}`;
    world.origin = origin ?? world.socket;
    world.host = origin ? new URL(origin).host : undefined;
    world.endpoint = `${world.origin}/mcp`;
    world.#ada = new Person(world.socket, { ...person, host: world.host });
    if (!elsewhere) await world.#ada.signIn();
    return world;
  }
  /// Where a public URL is really answered.
  reach(url) { return url.startsWith(`${this.origin}/`) ? this.socket + url.slice(this.origin.length) : url; }
  client(data, options) { return new Client(data, this, options); }
  /// Ada, or whose deployment it is, in the browser in which she is signed in.
  person() { return this.#ada; }
  async restart() {
    const { state, port } = this.#deployment;
    await this.#deployment.stop({ keep: true });
    this.#deployment = await start(this.#folder, { ...this.#options, state, port });
  }
  /// The audit log, as the operator reads it.
  async audit() {
    const { stdout } = await promisify(execFile)(join(root, 'doorwarden'), ['audit', 'list', join(root, this.#folder), '--json', '--last', '400',
      '--set', `state=${this.#deployment.state}`], { env: { ...process.env, ...this.#options.env }, maxBuffer: 1 << 24 });
    return stdout.trim().split('\n').map((line) => JSON.parse(line));
  }
  /// Ends it; what was wrong with the deployment itself.
  async close() {
    const code = await this.#deployment.stop();
    const errors = this.#deployment.printed.err.split('\n').filter((line) => line.includes('"level":"ERROR"'));
    return [...(code === 0 ? [] : [`the deployment ended with exit code ${code}`]), ...errors.map((line) => `the deployment logged ${line.slice(0, 300)}`)];
  }
}
