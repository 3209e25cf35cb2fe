// The doctor at servers that are not ours, started by `scripts/interop --doctor`. What it says of them is foreign/verdicts.md: a difference
// fails, and --update writes it.
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { python } from './clients.mjs';
import { freePort } from './deployment.mjs';
import { provide } from './identity-provider.mjs';

const { values: options } = parseArgs({ options: { update: { type: 'boolean', default: false } } });
const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, 'node_modules');
const document = join(here, 'foreign/verdicts.md');
const TOKEN = 'the-one-token-of-the-python-server';
const PATIENCE = 60_000;   // milliseconds for a server to answer
const children = [];
const version = (name) => JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')).version;

/// Starts a server and waits until something answers at the URL.
async function start(url, command, args, env = {}) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (data) => { said = (said + data).slice(-2000); });
  children.push(child);
  const end = Date.now() + PATIENCE;
  for (;;) {
    if (await fetch(url).then(() => true, () => false)) return;
    if (child.exitCode !== null || Date.now() > end) throw new Error(`${args.at(-1)} did not start: ${said}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

const node = (file, args, env, url) => start(url, process.execPath, ['--import', join(here, 'foreign/loopback.mjs'), join(modules, file), ...args], env);

/// server-everything, which is open to everybody.
async function everything() {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/mcp`;
  await node('@modelcontextprotocol/server-everything/dist/index.js', ['streamableHttp'], { PORT: String(port) }, url);
  return { name: `server-everything ${version('@modelcontextprotocol/server-everything')}`, url };
}

/// The example of the TypeScript SDK with its demonstration of OAuth, and a token that it gives to whoever asks.
async function example() {
  const [port, auth] = [await freePort(), await freePort()];
  const url = `http://localhost:${port}/mcp`;
  const issuer = `http://localhost:${auth}`;
  await node('@modelcontextprotocol/sdk/dist/esm/examples/server/simpleStreamableHttp.js', ['--oauth', '--oauth-strict'],
    { MCP_PORT: String(port), MCP_AUTH_PORT: String(auth) }, url);
  const redirect = 'http://localhost:1/callback';
  const verifier = 'v'.repeat(43);
  const post = async (path, type, body) => (await fetch(`${issuer}${path}`, { method: 'POST', headers: { 'content-type': type }, body })).json();
  const { client_id: id } = await post('/register', 'application/json',
    JSON.stringify({ client_name: 'somebody', redirect_uris: [redirect], token_endpoint_auth_method: 'none' }));
  const query = new URLSearchParams({ response_type: 'code', client_id: id, redirect_uri: redirect, resource: url, scope: 'mcp:tools',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' });
  const back = await fetch(`${issuer}/authorize?${query}`, { redirect: 'manual' });
  const code = new URL(back.headers.get('location')).searchParams.get('code');
  const { access_token: token } = await post('/token', 'application/x-www-form-urlencoded',
    new URLSearchParams({ grant_type: 'authorization_code', code, client_id: id, redirect_uri: redirect, code_verifier: verifier, resource: url }));
  return { name: `TypeScript SDK ${version('@modelcontextprotocol/sdk')}, simpleStreamableHttp with OAuth`, url, token };
}

/// The Python SDK, closed by an authorization server elsewhere.
async function notes(issuer) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/mcp`;
  const [program] = await python();
  await start(url, program, [join(here, 'foreign/notes.py'), String(port), issuer, TOKEN]);
  const pins = readFileSync(join(here, 'clients/python/requirements.txt'), 'utf8');
  return { name: `Python SDK ${/^mcp==(\S+)/m.exec(pins)[1]} with oidc-provider ${version('oidc-provider')}`, url, token: TOKEN };
}

/// Exit codes 0 and 1 are verdicts.
function examine({ url, token }) {
  const args = ['doctor', url, '--json', ...token ? ['--token-env', 'DOCTOR_TOKEN'] : []];
  return new Promise((done, fail) => execFile(resolve(here, '../doorwarden'), args, { env: { ...process.env, DOCTOR_TOKEN: token }, maxBuffer: 1 << 24 },
    (error, out, err) => error && error.code !== 1 ? fail(new Error(err)) : done(JSON.parse(out))));
}

const OUTCOMES = { CONNECTS: 'connects', CONNECTS_WITH_FAULTS: 'with faults', FAILS: 'fails' };

function page(results) {
  const names = results.map(({ server }) => server.name);
  const cell = ({ outcome, because }) => OUTCOMES[outcome] + (because.length ? `: ${because.join(', ')}` : '');
  const rows = results[0].report.clients.map(({ name }, i) => `| ${name} | ${results.map(({ report }) => cell(report.clients[i])).join(' | ')} |`);
  return `# What the doctor says of servers that are not ours

Made by \`node interop/doctor.mjs --update\`; \`scripts/interop --doctor\` asks again and fails when it differs. The faults are named as in
[the doctor's page](../../docs/doctor.md); each was behind the door too.

| | ${names.join(' | ')} |
|${' --- |'.repeat(names.length + 1)}
${rows.join('\n')}
`;
}

const provider = await provide();
provider.open('http://127.0.0.1:1');
const results = [];
try {
  for (const server of [await everything(), await example(), await notes(provider.issuer)]) {
    const report = await examine(server);
    if (!report.inside) throw new Error(`${server.name} was not seen behind its door: ${JSON.stringify(report.findings.map(({ id }) => id))}`);
    results.push({ server, report });
    console.log(`${server.name}: ${report.clients.map(({ client, outcome }) => `${client} ${OUTCOMES[outcome]}`).join(', ')}`);
    if (process.env.INTEROP_TRACE) console.error(JSON.stringify(report.findings, null, 1));
  }
} finally {
  provider.close();
  children.forEach((child) => child.kill());
}
const written = page(results);
if (options.update) writeFileSync(document, written);
const same = readFileSync(document, 'utf8') === written;
if (!same) console.log('  FAILED interop/foreign/verdicts.md is not what the doctor says: look at the difference after `node interop/doctor.mjs --update`.');
console.log(`the doctor at servers of others: ${same ? results.length : 0} passed, ${same ? 0 : 1} failed`);
process.exitCode = same ? 0 : 1;
