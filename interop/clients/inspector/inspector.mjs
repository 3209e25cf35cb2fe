// The Inspector's command line as a client program: inspector.mjs (legacy | modern) (http URL | stdio COMMAND ARGUMENT...).
// Each of its commands connects, does one thing and leaves, so it can be neither told nor asked anything.
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const [era, kind, ...target] = process.argv.slice(2);
const modules = join(dirname(fileURLToPath(import.meta.url)), '../../node_modules');
const launcher = join(modules, '@modelcontextprotocol/inspector/clients/launcher/build/index.js');

async function inspect(...options) {
  const { stdout } = await promisify(execFile)(process.execPath, [launcher, '--cli', ...target, '--transport', kind,
    '--protocol-era', era, '--format', 'json', '--quiet', ...options], { timeout: 30_000 });
  return JSON.parse(stdout).result;
}

const steps = {
  async lists() {
    const { tools } = await inspect('--method', 'tools/list');
    return tools.some((tool) => tool.name === 'test_simple_text');
  },
  async calls() {
    const { content } = await inspect('--method', 'tools/call', '--tool-name', 'test_simple_text');
    return content[0].text === 'This is a simple text response for testing.';
  },
  async reads() {
    const { contents } = await inspect('--method', 'resources/read', '--uri', 'test://template/7/data');
    return JSON.parse(contents[0].text).id === '7';
  },
  async prompts() {
    const { messages } = await inspect('--method', 'prompts/get', '--prompt-name', 'test_prompt_with_arguments',
      '--prompt-args', 'arg1=one', 'arg2=two');
    return messages[0].content.text === "Prompt with arguments: arg1='one', arg2='two'";
  },
};

const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
say({ revision: era });
for (const [feature, step] of Object.entries(steps)) {
  const failure = await step().then((right) => right ? undefined : 'the answer is not the expected one', (error) => error.stderr || error.message);
  say(failure ? { feature, result: 'failed', note: failure } : { feature, result: 'ok' });
}
