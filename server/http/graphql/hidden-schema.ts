import { NoSchemaIntrospectionCustomRule } from 'graphql';
import type { Plugin } from 'graphql-yoga';

/**
 * Tells nobody the schema: no introspection, and no "Did you mean" in what validation says. What is
 * said of variables comes later, from an executor that has no such option: mask-error.ts cuts it.
 */
export function hiddenSchema(): Plugin {
  return {
    onValidate({ addValidationRule, setValidationFn, validateFn }) {
      addValidationRule(NoSchemaIntrospectionCustomRule);
      setValidationFn((schema, document, rules, options, ...others) =>
        validateFn(schema, document, rules, { ...options, hideSuggestions: true }, ...others),
      );
    },
  };
}
