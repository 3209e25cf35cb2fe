// What a client must be able to do, for both generations of the TypeScript SDK. interop/README.md says what a client program prints.
import { randomUUID } from 'node:crypto';

const PATIENCE = 20_000;   // milliseconds for one step: a cold server on a busy machine needs a few seconds

/// Fails with a sentence unless both print the same.
function same(what, expected, found) {
  if (JSON.stringify(expected) !== JSON.stringify(found)) {
    throw new Error(`${what} should be ${JSON.stringify(expected)}, but is ${JSON.stringify(found)}`);
  }
}

/// `call(name, arguments, options)` calls a tool; `on(method, handler)` hears a notification; `watch(uri)` asks to be told of changes of
/// lists and of that resource; `logsAt(level)` gives what a call's parameters carry besides.
export function steps({ client, call, on, watch, logsAt }) {
  const text = (result) => result.content.map((block) => block.text).join('\n');
  const heard = (method) => new Promise((done) => on(method, (notice) => done(notice.params)));
  return {
    async lists() {
      const { tools } = await client.listTools();
      same('the tool in the list', true, tools.some((tool) => tool.name === 'test_simple_text'));
    },
    async calls() {
      same('the text', 'This is a simple text response for testing.', text(await call('test_simple_text')));
    },
    async progress() {
      const seen = [];
      await call('test_tool_with_progress', {}, { onprogress: ({ progress }) => seen.push(progress) });
      same('the progress', [0, 50, 100], seen);
    },
    async logs() {
      const seen = [];
      on('notifications/message', ({ params }) => seen.push(params.data));
      const meta = await logsAt('info');
      await call('test_tool_with_logging', {}, {}, meta);
      same('the number of messages', 3, seen.length);
    },
    async elicits() {
      same('the text', 'User response: {"username":"ada","email":"ada@example.com"}', text(await call('test_elicitation', { message: 'Who?' })));
    },
    async samples() {
      same('the text', 'LLM response: forty-two', text(await call('test_sampling', { prompt: 'What?' })));
    },
    async roots() {
      same('the text', 'Roots: 1', text(await call('test_input_required_result_list_roots')));
    },
    async reads() {
      const { resources } = await client.listResources();
      same('the resource in the list', true, resources.some((resource) => resource.uri === 'test://static-text'));
      const { contents } = await client.readResource({ uri: 'test://static-text' });
      same('the text', 'This is the content of the static text resource.', contents[0].text);
      const { resourceTemplates } = await client.listResourceTemplates();
      same('the template', 'test://template/{id}/data', resourceTemplates[0].uriTemplate);
      const made = await client.readResource({ uri: 'test://template/7/data' });
      same('the id', '7', JSON.parse(made.contents[0].text).id);
    },
    async prompts() {
      const { prompts } = await client.listPrompts();
      same('the prompt in the list', true, prompts.some((prompt) => prompt.name === 'test_prompt_with_arguments'));
      const { messages } = await client.getPrompt({ name: 'test_prompt_with_arguments', arguments: { arg1: 'one', arg2: 'two' } });
      same('the text', "Prompt with arguments: arg1='one', arg2='two'", messages[0].content.text);
    },
    async completes() {
      const { completion } = await client.complete({
        ref: { type: 'ref/prompt', name: 'test_prompt_with_arguments' }, argument: { name: 'arg1', value: 'test' },
      });
      same('the values', ['test1', 'test2'], completion.values);
    },
    async cancels() {
      const name = randomUUID();
      const cancel = new AbortController();
      const waiting = call('test_wait', { name }, { onprogress: () => cancel.abort(), signal: cancel.signal });
      same('the call', 'cancelled', await waiting.then(() => 'answered', () => 'cancelled'));
      same('the end at the server', 'cancelled', text(await call('test_waited', { name })));
    },
    async hears() {
      const watched = await watch('test://watched-resource');
      const changed = heard('notifications/tools/list_changed');
      await call('test_trigger_tool_change');
      await changed;
      const updated = heard('notifications/resources/updated');
      await call('test_trigger_resource_change');
      same('the resource', 'test://watched-resource', (await updated).uri);
      await watched?.close();
    },
  };
}

/// Runs each step within its time and prints one line of JSON for each.
export async function report(all) {
  for (const [feature, step] of Object.entries(all)) {
    let timer;
    const late = new Promise((_, fail) => { timer = setTimeout(() => fail(new Error(`nothing happened within ${PATIENCE / 1000} s`)), PATIENCE); });
    await Promise.race([step(), late]).then(
      () => say({ feature, result: 'ok' }),
      (error) => say({ feature, result: 'failed', note: error.message }));
    clearTimeout(timer);
  }
}

export function say(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/// What the person and the model behind a client answer.
export const answers = {
  elicitation: { action: 'accept', content: { username: 'ada', email: 'ada@example.com' } },
  sampling: { role: 'assistant', content: { type: 'text', text: 'forty-two' }, model: 'none', stopReason: 'endTurn' },
  roots: { roots: [{ uri: 'file:///work', name: 'work' }] },
};
