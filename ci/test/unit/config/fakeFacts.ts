import type { Facts } from '../../../config/facts.ts';

/** A file system that exists only in a test: paths and texts; `.git/origin` holds where a folder was cloned from. The defaults of the pipeline are always in it. */
export function fakeFacts(files: Record<string, string> = {}): Facts {
  const all: Record<string, string> = {
    '/repository/example/manage.py': '',
    '/repository/helm-chart/Chart.yaml': 'name: app\nversion: 1.0.0\n',
    ...files,
  };
  return {
    cwd: '/home/author/shop',
    repository: '/repository',
    defaultSource: '/repository/example',
    home: '/home/author',
    person: 'author on laptop',
    kind: (path) => {
      if (path in all) return 'file';
      return Object.keys(all).some((file) => file.startsWith(`${path}/`)) ? 'folder' : 'absent';
    },
    canWriteIn: (folder) => !folder.startsWith('/read-only'),
    origin: (folder) => all[`${folder}/.git/origin`] ?? '',
    read: (path) => {
      const text = all[path];
      if (text === undefined) throw new Error('ENOENT');
      return text;
    },
  };
}
