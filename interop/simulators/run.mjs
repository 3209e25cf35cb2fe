// Simulated clients against Doorwarden, wire by wire: each client shows each behaviour that it is known for. Started by scripts/interop.
// What they showed is docs/clients.md: a difference fails, and --update writes it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { freePort } from '../deployment.mjs';
import { host } from '../metadata-host.mjs';
import { authorization } from './behaviours/authorization.mjs';
import { discovery } from './behaviours/discovery.mjs';
import { registration } from './behaviours/registration.mjs';
import { tokens } from './behaviours/tokens.mjs';
import { transport } from './behaviours/transport.mjs';
import { page } from './page.mjs';
import { World, backend } from './world.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const document = resolve(here, '../../docs/clients.md');
const { values: options } = parseArgs({ options: {
  update: { type: 'boolean', default: false },
  client: { type: 'string' },
  behaviour: { type: 'string' },
} });
const order = ['chatgpt', 'claude-ai', 'claude-code', 'claude-desktop', 'cursor', 'vscode', 'codex', 'gemini-cli', 'opencode', 'inspector', 'mcp-remote-0.1',
  'mcp-remote-0.9', 'any'];
const SWITCHES = Object.fromEntries(Object.entries({ without_iss: '*', secret_other_way: 'Codex', loopback_host: 'Somebody' })
  .map(([quirk, clients]) => [`authorization.client_quirks.${quirk}`, clients]));
const behaviours = [...transport, ...discovery, ...registration, ...authorization, ...tokens];
const files = readdirSync(join(here, 'clients')).filter((file) => file.endsWith('.mjs')).map((file) => file.slice(0, -4));
const strangers = files.filter((file) => !order.includes(file));
if (strangers.length) throw new Error(`run.mjs does not know where in the table ${strangers} belongs`);
const clients = await Promise.all(order.map(async (key) => (await import(`./clients/${key}.mjs`)).default));

const shows = (client, behaviour) => behaviour.everyone ? client.key !== 'any' : client.does.includes(behaviour.id);
for (const { name, does } of clients) {
  const unknown = does.filter((id) => !behaviours.some((behaviour) => behaviour.id === id && !behaviour.everyone));
  if (unknown.length) throw new Error(`${name} does ${unknown}, which no file of behaviours/ knows`);
}

const documents = await host(process.env.KEYTOOL ?? 'keytool');
const notes = await backend();
const proxy = await freePort();
const [plain, switched] = await Promise.all([
  World.open(documents, notes),
  World.open(documents, notes, { origin: `https://localhost:${proxy}`, set: SWITCHES }),
]);
plain.switched = switched.switched = switched;
const results = new Map();
const complaints = [];
let passed = 0;

/// One client shows one behaviour. Who loses `iss` can do so only where the switch is on.
async function play(data, behaviour) {
  const world = behaviour.proxied || data.authorize.iss === 'loses' && !behaviour.switched ? switched : plain;
  const began = performance.now();
  let result = 'ok';
  try {
    const client = world.client(data);
    await behaviour.play(client, world);
    if (behaviour.switched || client.tokens && world === switched && !behaviour.proxied) result = 'switch';
    passed++;
  } catch (error) {
    result = 'FAILED';
    complaints.push(`${data.name}, ${behaviour.id}: ${error.message.replaceAll(/\s+/g, ' ').slice(0, 400)}`);
    if (process.env.INTEROP_TRACE) console.error(error.stack);
  }
  if (process.env.INTEROP_TRACE) console.error(`${data.key} ${behaviour.id} ${Math.round(performance.now() - began)} ms`);
  results.set(`${data.key} ${behaviour.id}`, result);
}

try {
  const wanted = behaviours.filter(({ id }) => !options.behaviour || id === options.behaviour);
  const who = clients.filter(({ key }) => !options.client || key === options.client);
  // A restart would end what the others are doing.
  if (process.env.INTEROP_TRACE) console.error(`ready after ${Math.round(performance.now())} ms`);
  for (const last of [false, true]) {
    await Promise.all(who.map(async (data) => {
      for (const behaviour of wanted.filter((each) => Boolean(each.restarts) === last && shows(data, each))) await play(data, behaviour);
    }));
  }
} finally {
  for (const world of [plain, switched]) complaints.push(...await world.close());
  notes.close();
  documents.close();
}
for (const complaint of complaints) console.log(`  FAILED ${complaint}`);
if (!options.client && !options.behaviour) {
  const written = page(clients, behaviours, (client, { id }) => results.get(`${client.key} ${id}`) ?? '');
  if (options.update && !complaints.length) writeFileSync(document, written);
  else if (!complaints.length && readFileSync(document, 'utf8') !== written) {
    complaints.push('docs/clients.md');
    console.log('  FAILED docs/clients.md is not what the clients did: look at the difference after `node interop/simulators/run.mjs --update`.');
  }
}
console.log(`simulated clients: ${passed} passed, ${complaints.length} failed`);
process.exitCode = complaints.length || !passed ? 1 : 0;
