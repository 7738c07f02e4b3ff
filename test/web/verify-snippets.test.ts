import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { generateSecret, standardSignature } from '../../server/domain/delivery/signature.ts';
import { VERIFY_SNIPPETS } from '../../web/features/webhooks/dialogs/verify-snippets.ts';

interface Message {
  body: string;
  headers: Record<string, string>;
  secret: string;
}

const secret = generateSecret();
const formerSecret = generateSecret();
const nowSeconds = () => Math.floor(Date.now() / 1_000);
const body = '{"data":{"name":"J\\u00fcrgen"},"event_id":"usr_1","type":"user.created"}';

function message(change: Partial<Message> = {}, timestampSeconds = nowSeconds()): Message {
  const signature = standardSignature({
    secrets: [secret, formerSecret],
    id: 'msg_1',
    timestampSeconds,
    body,
  });
  const headers = {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signature,
  };
  return { body, secret, headers, ...change };
}

function withHeader(name: string, value: string): Message {
  return message({ headers: { ...message().headers, [name]: value } });
}

function without(name: string): Message {
  const { [name]: _dropped, ...headers } = message().headers;
  return message({ headers });
}

/** Made when they are looked at: a compiler may take minutes before. */
function makeCases(): { name: string; message: Message; isGood: boolean }[] {
  const now = nowSeconds();
  return [
    { name: 'as it is sent', message: message(), isGood: true },
    { name: 'under the former secret', message: message({ secret: formerSecret }), isGood: true },
    { name: 'four minutes late', message: message({}, now - 240), isGood: true },
    { name: 'six minutes late', message: message({}, now - 360), isGood: false },
    { name: 'six minutes early', message: message({}, now + 360), isGood: false },
    { name: 'a changed body', message: message({ body: body.replace('1', '2') }), isGood: false },
    { name: 'another secret', message: message({ secret: generateSecret() }), isGood: false },
    { name: 'another id', message: withHeader('webhook-id', 'msg_2'), isGood: false },
    {
      name: 'a newer timestamp',
      message: withHeader('webhook-timestamp', `${now + 1}`),
      isGood: false,
    },
    {
      name: 'a timestamp in words',
      message: withHeader('webhook-timestamp', 'now'),
      isGood: false,
    },
    { name: 'no signature', message: without('webhook-signature'), isGood: false },
    { name: 'no timestamp', message: without('webhook-timestamp'), isGood: false },
    { name: 'an empty signature', message: withHeader('webhook-signature', 'v1,'), isGood: false },
    { name: 'nonsense', message: withHeader('webhook-signature', 'v1,ü v2 ,'), isGood: false },
    {
      name: 'another version',
      message: withHeader(
        'webhook-signature',
        (message().headers['webhook-signature'] ?? '').replaceAll('v1,', 'v2,'),
      ),
      isGood: false,
    },
  ];
}

const expected = Object.fromEntries(makeCases().map(({ name, isGood }) => [name, isGood]));
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'snippets-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const codeOf = (language: string) =>
  VERIFY_SNIPPETS.find(({ name }) => name === language)?.code ?? '';
const has = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;

/** Runs a program in the tests' folder, to its end. */
const run = (
  command: string,
  args: readonly string[],
  { env = {}, input = '' }: { env?: Record<string, string>; input?: string } = {},
) =>
  spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    input,
  });

/** Runs a program that reads the messages and writes what it thinks of each. */
function verdictsOf(command: string, args: readonly string[]) {
  const cases = makeCases();
  const input = JSON.stringify(cases.map((each) => each.message));
  const { stdout, stderr } = run(command, args, { input });
  expect(stderr).toBe('');
  const verdicts = JSON.parse(stdout) as boolean[];
  return Object.fromEntries(cases.map(({ name }, index) => [name, verdicts[index]]));
}

describe('the code shown beside a new secret', () => {
  it('of Node.js takes what is signed here and nothing else', async () => {
    const file = join(folder, 'verify.mjs');
    writeFileSync(file, codeOf('Node.js'));
    const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
      verifyWebhook: (body: Buffer, headers: Record<string, string>, secret: string) => boolean;
    };
    const verdicts = makeCases().map(({ name, message: { body, headers, secret } }) => [
      name,
      module.verifyWebhook(Buffer.from(body), headers, secret),
    ]);
    expect(Object.fromEntries(verdicts)).toEqual(expected);
  });

  it.runIf(has('python3', '--version'))('of Python does the same', () => {
    writeFileSync(join(folder, 'verify.py'), codeOf('Python'));
    const program = [
      'import json, sys',
      'from verify import verify_webhook',
      'messages = json.load(sys.stdin)',
      'json.dump([verify_webhook(m["body"].encode(), m["headers"], m["secret"]) for m in messages], sys.stdout)',
    ].join('\n');
    expect(verdictsOf('python3', ['-c', program])).toEqual(expected);
  });

  it.runIf(has('go', 'version'))('of Go does the same', { timeout: 300_000 }, () => {
    writeFileSync(join(folder, 'go.mod'), 'module receiver\n\ngo 1.19\n');
    writeFileSync(
      join(folder, 'verify.go'),
      codeOf('Go').replace('package receiver', 'package main'),
    );
    writeFileSync(
      join(folder, 'main.go'),
      `package main

import (
	"encoding/json"
	"net/http"
	"os"
)

func main() {
	var messages []struct {
		Body, Secret string
		Headers      map[string]string
	}
	if err := json.NewDecoder(os.Stdin).Decode(&messages); err != nil {
		panic(err)
	}
	verdicts := []bool{}
	for _, m := range messages {
		header := http.Header{}
		for name, value := range m.Headers {
			header.Set(name, value)
		}
		verdicts = append(verdicts, VerifyWebhook([]byte(m.Body), header, m.Secret))
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		panic(err)
	}
}
`,
    );
    const env = { GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local', CGO_ENABLED: '0' };
    expect(run('go', ['build', '-o', 'verify', '.'], { env }).stderr).toBe('');
    expect(verdictsOf(join(folder, 'verify'), [])).toEqual(expected);
  });
});
