/**
 * The versions that are built when an app asks for one: of an older release of Debian, or of a Go module. Where several will do, the
 * first is taken: Debian keeps its own free of known flaws.
 */
export const otherPythons: readonly (readonly [version: string, from: string | StandalonePython])[] = [
  ['3.11', 'bookworm'],
  ['3.9', 'bullseye'],
  [
    '3.14',
    {
      version: 'v0.0.0-3.14.6-20260610-1',
      sum: 'h1:oGUS7++Wm3LgxUfD6AmJgKbKQD2wdQFO9PzyJv6T+E4=',
      headers: {
        version: '3.14.3-1.5.13',
        sha256: {
          x64: 'eb5f1a6fe2dc498ac18927189a37f28a47b0ba06ae6bd85112eff023fe2eb46f',
          arm64: '75d0ac8f457bdb2d6b684796c282ce4da1e0c377a02b954de2c718f80901a15f',
        },
      },
    },
  ],
  [
    '3.12',
    {
      version: 'v0.0.0-3.12.3-20240415-1',
      sum: 'h1:IX2O3LJUL0AjYsROGZ4aNENTEb3c/Ll/0b9Yb/8P61Q=',
      headers: {
        version: '3.12.1-1.5.10',
        sha256: {
          x64: 'a135fcf4dc01adebf7ea439252276fc3196db80f7e0dd3da0b61f1ec489b68bd',
          arm64: '4876e6a9eb45c4e2faf7c9f9ef8cb9f16a462c45c3440d4c2e15e6acc8f4e0df',
        },
      },
    },
  ],
  [
    '3.10',
    {
      version: 'v0.0.0-3.10.16-20241219-1',
      sum: 'h1:bfJRrtWlbdrPtwXXXZzA95yj2Pr9AvSbxDEm8YvbaP0=',
      headers: {
        version: '3.10.8-1.5.8',
        sha256: {
          x64: '2f101b1aa06effdbda3c318c1728b13f22b571707c7b7704abaf5d19a33aa981',
          arm64: 'b14738d971f43bcb7e74242980d0a621c4464b9a7f1294d22c17f9186b32db09',
        },
      },
    },
  ],
];

/** The Debian release whose packages the parts are made of. */
export const debianRelease = 'trixie';

/** The version of Python that is always there: that of `debianRelease`. */
export const pythonVersion = '3.13';

/** Those that an app can have. */
export const pythonVersions: readonly string[] = [pythonVersion, ...otherPythons.map(([version]) => version)];

/** Debian packages of each root file system; all others begin with those of `base`. */
export const debianPackages = {
  base: ['ca-certificates'],
  engine: [
    ...['runc', 'containernetworking-plugins', 'dnsmasq-base', 'iptables', 'git', 'ripgrep', 'openssh-client'],
    ...['mount', 'pigz'],
  ],
  node: [
    ...['containerd', 'runc', 'etcd-server', 'iptables', 'conntrack', 'iproute2', 'containernetworking-plugins'],
    ...['mount', 'openssl', 'jq', 'catatonit'],
  ],
  mariadb: ['mariadb-server-core', 'mariadb-client-core', 'tzdata'],
  postgres: ['postgresql'],
  python: ['python3', 'python3-pip', 'python3-venv'],
  redis: ['redis-server'],
  tools: ['git'],
} as const;

/** Servers that tests may need. */
export type ServerName = 'mariadb' | 'postgres' | 'redis';

/** The headers of a minor version of Python, which are the same for all of its releases: of JavaCPP's build, on Maven Central. */
export interface PythonHeaders {
  /** Of the archive, which names those of Python and of JavaCPP. */
  version: string;
  /** Of the archive, by Node's name of the machine's kind. */
  sha256: Readonly<Record<string, string>>;
}

/**
 * A version of Python that Debian does not have: python-build-standalone, which uv installs as well, as a Go module brings it along,
 * without its headers.
 */
export interface StandalonePython {
  /** Of the module, which names those of Python and of its build. */
  version: string;
  /** What go.sum would say. */
  sum: string;
  headers: PythonHeaders;
}
