// The client programs: what each is called, which eras it speaks, how it is built and started. scripts/interop runs them.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const here = join(dirname(fileURLToPath(import.meta.url)), 'clients');
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'doorwarden', 'interop');
const jdk = process.env.INTEROP_JDK;   // scripts/interop found it

/// Runs a build; a failure says its last lines.
async function run(command, args, options = {}) {
  try {
    await promisify(execFile)(command, args, { maxBuffer: 1 << 26, ...options });
  } catch (error) {
    if (error.code === 'ENOENT') throw new Error(`${command} was not found. Install it, or leave --all out.`);
    const said = `${error.stdout ?? ''}${error.stderr ?? ''}`.trim().split('\n').slice(-5).join('\n    ');
    throw new Error(`${command} ${args[0]} failed:\n    ${said || error.message}`);
  }
}

const newer = (file, ...than) => existsSync(file) && than.every((each) => statSync(file).mtimeMs > statSync(each).mtimeMs);
const lines = (file, pattern) => pattern.exec(readFileSync(join(here, file), 'utf8'))[1];
const node = (name) => JSON.parse(readFileSync(join(here, '..', 'package.json'), 'utf8')).dependencies[name];

async function java(program = 'JavaClient') {
  const folder = join(here, 'java');
  const classpath = join(folder, 'target/classpath');
  const sources = join(folder, 'src/main/java/io/github/doorwarden/interop');
  if (!newer(classpath, join(folder, 'pom.xml'), ...readdirSync(sources).map((name) => join(sources, name)))) {
    await run('mvn', ['-B', '-q', '-f', folder, 'process-classes'], { env: { ...process.env, JAVA_HOME: jdk } });
  }
  return [join(jdk, 'bin/java'), '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp',
    `${join(folder, 'target/classes')}:${readFileSync(classpath, 'utf8')}`, `io.github.doorwarden.interop.${program}`];
}

export async function python() {
  const pins = join(here, 'python/requirements.txt');
  const folder = join(cache, `python-${createHash('sha256').update(readFileSync(pins)).digest('hex').slice(0, 16)}`);
  if (!existsSync(join(folder, 'complete'))) {
    await run('python3', ['-m', 'venv', '--clear', folder]);
    await run(join(folder, 'bin/pip'), ['install', '--quiet', '--require-hashes', '-r', pins]);
    await run('touch', [join(folder, 'complete')]);
  }
  return [join(folder, 'bin/python'), join(here, 'python/client.py')];
}

async function go() {
  const program = join(cache, 'go/interop');
  await run('go', ['build', '-mod=readonly', '-o', program, '.'], { cwd: join(here, 'go') });
  return [program];
}

async function rust() {
  const target = join(cache, 'rust');
  await run('cargo', ['build', '--locked', '--quiet'], { cwd: join(here, 'rust'), env: { ...process.env, CARGO_TARGET_DIR: target } });
  return [join(target, 'debug/doorwarden-interop')];
}

const typescript = (program) => async () => [process.execPath, join(here, 'typescript', program)];

const signIns = {
  typescript: (generation) => async () => [process.execPath, join(here, 'typescript/sign-in.mjs'), generation],
  java: () => java('SignIn'),
  python: async () => [(await python())[0], join(here, 'python/sign_in.py')],
  go: async () => [...await go(), 'sign-in'],
  rust: async () => [...await rust(), 'sign-in'],
};

/// `signIn` gives the command of a program that signs somebody in by itself.
/// `fault` is one of the SDK itself, in what begins so, and ends in `says`; the README tells it. When it is mended, that is a failure here.
/// `build` gives the command of a client program; `always` are those that the continuous integration runs. `withEra` ones take the era
/// as their first argument,
/// `sse` ones know HTTP+SSE too, the transport of 2024-11-05.
export const clients = [
  { name: `TypeScript SDK ${node('@modelcontextprotocol/sdk')}`, always: true, eras: ['legacy'], sse: true, build: typescript('v1.mjs'),
    signIn: signIns.typescript('v1'), fault: { of: 'stepping up', says: /after trying upscoping/ } },
  { name: `TypeScript SDK ${node('@modelcontextprotocol/client')}`, always: true, eras: ['legacy', 'modern'], withEra: true, sse: true,
    build: typescript('v2.mjs'), signIn: signIns.typescript('v2') },
  { name: `Java SDK ${lines('java/pom.xml', /<artifactId>mcp<\/artifactId><version>(.*?)</)}`, always: true, eras: ['legacy'], sse: true, build: () => java(),
    signIn: signIns.java },
  { name: `Inspector ${node('@modelcontextprotocol/inspector')}, command line`, always: true, eras: ['legacy', 'modern'], withEra: true,
    build: async () => [process.execPath, join(here, 'inspector/inspector.mjs')] },
  { name: `Python SDK ${lines('python/requirements.txt', /^mcp==(\S+)/m)}`, eras: ['legacy', 'modern'], withEra: true, sse: true, build: python, signIn: signIns.python },
  { name: `Go SDK ${lines('go/go.mod', /go-sdk v(\S+)/)}`, eras: ['legacy', 'modern'], withEra: true, sse: true, build: go, signIn: signIns.go,
    fault: { of: 'stepping up, legacy, registers', says: /no such session/ } },
  { name: `Rust SDK ${lines('rust/Cargo.toml', /rmcp = \{ version = "=(.*?)"/)}`, eras: ['legacy', 'modern'], withEra: true, build: rust, signIn: signIns.rust },
];

mkdirSync(cache, { recursive: true });
