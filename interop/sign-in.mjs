// SDKs of other languages sign somebody in by themselves, registered and by their document, in each era; started by scripts/interop --all.
// This program plays the person: it takes the URL that a program prints, allows access, and tells it where the browser was sent then.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { clients } from './clients.mjs';
import { host } from './metadata-host.mjs';
import { World, backend } from './simulators/world.mjs';

const PATIENCE = 60_000;    // milliseconds for one program
const TOKENS_LIVE = '8s';   // so short that an SDK which renews ahead of time renews at once
const REDIRECT = 'http://127.0.0.1:4711/callback';

/// What the program said last, once its person has said yes.
function converse([command, ...args], world) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    let errors = '', last;
    child.stderr.on('data', (data) => { errors = (errors + data).slice(-2000); });
    createInterface({ input: child.stdout }).on('line', async (line) => {
      const said = JSON.parse(line);
      if (!said.authorize) { last = said; return; }
      try {
        child.stdin.write(`${(await world.person().allow(said.authorize)).back.href}\n`);
      } catch (error) {
        fail(error);
        child.kill();
      }
    });
    child.on('error', fail);
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code === 0 && last) done(last);
      else fail(new Error(`the program ended with ${code}: ${errors.trim().split('\n').at(-1)}`));
    });
  });
}

const documents = await host(process.env.KEYTOOL ?? 'keytool');
const notes = await backend();
const world = await World.open(documents, notes, { set: { 'authorization.lifetimes.access_token': TOKENS_LIVE } });
const document = documents.publish({ client_name: 'An SDK', redirect_uris: ['http://127.0.0.1/callback'], grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'], token_endpoint_auth_method: 'none' });
let passed = 0, failed = 0;
const complain = (what) => { failed++; console.log(`  FAILED ${what}`); };
try {
  for (const { name, eras, signIn } of clients.filter((each) => each.signIn)) {
    for (const era of eras) {
      for (const how of ['registers', 'has a document']) {
        const title = `${name}, ${era}, ${how}`;
        try {
          const said = await converse([...await signIn(), era, world.endpoint, REDIRECT, ...(how === 'registers' ? [] : [document])], world);
          if (!/buy milk/.test(said.called)) throw new Error(`the tool said ${said.called}`);
          if (said.refreshed !== 'true') throw new Error('the token was not refreshed');
          if ((said.client === document) !== (how !== 'registers')) throw new Error(`it came as ${said.client}`);
          passed++;
          console.log(`${title}: signed in, called, refreshed`);
        } catch (error) {
          complain(`${title}: ${error.message.replaceAll(/\s+/g, ' ').slice(0, 400)}`);
        }
      }
    }
  }
} finally {
  (await world.close()).forEach(complain);
  notes.close();
  documents.close();
}
console.log(`signing in: ${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;
