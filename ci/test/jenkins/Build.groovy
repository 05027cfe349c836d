/** Runs a pipeline that has passed the checks. */
class Build {
    private static final WORSE = ['SUCCESS', 'UNSTABLE', 'FAILURE', 'ABORTED']

    String result = 'SUCCESS'
    /** What was executed, with how it ended. */
    final List<Map> steps = []
    final Map tests = [total: 0, failed: 0]
    /** Processes that had to be killed in the end. */
    int killed
    private final Map given
    private final File workspace
    private final Printed console
    private final Abort abort
    private Map<String, String> environment

    /** @param given workspace and folder (paths), environment and credentials, see runJenkinsfile.ts */
    Build(Map given, Printed console, Abort abort) {
        this.given = given
        this.workspace = new File(given.workspace as String)
        this.console = console
        this.abort = abort
    }

    void run(Map pipeline) {
        def section = { name -> pipeline.body.find { it.name == name }?.body ?: [] }
        environment = given.environment + [(Sh.COOKIE): "durable-${UUID.randomUUID()}" as String]
        section('options').findAll { it.name == 'ansiColor' }.each { environment.TERM = it.args[0] }
        section('environment').each { environment[it.name] = Expand.variables(it.args[0], environment) }
        for (stage in section('stages')) {
            if (result in ['FAILURE', 'ABORTED']) break
            stageOf(stage)
        }
        def after = section('post').groupBy { it.name }
        // In Jenkins' order. Each may change the result that the next one is asked for.
        ['always', 'aborted', 'failure', 'success', 'unstable', 'cleanup'].each { condition ->
            if (!(condition in ['always', 'cleanup', result.toLowerCase()])) return
            after[condition]?.each { guarded("post $condition", it.body, steps) }
        }
        killed = StopProcesses.leftovers("${Sh.COOKIE}=${environment[Sh.COOKIE]}")
    }

    private void stageOf(Map stage) {
        def part = stage.body.collectEntries { [it.name, it.body] }
        if (part.when.every { it.holds }) {
            guarded(stage.args[0], part.steps, steps)
        } else {
            console.line("Stage \"${stage.args[0]}\" skipped due to when conditional")
            steps << [name: stage.args[0], outcome: 'skipped', body: []]
        }
    }

    private void guarded(String name, List<Map> body, List<Map> into) {
        def entry = [name: name, body: []]
        into << entry
        try {
            block(body, entry.body)
        } catch (Aborted aborted) {
            worsen('ABORTED')
        } catch (Failed failure) {
            console.line("ERROR: ${failure.message}")
            worsen('FAILURE')
        }
    }

    private void block(List<Map> body, List<Map> into) {
        body.each { step ->
            if (abort.taken()) throw new Aborted()
            console.line("[Pipeline] ${step.name}")
            def entry = [name: step.name, outcome: 'failed'] + step.subMap('args', 'named') + (step.body ? [body: []] : [:])
            into << entry
            try {
                "$step.name"(step, entry)
                entry.outcome = 'passed'
            } catch (Aborted aborted) {
                entry.outcome = 'aborted'
                throw aborted
            }
        }
    }

    private void sh(Map step, Map entry) {
        def code = Sh.run(step.args ? step.args[0] : step.named.script, environment, workspace, console, abort)
        if (code == null) throw new Aborted()
        if (code != 0) throw new Failed("script returned exit code $code")
    }

    private void withCredentials(Map step, Map entry) {
        def (before, secrets) = [environment, console.secrets]
        def lent = new Credentials(step.args[0], given.credentials, new File("$workspace@tmp"))
        try {
            environment = before + lent.environment
            console.secrets = secrets + lent.secrets
            block(step.body, entry.body)
        } finally {
            environment = before
            console.secrets = secrets
            lent.giveBack()
        }
    }

    private void junit(Map step, Map entry) {
        def files = Collect.matching(step.args ? step.args[0] : step.named.testResults, workspace, new File(given.folder as String, 'junit'))
        files.each { file -> Collect.cases(file).each { tests[it.key] += it.value } }
        if (!tests.total && !step.named?.allowEmptyResults) throw new Failed('No test report files were found. Configuration error?')
        if (tests.failed) worsen('UNSTABLE')
    }

    private void archiveArtifacts(Map step, Map entry) {
        def pattern = step.args ? step.args[0] : step.named.artifacts
        def files = Collect.matching(pattern, workspace, new File(given.folder as String, 'archive'))
        if (!files && !step.named?.allowEmptyArchive) throw new Failed("No artifacts found that match the file pattern \"$pattern\".")
    }

    private void worsen(String to) { if (WORSE.indexOf(to) > WORSE.indexOf(result)) result = to }

    static class Aborted extends Exception {}
}
