// One HTTP request as a client writes it: no header is added that the client does not send, no redirect is followed.
import http from 'node:http';

const PATIENCE = 10_000;   // milliseconds: an answer that takes longer is none
const agent = new http.Agent({ keepAlive: true });

/// `peek` gives a stream back as soon as its headers are there. The answer has lower-case headers and how long it took.
export function send(method, url, { headers = {}, body, peek = false } = {}) {
  const began = performance.now();
  return new Promise((done, fail) => {
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const request = http.request(url, { method, agent: peek ? undefined : agent,
      headers: bytes ? { 'content-length': bytes.length, ...headers } : headers });
    const timer = setTimeout(() => request.destroy(new Error(`${method} ${new URL(url).pathname} was not answered within ${PATIENCE / 1000} s`)), PATIENCE);
    request.on('error', (error) => { clearTimeout(timer); fail(error); });
    request.on('response', (response) => {
      const answer = (text) => {
        clearTimeout(timer);
        done(new Answer(method, url, response.statusCode, response.headers, text, performance.now() - began));
      };
      if (peek && String(response.headers['content-type']).startsWith('text/event-stream')) {
        answer('');
        request.destroy();
        return;
      }
      let text = '';
      response.setEncoding('utf8').on('data', (data) => { text += data; }).on('end', () => answer(text));
    });
    request.end(bytes);
  });
}

export const form = (fields) => new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== undefined)).toString();

export class Answer {
  constructor(method, url, status, headers, text, took) {
    Object.assign(this, { method, url, status, headers, text, took });
  }
  /// The JSON of the body, or of the last event of a stream.
  get json() {
    const events = String(this.headers['content-type']).startsWith('text/event-stream');
    const text = events ? this.text.split('\n').filter((line) => line.startsWith('data:') && line.length > 6).at(-1).slice(5) : this.text;
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(`no JSON: ${this}`);
    }
  }
  get location() { return this.headers.location; }
  get challenge() { return this.headers['www-authenticate'] ?? ''; }
  /// This answer, if it has the status; else an error that shows it.
  expect(...statuses) {
    if (!statuses.includes(this.status)) throw new Error(`${statuses.join(' or ')} was expected: ${this}`);
    return this;
  }
  /// A refusal in OAuth's form.
  refused(status, error) {
    this.expect(status);
    if (this.json.error !== error) throw new Error(`${error} was expected: ${this}`);
    return this;
  }
  toString() {
    const said = (/<main.*<\/main>/s.exec(this.text)?.[0].replaceAll(/<[^>]*>/g, ' ') ?? this.text).replaceAll(/\s+/g, ' ').slice(0, 200);
    return `${this.method} ${new URL(this.url).pathname} was answered ${this.status} ${said}`;
  }
}

/// A parameter of a challenge.
export function parameter(challenge, name) {
  return new RegExp(`(?:^|[ ,])${name}="([^"]*)"`).exec(challenge)?.[1];
}
