// The TypeScript SDK 1.x as a client program: v1.mjs (http URL | sse URL | stdio COMMAND ARGUMENT...).
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import * as types from '@modelcontextprotocol/sdk/types.js';
import { answers, report, say, steps } from './steps.mjs';

const [kind, target, ...args] = process.argv.slice(2);
const client = new Client({ name: 'interop-typescript-1', version: '1' },
  { capabilities: { elicitation: { form: {} }, sampling: {}, roots: {} } });
client.setRequestHandler(types.ElicitRequestSchema, async () => answers.elicitation);
client.setRequestHandler(types.CreateMessageRequestSchema, async () => answers.sampling);
client.setRequestHandler(types.ListRootsRequestSchema, async () => answers.roots);

const notices = {
  'notifications/message': types.LoggingMessageNotificationSchema,
  'notifications/tools/list_changed': types.ToolListChangedNotificationSchema,
  'notifications/resources/updated': types.ResourceUpdatedNotificationSchema,
};
const transport = {
  http: () => new StreamableHTTPClientTransport(new URL(target)),
  sse: () => new SSEClientTransport(new URL(target)),
  stdio: () => new StdioClientTransport({ command: target, args, stderr: 'ignore' }),
}[kind]();
const remember = transport.setProtocolVersion?.bind(transport);   // the client keeps the agreed revision to itself
transport.setProtocolVersion = (revision) => { remember?.(revision); say({ revision }); };
await client.connect(transport);
await report(steps({
  client,
  call: (name, args = {}, options = {}) => client.callTool({ name, arguments: args }, undefined, options),
  on: (method, handler) => client.setNotificationHandler(notices[method], handler),
  watch: async (uri) => { await client.subscribeResource({ uri }); },
  logsAt: async (level) => { await client.setLoggingLevel(level); },
}));
await client.close();
process.exit(0);   // an HTTP client keeps its connections open for a while
