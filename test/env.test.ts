import { describe, expect, it } from 'vitest';

import { ConfigurationError, readConfiguration } from '../server/env.ts';

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
