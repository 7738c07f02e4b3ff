/** The same check in three languages, with each one's standard library alone. */
export const VERIFY_SNIPPETS: readonly { name: string; code: string }[] = [
  { name: 'Node.js', code: nodeSnippet() },
  { name: 'Python', code: pythonSnippet() },
  { name: 'Go', code: goSnippet() },
];

function nodeSnippet(): string {
  return `import { createHmac, timingSafeEqual } from 'node:crypto';

const TOLERANCE_SECONDS = 5 * 60;

/** body: the raw request body, before it is parsed. headers: with lower-case names. */
export function verifyWebhook(body, headers, secret) {
  const id = headers['webhook-id'] ?? '';
  const timestamp = headers['webhook-timestamp'] ?? '';
  const age = Date.now() / 1000 - Number(timestamp);
  if (!/^\\d+$/.test(timestamp) || Math.abs(age) > TOLERANCE_SECONDS) return false;

  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(\`\${id}.\${timestamp}.\`).update(body).digest();

  // Several signatures while a secret is being rotated: one that fits is enough.
  return (headers['webhook-signature'] ?? '').split(' ').some((signature) => {
    const [version, value = ''] = signature.split(',');
    const given = Buffer.from(value, 'base64');
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}
`;
}

function pythonSnippet(): string {
  return `import base64
import hashlib
import hmac
import time

TOLERANCE_SECONDS = 5 * 60


def verify_webhook(body: bytes, headers, secret: str) -> bool:
    """body: the raw request body, before it is parsed. headers: with lower-case names."""
    message_id = headers.get('webhook-id', '')
    timestamp = headers.get('webhook-timestamp', '')
    if not (timestamp.isascii() and timestamp.isdigit()):
        return False
    if abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False

    key = base64.b64decode(secret.removeprefix('whsec_'))
    signed = f'{message_id}.{timestamp}.'.encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())

    # Several signatures while a secret is being rotated: one that fits is enough.
    for signature in headers.get('webhook-signature', '').split():
        version, _, value = signature.partition(',')
        if version == 'v1' and hmac.compare_digest(expected, value.encode()):
            return True
    return False
`;
}

function goSnippet(): string {
  return `package receiver

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const tolerance = 5 * time.Minute

// VerifyWebhook wants the raw body, before anything has parsed it.
func VerifyWebhook(body []byte, header http.Header, secret string) bool {
	id, timestamp := header.Get("webhook-id"), header.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return false
	}
	if age := time.Since(time.Unix(seconds, 0)); age > tolerance || age < -tolerance {
		return false
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	expected := mac.Sum(nil)

	// Several signatures while a secret is being rotated: one that fits is enough.
	for _, signature := range strings.Fields(header.Get("webhook-signature")) {
		version, value, _ := strings.Cut(signature, ",")
		given, err := base64.StdEncoding.DecodeString(value)
		if version == "v1" && err == nil && hmac.Equal(given, expected) {
			return true
		}
	}
	return false
}
`;
}
