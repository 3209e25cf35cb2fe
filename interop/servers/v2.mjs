// A server made with the TypeScript SDK 2.x, which comes without examples: tools, a question, progress, a resource, a prompt, of both eras.
import { createServer } from 'node:http';
import { McpServer, acceptedContent, createMcpHandler, fromJsonSchema, inputRequired } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

const name = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] };

function server() {
  const made = new McpServer({ name: 'v2', version: '1' });
  const text = (words) => ({ content: [{ type: 'text', text: words }] });
  made.registerTool('greet', { description: 'Greets.', inputSchema: fromJsonSchema(name) }, async (given) => text(`Hello, ${given.name}`));
  made.registerTool('ask', { description: 'Asks.' }, async (context) => {
    const answer = acceptedContent(context.mcpReq.inputResponses, 'who');
    return answer ? text(`You are ${answer.name}`)
      : inputRequired({ inputRequests: { who: inputRequired.elicit({ message: 'Who?', requestedSchema: name }) } });
  });
  made.registerTool('fail', { description: 'Fails.' }, async () => ({ ...text('It failed.'), isError: true }));
  made.registerResource('one', 'v2://one', { description: 'One.' }, async (uri) => ({ contents: [{ uri: uri.href, text: 'one' }] }));
  made.registerPrompt('write', { description: 'Writes.' }, async () => ({ messages: [{ role: 'user', content: { type: 'text', text: 'Write.' } }] }));
  return made;
}

if (process.argv[2] === 'stdio') {
  serveStdio(server);
} else {
  const handler = createMcpHandler(server);
  createServer(async (request, response) => {
    const body = [];
    for await (const piece of request) body.push(piece);
    const answer = await handler.fetch(new Request(`http://127.0.0.1${request.url}`,
      { method: request.method, headers: request.headers, body: body.length ? Buffer.concat(body) : undefined }));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    for await (const piece of answer.body ?? []) response.write(piece);
    response.end();
  }).listen(0);
}
