import type { LookupAddress } from 'node:dns';
import { createServer, type Server } from 'node:http';
import ipaddr from 'ipaddr.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAddressRule } from '../../server/domain/address/address-rule.ts';
import { checkWebhookUrl } from '../../server/domain/address/webhook-url.ts';
import { request, useHttpSender } from '../support/receiver/http-sender.ts';
import { createRandom, type Random } from '../support/random.ts';

/** Ranges that no delivery may reach: IANA's special-purpose registries, and what they leave out. */
const INSIDE_V4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '168.63.129.16/32'],
  ...['169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24'],
  ...['192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4'],
  ...['240.0.0.0/4', '255.255.255.255/32'],
];
const INSIDE_V6 = [
  ...['::/128', '::1/128', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/32'],
  ...['2001:db8::/32', '2002::/16', '3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10'],
  ...['fec0::/10', 'ff00::/8', '4000::/3', 'e000::/4'],
];
/** Every address of this machine is among what is generated: that of the canary most of all. */
const HOME_V6 = ['::1/128', '::ffff:127.0.0.1/128', '::/128'];
const HOME_V4 = ['127.0.0.0/8', '127.0.0.1/32', '0.0.0.0/32'];

const CASES = 10_000;
const strict = createAddressRule([]);

/** The one address of this machine that a name may lead to; Linux has all of 127.0.0.0/8. */
const OUTSIDE = '127.9.9.9';
/** Listens wherever this machine can be reached, and answers. Nobody may come, but to {@link OUTSIDE}. */
const canary = { port: 0, visits: 0 };
const servers: Server[] = [];
const tools = useHttpSender();

beforeAll(async () => {
  for (const host of ['0.0.0.0', '::1']) {
    const server = createServer((request, response) => {
      if (request.socket.localAddress !== OUTSIDE) canary.visits += 1;
      response.end();
    });
    server.on('connection', ({ localAddress }) => {
      if (localAddress !== OUTSIDE) canary.visits += 1;
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ port: canary.port, host, ipv6Only: host === '::1' }, resolve);
    });
    const address = server.address();
    if (typeof address === 'object' && address !== null) canary.port = address.port;
    servers.push(server);
  }
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** An address of a range, as its bytes. */
function bytesIn(random: Random, range: string): number[] {
  const [network, prefix] = ipaddr.parseCIDR(range);
  return network.toByteArray().map((byte, index) => {
    const fixed = Math.max(0, Math.min(8, prefix - 8 * index));
    const free = 0xff >> fixed;
    return (byte & ~free) | (random.integer(0, 256) & free);
  });
}

const hex = (value: number) => value.toString(16);
const wide = (text: string) =>
  text.replaceAll(/[0-9a-f]/g, (each) => String.fromCodePoint((each.codePointAt(0) ?? 0) + 0xfee0));

/** Ways to write an IPv4 address in a URL that some reader of URLs takes for it. */
function writtenV4(random: Random, bytes: readonly number[]): string {
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  const number = ((a * 256 + b) * 256 + c) * 256 + d;
  const part = (value: number) =>
    random.pick([
      String(value),
      `0x${hex(value)}`,
      `0X${hex(value).toUpperCase()}`,
      `0${value.toString(8)}`,
      `0x000${hex(value)}`,
      `000${value.toString(8)}`,
    ]);
  const dotted = [a, b, c, d].join('.');
  const high = hex(a * 256 + b);
  const low = hex(c * 256 + d);
  return random.pick([
    dotted,
    `${dotted}.`,
    [a, b, c, d].map(part).join('.'),
    [part(a), part(b), part(c * 256 + d)].join('.'),
    [part(a), part((b * 256 + c) * 256 + d)].join('.'),
    part(number),
    wide(dotted),
    dotted.replaceAll('.', '。'),
    dotted.replaceAll(/\d/g, (digit) => `%3${digit}`),
    `[::ffff:${dotted}]`,
    `[::ffff:${high}:${low}]`,
    `[0:0:0:0:0:FFFF:${high}:${low}]`,
    `[::${dotted}]`,
    `[64:ff9b::${dotted}]`,
    `[2002:${high}:${low}::1]`,
    `1.1.1.1@${dotted}`,
    `${dotted}\\@1.1.1.1`,
    `${dotted}\t`,
  ]);
}

function writtenV6(random: Random, bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    hex((bytes[2 * index] ?? 0) * 256 + (bytes[2 * index + 1] ?? 0)),
  );
  const short = ipaddr.fromByteArray([...bytes]).toString();
  return random.pick([
    `[${short}]`,
    `[${short.toUpperCase()}]`,
    `[${groups.join(':')}]`,
    `[${groups.map((group) => group.padStart(4, '0')).join(':')}]`,
    `[${short}%25lo]`,
  ]);
}

function hostOf(random: Random): string {
  if (random.next() < 0.5) return writtenV4(random, bytesIn(random, random.pick(HOME_V4)));
  return random.next() < 0.6
    ? writtenV4(random, bytesIn(random, random.pick(INSIDE_V4)))
    : writtenV6(random, bytesIn(random, random.pick([...INSIDE_V6, ...HOME_V6])));
}

describe('of ten thousand addresses inside', () => {
  test('none is reached by a URL, however it is written', async () => {
    const random = createRandom(20_261_129);
    const sender = tools.sender({ rule: strict });
    let kept = 0;
    for (let n = 0; n < CASES; n += 1) {
      const text = `http://${hostOf(random)}:${canary.port}/hook`;
      // What is no URL for a webhook is refused where it is given.
      const { url } = checkWebhookUrl(text, { httpsOnly: false });
      if (url === undefined) continue;
      kept += 1;
      const { errorCode, statusCode } = await sender.send(request(url));
      expect({ text, errorCode, statusCode }).toEqual({
        text,
        errorCode: 'BLOCKED_ADDRESS',
        statusCode: null,
      });
    }
    expect(kept).toBeGreaterThan(CASES / 2);
    expect(canary.visits).toBe(0);
  });

  test.runIf(process.platform === 'linux')(
    'none is reached by a name, whatever that resolves to from one moment to the next',
    async () => {
      const random = createRandom(4_711);
      const inside = (): LookupAddress =>
        random.next() < 0.7
          ? { address: plain(bytesIn(random, random.pick([...HOME_V4, ...INSIDE_V4]))), family: 4 }
          : { address: plain(bytesIn(random, random.pick([...INSIDE_V6, ...HOME_V6]))), family: 6 };
      const plain = (bytes: number[]) => ipaddr.fromByteArray(bytes).toString();
      let answer: LookupAddress[] = [];
      const sender = tools.sender({
        rule: createAddressRule([`${OUTSIDE}/32`]),
        resolve: () => Promise.resolve(answer),
      });
      for (let n = 0; n < CASES / 5; n += 1) {
        answer = Array.from({ length: random.integer(1, 6) }, () =>
          random.next() < 0.1 ? { address: OUTSIDE, family: 4 } : inside(),
        );
        const isOutside = answer.some(({ address }) => address === OUTSIDE);
        // A name of its own for each, and one that changes: what is kept alive is not looked up again.
        const name = isOutside ? `n${n}` : random.pick([`n${n}`, 'changes']);
        const outcome = await sender.send(request(`http://${name}.example:${canary.port}/hook`));
        expect([answer, outcome.errorCode]).toEqual([answer, isOutside ? null : 'BLOCKED_ADDRESS']);
      }
      expect(canary.visits).toBe(0);
    },
  );
});

test('the neighbours of each range may be reached', () => {
  const isInside = (address: string) =>
    INSIDE_V4.some((range) => ipaddr.IPv4.parse(address).match(ipaddr.IPv4.parseCIDR(range)));
  const neighbours = INSIDE_V4.flatMap((range) => {
    const [network, prefix] = ipaddr.IPv4.parseCIDR(range);
    const first = network.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0);
    return [first - 1, first + 2 ** (32 - prefix)];
  })
    .filter((number) => number >= 0 && number < 2 ** 32)
    .map((number) => [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.'))
    .filter((address) => !isInside(address));
  expect(neighbours.length).toBeGreaterThan(20);
  expect(neighbours.filter((address) => !strict.allows(address))).toEqual([]);
});
