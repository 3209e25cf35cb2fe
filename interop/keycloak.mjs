// Keycloak as the provider of mode external and behind mode proxied, on demand: scripts/interop --keycloak. It is fetched from Maven
// Central (177 MB, once), unpacked anew, started on loopback with a realm of its own, and ended.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as modern from '@modelcontextprotocol/client';
import { open } from './browser.mjs';
import { freePort, start } from './deployment.mjs';
import { SECRET } from './identity-provider.mjs';
import { Provider } from './provider.mjs';

const version = '26.7.3';
const person = { username: 'grace', email: 'grace@people.example', password: 'at-keycloak-4711' };
let folder, keycloak, issuer, chromium, doorPort;

function fetched() {
  const repository = process.env.INTEROP_MAVEN_REPOSITORY ?? join(homedir(), '.m2/repository');
  const zip = join(repository, `org/keycloak/keycloak-quarkus-dist/${version}/keycloak-quarkus-dist-${version}.zip`);
  if (!existsSync(zip)) {
    execFileSync('mvn', ['-q', '-B', 'dependency:get', `-Dartifact=org.keycloak:keycloak-quarkus-dist:${version}:zip`, '-Dtransitive=false'],
      { stdio: 'inherit' });
  }
  return zip;
}

function client(id, more) {
  return { clientId: id, enabled: true, protocol: 'openid-connect', defaultClientScopes: ['profile', 'email', 'basic'], ...more };
}

function audience(name) {
  return { name, protocol: 'openid-connect', protocolMapper: 'oidc-audience-mapper',
    config: { 'included.custom.audience': name, 'access.token.claim': 'true', 'id.token.claim': 'false' } };
}

/// One person; the door; a program with tokens for the door's endpoint, and one with tokens for somewhere else.
function realm() {
  return {
    realm: 'people', enabled: true, sslRequired: 'none',
    users: [{ username: person.username, email: person.email, emailVerified: true, firstName: 'Grace', lastName: 'Hopper', enabled: true,
      credentials: [{ type: 'password', value: person.password, temporary: false }] }],
    clients: [
      client('door', { secret: SECRET, redirectUris: [`http://127.0.0.1:${doorPort}/*`] }),
      client('agent', { publicClient: true, directAccessGrantsEnabled: true, protocolMappers: [audience(`http://127.0.0.1:${doorPort}/mcp`)] }),
      client('other', { publicClient: true, directAccessGrantsEnabled: true, protocolMappers: [audience('https://elsewhere.example/mcp')] }),
    ],
  };
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'doorwarden-keycloak-'));
  execFileSync(join(process.env.INTEROP_JDK, 'bin/jar'), ['xf', fetched()], { cwd: folder });
  const home = join(folder, `keycloak-${version}`);
  doorPort = await freePort();
  const port = await freePort();
  mkdirSync(join(home, 'data/import'), { recursive: true });
  writeFileSync(join(home, 'data/import/people.json'), JSON.stringify(realm()));
  issuer = `http://127.0.0.1:${port}/realms/people`;
  const management = await freePort();
  keycloak = spawn('bash', ['bin/kc.sh', 'start-dev', '--http-host=127.0.0.1', `--http-port=${port}`, `--http-management-port=${management}`,
    '--import-realm'], { cwd: home, env: { ...process.env, JAVA_HOME: process.env.INTEROP_JDK }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let printed = '';
  for (const stream of [keycloak.stdout, keycloak.stderr]) stream.on('data', (data) => { printed += data; });
  for (let i = 0; ; i++) {
    const up = await fetch(`${issuer}/.well-known/openid-configuration`).then((answer) => answer.ok, () => false);
    if (up) break;
    assert.ok(i < 240 && keycloak.exitCode === null, `Keycloak does not start:\n${printed}`);
    await new Promise((done) => setTimeout(done, 1000));
  }
  process.env.INTEROP_ISSUER = issuer;
  chromium = await open();
});

after(async () => {
  await chromium?.close();
  if (keycloak) {
    const ended = new Promise((done) => keycloak.on('exit', done));
    process.kill(-keycloak.pid, 'SIGTERM');                 // kc.sh and the process that it started
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

async function token(clientId) {
  const answer = await fetch(`${issuer}/protocol/openid-connect/token`, { method: 'POST',
    body: new URLSearchParams({ grant_type: 'password', client_id: clientId, username: person.username, password: person.password, scope: 'openid' }) });
  assert.equal(answer.status, 200, await answer.clone().text());
  return answer.json();
}

async function call(endpoint, bearer) {
  return fetch(endpoint, { method: 'POST', headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'doorwarden_whoami', arguments: {} } }) });
}

test(`external: access tokens of Keycloak ${version} for this endpoint open it, others and ID tokens do not`, async () => {
  // Keycloak writes JWT as the type of its access tokens
  const deployment = await start('interop/external', { port: doorPort, set: { 'authorization.issuers.provider.plain_jwt': 'true' } });
  try {
    const good = await token('agent');
    const answer = await call(deployment.endpoint, good.access_token);
    assert.equal(answer.status, 200, await answer.clone().text());
    assert.match(await answer.text(), /grace@people\.example/);
    assert.equal((await call(deployment.endpoint, good.id_token)).status, 401, 'an ID token');
    const elsewhere = await call(deployment.endpoint, (await token('other')).access_token);
    assert.equal(elsewhere.status, 401, 'a token for somewhere else');
    assert.match(elsewhere.headers.get('www-authenticate'), /issued for/);
  } finally {
    await deployment.stop();
  }
});

test(`proxied: clients register here, people sign in at Keycloak ${version}`, async () => {
  const deployment = await start('interop/proxied', { port: doorPort });
  try {
    const context = await chromium.newContext();
    const oauth = await Provider.listen(async (url) => {
      const page = await context.newPage();
      await page.goto(String(url));
      await page.locator('button[name=decision][value=allow]').click();
      await page.waitForSelector('#username');
      assert.ok(page.url().startsWith(issuer), page.url());
      await page.fill('#username', person.username);
      await page.fill('#password', person.password);
      await page.click('#kc-login');
      await page.waitForURL(/^http:\/\/127\.0\.0\.1:\d+\/callback\?code=/);
      await page.close();
    }, { name: 'Keycloak behind' });
    const client = () => new modern.Client({ name: 'keycloak', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
    const transport = () => new modern.StreamableHTTPClientTransport(new URL(deployment.endpoint), { authProvider: oauth });
    const first = transport();
    await assert.rejects(client().connect(first), (error) => error instanceof modern.UnauthorizedError);
    await first.finishAuth(oauth.answer);
    const signedIn = client();
    await signedIn.connect(transport());
    assert.match(JSON.stringify(await signedIn.callTool({ name: 'doorwarden_whoami', arguments: {} })), /grace@people\.example/);
    await signedIn.close();
    oauth.close();
    await context.close();
  } finally {
    await deployment.stop();
  }
});
