import type { Rule, Scope } from 'eslint';
import type ts from 'typescript';

/** The fields of a syntax node that the rule reads. */
interface Node {
  readonly type: string;
  readonly range: readonly [number, number];
  readonly parent: Node;
  readonly name?: string;
  readonly computed?: boolean;
  readonly shorthand?: boolean;
  readonly object?: Node;
  readonly property?: Node;
  readonly key?: Node;
  readonly callee?: Node;
  readonly arguments?: readonly Node[];
  readonly params?: readonly Node[];
}

interface TypeServices {
  getTypeAtLocation(node: Node): ts.Type;
}

const isFunction = (node: Node): boolean =>
  node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression';

/** A function passed to `….transaction(run)`. */
const isTransactionCallback = (node: Node): boolean =>
  node.parent.type === 'CallExpression' &&
  node.parent.arguments?.[0] === node &&
  node.parent.callee?.type === 'MemberExpression' &&
  node.parent.callee.property?.name === 'transaction';

/** Whether the node is a property's name, not a reference. */
const isName = (node: Node, { parent } = node): boolean =>
  (parent.type === 'MemberExpression' && parent.property === node && !parent.computed) ||
  (parent.type === 'Property' && parent.key === node && !parent.shorthand);

/**
 * Inside `database.transaction(async (tx) => …)` only `tx` may access the database: writes by another handle are not
 * part of the transaction, and its queries may wait for locks of the transaction.
 */
const rule: Rule.RuleModule = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      otherHandle:
        'Inside a transaction only its own handle may be used: pass `{{ handle }}` on instead of `{{ used }}`.',
    },
  },
  create(context) {
    const services = context.sourceCode.parserServices as unknown as TypeServices;
    const callbacks: Node[] = [];
    const typeName = (node: Node): string | undefined => services.getTypeAtLocation(node).getSymbol()?.getName();
    const isInside = (node: Node, callback: Node): boolean =>
      node.range[0] >= callback.range[0] && node.range[1] <= callback.range[1];

    const report = (node: Node): void => {
      const [parameter] = callbacks.at(-1)?.params ?? [];
      context.report({
        node: node as unknown as Rule.Node,
        messageId: 'otherHandle',
        data: {
          handle: parameter?.name ?? 'the handle',
          used: context.sourceCode.getText(node as unknown as Rule.Node),
        },
      });
    };
    const declaredInside = (identifier: Node): boolean => {
      const callback = callbacks.at(-1);
      let scope: Scope.Scope | null = context.sourceCode.getScope(identifier as unknown as Rule.Node);
      for (; scope; scope = scope.upper) {
        const definition = scope.set.get(identifier.name ?? '')?.defs[0];
        if (definition) return callback !== undefined && isInside(definition.name as unknown as Node, callback);
      }
      return false;
    };
    const check = (node: Node): void => {
      if (callbacks.length === 0) return;
      const type = typeName(node);
      if (type === 'Database') {
        // afterCommit belongs to the database and refers to the present transaction
        if (
          node.parent.type === 'MemberExpression' &&
          node.parent.object === node &&
          ['afterCommit', 'db'].includes(node.parent.property?.name ?? '')
        )
          return;
        report(node);
      } else if (type === 'EntityManager' && (node.type === 'MemberExpression' || !declaredInside(node))) report(node);
    };

    const listeners = {
      ':function'(node: Node) {
        if (isFunction(node) && isTransactionCallback(node)) callbacks.push(node);
      },
      ':function:exit'(node: Node) {
        if (callbacks.at(-1) === node) callbacks.pop();
      },
      MemberExpression: check,
      Identifier(node: Node) {
        if (!isName(node) && !node.parent.type.startsWith('TS')) check(node);
      },
    };
    return listeners as unknown as Rule.RuleListener;
  },
};

export default rule;
