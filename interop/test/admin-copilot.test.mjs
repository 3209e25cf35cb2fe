// The official TypeScript SDK clients of both generations, and the Inspector's command line, against systems/admin-copilot: discovery from
// the bare URL, registration, sign-in and consent in a real Chromium, all ten tools, refresh, revocation.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import * as modern from '@modelcontextprotocol/client';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { allow, open } from '../browser.mjs';
import { callAllTen, tools } from '../copilot.mjs';
import { start } from '../deployment.mjs';
import { host } from '../metadata-host.mjs';
import { Provider } from '../provider.mjs';

const person = { email: 'admin@instainstru.example', password: 'front-door-demo' };
let deployment, chromium, metadata;

before(async () => {
  metadata = await host(process.env.KEYTOOL ?? 'keytool');
  deployment = await start('systems/admin-copilot', { javaOptions: metadata.javaOptions });
  chromium = await open();
});

after(async () => {
  await chromium?.close();
  metadata?.close();
  if (deployment) assert.equal(await deployment.stop(), 0, 'SIGTERM ends with exit code 0');
});

const generations = {
  'SDK 1.x': {
    client: () => new Client({ name: 'interop-v1', version: '1' }),
    transport: (authProvider) => new StreamableHTTPClientTransport(new URL(deployment.endpoint), { authProvider }),
    unauthorized: (error) => error instanceof UnauthorizedError,
    finish: (transport, answer) => transport.finishAuth(answer.get('code')),
  },
  'SDK 2.x, legacy era': {
    client: () => new modern.Client({ name: 'interop-v2', version: '1' }, { versionNegotiation: { mode: 'legacy' } }),
    transport: (authProvider) => new modern.StreamableHTTPClientTransport(new URL(deployment.endpoint), { authProvider }),
    unauthorized: (error) => error instanceof modern.UnauthorizedError,
    finish: (transport, answer) => transport.finishAuth(answer),
  },
  'SDK 2.x, modern era': {
    client: () => new modern.Client({ name: 'interop-v2', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } }),
    transport: (authProvider) => new modern.StreamableHTTPClientTransport(new URL(deployment.endpoint), { authProvider }),
    unauthorized: (error) => error instanceof modern.UnauthorizedError,
    finish: (transport, answer) => transport.finishAuth(answer),
  },
};

async function signedIn(generation, options) {
  const context = await chromium.newContext();
  const provider = await Provider.listen((url) => allow(context, url, person, options), options);
  let client = generation.client();
  let transport = generation.transport(provider);
  try {
    await client.connect(transport);
    await client.callTool({ name: 'instainstru_metrics_describe', arguments: { metric_name: 'GMV' } });
    assert.fail('a tool was called without signing in');
  } catch (error) {
    if (!generation.unauthorized(error)) throw error;
  }
  assert.equal(provider.answer.get('state'), provider.expectedState);
  assert.equal(provider.answer.get('iss'), new URL(deployment.endpoint).origin);
  await generation.finish(transport, provider.answer);
  client = generation.client();
  transport = generation.transport(provider);
  await client.connect(transport);
  return { client, provider, context };
}

const token = (path, parameters) => fetch(new URL(path, deployment.endpoint), { method: 'POST', body: new URLSearchParams(parameters) });

for (const [name, generation] of Object.entries(generations)) {
  test(`${name}: registers itself, signs in, calls all ten tools, refreshes, is revoked`, async () => {
    const { client, provider, context } = await signedIn(generation, { name: `Interop ${name}` });
    assert.match(provider.page.consent, /Interop SDK/);
    assert.match(provider.page.consent, /127\.0\.0\.1/);
    assert.deepEqual(provider.page.errors, [], 'the browser console is quiet');
    await callAllTen(client);

    const old = provider.tokens();
    provider.saveTokens({ ...old, access_token: `${old.access_token.slice(0, -8)}AAAAAAAA` });
    await client.callTool({ name: 'instainstru_metrics_describe', arguments: { metric_name: 'GMV' } });
    assert.notEqual(provider.tokens().refresh_token, old.refresh_token, 'the refresh token rotated');

    const fresh = provider.tokens();
    const client_id = provider.clientInformation().client_id;
    assert.equal((await token('/revoke', { token: fresh.refresh_token, client_id })).status, 200);
    const dead = await fetch(deployment.endpoint, {
      method: 'POST',
      headers: { authorization: `Bearer ${fresh.access_token}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tools[0], arguments: {} } }),
    });
    assert.equal(dead.status, 401);
    assert.match(dead.headers.get('www-authenticate'), /invalid_token/);
    assert.equal((await token('/token', { grant_type: 'refresh_token', refresh_token: fresh.refresh_token, client_id })).status, 400);
    await client.close();
    provider.close();
    await context.close();
  });
}

test('SDK 2.x with a Client ID Metadata Document needs no registration', async () => {
  const generation = generations['SDK 2.x, modern era'];
  metadata.publish({
    client_name: 'Interop by document', redirect_uris: ['http://127.0.0.1/callback'], grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'], token_endpoint_auth_method: 'none',
  });
  const { client, provider, context } = await signedIn(generation, { clientMetadataUrl: metadata.url });
  assert.equal(provider.clientInformation().client_id, metadata.url);
  assert.match(provider.page.consent, /Interop by document/);
  assert.match(provider.page.consent, /localhost/);
  await callAllTen(client);
  await client.close();
  provider.close();
  await context.close();
});

test('denying ends at the client with access_denied, or on a page of ours', async () => {
  const context = await chromium.newContext();
  const provider = new Provider(1, async () => ({}), { name: 'Denied' });
  const registered = await (await fetch(new URL('/register', deployment.endpoint), {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(provider.clientMetadata),
  })).json();
  const url = new URL('/authorize', deployment.endpoint);
  url.search = new URLSearchParams({
    response_type: 'code', client_id: registered.client_id, redirect_uri: provider.redirectUrl, state: 's',
    code_challenge: 'a'.repeat(43), code_challenge_method: 'S256', resource: deployment.endpoint,
  });
  const page = await allow(context, url, person, { decision: 'deny' });
  assert.ok(page.after.url.startsWith(new URL(deployment.endpoint).origin), 'nothing is redirected to a client that nobody vouches for');
  await context.close();
});

test("the Inspector's command line lists and calls with a bearer token", async () => {
  const { client, provider, context } = await signedIn(generations['SDK 1.x'], { name: 'For the Inspector' });
  const launcher = new URL('../node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js', import.meta.url).pathname;
  const inspect = (...args) => promisify(execFile)(process.execPath, [launcher, '--cli', deployment.endpoint, '--transport', 'http',
    '--header', `Authorization: Bearer ${provider.tokens().access_token}`, ...args], { timeout: 60_000 });
  const listed = JSON.parse((await inspect('--method', 'tools/list')).stdout);
  for (const name of tools) assert.ok(listed.tools.some((tool) => tool.name === name), name);
  const called = JSON.parse((await inspect('--method', 'tools/call', '--tool-name', tools[0])).stdout);
  assert.ok(!called.isError);
  await client.close();
  provider.close();
  await context.close();
});
