import type { ExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';

import { restoreRawJson } from '../../domain/json/raw-json.ts';
import { shortened } from '../limits/message-length.ts';

/** An error as clients see it where it goes with no HTTP status of its own: `http` is for that. */
export function toldError(error: GraphQLError): GraphQLFormattedError {
  const { extensions, ...rest } = shortened(error).toJSON();
  const { http: _http, ...shown } = extensions ?? {};
  return { ...rest, ...(Object.keys(shown).length > 0 && { extensions: shown }) };
}

/** The JSON of one answer: of a subscription, or one without errors over HTTP. */
export function answerJson({ data, errors, extensions }: ExecutionResult): string {
  return restoreRawJson(
    JSON.stringify({
      data: data ?? null,
      ...(errors && { errors: errors.map(toldError) }),
      ...(extensions && { extensions }),
    }),
  );
}
