// Runs the official conformance suite against the fixture and against the authorization server. Started by scripts/conformance.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { freePort, start } from '../interop/deployment.mjs';
import { HEADING, entries, judge, row, scenarios } from './results.mjs';
import { signIn } from './sign-in.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const suite = resolve(here, '../interop/node_modules/@modelcontextprotocol/conformance/dist/index.js');
const list = join(here, 'expected-failures.yml');
const expected = entries(readFileSync(list, 'utf8'), 'server');
const hollow = entries(readFileSync(list, 'utf8'), 'hollow');
const REVISIONS = ['2025-06-18', '2025-11-25', '2026-07-28'];
const PARTS = [...REVISIONS, 'extension', 'authorization'];

const options = read();

function read() {
  try {
    const { values } = parseArgs({ options: {
      only: { type: 'string', multiple: true, default: PARTS },
      output: { type: 'string', default: resolve(here, '../target/conformance') },
    } });
    const unknown = values.only.filter((part) => !PARTS.includes(part));
    if (unknown.length) throw new Error(`There is no part ${unknown.join(', ')}. There are ${PARTS.join(', ')}.`);
    return values;
  } catch (mistake) {
    console.error(`scripts/conformance: ${mistake.message} See scripts/conformance --help.`);
    process.exit(2);
  }
}

const rows = [];
const used = new Set();
let passed = 0;
let failed = 0;

/// One run of the suite, its words in a log; `onLine` sees them as they come.
function run(log, args, onLine = () => {}) {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [suite, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    const file = createWriteStream(log, { flags: 'a' });
    let out = '';
    for (const stream of [child.stdout, child.stderr]) stream.pipe(file, { end: false });
    child.stdout.on('data', (data) => { out += data; onLine(out, child); });
    child.on('error', fail);
    child.on('close', (code) => { file.end(); done({ code, out }); });
  });
}

function complain(what) {
  failed++;
  console.log(`  FAILED ${what}`);
}

/// Judges what a part left in its folder. `announced` is how many scenarios there should be, `clean` whether the suite was content.
function report(part, folder, announced, clean) {
  const results = scenarios(folder).map((each) => judge(each, expected, hollow));
  const before = failed;
  for (const { scenario, verdict, wrong, stale } of results) {
    if (verdict === 'failed') complain(scenario);
    if (verdict === 'passed') passed++;
    for (const { check, status, message, entry } of wrong) {
      if (entry) used.add(entry);
      if (!entry || status === 'WARNING') console.log(`  ${entry ? 'expected ' : ''}${status} ${scenario}:${check} ${message.slice(0, 200)}`);
    }
    for (const entry of stale) complain(`${entry} passes: take it off the list of expected failures`);
  }
  if (results.length !== announced) complain(`${results.length} of ${announced} scenarios left results`);
  if (!clean && failed === before) complain('the suite itself found something wrong: see suite.log');
  rows.push(row(part, results));
  console.log(rows.at(-1));
}

async function servers() {
  const fixture = await start('conformance');
  try {
    const server = ['server', '--url', fixture.endpoint];
    // The scenario with limits of half a second, once for nothing: a JVM's first answers are slow.
    await run(join(options.output, 'warm-up.log'), [...server, '--scenario', 'server-stateless']);
    for (const revision of REVISIONS.filter((each) => options.only.includes(each))) {
      const folder = part(revision);
      const { code, out } = await run(join(folder, 'suite.log'),
        [...server, '--suite', 'all', '--spec-version', revision, '--expected-failures', list, '-o', folder]);
      report(revision, folder, Number(/\((\d+) scenarios\)/.exec(out)?.[1]), code === 0);
    }
    if (options.only.includes('extension')) await extensions(server);
  } finally {
    await stop(fixture, 'fixture.log');
  }
}

/// No revision contains the extensions, so each scenario is asked for by name.
async function extensions(server) {
  const folder = part('extension');
  const { out } = await run(join(folder, 'suite.log'), ['list', '--server']);
  const names = [...out.matchAll(/^ *- (\S+) \[extension\]/gm)].map(([, name]) => name);
  let clean = names.length > 0;
  for (const name of names) {
    const { code } = await run(join(folder, 'suite.log'), [...server, '--scenario', name, '--expected-failures', list, '-o', folder]);
    clean &&= code === 0;
  }
  report('extension', folder, names.length, clean);
}

async function authorization() {
  const deployment = await start('conformance/authorization');
  const folder = part('authorization');
  let signedIn;
  try {
    const { code, out } = await run(join(folder, 'suite.log'), ['authorization', '--url', new URL(deployment.endpoint).origin,
      '--client-id', 'conformance', '--resource', deployment.endpoint, '--port', String(await freePort()), '-o', folder], (text, child) => {
      const url = /^(http\S+[?&]code_challenge=\S+)\n/m.exec(text)?.[1];
      if (url) signedIn ??= signIn(url, { email: 'ada@conformance.example', password: 'conformance-demo' })
        .catch((error) => { complain(error.message); child.kill(); });
    });
    await signedIn;
    report('authorization', folder, Number(/\((\d+) scenarios\)/.exec(out)?.[1]), code === 0);
  } finally {
    await stop(deployment, 'authorization.log');
  }
}

/// A fault that a scenario did not notice shows in the log.
async function stop(deployment, log) {
  const code = await deployment.stop();
  writeFileSync(join(options.output, log), deployment.printed.err);
  if (code !== 0) complain(`the deployment ended with exit code ${code}: see ${log}`);
  if (deployment.printed.err.includes('"level":"ERROR"')) complain(`the deployment logged an error: see ${log}`);
}

function part(name) {
  console.log(name);
  const folder = join(options.output, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

mkdirSync(options.output, { recursive: true });
if (options.only.some((each) => each !== 'authorization')) await servers();
if (options.only.includes('authorization')) await authorization();
if (PARTS.every((each) => options.only.includes(each))) {
  for (const entry of expected) if (!used.has(entry)) complain(`${entry} matches nothing that goes wrong: take it off the list of expected failures`);
}
console.log(`\n${HEADING}\n${rows.join('\n')}\n\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
