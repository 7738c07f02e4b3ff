/** A delivery anywhere in a result, if its `id` and `version` were asked for. */
export type FoundDelivery = Record<string, unknown> & { id: string; version: number };

/** Meets each delivery in a result's data, by its typename. */
export function eachDelivery(data: unknown, meet: (delivery: FoundDelivery) => void): void {
  if (Array.isArray(data)) {
    for (const each of data) eachDelivery(each, meet);
  } else if (isRecord(data)) {
    if (isDelivery(data)) meet(data);
    for (const field in data) {
      const value = data[field];
      if (typeof value === 'object' && value !== null) eachDelivery(value, meet);
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isDelivery(object: Record<string, unknown>): object is FoundDelivery {
  const { __typename, id, version } = object;
  return __typename === 'Delivery' && typeof id === 'string' && typeof version === 'number';
}
