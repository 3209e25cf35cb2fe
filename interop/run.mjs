// Runs the client programs against the conformance fixture over HTTP, HTTP+SSE, stdio and the bridge. Started by scripts/interop; interop/README.md says
// what a client program prints.
import { spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { clients } from './clients.mjs';
import { start } from './deployment.mjs';

const FEATURES = ['lists', 'calls', 'progress', 'logs', 'elicits', 'samples', 'roots', 'reads', 'prompts', 'completes', 'cancels', 'hears'];
const PATIENCE = 150_000;   // milliseconds for one program: it has a time for each step and ends by itself

const { values: options } = parseArgs({ options: {
  all: { type: 'boolean', default: false },
  bridge: { type: 'boolean', default: false },
  only: { type: 'string', multiple: true, default: [] },
} });
const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const wanted = clients.filter(({ name, always }) => options.only.length ? options.only.some((part) => name.toLowerCase().includes(part.toLowerCase()))
  : options.all || always);
if (!wanted.length) {
  console.error(`scripts/interop: no client is called so. There are ${clients.map(({ name }) => name).join(', ')}.`);
  process.exit(2);
}

/// What a client program says: the agreed revision, a result per feature, and how it ended if not well.
function converse([command, ...args], target) {
  return new Promise((done) => {
    const child = spawn(command, [...args, ...target], { stdio: ['ignore', 'pipe', 'pipe'] });
    const said = { revision: '', results: new Map(), problems: [] };
    const timer = setTimeout(() => { said.problems.push(`the program did not end within ${PATIENCE / 1000} s`); child.kill('SIGKILL'); }, PATIENCE);
    let errors = '';
    child.stderr.on('data', (data) => { errors = (errors + data).slice(-4000); });
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      const { revision, feature, result, note } = JSON.parse(line);
      if (revision) said.revision = revision;
      if (feature) said.results.set(feature, result);
      if (result === 'failed') said.problems.push(`${feature}: ${String(note).replaceAll(/\s+/g, ' ').slice(0, 300)}`);
    });
    child.on('error', (error) => { clearTimeout(timer); said.problems.push(error.message); done(said); });
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code) said.problems.push(`the program ended with ${code}: ${reason(errors)}`);
      if (!said.results.size && !said.problems.length) said.problems.push('the program said nothing');
      done(said);
    });
  });
}

/// The line that says it, out of what a program leaves on its standard error when it dies.
function reason(errors) {
  const lines = errors.trim().split('\n').map((line) => line.trim()).filter((line) => !line.startsWith('at '));
  return (lines.find((line) => /^(\[|Caused by: |Exception in )?\S*(Error|Exception)\b/.test(line)) ?? lines.at(-1)).slice(0, 300);
}

const rows = [];
let passed = 0;
let failed = 0;

function complain(what) {
  failed++;
  console.log(`  FAILED ${what}`);
}

/// One client in one era over one transport.
async function judge({ name, era, transport, command, target }) {
  const { revision, results, problems } = await converse(command, target);
  const good = [...results.values()].filter((result) => result === 'ok').length;
  passed += good;
  console.log(`${name}, ${revision || era}, over ${transport}: ${good} ok`);
  problems.forEach(complain);
  rows.push({ name, revision: revision || era, transport, cells: FEATURES.map((feature) => results.get(feature) ?? (problems.length && !results.size ? 'failed' : '-')) });
}

/// All clients over one transport, one after the other.
async function lane(transport, kind, target, programs) {
  for (const { name, eras, withEra, command } of programs) {
    for (const era of kind === 'sse' ? ['legacy'] : eras) {
      await judge({ name, era, transport, command: withEra ? [...command, era] : command, target: [kind, ...target] });
    }
  }
}

const programs = [];
for (const client of wanted) {
  try {
    programs.push({ ...client, command: await client.build() });
  } catch (error) {
    complain(`${client.name} could not be built: ${error.message}`);
  }
}
const deployment = await start('conformance').catch((error) => {
  console.error(`scripts/interop: the deployment conformance did not start. It ${error.message}`);
  process.exit(1);
});
try {
  await Promise.all([
    options.bridge || lane('HTTP', 'http', [deployment.endpoint], programs)
      .then(() => lane('HTTP+SSE', 'sse', [`${deployment.endpoint}/sse`], programs.filter(({ sse }) => sse))),
    options.bridge || lane('stdio', 'stdio', [join(root, 'doorwarden'), 'stdio', join(root, 'conformance')], programs),
  ]);
  await lane('bridge', 'stdio', [join(root, 'doorwarden'), 'bridge', deployment.endpoint], programs);
} finally {
  const code = await deployment.stop();
  if (code !== 0) complain(`the deployment ended with exit code ${code}`);
  if (deployment.printed.err.includes('"level":"ERROR"')) complain('the deployment logged an error');
}

const order = programs.map(({ name }) => name);
rows.sort((one, other) => order.indexOf(one.name) - order.indexOf(other.name));
console.log(`\n| client | revision | over | ${FEATURES.join(' | ')} |\n|${' --- |'.repeat(FEATURES.length + 3)}`);
for (const { name, revision, transport, cells } of rows) {
  console.log(`| ${name} | ${revision} | ${transport} | ${cells.map((cell) => cell === 'failed' ? 'FAILED' : cell).join(' | ')} |`);
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
