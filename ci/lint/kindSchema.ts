import type { KubeConfig } from '@kubernetes/client-node';
import { kubeRequest } from '../kube/request.ts';

/** The part of a JSON schema, or of a cluster's OpenAPI description, that matters here. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  required?: string[];
  [key: string]: unknown;
}

/** What a cluster answers at /openapi/v2. */
export interface OpenApi {
  definitions: Record<string, Schema>;
}

interface Kind {
  group: string;
  version: string;
  kind: string;
}

const prefix = '#/definitions/';

/**
 * A JSON schema for one kind, complete in itself and as strict as the API server is with `fieldValidation: Strict`:
 * what a kind does not know is an error. It is made from the cluster's own description, so it has that very cluster's
 * version and its custom resources.
 * @param apiVersion such as `v1` or `apps/v1`
 * @returns undefined when the cluster does not know the kind
 */
export function kindSchema({ definitions }: OpenApi, apiVersion: string, kind: string): Schema | undefined {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const root = Object.keys(definitions).find((name) =>
    kinds(definitions[name]).some((one) => one.group === group && one.version === version && one.kind === kind),
  );
  if (root === undefined) return undefined;
  const needed = new Map<string, Schema>();
  const visit = (name: string) => {
    if (needed.has(name)) return;
    needed.set(name, {});
    needed.set(name, strict(name, definitions[name] ?? {}, visit));
  };
  visit(root);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...needed.get(root),
    required: [...new Set(['apiVersion', 'kind', ...(definitions[root]?.required ?? [])])],
    definitions: Object.fromEntries(needed),
  };
}

function kinds(schema: Schema | undefined): Kind[] {
  return (schema?.['x-kubernetes-group-version-kind'] as Kind[] | undefined) ?? [];
}

/** Definitions that are text by name but may be written as numbers. */
const lenient: Record<string, string[]> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': ['string', 'number', 'null'],
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': ['string', 'integer', 'null'],
};

function strict(name: string, schema: Schema, visit: (name: string) => void): Schema {
  const types = lenient[name];
  return types ? { type: types } : strictSchema(schema, visit);
}

// Whatever is not required may be null: the API server takes that for absent, and charts write `resources:` with nothing behind.
function strictSchema(schema: Schema, visit: (name: string) => void): Schema {
  if (schema.$ref) {
    visit(schema.$ref.slice(prefix.length));
    return { $ref: schema.$ref };
  }
  if (schema['x-kubernetes-int-or-string']) return { type: ['string', 'integer', 'null'] };
  const within = (inner: Schema) => strictSchema(inner, visit);
  const { properties, additionalProperties, items, required, pattern, minimum, maximum } = schema;
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true || schema['x-kubernetes-embedded-resource'];
  return {
    ...(schema.type !== undefined && { type: [schema.type, 'null'].flat() }),
    ...(schema['enum'] !== undefined && { enum: [...(schema['enum'] as unknown[]), null] }),
    ...(pattern !== undefined && { pattern }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(required && { required }),
    ...(items && { items: within(items) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, within(value)])),
    }),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: within(additionalProperties) }
      : properties && !open && additionalProperties !== true && { additionalProperties: false }),
  };
}

/**
 * The cluster's own description of all its kinds, custom resources included.
 * @throws Error with the status, or why there was no answer
 */
export async function openApi(kube: KubeConfig): Promise<OpenApi> {
  const { status, text } = await kubeRequest(kube, '/openapi/v2');
  if (status !== 200) throw Object.assign(new Error(`/openapi/v2 answered ${status}`), { code: status });
  return JSON.parse(text) as OpenApi;
}
