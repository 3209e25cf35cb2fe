// SDKs of other languages sign somebody in by themselves, registered and by their document, in each era; started by scripts/interop --all.
// This program plays the person: takes the URL that a program prints, allows access, tells the program where the browser was sent then; and
// ends the access again when the tool has answered. README.md says what the programs print and read.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { clients } from './clients.mjs';
import { host } from './metadata-host.mjs';
import { World, backend } from './simulators/world.mjs';

const PATIENCE = 60_000;    // milliseconds for one program
const TOKENS_LIVE = '8s';   // so short that an SDK which renews ahead of time renews at once
const REDIRECT = 'http://127.0.0.1:4711/callback';

/// One lets everybody look and nobody call, and asks for all scopes at once; the other answers nothing without a token, and has a tool that
/// needs a scope more.
const deployments = [
  { name: 'admin-copilot', folder: 'systems/admin-copilot', elsewhere: true, person: { email: 'admin@instainstru.example', password: 'front-door-demo' },
    calls: [{ name: 'instainstru_metrics_describe', arguments: { metric_name: 'GMV' } }], answer: /gross/i },
  { name: 'notes', calls: [{ name: 'search', arguments: { query: 'milk' } }, { name: 'notes_add', arguments: { text: 'buy milk' } }], answer: /buy milk/ },
];

/// Which scopes the person was asked for, each time; what the program said when its calls had been answered; and how it was refused after the
/// person had ended it.
function converse([command, ...args], person) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    const asked = [];
    let errors = '', said, refused;
    const answer = async (what) => {
      try {
        child.stdin.write(`${await what()}\n`);
      } catch (error) {
        fail(error);
        child.kill();
      }
    };
    child.stderr.on('data', (data) => { errors = (errors + data).slice(-2000); });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const told = JSON.parse(line);
      if (told.refused) {
        refused = told.refused;
      } else if (told.authorize && said) {
        refused = 'asks its person again';
        child.kill();
      } else if (told.authorize) {
        asked.push(new URL(told.authorize).searchParams.get('scope').split(' '));
        answer(async () => (await person.allow(told.authorize)).back.href);
      } else if (said) {
        fail(new Error(`a call was answered after the person had ended it: ${told.called}`));
        child.kill();
      } else {
        said = told;
        answer(async () => `${await person.end()} ended`);
      }
    });
    child.on('error', fail);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (said && refused) done({ ...said, asked, refused });
      else fail(new Error(`the program ended with ${code ?? signal}: ${reason(errors)}`));
    });
  });
}

/// The line that says it, out of what a program leaves on its standard error when it dies.
function reason(errors) {
  const lines = errors.trim().split('\n');
  return lines.find((line) => /^\W*\w*(Error|Exception)\b/.test(line)) ?? lines.at(-1);
}

async function judge(command, { endpoint, person, calls, answer, document, how }) {
  const client = how === 'registers' ? [] : [document];
  const said = await converse([...command, endpoint, REDIRECT, JSON.stringify(calls), ...client], person);
  assert.match(said.called, answer);
  assert.equal(said.refreshed, true, 'whether the token was refreshed');
  assert.equal(said.asked.length, calls.length, 'how often the person was asked');
  said.beyond.forEach((text) => assert.match(text, answer));
  if (calls.length > 1) {
    assert.ok(!said.asked[0].includes('notes:write') && said.asked[1].includes('notes:write'), `it asked for ${said.asked.join(', then for ')}`);
  }
  assert.equal(said.client === document, how !== 'registers', `it came as ${said.client}`);
  const why = /asks its person again|invalid_token|invalid_grant/.exec(said.refused)?.[0];
  assert.ok(why, `it was refused for another reason: ${said.refused}`);
  return `${said.revision}: signed in, called, refreshed,${calls.length > 1 ? ' stepped up,' : ''} was refused after the end (${why})`;
}

const { values: { only } } = parseArgs({ options: { only: { type: 'string', multiple: true, default: [''] } } });
const documents = await host(process.env.KEYTOOL ?? 'keytool');
const notes = await backend();
const document = documents.publish({ client_name: 'An SDK', redirect_uris: ['http://127.0.0.1/callback'], grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'], token_endpoint_auth_method: 'none' });
let passed = 0, failed = 0;
const complain = (what) => { failed++; console.log(`  FAILED ${what}`); };
try {
  for (const { folder, person, elsewhere, ...deployment } of deployments) {
    const world = await World.open(documents, notes, { folder, person, elsewhere, set: { 'authorization.lifetimes.access_token': TOKENS_LIVE } });
    try {
      for (const { name, eras, signIn, fault } of clients.filter((each) => each.signIn && only.some((part) => each.name.toLowerCase().includes(part.toLowerCase())))) {
        for (const [era, how] of eras.flatMap((each) => [[each, 'registers'], [each, 'has a document']])) {
          const title = `${name} at ${deployment.name}, ${era}, ${how}`;
          const known = deployment.calls.length > 1 && `stepping up, ${era}, ${how}`.startsWith(fault?.of);
          try {
            const command = [...await signIn(), era];
            const setting = { ...deployment, endpoint: world.endpoint, person: world.person(), document, how };
            if (known) await assert.rejects(judge(command, setting), { message: fault.says }, 'the fault of the SDK is mended: take it out of clients.mjs');
            const found = await judge(command, known ? { ...setting, calls: deployment.calls.slice(0, 1) } : setting);
            passed++;
            console.log(`${title}: ${found}`);
          } catch (error) {
            complain(`${title}: ${error.message.replaceAll(/\s+/g, ' ').slice(0, 400)}`);
          }
        }
      }
    } finally {
      (await world.close()).forEach(complain);
    }
  }
} finally {
  notes.close();
  documents.close();
}
console.log(`signing in: ${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;
