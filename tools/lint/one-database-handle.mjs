const isFunction = (node) => node?.type === 'ArrowFunctionExpression' || node?.type === 'FunctionExpression';

/** The function handed to `….transaction(run)`. */
const isTransactionCallback = (node) =>
  node.parent?.type === 'CallExpression' &&
  node.parent.arguments[0] === node &&
  node.parent.callee.type === 'MemberExpression' &&
  node.parent.callee.property.name === 'transaction';

/** A property's name, not a reference. */
const isName = (node, { parent } = node) =>
  (parent.type === 'MemberExpression' && parent.property === node && !parent.computed) ||
  (parent.type === 'Property' && parent.key === node && !parent.shorthand);

/**
 * Inside `database.transaction(async (tx) => …)` only `tx` reaches the database: what another handle writes is not part
 * of the transaction, and what it waits for may be held by the transaction itself.
 */
export default {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      otherHandle:
        'Inside a transaction only its own handle may be used: pass `{{ handle }}` on instead of `{{ used }}`.',
    },
  },
  create(context) {
    const services = context.sourceCode.parserServices;
    const callbacks = [];
    const typeName = (node) => services.getTypeAtLocation(node).getSymbol()?.getName();
    const isInside = (node, callback) => node.range[0] >= callback.range[0] && node.range[1] <= callback.range[1];

    const report = (node) => {
      const [parameter] = callbacks.at(-1).params;
      context.report({
        node,
        messageId: 'otherHandle',
        data: { handle: parameter?.name ?? 'the handle', used: context.sourceCode.getText(node) },
      });
    };
    const declaredInside = (identifier) => {
      for (let scope = context.sourceCode.getScope(identifier); scope; scope = scope.upper) {
        const definition = scope.set.get(identifier.name)?.defs[0];
        if (definition) return isInside(definition.name, callbacks.at(-1));
      }
      return false;
    };
    const check = (node) => {
      if (callbacks.length === 0) return;
      const type = typeName(node);
      if (type === 'Database') {
        // What happens after the commit is asked of the database itself, for this very transaction.
        if (
          node.parent.type === 'MemberExpression' &&
          node.parent.object === node &&
          ['afterCommit', 'db'].includes(node.parent.property.name)
        )
          return;
        report(node);
      } else if (type === 'EntityManager' && (node.type === 'MemberExpression' || !declaredInside(node))) report(node);
    };

    return {
      ':function'(node) {
        if (isFunction(node) && isTransactionCallback(node)) callbacks.push(node);
      },
      ':function:exit'(node) {
        if (callbacks.at(-1) === node) callbacks.pop();
      },
      MemberExpression: check,
      Identifier(node) {
        if (!isName(node) && !node.parent.type.startsWith('TS')) check(node);
      },
    };
  },
};
