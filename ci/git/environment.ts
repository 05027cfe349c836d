/** Set by git for its hooks: they would make git act on another repository than the one of the folder it runs in. */
const repositoryVariables = [
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_COMMON_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_NAMESPACE',
  'GIT_PREFIX',
];

/**
 * The environment git runs in: the user's own, without what would make git ask, write or look elsewhere.
 * @param extra goes before everything else
 */
export function gitEnvironment(inherited: NodeJS.ProcessEnv, extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  return {
    // A server that stops sending is given up after a minute, unless the user has set limits of his own.
    GIT_HTTP_LOW_SPEED_LIMIT: '1000',
    GIT_HTTP_LOW_SPEED_TIME: '60',
    ...Object.fromEntries(Object.entries(inherited).filter(([name]) => !repositoryVariables.includes(name))),
    GIT_TERMINAL_PROMPT: '0',
    // ssh asks for passphrases and host keys on the terminal itself unless it is told to ask a program, and this one declines.
    SSH_ASKPASS: 'false',
    SSH_ASKPASS_REQUIRE: 'force',
    // Reading a folder must not write to it.
    GIT_OPTIONAL_LOCKS: '0',
    // The messages are read.
    LC_ALL: 'C',
    ...extra,
  };
}
