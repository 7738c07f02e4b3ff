import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NEW_KEY = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes'.split(' ');
const named = (name: string) => ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`];

/** The key and the certificate, self-signed and good for a day, of a server of this name: one PEM. */
export function selfSigned(name: string): string {
  const words = ['req', '-x509', ...NEW_KEY, '-days', '1', '-keyout', '-', '-out', '-'];
  return openssl([...words, ...named(name)]);
}

/** What an authority is told of: nothing but that it copies the name, and keeps its books here. */
const AUTHORITY = `[ca]
default_ca = own
[own]
database = index
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
`;

/** The same with a certificate that expired long ago. */
export function expired(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'nexus-certificate-'));
  try {
    writeFileSync(join(folder, 'ca.conf'), AUTHORITY);
    writeFileSync(join(folder, 'index'), '');
    writeFileSync(join(folder, 'serial'), '01\n');
    openssl(['req', '-new', ...NEW_KEY, '-keyout', 'key', '-out', 'asked', ...named(name)], folder);
    const dates = ['-startdate', '20200101000000Z', '-enddate', '20200102000000Z'];
    const files = ['-in', 'asked', '-keyfile', 'key', '-out', 'made'];
    openssl(['ca', '-batch', '-selfsign', '-config', 'ca.conf', ...files, ...dates], folder);
    return ['key', 'made'].map((file) => readFileSync(join(folder, file), 'utf8')).join('');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function openssl(words: readonly string[], cwd?: string): string {
  return execFileSync('openssl', words, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    cwd,
  });
}
