import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { type DocumentNode, parse, print, stripIgnoredCharacters, visit } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { z } from 'zod';

import { StartupError } from '../../faults/startup-error.ts';
import type { OperationRules } from '../../env.ts';
import { notPersisted, persistedQueryNotFound } from '../../graphql/errors/errors.ts';

/** The operations that the server knows beforehand: the web app's own, and those of a file. */
export interface PersistedOperations {
  /**
   * The document that a request names by the SHA-256 of its text, as Apollo, urql and Relay do:
   * `extensions.persistedQuery.sha256Hash`. Undefined where it names none.
   * @throws PERSISTED_QUERY_NOT_FOUND where none has that hash.
   */
  named(extensions: Readonly<Record<string, unknown>> | null | undefined): string | undefined;
  /** Whether a document is one of them, however it is laid out. */
  includes(document: DocumentNode): boolean;
}

/** What clients' tools write: each document's text by its id, the SHA-256 of the text in hex. */
const list = z.record(z.string(), z.string());

/**
 * Reads the web app's list beside its build, and the file of `PERSISTED_OPERATIONS`.
 * @throws StartupError where the file is not there, or holds no list of documents.
 */
export function readPersistedOperations({ persistedFile }: OperationRules): PersistedOperations {
  const texts = new Map<string, string>();
  const known = new Set<string>();
  for (const file of [webOperationsFile(), persistedFile]) {
    if (file === null) continue;
    try {
      for (const [id, text] of Object.entries(list.parse(JSON.parse(readFileSync(file, 'utf8'))))) {
        known.add(essenceOf(parse(text)));
        texts.set(id.replace(/^sha256:/, '').toLowerCase(), text);
      }
    } catch (error) {
      throw new StartupError(
        `PERSISTED_OPERATIONS=${file} cannot be read: it must be a JSON object of GraphQL documents by their SHA-256.`,
        { cause: error },
      );
    }
  }
  const judged = new WeakMap<DocumentNode, boolean>();

  return {
    named(extensions) {
      const query = extensions?.['persistedQuery'];
      if (typeof query !== 'object' || query === null || !('sha256Hash' in query)) return undefined;
      const text = texts.get(String(query.sha256Hash).toLowerCase());
      if (text === undefined) throw persistedQueryNotFound();
      return text;
    },
    includes(document) {
      const before = judged.get(document);
      if (before !== undefined) return before;
      const isKnown = known.has(essenceOf(document));
      judged.set(document, isKnown);
      return isKnown;
    },
  };
}

/**
 * The same for documents that differ in layout, comments, the order of their definitions, or in
 * `__typename`, which caches add.
 */
function essenceOf(document: DocumentNode): string {
  const { definitions } = visit(document, {
    Field: ({ name, alias }) =>
      name.value === '__typename' && alias === undefined ? null : undefined,
  });
  return definitions
    .map((definition) => stripIgnoredCharacters(print(definition)))
    .toSorted()
    .join('\n');
}

/** Takes operations by their hash, and no others than those known where the rules say so. */
export function persistedOperations(
  operations: PersistedOperations,
  { persistedOnly }: OperationRules,
): Plugin {
  return {
    onParams({ params, setParams }) {
      if (params.query) return;
      const query = operations.named(params.extensions);
      if (query !== undefined) setParams({ ...params, query });
    },
    onValidate({ params, setResult }) {
      if (persistedOnly && !operations.includes(params.documentAST)) setResult([notPersisted()]);
    },
  };
}

/** Made with the web app's build; null from sources that were never built. */
function webOperationsFile(): string | null {
  const candidates = ['../../../web/operations.json', '../../../dist/web/operations.json'];
  const files = candidates.map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return files.find((file) => existsSync(file)) ?? null;
}
