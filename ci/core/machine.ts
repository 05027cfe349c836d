import { hostname, userInfo } from 'node:os';

/** Who runs this program, and where: `ann on laptop`. */
export function thisPerson(): string {
  return `${userName()} on ${hostname()}`;
}

// A container may run as a user that has no name.
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'somebody';
  }
}
