import { describe, expect, it, vi } from 'vitest';
import { createAddressRule } from '../../server/domain/address/address-rule.ts';
import { createReachability } from '../../server/webhooks/changes/reachability.ts';

const rule = createAddressRule(['10.9.0.0/16']);
const resolvingTo = (...addresses: string[]) =>
  createReachability({
    rule,
    lookup: () => Promise.resolve(addresses.map((address) => ({ address }))),
  });

describe('a URL that is saved', () => {
  it('is refused where its host is an address that is not allowed', async () => {
    const answer = await resolvingTo().check(new URL('https://[::ffff:10.0.0.5]/hook'));
    expect(answer).toEqual({ ok: false, message: expect.stringContaining('a private address') });
  });

  it('is let through where its host is a public or an opened address', async () => {
    const unasked = vi.fn();
    const { check } = createReachability({ rule, lookup: unasked });
    expect(await check(new URL('https://1.1.1.1/'))).toEqual({ ok: true });
    expect(await check(new URL('https://10.9.1.1/'))).toEqual({ ok: true });
    expect(unasked).not.toHaveBeenCalled();
  });

  it('is refused where any of its name’s addresses is', async () => {
    const answer = await resolvingTo('1.1.1.1', '10.0.0.5').check(
      new URL('https://a.example/x?s=1'),
    );
    expect(answer).toEqual({
      ok: false,
      message:
        'a.example resolves to an address inside that deliveries may not reach; DELIVERY_ALLOWED_CIDRS opens ranges.',
    });
    expect(await resolvingTo('1.1.1.1', '::1').check(new URL('https://a.example'))).toMatchObject({
      ok: false,
    });
  });

  it('is let through where all of its name’s addresses are allowed', async () => {
    expect(await resolvingTo('1.1.1.1', '10.9.0.1').check(new URL('https://a.example'))).toEqual({
      ok: true,
    });
  });

  it.each(['localhost', 'localhost.', 'a.localhost', 'A.B.LocalHost.'])(
    'is refused where its name is this machine: %s',
    async (host) => {
      const lookup = vi.fn(() => Promise.resolve([{ address: '1.1.1.1' }]));
      const url = new URL(`http://${host}/`);
      expect(await createReachability({ rule, lookup }).check(url)).toMatchObject({
        ok: false,
        message: expect.stringContaining('is this machine'),
      });
      expect(lookup).not.toHaveBeenCalled();
      const open = createAddressRule(['127.0.0.0/8']);
      expect(await createReachability({ rule: open, lookup }).check(url)).toEqual({ ok: true });
    },
  );

  it('is refused where its port is blocked', async () => {
    const blockedPorts = [25, 443];
    const check = (url: string) => createReachability({ rule, blockedPorts }).check(new URL(url));
    for (const url of ['http://1.1.1.1:25/', 'https://1.1.1.1/', 'http://1.1.1.1:443/']) {
      expect(await check(url)).toMatchObject({
        ok: false,
        message: expect.stringContaining('DELIVERY_BLOCKED_PORTS'),
      });
    }
    for (const url of ['http://1.1.1.1/', 'https://1.1.1.1:8443/']) {
      expect(await check(url)).toEqual({ ok: true });
    }
  });

  it('is let through where the name does not resolve now', async () => {
    const lookup = () => Promise.reject(new Error('ENOTFOUND'));
    expect(await createReachability({ rule, lookup }).check(new URL('https://a.example'))).toEqual({
      ok: true,
    });
  });

  it('is let through where resolving takes over 3 s', async () => {
    vi.useFakeTimers();
    try {
      const lookup = () => new Promise<never>(() => {});
      const answer = createReachability({ rule, lookup }).check(new URL('https://a.example'));
      await vi.advanceTimersByTimeAsync(3_000);
      expect(await answer).toEqual({ ok: true });
    } finally {
      vi.useRealTimers();
    }
  });
});
