// Runs the client scenarios of the official conformance suite against the library, one after the other. Started by scripts/conformance --client.
//
// The suite's own way of running many starts all clients at once and does not look at how they end; asked for one scenario, it counts both,
// and warnings like failures.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { HEADING, clientScenarios, entries, judge, row } from './results.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const suite = resolve(here, '../interop/node_modules/@modelcontextprotocol/conformance/dist/index.js');
const list = readFileSync(join(here, 'expected-failures.yml'), 'utf8');
const expected = entries(list, 'client');
const hollow = entries(list, 'hollow');
const PARTS = ['2025-03-26', '2025-06-18', '2025-11-25', '2026-07-28', 'extension'];

const { values: options } = parseArgs({ options: {
  client: { type: 'boolean' },
  only: { type: 'string', multiple: true, default: PARTS },
  scenario: { type: 'string', multiple: true, default: [] },
  output: { type: 'string', default: resolve(here, '../target/conformance/client') },
} });
const unknown = options.only.filter((part) => !PARTS.includes(part));
if (unknown.length) {
  console.error(`scripts/conformance: there is no part ${unknown.join(', ')} of the client's scenarios. There are ${PARTS.join(', ')}.`);
  process.exit(2);
}

/// A program to its end, its words in a log.
function run(log, command, args) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const file = createWriteStream(log, { flags: 'a' });
    let out = '';
    for (const stream of [child.stdout, child.stderr]) stream.pipe(file, { end: false });
    child.stdout.on('data', (data) => { out += data; });
    child.on('error', fail);
    child.on('close', (code) => { file.end(); done({ code, out }); });
  });
}

/// What the suite wrote into a folder of this scenario alone, however deep.
function checks(folder) {
  return readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('checks.json'))
    .flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
}

const rows = [];
let passed = 0;
let failed = 0;

function complain(what) {
  failed++;
  console.log(`  FAILED ${what}`);
}

async function part(name, scenarios) {
  console.log(name);
  const results = [];
  for (const scenario of scenarios) {
    const folder = join(options.output, name, scenario.replaceAll('/', '-'));
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const { code } = await run(join(folder, 'suite.log'), process.execPath, [suite, 'client', '--command', join(here, 'client'),
      '--scenario', scenario, ...(name === 'extension' ? [] : ['--spec-version', name]), '-o', folder]);
    const result = judge({ scenario, checks: checks(folder) }, expected, hollow);
    results.push(result);
    for (const { check, status, message, entry } of result.wrong) {
      console.log(`  ${entry ? 'expected ' : ''}${status} ${scenario}:${check} ${message.slice(0, 200)}`);
    }
    for (const entry of result.stale) complain(`${entry} passes: take it off the list of expected failures`);
    if (result.verdict === 'passed' && code === 0) passed++;
    else if (result.verdict === 'failed') complain(scenario);
    else if (result.verdict !== 'expected') complain(`${scenario}: ${code === 0 ? 'nothing was judged' : `the suite ended with ${code}`}: see ${folder}`);
  }
  rows.push(row(name, results));
  console.log(rows.at(-1));
}

mkdirSync(options.output, { recursive: true });
// the first start builds what has changed
const { code } = await run(join(options.output, 'build.log'), resolve(here, '../doorwarden'), ['--version']);
if (code !== 0) {
  console.error(`scripts/conformance: the client could not be built: see ${join(options.output, 'build.log')}`);
  process.exit(1);
}
const { out } = await run(join(options.output, 'list.log'), process.execPath, [suite, 'list', '--client']);
for (const name of PARTS.filter((each) => options.only.includes(each))) {
  const scenarios = clientScenarios(out, name).filter((each) => !options.scenario.length || options.scenario.includes(each));
  if (scenarios.length) await part(name, scenarios);
}
console.log(`\n${HEADING}\n${rows.join('\n')}\n\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
