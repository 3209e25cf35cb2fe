// Our client library against servers made with the official SDKs. Started by scripts/interop --servers; conformance/…/ServerVisit.java is the visitor:
// it looks at everything that a server has, calls every tool, and answers what it is asked.
import { execFile, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { clients } from './clients.mjs';
import { freePort } from './deployment.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, 'node_modules');
const node = join(modules, 'node/bin/node');
const run = promisify(execFile);
const { values: options } = parseArgs({ options: {
  servers: { type: 'boolean' },
  all: { type: 'boolean', default: false },
  only: { type: 'string', multiple: true, default: [] },
} });

const LEGACY = '2025-11-25';
const MODERN = '2026-07-28';
const preload = (program, ...args) => [node, '--import', join(here, 'servers/loopback.mjs'), program, ...args];
const example = (name) => ({
  name: `TypeScript 1.x, ${name}`, revision: LEGACY, path: '/mcp',
  command: () => preload(join(modules, '@modelcontextprotocol/sdk/dist/esm/examples/server', `${name}.js`)),
});
const everything = (...args) => preload(join(modules, '@modelcontextprotocol/server-everything/dist/index.js'), ...args);
// what needs the internet, a person at a page, or a word that no schema names
const EVERYTHING = { 'gzip-file-as-resource': /fetch failed|timed out|abort/, 'trigger-url-elicitation': /-32042/, 'resource-prompt': /Invalid resourceType/ };
const v2 = (...args) => preload(join(here, 'servers/v2.mjs'), ...args);
const FAILS = { fail: /It failed|error/i };
const STATELESS = { ...FAILS, ask: /did not declare the required capability/ };

// these SDKs ask only clients of before 2026-07-28 by themselves, and say so
const back = /no back-channel|cannot be sent while serving a request on protocol version/;
const BACK = { ...FAILS, ask: back, 'elicit (form)': back, 'elicit (url)': back, roots: back, sample: back };

/// `command(port)` starts it; without a `path` it is spoken to over stdio. What does not end well must be in `but`.
const servers = [
  ...['simpleStreamableHttp', 'simpleStatelessStreamableHttp', 'jsonResponseStreamableHttp', 'ssePollingExample', 'elicitationFormExample',
    'simpleTaskInteractive', 'sseAndStreamableHttpCompatibleServer', 'simpleSseServer'].map(example),
  { name: 'TypeScript 2.x', revision: MODERN, path: '/mcp', command: () => v2(), but: FAILS, asks: 1 },
  { name: 'TypeScript 2.x, as an older client', newest: LEGACY, revision: LEGACY, path: '/mcp', command: () => v2(), but: STATELESS },
  { name: 'TypeScript 2.x, stdio', revision: MODERN, command: () => v2('stdio'), but: FAILS, asks: 1 },
  { name: 'TypeScript 2.x, stdio, as an older client', newest: LEGACY, revision: LEGACY, command: () => v2('stdio'), but: FAILS, asks: 1 },
  { name: 'server-everything, stdio', revision: LEGACY, command: () => everything('stdio'), but: EVERYTHING, asks: 1 },
  { name: 'server-everything', revision: LEGACY, path: '/mcp', command: () => everything('streamableHttp'), but: EVERYTHING, asks: 1 },
  { name: 'server-everything, HTTP+SSE', revision: LEGACY, path: '/sse', command: () => everything('sse'), but: EVERYTHING, asks: 1 },
  { name: 'Python, stdio', all: true, revision: MODERN, command: () => py('stdio'), but: BACK },
  { name: 'Python', all: true, revision: MODERN, path: '/mcp', command: (port) => py('http', port), but: BACK },
  { name: 'Python, as an older client', all: true, newest: LEGACY, revision: LEGACY, path: '/mcp', command: (port) => py('http', port), but: FAILS, asks: 1 },
  { name: 'Python, HTTP+SSE', all: true, revision: LEGACY, path: '/sse', command: (port) => py('sse', port), but: FAILS, asks: 1 },
  { name: 'Go, everything, stdio', all: true, revision: MODERN, command: async () => [await go()], but: BACK },
  { name: 'Go, everything, stdio, as an older client', all: true, newest: LEGACY, revision: LEGACY, command: async () => [await go()], asks: 1 },
  { name: 'Rust, stdio', all: true, revision: MODERN, command: async () => [await rs()], but: FAILS },
  { name: 'Rust, stdio, as an older client', all: true, newest: LEGACY, revision: LEGACY, command: async () => [await rs()], but: FAILS },
  { name: 'Rust', all: true, revision: MODERN, path: '/mcp', command: async (port) => [await rs(), String(port)], but: FAILS },
  { name: 'Rust, as an older client', all: true, newest: LEGACY, revision: LEGACY, path: '/mcp', command: async (port) => [await rs(), String(port)], but: FAILS },
  { name: 'Go, everything', all: true, revision: LEGACY, path: '/', command: async (port) => [await go(), '-http', `127.0.0.1:${port}`], asks: 1 },
];

const built = async (name) => (await clients.find((client) => client.name.startsWith(name)).build())[0];
const py = async (...args) => [await built('Python'), join(here, 'servers/python.py'), ...args.map(String)];

/// The SDK's own example, out of the module that our client program is built with.
async function go() {
  const program = join(dirname(await built('Go')), 'everything');
  await run('go', ['build', '-mod=readonly', '-o', program, 'github.com/modelcontextprotocol/go-sdk/examples/server/everything'], { cwd: join(here, 'clients/go') });
  return program;
}

async function rs() {
  const target = join(dirname(dirname(await built('Rust'))), 'server');
  await run('cargo', ['build', '--locked', '--quiet'], { cwd: join(here, 'servers/rust'), env: { ...process.env, CARGO_TARGET_DIR: target } });
  return join(target, 'debug/doorwarden-interop-server');
}

const listening = (port) => new Promise((done) => {
  const socket = connect(port, '127.0.0.1', () => { socket.destroy(); done(true); });
  socket.on('error', () => done(false));
});

async function visit({ name, newest = MODERN, path, command }) {
  const port = await freePort();
  const started = await command(port);
  if (!path) return said([newest, 'stdio', ...started]);
  const server = spawn(started[0], started.slice(1), { env: { ...process.env, INTEROP_PORT: String(port), PORT: String(port), MCP_PORT: String(port) }, stdio: 'ignore' });
  try {
    const end = Date.now() + 20_000;
    while (!await listening(port)) {
      if (Date.now() > end) throw new Error(`${name} does not listen`);
      await new Promise((done) => setTimeout(done, 100));
    }
    return await said([newest, 'http', `http://127.0.0.1:${port}${path}`]);
  } finally {
    server.kill();
  }
}

async function said(args) {
  const { stdout } = await run(join(here, '../conformance/client'), ['--visit', ...args], { timeout: 120_000 });
  return JSON.parse(stdout);
}

const rows = [];
let passed = 0;
let failed = 0;

async function judge(server) {
  const wrong = [];
  let came = {};
  try {
    came = await visit(server);
    if (came.failure) wrong.push(came.failure);
    if (came.revision !== server.revision) wrong.push(`speaks ${came.revision} instead of ${server.revision}`);
    if ((server.asks ?? 0) > came.questions) wrong.push('nobody was asked');
    const all = Object.entries({ ...came.tools, ...came.resources, ...came.prompts });
    if (!all.length) wrong.push('it has nothing');
    for (const [thing, outcome] of all) {
      const but = server.but?.[thing];
      if (but ? !but.test(outcome) && outcome !== 'ok' : outcome !== 'ok') wrong.push(`${thing}: ${outcome.slice(0, 200)}`);
    }
  } catch (error) {
    wrong.push(error.message.split('\n').slice(0, 3).join(' '));
  }
  if (wrong.length) failed++; else passed++;
  for (const what of wrong) console.log(`  FAILED ${server.name}: ${what}`);
  const count = (things) => Object.keys(things ?? {}).length;
  rows.push([servers.indexOf(server), `| ${server.name} | ${came.revision ?? '-'} | ${count(came.tools)} | ${count(came.resources)} | ${count(came.prompts)} | ${came.questions ?? 0} | ${wrong.length ? 'FAILED' : 'ok'} |`]);
}

// the first start builds what has changed
await run(resolve(here, '../doorwarden'), ['--version']);
const wanted = servers.filter(({ name, all }) => options.only.length ? options.only.some((part) => name.toLowerCase().includes(part.toLowerCase())) : options.all || !all);
const waiting = [...wanted];
await Promise.all([1, 2].map(async () => { while (waiting.length) await judge(waiting.shift()); }));
rows.sort(([one], [other]) => one - other);
console.log(`\n| server | revision | tools | resources | prompts | questions answered | |\n|${' --- |'.repeat(7)}\n${rows.map(([, row]) => row).join('\n')}\n\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
