/** `FAIL: test_total (shop.tests.CartTest.test_total)`; before Python 3.11 the name is not repeated in the parentheses. */
const unittest = /^(?:FAIL|ERROR): (\S+) \(([\w.]+)\)/gm;

/** `FAILED tests/test_cart.py::test_total - AssertionError` */
const pytest = /^(?:FAILED|ERROR) ([\w./-]+\.py(?:::\S.*?)?)(?: - .*)?$/gm;

/**
 * The names of the tests that failed, from what unittest, Django or pytest printed: for where there is no JUnit.
 * @param output both streams
 */
export function failuresInOutput(output: string): string[] {
  const unittests = [...output.matchAll(unittest)].map(([, name = '', place = '']) =>
    withoutLoader(place.endsWith(`.${name}`) ? place : `${place}.${name}`),
  );
  const pytests = [...output.matchAll(pytest)].map(([, name = '']) => name);
  return [...new Set([...unittests, ...pytests])];
}

/** unittest makes a test of its own of a module that cannot be imported. */
export function withoutLoader(test: string): string {
  return test.replace(/^unittest\.loader\._FailedTest\./, '');
}
