// The official reference server @modelcontextprotocol/server-everything behind this front door, over stdio and Streamable HTTP, called by
// the TypeScript SDK: everything that it has goes through both.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { CreateMessageRequestSchema, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { freePort, start } from '../deployment.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const modules = join(root, 'interop/node_modules');
const node = join(modules, 'node/bin/node');
const everything = join(modules, '@modelcontextprotocol/server-everything/dist/index.js');
// the server listens on every address by itself
const loopback = 'data:text/javascript,' + encodeURIComponent("import net from 'node:net'; const listen = net.Server.prototype.listen;"
  + "net.Server.prototype.listen = function (port, ...rest) { return listen.call(this, port, '127.0.0.1', ...rest); };");

let folder, http, deployment, client;
const asked = [];

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'doorwarden-mounted-'));
  const port = await freePort();
  http = spawn(node, ['--import', loopback, everything, 'streamableHttp'], { env: { PORT: String(port) }, stdio: ['ignore', 'ignore', 'pipe'] });
  await new Promise((done, fail) => { http.stderr.on('data', (data) => /listening/.test(data) && done()); http.on('exit', fail); });
  writeFileSync(join(folder, 'doorwarden.yaml'), `
authorization: {mode: off}
upstreams: {everything: {base_url: "http://127.0.0.1:${port}"}}
sources:
  pipe: {type: mcp, ask: true, concurrent: 1, stdio: {command: ["${node}", "${everything}"]}, expose: {tools: ["*"], resources: ["*"], prompts: ["*"]}}
  web: {type: mcp, ask: true, http: {upstream: everything}, expose: {tools: ["*"], resources: ["*"], prompts: ["*"]}}
endpoints: {/mcp: {sources: [pipe, web]}}
`);
  deployment = await start(relative(root, folder));
  client = new Client({ name: 'test', version: '1' }, { capabilities: { elicitation: {}, sampling: {} } });
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => { asked.push(params.message); return { action: 'decline' }; });
  client.setRequestHandler(CreateMessageRequestSchema, () => ({ model: 'm', role: 'assistant', content: { type: 'text', text: 'sampled words' } }));
  await client.connect(new StreamableHTTPClientTransport(new URL(deployment.endpoint)));
}, { timeout: 240_000 });

after(async () => {
  await client?.close();
  await deployment?.stop();
  http?.kill();
  rmSync(folder, { recursive: true, force: true });
});

for (const prefix of ['pipe', 'web']) {
  const call = (name, args = {}, options) => client.callTool({ name: `${prefix}_${name}`, arguments: args }, undefined, options);

  test(`${prefix}: tools are listed under the prefix with what only they know, and called`, async () => {
    const { tools } = await client.listTools();
    const echo = tools.find(({ name }) => name === `${prefix}_echo`);
    assert.equal(echo.execution.taskSupport, 'forbidden', 'a member that is unknown here');
    assert.ok(!tools.some(({ name }) => name === `${prefix}_simulate-research-query`), 'one that only runs as a task is left out');
    assert.match((await call('echo', { message: 'hello' })).content[0].text, /hello/);
    assert.match((await call('get-sum', { a: 2, b: 3 })).content[0].text, /5/);
    assert.equal(typeof (await call('get-structured-content', { location: 'Chicago' })).structuredContent.temperature, 'number');
    const annotated = await call('get-annotated-message', { messageType: 'error', includeImage: true });
    assert.ok(annotated.content[0].annotations.priority && annotated.content.some(({ type }) => type === 'image'));
    assert.equal((await call('get-sum', { a: 'no' })).isError, true);
  });

  test(`${prefix}: progress reaches whoever called`, async () => {
    const steps = [];
    await call('trigger-long-running-operation', { duration: 1, steps: 4 }, { onprogress: ({ progress, total }) => steps.push([progress, total]) });
    assert.deepEqual(steps, [[1, 4], [2, 4], [3, 4], [4, 4]]);
  });

  test(`${prefix}: links and resources can be read by the URIs that they have here`, async () => {
    const links = (await call('get-resource-links', { count: 3 })).content.filter(({ type }) => type === 'resource_link');
    assert.ok(links.length === 3 && links.every(({ uri }) => uri.startsWith(`${prefix}+demo://`)), JSON.stringify(links));
    for (const { uri } of links) assert.equal((await client.readResource({ uri })).contents[0].uri, uri);
    const { resources } = await client.listResources();
    const one = resources.find(({ uri }) => uri.startsWith(`${prefix}+demo://`));
    assert.ok((await client.readResource({ uri: one.uri })).contents[0].text.length > 10);
    const embedded = (await call('get-resource-reference', { resourceType: 'Text', resourceId: 1 })).content.find(({ type }) => type === 'resource');
    assert.ok(embedded.resource.uri.startsWith(`${prefix}+demo://`));
  });

  test(`${prefix}: prompts and completions`, async () => {
    const { prompts } = await client.listPrompts();
    assert.ok(prompts.some(({ name }) => name === `${prefix}_args-prompt`));
    const prompt = await client.getPrompt({ name: `${prefix}_args-prompt`, arguments: { city: 'Berlin' } });
    assert.match(prompt.messages[0].content.text, /Berlin/);
    const { completion } = await client.complete({ ref: { type: 'ref/prompt', name: `${prefix}_completable-prompt` }, argument: { name: 'department', value: 'E' } });
    assert.deepEqual(completion.values, ['Engineering']);
  });

  test(`${prefix}: the server asks the person and the model behind the call`, async () => {
    const { tools } = await client.listTools();
    assert.ok(tools.some(({ name }) => name === `${prefix}_trigger-sampling-request`), tools.map(({ name }) => name).join(' '));
    assert.match(JSON.stringify((await call('trigger-sampling-request', { prompt: 'x', maxTokens: 10 })).content), /sampled words/);
    const before = asked.length;
    assert.match(JSON.stringify((await call('trigger-elicitation-request')).content), /declined/);
    assert.match(asked[before], new RegExp(`^${prefix} asks: `));
  });

  test(`${prefix}: what is cancelled here is cancelled there, and the server goes on`, async () => {
    const leaving = new AbortController();
    const running = call('trigger-long-running-operation', { duration: 60, steps: 60 }, { signal: leaving.signal, onprogress: () => leaving.abort() });
    await assert.rejects(running);
    assert.match((await call('echo', { message: 'still there' })).content[0].text, /still there/);
  });
}
