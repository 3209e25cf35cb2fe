// The TypeScript SDKs sign somebody in by themselves: sign-in.mjs (v1 | v2) (legacy | modern) URL REDIRECT_URI CALLS [DOCUMENT].
// What it prints and reads is said in interop/README.md.
import { createInterface } from 'node:readline';
import * as v2 from '@modelcontextprotocol/client';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Provider } from '../../provider.mjs';

const [generation, era, url, redirect, calls, clientMetadataUrl] = process.argv.slice(2);
const [first, ...more] = JSON.parse(calls);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (what) => console.log(JSON.stringify(what));
const line = async () => (await lines.next()).value;

/// Whose browser is at the other end of standard input and output.
class Person extends Provider {
  async redirectToAuthorization(asked) {
    say({ authorize: asked.href });
    this.answer = new URL(await line()).searchParams;
  }
}

const provider = new Person(new URL(redirect).port, undefined, { name: 'TypeScript SDK', clientMetadataUrl });
const sdk = {
  v1: {
    client: () => new Client({ name: 'interop-v1', version: '1' }),
    transport: () => new StreamableHTTPClientTransport(new URL(url), { authProvider: provider }),
    unauthorized: (error) => error instanceof UnauthorizedError,
    finish: (transport) => transport.finishAuth(provider.answer.get('code')),
  },
  v2: {
    client: () => new v2.Client({ name: 'interop-v2', version: '1' },
      { versionNegotiation: { mode: era === 'modern' ? { pin: '2026-07-28' } : 'legacy' } }),
    transport: () => new v2.StreamableHTTPClientTransport(new URL(url), { authProvider: provider }),
    unauthorized: (error) => error instanceof v2.UnauthorizedError,
    finish: (transport) => transport.finishAuth(provider.answer),
  },
}[generation];
let client, transport;

/// The person has come back by the time that the SDK says that it is not allowed: the program ends the sign-in and tries again.
async function allowed(action) {
  try {
    return await action();
  } catch (error) {
    if (!sdk.unauthorized(error)) throw error;
    await sdk.finish(transport);
    return action();
  }
}

const connect = () => {
  client = sdk.client();
  transport = sdk.transport();
  return client.connect(transport);
};
const call = (params) => allowed(async () => (await client.callTool(params)).content[0].text);

await allowed(connect);
const called = await call(first);
const old = provider.tokens();
provider.saveTokens({ ...old, access_token: `${old.access_token.slice(0, -8)}AAAAAAAA` });
await call(first);
const refreshed = provider.tokens().refresh_token !== old.refresh_token;
const beyond = [];
for (const params of more) beyond.push(await call(params));
const revision = era === 'modern' ? client.getNegotiatedProtocolVersion() : transport.protocolVersion;
say({ called, beyond, client: provider.clientInformation().client_id, revision, refreshed });
await line();
say({ called: await call(first) });
