"""The receiver of the brief: reads [{body, signature, secret}], writes the places of those refused."""

import hmac
import hashlib
import json
import sys

def verify_webhook(payload, signature, secret):
    """Verify webhook signature"""
    payload_json = json.dumps(payload, sort_keys=True, separators=(',', ':'))
    expected_signature = hmac.new(
        secret.encode('utf-8'),
        payload_json.encode('utf-8'),
        hashlib.sha256
    ).hexdigest()

    # Remove 'sha256=' prefix if present
    if signature.startswith('sha256='):
        signature = signature[7:]

    return hmac.compare_digest(expected_signature, signature)


refused = [
    place
    for place, request in enumerate(json.load(sys.stdin))
    if not verify_webhook(json.loads(request['body']), request['signature'], request['secret'])
]
json.dump(refused, sys.stdout)
