import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { TestCase } from '../core/report.ts';

type Node = Record<string, unknown>;

/** What pytest and unittest say when a module cannot be imported; why, is in the traceback. */
const wordless = /^(collection failure$|Failed to import test module:)/;

/** An element's attributes get this prefix, so that an element named like an attribute cannot be taken for it. */
const attributes = '@';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: attributes,
  parseAttributeValue: false,
  parseTagValue: false,
  textNodeName: '#text',
  // pytest writes the line breaks of a message as numeric entities.
  htmlEntities: true,
  isArray: (name) => name === 'testsuite' || name === 'testcase',
});

/**
 * Reads a JUnit file as pytest, xmlrunner, Django runners and most other tools write it.
 * @returns its test cases in order; null when it is not XML
 */
export function parseJunit(xml: string): TestCase[] | null {
  if (XMLValidator.validate(xml) !== true) return null;
  const root = parser.parse(xml) as Node;
  const outer = root['testsuites'];
  return casesIn(isNode(outer) ? outer : root, '');
}

/** Suites may be nested. */
function casesIn(node: Node, suite: string): TestCase[] {
  const own = children(node, 'testcase').map((element) => testCase(element, suite));
  const nested = children(node, 'testsuite').flatMap((element) =>
    casesIn(element, attribute(element, 'name') || suite),
  );
  return [...own, ...nested];
}

function testCase(element: Node, suite: string): TestCase {
  const failure = element['failure'] ?? element['error'];
  const skipped = element['skipped'];
  const found = {
    // pytest leaves it empty for a module that could not be imported, whose name is then the test's.
    suite: element[`${attributes}classname`] === undefined ? suite : attribute(element, 'classname'),
    name: attribute(element, 'name'),
    ms: Math.round(Number(attribute(element, 'time')) * 1000) || 0,
  };
  if (failure !== undefined) return { ...found, outcome: 'failed', message: messageOf(failure) };
  if (skipped === undefined) return { ...found, outcome: 'passed' };
  const reason = isNode(skipped) ? attribute(skipped, 'message') : '';
  return { ...found, outcome: 'skipped', ...(reason && { message: reason }) };
}

/** The message, or where it says nothing the last line of the traceback, which names the exception. */
function messageOf(failure: unknown): string {
  const first = Array.isArray(failure) ? failure[0] : failure;
  const text = isNode(first) ? textOf(first['#text']) : textOf(first);
  const message = isNode(first) ? attribute(first, 'message').trim() : '';
  if (message !== '' && !wordless.test(message)) return message;
  const last = text
    .split('\n')
    .map((line) => line.replace(/^E\s+/, '').trim())
    .findLast((line) => line !== '');
  return last ?? message;
}

function children(node: Node, name: string): Node[] {
  const found = node[name];
  return Array.isArray(found) ? found.filter(isNode) : [];
}

function attribute(node: Node, name: string): string {
  return textOf(node[attributes + name]);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
