import { describe, expect, it } from 'vitest';
import { createAddressRule, isCidr } from '../../server/domain/address/address-rule.ts';

const strict = createAddressRule([]);

describe('what deliveries may reach', () => {
  it.each([
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2606:4700::1111',
    '2001:200::',
    '2003::1',
    '2a00:1450:4001:81b::200e',
    '3ffe:ffff::1',
    '::ffff:1.1.1.1',
    '::ffff:101:101',
  ])('%s is allowed', (address) => {
    expect(strict.allows(address)).toBe(true);
    expect(strict.refusalOf(address)).toBeNull();
  });

  it.each([
    ['0.0.0.0', 'this network'],
    ['10.0.0.5', 'private'],
    ['100.64.0.1', 'carrier'],
    ['100.100.100.200', 'carrier'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.255', 'loopback'],
    ['168.63.129.16', 'cloud'],
    ['169.254.169.254', 'link-local'],
    ['172.16.0.0', 'private'],
    ['172.31.255.255', 'private'],
    ['192.0.0.192', 'protocols'],
    ['192.0.2.1', 'documentation'],
    ['192.88.99.1', '6to4'],
    ['192.168.1.1', 'private'],
    ['198.18.0.1', 'benchmarks'],
    ['198.19.255.255', 'benchmarks'],
    ['198.51.100.1', 'documentation'],
    ['203.0.113.1', 'documentation'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.255', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'unspecified'],
    ['::1', 'loopback'],
    ['::10.0.0.5', 'reserved'],
    ['::8.8.8.8', 'reserved'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:a00:5', 'private'],
    ['0:0:0:0:0:ffff:a9fe:a9fe', 'link-local'],
    ['::ffff:0:127.0.0.1', 'reserved'],
    ['64:ff9b::7f00:1', 'NAT64'],
    ['64:ff9b::808:808', 'NAT64'],
    ['64:ff9b:1::a00:5', 'NAT64'],
    ['100::1', 'discards'],
    ['2001::1', 'Teredo'],
    ['2001:2::1', 'protocols'],
    ['2001:1ff:ffff::1', 'protocols'],
    ['2001:db8::1', 'documentation'],
    ['2002:7f00:1::', '6to4'],
    ['2620:4f:8000::1', 'protocols'],
    ['3fff::1', 'documentation'],
    ['3fff:fff:ffff::1', 'documentation'],
    ['4000::1', 'reserved'],
    ['5f00::1', 'segment routing'],
    ['8000::1', 'reserved'],
    ['fc00::1', 'private'],
    ['fd00:ec2::254', 'private'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'zone'],
    ['2606:4700::1111%eth0', 'zone'],
    ['fec0::1', 'site-local'],
    ['ff02::1', 'multicast'],
    ['example.com', 'no IP address'],
    ['', 'no IP address'],
    ['0x7f.1', 'no IP address'],
  ])('%s is refused', (address, words) => {
    expect(strict.allows(address)).toBe(false);
    expect(strict.refusalOf(address)).toContain(words);
  });
});

describe('allowed ranges', () => {
  const rule = createAddressRule(['10.1.0.0/16', '::1/128', '::ffff:192.168.7.0/120', 'fd00::/8']);

  it.each(['10.1.0.0', '10.1.255.255', '::ffff:10.1.2.3', '::1', '192.168.7.9', 'fd12::1'])(
    'open %s',
    (address) => expect(rule.allows(address)).toBe(true),
  );

  it.each(['10.0.255.255', '10.2.0.0', '127.0.0.1', '::2', '192.168.8.0', 'fc00::1', 'fd00::1%lo'])(
    'do not open %s',
    (address) => expect(rule.allows(address)).toBe(false),
  );

  it('of IPv6 open no IPv4 address in mapped form', () => {
    expect(createAddressRule(['::/0']).allows('::ffff:10.0.0.5')).toBe(false);
  });

  it.each([
    '10.0.0.0',
    '10.0.0.0/33',
    'fd00::/129',
    '10/8',
    'abc/8',
    '10.0.0.0/8/8',
    '',
    '::1%lo/128',
  ])('must be CIDRs: %j is none', (text) => {
    expect(isCidr(text)).toBe(false);
    expect(() => createAddressRule(['10.0.0.0/8', text])).toThrow(`"${text}"`);
  });
});

describe('literals in URLs', () => {
  it.each([
    ['http://127.0.0.1:80/', '127.0.0.1'],
    ['http://0x7f.1/', '127.0.0.1'],
    ['http://2130706433/', '127.0.0.1'],
    ['http://127.0.0.1./', '127.0.0.1'],
    ['http://[::ffff:10.0.0.5]/', '::ffff:a00:5'],
    ['http://localhost/', null],
    ['http://10.0.0.5.example.com/', null],
  ])('%s has %s', (url, literal) => {
    expect(strict.literalOf(new URL(url).hostname)).toBe(literal);
  });
});
