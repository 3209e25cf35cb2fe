// Serves Client ID Metadata Documents over TLS on loopback, with a certificate of an authority made for this run: the authorization
// server is told to trust that authority, and fetches the documents over real TLS.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export async function host(keytool) {
  const folder = mkdtempSync(join(tmpdir(), 'metadata-'));
  const run = (command, ...args) => execFileSync(command, args, { cwd: folder, stdio: 'pipe' });
  run('openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Interop CA');
  run('openssl', 'req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'key.pem', '-out', 'request.pem', '-subj', '/CN=localhost');
  writeFileSync(join(folder, 'extensions'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  run('openssl', 'x509', '-req', '-in', 'request.pem', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-out', 'cert.pem', '-days', '2',
    '-extfile', 'extensions');
  run(keytool, '-importcert', '-noprompt', '-alias', 'interop', '-file', 'ca.pem', '-keystore', 'trust.p12', '-storepass', 'interop', '-storetype', 'PKCS12');
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keys = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'interop', alg: 'RS256', use: 'sig' }] };
  const documents = new Map([['/keys.json', keys]]);
  const tls = { key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(join(folder, 'cert.pem')) };
  const server = createServer(tls, (request, response) => {
    const document = documents.get(request.url);
    response.writeHead(document ? 200 : 404, { 'content-type': 'application/json', 'cache-control': 'max-age=600' }).end(JSON.stringify(document ?? {}));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const origin = `https://localhost:${server.address().port}`;
  const url = `${origin}/client.json`;
  return {
    url, origin,
    /// For another server on localhost whom the same deployment trusts.
    tls,
    /// Of the key at /keys.json, for clients that sign.
    privateKey: privateKey.export({ format: 'pem', type: 'pkcs8' }),
    javaOptions: `-Djavax.net.ssl.trustStore=${join(folder, 'trust.p12')} -Djavax.net.ssl.trustStorePassword=interop`,
    /// The document is at `url`, or at a path of its own; its URL. `{keys}` in it becomes where the keys are.
    publish(fields, path = '/client.json') {
      documents.set(path, JSON.parse(JSON.stringify({ client_id: origin + path, ...fields }).replaceAll('{keys}', `${origin}/keys.json`)));
      return origin + path;
    },
    close() { server.closeAllConnections(); server.close(); rmSync(folder, { recursive: true, force: true }); },
  };
}
