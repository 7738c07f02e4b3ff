import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { ConfigurationError, readConfiguration } from '../server/env.ts';
import { variables } from '../server/env-variables.ts';

const faultsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readConfiguration(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
};

describe('ALLOWED_ORIGINS', () => {
  const read = (value: string) => readConfiguration({ ALLOWED_ORIGINS: value }).allowedOrigins;

  it('is read as origins, whatever the capitals, slashes at the end, and ports that need not be said', () => {
    expect(read(' https://App.Example/, http://localhost:3000,https://a.example:443,')).toEqual([
      'https://app.example',
      'http://localhost:3000',
      'https://a.example',
    ]);
    expect(read('')).toEqual([]);
  });

  it.each([
    'app.example',
    '*',
    'https://*.example',
    'https://app.example/path',
    'https://app.example?x',
    'https://user@app.example',
    'ftp://app.example',
    'https://',
    'null',
    'https://app.example, app.example',
  ])('%s is none', (value) => {
    expect(faultsOf({ ALLOWED_ORIGINS: value })).toEqual([
      expect.stringMatching(/^ALLOWED_ORIGINS must be origins/),
    ]);
  });
});

describe('DELIVERY_BLOCKED_PORTS', () => {
  const read = (env: Record<string, string>) => readConfiguration(env).delivery.blockedPorts;

  it('is those that browsers block where it is unset, and what is set otherwise', () => {
    expect(read({})).toEqual(expect.arrayContaining([25, 6379, 10080]));
    for (const port of [80, 443, 3000, 8080, 8443]) expect(read({})).not.toContain(port);
    expect(read({ DELIVERY_BLOCKED_PORTS: '' })).toEqual([]);
    expect(read({ DELIVERY_BLOCKED_PORTS: ' 25, 8080,' })).toEqual([25, 8080]);
  });

  it.each(['x', '25;26', '65536', '-1', '25-30'])('%s is none', (value) => {
    expect(faultsOf({ DELIVERY_BLOCKED_PORTS: value })).toEqual([
      expect.stringMatching(/^DELIVERY_BLOCKED_PORTS must be ports/),
    ]);
  });
});

describe('every variable', () => {
  const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
  const names = Object.keys(variables.shape);

  it('stands in the table of docs/configuration.md and in .env.example', () => {
    const [table, example] = [read('docs/configuration.md'), read('.env.example')];
    for (const name of names) {
      expect(table).toContain(`| \`${name}\``);
      expect(example).toMatch(new RegExp(`^(# )?${name}=`, 'm'));
    }
  });

  it('reaches the containers of compose, but for what is embedded mode’s', () => {
    const compose = read('docker-compose.yml');
    for (const name of names.filter((each) => each !== 'DATA_DIR')) {
      expect(compose).toMatch(new RegExp(`^ {4,6}${name}:`, 'm'));
    }
    // The API alone makes the first key.
    expect(compose.match(/BOOTSTRAP_API_KEY:(?!\?)/g)).toHaveLength(1);
  });
});
