// The TypeScript SDK 2.x as a client program: v2.mjs (legacy | modern) (http URL | sse URL | stdio COMMAND ARGUMENT...).
import { Client, SSEClientTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { answers, report, say, steps } from './steps.mjs';

const [era, kind, target, ...args] = process.argv.slice(2);
const modern = era === 'modern';
const client = new Client({ name: 'interop-typescript-2', version: '1' }, {
  capabilities: { elicitation: { form: {} }, sampling: {}, roots: {} },
  versionNegotiation: { mode: modern ? 'auto' : 'legacy' },
});
client.setRequestHandler('elicitation/create', async () => answers.elicitation);
client.setRequestHandler('sampling/createMessage', async () => answers.sampling);
client.setRequestHandler('roots/list', async () => answers.roots);

await client.connect({
  http: () => new StreamableHTTPClientTransport(new URL(target)),
  sse: () => new SSEClientTransport(new URL(target)),
  stdio: () => new StdioClientTransport({ command: target, args, stderr: 'ignore' }),
}[kind]());
say({ revision: client.getNegotiatedProtocolVersion() });
await report(steps({
  client,
  call: (name, args = {}, options = {}, _meta = undefined) => client.callTool({ name, arguments: args, _meta }, options),
  on: (method, handler) => client.setNotificationHandler(method, handler),
  watch: (uri) => modern ? client.listen({ toolsListChanged: true, resourceSubscriptions: [uri] })
    : client.subscribeResource({ uri }).then(() => undefined),
  logsAt: async (level) => modern ? { 'io.modelcontextprotocol/logLevel': level } : client.setLoggingLevel(level).then(() => undefined),
}));
await client.close();
process.exit(0);   // an HTTP client keeps its connections open for a while
