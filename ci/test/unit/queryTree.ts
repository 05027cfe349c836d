/** A call of the engine's API: `['withExec', { args: ['make'] }]`. Objects of the API among the arguments are call lists themselves. */
export type Call = [operation: string, args: Record<string, unknown>];

interface Node {
  operation: string;
  args?: Record<string, unknown>;
}

/**
 * The calls that a container or directory stands for, in order, so that steps can be tested without an engine.
 * The SDK keeps them in a private field: this is the only place that knows. They hold plaintext given to `setSecret`.
 */
export function queryTree(object: unknown): Call[] {
  return nodesOf(object).map(({ operation, args = {} }) => {
    const given = Object.entries(args).filter(([name]) => name !== '__metadata');
    return [
      operation,
      Object.fromEntries(given.map(([name, value]) => [name, isApiObject(value) ? queryTree(value) : value])),
    ];
  });
}

/** The arguments of the calls of one operation. */
export function callsOf(object: unknown, operation: string): Record<string, unknown>[] {
  return queryTree(object)
    .filter(([name]) => name === operation)
    .map(([, args]) => args);
}

function isApiObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && '_ctx' in value;
}

function nodesOf(object: unknown): Node[] {
  const tree = (object as { _ctx?: { _queryTree?: Node[] } })._ctx?._queryTree;
  if (!tree) throw new Error('the SDK keeps its calls elsewhere than this helper thinks');
  return tree;
}
