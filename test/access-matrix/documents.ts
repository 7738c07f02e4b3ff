import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isLeafType,
  isNonNullType,
  isObjectType,
  isInterfaceType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';

/** Types whose objects have global ids that arguments take. */
export type Kind =
  | 'ApiKey'
  | 'Customer'
  | 'Delivery'
  | 'DeliveryAttempt'
  | 'Event'
  | 'EventSubscription'
  | 'EventType'
  | 'Recovery'
  | 'Webhook';

/** What one tenant calls its own: values for the arguments that name something. */
export interface Names {
  ids: Readonly<Record<Kind, string>>;
  customerKey: string;
  eventType: string;
  /** The platform's own id of an event. */
  eventId: string;
  /** Part of a name. */
  text: string;
}

export type Operation = 'query' | 'mutation' | 'subscription';

export interface Document {
  query: string;
  variables: Record<string, unknown>;
}

/** A root field, and a way to ask for it that names whatever can be named. */
export interface Asked {
  operation: Operation;
  name: string;
  /** Whether any argument names something of a tenant. */
  isNaming: boolean;
  documentOf(names: Names, kind?: Kind): Document;
  /** The same, each with one of its leaves alone: what is refused hides no other. */
  leavesOf(names: Names): Document[];
  /** Of a field that takes ids of any kind: each of them. */
  kinds: readonly Kind[];
}

const KINDS: readonly Kind[] = [
  ...(['ApiKey', 'Customer', 'Delivery', 'DeliveryAttempt', 'Event'] as const),
  ...(['EventSubscription', 'EventType', 'Recovery', 'Webhook'] as const),
];

/** Deep enough to see what a leak would show. */
const DEPTH = 2;

/** Every field of Query, Mutation and Subscription, asked for with all of its arguments that name something. */
export function allAsked(schema: GraphQLSchema): Asked[] {
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const;
  return roots.flatMap(([operation, type]) =>
    Object.values(type?.getFields() ?? {}).map((field) => askedOf(operation, field)),
  );
}

function askedOf(operation: Operation, field: GraphQLField<unknown, unknown>): Asked {
  const isOfAnyKind = field.args.some(
    ({ name }) => ['id', 'ids'].includes(name) && /^nodes?$/.test(field.name),
  );
  let isNaming = false;
  function documentWith(selection: string, names: Names, kind: Kind | undefined): Document {
    const values = createValues(names, field.name, kind);
    const variables = Object.fromEntries(
      field.args.flatMap((arg) => {
        const value = values.of(arg, arg.name);
        return value === undefined ? [] : [[arg.name, value]];
      }),
    );
    isNaming = values.isNaming;
    const given = field.args.filter(({ name }) => name in variables);
    const declared = given.map((arg) => `$${arg.name}: ${String(arg.type)}`).join(', ');
    const passed = given.map(({ name }) => `${name}: $${name}`).join(', ');
    const query = `${operation} ${declared && `(${declared})`} { ${field.name}${passed && `(${passed})`} ${selection} }`;
    return { query, variables };
  }
  const documentOf: Asked['documentOf'] = (names, kind) =>
    documentWith(selectionOf(field.type, DEPTH), names, kind);
  // Once, to know whether it names anything.
  documentOf(NOBODYS, isOfAnyKind ? 'Webhook' : undefined);
  return {
    operation,
    name: field.name,
    isNaming,
    documentOf,
    leavesOf: (names) =>
      leavesOf(field.type, DEPTH).map((leaf) =>
        documentWith(leaf, names, isOfAnyKind ? 'Webhook' : undefined),
      ),
    kinds: isOfAnyKind ? KINDS : [],
  };
}

const NOBODYS: Names = {
  ids: Object.fromEntries(KINDS.map((kind) => [kind, ''])) as Record<Kind, string>,
  ...{ customerKey: '', eventType: '', eventId: '', text: '' },
};

/** What is selected of a type: all that needs no argument, down to a depth. */
function selectionOf(type: GraphQLOutputType, depth: number): string {
  const parts = partsOf(type, depth, (of, next) => [selectionOf(of, next)]);
  return parts === null ? '' : `{ __typename ${parts.join(' ')} }`;
}

/** The same, in as many selections as there are leaves. */
function leavesOf(type: GraphQLOutputType, depth: number): string[] {
  return partsOf(type, depth, leavesOf)?.map((part) => `{ ${part} }`) ?? [''];
}

function partsOf(
  type: GraphQLOutputType,
  depth: number,
  selectionsOf: (type: GraphQLOutputType, depth: number) => string[],
): string[] | null {
  const named = getNamedType(type);
  if (isLeafType(named)) return null;
  if (isInterfaceType(named)) return ['id'];
  if (!isObjectType(named)) return ['__typename'];
  return Object.values(named.getFields()).flatMap((field) => {
    if (field.args.some(({ type: of }) => isNonNullType(of))) return [];
    if (isLeafType(getNamedType(field.type))) return CHANGING.has(field.name) ? [] : [field.name];
    // The edges have the nodes once more.
    if (depth === 0 || ['edges', 'pageInfo'].includes(field.name)) return [];
    const first = field.args.some(({ name }) => name === 'first') ? '(first: 2)' : '';
    const next = field.name === 'nodes' ? depth : depth - 1;
    return selectionsOf(field.type, next).map((selection) => `${field.name}${first} ${selection}`);
  });
}

/** Another with each answer. */
const CHANGING = new Set(['feedCursor', 'cursor', 'secret', 'toldAt']);

function createValues(names: Names, fieldName: string, kind: Kind | undefined) {
  let namings = 0;
  const named = <Value>(value: Value): Value => {
    namings += 1;
    return value;
  };

  /** A value for an argument or a field of an input; undefined where it is not needed. */
  function of(
    { name, type }: Pick<GraphQLArgument | GraphQLInputField, 'name' | 'type'>,
    owner: string,
  ): unknown {
    const isNeeded = isNonNullType(type);
    const bare = getNamedType(type);
    // Refused once all else has been looked at: where nothing changes, nothing would come.
    if (fieldName === 'deliveryUpdated' && name === 'after') return 'no cursor';
    const naming = nameOf(name, bare.name, owner);
    if (naming !== undefined) return inShape(type, naming);
    // One that names nothing, as a range of time, is left out where it may be.
    if (isInputObjectType(bare)) {
      const namingsBefore = namings;
      const fields = Object.values(bare.getFields()).flatMap((each) => {
        if (isAlternative(bare.name, each.name)) return [];
        const value = of(each, bare.name);
        return value === undefined ? [] : [[each.name, value]];
      });
      if (!isNeeded && namings === namingsBefore) return undefined;
      return inShape(type, Object.fromEntries(fields));
    }
    return isNeeded ? inShape(type, sampleOf(type, name)) : undefined;
  }

  function nameOf(name: string, type: string, owner: string): string | undefined {
    if (type === 'ID') return named(names.ids[kind ?? kindOf(name, owner, fieldName)]);
    if (type !== 'String' && type !== 'URL') return undefined;
    if (/^(customer|customers|key)$/.test(name)) return named(names.customerKey);
    if (/^(eventTypes?|type|patterns?)$/.test(name)) return named(names.eventType);
    if (name === 'name' && /^eventType/i.test(fieldName)) return named(names.eventType);
    if (name === 'eventId') return named(names.eventId);
    if (name === 'search') return named(names.text);
    if (name === 'part') return named(names.ids.Webhook.slice(0, 20));
    return undefined;
  }

  return {
    of,
    get isNaming() {
      return namings > 0;
    },
  };
}

/** Of inputs that take one of several, the first is given. */
function isAlternative(input: string, field: string): boolean {
  return input === 'RecoveryCreateInput' && field === 'missed';
}

/** Whose id an argument takes, by its name, or by that of its input or of the root field. */
function kindOf(name: string, owner: string, fieldName: string): Kind {
  const own = /^(\w+?)Ids?$/.exec(name)?.[1];
  for (const text of [own, owner, fieldName]) {
    const found = KINDS.filter((kind) => text?.toLowerCase().startsWith(stemOf(kind)) ?? false);
    const longest = found.toSorted((a, b) => b.length - a.length)[0];
    if (longest !== undefined) return longest;
  }
  throw new Error(`whose id does ${fieldName}(… ${owner} ${name}) take? Tell it in kindOf`);
}

/** `deliver` begins delivery and deliveries. */
const stemOf = (kind: Kind) => kind.toLowerCase().replace(/y$/, '');

function inShape(type: GraphQLInputType, value: unknown): unknown {
  const nullable = getNullableType(type);
  return isListType(nullable) ? [inShape(nullable.ofType, value)] : value;
}

function sampleOf(type: GraphQLInputType, name: string): unknown {
  const bare = getNamedType(type);
  if (isEnumType(bare)) return bare.getValues()[0]?.name;
  switch (bare.name) {
    case 'Int':
    case 'Float':
      return 1;
    case 'Boolean':
      return true;
    case 'JSON':
      return {};
    case 'DateTime':
      return '2026-01-01T00:00:00.000Z';
    default:
      return name === 'url' ? 'http://127.0.0.1:4/' : 'text';
  }
}
