"""Writes python-bodies.json: awkward payloads, and the text that Python's json makes of each.

Each row holds `payload`, a JSON text as a client may send it, and `canonical`, what the brief's
receiver will dump: the text that has to be signed. Run it again after adding a payload:

    python3 test/domain/python-bodies.py
"""

import json
import pathlib
import random
import struct

random.seed(20261123)


def nested(depth):
    value = 'bottom'
    for level in range(depth):
        value = [value] if level % 2 else {'k': value}
    return value


def any_double():
    while True:
        value = struct.unpack('<d', random.randbytes(8))[0]
        if value == value and abs(value) != float('inf'):
            return value


CHARACTERS = [
    'a', 'B', '0', '"', '\\', '/', ' ', '\x00', '\x08', '\t', '\n', '\f', '\r', '\x1f', '\x7f', '\x80',
    'é', 'ß', '\u2028', '\u2029', '中', '\ud7ff', '\ud800', '\udbff', '\udc00', '\udfff', '\ue000',
    '\ufeff', '\ufffd', '\uffff', '\U00010000', '😀', '\U0010ffff',
]


def any_text():
    return ''.join(random.choices(CHARACTERS, k=random.randint(0, 6)))


def joined(value):
    """Two lone surrogates that stand side by side become a pair on the way."""
    return json.loads(json.dumps(value))


payloads = [
    None, True, False, '', 'text', [], {}, [[]], [{}], {'': {}}, {'a': []},
    {character: character for character in CHARACTERS},
    {character + 'x': index for index, character in enumerate(reversed(CHARACTERS))},
    {'\uffff': 1, '😀': 2, '\ue000': 3, '\ud83d': 4, '\ud83d\uffff': 5, '😀a': 6, '\ude00': 7, 'z': 8},
    {'\ud800': 1, '\ud800\ud800': 2, '\ud800\ue000': 3, '\U00010000': 4, '\ud800a': 5, '\ud800\U00010000': 6},
    ''.join(map(chr, range(0x00, 0x100))),
    ''.join(map(chr, range(0xd7f0, 0xe010))),
    {'__proto__': {'a': 1}, 'constructor': {'prototype': None}, 'toString': 1, 'hasOwnProperty': []},
    {'__proto__': 1, 'nested': {'__proto__': [{'__proto__': None}]}},
    {'10': 1, '9': 2, '1': 3, '-1': 4, '01': 5, '1.5': 6, 'a': 7, 'A': 8, '_': 9},
    [0, -0.0, 0.0, 1.0, -1.0, 0.1, -0.1, 1.5, 100, 1e2, 123.456, 0.1 + 0.2],
    [1e-3, 1e-4, 1.5e-4, 9.999e-5, 1e-5, 1.5e-5, 1e-6, 1e-7, 1.25e-7, -1e-5, -1.5e-7, 1e-10, 1e-100],
    [1e15, 1e16, 1e17, 1e20, 1e21, 1.5e21, 1e22, 1e23, -1e22, 1e100, 123456789012345.67],
    [123456789012345680000.0, 999999999999999900000.0, 1e21 - 131072, 5e-324, 2.2250738585072014e-308],
    [1.7976931348623157e308, -1.7976931348623157e308, 4.9406564584124654e-324, 2.225073858507201e-308],
    [2**53 - 1, -(2**53) + 1, 2**53, 2**53 + 2, 2**60, 2**63, -(2**63), 2**64, 10**18, 10**20, 10**21, 10**22],
    [9007199254740993.0, 9.5367431640625e-07, 5.684341886080802e-14, 4.35, 2.5e-05, 1e-05],
    nested(100), nested(400), nested(450),
    {'id': 12345, 'email': 'user@example.com', 'tags': ['a', 'b'], 'active': True, 'score': 0.5},
]
payloads += [[2.0**exponent, -(2.0**-exponent)] for exponent in range(0, 1023, 31)]
payloads += [[10.0**exponent, 10.0**-exponent] for exponent in range(0, 40)]
payloads += [[any_double() for _ in range(10)] for _ in range(100)]
payloads += [[random.uniform(-1e-3, 1e-3), random.uniform(0, 1e18)] for _ in range(50)]
payloads += [{any_text(): any_text() for _ in range(8)} for _ in range(150)]
payloads += [{any_text(): {any_text(): [any_text(), any_double()]} for _ in range(3)} for _ in range(50)]

texts = [json.dumps(payload) for payload in map(joined, payloads)]

# Numbers as other languages write them.
literals = [
    '1.0', '1.10', '1.50', '20.00', '0.0', '-0', '-0.0', '-0e0', '1e2', '1E2', '1e+2', '1e-2', '100e-2',
    '1.5e1', '12e-1', '0e5', '1e15', '1e16', '1e21', '1E22', '1e23', '1e-4', '1e-5', '0.0001', '0.00001',
    '1234567890123456789', '-1234567890123456789', '9007199254740993', '9223372036854775807',
    '9223372036854775808', '9223372036854776000', '18446744073709551615', '18446744073709551616',
    '9007199254740993.0', '9007199254740993.5', '123456789012345678.9', '1000000000000000000000',
    '123456789.123456789', '3.14159265358979323846', '0.1000000000000000055511151231257827',
    '0.99999999999999999999', '0.30000000000000004', '5e-324', '2.2250738585072014e-308', '1e-400',
    '1.7976931348623157e308', '9' * 100, '-' + '9' * 309, '1' + '0' * 308,
]
texts += literals
texts += ['{"n":%s}' % literal for literal in literals]
texts += ['[%s]' % ', '.join(literals)]
texts += [
    '[%s]' % ','.join(
        random.choice(['', '-'])
        + str(random.randrange(10 ** random.randint(1, 40)))
        + random.choice(['', '.0', '.' + str(random.randrange(10**9)), '.5000'])
        + random.choice(['', '', 'e%d' % random.randint(-30, 30), 'E+%d' % random.randint(0, 30)])
        for _ in range(10)
    )
    for _ in range(200)
]

rows = []
for text in texts:
    canonical = json.dumps(json.loads(text), sort_keys=True, separators=(',', ':'))
    assert json.dumps(json.loads(canonical), sort_keys=True, separators=(',', ':')) == canonical
    rows.append({'payload': text, 'canonical': canonical})

text = json.dumps(rows, indent=2)
pathlib.Path(__file__).with_suffix('.json').write_text(text + '\n')
