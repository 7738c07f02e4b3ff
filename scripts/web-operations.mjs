// Writes the web app's own operations into the given file: a server may take no others
// (PERSISTED_OPERATIONS_ONLY).
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Kind, parse, print, visit } from 'graphql';
import ts from 'typescript';

const web = fileURLToPath(new URL('../web', import.meta.url));

/** The documents of all `graphql(...)` calls in a file. */
function documentsOf(file) {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const found = [];
  const look = (node) => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const [text] = node.arguments;
      if (node.expression.text === 'graphql' && text && ts.isStringLiteralLike(text)) {
        found.push(parse(text.text));
      }
    }
    ts.forEachChild(node, look);
  };
  look(source);
  return found;
}

/** Directives that gql.tada reads and does not send. */
const withoutOwnDirectives = (document) =>
  visit(document, {
    Directive: ({ name }) => (name.value.startsWith('_') ? null : undefined),
  });

/** Each operation with the fragments that it spreads, by the SHA-256 of its text. */
function webOperations() {
  const definitions = readdirSync(web, { recursive: true })
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
    .toSorted((a, b) => a.localeCompare(b))
    .flatMap((file) => documentsOf(path.join(web, file)))
    .flatMap((document) => withoutOwnDirectives(document).definitions);
  const fragments = new Map();
  for (const definition of definitions) {
    if (definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    if (fragments.has(definition.name.value)) {
      throw new Error(`web/ has two fragments called ${definition.name.value}.`);
    }
    fragments.set(definition.name.value, definition);
  }

  const spreadsOf = (definition) => {
    const needed = new Set();
    const follow = (node) =>
      visit(node, {
        FragmentSpread({ name: { value } }) {
          if (needed.has(value)) return;
          needed.add(value);
          const fragment = fragments.get(value);
          if (fragment === undefined) throw new Error(`web/ has no fragment called ${value}.`);
          follow(fragment);
        },
      });
    follow(definition);
    return [...needed].map((name) => fragments.get(name));
  };

  const operations = {};
  for (const definition of definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const document = {
      kind: Kind.DOCUMENT,
      definitions: [definition, ...spreadsOf(definition)],
    };
    const text = print(document);
    operations[createHash('sha256').update(text).digest('hex')] = text;
  }
  return operations;
}

writeFileSync(process.argv[2], `${JSON.stringify(webOperations(), null, 1)}\n`);
