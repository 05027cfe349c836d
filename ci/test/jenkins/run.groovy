/**
 * Runs Jenkinsfiles without Jenkins: a strict stand-in for declarative pipelines and for the few steps that ours needs.
 * In: one line of JSON, a list of builds (see runJenkinsfile.ts). A second line, or the end of the input, stops the build that runs.
 * Out: one line of JSON, a list of results.
 */
import groovy.json.JsonOutput
import groovy.json.JsonSlurper

def input = System.in.newReader('UTF-8')
def builds = new JsonSlurper().parseText(input.readLine())
def abort = new Abort()
Thread.startDaemon {
    while (input.readLine() != null) abort.press()
    abort.press()
}
println JsonOutput.toJson(builds.collect { given ->
    def folder = new File(given.folder as String)
    def console = new Printed(new File(folder, 'console.log'), new File(folder, 'raw.log'))
    def currentBuild = [getBuildCauses: JsonOutput.toJson(given.causes)]
    def check = new Check(env: given.environment, params: given.params, currentBuild: currentBuild)
    def build = new Build(given, console, abort)
    def pipeline = null
    try {
        pipeline = check.pipeline(Parse.jenkinsfile(given.jenkinsfile as String))
    } catch (Refused refused) {
        check.problems << refused.message
    }
    if (pipeline) build.run(pipeline)
    def settings = { section -> pipeline?.body?.find { it.name == section }?.body ?: [] }
    [
        result: pipeline ? build.result : 'FAILURE',
        problems: check.problems,
        steps: build.steps,
        tests: build.tests,
        killed: build.killed,
        triggers: settings('triggers'),
        options: settings('options'),
    ]
})
