import { posix } from 'node:path';
import { depth, type Files, isWithin } from './files.ts';

/** `os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")`, or the same as an assignment. */
const named = /DJANGO_SETTINGS_MODULE['"]\s*(?:,|\]\s*=)\s*['"]([\w.]+)['"]/;

/**
 * Finds the settings module that manage.py names; when manage.py computes it, the one of wsgi.py or asgi.py, or else
 * the only one there is.
 * @param manage path of manage.py
 * @returns a dotted module name, or null when it cannot be told
 */
export function settingsModule(files: Files, manage: string): string | null {
  const within = files.paths.filter((path) => isWithin(path, posix.dirname(manage)));
  const entries = within
    .filter((path) => ['wsgi.py', 'asgi.py'].includes(posix.basename(path)))
    .sort((a, b) => depth(a) - depth(b) || b.localeCompare(a));
  for (const path of [manage, ...entries]) {
    const code = withoutComments(files.read(path));
    const module = named.exec(code)?.[1];
    if (module) return module;
  }
  const modules = within.flatMap((path) => {
    const name = moduleOf(path, posix.dirname(manage));
    // An empty package only holds modules of settings, each for another place.
    return name !== null && files.read(path).trim() !== '' ? [name] : [];
  });
  const [only, ...others] = modules;
  return only !== undefined && others.length === 0 ? only : null;
}

/** `src/shop/settings.py` seen from `src` → `shop.settings`; null for another file, and for one of a settings package. */
function moduleOf(path: string, folder: string): string | null {
  const match = /^((?:\w+\/)*settings)(?:\.py|\/__init__\.py)$/.exec(posix.relative(folder, path));
  return match?.[1]?.replaceAll('/', '.') ?? null;
}

function withoutComments(code: string): string {
  return code.replace(/^\s*#.*$/gm, '');
}
