// MCP Inspector at systems/inspector, on one port and on three, without a hand on the mouse: its web interface and its command line, signed in by
// OAuth and with a bearer token. Started by scripts/interop, and alone by scripts/inspector; the last line is `N passed, M failed`.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { allow, open } from './browser.mjs';
import { freePort, start } from './deployment.mjs';
import { Inspector } from './inspector-ui.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const launcher = join(here, 'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js');
const PATIENCE = 60_000;   // milliseconds for one command
const CLIENT = 'mcp-inspector-client';
const PERSON = { email: 'ada@example.com', password: 'inspector-demo' };
const SCOPES = ['mcp:tools:read', 'mcp:tools:execute', 'mcp:resources:list', 'mcp:resources:read', 'mcp:prompts:list', 'mcp:prompts:read'];

/// Every tool, with what must be in its answer.
const CALLS = [
  ['doorwarden_whoami', {}, /ada@example\.com/],
  ['files_list', { recursive: true }, /notes\/first-steps\.md/],
  ['files_read', { path: 'data/planets.csv', lines: 2 }, /Mercury/],
  ['files_search', { text: 'saturn' }, /planets\.csv/],
  ['files_write', { path: 'notes/from-inspector.md', text: 'hello', replace: true }, /from-inspector/],
  ['math_calculate', { expression: '0.1 + 0.2' }, /"0\.3"/],
  ['math_statistics', { numbers: ['1', '2', '4'] }, /"median":"2"/],
  ['math_factor', { number: 84 }, /\[2,2,3,7\]/],
  ['log_message', { level: 'warning', text: 'a line' }, /a line/],
  ['log_countdown', { from: 3 }, /"lines":3/],
  ['log_recent', {}, /Step 3 of 3/],
];

const SYSTEMS = [{ name: 'one port', folder: 'systems/inspector' }, { name: 'three ports', folder: 'systems/inspector/three-ports' }];
const { values: options } = parseArgs({ options: { only: { type: 'string', default: '' }, pictures: { type: 'string' } } });
let passed = 0, failed = 0;

async function check(title, what) {
  try {
    await what();
    passed++;
    console.log(`ok      ${title}`);
  } catch (error) {
    failed++;
    console.log(`FAILED  ${title}: ${(error.stderr || error.message).replaceAll(/\s+/g, ' ').slice(0, 600)}`);
  }
}

/// A token as the Inspector would get it: code and PKCE, in a browser, by its registered client.
async function signIn(endpoint, scope = SCOPES.join(' ')) {
  const { issuer, authorization_endpoint, token_endpoint } = await (await fetch(new URL('/.well-known/oauth-authorization-server', endpoint))).json();
  const verifier = randomBytes(32).toString('base64url');
  const redirect_uri = 'http://127.0.0.1:6274/oauth/callback/debug';
  const url = `${authorization_endpoint}?${new URLSearchParams({ response_type: 'code', client_id: CLIENT, redirect_uri, scope, state: 'x', resource: endpoint,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' })}`;
  const browser = await open();
  try {
    const context = await browser.newContext();
    let back;
    context.on('request', (request) => { if (request.url().startsWith(redirect_uri)) back = new URL(request.url()); });
    await allow(context, url, PERSON);
    assert.equal(back.searchParams.get('iss'), issuer);
    const redeem = () => fetch(token_endpoint, { method: 'POST', body: new URLSearchParams({ grant_type: 'authorization_code', client_id: CLIENT,
      redirect_uri, code: back.searchParams.get('code'), code_verifier: verifier, resource: endpoint }) });
    return { token: (await (await redeem()).json()).access_token, again: redeem };
  } finally {
    await browser.close();
  }
}

/// RS256 with a published key, and exactly the claims that a resource server needs.
async function checkToken(endpoint, token) {
  const [header, claims] = token.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url')));
  const { keys } = await (await fetch(new URL('/.well-known/jwks.json', endpoint))).json();
  assert.equal(header.alg, 'RS256');
  assert.ok(keys.some(({ kid, kty }) => kid === header.kid && kty === 'RSA'), 'its key is not published');
  for (const claim of ['sub', 'aud', 'iss', 'exp', 'iat', 'jti', 'scope']) assert.ok(claim in claims, `it has no ${claim}`);
  assert.deepEqual([claims.aud].flat(), [endpoint]);
  assert.equal(claims.iss, new URL(endpoint).origin);
}

async function useAll(inspector) {
  const tools = (await inspector.tools()).map(({ name }) => name);
  assert.deepEqual(tools.toSorted(), CALLS.map(([name]) => name).toSorted());
  for (const [name, args, answer] of CALLS) {
    const result = await inspector.call(name, args);
    assert.ok(!result.isError, `${name}: ${JSON.stringify(result)}`);
    assert.match(JSON.stringify(result.structuredContent), answer);
  }
}

async function useSome(inspector) {
  assert.match(JSON.stringify(await inspector.read('folder://files/README.md')), /Workspace/);
  assert.match(JSON.stringify(await inspector.read('log://recent')), /Step 3 of 3/);
  assert.match(JSON.stringify(await inspector.prompt('review_code', { code: 'x = 1', language: 'python' })), /```python/);
  assert.match(JSON.stringify(await inspector.prompt('explain_code', { code: 'x = 1' })), /colleague/);
  assert.match(JSON.stringify(await inspector.prompt('review_change', { diff: '+x' })), /```diff/);
}

async function withInspector(work) {
  const inspector = await Inspector.start({ pictures: options.pictures });
  try {
    return await work(inspector);
  } finally {
    await inspector.close();
  }
}

/// One command of the Inspector's command line, in a home of its own.
function command(endpoint, home, ...words) {
  return [[launcher, '--cli', endpoint, '--transport', 'http', '--format', 'json', '--quiet', ...words],
    { timeout: PATIENCE, env: { ...process.env, HOME: home, MCP_STORAGE_DIR: home, MCP_INSPECTOR_SECRET_STORE: 'file' } }];
}

async function cli(endpoint, home, ...words) {
  const { stdout } = await promisify(execFile)(process.execPath, ...command(endpoint, home, ...words));
  return JSON.parse(stdout).result;
}

async function cliWithBearer(endpoint, home, token) {
  const as = ['--header', `Authorization: Bearer ${token}`];
  const { tools } = await cli(endpoint, home, '--method', 'tools/list', ...as);
  assert.equal(tools.length, CALLS.length);
  const sum = await cli(endpoint, home, '--method', 'tools/call', '--tool-name', 'math_calculate', '--tool-args-json', '{"expression":"2^10"}', ...as);
  assert.equal(sum.structuredContent.value, '1024');
  const read = await cli(endpoint, home, '--method', 'resources/read', '--uri', 'folder://files/discount.py', ...as);
  assert.match(read.contents[0].text, /def discount/);
  const prompt = await cli(endpoint, home, '--method', 'prompts/get', '--prompt-name', 'explain_code', '--prompt-args', 'code=x', ...as);
  assert.match(prompt.messages[0].content.text, /Explain/);
}

/// The command line prints where its person has to go, opens that in the browser of our choice, which does nothing, and waits at its own address for them to come back.
async function cliWithOAuth(endpoint, home) {
  const callback = `http://127.0.0.1:${await freePort()}/oauth/callback`;
  const [words, how] = command(endpoint, home, '--method', 'tools/list', '--callback-url', callback);
  const child = spawn(process.execPath, words, { env: { ...how.env, MCP_AUTO_OPEN_ENABLED: 'true', BROWSER: 'true' }, stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
  let out = '', all = '';
  const browser = await open();
  try {
    const url = new Promise((done, fail) => {
      const hear = (data) => {
        all += data;
        const found = /https?:\/\/\S*\/authorize\?\S+/.exec(all);
        if (found && all.length > found.index + found[0].length) done(found[0]);
      };
      child.stdout.on('data', (data) => { out += data; hear(data); });
      child.stderr.on('data', hear);
      child.on('close', (code) => fail(new Error(`it ended with ${code} without asking its person: ${all}`)));
    });
    const ended = new Promise((done) => child.on('close', done));
    await allow(await browser.newContext(), await url, PERSON);
    assert.equal(await ended, 0, all);
    assert.match(out, /math_calculate/);
  } finally {
    clearTimeout(timer);
    child.kill();
    await browser.close();
  }
  const again = await cli(endpoint, home, '--method', 'tools/call', '--tool-name', 'doorwarden_whoami', '--stored-auth-only');
  assert.equal(again.structuredContent.email, PERSON.email);
}

async function judge({ name, folder }) {
  const place = mkdtempSync(join(tmpdir(), 'doorwarden-inspector-'));
  const workspace = join(place, 'workspace');
  cpSync(resolve(here, '../systems/inspector/workspace'), workspace, { recursive: true });
  const ports = { INSPECTOR_AUTHORIZATION_PORT: '0', INSPECTOR_MCP_PORT: '0' };
  const deployment = await start(folder, { env: { INSPECTOR_WORKSPACE: workspace, ...ports } });
  const { endpoint } = deployment;
  try {
    let token;
    await check(`${name}: code with PKCE, once; RS256, claims`, async () => {
      const once = await signIn(endpoint);
      await checkToken(endpoint, once.token);
      assert.equal((await once.again()).status, 400, 'the code was good twice');
      token = (await signIn(endpoint)).token;   // whoever shows a code twice loses what the first time brought
    });
    await check(`${name}: POST /auth/token ${name === 'one port' ? 'is there' : 'is not'}`, async () => {
      const { status } = await fetch(new URL('/auth/token', endpoint), { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' });
      assert.equal(status, name === 'one port' ? 200 : 404);
    });
    await check(`${name}: web interface, registered client, OAuth, every tool, disconnected and back`, () => withInspector( async (inspector) => {
      await inspector.connect(endpoint, { person: PERSON, client: CLIENT });
      assert.equal(inspector.signIns, 1);
      await useAll(inspector);
      await inspector.portrait('inspector');
      await useSome(inspector);
      await inspector.disconnect();
      await inspector.reconnect();
      assert.equal(inspector.signIns, 1, 'its person had to sign in again');
      await inspector.call('doorwarden_whoami');
    }));
    await check(`${name}: web interface, registers itself, 2026-07-28, asks for a scope, then for another`, () => withInspector( async (inspector) => {
      await inspector.connect(endpoint, { person: PERSON, era: 'modern', scopes: SCOPES.filter((scope) => scope !== 'mcp:tools:execute').join(' ') });
      await inspector.call('math_factor', { number: 7 });
      assert.equal(inspector.signIns, 2, 'it was not asked for more');
    }));
    await check(`${name}: web interface, bearer token`, () => withInspector( async (inspector) => {
      await inspector.connect(endpoint, { bearer: token });
      await inspector.call('math_calculate', { expression: '6*7' });
    }));
    await check(`${name}: command line, bearer token`, () => cliWithBearer(endpoint, join(place, 'bearer'), token));
    await check(`${name}: command line, OAuth`, () => cliWithOAuth(endpoint, join(place, 'oauth')));
  } finally {
    await check(`${name}: ends well`, async () => {
      assert.equal(await deployment.stop(), 0);
      assert.ok(!deployment.printed.err.includes('"level":"ERROR"'), 'it logged an error');
    });
    rmSync(place, { recursive: true, force: true });
  }
}

for (const system of SYSTEMS.filter(({ name }) => name.includes(options.only))) {
  await judge(system).catch((error) => check(`${system.name} starts`, () => { throw error; }));
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed || !passed ? 1 : 0;
