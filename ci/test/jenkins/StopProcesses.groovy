/**
 * Ends the processes of a step as Jenkins does (hudson.util.ProcessTree): those that bear the step's cookie in their environment, each with its
 * children before itself. They get SIGTERM and 5 s; whoever is still there gets another SIGTERM when the turn comes to a
 * parent, and to itself. There is no SIGKILL.
 */
class StopProcesses {
    private static final long PATIENCE = 5_000

    static void withCookie(String cookie) {
        def parents = [:]
        new File('/proc').list().findAll { it.isInteger() }.each { pid ->
            def status = read("/proc/$pid/status")
            if (status) parents[pid as int] = (status =~ /(?m)^PPid:\s+(\d+)/)[0][1] as int
        }
        marked(cookie).each { recursively(it, parents, System.currentTimeMillis() + PATIENCE) }
    }

    /** At the end of a build, once more. What is there even then is killed, which Jenkins does not do. @return how many those were */
    static int leftovers(String cookie) {
        withCookie(cookie)
        def left = marked(cookie)
        left.each { pid -> ProcessHandle.of(pid).ifPresent { it.destroyForcibly() } }
        left.size()
    }

    private static List<Integer> marked(String cookie) {
        new File('/proc').list().findAll { it.isInteger() && read("/proc/$it/environ").split('\0').contains(cookie) }*.toInteger().sort()
    }

    private static void recursively(int pid, Map parents, long deadline) {
        parents.findAll { it.value == pid }.keySet().sort().each { recursively(it, parents, deadline) }
        ProcessHandle.of(pid).ifPresent { it.destroy() }
        while (new File("/proc/$pid/status").exists() && System.currentTimeMillis() < deadline) sleep(20)
    }

    private static String read(String path) {
        try {
            new File(path).getText('UTF-8')
        } catch (IOException ignored) {
            '' // it has just ended
        }
    }
}
