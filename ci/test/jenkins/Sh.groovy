/**
 * The step `sh` as Jenkins' durable-task plugin runs it: `sh -xe` on a script beside the workspace, its output in a file that is read while it
 * grows, its processes known by a cookie in their environment.
 */
class Sh {
    static final COOKIE = 'JENKINS_SERVER_COOKIE'
    /** After a stop Jenkins waits this long, and then leaves the processes to themselves (DurableTaskStep.REMOTE_TIMEOUT). */
    private static final long PATIENCE = 20_000

    /** @param environment with the cookie. @return the exit code, or null when the build was aborted */
    static Integer run(String script, Map<String, String> environment, File workspace, Printed console, Abort abort) {
        def cookie = "$COOKIE=${environment[COOKIE]}" as String
        def folder = new File("$workspace@tmp/durable-${UUID.randomUUID()}")
        folder.mkdirs()
        def file = new File(folder, 'script.sh')
        def log = new File(folder, 'jenkins-log.txt')
        file.setText(script, 'UTF-8')
        log.createNewFile()
        def builder = new ProcessBuilder('sh', '-xe', file.path).directory(workspace).redirectErrorStream(true)
            .redirectOutput(log).redirectInput(new File('/dev/null'))
        builder.environment().clear()
        builder.environment().putAll(environment)
        def process = builder.start()
        def reader = new FileInputStream(log)
        try {
            watch(process, reader, cookie, console, abort)
        } finally {
            reader.close()
            folder.deleteDir()
        }
    }

    private static Integer watch(Process process, InputStream log, String cookie, Printed console, Abort abort) {
        def rest = new ByteArrayOutputStream()
        Long stopped = null
        while (true) {
            def alive = process.alive
            copy(log, rest, console)
            if (!alive) break
            if (stopped == null && abort.taken()) {
                stopped = System.currentTimeMillis()
                console.line('Sending interrupt signal to process')
                Thread.startDaemon { StopProcesses.withCookie(cookie) }
            }
            if (stopped != null && System.currentTimeMillis() > stopped + PATIENCE) {
                console.line("After ${PATIENCE / 1000 as int}s process did not stop")
                break
            }
            sleep(20)
        }
        if (rest.size()) console.line(rest.toString('UTF-8'))
        stopped == null ? process.exitValue() : null
    }

    private static void copy(InputStream log, ByteArrayOutputStream rest, Printed console) {
        log.readAllBytes().each { one ->
            if (one != 10) {
                rest.write(one as int)
                return
            }
            console.line(rest.toString('UTF-8'))
            rest.reset()
        }
    }
}
