import { execFileSync } from 'node:child_process';

/** The key and the certificate, self-signed and good for a day, of a server of this name: one PEM. */
export function selfSigned(name: string): string {
  const words =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -keyout - -out -';
  return execFileSync(
    'openssl',
    [...words.split(' '), '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
}
