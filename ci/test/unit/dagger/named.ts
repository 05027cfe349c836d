/** An error as another library throws it: known by its name, with fields of its own. */
export function named(name: string, message: string, rest: object = {}): Error {
  return Object.assign(new Error(message), { name, ...rest });
}
