import { readFileSync } from 'node:fs';

import {
  buildSchema as parseSchema,
  findBreakingChanges,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { describe, expect, it } from 'vitest';

import { buildSchema } from '../../server/graphql/schema.ts';
import { printSdl } from '../../server/graphql/schema/sdl.ts';

const contract = parseSchema(readFileSync(new URL('./contract.graphql', import.meta.url), 'utf8'));
const schema = buildSchema();

const ownTypes = (types: Record<string, GraphQLNamedType>) =>
  Object.values(types).filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type));

/** Each promise of a type as a line: what has the same lines keeps the same promises. */
function promisesOf(type: GraphQLNamedType | undefined): string[] {
  if (type === undefined) return [];
  const kind = `${type.name} is a ${type.constructor.name}`;
  if (isEnumType(type)) {
    return [kind, ...type.getValues().map((value) => `${type.name}.${value.name}`)];
  }
  if (isInputObjectType(type)) {
    return [
      kind,
      ...Object.values(type.getFields()).map(
        (field) => `${type.name}.${field.name}: ${String(field.type)} = ${field.defaultValue}`,
      ),
    ];
  }
  if (isObjectType(type) || isInterfaceType(type)) {
    return [
      kind,
      ...type.getInterfaces().map((implemented) => `${type.name} implements ${implemented.name}`),
      ...Object.values(type.getFields()).flatMap((field) => [
        `${type.name}.${field.name}: ${String(field.type)}`,
        ...field.args.map(
          (arg) =>
            `${type.name}.${field.name}(${arg.name}: ${String(arg.type)} = ${arg.defaultValue})`,
        ),
      ]),
    ];
  }
  return [kind];
}

describe('the contract', () => {
  it.each(ownTypes(contract.getTypeMap()).map((type) => [type.name, type] as const))(
    'holds for %s',
    (name, type) => {
      const kept = new Set(promisesOf(schema.getType(name)));
      expect(promisesOf(type).filter((promise) => !kept.has(promise))).toEqual([]);
    },
  );

  it('is broken by nothing that graphql itself would call breaking', () => {
    expect(findBreakingChanges(contract, schema)).toEqual([]);
  });
});

describe('the schema', () => {
  it('describes every type, field, argument, enum value and input field', () => {
    const silent: string[] = [];
    const note = (name: string, { description }: { description?: string | null | undefined }) => {
      if (!description) silent.push(name);
    };
    for (const type of ownTypes(schema.getTypeMap())) {
      note(type.name, type);
      if (isEnumType(type)) {
        for (const value of type.getValues()) note(`${type.name}.${value.name}`, value);
      } else if (isInputObjectType(type)) {
        for (const field of Object.values(type.getFields())) {
          note(`${type.name}.${field.name}`, field);
        }
      } else if (isObjectType(type) || isInterfaceType(type)) {
        for (const field of Object.values(type.getFields())) {
          note(`${type.name}.${field.name}`, field);
          for (const arg of field.args) note(`${type.name}.${field.name}(${arg.name})`, arg);
        }
      }
    }
    expect(silent).toEqual([]);
  });

  it('is committed as it is built', () => {
    expect(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8')).toBe(printSdl());
  });
});
