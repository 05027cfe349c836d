/** What the images of a run are for, and what each must hold. */
export const roles = [
  /** Debian based Python image; the application is built from it. `{version}` stands for the Python version, `{3.13,3.11}` for one of these. */
  'python',
  /** An image with `helm` and `kubectl`. */
  'tools',
  /** An image with `/kubeconform`. */
  'kubeconform',
  /** An image with `helm` and its plugin `unittest`. */
  'unittest',
  /** PostgreSQL's programs and a user `postgres`, for tests that need a server. */
  'postgres',
  /** MariaDB's programs, likewise. */
  'mariadb',
  /** Redis and a user `redis`, likewise. */
  'redis',
  /** A registry that serves on port 5000. */
  'registry',
  /** A Kubernetes node with k3s's conventions. */
  'kubernetes',
] as const;

/** Image references by role. Config may override each; the toolchain supplies its own where none can be pulled. */
export type Images = Record<(typeof roles)[number], string>;
